"""Reads of bookings. What somebody sees starts from them; counts of places name nobody."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BindParameter, and_, bindparam, exists, func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from lms.accounts.models import Person
from lms.attendance.models import CAME, Attendance
from lms.bookings import rules
from lms.bookings.models import HOLDING, Booking, BookingOrigin, BookingStatus, PriorityReason, Reservation
from lms.bookings.places import Hold, Places, Who
from lms.bookings.rules import Standing
from lms.catalogue.models import (
    Course,
    CourseSession,
    SessionDate,
    SessionHold,
    SessionTrainer,
    course_prerequisite,
)
from lms.dates import london
from lms.db import db
from lms.elearning.models import Enrolment
from lms.organisations.models import Organisation

#: The bookings that hold a place: those who walked in were never expected and take nobody's.
HOLDS_A_PLACE = and_(Booking.status.in_(HOLDING), Booking.origin != BookingOrigin.WALK_IN)
#: Those on a waiting list who get what becomes free: everybody but who let an offer lapse.
QUEUED = and_(Booking.status == BookingStatus.WAITING, Booking.lapsed_at.is_(None))
#: The order of a waiting list, which anybody can check: who is there for an offer, the rank of the reason to go first, the time
#: of asking. Needs PriorityReason joined by an outer join.
IN_ORDER = (
    Booking.lapsed_at.is_not(None),
    PriorityReason.rank.is_(None),
    PriorityReason.rank,
    Booking.asked_at,
    Booking.id,
)


def who(person: Person) -> Who:
    """Who this person is to places held for sectors and organisations."""
    return Who(person.organisation_id, person.organisation.sector_id)


def who_booked(booking: Booking) -> Who:
    """Who the person was when they asked."""
    return Who(booking.organisation_id, booking.organisation.sector_id)


# What every booking asks is built once: to build such a question takes longer than to ask it.
_SESSIONS: BindParameter[int] = bindparam("sessions", expanding=True)
_COUNTED = (
    select(
        Booking.session_id,
        func.count().filter(HOLDS_A_PLACE),
        func.count().filter(Booking.status == BookingStatus.WAITING),
        func.count().filter(QUEUED),
    )
    .where(Booking.session_id.in_(_SESSIONS))
    .group_by(Booking.session_id)
)
_UNNAMED = (
    select(Reservation.session_id, Reservation.organisation_id, Organisation.sector_id, func.sum(Reservation.places))
    .join(Reservation.organisation)
    .where(Reservation.session_id.in_(_SESSIONS), Reservation.ended_at.is_(None))
    .group_by(Reservation.session_id, Reservation.organisation_id, Organisation.sector_id)
)
#: What is held for whom.
_HELD = (
    select(SessionHold.session_id, SessionHold.places, SessionHold.organisation_id, SessionHold.sector_id)
    .where(SessionHold.session_id.in_(_SESSIONS), SessionHold.released_at.is_(None))
    .order_by(SessionHold.id)
)


def places_of(sessions: Iterable[CourseSession]) -> dict[int, Places]:
    """How full each of these sessions is: {session id: places}. Three queries, and two more where places are held for some."""
    capacities = {session.id: session.capacity for session in sessions}
    asked = {"sessions": list(capacities)}
    counted = {session_id: counts for session_id, *counts in db.session.execute(_COUNTED, asked)}
    unnamed: dict[int, list[tuple[Who, int]]] = defaultdict(list)
    for session_id, organisation_id, sector_id, number in db.session.execute(_UNNAMED, asked):
        unnamed[session_id].append((Who(organisation_id, sector_id), number or 0))
    held: dict[int, tuple[Hold, ...]] = {}
    for row in db.session.execute(_HELD, asked):
        one_more = Hold(row.places, row.organisation_id, row.sector_id)
        held[row.session_id] = (*held.get(row.session_id, ()), one_more)
    by_who, queues = (_by_who(held), _queues(held)) if held else ({}, {})
    found = {}
    for key, capacity in capacities.items():
        taken, waiting, queued = counted.get(key, (0, 0, 0))
        each = Counter(by_who.get(key, {}))
        for one, places in unnamed[key]:
            taken += places
            if key in held:
                each[one] += places
        found[key] = Places(capacity, taken, waiting, queued, held.get(key, ()), each, queues.get(key, ()))
    return found


def _by_who(session_ids: Collection[int]) -> dict[int, Counter[Who]]:
    """Who has the places that are taken: {session id: {who: how many}}."""
    rows = db.session.execute(
        select(Booking.session_id, Booking.organisation_id, Organisation.sector_id, func.count())
        .join(Booking.organisation)
        .where(Booking.session_id.in_(session_ids), HOLDS_A_PLACE)
        .group_by(Booking.session_id, Booking.organisation_id, Organisation.sector_id)
    )
    found: dict[int, Counter[Who]] = defaultdict(Counter)
    for session_id, organisation_id, sector_id, count in rows:
        found[session_id][Who(organisation_id, sector_id)] += count
    return found


def _queues(session_ids: Collection[int]) -> dict[int, tuple[Who, ...]]:
    """Who waits, in order: {session id: who}."""
    rows = db.session.execute(
        select(Booking.session_id, Booking.organisation_id, Organisation.sector_id)
        .join(Booking.organisation)
        .outerjoin(Booking.priority)
        .where(Booking.session_id.in_(session_ids), QUEUED)
        .order_by(*IN_ORDER)
    )
    found: dict[int, tuple[Who, ...]] = {}
    for session_id, organisation_id, sector_id in rows:
        found[session_id] = (*found.get(session_id, ()), Who(organisation_id, sector_id))
    return found


def queue_of(session: CourseSession) -> Sequence[Booking]:
    """Who waits for a place of this session and would get one, in order."""
    return db.session.scalars(
        select(Booking)
        .outerjoin(Booking.priority)
        .options(joinedload(Booking.organisation), joinedload(Booking.person))
        .where(Booking.session_id == session.id, QUEUED)
        .order_by(*IN_ORDER)
    ).all()


def unconfirmed(session: CourseSession) -> Sequence[Booking]:
    """Whose place is held and not confirmed, the latest first. A place passed on by a colleague was confirmed before."""
    before = aliased(Booking)
    return db.session.scalars(
        select(Booking)
        .where(
            Booking.session_id == session.id,
            Booking.status.in_([BookingStatus.OFFERED, BookingStatus.APPROVAL]),
            ~exists().where(before.id == Booking.replaces_id, before.session_id == session.id),
        )
        .order_by(Booking.held_at.desc(), Booking.id.desc())
    ).all()


def offers_over(now: datetime) -> Sequence[Booking]:
    """Offers that can no longer be taken, in the order they were asked for."""
    return db.session.scalars(
        select(Booking)
        .where(Booking.status == BookingStatus.OFFERED, Booking.offer_until <= now)
        .order_by(Booking.asked_at, Booking.id)
    ).all()


def next_lapse() -> datetime | None:
    """When the next offer ends."""
    found: datetime | None = db.session.scalar(select(func.min(Booking.offer_until)))
    return found


def next_release() -> datetime | None:
    """When places held for some are next released."""
    found: datetime | None = db.session.scalar(
        select(func.min(SessionHold.release_at)).where(SessionHold.released_at.is_(None))
    )
    return found


def holds_over(now: datetime) -> Sequence[SessionHold]:
    """Holds that are to be released by now."""
    return db.session.scalars(
        select(SessionHold)
        .where(SessionHold.released_at.is_(None), SessionHold.release_at <= now)
        .order_by(SessionHold.release_at, SessionHold.id)
    ).all()


_CAME_TO = (
    select(CourseSession.course_id)
    .join(Booking, Booking.session_id == CourseSession.id)
    .join(Attendance, Attendance.booking_id == Booking.id)
    .where(Booking.person_id == bindparam("person"), Attendance.mark.in_(CAME))
)
_FINISHED = select(Enrolment.course_id).where(
    Enrolment.person_id == bindparam("person"), Enrolment.completed_at.is_not(None)
)
_MISSING = (
    select(Course)
    .join(course_prerequisite, course_prerequisite.c.required_id == Course.id)
    .where(
        course_prerequisite.c.course_id == bindparam("course"),
        Course.id.not_in(_CAME_TO),
        Course.id.not_in(_FINISHED),
    )
    .order_by(Course.title, Course.id)
)


def missing_before(person: Person, course: Course) -> Sequence[Course]:
    """What is to be learned before this course, and the person has not come to here or finished online."""
    return db.session.scalars(_MISSING, {"person": person.id, "course": course.id}).all()


def last_came(person: Person, course: Course) -> datetime | None:
    """When this person last came to this course; None: never, as far as we know."""
    found: datetime | None = db.session.scalar(
        select(func.max(CourseSession.starts_at))
        .join(Booking, Booking.session_id == CourseSession.id)
        .join(Attendance, Attendance.booking_id == Booking.id)
        .where(CourseSession.course_id == course.id, Booking.person_id == person.id, Attendance.mark.in_(CAME))
    )
    return found


def live_booking(person: Person, session: CourseSession) -> Booking | None:
    """The booking of this person on this session that counts: a place, or a place on the waiting list."""
    return db.session.scalar(
        select(Booking).where(
            Booking.person_id == person.id, Booking.session_id == session.id, Booking.status != BookingStatus.CANCELLED
        )
    )


_LIVE = select(Booking.session_id, Booking.status).where(
    Booking.person_id == bindparam("person"),
    Booking.session_id.in_(_SESSIONS),
    Booking.status != BookingStatus.CANCELLED,
)


def live_statuses(person: Person, sessions: Iterable[CourseSession]) -> dict[int, BookingStatus]:
    """On which of these sessions this person has a place or waits: {session id: status}."""
    rows = db.session.execute(_LIVE, {"person": person.id, "sessions": [session.id for session in sessions]})
    return dict(rows.all())


def own_booking(person: Person, reference: str) -> Booking | None:
    """This person's own booking by its reference; None for anybody else's."""
    return db.session.scalar(select(Booking).where(Booking.person_id == person.id, Booking.reference == reference))


_TEACHES = select(SessionTrainer.person_id).where(
    SessionTrainer.session_id == bindparam("session"), SessionTrainer.person_id == bindparam("person")
)


def teaches(person: Person, session: CourseSession) -> bool:
    """Is this person a trainer of this session?"""
    return db.session.scalar(_TEACHES, {"session": session.id, "person": person.id}) is not None


def in_the_way(person: Person, session: CourseSession) -> Sequence[Booking]:
    """This person's other places at the same time, earliest first. Sessions of several dates clash where two dates do."""
    mine, other = aliased(SessionDate), aliased(SessionDate)
    overlap = (
        select(other.session_id)
        .join(mine, and_(other.starts_at < mine.ends_at, other.ends_at > mine.starts_at))
        .where(mine.session_id == session.id, other.session_id != session.id)
    )
    return db.session.scalars(
        select(Booking)
        .join(Booking.session)
        .options(contains_eager(Booking.session))
        .where(
            Booking.person_id == person.id,
            Booking.status.in_(HOLDING),
            CourseSession.id.in_(overlap),
            CourseSession.cancelled_at.is_(None),
        )
        .order_by(CourseSession.starts_at, Booking.id)
    ).all()


