"""Reach counts people where they worked when they came: a new job moves the person, not the past."""

from datetime import UTC, datetime, timedelta

from flask import Flask

from evaluation.impact.queries import sectors_reached
from lms.accounts import operations as accounts
from lms.accounts.models import Person
from lms.attendance.models import AttendanceMark, Mark
from lms.catalogue.models import Course
from lms.db import db
from lms.organisations.models import Sector
from tests.factories import NOW, booking, course, course_session, organisation, person

MAY = datetime(2024, 5, 14, 9, 30, tzinfo=UTC)


def _came(who: Person, of: Course, starts_at: datetime = MAY) -> None:
    made = booking(course_session(of, starts_at=starts_at), who)
    db.session.add(AttendanceMark(booking_id=made.id, mark=Mark.ATTENDED, marked_at=starts_at))
    db.session.flush()


def _reached(of: Course) -> dict[str, tuple[int, list[tuple[str, int]]]]:
    return {
        one.sector: (one.people, [(agency.agency, agency.people) for agency in one.agencies])
        for one in sectors_reached([of.id], NOW)
        if one.people
    }


def test_who_has_moved_since_is_counted_where_they_were(app: Flask) -> None:
    health, schools = (
        Sector(key=key, name=key.title(), position=at) for at, key in ((901, "health"), (902, "schools"))
    )
    ward, school = organisation("Ward 7", sector=health), organisation("Coldwell Primary", sector=schools)
    neglect, amina = course(), person(organisation=ward)
    _came(amina, neglect)
    accounts.move(person=amina, organisation=school, email=amina.email, by=None, now=NOW)
    assert _reached(neglect) == {"Health": (1, [("Ward 7", 1)])}


def test_who_came_from_two_places_is_one_person_where_they_came_from_last(app: Flask) -> None:
    health, schools = (
        Sector(key=key, name=key.title(), position=at) for at, key in ((901, "health"), (902, "schools"))
    )
    ward, school = organisation("Ward 7", sector=health), organisation("Coldwell Primary", sector=schools)
    neglect, amina = course(), person(organisation=ward)
    _came(amina, neglect)
    _came(person(organisation=ward), neglect)
    accounts.move(person=amina, organisation=school, email=amina.email, by=None, now=NOW)
    _came(amina, neglect, MAY + timedelta(days=30))
    assert _reached(neglect) == {"Health": (1, [("Ward 7", 1)]), "Schools": (1, [("Coldwell Primary", 1)])}
