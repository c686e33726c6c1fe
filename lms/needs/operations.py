"""Keeping what people need to take part for as long as somebody can use it. What they wrote is recorded nowhere else, and that
somebody wrote something is not recorded at all: it says something about their health."""

from lms.bookings.models import Booking
from lms.db import db
from lms.needs.models import Needs


def carry(old: Booking, new: Booking) -> None:
    """The same person on another date: what they told goes along, as far as it is asked there. Before the old booking ends."""
    told = db.session.get(Needs, old.id)
    if told is None:
        return
    access = told.access if new.session.asks_access else ""
    diet = told.diet if new.session.asks_diet else ""
    db.session.delete(told)
    if access or diet:
        db.session.add(Needs(booking_id=new.id, access=access, diet=diet, told_at=told.told_at))
    db.session.flush()