def booked_between(person: Person, first: datetime, last: datetime) -> Sequence[Booking]:
    """This person's places on sessions that start from `first` up to `last`, in order."""
    return db.session.scalars(
        select(Booking)
        .join(Booking.session)
        .options(contains_eager(Booking.session))
        .where(
            Booking.person_id == person.id,
            Booking.status == BookingStatus.BOOKED,
            CourseSession.starts_at >= first,
            CourseSession.starts_at < last,
            CourseSession.cancelled_at.is_(None),
        )
        .order_by(CourseSession.starts_at, Booking.id)
    ).all()


@dataclass(frozen=True)
class Stand:
    """What a session is to the person who looks at it, and what its page needs to say so."""

    standing: Standing
    places: Places
    #: Places this person could have: those open to anybody, and those held for their sector or organisation.
    left: int
    booking: Booking | None
    #: Place on the waiting list, counted from 1, of a booking that waits.
    place: int | None
    #: Is the link to join shown, and the first day on which it is?
    joining: bool
    joining_from: date
    #: Said before confirming: other places at the same time, what should come before, and when they last came where a refresher
    #: would be early.
    clashes: Sequence[Booking]
    missing: Sequence[Course]
    early: datetime | None
    tell_us_by: date


def stand_of(person: Person | None, session: CourseSession, now: datetime, *, may_book: bool) -> Stand:
    """How this person (None: nobody signed in) stands to this session."""
    places = places_of([session])[session.id]
    mine = who(person) if person else None
    booking = live_booking(person, session) if person else None
    status = booking.status if booking else None
    standing = rules.standing(
        session,
        signed_in=person is not None,
        may_book=may_book,
        teaches=person is not None and teaches(person, session),
        held=person is not None
        and rules.held_for_others(
            host_organisation_id=session.host_organisation_id, organisation_id=person.organisation_id
        ),
        live=status,
        room=places.open_to(mine),
        now=now,
    )
    asks = person if person and standing in (Standing.OPEN, Standing.FULL) else None
    last = last_came(asks, session.course) if asks and session.course.refresh_months else None
    until = rules.free_until(session, booking) if booking else max(rules.cancel_window(session), now)
    return Stand(
        standing=standing,
        places=places,
        left=places.left_for(mine),
        booking=booking,
        place=positions([booking]).get(booking.id) if booking else None,
        joining=rules.joining_shown(status=status, starts_at=session.starts_at, ends_at=session.ends_at, now=now),
        joining_from=london(rules.joining_shown_from(session.starts_at)).date(),
        clashes=in_the_way(asks, session) if asks else [],
        missing=missing_before(asks, session.course) if asks else [],
        early=last if last and rules.too_early(last, session.course.refresh_months, session.starts_at) else None,
        tell_us_by=rules.tell_us_by(until, session.starts_at, now),
    )


