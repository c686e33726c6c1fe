"""What a figure of a measure must be, how a period is read, and when a measure or an import may be taken back. Pure."""

import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from evaluation.measures.models import Measure, MeasureKind
from lms import dates
from lms.errors import RuleBroken
from lms.form_dates import MONTHS
from lms.words import plural, share_words

#: How a finding was made. A re-audit asks what the audit asked; a dip sample is shown and not compared.
METHODS = ("audit", "re-audit", "dip sample")
LETTERS = {MeasureKind.ANALYTICAL_DATA: "A", MeasureKind.QUALITY_ASSURANCE: "Q", MeasureKind.IMPACT_EVALUATION: "I"}
KIND_LABELS = {
    MeasureKind.ANALYTICAL_DATA: "Analytical data",
    MeasureKind.QUALITY_ASSURANCE: "Quality assurance finding",
    MeasureKind.IMPACT_EVALUATION: "Impact evaluation",
}
KIND_HINTS = {
    MeasureKind.ANALYTICAL_DATA: "A number by month, such as referrals that come with an assessment. Typed in or imported.",
    MeasureKind.QUALITY_ASSURANCE: "What an audit, a re-audit or a dip sample found: so many of so many. Typed in.",
    MeasureKind.IMPACT_EVALUATION: "What people who came answer, before and after. Counted live from the surveys, never typed.",
}


@dataclass(frozen=True)
class Figure:
    """What is said of one month or one audit: a share (numerator of denominator), or a plain value."""

    numerator: int | None = None
    denominator: int | None = None
    value: float | None = None

    @property
    def empty(self) -> bool:
        """Is nothing said?"""
        return self.numerator is None and self.denominator is None and self.value is None

    @property
    def words(self) -> str:
        """“16 of 24 (67%)”, “1,240”, or that there is none."""
        if self.numerator is not None and self.denominator is not None:
            return share_words(self.numerator, self.denominator)
        return "no figure" if self.value is None else number_words(self.value)


def number_words(value: float) -> str:
    """A plain value as people write it.

    >>> number_words(1240.0), number_words(3.5), number_words(-2)
    ('1,240', '3.5', '−2')
    """
    return f"{value:,.4f}".rstrip("0").rstrip(".").replace("-", "−")


def read_number(text: str) -> float | None:
    """A number as people type it: 0.5, 50%, 1,240. None for nothing. RuleBroken for something else.

    >>> read_number("50%"), read_number("1,240"), read_number("")
    (0.5, 1240.0, None)
    """
    said = text.strip().replace(",", "").replace("−", "-")
    if not said:
        return None
    match = re.fullmatch(r"(-?\d{1,12}(?:\.\d{1,10})?)\s*(%?)", said)
    if match is None:
        raise RuleBroken(f"“{text[:40]}” is not a number. Write it like 0.5, 50% or 1240.")
    return float(match[1]) / (100 if match[2] else 1)


def read_period(text: str, kind: MeasureKind) -> date:
    """The month of a series (its first day), or the day of an audit. RuleBroken where it cannot be read.

    >>> read_period("March 2024", MeasureKind.ANALYTICAL_DATA), read_period("2024-03-14", MeasureKind.ANALYTICAL_DATA)
    (datetime.date(2024, 3, 1), datetime.date(2024, 3, 1))
    >>> read_period("14/3/2024", MeasureKind.QUALITY_ASSURANCE)
    datetime.date(2024, 3, 14)
    """
    said = text.strip()
    found = _day(said) or _month(said)
    if found is None:
        raise RuleBroken(
            f"“{said[:40]}” is neither a month nor a day. Write it like 2024-03, March 2024 or 2024-03-14."
        )
    if not 1990 <= found.year <= 2100:
        raise RuleBroken(f"The year {found.year} cannot be right.")
    return found.replace(day=1) if kind is MeasureKind.ANALYTICAL_DATA else found


def _day(said: str) -> date | None:
    for pattern in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%d %m %Y"):
        try:
            return datetime.strptime(said, pattern).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _month(said: str) -> date | None:
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})", said):
        year, month = int(match[1]), int(match[2])
    elif match := re.fullmatch(r"(\d{1,2})[/.](\d{4})", said):
        year, month = int(match[2]), int(match[1])
    elif (match := re.fullmatch(r"([A-Za-z]{3,9})[ -](\d{4})", said)) and match[1].lower()[:3] in MONTHS:
        year, month = int(match[2]), MONTHS.index(match[1].lower()[:3]) + 1
    else:
        return None
    return date(year, month, 1) if 1 <= month <= 12 and year else None


