"""Reads of learning offers and of whom they reached."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flask import abort
from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from evaluation.actions.models import Action
from evaluation.impact.queries import AgencyReach, SectorReach, workforce_of_sectors
from evaluation.measures.models import Measure, MeasureKind
from evaluation.offers import rules
from evaluation.offers.models import LearningOffer, OfferCount
from evaluation.offers.reach import OfferReach, Reach
from evaluation.surveys.models import EvaluationPlan
from lms.accounts.models import Employment, Person
from lms.attendance.models import CAME, Attendance
from lms.bookings.models import Booking, BookingStatus
from lms.catalogue.models import Course, CourseKind, CourseSession, SessionGroup
from lms.dates import from_london, london
from lms.db import db
from lms.elearning.models import Enrolment
from lms.learning.models import PastLearning, PastOrigin, PastState
from lms.organisations.models import Organisation, Sector
from lms.resources.models import Resource


@dataclass(frozen=True, slots=True)
class Came:
    """Somebody reached by an offer whose people are known: when, and where they worked then (None: to be looked up)."""

    person_id: int
    at: datetime
    organisation_id: int | None


@dataclass
class _Known:
    """What registers and completions say of one course or series."""

    came: list[Came] = field(default_factory=list)
    #: Did a register, or an e-learning booking, say anything at all? Without one nothing was counted.
    counted: bool = False
    sources: set[str] = field(default_factory=set)

    def add(self, came: Came, source: str) -> None:
        self.came.append(came)
        self.sources.add(source)
        self.counted = True


@dataclass(frozen=True)
class Reached:
    """The reach of some offers, and the same people by sector with their agencies and schools."""

    reach: Reach
    sectors: tuple[SectorReach, ...]


def reach(offers: Sequence[LearningOffer], *, first: date | None, last: date) -> Reach:
    """Whom these offers reached from `first` (None: from the beginning) to `last`, both included."""
    since = from_london(first) if first else None
    until = from_london(last + timedelta(days=1)) - timedelta(microseconds=1)
    return reached(offers, since=since, until=until).reach


def reached(offers: Sequence[LearningOffer], *, since: datetime | None, until: datetime) -> Reached:
    """The same between two moments, with the agencies. A fixed number of queries, however many offers and people.

    Everybody known one by one is counted once over all offers, where they worked when they came; the last time, where they came
    more often.
    """
    things = _things([offer.id for offer in offers])
    known = _known([thing[0] for thing in things], since, until)
    first, last = london(since).date() if since else None, london(until).date()
    where = _where_they_worked([one for each in known.values() for one in each.came])
    sectors = _by_sector(where, last)
    told = [line for thing in things for line in _lines(thing, known.get(thing[0].id), first, last)]
    return Reached(
        Reach(
            first=first,
            last=last,
            offers=tuple(told),
            people=len(where),
            organisations=len(set(where.values())),
            sectors=tuple((one.sector, one.people, one.organisations, one.workforce) for one in sectors),
        ),
        sectors,
    )


def _things(ids: Collection[int]) -> list[list[LearningOffer]]:
    """These offers with what they name and what was typed; a thing that several actions offer is one thing."""
    found = db.session.scalars(
        select(LearningOffer)
        .where(LearningOffer.id.in_(ids))
        .options(
            joinedload(LearningOffer.course),
            joinedload(LearningOffer.group),
            joinedload(LearningOffer.resource),
            selectinload(LearningOffer.counts),
        )
        .order_by(LearningOffer.id)
    )
    things: dict[tuple[int | None, ...], list[LearningOffer]] = defaultdict(list)
    for offer in found:
        named = (offer.course_id, offer.group_id, offer.resource_id)
        things[named if any(named) else (offer.id,)].append(offer)
    return list(things.values())


def _known(offers: Sequence[LearningOffer], since: datetime | None, until: datetime) -> dict[int, _Known]:
    """What registers, completions and imported attendance say: {offer id: …}."""
    by_course = {offer.course_id: offer for offer in offers if offer.course_id}
    by_group = {offer.group_id: offer for offer in offers if offer.group_id}
    found: dict[int, _Known] = {offer.id: _Known() for offer in offers if offer.course_id or offer.group_id}
    if not found:
        return {}
    registers = db.session.execute(
        select(
            CourseSession.course_id,
            CourseSession.group_id,
            CourseSession.ends_at,
            Booking.person_id,
            Booking.organisation_id,
            Attendance.mark,
        )
        .join(Booking, and_(Booking.session_id == CourseSession.id, Booking.status == BookingStatus.BOOKED))
        .join(Attendance, Attendance.booking_id == Booking.id)
        .where(
            or_(CourseSession.course_id.in_(by_course), CourseSession.group_id.in_(by_group)),
            CourseSession.ends_at <= until,
            *([CourseSession.ends_at >= since] if since else []),
            CourseSession.cancelled_at.is_(None),
        )
        .order_by(CourseSession.ends_at, Booking.id)
    )
    for course_id, group_id, ends_at, person_id, organisation_id, mark in registers:
        for offer in filter(None, (by_course.get(course_id), by_group.get(group_id or 0))):
            found[offer.id].counted = True
            if mark in CAME:
                found[offer.id].add(Came(person_id, ends_at, organisation_id), "registers")
    finished = db.session.execute(
        select(Enrolment.course_id, Enrolment.person_id, Enrolment.completed_at)
        .where(
            Enrolment.course_id.in_(by_course),
            Enrolment.booked_at <= until,
            *([or_(Enrolment.completed_at.is_(None), Enrolment.completed_at >= since)] if since else []),
        )
        .order_by(Enrolment.completed_at, Enrolment.id)
    )
    for course_id, person_id, completed_at in finished:
        one = found[by_course[course_id].id]
        one.counted = True
        one.sources.add("e-learning that was completed")
        if completed_at is not None and completed_at <= until:
            one.add(Came(person_id, completed_at, None), "e-learning that was completed")
    # A history file says who attended a course of ours before this service kept registers. What somebody entered as learned
    # elsewhere is no reach of ours, and a completion of e-learning in a history file is not attendance.
    history = db.session.execute(
        select(PastLearning.course_id, PastLearning.person_id, PastLearning.done_on)
        .join(Course, Course.id == PastLearning.course_id)
        .where(
            PastLearning.course_id.in_(by_course),
            PastLearning.origin == PastOrigin.IMPORTED,
            PastLearning.state == PastState.APPROVED,
            Course.kind != CourseKind.E_LEARNING,
            PastLearning.done_on <= london(until).date(),
            *([PastLearning.done_on >= london(since).date()] if since else []),
        )
        .order_by(PastLearning.done_on, PastLearning.id)
    )
    for attended_id, person_id, done_on in history:
        if offered := by_course.get(attended_id or 0):
            found[offered.id].add(Came(person_id, from_london(done_on, 12), None), "imported attendance")
    return found


def _where_they_worked(came: Iterable[Came]) -> dict[int, int]:
    """{person: where they worked when they were reached the last time}. Each person once."""
    latest: dict[int, Came] = {}
    for one in came:
        before = latest.get(one.person_id)
        if before is None or one.at > before.at:
            latest[one.person_id] = one
    unknown = {one.person_id: one.at for one in latest.values() if one.organisation_id is None}
    today = {
        row[0]: row[1]
        for row in db.session.execute(select(Person.id, Person.organisation_id).where(Person.id.in_(unknown)))
    }
    worked = db.session.execute(
        select(Employment.person_id, Employment.organisation_id, Employment.until_at)
        .where(Employment.person_id.in_(unknown))
        .order_by(Employment.until_at.desc())
    )
    then = today | {row[0]: row[1] for row in worked if unknown[row[0]] < row[2]}
    return {
        one.person_id: one.organisation_id if one.organisation_id is not None else then[one.person_id]
        for one in latest.values()
    }


def _by_sector(where: dict[int, int], last: date) -> tuple[SectorReach, ...]:
    """Sector by sector in the partnership's order; a sector nobody came from stays, where its workforce is known."""
    people: dict[int, int] = defaultdict(int)
    for organisation_id in where.values():
        people[organisation_id] += 1
    agencies: dict[int, list[AgencyReach]] = defaultdict(list)
    rows = db.session.execute(
        select(Organisation.id, Organisation.name, Organisation.sector_id).where(Organisation.id.in_(people))
    )
    for organisation_id, name, sector_id in rows:
        agencies[sector_id].append(AgencyReach(name, people[organisation_id]))
    workforce = workforce_of_sectors(last)
    return tuple(
        SectorReach(
            sector=sector.name,
            people=sum(one.people for one in agencies[sector.id]),
            organisations=len(agencies[sector.id]),
            workforce=workforce.get(sector.id),
            agencies=tuple(sorted(agencies[sector.id], key=lambda one: (-one.people, one.agency))),
        )
        for sector in db.session.scalars(select(Sector).order_by(Sector.position))
        if agencies[sector.id] or sector.id in workforce
    )


