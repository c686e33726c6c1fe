"""What people asked of the catalogue, and how a month is laid out. Pure."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from lms import words as said_in
from lms.catalogue.models import Course, CourseKind, Level, Mode
from lms.dates import day as day_words
from lms.dates import london
from lms.words import listing, plural
from lms.working_days import Unit, deadline_before, until

#: What people choose under “How”: the modes of sessions, and the modes of courses, that it stands for.
HOW = {
    "classroom": ("Classroom", (Mode.CLASSROOM, Mode.HYBRID), ("classroom",)),
    "online": ("Online, live", (Mode.VIRTUAL, Mode.HYBRID), ("virtual",)),
    "anytime": ("E-learning, any time", (), ("e_learning", "self_study")),
}

#: What people choose under “Kind”, and the kinds of course it stands for.
KIND = {
    "core": ("Core", (CourseKind.CORE,)),
    "subject": ("Subject-specific", (CourseKind.SUBJECT,)),
    "short": ("Masterclass or briefing", (CourseKind.MASTERCLASS, CourseKind.BRIEFING, CourseKind.CONFERENCE)),
    "school": ("For schools", (CourseKind.SCHOOL, CourseKind.FORUM)),
    "week": ("Safeguarding Week", (CourseKind.SAFEGUARDING_WEEK,)),
    "else": ("Other", (CourseKind.E_LEARNING, CourseKind.CHAMPIONS, CourseKind.RESOURCE, CourseKind.SIGNPOSTED)),
}

MODES_OF_COURSES = {
    "classroom": "in a classroom",
    "virtual": "online, live",
    "e_learning": "online at any time",
    "self_study": "by reading, at any time",
}


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for. Empty means everything."""

    text: str = ""
    #: Is nothing of the text to be taken for mistyped?
    exact: bool = False
    how: frozenset[str] = frozenset()
    kinds: frozenset[CourseKind] = frozenset()
    #: The key of a priority of the delivery plan that the course serves, and the id of a level it has.
    priority: str = ""
    level: int | None = None
    #: Only sessions with places left, and only those that start on this day or later.
    room: bool = False
    after: date | None = None

    @property
    def dated(self) -> bool:
        """Is something asked that only a session can answer? Then a course without one does not match."""
        return self.room or self.after is not None

    @property
    def session_modes(self) -> frozenset[Mode] | None:
        """The modes of sessions that match; None: all."""
        return frozenset(mode for key in self.how for mode in HOW[key][1]) if self.how else None

    @property
    def course_modes(self) -> frozenset[str] | None:
        """The modes of courses that match; None: all."""
        return frozenset(mode for key in self.how for mode in HOW[key][2]) if self.how else None


def months_of(moments: Iterable[datetime]) -> list[date]:
    """The months in which something is, as their first days, in order."""
    return sorted({london(moment).date().replace(day=1) for moment in moments})


