"""`lms verify`: every invariant that must hold, checked against the database, each broken one said in a sentence."""

from collections.abc import Callable

import click
from flask.cli import with_appcontext

#: Each check returns the sentences that are wrong, at best none. Features and evaluation add theirs in init_app.
checks: list[tuple[str, Callable[[], list[str]]]] = []


def add(name: str, check: Callable[[], list[str]]) -> None:
    """Add a check once, however often the application is made."""
    if (name, check) not in checks:
        checks.append((name, check))


def problems() -> list[str]:
    """Everything that is wrong now, in the order of the checks."""
    return [f"{name}: {sentence}" for name, check in checks for sentence in check()]


@click.command("verify")
@with_appcontext
def command() -> None:
    """Check every invariant and say what is wrong."""
    found = problems()
    for sentence in found:
        click.echo(sentence)
    click.echo(f"{len(checks)} checks, {len(found)} problems.", err=True)
    if found:
        raise SystemExit(1)
