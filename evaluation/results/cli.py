"""`lms report course` and `lms report session`: what the answers say, on a terminal or in files."""

from datetime import date
from pathlib import Path

import click
from flask import current_app, url_for
from flask.cli import with_appcontext

from evaluation.impact.annual import report_year, year_of
from evaluation.impact.cli import formats_option, hand_over, out_option, report, wanted
from evaluation.results import formats as printing
from evaluation.results import queries
from evaluation.results.report import Results
from evaluation.results.sentences import NOTHING_YET
from evaluation.results.views import slice_in_address
from lms.catalogue.queries import session_by_reference
from lms.errors import RuleBroken


@report.command("course")
@click.argument("code")
@click.option("--slice", "key", metavar="KEY", help="Whose answers: year:2023-24, session:NEG-2024-03, sector:health.")
@click.option("--from", "first", metavar="DAY", help="First day of a report year, such as 2023-04-01.")
@click.option("--to", "last", metavar="DAY", help="Last day of the same report year, such as 2024-03-31.")
@formats_option
@out_option
@with_appcontext
def course_command(
    code: str, key: str | None, first: str | None, last: str | None, formats: str, out: Path | None
) -> None:
    """What the answers about one course say, such as NEG: the verdict, what changed, who answered, every question.

    A period is a whole report year: the figures of two periods that overlap would tell of the few people in one of them only.

    \b
    lms report course NEG --format pdf,xlsx --out neglect
    lms report course NEG --slice sector:health --format json
    lms report course NEG --from 2023-04-01 --to 2024-03-31
    """
    if key and (first or last):
        raise click.UsageError("Say either --slice, or --from and --to.")
    kinds = wanted(formats, out)
    _hand_over(_released(code, key or _year(first, last)), kinds, out)


@report.command("session")
@click.argument("reference")
@formats_option
@out_option
@with_appcontext
def session_command(reference: str, formats: str, out: Path | None) -> None:
    """What the answers about one session say, such as NEG-2024-03, where enough people answered to show it on its own."""
    kinds = wanted(formats, out)
    session = session_by_reference(reference)
    if session is None:
        raise click.ClickException(f"There is no session “{reference}”.")
    _hand_over(_released(session.course.code, f"session:{session.reference}"), kinds, out)


def _year(first: str | None, last: str | None) -> str:
    """The slice of the report year that begins and ends on these days; all sessions where no day is said."""
    if not first and not last:
        return "all"
    try:
        days = (date.fromisoformat(first or ""), date.fromisoformat(last or ""))
        year = year_of(days[0])
        whole = report_year(year) == days
    except (ValueError, RuleBroken):
        raise click.ClickException("Write both days, --from and --to, like 2023-04-01 and 2024-03-31.") from None
    if not whole:
        raise click.ClickException(
            "Answers can be reported for whole report years only, such as --from 2023-04-01 --to 2024-03-31: the figures of two "
            "periods that overlap would tell of the few people in one of them only."
        )
    return f"year:{year}"


def _released(code: str, key: str) -> Results:
    found = queries.results(code, key)
    if found:
        return found
    everything = queries.results(code)
    if everything:
        known = ", ".join(one.key for one in everything.slices)
        raise click.ClickException(f"“{key}” of {code} cannot be shown on its own. These can: {known}.")
    if code in [course.code for course in queries.evaluated()]:
        raise click.ClickException(NOTHING_YET)
    raise click.ClickException(f"There is no evaluated course “{code}”.")


def _hand_over(results: Results, kinds: list[str], out: Path | None) -> None:
    def make(kind: str) -> bytes:
        public: str = current_app.config["PUBLIC_URL"]
        address = url_for("results.course", code=results.course_code, **slice_in_address(results))
        return printing.document(results, kind, address=public + address.removeprefix(public)).content

    hand_over(kinds, out, make)
