"""Sessions from another system: one row a session, on one date. Nobody is written to; a session that is there already is changed
on its page, so that its people hear of it."""

from datetime import datetime

from sqlalchemy import func, select

from lms import dates
from lms.accounts.queries import person_by_email
from lms.catalogue.models import CourseSession, Mode, Venue
from lms.catalogue.queries import course_by_code
from lms.db import db
from lms.imports import Kind, Outcome, Row, Wrong
from lms.organisations.models import Organisation
from lms.programme import operations
from lms.programme.rules import Details

COLUMNS = {
    "reference": ("session", "session reference", "event reference"),
    "course": ("course code",),
    "date": ("day", "session date"),
    "start": ("starts", "start time", "from"),
    "end": ("ends", "end time", "until"),
    "mode": ("delivery", "how"),
    "venue": ("place", "location"),
    "joining_link": ("link", "join link"),
    "capacity": ("places", "max places"),
    "minimum": ("min places",),
    "trainers": ("trainer", "trainer email"),
    "audience": ("target audience",),
    "host": ("held for", "host organisation"),
    "published": ("shown",),
}
_MODES = {"classroom": Mode.CLASSROOM, "virtual": Mode.VIRTUAL, "online": Mode.VIRTUAL, "hybrid": Mode.HYBRID}


def _trainers(row: Row) -> frozenset[int]:
    found = set()
    for address in filter(None, (one.strip() for one in row.text("trainers").replace(",", ";").split(";"))):
        person = person_by_email(address)
        if person is None:
            raise Wrong("trainers", f"Nobody with the address “{address}” is known.")
        found.add(person.id)
    return frozenset(found)


def _venue(row: Row) -> int | None:
    name = row.text("venue", longest=200)
    if not name:
        return None
    venue = db.session.scalar(select(Venue).where(func.lower(Venue.name) == name.lower())) or Venue(name=name)
    db.session.add(venue)
    db.session.flush()
    return venue.id


def _host(row: Row) -> int | None:
    name = row.text("host", longest=200)
    if not name:
        return None
    found: int | None = db.session.scalar(select(Organisation.id).where(func.lower(Organisation.name) == name.lower()))
    if found is None:
        raise Wrong("host", f"“{name}” is not known.")
    return found


def _mode(row: Row) -> Mode:
    typed = row.text("mode").casefold() or "classroom"
    if typed not in _MODES:
        raise Wrong("mode", f"“{row.text('mode')}” is not one of classroom, virtual and hybrid.")
    return _MODES[typed]


def _said(row: Row) -> Details:
    day, start, end = row.day("date"), row.clock("start"), row.clock("end")
    starts_at, ends_at = (dates.from_london(day, one.hour, one.minute) for one in (start, end))
    if ends_at <= starts_at:
        raise Wrong("end", "This is not after the start.")
    return Details(
        dates=((starts_at, ends_at),),
        mode=_mode(row),
        venue_id=_venue(row),
        joining_link=row.text("joining_link", longest=500),
        capacity=row.number_of("capacity") or 0,
        minimum=row.number_of("minimum"),
        trainer_ids=_trainers(row),
        opens_at=None,
        closes_at=None,
        holds=(),
        audience=row.text("audience", longest=300),
        host_organisation_id=_host(row),
        bring="",
        asks_access=True,
        asks_diet=False,
        group_id=None,
    )


def take_session(row: Row, now: datetime) -> Outcome:
    """Add a session: one that is over as what happened, one to come as a draft or, where the file says so, published."""
    course = course_by_code(row.needed("course", longest=12).upper())
    if course is None:
        raise Wrong("course", f"There is no course “{row.text('course')}”.")
    said, reference = _said(row), row.text("reference", longest=40)
    there = db.session.scalar(select(CourseSession).where(CourseSession.reference == reference)) if reference else None
    if there is not None:
        if (there.course_id, there.starts_at, there.capacity) != (course.id, said.starts_at, said.capacity):
            raise Wrong(
                "reference", "This session is there already. Change it on its page, so that its people hear of it."
            )
        return Outcome.UNCHANGED
    operations.load_session(course=course, said=said, reference=reference, published=row.yes("published"), now=now)
    return Outcome.ADDED


KIND = Kind("sessions", "one row a session.", COLUMNS, ("course", "date", "start", "end", "capacity"), take_session)
