"""What an agency's people have booked and learned, as a table for a spreadsheet."""

from lms.accounts.models import Person
from lms.bookings.models import Booking
from lms.exports import Cell, Column
from lms.teams.queries import Agency
from lms.words import tag_of

COLUMNS = (
    Column("Last name"),
    Column("First name"),
    Column("Email address"),
    Column("Job"),
    Column("Line manager"),
    Column("Course code"),
    Column("Course"),
    Column("Session"),
    Column("Starts"),
    Column("Where it stands"),
    Column("Number on the waiting list", "number"),
    Column("Register"),
)


def rows_of(agency: Agency) -> list[list[Cell]]:
    """One row a booking, people by name; who has none has one row without."""
    rows: list[list[Cell]] = []
    for person, has in agency.people:
        mine = [_row(person, booking) for booking in has.upcoming]
        mine += [_row(person, booking, number=number) for booking, number in has.waiting]
        mine += [
            _row(person, past.booking, mark=tag_of(past.mark).word if past.mark else "Not filled in yet")
            for past in has.past
        ]
        rows += mine or [[*_who(person), *[None] * (len(COLUMNS) - 5)]]
    return rows


def _who(person: Person) -> list[Cell]:
    return [person.last_name, person.first_name, person.email, person.job, person.manager_name]


def _row(person: Person, booking: Booking, *, number: int | None = None, mark: str | None = None) -> list[Cell]:
    session = booking.session
    return [
        *_who(person),
        session.course.code,
        session.course.title,
        session.reference,
        session.starts_at,
        OPEN_WORDS.get(booking.status.value) or tag_of(booking.status).word,
        number,
        mark,
    ]


#: As it is said of somebody else.
OPEN_WORDS = {"offered": "A place is offered to them"}
