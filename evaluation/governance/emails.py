"""The letters about meetings of a group, each with its calendar part."""

from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app

from evaluation.governance.models import GroupMeeting
from lms import dates
from lms.accounts.models import Person
from lms.bookings.emails import address_of
from lms.letters.calendar import Entry, cancellation, invitation
from lms.letters.models import Letter
from lms.letters.operations import queue
from lms.organisations.queries import partnership


def place_of(meeting: GroupMeeting) -> str:
    """Where a meeting is, in words."""
    if meeting.place and meeting.link:
        return f"{meeting.place}, or online: {meeting.link}"
    return meeting.place or (f"Online: {meeting.link}" if meeting.link else "The place is still to be set.")


def _address(meeting: GroupMeeting) -> str:
    return address_of("governance.meeting", reference=meeting.reference)


def entry_of(meeting: GroupMeeting, person: Person) -> Entry:
    """The calendar entry of a meeting for one member: one UID for its whole life."""
    here = partnership()
    if here is None:
        raise LookupError("no partnership is loaded")
    return Entry(
        uid=f"meeting-{meeting.id}@{urlsplit(current_app.config['PUBLIC_URL']).hostname}",
        sequence=meeting.sequence,
        occasions=((meeting.starts_at, meeting.ends_at),),
        title=f"{meeting.group.name}, {meeting.reference}",
        place=place_of(meeting),
        description=f"Agenda and papers: {_address(meeting)}",
        url=_address(meeting),
        organiser_name=here.team_name,
        organiser_email=here.team_email,
        attendee_name=person.name,
        attendee_email=person.email or "",
    )


def invited(meeting: GroupMeeting, person: Person, *, now: datetime) -> Letter | None:
    """A meeting is planned; once for each member."""
    return _write("meeting-invited", meeting, person, now=now, event="invited")


def moved(meeting: GroupMeeting, person: Person, *, what_changed: str, now: datetime) -> Letter | None:
    """A meeting has another time or place."""
    return _write(
        "meeting-moved", meeting, person, now=now, event=f"moved-{meeting.sequence}", what_changed=what_changed
    )


def cancelled(meeting: GroupMeeting, person: Person, *, now: datetime) -> Letter | None:
    """A meeting is not held; its entry goes from the calendar."""
    return queue(
        "meeting-cancelled",
        to=person,
        values=_values(meeting) | {"reason": meeting.cancelled_why},
        now=now,
        calendar=cancellation(entry_of(meeting, person), now=now) if person.email else "",
        dedupe=f"meeting:cancelled:{meeting.id}:{person.id}",
    )


def _values(meeting: GroupMeeting) -> dict[str, str]:
    return {
        "group_name": meeting.group.name,
        "event_when": dates.when(meeting.starts_at, meeting.ends_at),
        "event_place": place_of(meeting),
        "event_link": _address(meeting),
    }


def _write(key: str, meeting: GroupMeeting, person: Person, *, now: datetime, event: str, **more: str) -> Letter | None:
    return queue(
        key,
        to=person,
        values=_values(meeting) | more,
        now=now,
        calendar=invitation(entry_of(meeting, person), now=now) if person.email else "",
        dedupe=f"meeting:{event}:{meeting.id}:{person.id}",
    )
