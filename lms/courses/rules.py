"""What a course, a level and a venue may be. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from lms.catalogue.models import CountedBy, CourseKind, Level
from lms.catalogue.rules import is_valid
from lms.errors import RuleBroken
from lms.words import listing
from lms.working_days import Unit

OURS = "partnership"
#: Words of our own addresses under /courses/.
NOT_CODES = {"NEW", "MANAGE"}
FRACTIONS = {"¼": 0.25, "½": 0.5, "¾": 0.75}
MOST_OUTCOMES, LONGEST_OUTCOME = 20, 300
MOST_REMINDERS, EARLIEST_REMINDER = 4, 90
#: A text longer than this is named in the list of what people did, and not repeated there.
SHORT = 60

CODE = "Enter a code of 2 to 12 letters, numbers and hyphens, like NEG or DSL-2"
ADDRESS = "Enter a web address that begins with https://, like https://www.example.org.uk/courses"
REMINDERS = "Enter days as whole numbers with commas between, like 14, 5"
RETIRE_FIRST = "This course still has sessions to come. Hold or cancel them first: {}."


class Refused(RuleBroken):
    """It cannot be kept like this; `field` is the field the sentence stands beside."""

    field: str

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence, field)


@dataclass(frozen=True)
class Details:
    """What an officer says of a course, apart from its code. Names are those of the columns; `*_ids` are rows."""

    title: str
    kind: CourseKind
    aim: str
    outcomes: list[str]
    audience: str
    modes: list[str]
    tags: list[str]
    counted_by: CountedBy
    level_ids: frozenset[int]
    hours: float | None
    participatory_hours: float | None
    refresh_months: int | None
    prerequisite_ids: frozenset[int]
    priority_ids: frozenset[int]
    needs_approval: bool
    approval_days: int
    cancel_amount: int
    cancel_unit: Unit
    automatic_days: int
    offer_hours: int
    stops_hours: int
    reminder_days: list[int]
    joining_days: int
    tells_manager: bool
    complete_within_days: int | None
    minimum_share: int
    provided_by: str
    booking_url: str
    content_note: str

    @property
    def columns(self) -> dict[str, Any]:
        """What is a column of the course itself: {name: value}."""
        return {name: value for name, value in asdict(self).items() if not name.endswith("_ids")}


def code_of(typed: str) -> str:
    """A course's code as it is kept: in capitals. Refused where it is none.

    >>> code_of(" dsl-2 ")
    'DSL-2'
    """
    code = typed.strip().upper()
    if not re.fullmatch(r"[A-Z0-9]+(-[A-Z0-9]+)*", code) or not 2 <= len(code) <= 12:
        raise Refused("code", CODE)
    if code in NOT_CODES:
        raise Refused("code", "This word is one of our own addresses. Enter another code")
    return code


def hours_of(typed: str) -> float:
    """A number of hours as people write it. ValueError if it is none.

    >>> [hours_of(text) for text in ("3", "3.5", "3½", "½", "1:30", "4,5")]
    [3.0, 3.5, 3.5, 0.5, 1.5, 4.5]
    """
    found = re.fullmatch(r"(\d{1,3})?([¼½¾])|(\d{1,3}):([0-5]\d)|(\d{1,3}(?:[.,]\d{1,2})?)", typed.replace(" ", ""))
    if not found:
        raise ValueError
    if found[2]:
        return int(found[1] or 0) + FRACTIONS[found[2]]
    if found[3]:
        return round(int(found[3]) + int(found[4]) / 60, 2)
    return float(found[5].replace(",", "."))


def outcomes_of(typed: str) -> list[str]:
    """The outcomes, one from each line, without the marks of a list people paste.

    >>> outcomes_of("- Say what neglect is\\n\\n• Choose the next step")
    ['Say what neglect is', 'Choose the next step']
    """
    lines = (re.sub(r"^[-–•*·]\s+", "", line.strip()).strip() for line in typed.splitlines())
    return [line for line in lines if line]


def tags_of(typed: str) -> list[str]:
    """Words people search for, as they are kept.

    >>> tags_of("Neglect, professional curiosity, neglect")
    ['neglect', 'professional_curiosity']
    """
    words = ("_".join(part.lower().split()) for part in re.split(r"[,;\n]", typed))
    return list(dict.fromkeys(word for word in words if word))


def reminder_days_of(typed: str) -> list[int]:
    """How many days before people are reminded, the earliest first; none where nothing is typed. Refused if it cannot be read.

    >>> reminder_days_of("5, 14 and 5"), reminder_days_of("")
    ([14, 5], [])
    """
    parts = [part for part in re.split(r"[,;\s]+|\band\b", typed.strip()) if part]
    if any(not re.fullmatch(r"[0-9]{1,3}", part) for part in parts):
        raise Refused("reminder_days", REMINDERS)
    days = sorted({int(part) for part in parts}, reverse=True)
    if len(days) > MOST_REMINDERS:
        raise Refused("reminder_days", f"Enter no more than {MOST_REMINDERS} reminders")
    if any(not 1 <= day <= EARLIEST_REMINDER for day in days):
        raise Refused("reminder_days", f"Enter days from 1 to {EARLIEST_REMINDER}")
    return days


def is_safe_address(url: str) -> bool:
    """Is this an address people can be sent to? Only https, with the name of a site and nobody's password.

    >>> [is_safe_address(u) for u in ("https://nspcc.example/book?c=1", "http://a.example", "https://me:x@a.example", "https://a")]
    [True, False, False, False]
    """
    if not re.fullmatch(r"[!-~]{1,500}", url) or "\\\\" in url:
        return False
    try:
        parts = urlsplit(url)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        return False
    name = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
    return (
        parts.scheme == "https"
        and "@" not in parts.netloc
        and port_fits
        and bool(re.fullmatch(rf"({name}\.)+{name}", parts.hostname or ""))
    )


def faults(said: Details) -> list[tuple[str, str]]:
    """What does not fit together: (field, the sentence beside it), none when all does."""
    signposted = said.kind is CourseKind.SIGNPOSTED
    longest = max((len(one) for one in said.outcomes), default=0)
    more = said.participatory_hours is not None and said.participatory_hours > (said.hours or 0)
    found = (
        (len(said.outcomes) > MOST_OUTCOMES, "outcomes", f"Enter no more than {MOST_OUTCOMES} lines"),
        (longest > LONGEST_OUTCOME, "outcomes", f"Keep each line to {LONGEST_OUTCOME} characters"),
        (
            said.participatory_hours is not None and said.hours is None,
            "hours",
            "Enter the hours in all, of which these are a part",
        ),
        (more and said.hours is not None, "participatory_hours", "Enter no more than the hours in all"),
        (signposted and said.provided_by == OURS, "provided_by", "Enter whose course it is"),
        (bool(said.booking_url) and not is_safe_address(said.booking_url), "booking_url", ADDRESS),
        (
            bool(said.booking_url) and not signposted,
            "booking_url",
            "Only a course of another organisation is booked elsewhere. Select that kind at the top, or leave this empty",
        ),
    )
    return [(field, sentence) for wrong, field, sentence in found if wrong]


def check(said: Details) -> None:
    """Refused where something does not fit together."""
    for field, sentence in faults(said):
        raise Refused(field, sentence)


def check_code_may_change(sessions: int) -> None:
    """People and letters name a course by its code, so it stays once there is a session."""
    if sessions:
        raise Refused("code", "This course has sessions, so its code stays as it is")


def after(course_id: int, pairs: Iterable[tuple[int, int]]) -> set[int]:
    """The courses that come after this one, directly or in steps, and itself: none of them can come before it. `pairs` are
    (course, what comes before it).

    >>> sorted(after(1, [(2, 1), (3, 2), (4, 5)]))
    [1, 2, 3]
    """
    known, found = list(pairs), {course_id}
    while more := {course for course, before in known if before in found} - found:
        found |= more
    return found


def check_no_circle(course_id: int, chosen: Collection[int], pairs: Iterable[tuple[int, int]]) -> None:
    """No course comes, in however many steps, before itself."""
    if after(course_id, pairs) & set(chosen):
        raise Refused("prerequisites", "A course cannot come before itself. Take away the one that needs this course")


def check_may_retire(sessions: Sequence[str]) -> None:
    """Nobody has a place on a course that is no longer offered. `sessions` are the references of those to come."""
    if sessions:
        raise RuleBroken(RETIRE_FIRST.format(listing(sessions)))


def levels_to_keep(levels: Iterable[Level], chosen: Collection[int], today: date) -> list[Level]:
    """The levels of a course that the page did not show, because they hold before or after today. What follows a level goes
    with it when that is taken away."""
    held = list(levels)
    gone = {(one.scheme_id, one.key) for one in held if is_valid(one, today) and one.id not in chosen}
    return [
        one
        for one in held
        if not is_valid(one, today) and not (one.valid_from > today and (one.scheme_id, one.key) in gone)
    ]


def short(value: object) -> str | None:
    """A value as the list of what people did repeats it; None where it is too long for that."""
    if value is None or value == "" or value == []:
        words = "nothing"
    elif isinstance(value, list):
        words = ", ".join(str(one) for one in value)
    elif isinstance(value, float):
        words = f"{value:g}"
    else:
        words = str(value)
    return words if len(words) <= SHORT else None


def changes(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, str]:
    """What the list of what people did says of a change: which fields, and what was and is where that is short.

    >>> changes({"title": "Neglect", "aim": "x"}, {"title": "Neglect early", "aim": "x"})
    {'fields': 'title', 'title_before': 'Neglect', 'title_after': 'Neglect early'}
    """
    changed = [name for name in after if after[name] != before[name]]
    said = {"fields": ", ".join(changed)} if changed else {}
    for name in changed:
        was, now_is = short(before[name]), short(after[name])
        if was is not None and now_is is not None:
            said |= {f"{name}_before": was, f"{name}_after": now_is}
    return said


# Levels.


def key_of(name: str, taken: Collection[str]) -> str:
    """A key for something new, made of its name.

    >>> key_of("Level 3: lead", {"level_3_lead"}), key_of("…", ())
    ('level_3_lead_2', 'level')
    """
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:34].strip("_") or "level"
    return next(key for key in (plain, *(f"{plain}_{n}" for n in range(2, 1000))) if key not in taken)


def check_begins(old: Level, begins_on: date) -> None:
    """A new name begins after the old one did, so that the old one held for at least a day."""
    if begins_on <= old.valid_from:
        raise Refused("valid_from", "Enter a day after the one on which the old name began")


def check_ends(level: Level, last_day: date) -> None:
    """A level ends on the day it began or later."""
    if last_day < level.valid_from:
        raise Refused("valid_until", "Enter the day on which it began, or a later one")


def check_not_followed(followed_by: Level | None) -> None:
    """Only the last form of a level is changed: what was, was."""
    if followed_by is not None:
        raise RuleBroken(f"“{followed_by.name}” has already followed this level. Change that one.")


def check_unused(courses: int, what: str) -> None:
    """What something names stays, so that what was remains readable."""
    if courses:
        raise RuleBroken(f"This {what} is in use, so it cannot be removed.")


def day_before(day: date) -> date:
    """The last day of what came before."""
    return day - timedelta(days=1)
