"""Counting the single records a report is made of: sessions, people, answers. Each is a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from sqlalchemy import and_, case, exists, func, or_, select

from evaluation.actions.models import Action
from evaluation.comments.queries import Quote, published_quotes
from evaluation.results.models import CountedRound
from evaluation.surveys.models import Answer, EvaluationPlan, Response, SurveyRound
from evaluation.surveys.questions import is_looking_back
from lms.attendance.models import CAME, Attendance
from lms.bookings.models import Booking, BookingOrigin, BookingStatus
from lms.catalogue.models import Course, CourseSession
from lms.db import db
from lms.organisations.models import Organisation, Sector, WorkforceCount
from lms.words import inside


def is_action(reference: str) -> bool:
    """Is this the reference of an action of the log?"""
    return bool(db.session.scalar(select(exists().where(Action.reference == reference))))


def course_links(course: Course) -> list[tuple[str, str]]:
    """For whoever changes a course: why it exists and what it changed, on one page."""
    return [("Why it exists, and what it changed", url_for("impact.course_thread", code=course.code))]


@dataclass(frozen=True)
class SessionReach:
    """One delivered session: who was expected (booked, not cancelled, no walk-ins), who came of them, and who walked in."""

    reference: str
    course_id: int
    starts_at: datetime
    mode: str
    expected: int
    came_expected: int
    walked_in: int
    #: The series it belongs to.
    group_id: int | None = None

    @property
    def came(self) -> int:
        """Everybody who was there."""
        return self.came_expected + self.walked_in


def sessions_held(
    course_ids: Collection[int], until: datetime, *, group_ids: Collection[int] = ()
) -> list[SessionReach]:
    """Sessions of these courses and series that were held by `until`, in order of time, with their counts."""
    came = case((Attendance.mark.in_(CAME), 1), else_=0)
    walked_in = Booking.origin == BookingOrigin.WALK_IN
    rows = db.session.execute(
        select(
            CourseSession.reference,
            CourseSession.course_id,
            CourseSession.starts_at,
            CourseSession.mode,
            func.sum(case((walked_in, 0), else_=1)),
            func.sum(case((walked_in, 0), else_=came)),
            func.sum(case((walked_in, came), else_=0)),
            CourseSession.group_id,
        )
        .join(Booking, and_(Booking.session_id == CourseSession.id, Booking.status == BookingStatus.BOOKED))
        .outerjoin(Attendance, Attendance.booking_id == Booking.id)
        .where(
            or_(CourseSession.course_id.in_(course_ids), CourseSession.group_id.in_(group_ids)),
            CourseSession.ends_at <= until,
            CourseSession.cancelled_at.is_(None),
        )
        .group_by(
            CourseSession.id,
            CourseSession.reference,
            CourseSession.course_id,
            CourseSession.starts_at,
            CourseSession.mode,
            CourseSession.group_id,
        )
        .order_by(CourseSession.starts_at, CourseSession.reference)
    )
    return [
        SessionReach(
            row[0], row[1], row[2], row[3].value, int(row[4] or 0), int(row[5] or 0), int(row[6] or 0), group_id=row[7]
        )
        for row in rows
    ]


@dataclass(frozen=True)
class AgencyReach:
    """People of one agency or school who came, each counted once."""

    agency: str
    people: int


@dataclass(frozen=True)
class SectorReach:
    """People of one sector who came, each counted once, the organisations they work for, and the sector's workforce."""

    sector: str
    people: int
    organisations: int
    workforce: int | None
    #: The agencies and schools they work for, most people first.
    agencies: tuple[AgencyReach, ...] = ()

    @property
    def words(self) -> str:
        """The sector as it stands inside a sentence."""
        return "other services" if self.sector.lower() == "other" else inside(self.sector)