def positions(bookings: Iterable[Booking]) -> dict[int, int]:
    """Place on the waiting list of each of these bookings that waits, counted from 1: {booking id: place}. One query."""
    waiting = {booking.id: booking.session_id for booking in bookings if booking.status is BookingStatus.WAITING}
    place = func.row_number().over(partition_by=Booking.session_id, order_by=IN_ORDER)
    rows = db.session.execute(
        select(Booking.id, place)
        .outerjoin(Booking.priority)
        .where(Booking.session_id.in_(set(waiting.values())), Booking.status == BookingStatus.WAITING)
    )
    return {booking_id: number for booking_id, number in rows if booking_id in waiting}


@dataclass(frozen=True)
class Ahead:
    """Who is ahead of somebody on a waiting list, without a name: the order anybody can check."""

    #: How many go first for each reason, the highest first: (reason, how many).
    by_reason: list[tuple[str, int]]
    #: How many others asked earlier.
    earlier: int


def ahead_of(booking: Booking) -> Ahead:
    """Who is ahead of this booking, counted by why."""
    rows = db.session.execute(
        select(Booking.id, PriorityReason.name)
        .outerjoin(Booking.priority)
        .where(Booking.session_id == booking.session_id, Booking.status == BookingStatus.WAITING)
        .order_by(*IN_ORDER)
    ).all()
    before = rows[: next((number for number, (row_id, _) in enumerate(rows) if row_id == booking.id), 0)]
    names: list[str | None] = [name for _, name in before]
    by_reason = Counter(name for name in names if name is not None)
    return Ahead(list(by_reason.items()), names.count(None))
