"""What people do with places, a line each, and what is said of it afterwards."""

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from lms import verify
from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.bookings import operations, queries
from lms.bookings.models import Booking, BookingStatus, PriorityReason
from lms.catalogue.models import CourseSession
from lms.db import db
from lms.letters.models import Letter
from tests.factories import NOW, organisation, person


def ask(session: CourseSession, who: Person | str = "Amina", at: datetime = NOW, **more: Any) -> Booking:
    """Somebody asks for a place."""
    somebody = person(who) if isinstance(who, str) else who
    return operations.book_place(session=session, person=somebody, now=at, **more)


def give_back(booking: Booking, at: datetime = NOW, **more: Any) -> None:
    """The person gives up what they have: a place, an offer, a number on the list."""
    operations.cancel_booking(booking=booking, by=more.pop("by", booking.person), now=at, **more)


def change_capacity(session: CourseSession, capacity: int, at: datetime = NOW) -> None:
    """An officer says how many places there are."""
    from lms.programme.operations import change_capacity as change

    change(session=session, capacity=capacity, by=None, now=at, reason="The room is another one.")


def goes_first(booking: Booking, reason: str = "Named in an action after a review", rank: int = 1) -> None:
    """Somebody has a reason to go before others."""
    known = db.session.scalar(select(PriorityReason).where(PriorityReason.name == reason))
    operations.set_priority(
        booking=booking, reason=known or PriorityReason(name=reason, rank=rank), by=person("Officer"), now=NOW
    )


def statuses(*bookings: Booking) -> list[str]:
    """How these bookings stand."""
    return [booking.status.value for booking in bookings]


def letters(since: int = 0) -> list[str]:
    """The letters about places, in order; those before number `since` left out. Reminders and the like are not of them."""
    about_places = or_(Letter.key.startswith("booking-"), Letter.key.startswith("approval-"))
    written = db.session.scalars(select(Letter).where(about_places).order_by(Letter.id)).all()
    return [f"{letter.key} to {letter.to_name.split(' ')[0]}" for letter in written[since:]]


def letter(key: str) -> Letter:
    """The newest letter of this kind."""
    found = db.session.scalars(select(Letter).where(Letter.key == key).order_by(Letter.id.desc())).first()
    assert found, f"there is no letter {key}; there are: {', '.join(letters())}"
    return found


def done() -> list[str]:
    """What stands in the list of what people did."""
    return [one.verb for one in db.session.scalars(select(Activity).order_by(Activity.id))]


def left(session: CourseSession, who: Person | None = None) -> int:
    """How many places somebody could have; without anybody, those open to all."""
    return queries.places_of([session])[session.id].left_for(queries.who(who) if who else None)


def colleagues(*names: str) -> list[Person]:
    """People of one organisation in a sector of its own."""
    home = organisation()
    return [person(name, organisation=home) for name in names]


def waiting(session: CourseSession) -> list[str]:
    """The first names of who waits, in the order of the list."""
    found = db.session.scalars(
        select(Booking).where(Booking.session_id == session.id, Booking.status == BookingStatus.WAITING)
    ).all()
    numbers = queries.positions(found)
    return [one.person.first_name for one in sorted(found, key=lambda one: numbers[one.id])]


def problems() -> list[str]:
    """Everything `lms verify` finds wrong now, but that no mail server is set."""
    return [problem for problem in verify.problems() if not problem.startswith("letters: ")]
