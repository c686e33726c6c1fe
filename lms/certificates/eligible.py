"""Who is to be given a certificate: what the registers say of each person beside what the course asks for."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, lazyload

from lms import dates
from lms.accounts.models import Person
from lms.attendance.models import CAME, Attendance, AttendanceMark, Mark
from lms.bookings.models import Booking, BookingStatus
from lms.catalogue.models import CourseSession, SessionDate
from lms.certificates import rules
from lms.certificates.models import Certificate, CertificateRule
from lms.certificates.queries import LIVE, conditions_of, gates_of, rule_of
from lms.certificates.rules import Attended, Conditions, DateAttended, Why
from lms.db import db
from lms.permissions import Permission, can


@dataclass(frozen=True)
class Candidate:
    """Somebody with a place on a session that is over: what they attended, what they hold, and why they are given none."""

    booking: Booking
    attended: Attended
    certificate: Certificate | None
    why_not: tuple[Why, str] | None
    #: Was there ever one? What an officer undid is the officer's to give again.
    had_one: bool

    @property
    def gets_one(self) -> bool:
        """Does a mass issue give them one?"""
        return self.certificate is None and self.why_not is None


def candidates(
    sessions: Sequence[CourseSession], rule: CertificateRule | None, *, only: Booking | None = None
) -> list[Candidate]:
    """Everybody with a place on these sessions of one course, by session and name; or one of them. The same number of queries for
    any number of people."""
    ids = [one.id for one in sessions]
    whom = Booking.id == only.id if only else Booking.session_id.in_(ids)
    bookings = db.session.scalars(
        select(Booking)
        .join(Booking.person)
        .join(Booking.session)
        .options(contains_eager(Booking.person), contains_eager(Booking.session))
        .where(whom, Booking.status == BookingStatus.BOOKED)
        .order_by(CourseSession.starts_at, CourseSession.id, Person.last_name, Person.first_name, Booking.id)
    ).all()
    there = attended_by(bookings, conditions_of(rule))
    held: dict[int, list[Certificate]] = defaultdict(list)
    for one in db.session.scalars(
        select(Certificate)
        .join(Certificate.booking)
        .where(whom)
        .options(joinedload(Certificate.run), lazyload(Certificate.booking))
        .order_by(Certificate.id)
    ):
        held[one.booking_id].append(one)
    return [_candidate(one, there[one.id], held[one.id], rule) for one in bookings]


def _candidate(
    booking: Booking, there: Attended, held: Sequence[Certificate], rule: CertificateRule | None
) -> Candidate:
    live = next((one for one in held if one.revoked_at is None), None)
    last = held[-1] if held else None
    why = rules.why_not(
        gives=rule is not None and rule.since is not None,
        finished=booking.session.register_finished_at is not None,
        found=there,
        conditions=conditions_of(rule),
        # What was undone had never gone out.
        withdrawn=live is None and last is not None and not (last.run and last.run.undone_at),
    )
    return Candidate(booking, there, live, None if live else why, had_one=bool(held))


def attended_by(bookings: Sequence[Booking], conditions: Conditions) -> dict[int, Attended]:
    """What the registers say of these bookings: {booking id: attended}. Two queries."""
    dates: dict[int, list[SessionDate]] = defaultdict(list)
    for date in db.session.scalars(
        select(SessionDate)
        .where(SessionDate.session_id.in_({one.session_id for one in bookings}))
        .order_by(SessionDate.starts_at)
    ):
        dates[date.session_id].append(date)
    marks: dict[tuple[int, int], AttendanceMark] = {
        (mark.booking_id, mark.date_id): mark
        for mark in db.session.scalars(
            select(AttendanceMark).where(
                AttendanceMark.booking_id.in_([one.id for one in bookings]), AttendanceMark.replaced_at.is_(None)
            )
        )
    }
    return {
        one.id: rules.attended(
            [_on(date, marks.get((one.id, date.id))) for date in dates[one.session_id]],
            part_counts=conditions.part_counts,
        )
        for one in bookings
    }


def _on(date: SessionDate, mark: AttendanceMark | None) -> DateAttended:
    whole = _minutes(date.starts_at, date.ends_at)
    if mark is None:
        return DateAttended(whole, None)
    present = mark.minutes
    if present is None and mark.mark in (Mark.PART, Mark.LEFT_EARLY) and (mark.from_at or mark.until_at):
        present = _minutes(mark.from_at or date.starts_at, mark.until_at or date.ends_at)
    return DateAttended(whole, mark.mark, present)


def _minutes(starts_at: datetime, ends_at: datetime) -> int:
    return max(int((ends_at - starts_at).total_seconds() // 60), 0)


# What happens by itself.


def _earned_by_itself() -> tuple[ColumnElement[bool], ...]:
    """Who is given a certificate by itself: the course gave them when the register was finished, enough was attended, and there
    never was one (a withdrawn one does not come back by itself). Belongs to `_of_register`."""
    dates = select(func.count(SessionDate.id)).where(SessionDate.session_id == CourseSession.id).scalar_subquery()
    counts = or_(
        AttendanceMark.mark == Mark.ATTENDED,
        and_(CertificateRule.part_counts.is_(True), AttendanceMark.mark.in_(CAME)),
    )
    attended = (
        select(func.count(AttendanceMark.id))
        .where(AttendanceMark.booking_id == Booking.id, AttendanceMark.replaced_at.is_(None), counts)
        .scalar_subquery()
    )
    return (
        Booking.status == BookingStatus.BOOKED,
        CourseSession.cancelled_at.is_(None),
        CourseSession.register_finished_at >= CertificateRule.since,
        Attendance.mark.in_(CAME),
        ~select(Certificate.id).where(Certificate.booking_id == Booking.id).exists(),
        attended * 100 >= CertificateRule.least_share * dates,
    )


def _of_register(*columns: Any) -> Select[Any]:
    """Bookings of courses with a rule, beside what their registers say together."""
    return (
        select(*columns)
        .select_from(Booking)
        .join(Attendance, Attendance.booking_id == Booking.id)
        .join(CourseSession, CourseSession.id == Booking.session_id)
        .join(CertificateRule, CertificateRule.course_id == CourseSession.course_id)
    )


def _not_there_after_all() -> tuple[ColumnElement[bool], ...]:
    """Certificates of people of whom the register now says that they did not come."""
    return LIVE, Attendance.mark.not_in(CAME)


def next_at() -> datetime | None:
    """When the next certificate is to be given, or taken back because the register was put right."""
    finished: datetime | None = db.session.scalar(
        _of_register(func.min(CourseSession.register_finished_at)).where(*_earned_by_itself())
    )
    changed: datetime | None = db.session.scalar(
        select(func.min(Attendance.marked_at))
        .join(Certificate, Certificate.booking_id == Attendance.booking_id)
        .where(*_not_there_after_all())
    )
    return min((one for one in (finished, changed) if one is not None), default=None)


def sessions_due(now: datetime) -> Sequence[int]:
    """The sessions with somebody to be given a certificate by itself, by id."""
    found: Sequence[int] = db.session.scalars(
        _of_register(CourseSession.id)
        .where(CourseSession.register_finished_at <= now, *_earned_by_itself())
        .distinct()
        .order_by(CourseSession.id)
    ).all()
    return found


def to_take_back(now: datetime) -> Sequence[Certificate]:
    """Certificates whose register was put right by `now`, oldest first."""
    return db.session.scalars(
        select(Certificate)
        .join(Attendance, Attendance.booking_id == Certificate.booking_id)
        .where(Attendance.marked_at <= now, *_not_there_after_all())
        .order_by(Certificate.id)
    ).all()


# One booking, for its person.


@dataclass(frozen=True)
class Standing:
    """What somebody's booking page says of their certificate: one to fetch, or the sentence why not yet (empty: nothing)."""

    certificate: Certificate | None
    sentence: str = ""


