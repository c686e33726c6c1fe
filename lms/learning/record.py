"""One person's learning record as one value, which the page, the PDF and the tables print: everything they learned, by date,
whoever they worked for at the time. A fixed number of queries, however long a life of learning is."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import reduce

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms import dates
from lms.accounts.models import Person
from lms.attendance.models import AttendanceMark, Mark
from lms.bookings.models import Booking
from lms.catalogue.models import Course
from lms.certificates.queries import certificates_of
from lms.db import db
from lms.elearning.models import Enrolment
from lms.learning import rules
from lms.learning.models import PastLearning, PastState
from lms.learning.queries import Past
from lms.learning.rules import Hours
from lms.words import tag_of


class EntryKind(StrEnum):
    """Where an entry comes from. `label` is the word people read."""

    SESSION = "session"
    ELEARNING = "elearning"
    ELSEWHERE = "elsewhere"

    @property
    def label(self) -> str:
        """The kind in words."""
        return KIND_LABELS[self]


#: So many bookings are asked about in one query.
AT_ONCE = 10_000
KIND_LABELS = {
    EntryKind.SESSION: "Sessions",
    EntryKind.ELEARNING: "E-learning",
    EntryKind.ELSEWHERE: "Training elsewhere",
}


@dataclass(frozen=True)
class Entry:
    """One thing somebody learned, or a session they were to learn at. Only what `counts` is on paper and in the sums."""

    kind: EntryKind
    on: date
    title: str
    #: Who taught it; empty: the partnership.
    provider: str
    #: Where it stands: a mark of the register (None: not filled in yet), done, or what the training lead says.
    state: Mark | PastState | None
    counts: bool
    hours: Hours
    #: The last day on which it is valid, where a course or a certificate says so.
    renew_by: date | None = None
    #: Where the person worked then, where that is known.
    organisation: str = ""
    booking: Booking | None = None
    past: PastLearning | None = None
    #: The public name of its certificate, where there is one.
    certificate: str = ""

    @property
    def said(self) -> str:
        """The state in a word."""
        if self.kind is EntryKind.ELEARNING:
            return "Completed"
        return tag_of(self.state).word if self.state else "Register not filled in yet"


@dataclass(frozen=True)
class Record:
    """Everything one person learned, the latest first; `shown` is what the filters leave."""

    person: Person
    entries: list[Entry]
    year: int | None = None
    kind: EntryKind | None = None
    #: Every year there is something of, the latest first.
    years: list[int] = field(default_factory=list)

    @property
    def shown(self) -> list[Entry]:
        """The entries of the year and kind that were asked for."""
        return [
            one
            for one in self.entries
            if (self.year is None or one.on.year == self.year) and (self.kind is None or one.kind is self.kind)
        ]

    @property
    def done(self) -> list[Entry]:
        """Those shown that count."""
        return [one for one in self.shown if one.counts]

    @property
    def hours(self) -> Hours:
        """What those count together."""
        return reduce(lambda total, one: total + one.hours, self.done, Hours())

    @property
    def to_renew(self) -> list[Entry]:
        """What counts and has a last day, the one that ends first at the top; only the newest of each title."""
        newest: dict[str, Entry] = {}
        for one in self.entries:
            if one.counts:
                newest.setdefault(_same(one), one)
        found = [one for one in newest.values() if one.renew_by]
        return sorted(found, key=lambda one: (one.renew_by or date.max, one.title))


def _same(entry: Entry) -> str:
    if entry.past is not None:
        return entry.past.same_as
    code = entry.booking.session.course.code if entry.booking else ""
    return rules.same_as(entry.title, code)


def record_of(
    person: Person, past: Iterable[Past], *, year: int | None = None, kind: EntryKind | None = None
) -> Record:
    """The record of one person; `past` are their sessions that are over (`queries.learning_of`)."""
    entries = [*_sessions(person, list(past)), *_elearning(person), *_elsewhere(person)]
    entries.sort(key=lambda one: (one.on, one.title), reverse=True)
    years = sorted({one.on.year for one in entries}, reverse=True)
    return Record(person, entries, year if year in years else None, kind, years)


def _sessions(person: Person, past: Collection[Past]) -> Iterator[Entry]:
    certificates = certificates_of([person.id])
    there = minutes_there([one.booking.id for one in past if one.mark in (Mark.PART, Mark.LEFT_EARLY)])
    for one in past:
        booking, course = one.booking, one.booking.session.course
        on = dates.london(booking.session.starts_at).date()
        came = one.mark is not None and one.mark.came
        yield Entry(
            kind=EntryKind.SESSION,
            on=on,
            title=course.title,
            provider="",
            state=one.mark,
            counts=came,
            hours=rules.hours_of_session(
                one.mark,
                hours=course.hours,
                participatory=course.participatory_hours,
                there=there.get(booking.id),
            ),
            renew_by=_renewed(on, course) if one.mark is Mark.ATTENDED else None,
            organisation=booking.organisation.name,
            booking=booking,
            certificate=certificates[booking.id].reference if booking.id in certificates else "",
        )


def minutes_there(booking_ids: Collection[int]) -> dict[int, int]:
    """How long people who were there in part were there, in minutes, over all dates: {booking id: minutes}. One query for every
    so many bookings: a database takes no endless list."""
    ids, found = sorted(booking_ids), defaultdict[int, int](int)
    for first in range(0, len(ids), AT_ONCE):
        marks = db.session.scalars(
            select(AttendanceMark)
            .options(joinedload(AttendanceMark.date))
            .where(AttendanceMark.booking_id.in_(ids[first : first + AT_ONCE]), AttendanceMark.replaced_at.is_(None))
            .order_by(AttendanceMark.id)
        )
        for mark in marks:
            found[mark.booking_id] += rules.minutes_of_date(
                mark.mark,
                starts_at=mark.date.starts_at,
                ends_at=mark.date.ends_at,
                from_at=mark.from_at,
                until_at=mark.until_at,
                counted=mark.minutes,
            )
    return dict(found)


def _renewed(on: date, course: Course) -> date | None:
    return dates.months_after(on, course.refresh_months) if course.refresh_months else None


def _elearning(person: Person) -> Iterator[Entry]:
    completed = db.session.scalars(
        select(Enrolment)
        .options(joinedload(Enrolment.course))
        .where(Enrolment.person_id == person.id, Enrolment.completed_at.is_not(None))
        .order_by(Enrolment.completed_at, Enrolment.id)
    )
    for one in completed:
        on = dates.london(one.completed_at or one.booked_at).date()
        yield Entry(
            kind=EntryKind.ELEARNING,
            on=on,
            title=one.course.title,
            provider="",
            state=None,
            counts=True,
            # Alone at a screen: hours, and none of them with others.
            hours=Hours(rules.minutes(one.course.hours)),
            renew_by=_renewed(on, one.course),
        )


def _elsewhere(person: Person) -> Iterator[Entry]:
    past = db.session.scalars(
        select(PastLearning)
        .options(joinedload(PastLearning.course), joinedload(PastLearning.evidence))
        .where(PastLearning.person_id == person.id)
        .order_by(PastLearning.done_on, PastLearning.id)
    )
    for one in past:
        counts = one.state is PastState.APPROVED
        yield Entry(
            kind=EntryKind.ELSEWHERE,
            on=one.done_on,
            title=one.title,
            provider=one.provider,
            state=one.state,
            counts=counts,
            hours=Hours(rules.minutes(one.hours), rules.minutes(one.participatory_hours)) if counts else Hours(),
            renew_by=one.expires_on,
            past=one,
        )


def filters(year: str, kind: str) -> tuple[int | None, EntryKind | None]:
    """What the address asks for; nonsense asks for everything."""
    asked = int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None
    return asked, EntryKind(kind) if kind in set(EntryKind) else None