def check_figure(kind: MeasureKind, name: str, figure: Figure, method: str, others: Collection[Figure]) -> None:
    """May this figure stand in a measure beside its others? RuleBroken names the part that is wrong."""
    if kind is MeasureKind.IMPACT_EVALUATION:
        raise RuleBroken(f"{name} is counted live from the surveys, so no figure is typed or imported.", "measure")
    _check_parts(figure)
    if kind is MeasureKind.QUALITY_ASSURANCE:
        if figure.denominator is None:
            raise RuleBroken("A finding is so many of so many: give a numerator and a denominator.", "denominator")
        if not any(word in method for word in ("audit", "dip sample")):
            raise RuleBroken("The method is audit, re-audit or dip sample.", "method")
    elif others:
        shares = any(one.denominator is not None for one in others)
        if shares and figure.denominator is None:
            raise RuleBroken(f"The figures of {name} are shares: give a numerator and a denominator.", "value")
        if not shares and figure.denominator is not None:
            raise RuleBroken(f"The figures of {name} are plain numbers: give a value.", "denominator")


def _check_parts(figure: Figure) -> None:
    """Is it a share of something, or a plain value, and not both?"""
    if figure.denominator is None and figure.numerator is None:
        if figure.value is None:
            raise RuleBroken("Give a value, or a numerator with its denominator.", "value")
        if not math.isfinite(figure.value):
            raise RuleBroken("This is not a number.", "value")
        return
    if figure.value is not None:
        raise RuleBroken("Give either a value, or a numerator with its denominator.", "value")
    if figure.numerator is None:
        raise RuleBroken("A denominator needs its numerator.", "numerator")
    if figure.denominator is None:
        raise RuleBroken("A numerator needs its denominator: of how many?", "denominator")
    if figure.denominator < 1:
        raise RuleBroken("There is no share of none. Leave the month out.", "denominator")
    if figure.numerator > figure.denominator:
        raise RuleBroken(f"{figure.numerator:,} cannot be a part of {figure.denominator:,}.", "numerator")


def check_key(key: str) -> None:
    """Can this be the key of a measure?"""
    if not re.fullmatch(r"[A-Z][A-Z0-9.-]{1,38}[A-Z0-9]", key):
        raise RuleBroken("Use capital letters, figures, hyphens and full stops only, such as LDA-014-A2")


def suggested(action: str, kind: MeasureKind, taken: Collection[str]) -> str:
    """The next free key of an action.

    >>> suggested("LDA-014", MeasureKind.ANALYTICAL_DATA, {"LDA-014-A1"})
    'LDA-014-A2'
    """
    number = 1
    while f"{action}-{LETTERS[kind]}{number}" in taken:
        number += 1
    return f"{action}-{LETTERS[kind]}{number}"


def check_removable(measure: Measure, *, figures: int, answers: bool) -> None:
    """May a measure go? Not once it says something. RuleBroken says what depends on it."""
    threads = [one.reference for one in measure.action.recommendations]
    where = f"the thread of {threads[0]}" if threads else measure.action.reference
    if figures:
        raise RuleBroken(
            f"{measure.key} holds {plural(figures, 'figure')}, and {where} rests on them. It stays; change what is wrong with it."
        )
    if answers:
        raise RuleBroken(
            f"{measure.key} is counted from answers people have given, and {where} rests on them. It stays."
        )


def may_undo(at: datetime, undone_at: datetime | None, now: datetime) -> bool:
    """Can an import be undone: until the end of the next day, once?"""
    return undone_at is None and (dates.london(now).date() - dates.london(at).date()).days <= 1


def period_words(kind: MeasureKind, dated: date | None, method: str = "") -> str:
    """“March 2024”, “12 October 2023, re-audit”, or the target, which has no day.

    >>> period_words(MeasureKind.ANALYTICAL_DATA, date(2024, 3, 1)), period_words(MeasureKind.ANALYTICAL_DATA, None)
    ('March 2024', 'target')
    """
    if dated is None:
        return "target"
    said = dates.month(dated) if kind is MeasureKind.ANALYTICAL_DATA else dates.day(dated)
    return f"{said}, {method}" if method else said