def standing_of(booking: Booking, now: datetime) -> Standing:
    """How the certificate of one's own booking stands."""
    session = booking.session
    if session.ends_at > now or booking.status is not BookingStatus.BOOKED:
        return Standing(None)
    rule = rule_of(session.course_id)
    [mine] = candidates([session], rule, only=booking)
    if mine.certificate is not None:
        gate = gates_of([booking], now).get(booking.id)
        return Standing(mine.certificate, gate.sentence if gate and not gate.passed else "")
    if mine.why_not is None:
        return Standing(None, "Your certificate is being made." if _by_itself(session, rule) else "")
    return Standing(None, rules.not_yet(mine.why_not[0], found=mine.attended, conditions=conditions_of(rule)))


def _by_itself(session: CourseSession, rule: CertificateRule | None) -> bool:
    """Does the worker give certificates of this session, or has it been over for longer than the course gives them?"""
    return bool(rule and rule.since and session.register_finished_at and session.register_finished_at >= rule.since)


def held_back(one: Certificate, reader: Person, now: datetime) -> str:
    """Why this reader cannot have the certificate yet, in a sentence; empty: they can. Whether somebody has answered is told to
    nobody else: for their training lead it stays shut until it opens for everybody."""
    if can(reader, Permission.CERTIFICATE_MANAGE):
        return ""
    gate = gates_of([one.booking], now).get(one.booking_id)
    if gate is None:
        return ""
    if one.booking.person_id == reader.id:
        return "" if gate.passed else gate.sentence
    return f"You can download it from {dates.day(gate.opens_at)}: until then people are asked about the course."


@dataclass(frozen=True)
class Counted:
    """One session of a course: how many have a certificate, would be given one, and are given none."""

    session: CourseSession
    have_one: int
    get_one: int
    none: int


def counted(sessions: Sequence[CourseSession], rule: CertificateRule | None) -> list[Counted]:
    """How certificates stand, session by session."""
    found = candidates(sessions, rule)
    have: Counter[int] = Counter(one.booking.session_id for one in found if one.certificate)
    get: Counter[int] = Counter(one.booking.session_id for one in found if one.gets_one)
    none: Counter[int] = Counter(one.booking.session_id for one in found if one.why_not)
    return [Counted(one, have[one.id], get[one.id], none[one.id]) for one in sessions]
