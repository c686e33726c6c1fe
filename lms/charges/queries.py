"""Reads of charges: what is final and not charged yet, what a month comes to, what a late cancellation would cost."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from lms.accounts.models import Person, PersonRole
from lms.attendance.models import CAME, Attendance, Mark
from lms.attendance.rules import LOCKS_AFTER
from lms.bookings.models import Booking, BookingOrigin, BookingStatus, Ending
from lms.catalogue.models import Course, CourseSession, SessionTrainer
from lms.charges import rules
from lms.charges.models import Charge, ChargeKind, ChargeRule, TrainerCredit
from lms.charges.rules import Facts
from lms.dates import from_london, london
from lms.db import db
from lms.elearning.models import Enrolment
from lms.organisations.models import Organisation
from lms.organisations.queries import partnership
from lms.roles import Role


def charging() -> bool:
    """Does this partnership charge at all?"""
    here = partnership()
    return here is not None and here.charges


def all_rules() -> Sequence[ChargeRule]:
    """Every rule of charging, those that hold first, by what they are for."""
    return db.session.scalars(
        select(ChargeRule)
        .options(joinedload(ChargeRule.course), joinedload(ChargeRule.sector))
        .order_by(ChargeRule.valid_until.is_not(None), ChargeRule.kind, ChargeRule.valid_from.desc(), ChargeRule.id)
    ).all()


def facts_of(booking: Booking, kind: ChargeKind) -> Facts:
    """What charging a booking depends on."""
    return _facts(kind, booking.session.starts_at, booking.session.course, booking.organisation)


def _facts(kind: ChargeKind, at: datetime, course: Course, organisation: Organisation) -> Facts:
    return Facts(
        kind=kind,
        day=london(at).date(),
        course_id=course.id,
        length=rules.length_of(course.hours),
        sector_id=organisation.sector_id,
        turnover=organisation.turnover,
    )


def would_cost(booking: Booking, kind: ChargeKind) -> int:
    """What the rules of today ask for this booking, in pence; 0 where nothing is charged."""
    if not charging() or booking.origin is not BookingOrigin.BOOKED:
        return 0
    rule = rules.decides(all_rules(), facts_of(booking, kind))
    return rule.pence if rule else 0


def late_line(booking: Booking, *, now: datetime) -> str:
    """The sentence about what a late cancellation costs; empty where it costs nothing."""
    pence = would_cost(booking, ChargeKind.LATE_CANCELLATION)
    return f"Because it is late, {booking.organisation.name} is charged {rules.pounds(pence)}." if pence else ""


# What has become final.


def _first_day() -> datetime | None:
    """Nothing before the first rule of charging is charged."""
    first: date | None = db.session.scalar(select(func.min(ChargeRule.valid_from)))
    return from_london(first) if first else None


def _uncharged() -> ColumnElement[bool]:
    return ~select(Charge.id).where(Charge.booking_id == Booking.id).exists()


def _late(first: datetime) -> ColumnElement[bool]:
    """Places given up late."""
    return and_(
        Booking.origin == BookingOrigin.BOOKED,
        Booking.cancelled_late,
        Booking.ending == Ending.CANCELLED,
        CourseSession.starts_at >= first,
        _uncharged(),
    )


def _held(first: datetime) -> ColumnElement[bool]:
    """People who came, or did not come and said nothing, to a session of ours."""
    return and_(
        Booking.status == BookingStatus.BOOKED,
        Booking.origin != BookingOrigin.IMPORTED,
        CourseSession.starts_at >= first,
        CourseSession.imported.is_(False),
        or_(Attendance.mark.in_(CAME), Attendance.mark == Mark.NO_SHOW),
        _uncharged(),
    )


def _unfinished(first: datetime) -> ColumnElement[bool]:
    """E-learning that was booked and is not finished; it has an end."""
    return and_(
        Enrolment.completed_at.is_(None),
        Enrolment.imported.is_(False),
        Enrolment.booked_at >= first,
        Course.complete_within_days.is_not(None),
        ~select(Charge.id).where(Charge.enrolment_id == Enrolment.id).exists(),
    )


def next_at() -> datetime | None:
    """When the next thing becomes final: a late cancellation at once, a register when it locks, e-learning at its end."""
    first = _first_day() if charging() else None
    if first is None:
        return None
    late = db.session.scalar(select(func.min(Booking.cancelled_at)).join(Booking.session).where(_late(first)))
    held = db.session.scalar(
        select(func.min(CourseSession.ends_at))
        .join(Booking, Booking.session_id == CourseSession.id)
        .join(Attendance, Attendance.booking_id == Booking.id)
        .where(_held(first))
    )
    ends = [booked_at + timedelta(days=days) for booked_at, days in _open_enrolments(first)]
    return min([moment for moment in (late, held + LOCKS_AFTER if held else None, *ends) if moment], default=None)


def _open_enrolments(first: datetime) -> Sequence[tuple[datetime, int]]:
    """The earliest unfinished booking of each length of time there is."""
    rows = db.session.execute(
        select(func.min(Enrolment.booked_at), Course.complete_within_days)
        .join(Enrolment.course)
        .where(_unfinished(first))
        .group_by(Course.complete_within_days)
    )
    return [(booked_at, days) for booked_at, days in rows if days is not None]


@dataclass(frozen=True)
class Final:
    """Something that may be charged and will not change any more."""

    facts: Facts
    organisation: Organisation
    course: Course
    booking: Booking | None = None
    enrolment: Enrolment | None = None


def final(now: datetime) -> list[Final]:
    """Everything that has become final by now and has no charge yet, in the order it happened."""
    first = _first_day()
    if first is None or not charging():
        return []
    late = db.session.scalars(
        select(Booking).join(Booking.session).where(_late(first), Booking.cancelled_at <= now).order_by(Booking.id)
    )
    found = [_final(booking, ChargeKind.LATE_CANCELLATION) for booking in late]
    held = db.session.execute(
        select(Booking, Attendance.mark)
        .join(Booking.session)
        .join(Attendance, Attendance.booking_id == Booking.id)
        .where(_held(first), CourseSession.ends_at <= now - LOCKS_AFTER)
        .order_by(CourseSession.ends_at, Booking.id)
    )
    found += [
        _final(booking, ChargeKind.NO_SHOW if mark is Mark.NO_SHOW else ChargeKind.PLACE) for booking, mark in held
    ]
    enrolments = db.session.scalars(
        select(Enrolment)
        .join(Enrolment.course)
        .options(joinedload(Enrolment.course), joinedload(Enrolment.person))
        .where(_unfinished(first))
        .order_by(Enrolment.booked_at, Enrolment.id)
    )
    for one in enrolments:
        until = one.booked_at + timedelta(days=one.course.complete_within_days or 0)
        if until <= now:
            facts = _facts(ChargeKind.NOT_COMPLETED, until, one.course, one.person.organisation)
            found.append(Final(facts, one.person.organisation, one.course, enrolment=one))
    return found


def _final(booking: Booking, kind: ChargeKind) -> Final:
    return Final(facts_of(booking, kind), booking.organisation, booking.session.course, booking=booking)


def credit_left(organisation_id: int) -> TrainerCredit | None:
    """The oldest credit of an organisation with a free place left."""
    used = select(func.count(Charge.id)).where(Charge.credit_id == TrainerCredit.id).scalar_subquery()
    return db.session.scalar(
        select(TrainerCredit)
        .where(TrainerCredit.organisation_id == organisation_id, TrainerCredit.places > used)
        .order_by(TrainerCredit.earned_at, TrainerCredit.id)
        .limit(1)
    )


def contacts_of(organisation: Organisation) -> Sequence[Person]:
    """Who hears of a charge: the organisation's training leads."""
    return db.session.scalars(
        select(Person)
        .where(
            Person.organisation_id == organisation.id,
            Person.disabled_at.is_(None),
            Person.held.any(PersonRole.role == Role.TRAINING_LEAD),
        )
        .order_by(Person.last_name, Person.id)
    ).all()


