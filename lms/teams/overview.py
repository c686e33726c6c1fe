"""What the page of an agency shows: the nearest of everything and the counts, and everybody a page at a time.

Apart from queries.py because it is one thing, the same for an agency of 5 people and one of 5,000: so many queries, so many rows.
The whole of it is the file (sheets.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import contains_eager

from lms.accounts.models import Person
from lms.attendance.queries import marks_of
from lms.bookings.models import Booking, BookingStatus
from lms.bookings.queries import positions
from lms.catalogue.models import CourseSession
from lms.db import db
from lms.learning.queries import Learning, Past, learning_of
from lms.teams.queries import LOOKS_BACK

#: So many rows of each list are on the page, and so many people.
ROWS, PAGE = 50, 50


@dataclass(frozen=True)
class Overview:
    """The bookings of one organisation’s people: the first to come, those who wait by their number too, the latest that are over,
    each with how many there are; and one page of everybody by name."""

    upcoming: Sequence[Booking]
    upcoming_total: int
    waiting: Sequence[tuple[Booking, int | None]]
    waiting_total: int
    past: Sequence[Past]
    past_total: int
    people: Sequence[tuple[Person, Learning]]
    total: int
    #: How many have none of these.
    without: int
    number: int

    @property
    def pages(self) -> int:
        """How many pages of people there are; at least one."""
        return max(1, -(-self.total // PAGE))


def overview(lead: Person, now: datetime, *, page: int = 1) -> Overview:
    """Everything of the lead’s own organisation that the page shows, in the same number of queries for any number of people."""
    ours = (Person.organisation_id == lead.organisation_id, Person.disabled_at.is_(None))
    to_come, open_, over = _to_come(now), _open(now), _over(now)
    soonest = (CourseSession.starts_at, Person.last_name, Booking.id)
    upcoming, upcoming_total = _some(ours, to_come, soonest)
    waiting, waiting_total = _some(ours, open_, (CourseSession.starts_at, Booking.session_id, Booking.id))
    past, past_total = _some(ours, over, (CourseSession.starts_at.desc(), Person.last_name, Booking.id))
    numbers, marks = positions(waiting), marks_of([booking.id for booking in past])
    total = db.session.scalar(select(func.count()).select_from(Person).where(*ours)) or 0
    number = min(max(1, page), max(1, -(-total // PAGE)))
    people = db.session.scalars(
        select(Person)
        .where(*ours)
        .order_by(Person.last_name, Person.first_name, Person.id)
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    ).all()
    learning = learning_of(people, now)
    return Overview(
        upcoming=upcoming,
        upcoming_total=upcoming_total,
        waiting=sorted(
            ((booking, numbers.get(booking.id)) for booking in waiting),
            key=lambda one: (one[0].session.starts_at, one[0].session_id, one[1] or 0, one[0].id),
        ),
        waiting_total=waiting_total,
        past=[Past(booking, marks[booking.id].mark if booking.id in marks else None) for booking in past],
        past_total=past_total,
        people=[(person, _recent(learning[person.id], now)) for person in people],
        total=total,
        without=_without(ours, or_(to_come, open_, over)),
        number=number,
    )


def _recent(has: Learning, now: datetime) -> Learning:
    past = [one for one in has.past if one.booking.session.starts_at > now - LOOKS_BACK]
    return Learning(has.upcoming, has.waiting, past)


def _to_come(now: datetime) -> ColumnElement[bool]:
    return (Booking.status == BookingStatus.BOOKED) & (CourseSession.ends_at > now)


def _open(now: datetime) -> ColumnElement[bool]:
    unsettled = Booking.status.not_in((BookingStatus.BOOKED, BookingStatus.CANCELLED))
    return unsettled & (CourseSession.starts_at > now)


def _over(now: datetime) -> ColumnElement[bool]:
    held = (CourseSession.ends_at <= now) & (CourseSession.starts_at > now - LOOKS_BACK)
    return (Booking.status == BookingStatus.BOOKED) & held


def _some(
    ours: tuple[ColumnElement[bool], ...], those: ColumnElement[bool], order: tuple[object, ...]
) -> tuple[Sequence[Booking], int]:
    """The first of these bookings in an order, and how many there are."""
    where = (*ours, those, CourseSession.cancelled_at.is_(None))
    total = db.session.scalar(
        select(func.count()).select_from(Booking).join(Booking.person).join(Booking.session).where(*where)
    )
    found = db.session.scalars(
        select(Booking)
        .join(Booking.person)
        .join(Booking.session)
        .options(contains_eager(Booking.person), contains_eager(Booking.session))
        .where(*where)
        .order_by(*order)  # type: ignore[arg-type]
        .limit(ROWS)
    ).all()
    return found, total or 0


def _without(ours: tuple[ColumnElement[bool], ...], any_of_these: ColumnElement[bool]) -> int:
    """How many people have none of these bookings."""
    has = exists(
        select(Booking.id)
        .join(Booking.session)
        .where(Booking.person_id == Person.id, CourseSession.cancelled_at.is_(None), any_of_these)
    )
    return db.session.scalar(select(func.count()).select_from(Person).where(*ours, ~has)) or 0
