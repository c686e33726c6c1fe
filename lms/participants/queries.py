"""Reads of the people of one session. What they need to take part is not among it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms import dates
from lms.accounts.models import Person
from lms.accounts.queries import people
from lms.bookings import queries as bookings
from lms.bookings.models import Booking, BookingOrigin, BookingStatus, PriorityReason, Reservation
from lms.bookings.places import Places
from lms.bookings.queries import IN_ORDER, places_of
from lms.catalogue.models import Course, CourseSession
from lms.db import db
from lms.exports import Cell
from lms.organisations.models import Organisation
from lms.programme.queries import reservations
from lms.words import tag_of


@dataclass(frozen=True)
class People:
    """Everybody who has, waits for or had a place on a session."""

    places: Places
    #: Those with a place, by the name of their agency.
    by_agency: list[tuple[Organisation, list[Booking]]]
    unnamed: Sequence[Reservation]
    #: Offers, and those whose manager is asked, by when they end.
    held: list[Booking]
    #: In the order in which places are given.
    waiting: list[Booking]
    walked_in: list[Booking]
    #: The latest first.
    ended: list[Booking]

    @property
    def empty(self) -> bool:
        """Has nobody ever asked?"""
        return not (self.by_agency or self.unnamed or self.held or self.waiting or self.walked_in or self.ended)


def people_of(session: CourseSession) -> People:
    """The people of a session."""
    rows = db.session.scalars(
        select(Booking)
        .outerjoin(Booking.priority)
        .options(
            joinedload(Booking.person),
            joinedload(Booking.organisation).joinedload(Organisation.sector),
            joinedload(Booking.priority),
        )
        .where(Booking.session_id == session.id)
        .order_by(*IN_ORDER)
    ).all()
    expected = [one for one in rows if one.origin is not BookingOrigin.WALK_IN]

    def by_name(one: Booking) -> tuple[str, int, str, str, int]:
        where = one.organisation
        return where.name.casefold(), where.id, one.person.last_name, one.person.first_name, one.id

    booked = sorted((one for one in expected if one.status is BookingStatus.BOOKED), key=by_name)
    held = [one for one in expected if one.status in (BookingStatus.OFFERED, BookingStatus.APPROVAL)]
    ended = [one for one in rows if one.cancelled_at is not None]
    return People(
        places=places_of([session])[session.id],
        by_agency=[(agency, list(part)) for agency, part in groupby(booked, key=lambda one: one.organisation)],
        unnamed=reservations(session),
        held=sorted(held, key=lambda one: (one.offer_until or one.approve_until or one.asked_at, one.id)),
        waiting=[one for one in expected if one.status is BookingStatus.WAITING],
        walked_in=[one for one in rows if one.origin is BookingOrigin.WALK_IN and one.status is BookingStatus.BOOKED],
        ended=sorted(ended, key=lambda one: (one.cancelled_at or one.asked_at, one.id), reverse=True),
    )


COLUMNS = (
    "Where it stands", "Number on the list", "First name", "Last name", "Email", "Organisation", "Sector", "Asked", "Confirmed",
    "Goes first because", "Ended", "How it ended", "Reason",
)  # fmt: skip


def rows_of(found: People) -> list[list[Cell]]:
    """The same as lines of a table, under COLUMNS."""
    numbers = {one.id: number for number, one in enumerate(found.waiting, 1)}
    booked = [one for _, part in found.by_agency for one in part]
    rows: list[list[Cell]] = []
    for one in [*booked, *found.walked_in, *found.held, *found.waiting, *found.ended]:
        state = "Walked in" if one in found.walked_in else tag_of(one.status).word
        rows.append(
            [
                {BookingStatus.OFFERED: "Offered a place"}.get(one.status, state),
                numbers.get(one.id),
                one.person.first_name,
                one.person.last_name,
                one.person.email,
                one.organisation.name,
                one.organisation.sector.name,
                one.asked_at,
                one.booked_at,
                one.priority.name if one.priority else None,
                one.cancelled_at,
                one.ending.label if one.ending else None,
                one.cancel_reason.label if one.cancel_reason else one.refusal or None,
            ]
        )
    for kept in found.unnamed:
        where = kept.organisation
        line: list[Cell] = [None] * len(COLUMNS)
        line[0], line[5], line[6], line[7] = "Kept, without a name", where.name, where.sector.name, kept.made_at
        line[12] = f"To be named by {dates.day_time(kept.name_by)}"
        rows += [line] * kept.places
    return rows


def booking_of(session: CourseSession, reference: str) -> Booking | None:
    """A booking of this session; None for one of another."""
    return db.session.scalar(select(Booking).where(Booking.reference == reference, Booking.session_id == session.id))


def find(text: str, session: CourseSession) -> tuple[list[tuple[Person, BookingStatus | None]], int]:
    """People to book, with what they have on the session; and how many fit in all."""
    if not text.strip():
        return [], 0
    page = people(text=text)
    there = {
        one.person_id: one.status
        for one in db.session.scalars(
            select(Booking).where(
                Booking.session_id == session.id,
                Booking.status != BookingStatus.CANCELLED,
                Booking.person_id.in_([one.id for one in page.people]),
            )
        )
    }
    return [(one, there.get(one.id)) for one in page.people], page.total


@dataclass(frozen=True)
class Before:
    """What is said before an officer books somebody."""

    room: bool
    places: Places
    clashes: Sequence[Booking]
    missing: Sequence[Course]
    live: BookingStatus | None


def before(person: Person, session: CourseSession) -> Before:
    """What booking this person would do, and what speaks against it."""
    places = places_of([session])[session.id]
    live = bookings.live_booking(person, session)
    return Before(
        room=places.open_to(bookings.who(person)),
        places=places,
        clashes=bookings.in_the_way(person, session),
        missing=bookings.missing_before(person, session.course),
        live=live.status if live else None,
    )


def priorities(*, retired: bool = False) -> Sequence[PriorityReason]:
    """The reasons to go first, the first first; those no longer given only if asked for."""
    found = select(PriorityReason).order_by(
        PriorityReason.retired_at.is_not(None), PriorityReason.rank, PriorityReason.id
    )
    return db.session.scalars(found if retired else found.where(PriorityReason.retired_at.is_(None))).all()


def priority(priority_id: int) -> PriorityReason | None:
    """One reason to go first."""
    return db.session.get(PriorityReason, priority_id)