def _lines(thing: list[LearningOffer], known: _Known | None, first: date | None, last: date) -> list[OfferReach]:
    """What can be said of one thing: the people known, and the newest count of each unit that was typed."""
    offer, lines = thing[0], []
    kind = rules.kind_words(offer)
    if known is not None and (known.counted or not rules.takes_counts(offer)):
        people = len({one.person_id for one in known.came}) if known.counted else None
        source = " and ".join(sorted(known.sources)) or "no register yet"
        lines.append(OfferReach(kind, offer.name, "people", people, True, source))
    for count in rules.newest([count for one in thing for count in one.counts], first=first, last=last):
        source = rules.source_words(count)
        lines.append(OfferReach(kind, offer.name, count.unit.value, count.count, False, source))
    return lines or [OfferReach(kind, offer.name, "people", None, False, "nothing was counted yet")]


def action_or_404(reference: str) -> Action:
    """One action with its offers, the counts typed for them, and its measures."""
    found = db.session.scalar(
        select(Action)
        .where(Action.reference == reference)
        .options(
            joinedload(Action.owner_group),
            selectinload(Action.recommendations),
            selectinload(Action.measures),
            selectinload(Action.offers).options(
                joinedload(LearningOffer.course),
                joinedload(LearningOffer.group),
                joinedload(LearningOffer.resource),
                selectinload(LearningOffer.counts).joinedload(OfferCount.added_by),
            ),
        )
    )
    return found or abort(404)


