"""What a table of the annual chapter is: the one shape that page, PDF, spreadsheet, CSV, JSON and terminal all print. Pure.

Every figure knows its unit, its days and its rule; the published figure, where there is one, stands beside it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from evaluation.costs.rules import money
from evaluation.impact.annual import Flag
from evaluation.impact.annual_counts import Printed
from lms.charts import Bar
from lms.statistics import Share
from lms.words import FEWEST_FOR_PERCENT, MINUS, percent, plural, thousands


@dataclass(frozen=True)
class Measure:
    """A column: what is counted in which unit, from which day to which, by which rule. `signed`: a difference."""

    key: str
    label: str
    unit: str
    first: date
    last: date
    rule: str
    signed: bool = False


@dataclass(frozen=True)
class Figure:
    """One count, and what a document printed for it. Without a count, the words that say why."""

    value: int | float | None
    printed: Printed | None = None
    why: str = ""

    @property
    def agrees(self) -> bool | None:
        """Is the printed figure the counted one? None where nothing was printed for these days, or a floor (“over 900”)."""
        if self.printed is None or self.printed.qualifier or not self.printed.period_stated:
            return None
        if not self.printed.number.replace(".", "", 1).isdigit():
            return None
        return float(self.printed.number) == self.value


@dataclass(frozen=True)
class Line:
    """One row: a course, a sector, or the total."""

    key: str
    label: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Part:
    """A share of a whole that stands in the sentences under a table; `unit` is the word for one of them."""

    key: str
    label: str
    numerator: int
    denominator: int
    unit: str
    rule: str
    printed: Printed | None = None
    #: Where the base is 100 or more, or a published table prints one.
    decimals: int = 0
    #: Where it is an estimate: the share is said with its 95% interval.
    estimate: bool = False
    #: The plural of the unit, where an s does not do.
    units: str = ""

    @property
    def words(self) -> str:
        """“Held online: 31 of 62 sessions (50%); as published: 50%”; no percentage of few."""
        money = self.unit == "pound"
        whole = pounds(self.denominator) if money else plural(self.denominator, self.unit, self.units or None)
        said = f"{self.label}: {pounds(self.numerator) if money else thousands(self.numerator)} of {whole}"
        if self.denominator >= FEWEST_FOR_PERCENT:
            said += f" ({percent(self.numerator, self.denominator, self.decimals)})"
        if self.estimate and self.denominator >= FEWEST_FOR_PERCENT:
            said += f", interval {Share(self.numerator, self.denominator).interval_words()}"
        return f"{said}; as published: {self.printed.words}%" if self.printed else said


@dataclass(frozen=True)
class Table:
    """One table of figures. `caption` says its days in full; `bars` is what a person would rather look at."""

    key: str
    title: str
    caption: str
    head: str
    measures: tuple[Measure, ...]
    lines: tuple[Line, ...]
    total: Line | None = None
    parts: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()
    bars: tuple[Bar, ...] = ()
    bars_title: str = ""
    flags: tuple[Flag, ...] = ()

    @property
    def all_lines(self) -> tuple[Line, ...]:
        """The rows, and the total under them."""
        return (*self.lines, self.total) if self.total else self.lines

    def printed_head(self, place: int) -> str:
        """The heading of the published figures beside a measure; empty where none was published."""
        printed = [line.figures[place].printed for line in self.all_lines]
        known = [one for one in printed if one]
        if not known:
            return ""
        return "As published" if all(one.period_stated for one in known) else "As published, period not stated"


@dataclass(frozen=True)
class Section:
    """One part of the chapter: its finding in a sentence and its tables, or why it is empty."""

    key: str
    title: str
    lead: str
    tables: tuple[Table, ...] = ()
    empty: str = ""
    #: What stands there in words, each by itself.
    texts: tuple[str, ...] = ()


def pounds(value: float) -> str:
    """
    >>> pounds(212823), pounds(35.5), pounds(-2)
    ('£212,823', '£35.50', '−£2')
    """
    return money(round(value * 100))


def figure_words(figure: Figure, measure: Measure) -> str:
    """A count as people read it; a difference with its sign, a sum in pounds, a mean or a percentage with one decimal."""
    if figure.value is None:
        return figure.why
    if measure.unit == "pounds":
        return pounds(figure.value)
    size = thousands(abs(figure.value)) if isinstance(figure.value, int) else f"{abs(figure.value):,.1f}"
    if measure.signed and figure.value:
        return f"{'+' if figure.value > 0 else MINUS}{size}"
    return f"{MINUS if figure.value < 0 else ''}{size}"


def grid(table: Table) -> tuple[list[str], list[list[str]], list[int]]:
    """A table as words: its heading, its rows (the total last), and which columns hold figures."""
    head = [table.head]
    for place, measure in enumerate(table.measures):
        head += [measure.label, *filter(None, [table.printed_head(place)])]
    rows = [[line.label, *_cells(table, line)] for line in table.all_lines]
    return head, rows, list(range(1, len(head)))


def _cells(table: Table, line: Line) -> Iterator[str]:
    for place, (measure, figure) in enumerate(zip(table.measures, line.figures, strict=True)):
        yield figure_words(figure, measure)
        if table.printed_head(place):
            said = figure.printed.words if figure.printed else "not printed"
            if figure.printed and measure.unit == "pounds":
                said = f"£{said}"
            yield f"{said} (disagrees)" if figure.agrees is False else said


def rules(table: Table) -> Sequence[str]:
    """The rule of each measure with its name, for the small print under a table."""
    return [f"{measure.label}: {measure.rule}" for measure in table.measures]


def flag_cells(flag: Flag) -> list[str]:
    """What was stated, what was found and what is done about it, each as a line of its own."""
    return [f"{words[:1].upper()}{words[1:]}" for words in (flag.stated, flag.counted, flag.rule)]


def flag_sentence(flag: Flag) -> str:
    """What to know of a table or of the period, in one line."""
    stated, counted, rule = flag_cells(flag)
    if flag.table == "period":
        return f"{counted}. {stated}. {rule}"
    difference = f"Difference: {flag.difference}. " if flag.difference else ""
    return f"Stated: {flag.stated}. Found: {flag.counted}. {difference}{rule}"
