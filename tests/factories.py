"""What tests are made of: people, courses and sessions with only the details a test is about."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from lms.accounts.models import Person, PersonRole
from lms.bookings.models import Booking, BookingOrigin, BookingStatus, Ending
from lms.catalogue.models import CountedBy, Course, CourseKind, CourseSession, Mode, SessionDate, SessionHold, Venue
from lms.db import db
from lms.organisations.models import Organisation, Partnership, Sector
from lms.roles import Role

#: The morning of the day the demonstration starts; a Tuesday.
NOW = datetime(2024, 10, 8, 8, 0, tzinfo=UTC)
_numbers = count(1)


def partnership(**details: Any) -> Partnership:
    """The one partnership, made once a test."""
    here = db.session.get(Partnership, 1)
    if here is None:
        here = Partnership(
            **{
                "key": "wakefield",
                "name": "Wakefield Safeguarding Children Partnership",
                "short_name": "WSCP",
                "team_name": "Training team",
                "team_email": "training@partnership.example",
                "team_phone": "01924 000000",
                **details,
            }
        )
        _keep(here)
    return here


def organisation(name: str = "", **details: Any) -> Organisation:
    """An agency in a sector of its own."""
    number = next(_numbers)
    sector = details.pop("sector", None) or Sector(key=f"s{number}", name=f"Sector {number}", position=number)
    return _keep(Organisation(name=name or f"Agency {number}", sector=sector, **details))


def person(first: str = "Amina", last: str = "Yusuf", *roles: Role, **details: Any) -> Person:
    """Somebody with these roles (none given: a practitioner)."""
    partnership()
    number = next(_numbers)
    details.setdefault("email", f"{first}.{number}@agency.example".lower())
    if "organisation" not in details:
        details["organisation"] = organisation()
    held = [PersonRole(role=role) for role in roles or (Role.PRACTITIONER,)]
    return _keep(Person(first_name=first, last_name=last, held=held, **details))


def course(code: str = "", **details: Any) -> Course:
    """A course about neglect, unless told otherwise."""
    number = next(_numbers)
    return _keep(
        Course(
            **{
                "code": code or f"C{number}",
                "title": "Multi-agency neglect",
                "kind": CourseKind.CORE,
                "aim": "To help people from every service to spot neglect early.",
                "outcomes": ["Say what neglect is", "Choose the next step"],
                "audience": "Anyone who works with children",
                "modes": ["classroom"],
                "hours": 3.0,
                "participatory_hours": 2.5,
                "counted_by": CountedBy.PEOPLE,
                "provided_by": "partnership",
                "tags": ["neglect"],
                "position": number,
                **details,
            }
        )
    )


def venue(**details: Any) -> Venue:
    """A room one can get into."""
    number = next(_numbers)
    return _keep(Venue(**{"name": f"Civic Centre {number}", "access_notes": "Step-free", **details}))


def course_session(of: Course | None = None, **details: Any) -> CourseSession:
    """A session of 20 places on 5 November 2024 from 9:30am to 1pm, unless told otherwise."""
    partnership()
    number = next(_numbers)
    starts_at = details.pop("starts_at", datetime(2024, 11, 5, 9, 30, tzinfo=UTC))
    if "venue" not in details and details.get("mode", Mode.CLASSROOM) is Mode.CLASSROOM:
        details["venue"] = venue()
    return _keep(
        CourseSession(
            **{
                "reference": f"S-2024-{number}",
                "course": of or course(),
                "starts_at": starts_at,
                "ends_at": starts_at + timedelta(hours=3, minutes=30),
                "mode": Mode.CLASSROOM,
                "capacity": 20,
                "added_at": NOW - timedelta(days=30),
                "published_at": NOW - timedelta(days=30),
                **details,
            }
        )
    )


def session_date(session: CourseSession, starts_at: datetime, hours: float = 3.5) -> SessionDate:
    """One more date of a session."""
    date = _keep(SessionDate(session=session, starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours)))
    db.session.refresh(session)
    return date


def booking(
    session: CourseSession | None = None,
    who: Person | None = None,
    status: BookingStatus = BookingStatus.BOOKED,
    **details: Any,
) -> Booking:
    """A booking of a session as a row, without its letters: imported, unless told otherwise. Its times fit its status."""
    asked_at = details.get("asked_at", NOW)
    held = status in (BookingStatus.BOOKED, BookingStatus.OFFERED, BookingStatus.APPROVAL)
    cancelled = status is BookingStatus.CANCELLED
    return _keep(
        Booking(
            **{
                "session": session or course_session(),
                "person": who or person(),
                "status": status,
                "origin": BookingOrigin.IMPORTED,
                "asked_at": asked_at,
                "held_at": asked_at if held else None,
                "booked_at": asked_at if status is BookingStatus.BOOKED else None,
                "offer_until": asked_at + timedelta(hours=24) if status is BookingStatus.OFFERED else None,
                "cancelled_at": asked_at if cancelled else None,
                "ending": Ending.CANCELLED if cancelled else None,
                **details,
            }
        )
    )


def hold(session: CourseSession, places: int = 1, **details: Any) -> SessionHold:
    """Places of a session kept for a `sector=` or an `organisation=`, until a week before it starts."""
    return _keep(
        SessionHold(
            **{"session": session, "places": places, "release_at": session.starts_at - timedelta(days=7), **details}
        )
    )


def _keep(thing: Any) -> Any:
    db.session.add(thing)
    db.session.flush()
    return thing
