"""What a training lead may do for their people. Pure: values in, a decision out, or the sentence they read."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from email_validator import EmailNotValidError, validate_email

from lms.accounts.models import Person
from lms.bookings.models import Booking, BookingStatus, Reservation
from lms.bookings.rules import CALLED_OFF, MOST_UNNAMED, STARTED, can_cancel, free_until
from lms.catalogue.models import Course, CourseSession
from lms.errors import RuleBroken
from lms.words import listing, plural
from lms.working_days import in_working_days, until

#: Places are kept without a name only while there is so much time left to name people.
LEAST_TIME_TO_NAME = timedelta(hours=1)
#: Whoever booked places without a name is reminded so many working days before the names are due.
NAMING_REMINDER = 3
#: More people than this are no team: nobody checks such a list on one screen.
MOST_PEOPLE = 100
LONGEST_NAME = 100

NOBODY = "Choose at least one colleague, or enter how many places you want to name later"
TOO_MANY = f"Book no more than {MOST_PEOPLE} people at once"
NOT_OURS = "Select only people of your own organisation"
THEIRS = "A place is being offered to {}. Only they can take it or turn it down."
OWN_REQUEST = "This is your own request. Your manager answers it."
NO_ADDRESS = "We have no email address, so no letter would arrive. The training team can add one."
STOPPED = "This account is closed. The training team can open it again."
IN_USE = "This email address is in use already, and not by somebody of your organisation. The training team can help."
MOVED = "These places have just moved to another session. Open the page again."
TEACHES = "Teaches this session, and needs no place."
OWN_MANAGER_ASKED = "This course needs your own manager’s approval. Book it for yourself on the page of the session."
ALREADY = {
    BookingStatus.BOOKED: "Has a place already.",
    BookingStatus.WAITING: "Is on the waiting list already.",
    BookingStatus.OFFERED: "Is being offered a place already, and has to take it or turn it down.",
    BookingStatus.APPROVAL: "Has a place held already, until the manager answers.",
}


# People who are typed.


@dataclass(frozen=True)
class NewColleague:
    """Somebody of the lead's organisation who is not known here yet."""

    first_name: str
    last_name: str
    email: str

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


#: What the first line says where a table was copied with its headings.
_HEADINGS = {"name", "first name", "forename", "email", "email address", "e-mail", "work email", "work email address"}


def read_colleagues(text: str) -> tuple[list[NewColleague], list[str]]:
    """People typed or pasted one a line, and a sentence for each line that cannot be read. Empty lines and headings are skipped.

    >>> read_colleagues("Amina, Yusuf, Amina@agency.example")
    ([NewColleague(first_name='Amina', last_name='Yusuf', email='amina@agency.example')], [])
    >>> read_colleagues("Tom Reed; tom@agency.example")[0]
    [NewColleague(first_name='Tom', last_name='Reed', email='tom@agency.example')]
    >>> read_colleagues("Mei")[1]
    ['Line 1, “Mei”: enter a first name, a last name and an email address']
    """
    found: list[NewColleague] = []
    wrong: list[str] = []
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    for number, line in lines:
        cells = _cells(line)
        if (number, line) == lines[0] and cells and {cell.casefold() for cell in cells} & _HEADINGS:
            continue
        problem, person = _read_line(cells, {one.email for one in found})
        if person:
            found.append(person)
        else:
            shown = line if len(line) <= 60 else f"{line[:57]}…"
            wrong.append(f"Line {number}, “{' '.join(shown.split())}”: {problem}")
    return found, wrong


def _cells(line: str) -> list[str]:
    """A line in its parts: by tabs as a spreadsheet copies them, else by semicolons, else by commas."""
    mark = next((mark for mark in "\t;," if mark in line), ",")
    parts = next(csv.reader([line], delimiter=mark), [])
    return [" ".join(part.split()) for part in parts if part.strip()]


