"""Where evaluation plugs in. lms offers, evaluation connects in its init_app, and lms never looks back.

A short list on purpose: more than six is a reason to stop and think.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lms.accounts.models import Person
    from lms.bookings.models import Booking
    from lms.catalogue.models import Course


@dataclass(frozen=True)
class CoursePanel:
    """Why a course exists, in one plain sentence, and where the whole thread can be read by those who may."""

    sentence: str
    thread_url: str | None
    recommendation: str
    #: Where those who may follow the thread read what the course changed.
    changed_url: str | None = None


@dataclass(frozen=True)
class NavigationItem:
    """One entry of the service's menu. `permission` is the name of the permission its page needs; `about` is the sentence
    that stands beside it on the first page."""

    label: str
    endpoint: str
    permission: str
    position: int
    about: str = ""
    #: Whether the entry is there at all (such as: only where the partnership charges); None: always.
    when: Callable[[], bool] | None = None


@dataclass(frozen=True)
class Gate:
    """What stands before handing out a certificate: `passed` for this person, and open for everybody from `opens_at` on.

    Only the person is told whether they have passed; to others the gate is shut until it opens for everybody, because who
    answered is nobody else's business. So nothing is kept of it either: it is asked anew each time.
    """

    passed: bool
    opens_at: datetime
    #: What the person reads while it is shut.
    sentence: str


#: Given courses, answers why each exists: {course id: panel}. One call for a whole page, so one query for a whole page.
course_panels: list[Callable[[Sequence["Course"]], dict[int, CoursePanel]]] = []

#: Menu entries of other packages.
navigation: list[NavigationItem] = []

#: Pages of other packages about somebody's own agency or school, which the first page of an agency leads to.
agency_pages: list[NavigationItem] = []

#: Sentences for a person's own pages ("Your follow-up is open"): given a person, a list of (sentence, url).
learning_panels: list[Callable[["Person"], list[tuple[str, str]]]] = []

#: Links for whoever changes a course: given a course, a list of (label, url).
course_links: list[Callable[["Course"], list[tuple[str, str]]]] = []

#: Given bookings of courses that ask for it, what still stands before handing out their certificates: {booking id: gate}.
certificate_gates: list[Callable[[Sequence["Booking"], datetime], dict[int, Gate]]] = []


def panels_for(courses: Sequence["Course"]) -> dict[int, CoursePanel]:
    """Why each of these courses exists, where somebody knows: {course id: panel}."""
    found: dict[int, CoursePanel] = {}
    for ask in course_panels:
        found.update(ask(courses))
    return found


def links_for(course: "Course") -> list[tuple[str, str]]:
    """Where whoever changes a course can do more about it: (label, url)."""
    return [link for ask in course_links for link in ask(course)]


def gates_for(bookings: Sequence["Booking"], now: datetime) -> dict[int, Gate]:
    """What still stands before handing out the certificates of these bookings; a booking without a gate is not in it."""
    found: dict[int, Gate] = {}
    for ask in certificate_gates if bookings else ():
        found.update(ask(bookings, now))
    return found