def offer_or_404(reference: str, offer_id: int) -> LearningOffer:
    """One offer of this action."""
    action = action_or_404(reference)
    return next((offer for offer in action.offers if offer.id == offer_id), None) or abort(404)


def count_or_404(offer: LearningOffer, count_id: int) -> OfferCount:
    """One count of this offer."""
    return next((count for count in offer.counts if count.id == count_id), None) or abort(404)


def dependants(offer: LearningOffer, now: datetime) -> list[str]:
    """What depends on an offer, a sentence each."""
    action = offer.action.reference
    found = []
    counts = [count for count in offer.counts if count.taken_back_at is None]
    if counts:
        found.append(rules.counts_depend(len(counts)))
    if keys := _measures_of(offer):
        found.append(rules.measures_depend(keys))
    if offer.course_id or offer.group_id:
        people = reached([offer], since=None, until=now).reach.people
        if people:
            found.append(rules.reach_depends(people, action))
    return found


def _measures_of(offer: LearningOffer) -> Sequence[str]:
    """Impact evaluations of the action that are counted from this course."""
    if not offer.course_id:
        return ()
    evaluated = exists().where(EvaluationPlan.course_id == offer.course_id)
    return db.session.scalars(
        select(Measure.key)
        .where(
            Measure.action_id == offer.action_id,
            Measure.kind == MeasureKind.IMPACT_EVALUATION,
            or_(Measure.course_id == offer.course_id, and_(Measure.course_id.is_(None), evaluated)),
        )
        .order_by(Measure.key)
    ).all()


def courses() -> Sequence[Course]:
    """Courses to choose from, by title."""
    return db.session.scalars(select(Course).order_by(Course.title, Course.code)).all()


def series() -> Sequence[SessionGroup]:
    """Series and bundles to choose from, by title."""
    return db.session.scalars(select(SessionGroup).order_by(SessionGroup.title, SessionGroup.key)).all()


def resources() -> Sequence[Resource]:
    """Resources to choose from, by title."""
    return db.session.scalars(select(Resource).order_by(Resource.title)).all()


def session_days(action_id: int, until: datetime | None = None) -> list[date]:
    """The days on which sessions of an action's offers began, each once, in order: when the learning was."""
    offered = (
        select(CourseSession.starts_at)
        .join(
            LearningOffer,
            or_(LearningOffer.course_id == CourseSession.course_id, LearningOffer.group_id == CourseSession.group_id),
        )
        .where(LearningOffer.action_id == action_id, CourseSession.cancelled_at.is_(None))
    )
    if until is not None:
        offered = offered.where(CourseSession.ends_at <= until)
    return sorted({london(starts_at).date() for starts_at in db.session.scalars(offered)})
