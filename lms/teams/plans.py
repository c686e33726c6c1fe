"""What a session is to each colleague, and what booking several of them would do: read once, said before and done after.

Apart from queries.py because the screen, the operation and the result all need the same answer, for any number of people in the
same number of queries.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager

from lms.accounts.models import Person
from lms.attendance.models import CAME, Attendance
from lms.bookings import rules as booking_rules
from lms.bookings.models import HOLDING, Booking, BookingStatus, Reservation
from lms.bookings.queries import places_of, who
from lms.catalogue.models import Course, CourseSession, SessionDate, SessionTrainer, course_prerequisite
from lms.db import db
from lms.elearning.models import Enrolment
from lms.teams import rules
from lms.teams.queries import colleagues_by_id
from lms.teams.rules import NewColleague


@dataclass(frozen=True)
class Colleague:
    """Somebody of the organisation, and what they are to a session."""

    person: Person
    live: BookingStatus | None
    teaches: bool
    #: Their places at the same time; what should come before; when they last came, where a refresher would be early.
    clashes: Sequence[Booking]
    missing: Sequence[Course]
    early: datetime | None

    def why_not(self, course: Course, *, by: Person, learned_elsewhere: bool, naming: bool = False) -> str:
        """Why the lead cannot book them a place; empty where they can."""
        return rules.why_not(
            self.person,
            course,
            by=by,
            live=self.live,
            teaches=self.teaches,
            missing=self.missing,
            learned_elsewhere=learned_elsewhere,
            naming=naming,
        )


def by_name(person: Person) -> tuple[str, str, int]:
    """The order people are shown and booked in."""
    return person.last_name.casefold(), person.first_name.casefold(), person.id


#: So many colleagues stand on the screen at once; more are found by their name.
MOST_SHOWN = 100


@dataclass(frozen=True)
class Found:
    """The colleagues to choose from, by name: those who were chosen, and those who fit; `total` fit in all."""

    colleagues: list[Colleague]
    total: int


def find_colleagues(lead: Person, session: CourseSession, text: str, chosen: Collection[int]) -> Found:
    """The lead's colleagues whose name, job or address holds every word of `text`, and those who are chosen already."""
    columns = (Person.first_name, Person.last_name, Person.job, Person.email)
    fits = and_(
        Person.organisation_id == lead.organisation_id,
        Person.disabled_at.is_(None),
        *(or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in text.split()[:10]),
    )
    total = db.session.scalar(select(func.count()).select_from(Person).where(fits)) or 0
    first = select(Person).where(fits).order_by(Person.last_name, Person.first_name, Person.id).limit(MOST_SHOWN)
    shown = {person.id: person for person in db.session.scalars(first)}
    shown |= {person.id: person for person in colleagues_by_id(lead, set(chosen) - set(shown))}
    return Found(stand_of(sorted(shown.values(), key=by_name), session), total)


def stand_of(people: Sequence[Person], session: CourseSession) -> list[Colleague]:
    """What a session is to each of these people, in their order; the same number of queries for any number of them."""
    ids = [person.id for person in people]
    live = _live(ids, session)
    teaching = set(db.session.scalars(select(SessionTrainer.person_id).where(SessionTrainer.session_id == session.id)))
    clashes, missing, last = _clashes(ids, session), _missing(ids, session.course), _last_came(ids, session.course)

    def early(person: Person) -> datetime | None:
        came = last.get(person.id)
        return (
            came if came and booking_rules.too_early(came, session.course.refresh_months, session.starts_at) else None
        )

    return [
        Colleague(
            person,
            live.get(person.id),
            person.id in teaching,
            clashes.get(person.id, []),
            missing.get(person.id, []),
            early(person),
        )
        for person in people
    ]


def _live(ids: Collection[int], session: CourseSession) -> dict[int, BookingStatus]:
    rows = db.session.execute(
        select(Booking.person_id, Booking.status).where(
            Booking.session_id == session.id, Booking.person_id.in_(ids), Booking.status != BookingStatus.CANCELLED
        )
    )
    return dict(rows.all())


