"""Reads of certificates. A person sees their own, a training lead those of their own organisation, an officer all; to anybody
else none exists. By a code anybody finds one, and reads no more of it than `views.py` shows."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from lms import hooks
from lms.accounts.models import Person
from lms.bookings.models import Booking
from lms.catalogue.models import Course, CourseSession
from lms.certificates import codes
from lms.certificates.models import Certificate, CertificateRule, IssueRun
from lms.certificates.rules import Conditions
from lms.db import db
from lms.hooks import Gate
from lms.permissions import Permission, can

LIVE = Certificate.revoked_at.is_(None)


# What a course asks for.


def rule_of(course_id: int) -> CertificateRule | None:
    """What a course asks for before it gives a certificate; None: it never gave any."""
    return db.session.get(CertificateRule, course_id)


def conditions_of(rule: CertificateRule | None) -> Conditions:
    """The same as values; every date from beginning to end where nobody has said otherwise."""
    return Conditions(rule.least_share, rule.part_counts) if rule else Conditions()


def gates_of(bookings: Iterable[Booking], now: datetime) -> dict[int, Gate]:
    """What still stands before handing out certificates of these bookings, for courses that ask for it: {booking id: gate}."""
    found = list(bookings)
    asking = set(
        db.session.scalars(
            select(CertificateRule.course_id).where(
                CertificateRule.course_id.in_({one.session.course_id for one in found}),
                CertificateRule.after_questions.is_(True),
            )
        )
    )
    return hooks.gates_for([one for one in found if one.session.course_id in asking], now)


# Who sees which.


def visible(person: Person) -> Select[Certificate]:
    """The certificates this person may see."""
    found = (
        select(Certificate)
        .join(Certificate.booking)
        .join(Booking.person)
        .options(contains_eager(Certificate.booking).contains_eager(Booking.person))
    )
    if can(person, Permission.CERTIFICATE_MANAGE):
        return found
    own = Booking.person_id == person.id
    if can(person, Permission.TEAM_BOOK):
        return found.where(or_(own, Person.organisation_id == person.organisation_id))
    return found.where(own)


def certificate(person: Person, reference: str) -> Certificate | None:
    """One certificate this person may see."""
    return db.session.scalar(visible(person).where(Certificate.reference == reference))


def certificates_of(person_ids: Collection[int]) -> dict[int, Certificate]:
    """The certificates these people hold: {booking id: certificate}. Withdrawn ones are not among them; one query."""
    found = db.session.scalars(
        select(Certificate).join(Certificate.booking).where(Booking.person_id.in_(person_ids), LIVE)
    )
    return {one.booking_id: one for one in found}


def history(one: Certificate) -> Sequence[Certificate]:
    """Every certificate of the same booking, the newest first."""
    return db.session.scalars(
        select(Certificate)
        .where(Certificate.booking_id == one.booking_id)
        .options(joinedload(Certificate.issued_by), joinedload(Certificate.revoked_by))
        .order_by(Certificate.id.desc())
    ).all()


def by_code(code: str) -> Certificate | None:
    """The certificate of a code, long or printed. RuleBroken where what was typed cannot be one."""
    if codes.is_long(code):
        return db.session.scalar(select(Certificate).where(Certificate.code_hash == codes.hash_of(code)))
    return db.session.scalar(select(Certificate).where(Certificate.printed_code == codes.read(code)))


def issued_counts(session_ids: Collection[int]) -> dict[int, int]:
    """How many certificates that count there are of each of these sessions: all that trainers see."""
    found = db.session.execute(
        select(Booking.session_id, func.count(Certificate.id).label("issued"))
        .join(Certificate.booking)
        .where(Booking.session_id.in_(session_ids), LIVE)
        .group_by(Booking.session_id)
    )
    return {row.session_id: row.issued for row in found}


# Mass issues.


def over(course: Course, now: datetime) -> Sequence[CourseSession]:
    """The sessions of a course that are over, the latest first."""
    return db.session.scalars(
        select(CourseSession)
        .where(
            CourseSession.course_id == course.id,
            CourseSession.ends_at <= now,
            CourseSession.cancelled_at.is_(None),
            CourseSession.published_at.is_not(None),
        )
        .order_by(CourseSession.starts_at.desc(), CourseSession.id.desc())
    ).all()


def run(reference: str) -> IssueRun | None:
    """A mass issue by its reference."""
    return db.session.scalar(select(IssueRun).where(IssueRun.reference == reference))


def runs_of(session: CourseSession | None = None, course: Course | None = None) -> Sequence[IssueRun]:
    """The mass issues of a session, or of a course, the latest first."""
    of = IssueRun.session_id == session.id if session else IssueRun.course_id == (course.id if course else None)
    return db.session.scalars(
        select(IssueRun).where(of).options(joinedload(IssueRun.made_by)).order_by(IssueRun.id.desc())
    ).all()


@dataclass(frozen=True)
class Progress:
    """How far the drawing of a mass issue has got."""

    all: int
    drawn: int
    #: Those that could not be drawn so far, and are tried again.
    late: int

    @property
    def done(self) -> bool:
        """Is nothing left to draw?"""
        return self.drawn >= self.all


def progress(of: IssueRun) -> Progress:
    """How many of its certificates that still count are drawn."""
    drawn = case((Certificate.file_id.is_not(None), 1), else_=0)
    late = case((and_(Certificate.file_id.is_(None), Certificate.attempts > 1), 1), else_=0)
    every, done, waits = db.session.execute(
        select(func.count(Certificate.id), func.coalesce(func.sum(drawn), 0), func.coalesce(func.sum(late), 0)).where(
            Certificate.run_id == of.id, LIVE
        )
    ).one()
    return Progress(every, done, waits)


def drawn_of(of: IssueRun) -> Sequence[Certificate]:
    """The certificates of a mass issue that are drawn, with their files, by name."""
    return db.session.scalars(
        select(Certificate)
        .where(Certificate.run_id == of.id, LIVE, Certificate.file_id.is_not(None))
        .options(joinedload(Certificate.file))
        .order_by(Certificate.name, Certificate.id)
    ).all()
