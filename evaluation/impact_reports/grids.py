"""The tables of an impact report: rows of words and figures. Page, paper and files print one figure from the same cell. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from evaluation.impact.figures import Figure
from evaluation.results import printed
from evaluation.statistics import ShareChange
from lms.statistics import Interval, Share, round_half_up
from lms.words import interval_words, points, thousands

HIDDEN = printed.HIDDEN
NOT_KNOWN = "not known"
POUNDS = "pounds"
POINTS = "points"
CHANGE = "change, "
#: Units that are counted one by one.
WHOLE = {"people", "sessions", "places", "agencies and schools", "actions", "recommendations", "sources", "copies", "visits",
         "schools", "measures", "in the month"}  # fmt: skip

Cell = Figure | str


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what it is about, and its cells."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """One table; `head` names the label's column and the others. `folded`: the words a page opens it by."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    folded: str = ""

    @property
    def numbers(self) -> tuple[int, ...]:
        """The columns that hold figures, which are set to the right."""
        places = range(1, len(self.head))
        return tuple(one for one in places if any(not isinstance(row.cells[one - 1], str) for row in self.rows))

    def lines(self) -> list[list[str]]:
        """The rows as they are printed."""
        return [[row.label, *(cell_words(cell) for cell in row.cells)] for row in self.rows]

    def figures(self) -> Iterator[Figure]:
        """Every figure, row by row."""
        for row in self.rows:
            yield from (cell for cell in row.cells if isinstance(cell, Figure))


def cell_words(cell: Cell) -> str:
    """One cell as it is printed."""
    return cell if isinstance(cell, str) else figure_words(cell)


def figure_words(figure: Figure) -> str:
    """One figure as it is printed, everywhere: with its base, and its interval where it has one.

    >>> figure_words(Figure("reach", "People", value=1058, unit="people"))
    '1,058'
    >>> figure_words(Figure("cost", "Rooms", value=1234.5, unit="pounds"))
    '£1,234.50'
    >>> figure_words(Figure("learning", "Right", hidden=True))
    'hidden'
    """
    if figure.hidden:
        return HIDDEN
    if figure.numerator is not None:
        share = Share(figure.numerator, figure.denominator or 0)
        return printed.share_cell(share) if figure.interval else share.words()
    if figure.value is None:
        return NOT_KNOWN
    if figure.unit == POUNDS:
        return pounds(figure.value)
    if figure.unit in WHOLE:
        return (
            thousands(round(figure.value)) if float(figure.value).is_integer() else str(round_half_up(figure.value, 1))
        )
    if figure.unit == POINTS:
        said = points(figure.value / 100)
        return (
            f"{said}, {interval_words(*(one / 100 for one in figure.interval), difference=True)}"
            if figure.interval
            else said
        )
    if figure.unit.startswith(CHANGE):
        said = printed.signed(figure.value)
        return f"{said}, {printed.ends(figure.interval, sign=True)}" if figure.interval else said
    said = printed.value(figure.value)
    return f"{said}, {printed.ends(figure.interval)}" if figure.interval else said


def pounds(value: float) -> str:
    """
    >>> pounds(12.5), pounds(1234567)
    ('£12.50', '£1,234,567.00')
    """
    return f"£{round_half_up(value, 2):,}"


def count(stage: str, name: str, value: int | None, unit: str, *, period: str = "", rule: str = "") -> Figure:
    """A number of things. None is not known, which is not hidden: nothing of answers is counted by this."""
    return Figure(stage, name, value=value, unit=unit, period=period, rule=rule)


def told(
    stage: str, name: str, value: int | None, *, of: int | None = None, period: str = "", rule: str = ""
) -> Figure:
    """A number of people who answered; None is hidden. With `of`, of how many."""
    if value is None:
        return Figure(stage, name, hidden=True, period=period, rule=rule)
    if of is not None:
        return Figure(stage, name, value, of, period=period, rule=rule)
    return Figure(stage, name, value=value, unit="people", period=period, rule=rule)


def share(stage: str, name: str, found: Share | None, *, period: str = "", rule: str = "") -> Figure:
    """A share of people who answered, with its interval; None is hidden."""
    if found is None:
        return Figure(stage, name, hidden=True, period=period, rule=rule)
    return Figure(stage, name, found.numerator, found.denominator, interval=found.interval(), period=period, rule=rule)


def mean(
    stage: str,
    name: str,
    value: float | None,
    people: int | None,
    unit: str,
    *,
    interval: Interval | None = None,
    period: str = "",
    rule: str = "",
) -> Figure:
    """A mean, or with a unit that begins “change, ” a difference of means; None is hidden."""
    if value is None:
        return Figure(stage, name, hidden=True, period=period, rule=rule)
    return Figure(stage, name, None, people, value, unit, interval, period=period, rule=rule)


def difference(stage: str, name: str, change: ShareChange, *, rule: str = "") -> Figure:
    """What lies between two shares, in points."""
    if change.difference is None or change.interval is None:
        return Figure(stage, name, rule=rule)
    low, high = change.interval
    return Figure(stage, name, value=100 * change.difference, unit=POINTS, interval=(100 * low, 100 * high), rule=rule)
