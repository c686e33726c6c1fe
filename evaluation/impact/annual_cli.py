"""`lms report annual`: the learning chapter of the annual report on a terminal or in files."""

from datetime import date
from pathlib import Path

import click
from flask.cli import with_appcontext

from evaluation.impact.annual import annual
from evaluation.impact.cli import formats_option, hand_over, out_option, report, wanted
from lms import dates
from lms.errors import RuleBroken
from lms.organisations.queries import partnership

#: What Excel wants in front of a CSV file, and a program that reads a pipe does not.
MARK = b"\xef\xbb\xbf"


@report.command("annual")
@click.argument("year")
@click.option("--from", "first", metavar="DAY", help="First day, such as 2023-09-01, where it is not that of the year.")
@click.option("--to", "last", metavar="DAY", help="Last day, such as 2024-09-30. It is counted too.")
@formats_option
@out_option
@with_appcontext
def command(year: str, first: str | None, last: str | None, formats: str, out: Path | None) -> None:
    """The learning chapter of report year YEAR, written like 2023-24: 1 April 2023 to 31 March 2024.

    Published figures stand beside the counted ones, and every known contradiction beside its table. Without --format and
    --out the tables are printed as plain text.

    \b
    lms report annual 2023-24
    lms report annual 2023-24 --from 2023-09-01 --to 2024-09-30 --format csv > figures.csv
    lms report annual 2023-24 --format pdf,xlsx --out chapter
    """
    from evaluation.impact import annual_sheets
    from evaluation.impact.annual_views import page_address

    kinds = wanted(formats, out) if formats or out else ["text"]
    here = partnership()
    if here is None:
        raise RuleBroken("Nothing is loaded yet, so there is nothing to report")
    now = dates.now()
    chapter = annual(year, first=_day(first), last=_day(last), today=dates.london(now).date())

    def make(kind: str) -> bytes:
        content, _ = annual_sheets.document(chapter, kind, here=here, address=page_address(chapter), now=now)
        return content.removeprefix(MARK).replace(b"\r\n", b"\n") if kind == "csv" and out is None else content

    hand_over(kinds, out, make)


def _day(typed: str | None) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise RuleBroken(f"“{typed}” is not a day. Write it like 2023-09-01") from None
