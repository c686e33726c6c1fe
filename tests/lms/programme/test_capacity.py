"""More places, and fewer: who waits gets them, nobody loses one, and what is held stays held."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select

from lms.activity.models import Activity
from lms.bookings.models import BookingStatus
from lms.bookings.operations import book_place
from lms.db import db
from lms.errors import RuleBroken
from lms.programme.operations import change_capacity
from lms.roles import Role
from tests import factories


def test_more_places_go_to_who_waits_in_their_order(app: Flask, now: datetime) -> None:
    session = factories.course_session(capacity=1)
    first, second, third = (
        book_place(session=session, person=factories.person(name), now=now) for name in ("Ann", "Bea", "Cem")
    )
    change_capacity(session=session, capacity=2, by=factories.person("Lin", "Day", Role.LD_OFFICER), now=now)
    assert (first.status, second.status, third.status) == (
        BookingStatus.BOOKED,
        BookingStatus.BOOKED,
        BookingStatus.WAITING,
    )


def test_fewer_places_take_none_away_and_need_a_reason(app: Flask, now: datetime) -> None:
    officer = factories.person("Lin", "Day", Role.LD_OFFICER)
    run = factories.course_session(capacity=3)
    booked = [book_place(session=run, person=factories.person(), now=now) for _ in range(3)]
    db.session.commit()
    with pytest.raises(
        RuleBroken, match=r"3 places are taken\. Nobody loses a place, so 2 would be over the number of places"
    ):
        change_capacity(session=run, capacity=1, by=officer, now=now)
    change_capacity(session=run, capacity=1, by=officer, now=now, reason="A smaller room")
    assert {one.status for one in booked} == {BookingStatus.BOOKED}
    line = db.session.scalars(select(Activity).where(Activity.verb == "session:capacity_changed")).one()
    assert line.details == {"before": 3, "after": 1, "reason": "A smaller room"}
    assert line.actor_id == officer.id


def test_a_capacity_is_not_lower_than_what_is_held(app: Flask, now: datetime) -> None:
    run = factories.course_session(capacity=10)
    factories.hold(run, 4, organisation=factories.organisation())
    with pytest.raises(RuleBroken, match=r"4 places are held .* by at least 1"):
        change_capacity(session=run, capacity=3, by=None, now=now)
    change_capacity(session=run, capacity=4, by=None, now=now)
    assert run.capacity == 4
