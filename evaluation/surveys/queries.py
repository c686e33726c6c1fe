"""Reads of surveys: who is to be asked, who was, how many answered. Nothing here reads one person's answers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from evaluation.surveys import questions, tokens
from evaluation.surveys.models import (
    Audience,
    EvaluationPlan,
    HeldAnswers,
    Invitation,
    Response,
    RoundStage,
    SurveyRound,
)
from lms import dates
from lms.accounts.models import Person
from lms.attendance.models import CAME, Attendance
from lms.bookings.models import Booking, BookingStatus
from lms.bulletin.models import Subscriber
from lms.catalogue.models import Course, CourseSession
from lms.db import db
from lms.organisations.models import Organisation
from lms.statistics import Share

OPEN_STAGES = (RoundStage.OPEN, RoundStage.REMINDED, RoundStage.LAST_CALLED)

#: Where answers belong: (session id, occasion id, wave), one of the two numbers empty.
Place = tuple[int | None, int | None, str]
Placed = type[SurveyRound] | type[HeldAnswers] | type[Response]


def place_of(wave: SurveyRound) -> Place:
    """Where the answers of a wave belong."""
    return wave.session_id, wave.occasion_id, wave.wave


def beside(table: Placed, wave: SurveyRound) -> ColumnElement[bool]:
    """The condition of rows about the same session or the same occasion as a wave, whatever their own wave."""
    if wave.session_id is not None:
        return table.session_id == wave.session_id
    return table.occasion_id == wave.occasion_id


def belongs(table: Placed, wave: SurveyRound) -> ColumnElement[bool]:
    """The condition of rows of exactly this wave."""
    return and_(beside(table, wave), table.wave == wave.wave)


#: Since when somebody belongs to those a wave asks: their place was confirmed, or the register said that they came.
_since = case((SurveyRound.asks == Audience.BOOKED, Booking.booked_at), else_=Attendance.marked_at)
#: When they are asked: then, or when the wave opens.
_asked_at = case((_since > SurveyRound.opens_at, _since), else_=SurveyRound.opens_at)


def _askable(*columns: Any) -> Select[Any]:
    """People of open waves who belong to those asked, with the invitation they may already have."""
    return (
        select(*columns)
        .select_from(SurveyRound)
        .join(Booking, Booking.session_id == SurveyRound.session_id)
        .join(Person, Person.id == Booking.person_id)
        .outerjoin(
            Attendance,
            and_(Attendance.booking_id == Booking.id, Attendance.mark.in_(CAME)),
        )
        .outerjoin(Invitation, and_(Invitation.round_id == SurveyRound.id, Invitation.booking_id == Booking.id))
        .where(
            SurveyRound.stage.in_(OPEN_STAGES),
            Booking.status == BookingStatus.BOOKED,
            Person.disabled_at.is_(None),
            _since < SurveyRound.closes_at,
            # Whoever has no address cannot be asked; nobody is asked about themselves as their own manager.
            case(
                (
                    SurveyRound.asks == Audience.MANAGER,
                    Person.manager_email.not_in(("", func.coalesce(Person.email, ""))),
                ),
                else_=Person.email.is_not(None),
            ),
        )
    )


def next_to_ask() -> datetime | None:
    """When the next person is to be asked."""
    moment: datetime | None = db.session.scalar(_askable(func.min(_asked_at)).where(Invitation.id.is_(None)))
    return moment


def to_ask(now: datetime) -> list[tuple[SurveyRound, Booking]]:
    """Who is to be asked by `now` and was not: the wave and the booking, wave by wave in order of booking."""
    found = db.session.execute(
        _askable(SurveyRound, Booking)
        .where(Invitation.id.is_(None), _asked_at <= now)
        .options(contains_eager(Booking.person))
        .order_by(SurveyRound.id, Booking.asked_at, Booking.id)
    )
    return [(wave, booking) for wave, booking in found]


def unanswered(wave: SurveyRound) -> list[tuple[Invitation, datetime]]:
    """Who was asked in a wave, still belongs to it and has not answered: the invitation, and when the letter went."""
    if wave.occasion is not None:
        return _unanswered_of_occasion(wave, wave.occasion.asked_at or wave.opens_at)
    found = db.session.execute(
        _askable(Invitation, _asked_at)
        .where(SurveyRound.id == wave.id, Invitation.answered.is_(False), Invitation.refused.is_(False))
        .options(contains_eager(Invitation.booking).contains_eager(Booking.person))
        .order_by(Booking.asked_at, Booking.id)
    )
    return [(invitation, asked_at) for invitation, asked_at in found]


def _unanswered_of_occasion(wave: SurveyRound, asked_at: datetime) -> list[tuple[Invitation, datetime]]:
    """Everybody was asked in one moment. Whoever has left, or has unsubscribed since, is not written to again."""
    found = db.session.scalars(
        select(Invitation)
        .outerjoin(Person, Person.id == Invitation.person_id)
        .outerjoin(Subscriber, Subscriber.id == Invitation.subscriber_id)
        .where(
            Invitation.round_id == wave.id,
            Invitation.answered.is_(False),
            Invitation.refused.is_(False),
            or_(
                and_(Person.id.is_not(None), Person.disabled_at.is_(None)),
                and_(Subscriber.id.is_not(None), Subscriber.unsubscribed_on.is_(None)),
            ),
        )
        # Not from this join: a person brings their organisation along, and who has none (a subscriber) would be left out.
        .options(selectinload(Invitation.person), selectinload(Invitation.subscriber))
        .order_by(Invitation.id)
    )
    return [(invitation, asked_at) for invitation in found]


def invitation_of(token: str) -> Invitation | None:
    """The invitation a link belongs to."""
    return db.session.scalar(select(Invitation).where(Invitation.token_hash == tokens.hash_of(token)))


def code_of(invitation: Invitation) -> str:
    """The pairing code of whoever was asked: what stands beside their answers, and nowhere else."""
    wave = invitation.round
    if invitation.booking is not None and wave.session_id is not None:
        return tokens.pairing_code(wave.session_id, invitation.booking.asked_as)
    assert wave.occasion_id is not None and invitation.asked_as is not None  # noqa: S101, PT018  the database says so
    return tokens.occasion_code(wave.occasion_id, invitation.asked_as)


def sent_already(wave: SurveyRound, invitations: Collection[Invitation]) -> set[str]:
    """The ids of those of these invitations whose answers are here, whatever their mark says.

    Only with the secret can this be asked at all: the keys are derived from it, one by one.
    """
    by_key = {tokens.held_key(tokens.token_of(one.id)): one.id for one in invitations}
    by_code = {code_of(one): one.id for one in invitations}
    held = db.session.scalars(select(HeldAnswers.key).where(HeldAnswers.key.in_(by_key)))
    moved = db.session.scalars(
        select(Response.pairing_code).where(belongs(Response, wave), Response.pairing_code.in_(by_code))
    )
    return {by_key[key] for key in held} | {by_code[code] for code in moved}


def waiting(wave: SurveyRound) -> int:
    """How many submissions of a wave wait to be moved on."""
    return db.session.scalar(select(func.count()).select_from(HeldAnswers).where(belongs(HeldAnswers, wave))) or 0


def here(wave: SurveyRound) -> int:
    """How many submissions of a wave there are, waiting or moved on."""
    moved = db.session.scalar(select(func.count()).select_from(Response).where(belongs(Response, wave))) or 0
    return moved + waiting(wave)


def asked(wave: SurveyRound) -> int:
    """How many people were asked in a wave."""
    return db.session.scalar(select(func.count()).where(Invitation.round_id == wave.id)) or 0


def asked_by_sector(wave: SurveyRound) -> dict[str, dict[int, int]]:
    """How many people of each sector were asked in each wave about the same session or occasion: {wave: {sector id: people}}."""
    sector = func.coalesce(Organisation.sector_id, Invitation.sector_id)
    rows = db.session.execute(
        select(SurveyRound.wave, sector, func.count())
        .join(Invitation, Invitation.round_id == SurveyRound.id)
        .outerjoin(Booking, Booking.id == Invitation.booking_id)
        .outerjoin(Organisation, Organisation.id == Booking.organisation_id)
        .where(beside(SurveyRound, wave))
        .group_by(SurveyRound.wave, sector)
    )
    found: dict[str, dict[int, int]] = {}
    for key, sector_id, people in rows:
        found.setdefault(key, {})[sector_id] = people
    return found


def answered_so_far(course_id: int, wave: str) -> int:
    """How many have answered a wave of a course so far, over all its sessions, with those that wait for its end."""
    sessions = select(CourseSession.id).where(CourseSession.course_id == course_id)
    return sum(
        db.session.scalar(select(func.count()).where(table.session_id.in_(sessions), table.wave == wave)) or 0
        for table in (Response, HeldAnswers)
    )


def answers_by_wave() -> dict[Place, int]:
    """How many submissions there are, waiting or moved on, by where they belong."""
    found: dict[Place, int] = {}
    for table in (Response, HeldAnswers):
        columns = (table.session_id, table.occasion_id, table.wave)
        for session_id, occasion_id, wave, count in db.session.execute(
            select(*columns, func.count()).group_by(*columns)
        ):
            place = (session_id, occasion_id, wave)
            found[place] = found.get(place, 0) + count
    return found


def has_answers(course_id: int) -> bool:
    """Has anybody answered anything about this course?"""
    held = (
        select(HeldAnswers.key)
        .join(CourseSession, CourseSession.id == HeldAnswers.session_id)
        .where(CourseSession.course_id == course_id)
    )
    return bool(
        db.session.scalar(select(Response.id).where(Response.course_id == course_id).limit(1))
        or db.session.scalar(held.limit(1))
    )


def open_for(person: Person) -> Sequence[SurveyRound]:
    """The waves this person has been asked in and has neither answered nor refused, the one that closes first first."""
    return db.session.scalars(
        select(SurveyRound)
        .join(Invitation, Invitation.round_id == SurveyRound.id)
        .outerjoin(Booking, Booking.id == Invitation.booking_id)
        .where(
            or_(
                and_(Booking.person_id == person.id, Booking.status == BookingStatus.BOOKED),
                Invitation.person_id == person.id,
            ),
            SurveyRound.stage.in_(OPEN_STAGES),
            SurveyRound.asks != Audience.MANAGER,
            Invitation.answered.is_(False),
            Invitation.refused.is_(False),
        )
        .order_by(SurveyRound.closes_at, SurveyRound.id)
    ).all()


def learning_panel(person: Person) -> list[tuple[str, str]]:
    """What a person's own pages say of questions that are open for them. Without a link: that one is in their letter alone."""
    found = []
    for wave in open_for(person):
        called = questions.wave(wave.question_set.document, wave.wave).get("called", "questions")
        found.append(
            (
                f"Your {called} about {wave.title} are open until {last_day(wave.closes_at)}. "
                "The link is in the letter we sent you.",
                "",
            )
        )
    return found


