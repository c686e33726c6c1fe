"""The calendar part of a letter (RFC 5545, RFC 5546): an entry that Outlook, Google and Apple add, move and remove.

One UID for the life of a booking; SEQUENCE rises whenever what the entry says changes, and for its cancelling, or programs
ignore it. One ATTENDEE, so that nobody sees another’s address.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event, Timezone, vCalAddress, vText, vUri

from lms.dates import LONDON

REQUEST = "REQUEST"
CANCEL = "CANCEL"

#: The usual rendering of the zone: the European rule since 1981 (spring) and 1996 (autumn).
LONDON_RULES = """BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:DAYLIGHT
DTSTART:19810329T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:BST
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:GMT
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
END:STANDARD
END:VTIMEZONE
"""


@dataclass(frozen=True)
class Entry:
    """What a calendar entry says. Instants are aware; `sequence` is the session’s own for an invitation."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    description: str
    url: str
    organiser_name: str
    organiser_email: str
    attendee_name: str
    attendee_email: str


def _address(name: str, email: str, **parameters: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    for key, value in {"cn": name, **parameters}.items():
        if value:
            address.params[key] = vText(value)
    return address


def invitation(entry: Entry, *, now: datetime) -> str:
    """The entry to add or to bring up to date, as the text of a file (CRLF line ends)."""
    return _calendar(entry, REQUEST, entry.sequence, "CONFIRMED", now)


def cancellation(entry: Entry, *, now: datetime) -> str:
    """The same entry taken out again: one SEQUENCE later than the invitation with this sequence."""
    return _calendar(entry, CANCEL, entry.sequence + 1, "CANCELLED", now)


def _calendar(entry: Entry, method: str, sequence: int, status: str, now: datetime) -> str:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", sequence)
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", entry.starts_at.astimezone(LONDON))
    event.add("dtend", entry.ends_at.astimezone(LONDON))
    event.add("summary", entry.title)
    event.add("location", entry.place)
    event.add("description", entry.description)
    event.add("url", vUri(entry.url))
    event.add("status", status)
    event.add("transp", "OPAQUE" if method == REQUEST else "TRANSPARENT")
    event["organizer"] = _address(entry.organiser_name, entry.organiser_email)
    event.add(
        "attendee",
        _address(
            entry.attendee_name,
            entry.attendee_email,
            cutype="INDIVIDUAL",
            role="REQ-PARTICIPANT",
            partstat="ACCEPTED" if method == REQUEST else "DECLINED",
            rsvp="FALSE",
        ),
        encode=False,
    )
    calendar = Calendar()
    calendar.add("prodid", "-//Golden Thread//Bookings//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(Timezone.from_ical(LONDON_RULES))
    calendar.add_component(event)
    text: str = calendar.to_ical().decode()
    return text


@dataclass(frozen=True)
class Said:
    """A calendar part in words, for a page that shows it."""

    adds: bool
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    organiser: str


def read(text: str) -> Said:
    """What a calendar part of ours says. ValueError if the text is none."""
    calendar = Calendar.from_ical(text)
    event = calendar.walk("VEVENT")[0]
    return Said(
        adds=str(calendar["method"]) == REQUEST,
        title=str(event["summary"]),
        starts_at=event.decoded("dtstart"),
        ends_at=event.decoded("dtend"),
        place=str(event["location"]),
        organiser=str(event["organizer"].params.get("CN", "")),
    )
