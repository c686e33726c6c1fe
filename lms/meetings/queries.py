"""Reads of reports that are being looked at. Whoever uploaded one sees it; to anybody else it does not exist."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lms.accounts.models import Person
from lms.attendance import queries as attendance
from lms.catalogue.models import SessionDate
from lms.db import db
from lms.meetings.models import MeetingReport
from lms.meetings.rules import KEPT_FOR


def date_or_404(reference: str, number: int, person: Person) -> SessionDate:
    """The nth date of a session whose register this person keeps."""
    session = attendance.session_or_404(reference, person)
    return attendance.date_or_404(session, number, session.starts_at)


def draft(date: SessionDate, person: Person) -> MeetingReport | None:
    """The report this person uploaded for a date and has not put on the register yet."""
    return db.session.scalar(
        select(MeetingReport).where(MeetingReport.date_id == date.id, MeetingReport.uploaded_by_id == person.id)
    )


def draft_named(reference: str, date: SessionDate, person: Person) -> MeetingReport | None:
    """That report, if it is still the one a page was opened on."""
    found = draft(date, person)
    return found if found is not None and found.reference == reference else None


def people_by_email(addresses: Iterable[str]) -> Mapping[str, Person]:
    """Who has an account with one of these addresses."""
    wanted = {one for one in addresses if one}
    found = db.session.scalars(
        select(Person).where(Person.email.in_(wanted)).options(joinedload(Person.organisation)).order_by(Person.id)
    )
    return {one.email: one for one in found if one.email}


def next_at() -> datetime | None:
    """When the oldest report that nobody put on a register is thrown away."""
    oldest = db.session.scalar(select(func.min(MeetingReport.uploaded_at)))
    return oldest + KEPT_FOR if oldest else None
