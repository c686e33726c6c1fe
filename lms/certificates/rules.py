"""Who gets a certificate, why not yet, and what it says. Pure."""

import calendar
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from lms.attendance.models import Mark
from lms.errors import RuleBroken
from lms.words import listing, plural

#: How long a mass issue can be undone: until then nobody has heard of it, because its letters wait.
UNDO_FOR = timedelta(hours=1)
#: What must have been attended where nobody says otherwise: every date.
ALL = 100

NO_REASON = "Enter the reason. It stays with the certificate"
NO_NAME = "Enter the name as it should stand on the certificate"
NOT_HERE = "The register does not say that {} was there, so there is nothing to certify. Correct the register first"
HAS_ONE = "{} has a certificate for this session already"
WITHDRAWN = "This certificate is withdrawn already"
NOT_LIVE = "Only a certificate that is valid can be corrected. This one is withdrawn"
NOBODY = "Nobody here is left to be given a certificate"
TOO_LATE = "This could be undone until {}. Its letters have gone out since, so withdraw certificates one by one"
UNDONE = "This has been undone already"


@dataclass(frozen=True)
class Conditions:
    """What a course asks for: the least share of dates (per cent), and whether a date attended in part counts."""

    least_share: int = ALL
    part_counts: bool = False


@dataclass(frozen=True)
class DateAttended:
    """One date of a session: how long it was, what the register says of one person, and how long they were there where it says
    so. Minutes."""

    minutes: int
    mark: Mark | None
    present: int | None = None


@dataclass(frozen=True)
class Attended:
    """How many of how many dates count, and the share of the time the person was there (0 to 1)."""

    dates: int
    of: int
    share: float
    #: Were they there at all?
    came: bool


def attended(dates: Sequence[DateAttended], *, part_counts: bool) -> Attended:
    """What the registers of all dates of a session say together of one person.

    >>> attended([DateAttended(180, Mark.ATTENDED), DateAttended(180, Mark.NO_SHOW)], part_counts=False)
    Attended(dates=1, of=2, share=0.5, came=True)
    >>> attended([DateAttended(200, Mark.LEFT_EARLY, 150)], part_counts=True)
    Attended(dates=1, of=1, share=0.75, came=True)
    """
    counted = [one for one in dates if one.mark is Mark.ATTENDED or (part_counts and one.mark and one.mark.came)]
    there = sum(_there(one) for one in dates)
    whole = sum(one.minutes for one in dates)
    came = any(one.mark is not None and one.mark.came for one in dates)
    return Attended(len(counted), len(dates), there / whole if whole else 0.0, came)