# What people see.


def _listed() -> ColumnElement[bool]:
    """Those with something to pay, or that would have had."""
    return Charge.pence > 0


def charge(reference: str) -> Charge | None:
    """A charge by its reference, for who looks after them."""
    return db.session.scalar(select(Charge).where(Charge.reference == reference, _listed()))


def of_month(month: date, organisation_id: int | None = None) -> Sequence[Charge]:
    """The charges made in a month (given by its first day), by organisation and time; of one organisation, or of all."""
    first = from_london(month)
    after = from_london((month.replace(day=28) + timedelta(days=4)).replace(day=1))
    found = (
        select(Charge)
        .join(Charge.organisation)
        .options(
            joinedload(Charge.organisation),
            joinedload(Charge.booking).joinedload(Booking.person),
            joinedload(Charge.enrolment).joinedload(Enrolment.person),
            joinedload(Charge.enrolment).joinedload(Enrolment.course),
            joinedload(Charge.waived_by),
            joinedload(Charge.credit),
        )
        .where(Charge.made_at >= first, Charge.made_at < after, _listed())
        .order_by(Organisation.name, Charge.made_at, Charge.id)
    )
    if organisation_id is not None:
        found = found.where(Charge.organisation_id == organisation_id)
    return db.session.scalars(found).all()


