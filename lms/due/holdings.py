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
from lms.learning.models import PastLearning, PastState
from lms.learning.record import minutes_there
from lms.learning.rules import hours_of_session


def holdings(whose: ColumnElement[bool], now: datetime) -> dict[int, list[Held]]:
    """What the people of this condition on `Person` learned by now: {person id: holdings}, in the order of time of each kind.

    Who was there in part holds it; hours count as in the learning record: the course's for who was there from beginning to end,
    the minutes they were there, none of them as participatory, for who was not.
    """
    found: dict[int, list[Held]] = defaultdict(list)
    attended = db.session.execute(_attended(whose, now)).all()
    there = minutes_there([row.id for row in attended if row.mark is not Mark.ATTENDED])
    for row in attended:
        counted = hours_of_session(
            row.mark, hours=row.hours, participatory=row.participatory_hours, there=there.get(row.id)
        )
        found[row.person_id].append(
            Held(dates.london(row.ends_at).date(), row.code, counted.minutes / 60, counted.participatory / 60)
        )
    for person_id, code, completed_at, hours, participatory in db.session.execute(_finished(whose, now)):
        found[person_id].append(Held(dates.london(completed_at).date(), code, hours or 0.0, participatory or 0.0))
    for person_id, done_on, code, hours, participatory in db.session.execute(_elsewhere(whose, now)):
        found[person_id].append(Held(done_on, code or "", hours or 0.0, participatory or 0.0))
    return found


def _attended(whose: ColumnElement[bool], now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Booking.id,
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


def _elsewhere(whose: ColumnElement[bool], now: datetime) -> Select[*tuple[Any, ...]]:
    """What they learned elsewhere and whoever answers for them has approved, as the course it counts as."""
    return (
        select(
            PastLearning.person_id,
            PastLearning.done_on,
            Course.code,
            PastLearning.hours,
            PastLearning.participatory_hours,
        )
        .join(Person, Person.id == PastLearning.person_id)
        .outerjoin(Course, Course.id == PastLearning.course_id)
        .where(whose, PastLearning.state == PastState.APPROVED, PastLearning.done_on <= dates.london(now).date())
        .order_by(PastLearning.done_on, PastLearning.id)
    )
