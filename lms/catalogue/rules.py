"""What people asked of the catalogue, and how a month is laid out. Pure."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lms import words as said_in
from lms.catalogue.models import CourseKind, Level, Mode
from lms.dates import london
from lms.words import listing

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


def levels_on(levels: Iterable[Level], day: date) -> list[str]:
    """The levels of a course that hold on a day, with whose they are: “Level 3 (Health)”."""
    return [
        f"{level.name} ({level.scheme.name})"
        for level in levels
        if level.valid_from <= day and (level.valid_until is None or day <= level.valid_until)
    ]


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