def _clashes(ids: Collection[int], session: CourseSession) -> dict[int, list[Booking]]:
    """As `bookings.queries.in_the_way`, for several people."""
    mine, other = aliased(SessionDate), aliased(SessionDate)
    overlap = (
        select(other.session_id)
        .join(mine, and_(other.starts_at < mine.ends_at, other.ends_at > mine.starts_at))
        .where(mine.session_id == session.id, other.session_id != session.id)
    )
    found: dict[int, list[Booking]] = {}
    for booking in db.session.scalars(
        select(Booking)
        .join(Booking.session)
        .options(contains_eager(Booking.session))
        .where(
            Booking.person_id.in_(ids),
            Booking.status.in_(HOLDING),
            CourseSession.id.in_(overlap),
            CourseSession.cancelled_at.is_(None),
        )
        .order_by(CourseSession.starts_at, Booking.id)
    ):
        found.setdefault(booking.person_id, []).append(booking)
    return found


def _came(ids: Collection[int], course_ids: Collection[int]) -> dict[tuple[int, int], datetime]:
    """When these people last came to these courses: {(person id, course id): start}."""
    rows = db.session.execute(
        select(Booking.person_id, CourseSession.course_id, func.max(CourseSession.starts_at))
        .join(CourseSession, Booking.session_id == CourseSession.id)
        .join(Attendance, Attendance.booking_id == Booking.id)
        .where(Booking.person_id.in_(ids), CourseSession.course_id.in_(course_ids), Attendance.mark.in_(CAME))
        .group_by(Booking.person_id, CourseSession.course_id)
    )
    return {(person_id, course_id): last for person_id, course_id, last in rows}


def comes_before(course: Course) -> Sequence[Course]:
    """What is to be learned before this course."""
    return db.session.scalars(
        select(Course)
        .join(course_prerequisite, course_prerequisite.c.required_id == Course.id)
        .where(course_prerequisite.c.course_id == course.id)
        .order_by(Course.title, Course.id)
    ).all()


def _missing(ids: Collection[int], course: Course) -> dict[int, list[Course]]:
    """As `bookings.queries.missing_before`, for several people."""
    before = comes_before(course)
    if not before:
        return {}
    course_ids = [one.id for one in before]
    rows = db.session.execute(
        select(Enrolment.person_id, Enrolment.course_id).where(
            Enrolment.person_id.in_(ids), Enrolment.course_id.in_(course_ids), Enrolment.completed_at.is_not(None)
        )
    )
    done = set(_came(ids, course_ids)) | {(person_id, course_id) for person_id, course_id in rows}
    return {person_id: [one for one in before if (person_id, one.id) not in done] for person_id in ids}


def _last_came(ids: Collection[int], course: Course) -> dict[int, datetime]:
    """As `bookings.queries.last_came`, for several people; nothing where a course never has to be refreshed."""
    if not course.refresh_months:
        return {}
    return {person_id: last for (person_id, _), last in _came(ids, [course.id]).items()}


# What booking a team would do.


@dataclass(frozen=True)
class Wish:
    """Somebody a place is wanted for: a colleague who is known, or one who is still to be added."""

    colleague: Colleague | None
    new: NewColleague | None = None

    @property
    def name(self) -> str:
        """Who."""
        return self.colleague.person.name if self.colleague else self.new.name if self.new else ""