def months() -> list[date]:
    """The months with charges, the latest first."""
    moments = db.session.scalars(select(Charge.made_at).where(_listed()))
    return sorted({london(moment).date().replace(day=1) for moment in moments}, reverse=True)


@dataclass
class Sum:
    """What one organisation's month comes to, in pence."""

    organisation: Organisation
    charges: list[Charge] = field(default_factory=list)

    @property
    def due(self) -> int:
        """To be paid."""
        return sum(one.due for one in self.charges)


def sums(charges: Sequence[Charge]) -> list[Sum]:
    """The charges by organisation, in their order."""
    found: dict[int, Sum] = {}
    for one in charges:
        found.setdefault(one.organisation_id, Sum(one.organisation)).charges.append(one)
    return list(found.values())


@dataclass(frozen=True)
class Credit:
    """What one trainer earned for their organisation, and how much of it is used."""

    credit: TrainerCredit
    used: int


def all_credits() -> list[Credit]:
    """Every credit, the newest first."""
    rows = db.session.execute(
        select(TrainerCredit, func.count(Charge.id))
        .outerjoin(Charge, Charge.credit_id == TrainerCredit.id)
        .group_by(TrainerCredit.id)
        .order_by(TrainerCredit.earned_at.desc(), TrainerCredit.id.desc())
    ).all()
    return [Credit(credit, used) for credit, used in rows]


def taught_without_credit(now: datetime) -> list[tuple[CourseSession, int, str]]:
    """Who taught a session of the last year that is over, and has no credit for it: (session, person id, name and employer)."""
    given = select(TrainerCredit.id).where(
        TrainerCredit.session_id == SessionTrainer.session_id, TrainerCredit.person_id == SessionTrainer.person_id
    )
    rows = db.session.execute(
        select(CourseSession, Person)
        .join(SessionTrainer, SessionTrainer.session_id == CourseSession.id)
        .join(Person, Person.id == SessionTrainer.person_id)
        .where(
            CourseSession.ends_at <= now,
            CourseSession.ends_at > now - timedelta(days=365),
            CourseSession.cancelled_at.is_(None),
            ~given.exists(),
        )
        .order_by(CourseSession.starts_at.desc(), Person.last_name, Person.id)
        .limit(200)
    ).all()
    return [(session, person.id, f"{person.name} ({person.organisation.name})") for session, person in rows]


def problems() -> list[str]:
    """No credit pays for more places than it has, and no charge is of another amount than its rule."""
    found = [
        f"The credit {one.credit.id} of {one.credit.organisation.name} pays for {one.used} of {one.credit.places} places."
        for one in all_credits()
        if one.used > one.credit.places
    ]
    wrong = db.session.scalars(
        select(Charge.reference)
        .outerjoin(Charge.rule)
        .where(or_(and_(Charge.rule_id.is_(None), Charge.pence != 0), Charge.pence != ChargeRule.pence))
        .order_by(Charge.reference)
    )
    return found + [f"The charge {reference} is of another amount than its rule." for reference in wrong]
