"""What only documents say: tables of the chapter that have no records of ours behind them, each with the days it was printed for.
Shares are worked out from the printed numbers; nothing is added across units."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from evaluation.impact.annual_counts import Published
from evaluation.impact.models import PublishedFigure

#: Which table of the chapter a known contradiction is flagged at, by the table it is about: its title on the page.
PRINTED = {
    "core_training": "Core training",
    "delivery_mode": "How core training was held",
    "elearning_bookings": "E-learning",
    "education_training": "Training for schools",
    "ebulletin_sector": "Subscribers by sector",
    "training_summary": "What the report said of training",
    "website": "Website",
    "budget": "Budget by heading",
    "referrals": "Referrals",
}
#: A table of ours about which a document speaks under another name.
SPOKEN_OF = {"delivery_mode": "core_training"}


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One published number with its key, its words and its unit; `qualifier` is “over” for a floor."""

    key: str
    label: str
    number: Decimal
    unit: str
    qualifier: str


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """The numbers one document printed in one table for the same days."""

    table: str
    first: date
    last: date
    document: str
    rows: tuple[PrintedRow, ...]

    def of(self, key: str) -> Decimal | None:
        """A number by its key; None where it was not printed."""
        return next((row.number for row in self.rows if row.key == key), None)


def printed_tables(printed: Published, first: date, last: date) -> dict[str, PrintedTable]:
    """The tables printed for days that end inside a period, the latest of each: {table: its numbers}."""
    by_table: dict[str, list[PublishedFigure]] = {}
    for figures in printed.values():
        for figure in figures:
            if figure.period_end is not None and first <= figure.period_end <= last:
                by_table.setdefault(figure.table, []).append(figure)
    return {table: _table(table, figures) for table, figures in by_table.items()}


def _table(table: str, figures: Sequence[PublishedFigure]) -> PrintedTable:
    latest = max((one.period_end or date.min, one.period_start or date.min) for one in figures)
    own = sorted(
        (one for one in figures if (one.period_end or date.min, one.period_start or date.min) == latest),
        key=lambda one: one.id,
    )
    return PrintedTable(
        table=table,
        first=own[0].period_start or latest[0],
        last=latest[0],
        document=own[0].document,
        rows=tuple(
            PrintedRow(one.key, one.label, Decimal(one.value), one.unit, one.qualifier)
            for one in own
            if _is_number(one.value)
        ),
    )


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()
