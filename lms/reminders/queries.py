"""Reads of what is still to be written about sessions, and to whom.

`Reminded.until` says how far the job has got. Nine o'clock in London is no business of the database, so the moments of the
sessions to come are reckoned here; whoever is to be written to is then asked for in one query for all of them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, exists, func, literal, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.attendance.models import Attendance, Mark
from lms.bookings.models import Booking, BookingOrigin, BookingStatus
from lms.catalogue.models import Course, CourseKind, CourseSession, Mode
from lms.dates import from_london, london
from lms.db import db
from lms.letters.models import Letter
from lms.reminders import rules
from lms.reminders.models import Reminded

#: What the letters are called in `Letter.dedupe`: joining instructions with everything in them, and those the link is to follow.
JOINING, WITHOUT_LINK = "joining", "joining-without-link"


def seen_until() -> datetime | None:
    """Until when reminders have been seen to; None before the first."""
    return db.session.scalar(select(Reminded.until))


@dataclass(frozen=True)
class Coming:
    """A session to come: when its letters are due, and whether everything that joining instructions say is there."""

    id: int
    starts_at: datetime
    joining_at: datetime
    reminders_at: tuple[datetime, ...]
    complete: bool

    @property
    def day(self) -> str:
        """The day it starts, as `Letter.dedupe` holds it: for another day people are reminded again."""
        return london(self.starts_at).date().isoformat()

    def reminder(self, after: datetime | None, now: datetime) -> datetime | None:
        """The reminder that fell due since; of two only the second."""
        due = [at for at in self.reminders_at if (after is None or after < at) and at <= now]
        return due[-1] if due else None


def _ours() -> ColumnElement[bool]:
    """Sessions people are written to about: none that was loaded from elsewhere or cancelled, and no e-learning."""
    return and_(
        CourseSession.cancelled_at.is_(None), CourseSession.imported.is_(False), Course.kind != CourseKind.E_LEARNING
    )


def coming(after: datetime | None) -> list[Coming]:
    """The sessions that start after this moment (None: all there are), earliest first."""
    found = (
        select(
            CourseSession.id,
            CourseSession.starts_at,
            or_(CourseSession.mode == Mode.CLASSROOM, CourseSession.joining_link != "").label("complete"),
            Course.reminder_days,
            Course.joining_days,
        )
        .join(CourseSession.course)
        .where(_ours())
        .order_by(CourseSession.starts_at, CourseSession.id)
    )
    if after is not None:
        found = found.where(CourseSession.starts_at > after)
    return [
        Coming(
            id=row.id,
            starts_at=row.starts_at,
            joining_at=rules.joining_at(row.starts_at, row.joining_days),
            reminders_at=tuple(rules.reminders_at(row.starts_at, row.reminder_days)),
            complete=bool(row.complete),
        )
        for row in db.session.execute(found)
    ]


def next_at() -> datetime | None:
    """When the next letter is due. A moment at which nobody has to be written to counts too: it is passed and forgotten."""
    seen = seen_until()
    sessions = coming(seen)
    moments = [at for one in sessions for at in (one.joining_at, *one.reminders_at) if seen is None or at > seen]
    if seen is not None:
        late = to_instruct([one for one in sessions if one.joining_at <= seen])
        moments += [max(seen, one.due_at) for one in late]
    if finished_at := db.session.scalar(_registers(seen)):
        moments.append(finished_at + rules.AFTER_REGISTER)
    return min(moments, default=None)


def _addressed() -> ColumnElement[bool]:
    """Confirmed places of people who were expected and are still with us."""
    return and_(
        Booking.status == BookingStatus.BOOKED, Booking.origin != BookingOrigin.WALK_IN, Person.disabled_at.is_(None)
    )


def _loaded_at() -> Any:
    """When a booking another system had was loaded here; nothing for every other."""
    return (
        select(func.max(Activity.at))
        .where(
            Activity.subject_kind == "booking",
            Activity.subject == Booking.reference,
            Activity.verb == "booking:imported",
        )
        .scalar_subquery()
    )


def _whole(found: Any) -> Any:
    """With everything the letters say, read at once for all. The session and the person are joined."""
    return found.options(
        contains_eager(Booking.session).selectinload(CourseSession.dates),
        contains_eager(Booking.person),
        joinedload(Booking.organisation),
    )


@dataclass(frozen=True)
class Uninstructed:
    """Somebody with a confirmed place who has not had the joining instructions for it, or not the link. `told` says that they
    have had them for another day, or that another system had the booking: then what is past is not made up for."""

    booking: Booking
    session: Coming
    since: datetime
    changed_at: datetime | None
    told: bool

    @property
    def due_at(self) -> datetime:
        """When it became so: the place was confirmed, or something about the session changed."""
        return max(self.since, self.changed_at or self.since)


def to_instruct(sessions: Collection[Coming], *, at_moment: Collection[int] = ()) -> list[Uninstructed]:
    """Who has still to get the joining instructions of these sessions, in the order of booking; for all of them one query.

    The sessions with an id in `at_moment` have just come to the moment for it: those `told` are among them there, nowhere else.
    """
    if not sessions:
        return []
    by_id = {one.id: one for one in sessions}
    complete = [one.id for one in sessions if one.complete]
    day = case({one.id: one.day for one in sessions}, value=Booking.session_id)
    to_follow = _has(WITHOUT_LINK, day)
    told = or_(
        exists().where(Letter.person_id == Booking.person_id, Letter.dedupe.like(_dedupe(JOINING) + "%")),
        and_(Booking.origin == BookingOrigin.IMPORTED, ~to_follow),
    )
    changed_at = (
        select(func.max(Activity.at))
        .where(Activity.subject_kind == "session", Activity.subject == CourseSession.reference)
        .scalar_subquery()
    )
    rows = db.session.execute(
        _whole(
            select(Booking, _loaded_at(), changed_at, told.label("told"))
            .join(Booking.session)
            .join(Booking.person)
            .where(
                _addressed(),
                Person.email != "",
                Booking.session_id.in_(by_id),
                ~_has(JOINING, day),
                or_(Booking.session_id.in_(complete), ~to_follow),
                or_(Booking.session_id.in_(at_moment), ~told),
            )
            .order_by(CourseSession.starts_at, Booking.asked_at, Booking.id)
        )
    )
    return [
        Uninstructed(
            booking,
            by_id[booking.session_id],
            rules.confirmed_since(booking, loaded_at=loaded_at),
            changed_at,
            bool(before),
        )
        for booking, loaded_at, changed_at, before in rows
    ]


def _dedupe(event: str) -> ColumnElement[str]:
    """The beginning of `Letter.dedupe` of this event of a booking."""
    return literal(f"booking:{event}:", String) + cast(Booking.id, String) + ":"


def _has(event: str, day: ColumnElement[str]) -> ColumnElement[bool]:
    """Has this letter about a booking been written, for the day of its session?"""
    return exists().where(Letter.dedupe == _dedupe(event) + day)


@dataclass(frozen=True)
class Reminding:
    """A confirmed place, and since when it is one."""

    booking: Booking
    since: datetime


def confirmed(session_ids: Collection[int]) -> list[Reminding]:
    """Everybody with a confirmed place on these sessions, in the order of booking; one query for all of them."""
    rows = db.session.execute(
        _whole(
            select(Booking, _loaded_at())
            .join(Booking.session)
            .join(Booking.person)
            .where(_addressed(), Booking.session_id.in_(session_ids))
            .order_by(CourseSession.starts_at, Booking.asked_at, Booking.id)
        )
    )
    return [Reminding(booking, rules.confirmed_since(booking, loaded_at=loaded_at)) for booking, loaded_at in rows]


def instructed_on(now: datetime, person_ids: Collection[int]) -> set[int]:
    """The bookings of these people whose joining instructions are of today: they get no other letter about it today."""
    written = db.session.scalars(
        select(Letter.dedupe).where(
            Letter.person_id.in_(person_ids),
            Letter.key == "joining-instructions",
            Letter.queued_at >= from_london(london(now).date()),
        )
    )
    return {int(str(dedupe).split(":")[2]) for dedupe in written}


def _registers(after: datetime | None, *columns: Any) -> Select[Any]:
    """Registers of our own sessions that were finished long enough before now not to have been seen to by then.

    Sessions that were entered here only once they were over are left out: nobody was expected to come through us.
    """
    found = (
        select(*(columns or (func.min(CourseSession.register_finished_at),)))
        .select_from(CourseSession)
        .join(CourseSession.course)
        .where(
            _ours(),
            CourseSession.register_finished_at.is_not(None),
            CourseSession.added_at < CourseSession.starts_at,
        )
    )
    return found if after is None else found.where(CourseSession.register_finished_at > after - rules.AFTER_REGISTER)


def absent(after: datetime | None, now: datetime) -> Sequence[tuple[Booking, Mark]]:
    """Who did not come, with an apology or without, to the sessions whose register was finished an hour ago since `after`."""
    finished = _registers(after, CourseSession.id).where(
        CourseSession.register_finished_at <= now - rules.AFTER_REGISTER
    )
    rows = db.session.execute(
        _whole(
            select(Booking, Attendance.mark)
            .join(Booking.session)
            .join(Booking.person)
            .join(Attendance, Attendance.booking_id == Booking.id)
            .where(
                _addressed(),
                Booking.origin == BookingOrigin.BOOKED,
                Booking.session_id.in_(finished),
                Attendance.mark.in_((Mark.NO_SHOW, Mark.APOLOGY)),
            )
            .order_by(Booking.session_id, Booking.id)
        )
    )
    return [(booking, mark) for booking, mark in rows]
