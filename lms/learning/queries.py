"""Reads of what people learn: their places to come, what is open, and what they have been to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256

from flask import url_for
from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from lms import dates
from lms.accounts.models import Person, PersonRole
from lms.attendance.models import Mark
from lms.attendance.queries import marks_of
from lms.bookings.models import Booking, BookingStatus
from lms.bookings.queries import positions
from lms.catalogue.models import Course, CourseSession
from lms.db import db
from lms.learning import rules
from lms.learning.models import PastLearning, PastOrigin, PastState
from lms.permissions import Permission, can
from lms.roles import Role


@dataclass(frozen=True)
class Past:
    """A session that is over, and what the register says of the person; None until somebody has marked it."""

    booking: Booking
    mark: Mark | None


@dataclass(frozen=True)
class Learning:
    """One person's bookings: to come, open, and over. Open ones have their place on the waiting list, or None while a place is
    offered or held for the manager's answer."""

    upcoming: list[Booking] = field(default_factory=list)
    waiting: list[tuple[Booking, int | None]] = field(default_factory=list)
    past: list[Past] = field(default_factory=list)


def learning_of(people: Collection[Person], now: datetime) -> dict[int, Learning]:
    """The bookings of these people: {person id: learning}, the same number of queries for any number of people.

    To come and waiting in the order of time, over with the latest first. Cancelled sessions and bookings are left out.
    """
    found = {person.id: Learning() for person in people}
    bookings = db.session.scalars(
        select(Booking)
        .join(Booking.session)
        .options(contains_eager(Booking.session), joinedload(Booking.organisation))
        .where(
            Booking.person_id.in_(found),
            Booking.status != BookingStatus.CANCELLED,
            CourseSession.cancelled_at.is_(None),
        )
        .order_by(CourseSession.starts_at, Booking.id)
    ).all()
    places = positions(bookings)
    marks = marks_of([booking.id for booking in bookings if booking.session.ends_at <= now])
    for booking in bookings:
        learning = found[booking.person_id]
        if booking.status is not BookingStatus.BOOKED:
            if now < booking.session.starts_at:
                learning.waiting.append((booking, places.get(booking.id)))
        elif now < booking.session.ends_at:
            learning.upcoming.append(booking)
        else:
            mark = marks.get(booking.id)
            learning.past.insert(0, Past(booking, mark.mark if mark else None))
    return found


def sentences_of(person: Person) -> list[tuple[str, str]]:
    """What waits for this person among their bookings: offers to take or turn down, soonest first. (sentence, address)."""
    offered = db.session.scalars(
        select(Booking)
        .where(Booking.person_id == person.id, Booking.status == BookingStatus.OFFERED)
        .order_by(Booking.offer_until, Booking.id)
    )
    return [
        (
            f"A place on {one.session.course.title} is offered to you until {dates.day_time(one.offer_until)}.",
            url_for("bookings.booking", reference=one.reference),
        )
        for one in offered
    ]


# Training elsewhere: one's own, and what waits for somebody's yes or no.


def own_past(person: Person, reference: str) -> PastLearning | None:
    """An entry of this person."""
    return db.session.scalar(
        select(PastLearning).where(PastLearning.reference == reference, PastLearning.person_id == person.id)
    )


def to_decide(person: Person) -> Sequence[PastLearning]:
    """What this person can say yes or no to, who has waited longest first."""
    return db.session.scalars(
        select(PastLearning)
        .join(PastLearning.person)
        .options(contains_eager(PastLearning.person).joinedload(Person.organisation), joinedload(PastLearning.evidence))
        .where(PastLearning.state == PastState.WAITING, _may_decide(person))
        .order_by(PastLearning.added_at, PastLearning.id)
    ).all()


def past_to_see(person: Person, reference: str) -> PastLearning | None:
    """An entry of somebody this person answers for, however it stands."""
    return db.session.scalar(
        select(PastLearning)
        .join(PastLearning.person)
        .options(contains_eager(PastLearning.person))
        .where(PastLearning.reference == reference, _may_decide(person))
    )


def _may_decide(person: Person) -> ColumnElement[bool]:
    """Whose entries somebody may answer: those of their own organisation as its lead; as an officer those of people for whom
    nobody else can. Never their own."""
    whose: list[ColumnElement[bool]] = []
    if rules.is_lead(person.roles):
        whose.append(Person.organisation_id == person.organisation_id)
    if Role.LD_OFFICER in person.roles:
        lead = aliased(Person)
        whose.append(
            ~exists()
            .where(
                lead.organisation_id == Person.organisation_id,
                lead.id != Person.id,
                lead.disabled_at.is_(None),
                PersonRole.person_id == lead.id,
                PersonRole.role.in_(rules.LEADS),
            )
            .correlate(Person)
        )
    return and_(or_(false(), *whose), PastLearning.person_id != person.id)


def waiting_sentences(person: Person) -> list[tuple[str, str]]:
    """For those who answer for others: how much waits for them. (sentence, address)."""
    if not can(person, Permission.RECORD_APPROVE):
        return []
    waits = db.session.scalar(
        select(func.count())
        .select_from(PastLearning)
        .join(PastLearning.person)
        .where(PastLearning.state == PastState.WAITING, _may_decide(person))
    )
    if not waits:
        return []
    words = "entry of training elsewhere waits" if waits == 1 else "entries of training elsewhere wait"
    return [(f"{waits} {words} for your yes or no.", url_for("learning.to_decide"))]


def colleague(lead: Person, person_id: int) -> Person | None:
    """Somebody of the lead's own organisation."""
    return db.session.scalar(
        select(Person).where(Person.id == person_id, Person.organisation_id == lead.organisation_id)
    )


def courses_to_choose() -> Sequence[Course]:
    """The courses something learned elsewhere can count as, by title."""
    return db.session.scalars(select(Course).where(Course.retired_at.is_(None)).order_by(Course.title, Course.id)).all()


def imported_before(person: Person, same_as: str, done_on: date) -> PastLearning | None:
    """The same thing on the same day from an earlier file."""
    return db.session.scalar(
        select(PastLearning).where(
            PastLearning.person_id == person.id,
            PastLearning.same_as == same_as,
            PastLearning.done_on == done_on,
            PastLearning.origin == PastOrigin.IMPORTED,
        )
    )


def came_that_day(person: Person, course: Course, day: date) -> bool:
    """Does a register of ours say already that they came to this course on this day?"""
    starts, ends = dates.from_london(day), dates.from_london(day + timedelta(days=1))
    bookings = db.session.scalars(
        select(Booking.id)
        .join(Booking.session)
        .where(
            Booking.person_id == person.id,
            CourseSession.course_id == course.id,
            CourseSession.starts_at >= starts,
            CourseSession.starts_at < ends,
        )
        .order_by(Booking.id)
    ).all()
    return any(mark.mark.came for mark in marks_of(bookings).values())


def fingerprint(past: PastLearning) -> str:
    """Changes with anything the person can change, so that nobody says yes to what they have not seen."""
    told = (past.title, past.provider, past.done_on, past.hours, past.participatory_hours, past.expires_on)
    return sha256(repr((*told, past.course_id, past.evidence_id)).encode()).hexdigest()[:16]
