"""A phone that did not hear the answer sends again while the first is still being read: everything is kept once."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms import dates
from lms.accounts.models import Person
from lms.attendance.models import AttendanceMark
from lms.bookings.models import Booking, BookingOrigin
from lms.db import db
from lms.roles import Role
from tests.factories import course_session, organisation, person
from tests.lms.attendance.pressing import booked
from tests.lms.attendance.test_two_trainers import NOON, _at_once, _browser, _house
from tests.lms.offline.phones import pressed, walked_in


def _post(browser: FlaskClient, path: str, document: dict[str, Any]) -> Callable[[], int]:
    def send() -> int:
        answer = browser.post(path, json=document)
        answers = answer.get_json()["answers"].values() if answer.status_code == 200 else [{"answer": "none"}]
        return answer.status_code if all(one["answer"] == "kept" for one in answers) else 0

    return send


def test_the_same_sent_twice_at_once_is_kept_once(
    fresh_database: Callable[[], str], settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dates, "now", lambda: NOON)
    with _house(fresh_database(), settings) as app:
        trainer, agency = person("Tom", "Ashworth", Role.TRAINER), organisation()
        db.session.commit()
        browsers = [_browser(app, trainer.id) for _ in range(2)]
        for number in range(6):
            db.session.rollback()
            session = course_session(trainers=[trainer])
            people = [booked(session, person(f"P{one}", organisation=agency)) for one in range(5)]
            sent = [pressed(one, "attended", NOON) for one in people]
            sent.append(walked_in("Rosa", f"Lindqvist{number}", agency.id, NOON))
            path = f"/sessions/{session.reference}/register/1/marks"
            session_id = session.id
            db.session.commit()
            assert _at_once(*(_post(one, path, {"marks": sent}) for one in browsers)) == [200, 200]
            db.session.rollback()
            marks = select(func.count(AttendanceMark.id)).join(AttendanceMark.booking)
            assert db.session.scalar(marks.where(Booking.session_id == session_id)) == 6
            walk_ins = select(func.count(Booking.id)).where(Booking.origin == BookingOrigin.WALK_IN)
            assert db.session.scalar(walk_ins.where(Booking.session_id == session_id)) == 1
        rosas = db.session.scalars(
            select(Person.last_name).where(Person.first_name == "Rosa").order_by(Person.id)
        ).all()
        assert rosas == [f"Lindqvist{number}" for number in range(6)]
