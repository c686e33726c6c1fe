"""The register of a date as data, for a device that will be without a network."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from lms import dates
from lms.attendance import rules
from lms.attendance.forms import said
from lms.attendance.models import AttendanceMark
from lms.attendance.queries import RegisterLine
from lms.catalogue.models import SessionDate
from lms.db import db
from lms.offline.rules import NAMES_STAY_HOURS
from lms.organisations.models import Organisation


def kept(keys: Iterable[str]) -> dict[str, int]:
    """Which of these have reached us before, with the date they were about: {key: date id}."""
    found = select(AttendanceMark.device_key, AttendanceMark.date_id).where(AttendanceMark.device_key.in_(list(keys)))
    return {str(key): date_id for key, date_id in db.session.execute(found.order_by(AttendanceMark.id))}


def number_of(date: SessionDate) -> int:
    """Which of its session's dates it is, counted from 1."""
    return date.session.dates.index(date) + 1


def register_data(
    date: SessionDate, lines: Sequence[RegisterLine], organisations: Sequence[Organisation]
) -> dict[str, Any]:
    """Everything the page needs to work alone. Times of the day are London's, as a browser's time box takes them."""
    session = date.session
    return {
        "key": f"{session.reference}/{number_of(date)}",
        "title": session.course.title,
        "reference": session.reference,
        "when": dates.when(date.starts_at, date.ends_at),
        "opens_at": (date.starts_at - rules.OPENS_BEFORE).isoformat(),
        "opens": dates.day_time(date.starts_at - rules.OPENS_BEFORE),
        "starts": f"{dates.london(date.starts_at):%H:%M}",
        "ends": f"{dates.london(date.ends_at):%H:%M}",
        "hours": NAMES_STAY_HOURS,
        "people": [_person(line, date) for line in lines],
        "organisations": [[one.id, one.name] for one in organisations],
    }


def _person(line: RegisterLine, date: SessionDate) -> dict[str, Any]:
    person, mark = line.booking.person, line.mark
    return {
        "booking": line.booking.reference,
        "name": person.name,
        "agency": person.organisation.name,
        "walk_in": line.walk_in,
        "mark": mark and _mark(mark, date),
    }


def _mark(mark: AttendanceMark, date: SessionDate) -> dict[str, Any]:
    return {
        "id": mark.id,
        "mark": mark.mark.value,
        "from": f"{dates.london(mark.from_at):%H:%M}" if mark.from_at else "",
        "until": f"{dates.london(mark.until_at):%H:%M}" if mark.until_at else "",
        "said": said(mark, date.starts_at),
    }