def parse_month(text: str) -> date | None:
    """A month as it stands in an address (2024-11); None if it is none."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None


def month_after(month: date) -> date:
    """The first day of the next month.

    >>> month_after(date(2024, 12, 1))
    datetime.date(2025, 1, 1)
    """
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def weeks(month: date) -> list[list[int]]:
    """The days of a month by week from Monday; 0 where a day belongs to another month.

    >>> weeks(date(2024, 11, 1))[0]
    [0, 0, 0, 0, 1, 2, 3]
    """
    return calendar.monthcalendar(month.year, month.month)


def is_valid(level: Level, day: date) -> bool:
    """Does a level hold on a day?"""
    return level.valid_from <= day and (level.valid_until is None or day <= level.valid_until)


def levels_on(levels: Iterable[Level], day: date) -> list[str]:
    """The levels of a course that hold on a day, by scheme: “Health: Level 2 and Level 3”."""
    schemes: dict[str, list[Level]] = {}
    for level in sorted(levels, key=lambda one: (one.scheme.position, one.scheme.name, one.position, one.name)):
        if is_valid(level, day):
            schemes.setdefault(level.scheme.name, []).append(level)
    return [f"{scheme}: {listing([one.name for one in found])}" for scheme, found in schemes.items()]


def modes_words(modes: Iterable[str]) -> str:
    """How a course is held, in words.

    >>> modes_words(["classroom", "virtual"])
    'In a classroom or online, live'
    """
    said = listing([MODES_OF_COURSES.get(mode, mode.replace("_", " ")) for mode in modes], "or")
    return said[:1].upper() + said[1:]


def hours_words(hours: float | None, participatory: float | None) -> str:
    """The hours of learning a course counts for.

    >>> hours_words(6, 4.5), hours_words(1.5, None), hours_words(None, None)
    ('6 hours, of which 4½ participatory (with other people)', '1½ hours', '')
    """
    if hours is None:
        return ""
    whole = said_in.hours_words(round(hours * 60))
    if participatory is None or participatory == hours:
        return whole
    part = said_in.hours_words(round(participatory * 60)).removesuffix(" hours").removesuffix(" hour")
    return f"{whole}, of which {part} participatory (with other people)"


def provider_words(provided_by: str) -> str:
    """Whose course it is, to follow “by” or “at”. Empty for the partnership's own.

    >>> provider_words("partner agency"), provider_words("NSPCC"), provider_words("partnership")
    ('a partner agency', 'NSPCC', '')
    """
    if provided_by == "partnership":
        return ""
    return f"a {provided_by}" if provided_by[:1].islower() else provided_by


def has_dates(course: Course) -> bool:
    """Is it held on dates that are booked here?"""
    return course.kind is not CourseKind.SIGNPOSTED and bool({"classroom", "virtual"} & {*course.modes})


def cancel_words(course: Course, next_start: datetime | None) -> str:
    """Until when a place can be given back by oneself; with a date, for that one as an example."""
    if course.cancel_amount == 0:
        return "You can cancel until it starts."
    amount = course.cancel_unit.words(course.cancel_amount)
    notice = f"You can cancel with at least {amount}{'’s' if course.cancel_amount == 1 else '’'} notice."
    if next_start is None:
        return notice
    end = until(deadline_before(next_start, course.cancel_amount, course.cancel_unit))
    return f"{notice} For the session on {day_words(next_start)} that is until {end}."


@dataclass(frozen=True)
class About:
    """What the page of a course says of it, in words."""

    #: Term and value; what is not known has an empty value.
    facts: list[tuple[str, str]]
    #: Where another organisation's course is booked: whose site it is, and which. Empty where it is booked here.
    booked_at: str
    site: str


def about(course: Course, *, today: date, next_start: datetime | None = None) -> About:
    """What the page of a course says of it. `next_start` is that of its next session, where it has one."""
    levels, priorities = levels_on(course.levels, today), [one.name for one in course.priorities]
    provider, site = provider_words(course.provided_by), urlsplit(course.booking_url).hostname or ""
    manager = "Your manager has to approve your place. They have {} to answer."
    return About(
        facts=[
            ("Kind", course.kind.label),
            ("Level" if len(levels) == 1 else "Levels", "; ".join(levels)),
            ("For", course.audience),
            ("How", modes_words(course.modes)),
            ("Learning", hours_words(course.hours, course.participatory_hours)),
            ("Refresh", f"Every {plural(course.refresh_months, 'month')}" if course.refresh_months else ""),
            (
                "To finish",
                f"Within {plural(course.complete_within_days, 'day')}" if course.complete_within_days else "",
            ),
            ("Provided by", provider[:1].upper() + provider[1:]),
            (
                "Approval",
                manager.format(Unit.WORKING_DAYS.words(course.approval_days)) if course.needs_approval else "",
            ),
            ("If you cannot come", cancel_words(course, next_start) if has_dates(course) else ""),
            ("Before you book", course.content_note),
            ("Priority" if len(priorities) == 1 else "Priorities", listing(priorities)),
        ],
        booked_at=provider or site,
        site=site,
    )
