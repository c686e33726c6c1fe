"""Keeping what people need to take part for as long as somebody can use it. What they wrote is recorded nowhere else, and that
somebody wrote something is not recorded at all: it says something about their health."""

from datetime import datetime

from lms.activity.operations import record
from lms.bookings.models import Booking
from lms.bookings.operations import lock_session
from lms.db import db
from lms.errors import RuleBroken
from lms.needs import queries, rules
from lms.needs.models import Needs

TOO_LATE = "This can no longer be changed: the booking has ended, or the session has started."


def tell(*, booking: Booking, access: str, diet: str, now: datetime) -> None:
    """What the person needs, instead of what they told before; nothing at all takes it away. What is not asked is not kept.
    RuleBroken when the booking has ended or the session has started."""
    session = lock_session(booking.session_id)
    db.session.refresh(booking)
    if not rules.asked(booking, now=now):
        raise RuleBroken(TOO_LATE)
    access, diet = access if session.asks_access else "", diet if session.asks_diet else ""
    told = queries.of_booking(booking)
    if not access and not diet:
        if told is not None:
            db.session.delete(told)
    elif told is None:
        db.session.add(Needs(booking=booking, access=access, diet=diet, told_at=now))
    else:
        told.access, told.diet, told.told_at = access, diet, now
    db.session.flush()


def carry(old: Booking, new: Booking) -> None:
    """The same person on another date: what they told goes along, as far as it is asked there. Before the old booking ends."""
    told = queries.of_booking(old)
    if told is None:
        return
    access = told.access if new.session.asks_access else ""
    diet = told.diet if new.session.asks_diet else ""
    db.session.delete(told)
    if access or diet:
        db.session.add(Needs(booking=new, access=access, diet=diet, told_at=told.told_at))
    db.session.flush()


def delete_old(now: datetime) -> int:
    """28 days after a session nobody needs to know any more what people needed. Only how many there were is recorded."""
    old = queries.too_old(now)
    for told in old:
        db.session.delete(told)
    if old:
        record("needs:deleted", actor=None, subject_kind="needs", subject="28 days after", now=now, how_many=len(old))
    db.session.flush()
    return len(old)