def sectors_reached(course_ids: Collection[int], until: datetime) -> list[SectorReach]:
    """Who came to these courses by `until`, sector by sector in the partnership's order; a sector nobody came from stays."""
    people = func.count()
    # Where they worked when they came, the last time where they came more often: each person is counted once, and somebody who
    # has moved since was reached where they were.
    latest = (
        select(
            Booking.organisation_id,
            func.row_number()
            .over(partition_by=Booking.person_id, order_by=(CourseSession.starts_at.desc(), Booking.id.desc()))
            .label("nth"),
        )
        .join(CourseSession, CourseSession.id == Booking.session_id)
        .join(Attendance, Attendance.booking_id == Booking.id)
        .where(
            CourseSession.course_id.in_(course_ids),
            CourseSession.ends_at <= until,
            CourseSession.cancelled_at.is_(None),
            Attendance.mark.in_(CAME),
        )
        .subquery()
    )
    rows = db.session.execute(
        select(Organisation.sector_id, Organisation.name, people)
        .join(latest, latest.c.organisation_id == Organisation.id)
        .where(latest.c.nth == 1)
        .group_by(Organisation.id, Organisation.sector_id, Organisation.name)
        .order_by(people.desc(), Organisation.name)
    )
    reached: dict[int, list[AgencyReach]] = defaultdict(list)
    for sector_id, agency, count in rows:
        reached[sector_id].append(AgencyReach(agency, count))
    workforce = workforce_of_sectors(until.date())
    return [
        SectorReach(
            sector=sector.name,
            people=sum(one.people for one in reached[sector.id]),
            organisations=len(reached[sector.id]),
            workforce=workforce.get(sector.id),
            agencies=tuple(reached[sector.id]),
        )
        for sector in db.session.scalars(select(Sector).order_by(Sector.position))
        if reached[sector.id] or sector.id in workforce
    ]


def workforce_of_sectors(on: date) -> dict[int, int]:
    """The newest workforce figure of each organisation up to a day, added up by sector."""
    newest = (
        select(WorkforceCount.organisation_id, func.max(WorkforceCount.counted_on).label("counted_on"))
        .where(WorkforceCount.counted_on <= on)
        .group_by(WorkforceCount.organisation_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Organisation.sector_id, func.sum(WorkforceCount.people))
        .join(WorkforceCount, WorkforceCount.organisation_id == Organisation.id)
        .join(
            newest,
            and_(
                newest.c.organisation_id == WorkforceCount.organisation_id,
                newest.c.counted_on == WorkforceCount.counted_on,
            ),
        )
        .group_by(Organisation.sector_id)
    )
    return {sector_id: int(people) for sector_id, people in rows}


def plans(course_ids: Collection[int]) -> Sequence[EvaluationPlan]:
    """How these courses are evaluated, by course."""
    return db.session.scalars(
        select(EvaluationPlan).where(EvaluationPlan.course_id.in_(course_ids)).order_by(EvaluationPlan.course_id)
    ).all()


@dataclass(frozen=True)
class WaveCount:
    """How many were asked in a wave, and how many answers are counted; 0 where that number is hidden."""

    asked: int
    answered: int


@dataclass(frozen=True)
class Numbers:
    """Numeric answers of a course: {wave: {pairing code: {question key: number}}}, and each answer's sector name where kept."""

    by_wave: dict[str, dict[str, dict[str, float]]]


def numbers(course_id: int, question_keys: Collection[str], *, looking_back: bool = False) -> Numbers:
    """Every numeric answer to these questions that is counted in a release, in one query.

    What is over and not counted yet is left out, so that no figure here differs from a report by a few people's answers.

    ValueError for a looking-back rating among them, unless those are what is asked for, and then only those: they are never used
    in place of an answer from before, and never mixed into a change.
    """
    if wrong := sorted(key for key in question_keys if is_looking_back(key) != looking_back):
        raise ValueError(f"ratings of then and of now are never read together: {', '.join(wrong)}")
    by_wave: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    rows = db.session.execute(
        select(Response.wave, Response.pairing_code, Answer.question_key, Answer.number)
        .join(Answer, Answer.response_id == Response.id)
        .join(SurveyRound, and_(SurveyRound.session_id == Response.session_id, SurveyRound.wave == Response.wave))
        .join(CountedRound, CountedRound.round_id == SurveyRound.id)
        .where(Response.course_id == course_id, Answer.question_key.in_(question_keys), Answer.number.is_not(None))
    )
    for wave, code, key, number in rows:
        if number is not None:
            by_wave[wave][code][key] = number
    return Numbers({wave: dict(people) for wave, people in by_wave.items()})


def quotes(course_id: int, limit: int = 3) -> list[Quote]:
    """The sentences an officer chose to publish, latest waves first, each once. Without a yes nothing is ever printed."""
    return published_quotes(course_id=course_id, limit=limit)
