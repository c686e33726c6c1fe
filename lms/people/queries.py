"""Reads of people who move, and of accounts that may be one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from flask import url_for
from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from lms.accounts.models import Person, PersonRole
from lms.bookings.models import Booking, BookingStatus
from lms.catalogue.models import CourseSession
from lms.dates import day
from lms.db import db
from lms.learning.rules import LEADS, is_lead
from lms.people import merging, rules
from lms.people.models import MoveRequest, MoveState
from lms.people.rules import Card
from lms.permissions import Permission, can
from lms.roles import Role
from lms.words import plural, tag_of

# People who say that they work elsewhere.


def own_request(person: Person) -> MoveRequest | None:
    """What somebody has asked and nobody has answered yet."""
    return db.session.scalar(
        select(MoveRequest)
        .options(joinedload(MoveRequest.organisation))
        .where(MoveRequest.person_id == person.id, MoveRequest.state == MoveState.ASKED)
    )


def to_answer(person: Person) -> Sequence[MoveRequest]:
    """Who says that they work at this person's organisation now, who asked first at the top."""
    return db.session.scalars(
        select(MoveRequest)
        .join(MoveRequest.person)
        .join(MoveRequest.organisation)
        .options(contains_eager(MoveRequest.person), contains_eager(MoveRequest.organisation))
        .where(MoveRequest.state == MoveState.ASKED, _may_answer(person))
        .order_by(MoveRequest.asked_at, MoveRequest.id)
    ).all()


def request_to_answer(person: Person, reference: str) -> MoveRequest | None:
    """One of these, also where somebody has answered it by now."""
    return db.session.scalar(
        select(MoveRequest)
        .join(MoveRequest.person)
        .options(contains_eager(MoveRequest.person))
        .where(MoveRequest.reference == reference, _may_answer(person))
    )


def _may_answer(person: Person) -> ColumnElement[bool]:
    """Whoever answers for the organisation somebody wants to join; where nobody does, an officer. Never the person."""
    whose: list[ColumnElement[bool]] = []
    if is_lead(person.roles):
        whose.append(MoveRequest.organisation_id == person.organisation_id)
    if Role.LD_OFFICER in person.roles:
        lead = aliased(Person)
        whose.append(
            ~exists()
            .where(
                lead.organisation_id == MoveRequest.organisation_id,
                lead.id != MoveRequest.person_id,
                lead.disabled_at.is_(None),
                PersonRole.person_id == lead.id,
                PersonRole.role.in_(LEADS),
            )
            .correlate(MoveRequest)
        )
    return and_(or_(false(), *whose), MoveRequest.person_id != person.id)


def waiting_sentences(person: Person) -> list[tuple[str, str]]:
    """For those who answer for an organisation: who says that they work there now. (sentence, address)."""
    if not can(person, Permission.RECORD_APPROVE):
        return []
    return [
        (
            f"{one.person.name} says that they work at {one.organisation.name} now.",
            url_for("people.answer_move", reference=one.reference),
        )
        for one in to_answer(person)
    ]


def bookings_to_come(person: Person, now: datetime) -> Sequence[Booking]:
    """The places somebody has or waits for, the earliest first: a move leaves them as they are."""
    return db.session.scalars(
        select(Booking)
        .join(Booking.session)
        .options(contains_eager(Booking.session))
        .where(
            Booking.person_id == person.id,
            Booking.status != BookingStatus.CANCELLED,
            CourseSession.cancelled_at.is_(None),
            CourseSession.starts_at > now,
        )
        .order_by(CourseSession.starts_at, Booking.id)
    ).all()


# Accounts that may be one person.


@dataclass(frozen=True)
class Likely:
    """Two accounts that may be one person, and why."""

    one: Person
    other: Person
    why: str


_CARDS = select(
    Person.id, Person.first_name, Person.last_name, func.coalesce(Person.email, ""), Person.organisation_id
).where(Person.disabled_at.is_(None), Person.merged_into_id.is_(None))


def likely_doubles() -> list[Likely]:
    """Accounts that are likely one person, by name. Two queries for any number of people."""
    found = rules.pairs(Card(*row) for row in db.session.execute(_CARDS.order_by(Person.id)))
    people = _people({person_id for one, other, _ in found for person_id in (one, other)})
    return sorted(
        (Likely(people[one], people[other], why) for one, other, why in found),
        key=lambda likely: (likely.one.last_name, likely.one.first_name, likely.one.id, likely.other.id),
    )


def doubles_of(person: Person) -> list[Likely]:
    """Accounts that may be this person, those who work at the same place first: also those of the same name elsewhere, who may
    have moved."""
    mine = Card(person.id, person.first_name, person.last_name, person.email or "", person.organisation_id)
    near = _CARDS.where(
        Person.id != person.id,
        or_(
            Person.organisation_id == person.organisation_id,
            func.lower(Person.last_name) == person.last_name.lower(),
            Person.email.startswith(f"{(person.email or '').partition('@')[0]}@", autoescape=True)
            if person.email
            else false(),
        ),
    )
    why = {
        card.id: reason
        for row in db.session.execute(near.order_by(Person.id))
        if (reason := rules.why_alike(mine, card := Card(*row)))
    }
    found = [Likely(person, other, why[other.id]) for other in _people(set(why)).values()]
    return sorted(found, key=lambda one: (one.other.organisation_id != person.organisation_id, one.other.id))


def _people(ids: set[int]) -> dict[int, Person]:
    return {person.id: person for person in db.session.scalars(select(Person).where(Person.id.in_(ids)))}


# Before two become one.


@dataclass(frozen=True)
class Preview:
    """What would happen, said before it does: rows that move, and what the officer should know."""

    #: (how they are called, how many)
    moves: list[str]
    #: Sessions for which both have a live booking, with the booking that stays.
    conflicts: list[str]
    roles: list[Role]
    key: str


def preview(emptied: Person, survivor: Person) -> Preview:
    """What would become of two accounts. `key` changes with anything in it."""
    counted = merging.count(emptied)
    moves = [
        plural(number, *merging.WORDS[name]) if name in merging.WORDS else f"{plural(number, 'row')} of “{name[0]}”"
        for name, number in counted.items()
    ]
    roles = [role for role in emptied.roles if role not in survivor.roles]
    conflicts = _conflicts(emptied, survivor)
    seen = sha256(repr((moves, conflicts, roles, emptied.email, survivor.email)).encode()).hexdigest()[:16]
    return Preview(moves, conflicts, roles, seen)


def _conflicts(emptied: Person, survivor: Person) -> list[str]:
    live = db.session.scalars(
        select(Booking)
        .join(Booking.session)
        .options(contains_eager(Booking.session))
        .where(Booking.person_id.in_((emptied.id, survivor.id)), Booking.status != BookingStatus.CANCELLED)
        .order_by(CourseSession.starts_at, Booking.id)
    ).all()
    by_session: dict[int, list[Booking]] = {}
    for booking in live:
        by_session.setdefault(booking.session_id, []).append(booking)
    found = []
    for both in by_session.values():
        if len(both) < 2:
            continue
        kept = min(both, key=lambda one: (rules.stays_before(one.status, one.origin), one.asked_at, one.id))
        session = kept.session
        whose = "becomes part of the other" if kept.person_id == emptied.id else "stays"
        found.append(
            f"Both are on {session.course.title}, {day(session.starts_at)}. One booking is kept, that of the account that "
            f"{whose} ({tag_of(kept.status).word.lower()}), with what the register says of both."
        )
    return found
