"""The `lms` command: Flask's own commands and ours."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import FlaskGroup, ScriptInfo, with_appcontext
from sqlalchemy.exc import OperationalError, ProgrammingError

from lms import dates, jobs
from lms.app import ROOT, create_app
from lms.db import writing
from lms.errors import RuleBroken
from lms.organisations.queries import partnership


def _make_app() -> object:
    from lms import imports, set_up, verify, worker

    app = create_app()
    app.cli.add_command(imports.command)
    app.cli.add_command(run_due)
    app.cli.add_command(set_up.command)
    app.cli.add_command(verify.command)
    app.cli.add_command(worker.serve)
    app.cli.add_command(worker.work)
    return app


@click.command("run-due")
@click.option(
    "--at", "at", help="The moment to run until, such as 2025-05-01T09:00; London's time if no zone is given."
)
@with_appcontext
def run_due(at: str | None) -> None:
    """Do what the clock would have done by now, or by --at. Running it twice does it once."""
    dates.check_clock()
    try:
        moment = dates.parse_moment(at) if at else dates.now()
    except ValueError:
        raise click.UsageError(f"“{at}” is not a time. Write it like 2025-05-01T09:00.") from None
    if current_app.config["DEMO"]:
        here = partnership()
        if here is None:
            raise click.ClickException("Nothing is loaded yet. Run “lms demo” first.")
        moment = max(moment, here.demo_now or moment)
    elif moment > datetime.now(UTC):
        raise click.ClickException("Only the demonstration’s clock can be moved forward.")
    done = jobs.run_due(moment)
    if current_app.config["DEMO"]:
        with writing():
            if here := partnership():
                here.demo_now = moment
    for name, count in sorted(done.items()):
        click.echo(f"{name}: {count}")
    click.echo(f"Done until {dates.day_time(moment)}.", err=True)


class Commands(FlaskGroup):
    """Flask's group, but where a setting is missing “lms --help” says which, and no more."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        try:
            ctx.ensure_object(ScriptInfo).load_app()
        except RuntimeError as problem:
            click.echo(f"{problem} Until then only these commands are there.\n", err=True)
            return sorted(self.commands)
        return super().list_commands(ctx)


@click.group(
    cls=Commands,
    create_app=_make_app,
    add_version_option=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
def group() -> None:
    """Golden Thread: learning, and what it changed."""


def demo_settings(file: Path) -> dict[str, str]:
    """The settings `make demo` last ran with, as its file in instance/ holds them; nothing if there is none."""
    if not file.is_file():
        return {}
    lines = file.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line.startswith("LMS_") and "=" in line)


def main() -> None:
    """Run the command; a rule that says no, or a database that is not there, is one sentence and exit status 1.

    Where nobody has said which database is meant, it is that of the demonstration, if one was made here.
    """
    if not {"LMS_DATABASE_URL", "LMS_SECRET_KEY"} & os.environ.keys():
        os.environ.update(demo_settings(ROOT / "instance" / "demo.env"))
    try:
        group(standalone_mode=True)
    except RuleBroken as rule:
        click.echo(str(rule), err=True)
        sys.exit(1)
    except RuntimeError as problem:
        click.echo(str(problem), err=True)
        sys.exit(1)
    except (OperationalError, ProgrammingError) as problem:
        click.echo(
            f"The database could not be used: {problem.orig}. Check LMS_DATABASE_URL, and run “lms db upgrade”.",
            err=True,
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
