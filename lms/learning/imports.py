"""What people have learned before, from another system: one row a person and a training. It counts, and no letter is written."""

from datetime import date, datetime

from sqlalchemy import func, select

from lms.accounts.imports import address_in
from lms.accounts.models import Person
from lms.accounts.queries import person_by_any_email
from lms.catalogue.models import Course
from lms.catalogue.queries import course_by_code
from lms.db import db
from lms.imports import Kind, Outcome, Row, Wrong
from lms.learning import operations, queries, rules
from lms.learning.operations import Told

COLUMNS = {
    "email": ("email address", "e-mail", "work email"),
    "course": ("course code", "course title", "title", "training"),
    "done_on": ("date", "completed", "completed on", "completion date", "date completed"),
    "hours": ("duration hours",),
    "participatory_hours": ("participatory",),
    "provider": ("provided by", "trainer", "organisation"),
    "expires_on": ("expires", "expiry", "expiry date", "valid until"),
}


def _person(row: Row) -> Person:
    """Who it is: by the address they have, or had before they moved. Nobody is added: a history without a person is a slip."""
    person = person_by_any_email(address_in(row, "email"))
    if person is None:
        raise Wrong("email", f"Nobody here has the address “{row.text('email')}”. Import people first.")
    return person


def _course(text: str) -> Course | None:
    """The course of ours with this code, or with exactly this title."""
    return course_by_code(text.upper()) or db.session.scalar(
        select(Course).where(func.lower(Course.title) == text.lower()).order_by(Course.id).limit(1)
    )


def _hours(row: Row, name: str) -> float | None:
    text = row.text(name).replace(",", ".")
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise Wrong(name, f"“{row.text(name)}” is not a number of hours.") from None


def _day(row: Row, name: str) -> date | None:
    return row.day(name) if row.text(name) else None


def take_completion(row: Row, now: datetime) -> Outcome:
    """Add what somebody has learned, or bring it up to date. What a register of ours says already is left alone."""
    person, text, done_on = _person(row), row.needed("course", longest=200), row.day("done_on")
    course = _course(text)
    if course and queries.came_that_day(person, course, done_on):
        return Outcome.UNCHANGED
    hours, participatory = _hours(row, "hours"), _hours(row, "participatory_hours")
    if course and hours is None:
        hours, participatory = course.hours or None, course.participatory_hours if course.hours else None
    told = Told(
        title=course.title if course else text,
        provider=row.text("provider", longest=200),
        done_on=done_on,
        hours=hours,
        participatory_hours=participatory,
        expires_on=_day(row, "expires_on"),
        course=course,
    )
    there = queries.imported_before(person, rules.same_as(told.title, course.code if course else ""), done_on)
    try:
        _, new = operations.load_past(person=person, told=told, now=now)
    except rules.Wrong as wrong:
        raise Wrong(wrong.field, f"{wrong}.") from None
    if not new:
        return Outcome.UNCHANGED
    return Outcome.CHANGED if there else Outcome.ADDED


KIND = Kind(
    "history", "one row a person and a training they had.", COLUMNS, ("email", "course", "done_on"), take_completion
)
