"""The calendar part of a letter (RFC 5545, RFC 5546): an entry that Outlook, Google and Apple add, move and remove.

One UID for the life of a booking; SEQUENCE rises whenever what the entry says changes, and for its cancelling, or programs
ignore it. One ATTENDEE, so that nobody sees another’s address.

A session on several dates is one entry that repeats: RRULE every so many days (the largest step that meets all dates) with
a COUNT, and EXDATE for the days it meets between. That is one VEVENT, and the other ways do not arrive:

* RDATE, with or without periods: Outlook takes it only as the new date of an EXDATE, ignores periods and drops an entry
  that has no RRULE (MS-OXCICAL 2.1.3.1.1.20.18); Apple’s and Google’s calendars leave dates out.
* One VEVENT a date, each with a UID: a REQUEST is about one UID (RFC 5546 3.2.2). Of several VEVENTs in a message Outlook
  reads the first (MS-STANOICAL on RFC 6047 4.4), Thunderbird takes the message for a mere file.
* One message a date: as many letters as dates, and a UID each to keep for ever.

Where a date has times of its own, a further VEVENT with the same UID and SEQUENCE and a RECURRENCE-ID says so, after the main
one (RFC 5546 3.2.2). Exchange reads this (MS-OXCICAL 2.1.3.1.1.20.20), Google and Apple write it themselves. A program that
reads the first VEVENT only has every day right, with the times of the first day; so the description names all with their
times. Cancelling is the main VEVENT alone: without RECURRENCE-ID it takes out all dates (RFC 5546 3.2.5). Outlook’s entries
that repeat do so once a day at most, so the parts of one day are one block of time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import gcd
from typing import Any

from icalendar import Calendar, Event, vCalAddress, vDuration, vText, vUri

from lms import dates
from lms.dates import london

REQUEST = "REQUEST"
CANCEL = "CANCEL"
PUBLISH = "PUBLISH"
#: How often a program may ask for a feed again.
FEED_EVERY = timedelta(hours=6)

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
FIRST_EVENT = "BEGIN:VEVENT\r\n"

#: From when until when, two instants.
Occasion = tuple[datetime, datetime]


@dataclass(frozen=True)
class Entry:
    """What a calendar entry says. Instants are aware; it has at least one occasion; `sequence` rises with every part sent."""

    uid: str
    sequence: int
    occasions: tuple[Occasion, ...]
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
    return _text(_calendar(REQUEST, _events(entry, REQUEST, now)))


def cancellation(entry: Entry, *, now: datetime) -> str:
    """The same entry taken out again, on all its dates. With the `sequence` of the invitation programs would keep it."""
    return _text(_calendar(CANCEL, _events(entry, CANCEL, now)))


def feed(entries: Iterable[Entry], *, name: str, now: datetime) -> str:
    """A calendar to subscribe to: many entries under a name, as the text of a file. Nobody’s address but the organiser’s.

    An entry has the UID and the SEQUENCE of its letters, so a program that was sent both knows it for the same.
    """
    calendar = _calendar(PUBLISH, [event for entry in entries for event in _events(entry, PUBLISH, now)])
    calendar.calendar_name = name
    calendar.add("refresh-interval", vDuration(FEED_EVERY, params={"value": "DURATION"}), encode=False)
    calendar.add("x-published-ttl", vDuration(FEED_EVERY), encode=False)
    return _text(calendar)


def _calendar(method: str, events: list[Event]) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Golden Thread//Bookings//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    for event in events:
        calendar.add_component(event)
    return calendar


def _text(calendar: Calendar) -> str:
    """As a file; the zone, which is always the same, is put before the first event rather than written out each time."""
    text: str = calendar.to_ical().decode()
    return text.replace(FIRST_EVENT, LONDON_RULES.replace("\n", "\r\n") + FIRST_EVENT, 1)


def _events(entry: Entry, method: str, now: datetime) -> list[Event]:
    """The main event first, and after it one for each date that has times of its own."""
    blocks = _blocks(entry.occasions)
    main = _event(entry, method, blocks[0], now)
    if len(blocks) == 1:
        return [main]
    exceptions = _repeat(main, blocks)
    if method == CANCEL:
        return [main]
    others = [_event(entry, method, block, now) for block in exceptions.values()]
    for other, instead_of in zip(others, exceptions, strict=True):
        other.add("recurrence-id", instead_of)
    return [main, *others]


def _blocks(occasions: tuple[Occasion, ...]) -> list[Occasion]:
    """In UTC and in order, one for each day of London: from the first start to the last end. ValueError if there are none."""
    blocks: dict[date, Occasion] = {}
    for starts_at, ends_at in sorted((starts.astimezone(UTC), ends.astimezone(UTC)) for starts, ends in occasions):
        first, last = blocks.setdefault(london(starts_at).date(), (starts_at, ends_at))
        blocks[london(starts_at).date()] = first, max(last, ends_at)
    if not blocks:
        raise ValueError("A calendar entry has a date.")
    return list(blocks.values())


def _repeat(main: Event, blocks: list[Occasion]) -> dict[datetime, Occasion]:
    """Let the event of the first block meet the days of all. Returns the dates with other times: when it would be, when it is."""
    first = london(blocks[0][0]).date()
    by_day = {(london(block[0]).date() - first).days: block for block in blocks}
    step = gcd(*by_day)
    start = main.decoded("dtstart")
    starts: dict[int, datetime] = {n: start + timedelta(days=n) for n in range(0, max(by_day) + 1, step)}
    main.add("rrule", {"freq": "daily", "interval": step, "count": len(starts)})
    if left_out := [starts[n] for n in starts if n not in by_day]:
        main.add("exdate", left_out)
    lengths = _lengths(blocks[0])
    return {
        starts[n]: block
        for n, block in by_day.items()
        if starts[n].astimezone(UTC) != block[0] or _lengths(block) != lengths
    }


def _lengths(block: Occasion) -> tuple[timedelta, timedelta]:
    """How long it is, and how far a clock on the wall goes: programs repeat one or the other."""
    return block[1] - block[0], london(block[1]) - london(block[0])


def _written(moment: datetime) -> datetime:
    """As London’s clocks show it. They skip the hour after 1am in spring and show it twice in autumn: what is in it is UTC."""
    here = london(moment)
    return moment if here.hour == 1 else here


def _event(entry: Entry, method: str, block: Occasion, now: datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", _written(block[0]))
    event.add("dtend", _written(block[1]))
    event.add("summary", entry.title)
    event.add("location", entry.place)
    event.add("description", _description(entry))
    event.add("url", vUri(entry.url))
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if method == CANCEL else "OPAQUE")
    event["organizer"] = _address(entry.organiser_name, entry.organiser_email)
    if method != PUBLISH:
        event.add("attendee", _attendee(entry, "DECLINED" if method == CANCEL else "ACCEPTED"), encode=False)
    return event


def _attendee(entry: Entry, answer: str) -> vCalAddress:
    return _address(
        entry.attendee_name,
        entry.attendee_email,
        cutype="INDIVIDUAL",
        role="REQ-PARTICIPANT",
        partstat=answer,
        rsvp="FALSE",
    )


def _description(entry: Entry) -> str:
    if len(entry.occasions) == 1:
        return entry.description
    return "\n".join([*(dates.when(*occasion) for occasion in sorted(entry.occasions)), entry.description])


@dataclass(frozen=True)
class Said:
    """A calendar part in words, for a page that shows it. What is taken out keeps its days; its times are those of the first."""

    adds: bool
    title: str
    occasions: tuple[Occasion, ...]
    place: str
    organiser: str


def read(text: str) -> Said:
    """What a calendar part of ours says. ValueError if the text is none."""
    calendar = Calendar.from_ical(text)
    main, *others = calendar.events
    return Said(
        adds=str(calendar["method"]) == REQUEST,
        title=str(main["summary"]),
        occasions=tuple(_said_occasions(main, others)),
        place=str(main["location"]),
        organiser=str(main["organizer"].params.get("CN", "")),
    )


def _said_occasions(main: Event, others: list[Event]) -> Iterable[Occasion]:
    instead = {_utc(other.decoded("recurrence-id")): _said_block(other) for other in others}
    left_out = [_utc(moment) for moment in main.exdates]
    starts_at, ends_at = _said_block(main)
    rule = main.get("rrule", {"count": [1], "interval": [1]})
    for n in range(rule["count"][0]):
        start = _utc(main.decoded("dtstart") + n * timedelta(days=rule["interval"][0]))
        if start not in left_out:
            yield instead.get(start, (start, start + (ends_at - starts_at)))


def _said_block(event: Event) -> Occasion:
    return _utc(event.start), _utc(event.end)


def _utc(moment: Any) -> datetime:
    """What the library reads may be a day by its types; all of ours are instants."""
    utc: datetime = moment.astimezone(UTC)
    return utc
