"""`lms report action`, `recommendation`, `priority`, `period` and `agency`: impact reports on a terminal or in files."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from evaluation.impact.annual import check_period
from evaluation.impact.cli import formats_option, hand_over, out_option, report, wanted
from evaluation.impact_reports import formats, queries
from evaluation.impact_reports.gather import report as gathered
from evaluation.impact_reports.scopes import Scope
from lms import dates
from lms.errors import RuleBroken

Command = Callable[..., Any]


def _options(command: Command) -> Command:
    """What each of them takes."""
    for option in (
        out_option,
        formats_option,
        click.option("--to", "last", metavar="DAY", help="Last day that is counted, such as 2024-03-31."),
        click.option("--from", "first", metavar="DAY", help="First day that is counted, such as 2023-04-01."),
    ):
        command = option(command)
    return command


@report.command("action")
@click.argument("reference")
@_options
@with_appcontext
def action_command(reference: str, first: str | None, last: str | None, formats: str, out: Path | None) -> None:
    """The impact report of one action, such as LDA-014.

    Answers are told for whole report years only; reach is counted for any days.
    """
    _hand_over("action", reference, first, last, formats, out)


@report.command("recommendation")
@click.argument("reference")
@_options
@with_appcontext
def recommendation_command(reference: str, first: str | None, last: str | None, formats: str, out: Path | None) -> None:
    """The impact report of one recommendation, such as CSPR-2022-1.2: all actions that follow from it."""
    _hand_over("recommendation", reference, first, last, formats, out)


@report.command("priority")
@click.argument("key")
@_options
@with_appcontext
def priority_command(key: str, first: str | None, last: str | None, formats: str, out: Path | None) -> None:
    """The impact report of one priority of the delivery plan, such as P01: all actions with that priority."""
    _hand_over("priority", key, first, last, formats, out)


@report.command("agency")
@click.argument("name")
@_options
@with_appcontext
def agency_command(name: str, first: str | None, last: str | None, formats: str, out: Path | None) -> None:
    """The impact report of one agency or school, by its name or its id."""
    found = queries.agency_named(name)
    if found is None:
        raise click.ClickException(f"There is no agency or school “{name}”.")
    _hand_over("agency", str(found.id), first, last, formats, out)


@report.command("period")
@_options
@with_appcontext
def period_command(first: str | None, last: str | None, formats: str, out: Path | None) -> None:
    """The impact report of a period, from a day to a day, both included.

    \b
    lms report period --from 2023-04-01 --to 2024-03-31 --format pdf --out year
    """
    kinds = wanted(formats, out)
    days = _days(first, last)
    if days is None:
        raise click.UsageError("Say both days, --from and --to.")
    _print(queries.period(*days), kinds, out)


def _hand_over(kind: str, key: str, first: str | None, last: str | None, formats: str, out: Path | None) -> None:
    kinds = wanted(formats, out)
    days = _days(first, last)
    scope = queries.scope(kind, key, first=days[0] if days else None, last=days[1] if days else None)
    if scope is None:
        raise click.ClickException(f"There is no {kind} “{key}”.")
    _print(scope, kinds, out)


def _days(first: str | None, last: str | None) -> tuple[date, date] | None:
    """The two days; None where none was said."""
    if not first and not last:
        return None
    try:
        days = date.fromisoformat(first or ""), date.fromisoformat(last or "")
    except ValueError:
        raise click.ClickException("Write both days, --from and --to, like 2023-04-01 and 2024-03-31.") from None
    try:
        check_period(*days, dates.london(dates.now()).date())
    except RuleBroken as no:
        raise click.ClickException(f"{no}.") from None
    return days


def _print(scope: Scope, kinds: list[str], out: Path | None) -> None:
    found = gathered(scope, as_at=dates.now())
    hand_over(kinds, out, lambda kind: formats.document(found, kind).content)
