"""What the first page shows, and how the machinery stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select, text

from lms import jobs
from lms.accounts.models import Person
from lms.bookings.models import BookingStatus
from lms.bookings.places import Places, Who
from lms.bookings.queries import booked_between, live_statuses, places_of, who
from lms.catalogue.models import CourseSession, course_priority
from lms.catalogue.queries import upcoming
from lms.db import db
from lms.hooks import CoursePanel, panels_for
from lms.letters.models import Letter, LetterState
from lms.organisations.models import Priority


@dataclass(frozen=True)
class NextSession:
    """One of the next sessions, as the list of the catalogue shows it (templates/lms/catalogue/_places.html)."""

    session: CourseSession
    places: Places
    #: Who looks, to places that are held for some; None: nobody signed in.
    who: Who | None
    mine: BookingStatus | None
    panel: CoursePanel | None
    next_with_room: None = None

    @property
    def room(self) -> bool:
        """Would somebody who asks now get a place?"""
        return self.places.open_to(self.who)

    @property
    def left(self) -> int:
        """How many places there are for them."""
        return self.places.left_for(self.who)


def next_sessions(person: Person | None, *, now: datetime, limit: int = 5) -> list[NextSession]:
    """The sessions open to everybody that come next, earliest first; with where this person has a place."""
    sessions = upcoming(now)[:limit]
    places = places_of(sessions)
    mine = live_statuses(person, sessions) if person else {}
    panels = panels_for([session.course for session in sessions])
    whose = who(person) if person else None
    return [NextSession(one, places[one.id], whose, mine.get(one.id), panels.get(one.course_id)) for one in sessions]


def priorities_with_dates(now: datetime) -> Sequence[Priority]:
    """The priorities of the delivery plan that a session to come serves, by number."""
    served = (
        select(course_priority.c.priority_id)
        .join(CourseSession, CourseSession.course_id == course_priority.c.course_id)
        .where(
            CourseSession.starts_at > now,
            CourseSession.cancelled_at.is_(None),
            CourseSession.published_at.is_not(None),
            CourseSession.host_organisation_id.is_(None),
        )
    )
    return db.session.scalars(select(Priority).where(Priority.id.in_(served)).order_by(Priority.number)).all()


def own_next_sessions(person: Person, *, now: datetime, until: datetime) -> Sequence[CourseSession]:
    """The sessions this person has a place on, the earliest first."""
    return [booking.session for booking in booked_between(person, now, until)]


@dataclass(frozen=True)
class JobState:
    """A job and the next moment at which it has something to do; None: nothing in sight."""

    name: str
    next_at: datetime | None


MOST_TROUBLED = 20


@dataclass(frozen=True)
class System:
    """How the machinery stands."""

    letters: dict[LetterState, int]
    last_sent_at: datetime | None
    oldest_waiting_at: datetime | None
    #: Letters that were given up or put off, with the reason in `error`; the latest first, not more than MOST_TROUBLED.
    troubled: Sequence[Letter]
    jobs: list[JobState]
    people: int
    database: str
    megabytes: float


def system() -> System:
    """How the machinery stands now."""
    counted = db.session.execute(select(Letter.state, func.count()).group_by(Letter.state)).all()
    return System(
        letters=dict.fromkeys(LetterState, 0) | dict(counted),
        last_sent_at=db.session.scalar(select(func.max(Letter.sent_at))),
        oldest_waiting_at=db.session.scalar(select(func.min(Letter.due_at)).where(Letter.state == LetterState.WAITING)),
        troubled=db.session.scalars(
            select(Letter)
            .where(Letter.error != "", Letter.state != LetterState.SENT)
            .order_by(Letter.due_at.desc(), Letter.id.desc())
            .limit(MOST_TROUBLED)
        ).all(),
        jobs=[JobState(job.name, job.next_at()) for job in jobs.jobs],
        people=db.session.scalar(select(func.count()).select_from(Person)) or 0,
        database={"sqlite": "SQLite", "postgresql": "PostgreSQL"}[db.engine.dialect.name],
        megabytes=_bytes() / 1_000_000,
    )


def _bytes() -> int:
    """The size of the database: the file with what SQLite keeps beside it, or what PostgreSQL says."""
    if db.engine.dialect.name == "sqlite":
        name = db.engine.engine.url.database or ""
        return sum(Path(name + ending).stat().st_size for ending in ("", "-wal") if Path(name + ending).is_file())
    return int(db.session.scalar(text("SELECT pg_database_size(current_database())")) or 0)