def _read_line(cells: Sequence[str], known: set[str]) -> tuple[str, NewColleague | None]:
    """What is wrong with a line, or the person it names. The address is the part with an @, wherever it stands."""
    addresses = [cell for cell in cells if "@" in cell]
    names = [cell for cell in cells if "@" not in cell]
    if len(names) == 1 and " " in names[0]:
        names = names[0].rsplit(" ", 1)
    if not addresses and len(names) >= 2:
        return "there is no email address", None
    if len(addresses) > 1:
        return "there is more than one email address", None
    if not addresses or len(names) < 2:
        return "enter a first name, a last name and an email address", None
    if len(names) > 2:
        return "there is more than a first name, a last name and an email address", None
    if max(map(len, names)) > LONGEST_NAME:
        return f"a name is longer than {LONGEST_NAME} characters", None
    try:
        email = validate_email(addresses[0], check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        return f"“{addresses[0]}” is not an email address", None
    if email in known:
        return f"{email} stands on an earlier line already", None
    return "", NewColleague(names[0], names[1], email)


# Who may have a place.


def why_not(
    person: Person,
    course: Course,
    *,
    by: Person,
    live: BookingStatus | None,
    teaches: bool,
    missing: Sequence[Course],
    learned_elsewhere: bool,
    naming: bool = False,
) -> str:
    """Why a lead cannot book a place for this colleague, as a sentence; empty where they can. With `naming` a place is there for
    them already, so that who waits can have it."""
    if person.disabled_at is not None:
        return STOPPED
    if not person.email:
        return NO_ADDRESS
    if teaches:
        return TEACHES
    if live is not None and not (naming and live is BookingStatus.WAITING):
        return ALREADY[live]
    if course.needs_approval and person.id == by.id:
        return OWN_MANAGER_ASKED
    return not_learned(missing, learned_elsewhere=learned_elsewhere)


def not_learned(missing: Sequence[Course], *, learned_elsewhere: bool) -> str:
    """That something should come before this course; empty where nothing does, or where the lead says that it was learned."""
    if not missing or learned_elsewhere:
        return ""
    return f"Before this course comes {listing([course.title for course in missing])}, and we have no record of it."


# Places without a name.


def unnamed_places(wanted: int, *, free: int, before: int, name_by: datetime, now: datetime) -> tuple[int, str]:
    """How many places can be kept for people to be named, and why not more. `free` are there for this organisation now, `before`
    it has without a name already."""
    if wanted <= 0:
        return 0, ""
    if name_by < now + LEAST_TIME_TO_NAME:
        return 0, (
            f"Places on this session can be named until {until(name_by)}. "
            "That is too soon to keep any without a name, so choose the people now."
        )
    most = max(MOST_UNNAMED - before, 0)
    given = min(wanted, free, most)
    if given == wanted:
        return given, ""
    if free < min(wanted, most):
        are = "No place is" if not free else f"Only {plural(free, 'place is', 'places are')}"
        return given, f"{are} free for your organisation, and nobody can wait without a name."
    return given, f"An organisation can keep {MOST_UNNAMED} places without a name on one session, and no more."


def naming_reminder_at(name_by: datetime, *, now: datetime) -> datetime | None:
    """When to remind of names that are due: some working days before, if that is still to come."""
    at = in_working_days(name_by, -NAMING_REMINDER)
    return at if at > now else None


def check_nameable(reservation: Reservation, *, now: datetime) -> None:
    """Can people still be named for these places?"""
    session = reservation.session
    if session.cancelled_at is not None:
        raise RuleBroken(CALLED_OFF)
    if session.starts_at <= now:
        raise RuleBroken(STARTED)
    if reservation.ended_at is not None:
        raise RuleBroken("There is no place left here to be named.")
    if now >= reservation.name_by:
        raise RuleBroken(f"Names were needed by {until(reservation.name_by)}. These places go to whoever waits.")


def check_enough(reservation: Reservation, people: int) -> None:
    """No more people than places."""
    if people > reservation.places:
        raise RuleBroken(
            f"{plural(reservation.places, 'place is', 'places are')} left to be named, and you chose {people} people"
        )


def check_give_back(reservation: Reservation, places: int) -> None:
    """Give back what is there."""
    if not 1 <= places <= reservation.places:
        raise RuleBroken(f"Enter a number from 1 to {reservation.places}")


# A colleague's booking.


def can_cancel_for(session: CourseSession, booking: Booking, *, now: datetime) -> bool:
    """Can a lead give this up for a colleague? Not an offer, which is the colleague's to answer."""
    return booking.status is not BookingStatus.OFFERED and can_cancel(session, booking, now=now)


def too_late_for(session: CourseSession, booking: Booking) -> str:
    """Why a lead can no longer cancel a colleague's place, and what can be done instead."""
    return (
        f"Places on this course could be cancelled until {until(free_until(session, booking))}. A colleague can still take "
        f"{booking.person.first_name}’s place. Only the training team can cancel it now."
    )


def check_can_cancel_for(session: CourseSession, booking: Booking, *, now: datetime) -> None:
    """A lead cancels within the free window; later only an officer does."""
    if booking.status is BookingStatus.OFFERED:
        raise RuleBroken(THEIRS.format(booking.person.name))
    late = booking.status is BookingStatus.BOOKED and now < session.starts_at
    if late and not can_cancel(session, booking, now=now):
        raise RuleBroken(too_late_for(session, booking))
