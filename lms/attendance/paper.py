"""What is printed for a room: the sheet people sign, and their name badges. What somebody needs or eats is on neither."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms import dates, pdf
from lms.attendance.queries import RegisterLine
from lms.catalogue.models import SessionDate
from lms.organisations.queries import partnership

#: Empty lines for people nobody expects.
WALK_IN_LINES = 6
#: Badges side by side, and one below the other, on a sheet of A4 (each 90 by 54 mm, as the card holders sold everywhere take).
ACROSS, DOWN = 2, 5


#: Longer words are broken, so that none runs out of its cell.
LONGEST_WORD = 20


def breakable(text: str, longest: int = LONGEST_WORD) -> str:
    """The text with places to break in words that are too long for a line: after their hyphens, else with a new one.

    >>> breakable("Siân Morgan-Lee"), breakable("Featherstonehaugh-Cholmondeley"), breakable("A" * 25)
    ('Siân Morgan-Lee', 'Featherstonehaugh- Cholmondeley', 'AAAAAAAAAAAAAAAAAAAA- AAAAA')
    """

    def broken(part: str) -> str:
        return "- ".join(part[start : start + longest] for start in range(0, len(part), longest))

    return " ".join(
        word if len(word) <= longest else "- ".join(broken(part) for part in word.split("-")) for word in text.split()
    )


@dataclass(frozen=True)
class Name:
    """Somebody on paper."""

    first: str
    last: str
    organisation: str

    @property
    def whole(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}".strip()

    @property
    def size(self) -> str:
        """How large the first name is printed on a badge: the class of the stylesheet, by what fits on its line."""
        letters = max((len(word) for word in self.first.split()), default=0)
        if len(self.first) <= 9:
            return "large"
        return "middle" if letters <= 14 and len(self.first) <= 28 else "small"


@dataclass(frozen=True)
class Room:
    """Everything the sheets say, read before anything is drawn: drawing takes time, and holds no lock."""

    partnership: str
    made_up: bool
    course: str
    reference: str
    when: str
    place: str
    trainers: str
    produced: str
    people: Sequence[Name]


def room_of(date: SessionDate, lines: Sequence[RegisterLine], now: datetime) -> Room:
    """What is printed for a date: whoever is expected by now, by name, and who has walked in already."""
    session, here = date.session, partnership()
    several = f" (date {session.dates.index(date) + 1} of {len(session.dates)})" if len(session.dates) > 1 else ""
    people = [line.booking.person for line in lines]
    return Room(
        partnership=here.name if here else "",
        made_up=bool(here and here.made_up),
        course=session.course.title,
        reference=session.reference,
        when=dates.when(date.starts_at, date.ends_at) + several,
        place=session.venue.name if session.venue else "Online",
        trainers=", ".join(one.name for one in session.trainers),
        produced=dates.day_time(now),
        people=[
            Name(*(breakable(part) for part in (one.first_name, one.last_name, one.organisation.name)))
            for one in people
        ],
    )


def sign_in_sheet(room: Room) -> bytes:
    """A4 upright: name, organisation, time and signature, and lines for people nobody expects."""
    title = f"Sign-in sheet: {room.course}"
    return pdf.render("pdf/sign_in.html", title=title, author=room.partnership, empty=WALK_IN_LINES, **_values(room))


def badges(room: Room) -> bytes:
    """A4 upright, ten badges a sheet to cut along the lines: the first name large, the organisation under it."""
    rows = [room.people[start : start + ACROSS] for start in range(0, len(room.people), ACROSS)]
    sheets = [rows[start : start + DOWN] for start in range(0, len(rows), DOWN)]
    title = f"Name badges: {room.course}"
    return pdf.render(
        "pdf/badges.html", title=title, author=room.partnership, sheets=sheets, across=ACROSS, **_values(room)
    )


def _values(room: Room) -> dict[str, Any]:
    return {
        "partnership": room.partnership,
        "made_up": room.made_up,
        "reference": room.reference,
        "produced": room.produced,
        "room": room,
    }