def _there(one: DateAttended) -> int:
    """Minutes somebody was there on one date. In part, without saying how long: half of it."""
    if one.mark is None or not one.mark.came:
        return 0
    if one.mark is Mark.ATTENDED:
        return one.minutes
    return min(one.minutes, one.present if one.present is not None else one.minutes // 2)


def enough(found: Attended, conditions: Conditions) -> bool:
    """Is what was attended enough?"""
    return found.came and found.of > 0 and found.dates * 100 >= conditions.least_share * found.of


def earned(hours: float | None, share: float) -> float | None:
    """The hours to print: the course's own for who was there from beginning to end, else their part in full quarters.

    >>> earned(3.0, 1.0), earned(3.0, 0.6), earned(None, 1.0)
    (3.0, 1.75, None)
    """
    if hours is None or share >= 1:
        return hours
    return int(hours * share * 4) / 4


def valid_until(last_day: date, refresh_months: int | None) -> date | None:
    """The last day a certificate counts: so many months after the last date, the day before. None where once is enough.

    >>> valid_until(date(2024, 11, 5), 36), valid_until(date(2024, 2, 29), 36), valid_until(date(2024, 11, 5), None)
    (datetime.date(2027, 11, 4), datetime.date(2027, 2, 27), None)
    """
    if refresh_months is None:
        return None
    months = last_day.year * 12 + last_day.month - 1 + refresh_months
    year, month = divmod(months, 12)
    day = min(last_day.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day) - timedelta(days=1)


class Why(StrEnum):
    """Why somebody has no certificate. The value is for lists; `sentence` is what is read."""

    CANNOT = "cannot"
    NO_REGISTER = "no_register"
    NOT_CAME = "not_came"
    TOO_LITTLE = "too_little"
    WITHDRAWN = "withdrawn"


def why_not(
    *, gives: bool, finished: bool, found: Attended, conditions: Conditions, withdrawn: bool
) -> tuple[Why, str] | None:
    """Why a mass issue or the worker gives this person none, as an officer reads it; None: they get one."""
    if not gives:
        return Why.CANNOT, "The course gives no certificates"
    if not finished:
        return Why.NO_REGISTER, "The register is not finished"
    if not found.came:
        return Why.NOT_CAME, "The register does not say that they came"
    if not enough(found, conditions):
        return Why.TOO_LITTLE, f"{_dates_words(found)}; the course asks for {asks_for(conditions, found.of)}"
    if withdrawn:
        return Why.WITHDRAWN, "Theirs was withdrawn. Issue it by hand if that was wrong"
    return None


def _dates_words(found: Attended) -> str:
    if found.of == 1:
        return "Was there in part"
    return f"Was at {found.dates} of {plural(found.of, 'date')} from beginning to end"


def asks_for(conditions: Conditions, of: int) -> str:
    """What a course asks for, in words, for a session of so many dates.

    >>> asks_for(Conditions(), 1), asks_for(Conditions(), 3), asks_for(Conditions(60), 3), asks_for(Conditions(100, True), 1)
    ('all of it', 'all 3 dates', '2 of 3 dates', 'a part of it')
    """
    least = -(-conditions.least_share * of // 100)
    if of == 1:
        return "a part of it" if conditions.part_counts else "all of it"
    return f"all {of} dates" if least >= of else f"{max(least, 1)} of {of} dates"


def not_yet(why: Why, *, found: Attended, conditions: Conditions) -> str:
    """The same to the learner, on the page of their booking; empty where there is nothing to say."""
    if why is Why.NO_REGISTER:
        return "Your certificate is made as soon as the register of this session is finished."
    if why is Why.TOO_LITTLE:
        needs = asks_for(conditions, found.of)
        return f"This course gives a certificate to who was there for {needs}. The register says that you were there for less."
    if why is Why.WITHDRAWN:
        return "Your certificate for this session was withdrawn. Ask the training team if you do not know why."
    return ""


def check_by_hand(name: str, found: Attended, *, has_one: bool, reason: str) -> None:
    """An officer may give a certificate to anybody who came, and says why."""
    if has_one:
        raise RuleBroken(HAS_ONE.format(name))
    if not found.came:
        raise RuleBroken(NOT_HERE.format(name))
    check_reason(reason)


def check_reason(reason: str) -> None:
    """A withdrawal, and what is done by hand, has a reason."""
    if not reason.strip():
        raise RuleBroken(NO_REASON)


def check_as_previewed(people: int, seen: int) -> None:
    """Nobody issues other certificates than those they have looked at."""
    if not people:
        raise RuleBroken(NOBODY)
    if people != seen:
        raise RuleBroken(f"Since you looked it has become {plural(people, 'certificate')}, not {seen}. Look once more")


def check_undo(*, undone: bool, until: datetime, until_words: str, now: datetime) -> None:
    """Can a mass issue still be undone?"""
    if undone:
        raise RuleBroken(UNDONE)
    if now >= until:
        raise RuleBroken(TOO_LATE.format(until_words))


class Status(StrEnum):
    """What somebody who checks a certificate is told. `label` is the word people read."""

    VALID = "valid"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The status in words."""
        return STATUS_LABELS[self]


STATUS_LABELS = {Status.VALID: "Valid", Status.EXPIRED: "Expired", Status.WITHDRAWN: "Withdrawn"}


def status(*, revoked: bool, valid_until: date | None, today: date) -> Status:
    """Does it count on this day?"""
    if revoked:
        return Status.WITHDRAWN
    return Status.EXPIRED if valid_until is not None and valid_until < today else Status.VALID


def initials(name: str) -> str:
    """The first letter of each part of a name: enough to compare with a certificate in one's hand, too little to look people up.

    >>> initials("Siân Łukasik-Morgan"), initials("محمد خان"), initials("  ")
    ('S Ł-M', 'م خ', '')
    """
    return " ".join("-".join(part[0] for part in word.split("-") if part) for word in name.split())


def same_name(typed: str, name: str) -> bool:
    """Is this the name on the certificate? Capitals, accents, hyphens and the kind of apostrophe do not matter.

    >>> same_name("sian lukasik morgan", "Siân Łukasik-Morgan"), same_name("Sian Morgan", "Siân Łukasik-Morgan")
    (True, False)
    """
    return bool(_plain(typed)) and _plain(typed) == _plain(name)


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold()).translate(_ALIKE)
    kept = "".join(" " if one == "-" else one for one in letters if not unicodedata.combining(one))
    return " ".join(kept.split())


#: Letters that are typed otherwise on many keyboards, and marks that are left out.
_ALIKE = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "’": "", "'": "", "‘": "", ".": "", "‐": "-", "–": "-"}
)


def days_words(days: Collection[date]) -> str:
    """The days of a session as a certificate says them.

    >>> days_words([date(2024, 11, 5)]), days_words([date(2025, 1, 14), date(2025, 1, 28), date(2025, 2, 4)])
    ('5 November 2024', '14 January, 28 January and 4 February 2025')
    """
    ordered = sorted(days)
    last = ordered[-1] if ordered else None
    return listing(
        [
            f"{one.day} {one:%B}" + (f" {one.year}" if one == last or (last and one.year != last.year) else "")
            for one in ordered
        ]
    )


def hours_line(hours: str, participatory: str) -> str:
    """How much learning it was, in one sentence; empty where the course does not say.

    >>> hours_line("3 hours", "2½ hours"), hours_line("3 hours", ""), hours_line("", "")
    ('3 hours of learning, 2½ hours of it taking part.', '3 hours of learning.', '')
    """
    if not hours:
        return ""
    return f"{hours} of learning, {participatory} of it taking part." if participatory else f"{hours} of learning."
