"""Reads of sessions for the officers who run them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from flask import url_for
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from lms.accounts.models import Person, PersonRole
from lms.bookings.models import HOLDING, Booking, BookingOrigin, BookingStatus, Reservation
from lms.bookings.places import Places
from lms.bookings.queries import IN_ORDER, places_of
from lms.catalogue.models import (
    Course,
    CourseSession,
    Mode,
    SessionDate,
    SessionGroup,
    SessionHold,
    SessionTrainer,
    Venue,
)
from lms.catalogue.rules import month_after, months_of
from lms.dates import from_london
from lms.db import db
from lms.programme import rules
from lms.programme.rules import Held, Shown, State
from lms.roles import Role

#: Bookings that count and were made before: whoever walked in is in the room.
_live = and_(Booking.status != BookingStatus.CANCELLED, Booking.origin != BookingOrigin.WALK_IN)
_confirmed = and_(Booking.status == BookingStatus.BOOKED, Booking.origin != BookingOrigin.WALK_IN)


def session(reference: str) -> CourseSession | None:
    """Any session, drafts too."""
    return db.session.scalar(
        select(CourseSession)
        .options(selectinload(CourseSession.trainers), selectinload(CourseSession.holds))
        .where(CourseSession.reference == reference)
    )


def references(code: str) -> set[str]:
    """The references that begin with a course's code."""
    found = select(CourseSession.reference).where(CourseSession.reference.startswith(f"{code}-", autoescape=True))
    return set(db.session.scalars(found))


# What there is to choose from.


def venues() -> Sequence[Venue]:
    """Every venue, by name."""
    return db.session.scalars(select(Venue).order_by(Venue.name, Venue.id)).all()


def trainers(also: Collection[int] = ()) -> Sequence[Person]:
    """Everybody with the role of a trainer, and those of `also`, by name."""
    may = and_(Person.disabled_at.is_(None), Person.held.any(PersonRole.role == Role.TRAINER))
    return (
        db.session.scalars(
            select(Person).where(or_(may, Person.id.in_(also))).order_by(Person.last_name, Person.first_name, Person.id)
        )
        .unique()
        .all()
    )


def people_by_id(ids: Collection[int]) -> Sequence[Person]:
    """These people, by last name."""
    return (
        db.session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.last_name, Person.id))
        .unique()
        .all()
    )


def groups() -> Sequence[SessionGroup]:
    """Every series and bundle, by title."""
    return db.session.scalars(select(SessionGroup).order_by(SessionGroup.title, SessionGroup.id)).all()


def courses() -> Sequence[Course]:
    """Every course that has or had a session, by title."""
    held = select(CourseSession.id).where(CourseSession.course_id == Course.id)
    return db.session.scalars(select(Course).where(held.exists()).order_by(Course.title, Course.id)).all()


# One session.


def held_now(session: CourseSession) -> tuple[Held, ...]:
    """What is kept for sectors and organisations and not released yet."""
    return tuple(
        Held(one.places, one.release_at, one.sector_id, one.organisation_id)
        for one in session.holds
        if one.released_at is None
    )


def held(session: CourseSession) -> int:
    """How many places are kept for sectors and organisations, used by them or not."""
    found = db.session.scalar(
        select(func.sum(SessionHold.places)).where(
            SessionHold.session_id == session.id, SessionHold.released_at.is_(None)
        )
    )
    return int(found or 0)


def confirmed(session: CourseSession) -> int:
    """How many places are confirmed, those for people still to be named among them."""
    return confirmed_of([session.id]).get(session.id, 0)


def confirmed_of(session_ids: Collection[int]) -> dict[int, int]:
    """The same for several: {session id: places}. Two queries."""
    booked = db.session.execute(
        select(Booking.session_id, func.count())
        .where(Booking.session_id.in_(session_ids), _confirmed)
        .group_by(Booking.session_id)
    )
    unnamed = db.session.execute(
        select(Reservation.session_id, func.sum(Reservation.places))
        .where(Reservation.session_id.in_(session_ids), Reservation.ended_at.is_(None))
        .group_by(Reservation.session_id)
    )
    found: dict[int, int] = {}
    for session_id, places in [*booked, *unnamed]:
        found[session_id] = found.get(session_id, 0) + int(places)
    return found


def live(session: CourseSession) -> Sequence[Booking]:
    """Everybody with a place, a place held, or a place on the list, in the order of the list."""
    return db.session.scalars(
        select(Booking)
        .outerjoin(Booking.priority)
        .options(joinedload(Booking.person), joinedload(Booking.organisation))
        .where(Booking.session_id == session.id, _live)
        .order_by(*IN_ORDER)
    ).all()


