"""The demonstration: published figures, and made-up records that add up to them. Nobody and nothing in it is real."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Add the command that loads it; only where the demonstration is switched on."""
    from demo.cli import command

    app.cli.add_command(command)
