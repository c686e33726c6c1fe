"""What an occasion's answers say, as one value that the page, the CSV and the JSON print: after it has closed, and never a number
that is small or could be worked out.

One wave asks once, so nothing here is a change and nothing is judged: each answer is a share of all who answered the survey.

What is protected, and how the parts hang together: every table of a question holds each person once (“not answered” is a line of
its own), so that the people of a sector are the same number in each. Those numbers are at least five each, because smaller
sectors are counted together first. A table of a question is one call of `suppress`; should it ever have to hide the number of
people of a sector, which other tables show, the question is shown for all sectors together only.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from evaluation.surveys import questions
from evaluation.surveys.questions import Page, Question
from evaluation.surveys.rules import LEAST, named_sectors
from lms.statistics import Share
from lms.suppression import SafeTable, suppress

#: What is kept of an answer: its number, or its code.
Kept = tuple[float | None, str | None]
#: How many people of each sector (None: not named) gave each answer to one question.
Counted = Mapping[int | None, Mapping[Kept, int]]
OTHERS = "Other sectors"
NOT_ANSWERED = "Not answered"
#: What is counted here. Words are not, nor numbers somebody typed, nor what decides whether words may be published.
ONE = {"rating", "single", "knowledge"}


@dataclass(frozen=True)
class Line:
    """One answer, and how many gave it: of everybody, and of each sector. None is a hidden number."""

    label: str
    share: Share | None
    by_sector: tuple[int | None, ...] = ()


@dataclass(frozen=True)
class Asked:
    """One question and its lines. `several`: people could choose more than one, so that the lines do not add up."""

    key: str
    wording: str
    lines: tuple[Line, ...]
    sectors: tuple[str, ...] = ()
    several: bool = False

    @property
    def hides(self) -> bool:
        """Is any number of it hidden?"""
        return any(line.share is None or None in line.by_sector for line in self.lines)


@dataclass(frozen=True)
class Results:
    """A closed survey: how many answered of those asked, and what they said. `parts` are the pages with their questions; empty
    where too few answered for anything to be shown."""

    share: Share
    parts: tuple[tuple[str, tuple[Asked, ...]], ...]

    @property
    def too_few(self) -> bool:
        """Did so few answer that nothing may be shown?"""
        return self.share.numerator < LEAST


def results(
    pages: Sequence[Page],
    counts: Mapping[str, Counted],
    *,
    asked: int,
    answered: Mapping[int | None, int],
    sectors: Mapping[int, str],
) -> Results:
    """Put together what may be shown. `answered` is how many answers there are of each sector ({None: sectors not named}),
    `sectors` the names in their order."""
    total = sum(answered.values())
    share = Share(min(total, asked), asked)
    if total < LEAST:
        return Results(share, ())
    groups = _groups(answered, sectors)
    parts = []
    for page in pages:
        found = tuple(
            _several(item, counts.get(item.key, {}), total)
            if item.type in questions.MANY
            else _one(item, counts.get(item.key, {}), groups, answered)
            for item in page.questions
            if item.type in ONE | questions.MANY
        )
        if found:
            parts.append((page.title, found))
    return Results(share, tuple(parts))


Groups = list[tuple[str, list[int | None]]]


def _groups(answered: Mapping[int | None, int], sectors: Mapping[int, str]) -> Groups:
    """Who is counted together: each sector from which enough answered, and all others. One group alone is no table."""
    named = named_sectors({-1 if sector is None else sector: people for sector, people in answered.items() if people})
    alone = [sector for sector in sectors if sector in named]
    others: list[int | None] = [sector for sector in answered if sector not in alone]
    groups: Groups = [(sectors[sector], [sector]) for sector in alone]
    return [*groups, (OTHERS, others)] if any(answered[sector] for sector in others) else groups


def _one(item: Question, counts: Counted, groups: Groups, answered: Mapping[int | None, int]) -> Asked:
    """A question with one answer. Where everybody had to answer, “not answered” is no line: all know that it is empty."""
    rows = [_row(item, counts, sectors, answered) for _, sectors in groups]
    labels = [choice.label for choice in item.choices]
    if item.required and not item.show_if and not any(row[-1] for row in rows):
        rows = [row[:-1] for row in rows]
    else:
        labels.append(NOT_ANSWERED)
    total = sum(answered.values())
    names = tuple(name for name, _ in groups)
    table = safe(tuple(rows))
    if len(groups) < 2 or None in (*table.row_totals, table.total):
        rows, names = [tuple(map(sum, zip(*rows, strict=True)))], ()
        table = safe(tuple(rows))
    overall = table.column_totals if table.total is not None else (None,) * len(labels)
    split = list(zip(*table.cells, strict=True)) if names else [()] * len(labels)
    lines = [
        Line(label, _share(number, total), cells) for label, number, cells in zip(labels, overall, split, strict=True)
    ]
    return Asked(item.key, _wording(item), tuple(lines), names)


def _row(
    item: Question, counts: Counted, sectors: Sequence[int | None], answered: Mapping[int | None, int]
) -> tuple[int, ...]:
    """How many of some sectors gave each answer, and at the end how many gave none."""
    row = [sum(counts.get(sector, {}).get(_kept(item, one.code), 0) for sector in sectors) for one in item.choices]
    return (*row, sum(answered[sector] for sector in sectors) - sum(row))


def _several(item: Question, counts: Counted, total: int) -> Asked:
    """A question with several answers: each line is those who chose it against those who did not."""
    chosen = Counter(
        code
        for kept in counts.values()
        for (_, codes), people in kept.items()
        for code in (codes or "").split(",") * people
    )
    lines = []
    for choice in item.choices:
        number = safe(((chosen[choice.code], total - chosen[choice.code]),)).cells[0][0]
        lines.append(Line(choice.label, _share(number, total)))
    return Asked(item.key, _wording(item), tuple(lines), several=True)


def _wording(item: Question) -> str:
    """A question as it stands above its table; the row of a matrix says first what it is a row of."""
    return f"{item.matrix.wording} {item.wording}" if item.matrix else item.wording


def _share(number: int | None, total: int) -> Share | None:
    return None if number is None else Share(number, total)


def _kept(item: Question, code: str) -> Kept:
    row = questions.stored(item, code)
    return row.number, row.choice


@lru_cache(maxsize=512)
def safe(rows: tuple[tuple[int, ...], ...]) -> SafeTable:
    """The table as it may be shown. Kept, because a closed survey is looked at more than once and says the same each time."""
    return suppress(rows)