def unfinished(session: CourseSession) -> Sequence[Booking]:
    """The bookings that wait for somebody's answer."""
    return db.session.scalars(
        select(Booking)
        .where(
            Booking.session_id == session.id,
            Booking.status != BookingStatus.CANCELLED,
            or_(Booking.offer_until.is_not(None), Booking.approve_until.is_not(None)),
        )
        .order_by(Booking.id)
    ).all()


def reservations(session: CourseSession) -> Sequence[Reservation]:
    """Places whose people are still to be named."""
    return db.session.scalars(
        select(Reservation)
        .where(Reservation.session_id == session.id, Reservation.ended_at.is_(None))
        .order_by(Reservation.made_at, Reservation.id)
    ).all()


def was_booked(session: CourseSession) -> bool:
    """Has anybody ever asked for a place?"""
    return any(
        db.session.scalar(select(table.id).where(table.session_id == session.id).limit(1)) is not None
        for table in (Booking, Reservation)
    )


def teaching_with_place(session: CourseSession) -> list[str]:
    """The trainers who have a booking of the session they teach, by name."""
    found = (
        select(Person)
        .join(SessionTrainer, SessionTrainer.person_id == Person.id)
        .join(Booking, and_(Booking.person_id == Person.id, Booking.session_id == SessionTrainer.session_id))
        .where(SessionTrainer.session_id == session.id, _live)
        .order_by(Person.last_name, Person.id)
    )
    return [one.name for one in db.session.scalars(found).unique()]


def from_elsewhere(session: CourseSession) -> int:
    """How many have a booking of a session that is for an organisation which is not theirs."""
    if session.host_organisation_id is None:
        return 0
    return (
        db.session.scalar(
            select(func.count()).where(
                Booking.session_id == session.id, _live, Booking.organisation_id != session.host_organisation_id
            )
        )
        or 0
    )


def host_name(session: CourseSession) -> str:
    """For whom it is held; empty: for everybody."""
    return session.host_organisation.name if session.host_organisation else ""


def whose_name(hold: SessionHold) -> str:
    """For whom places are kept."""
    return hold.organisation.name if hold.organisation else hold.sector.name if hold.sector else ""


def shown(session: CourseSession) -> Shown:
    """What people with a place are told of when and where."""
    venue = session.venue.name if session.venue and session.mode is not Mode.VIRTUAL else ""
    return Shown(rules.dates_of(session), session.mode, venue)


def as_kept(session: CourseSession) -> dict[str, Any]:
    """A session as the list of what people did names it: {field: value}."""
    columns = (
        "mode", "venue_id", "joining_link", "minimum", "booking_opens_at", "booking_closes_at", "audience", "bring",
        "host_organisation_id", "group_id", "asks_access", "asks_diet",
    )  # fmt: skip
    return {
        "dates": rules.dates_of(session),
        "trainers": sorted(one.id for one in session.trainers),
        **{name.removesuffix("_id"): getattr(session, name) for name in columns},
    }


def version(session: CourseSession) -> str:
    """Differs whenever anything an officer says of this session does."""
    said = [*as_kept(session).items(), session.capacity, held_now(session)]
    return sha256(repr(said).encode()).hexdigest()[:16]


def links(course: Course) -> list[tuple[str, str]]:
    """What whoever changes a course can do about its sessions: (label, address)."""
    return [
        ("Add a date", url_for("programme.new_session", code=course.code)),
        ("Its sessions", url_for("programme.index", course=course.code)),
    ]


# Clashes.


def _overlapping(session: CourseSession) -> Any:
    """The ids of other sessions, not called off, that have a date at the same time."""
    mine, other = aliased(SessionDate), aliased(SessionDate)
    return (
        select(other.session_id)
        .join(mine, and_(other.starts_at < mine.ends_at, other.ends_at > mine.starts_at))
        .join(CourseSession, CourseSession.id == other.session_id)
        .where(mine.session_id == session.id, other.session_id != session.id, CourseSession.cancelled_at.is_(None))
    )


def clashes(session: CourseSession) -> Sequence[Booking]:
    """Other places, at the same time, of people who have a place on this session; by person."""
    here = select(Booking.person_id).where(Booking.session_id == session.id, Booking.status.in_(HOLDING))
    return db.session.scalars(
        select(Booking)
        .join(Booking.person)
        .join(Booking.session)
        .options(contains_eager(Booking.person), contains_eager(Booking.session))
        .where(Booking.status.in_(HOLDING), Booking.person_id.in_(here), Booking.session_id.in_(_overlapping(session)))
        .order_by(Person.last_name, Person.first_name, Booking.id)
    ).all()


