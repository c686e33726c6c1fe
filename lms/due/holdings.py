"""What people hold: everything they learned that a rule may count. The one place that knows where learning is written down.

Apart from queries.py because rules, an agency's page, a person's own page and the partnership's ask the same, each for its own
people, in the same number of queries for any number of them.
"""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from lms import dates
from lms.accounts.models import Person
from lms.attendance.models import CAME, Attendance, Mark
from lms.bookings.models import Booking
from lms.catalogue.models import Course, CourseSession
from lms.db import db
from lms.due.rules import Held
from lms.elearning.models import Enrolment


def holdings(whose: ColumnElement[bool], now: datetime) -> dict[int, list[Held]]:
    """What the people of this condition on `Person` learned by now: {person id: holdings}, in the order of time of each kind.

    Who was there in part holds it; hours count for who was there from beginning to end, as in the learning record.
    """
    found: dict[int, list[Held]] = defaultdict(list)
    for person_id, code, ends_at, mark, hours, participatory in db.session.execute(_attended(whose, now)):
        whole = mark is Mark.ATTENDED
        found[person_id].append(
            Held(
                dates.london(ends_at).date(),
                code,
                (hours or 0.0) if whole else 0.0,
                (participatory or 0.0) if whole else 0.0,
            )
        )
    for person_id, code, completed_at, hours, participatory in db.session.execute(_finished(whose, now)):
        found[person_id].append(Held(dates.london(completed_at).date(), code, hours or 0.0, participatory or 0.0))
    return found


def _attended(whose: ColumnElement[bool], now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Booking.person_id,
            Course.code,
            CourseSession.ends_at,
            Attendance.mark,
            Course.hours,
            Course.participatory_hours,
        )
        .join(Attendance, Attendance.booking_id == Booking.id)
        .join(Person, Person.id == Booking.person_id)
        .join(CourseSession, CourseSession.id == Booking.session_id)
        .join(Course, Course.id == CourseSession.course_id)
        .where(
            whose,
            Attendance.mark.in_(CAME),
            CourseSession.cancelled_at.is_(None),
            CourseSession.ends_at <= now,
        )
        .order_by(CourseSession.ends_at, Booking.id)
    )


def _finished(whose: ColumnElement[bool], now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(Enrolment.person_id, Course.code, Enrolment.completed_at, Course.hours, Course.participatory_hours)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(whose, Enrolment.completed_at <= now)
        .order_by(Enrolment.completed_at, Enrolment.id)
    )