@dataclass(frozen=True)
class Plan:
    """What booking these people would do at this moment, in the order it would be done."""

    booked: list[Wish] = field(default_factory=list)
    waiting: list[Wish] = field(default_factory=list)
    refused: list[tuple[Wish, str]] = field(default_factory=list)
    #: How many wait already, and go first.
    queued: int = 0
    #: Places to be named later: wanted, given, why not more, and how many there are already.
    unnamed_wanted: int = 0
    unnamed: int = 0
    unnamed_why: str = ""
    unnamed_before: int = 0

    @property
    def empty(self) -> bool:
        """Would nothing happen?"""
        return not (self.booked or self.waiting or self.unnamed)

    @property
    def to_say(self) -> bool:
        """Is there anything to say before it is done: that not everybody gets what was asked for?"""
        more_unnamed = bool(self.unnamed_wanted and self.unnamed_before)
        return bool(self.waiting or self.refused or self.unnamed_why or more_unnamed or self.empty)

    @property
    def key(self) -> str:
        """What was said, in short: the same words have the same key."""
        said = [
            *(wish.name for wish in self.waiting),
            *(f"{wish.name}: {why}" for wish, why in self.refused),
            f"{len(self.booked)} {self.queued} {self.unnamed} {self.unnamed_before}",
        ]
        return sha256("\n".join(said).encode()).hexdigest()[:32]


def plan_of(
    session: CourseSession,
    people: Sequence[Person],
    new_people: Sequence[NewColleague],
    *,
    by: Person,
    now: datetime,
    unnamed: int = 0,
    learned_elsewhere: bool = False,
) -> Plan:
    """Who would get a place of this session, who would wait, and who cannot: people by name, then new ones as they were typed.
    A new one whose address is known is that person."""
    wishes, refused = wishes_of(session, people, new_people, by=by, learned_elsewhere=learned_elsewhere)
    places = places_of([session])[session.id]
    ready = places.ready_for(who(by))
    booked = wishes[:ready]
    before = unnamed_of(by, session)
    given, why = rules.unnamed_places(
        unnamed,
        free=ready - len(booked),
        before=before,
        name_by=booking_rules.cancel_window(session),
        now=now,
    )
    return Plan(booked, wishes[ready:], refused, places.queued, unnamed, given, why, before)


def wishes_of(
    session: CourseSession,
    people: Sequence[Person],
    new_people: Sequence[NewColleague],
    *,
    by: Person,
    learned_elsewhere: bool,
    naming: bool = False,
) -> tuple[list[Wish], list[tuple[Wish, str]]]:
    """Who can be given a place at all, in order, and who cannot with the reason."""
    known = _known([one.email for one in new_people])
    ours = {person.id: person for person in people}
    typed = {email: person for email, person in known.items() if person.organisation_id == by.organisation_id}
    later = [typed[one.email] for one in new_people if one.email in typed and typed[one.email].id not in ours]
    colleagues = stand_of([*sorted(ours.values(), key=by_name), *later], session)
    stands = {one.person.id: one for one in colleagues}
    missing = rules.not_learned(comes_before(session.course), learned_elsewhere=learned_elsewhere) if new_people else ""
    wishes = [Wish(stands[person.id]) for person in sorted(ours.values(), key=by_name)]
    for new in new_people:
        if new.email not in typed:
            wishes.append(Wish(None, new))
        elif typed[new.email].id not in ours:
            wishes.append(Wish(stands[typed[new.email].id], new))
    can, cannot = [], []
    for wish in wishes:
        if wish.colleague:
            why = wish.colleague.why_not(session.course, by=by, learned_elsewhere=learned_elsewhere, naming=naming)
        else:
            why = rules.IN_USE if wish.new and wish.new.email in known else missing
        if why:
            cannot.append((wish, why))
        else:
            can.append(wish)
    return can, cannot


def _known(emails: Collection[str]) -> dict[str, Person]:
    """Who has these addresses already, wherever they work."""
    if not emails:
        return {}
    found = db.session.scalars(select(Person).where(Person.email.in_(emails)))
    return {person.email: person for person in found if person.email}


def unnamed_of(lead: Person, session: CourseSession) -> int:
    """How many places of this session the lead's organisation has without a name."""
    found: int | None = db.session.scalar(
        select(func.sum(Reservation.places)).where(
            Reservation.session_id == session.id,
            Reservation.organisation_id == lead.organisation_id,
            Reservation.ended_at.is_(None),
        )
    )
    return found or 0