def taken_elsewhere(session: CourseSession) -> list[str]:
    """Its trainers who teach, and its room where it is used, somewhere else at the same time: a sentence each."""
    others = db.session.scalars(
        select(CourseSession)
        .options(selectinload(CourseSession.trainers))
        .where(CourseSession.id.in_(_overlapping(session)))
        .order_by(CourseSession.starts_at, CourseSession.reference)
    ).all()
    found = []
    for other in others:
        names = [one.name for one in other.trainers if one in session.trainers]
        found += [f"{name} teaches {other.course.title} ({other.reference}) at the same time." for name in names]
        if session.venue_id is not None and session.venue_id == other.venue_id:
            found.append(f"{other.course.title} ({other.reference}) is in the same venue at the same time.")
    return found


# The diary.

PAGE = 50


class Wanted(NamedTuple):
    """Which sessions an officer looks for. Empty means: those to come, drafts among them."""

    show: str = ""
    course: str = ""
    month: date | None = None


@dataclass(frozen=True)
class Row:
    """One session of the diary."""

    session: CourseSession
    places: Places
    confirmed: int
    state: State
    #: How many people it still needs to be worth holding.
    needs: int
    flags: list[str]


@dataclass(frozen=True)
class Diary:
    """One page of sessions, of how many in all; `months` are those there is something in."""

    rows: list[Row]
    total: int
    number: int
    pages: int
    months: list[date]


def diary(wanted: Wanted, *, now: datetime, page: int = 1) -> Diary:
    """The sessions an officer looks for: to come by time, over with the latest first. Ten queries for any number."""
    kind = _show(wanted.show, now)
    if wanted.course:
        kind = and_(kind, CourseSession.course_id.in_(select(Course.id).where(Course.code == wanted.course)))
    starts = db.session.scalars(select(CourseSession.starts_at).where(kind))
    months = months_of(starts)
    found = (
        select(CourseSession)
        .where(kind)
        .options(
            selectinload(CourseSession.trainers),
            selectinload(CourseSession.dates),
            joinedload(CourseSession.group),
            joinedload(CourseSession.host_organisation),
        )
    )
    if wanted.month:
        first, last = from_london(wanted.month), from_london(month_after(wanted.month))
        found = found.where(CourseSession.starts_at >= first, CourseSession.starts_at < last)
    backwards = wanted.show in ("past", "cancelled")
    order = CourseSession.starts_at.desc() if backwards else CourseSession.starts_at
    every = db.session.scalars(found.order_by(order, CourseSession.reference)).all()
    # What needs attention is a matter of rules, so it is looked for among all; of the others only one page is counted.
    if wanted.show == "attention":
        rows = [row for row in rows_of(every, now=now) if row.flags]
        total = len(rows)
    else:
        rows, total = [], len(every)
    pages = max(1, -(-total // PAGE))
    number = min(max(1, page), pages)
    part = slice((number - 1) * PAGE, number * PAGE)
    shown_rows = rows[part] if wanted.show == "attention" else rows_of(every[part], now=now)
    return Diary(shown_rows, total, number, pages, months)


def _show(show: str, now: datetime) -> ColumnElement[bool]:
    """The condition of what an officer wants to see."""
    called_off = CourseSession.cancelled_at.is_not(None)
    coming = and_(~called_off, CourseSession.ends_at > now)
    conditions = {
        "drafts": and_(~called_off, CourseSession.published_at.is_(None)),
        "past": and_(~called_off, CourseSession.published_at.is_not(None), CourseSession.ends_at <= now),
        "cancelled": called_off,
    }
    return conditions.get(show, coming)


def rows_of(sessions: Sequence[CourseSession], *, now: datetime) -> list[Row]:
    """What the diary says of these sessions."""
    places, taken = places_of(sessions), confirmed_of([one.id for one in sessions])
    return [
        Row(
            session=one,
            places=places[one.id],
            confirmed=taken.get(one.id, 0),
            state=rules.state_of(one, full=not places[one.id].open_to(None), now=now),
            needs=rules.needs(one, taken.get(one.id, 0)),
            flags=rules.flags(one, confirmed=taken.get(one.id, 0), now=now),
        )
        for one in sessions
    ]