def last_day(closes_at: datetime) -> str:
    """The day people may still answer on: a wave that closes at midnight closes on the day that ends then."""
    return dates.day(closes_at - timedelta(seconds=1))


@dataclass(frozen=True)
class WaveCount:
    """One wave of one session: how far it has got, how many were asked, how many answers are here."""

    round: SurveyRound
    asked: int
    answered: int


@dataclass(frozen=True)
class CourseWaves:
    """One evaluated course: its plan, and each session with its waves by key."""

    plan: EvaluationPlan
    sessions: list[tuple[CourseSession, dict[str, WaveCount]]]

    def total(self, wave: str) -> Share:
        """How many of those asked in a wave have answered, over all sessions."""
        counts = [waves[wave] for _, waves in self.sessions if wave in waves]
        asked = sum(count.asked for count in counts)
        # An answer stays where whoever gave it has since been taken off the list of those asked.
        return Share(min(sum(count.answered for count in counts), asked), asked)


def overview() -> list[CourseWaves]:
    """Every evaluated course by code, its sessions newest first. For those who may see all surveys; counts only."""
    plans = db.session.scalars(
        select(EvaluationPlan)
        .join(Course)
        .options(selectinload(EvaluationPlan.course), selectinload(EvaluationPlan.question_set))
        .order_by(Course.code)
    ).all()
    counted = db.session.execute(select(Invitation.round_id, func.count()).group_by(Invitation.round_id))
    asked = {row[0]: row[1] for row in counted}
    answers = answers_by_wave()
    rounds = db.session.execute(
        select(SurveyRound, CourseSession)
        .join(CourseSession, CourseSession.id == SurveyRound.session_id)
        .order_by(CourseSession.starts_at.desc(), CourseSession.id.desc(), SurveyRound.id)
    )
    found = {plan.course_id: CourseWaves(plan, []) for plan in plans}
    for one, session in rounds:
        if session.course_id not in found or session.cancelled_at:
            continue
        sessions = found[session.course_id].sessions
        if not sessions or sessions[-1][0].id != session.id:
            sessions.append((session, {}))
        place = place_of(one)
        sessions[-1][1][one.wave] = WaveCount(one, asked.get(one.id, 0), answers.get(place, 0))
    return list(found.values())
