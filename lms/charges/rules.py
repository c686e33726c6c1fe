"""Which rule of charging decides, and how money is said. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lms.charges.models import ChargeKind, ChargeRule, Length
from lms.errors import RuleBroken

#: Half a day is up to so many hours.
HALF_DAY_HOURS = 4


@dataclass(frozen=True)
class Facts:
    """What a charge depends on: for what, on which day, which course and how long it is, and who the organisation is. `turnover`
    is in pounds a year, None where it is not known."""

    kind: ChargeKind
    day: date
    course_id: int
    length: Length
    sector_id: int
    turnover: int | None


def length_of(hours: float | None) -> Length:
    """Half or full day; without hours, a full one.

    >>> [length_of(hours).label for hours in (4, 4.5, None)]
    ['Half day', 'Full day', 'Full day']
    """
    return Length.HALF if hours is not None and hours <= HALF_DAY_HOURS else Length.FULL


def fits(rule: ChargeRule, facts: Facts) -> bool:
    """Does this rule speak of such a case? A band of turnover does not speak of an organisation whose turnover is not known."""
    in_time = rule.valid_from <= facts.day and (rule.valid_until is None or facts.day <= rule.valid_until)
    banded = rule.turnover_from is not None or rule.turnover_below is not None
    in_band = not banded or (
        facts.turnover is not None
        and (rule.turnover_from or 0) <= facts.turnover
        and (rule.turnover_below is None or facts.turnover < rule.turnover_below)
    )
    return (
        in_time
        and in_band
        and rule.kind is facts.kind
        and rule.course_id in (None, facts.course_id)
        and rule.sector_id in (None, facts.sector_id)
        and rule.length in (None, facts.length)
    )


def decides(rules: Iterable[ChargeRule], facts: Facts) -> ChargeRule | None:
    """The rule that says most about the case: a course before a sector, a sector before a turnover, a turnover before a length;
    of equal ones the newest. None where none speaks of it, and then it costs nothing."""
    return max((rule for rule in rules if fits(rule, facts)), key=_says, default=None)


def _says(rule: ChargeRule) -> tuple[bool, bool, bool, bool, date, int]:
    banded = rule.turnover_from is not None or rule.turnover_below is not None
    return (
        rule.course_id is not None,
        rule.sector_id is not None,
        banded,
        rule.length is not None,
        rule.valid_from,
        rule.id or 0,
    )


def pounds(pence: int) -> str:
    """
    >>> pounds(5000), pounds(3550), pounds(0), pounds(123456)
    ('£50', '£35.50', '£0', '£1,234.56')
    """
    return f"£{pence // 100:,}" + (f".{pence % 100:02}" if pence % 100 else "")


def read_pounds(typed: str) -> int:
    """Pence, from what somebody types for a sum. RuleBroken with the sentence to show.

    >>> read_pounds("£35.50"), read_pounds("50"), read_pounds("1,200")
    (3550, 5000, 120000)
    """
    plain = typed.strip().removeprefix("£").replace(",", "").strip()
    whole, point, part = plain.partition(".")
    right = whole.isascii() and whole.isdigit() and len(whole) <= 6
    if not right or (point and not (part.isascii() and part.isdigit() and len(part) == 2)):
        raise RuleBroken("Enter a sum in pounds, like 50 or 35.50")
    return int(whole) * 100 + int(part or 0)


def check_waivable(*, why: str, waived: bool, pence: int) -> None:
    """A waiver has its reason, and something to waive."""
    if waived:
        raise RuleBroken("This charge is waived already.")
    if not pence:
        raise RuleBroken("There is nothing to pay here.")
    if not why.strip():
        raise RuleBroken("Enter the reason. It is kept with your name")


def check_ends(rule: ChargeRule, last: date) -> None:
    """A rule ends on or after the day it began."""
    if last < rule.valid_from:
        raise RuleBroken("Enter a day on or after the one it began on")
