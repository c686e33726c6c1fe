"""Reads of what was answered, for the worker alone, and of what was released, for everybody who may read reports."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

import numpy as np
from flask import abort
from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from evaluation.impact.annual import year_of
from evaluation.results.documents import read
from evaluation.results.frame import Frame, SectorFacts, SessionFacts
from evaluation.results.models import CountedRound, Release, ReleasedSlice
from evaluation.results.report import Results
from evaluation.surveys import rules
from evaluation.surveys.models import Answer, Audience, EvaluationPlan, Invitation, Response, RoundStage, SurveyRound
from evaluation.surveys.questions import Question
from lms import dates
from lms.accounts.models import Person
from lms.bookings.models import Booking
from lms.catalogue.models import Course, CourseSession, SessionTrainer
from lms.db import db
from lms.organisations.models import Organisation, Sector
from lms.statistics import Share

#: So many rows of answers are held at a time while they are put into columns.
ROWS = 20_000


@dataclass(frozen=True)
class ClosedRound:
    """A wave of a session that is over and not counted yet: whose it is, since when, and how many answered."""

    id: int
    course_id: int
    session_id: int
    wave: str
    closed_at: datetime
    answered: int


def _is_over() -> ColumnElement[bool]:
    """Closed, and its last answers moved on: nothing of it will change any more.

    What people answered before a course they did not come to is deleted when the first wave of those who came ends. A wave of
    those who booked is over no sooner: else two releases would differ by exactly these people.
    """
    came = aliased(SurveyRound)
    of_came = select(came.id).where(came.session_id == SurveyRound.session_id, came.asks == Audience.CAME)
    return and_(
        SurveyRound.stage == RoundStage.CLOSED,
        SurveyRound.moves_on_at.is_(None),
        CourseSession.cancelled_at.is_(None),
        or_(
            SurveyRound.asks != Audience.BOOKED,
            ~of_came.exists(),
            of_came.where(came.stage == RoundStage.CLOSED).exists(),
        ),
    )


def uncounted() -> list[ClosedRound]:
    """The rounds of evaluated courses that are over and in no release yet, by course and in order of their end."""
    answers = (
        select(func.count())
        .where(Response.session_id == SurveyRound.session_id, Response.wave == SurveyRound.wave)
        .correlate(SurveyRound)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            SurveyRound.id,
            CourseSession.course_id,
            CourseSession.id,
            SurveyRound.wave,
            SurveyRound.closes_at,
            answers,
        )
        .join(CourseSession, CourseSession.id == SurveyRound.session_id)
        .join(EvaluationPlan, EvaluationPlan.course_id == CourseSession.course_id)
        .where(_is_over(), ~exists().where(CountedRound.round_id == SurveyRound.id))
        .order_by(CourseSession.course_id, SurveyRound.closes_at, SurveyRound.id)
    )
    return [ClosedRound(*row) for row in rows]


def last_releases() -> dict[int, date]:
    """The day of each course's newest release: {course id: day}."""
    rows = db.session.execute(select(Release.course_id, func.max(Release.made_on)).group_by(Release.course_id))
    return {row[0]: row[1] for row in rows}


def counted_waves(course_id: int) -> set[str]:
    """The waves of a course of which something is counted already."""
    return set(
        db.session.scalars(
            select(SurveyRound.wave)
            .join(CountedRound, CountedRound.round_id == SurveyRound.id)
            .join(CourseSession, CourseSession.id == SurveyRound.session_id)
            .where(CourseSession.course_id == course_id)
            .distinct()
        )
    )


def counted(round_ids: Collection[int]) -> bool:
    """Is one of these rounds counted in a release already?"""
    found = select(CountedRound.round_id).where(CountedRound.round_id.in_(round_ids)).limit(1)
    return db.session.scalar(found) is not None


def counted_rounds(course_id: int, new: Collection[int] = ()) -> Sequence[SurveyRound]:
    """The rounds of a course whose answers are counted, or that are among `new`, in order of time."""
    return db.session.scalars(
        select(SurveyRound)
        .outerjoin(CountedRound, CountedRound.round_id == SurveyRound.id)
        .join(CourseSession, CourseSession.id == SurveyRound.session_id)
        .where(CourseSession.course_id == course_id, or_(CountedRound.round_id.is_not(None), SurveyRound.id.in_(new)))
        .order_by(CourseSession.starts_at, CourseSession.id, SurveyRound.id)
    ).all()


def open_rounds(course_id: int, new: Collection[int] = ()) -> dict[int, int]:
    """How many waves of each session have opened and are neither counted yet nor among `new`: {session id: waves}."""
    rows = db.session.execute(
        select(CourseSession.id, func.count())
        .join(SurveyRound, SurveyRound.session_id == CourseSession.id)
        .where(
            CourseSession.course_id == course_id,
            CourseSession.cancelled_at.is_(None),
            SurveyRound.stage != RoundStage.PLANNED,
            SurveyRound.id.not_in(new),
            ~exists().where(CountedRound.round_id == SurveyRound.id),
        )
        .group_by(CourseSession.id)
    )
    return {row[0]: row[1] for row in rows}


def answers_of(course_id: int, rounds: Sequence[SurveyRound], questions: Mapping[str, Question]) -> Frame:
    """The answers to these questions in these rounds, as columns. Nothing of a round that is not among them is read.

    Looking-back questions are handed out like any other, but only where they are named: whoever wants them asks for them.
    """
    sessions = _sessions({one.session_id for one in rounds if one.session_id})
    sectors = [
        SectorFacts(one.id, one.key, one.name) for one in db.session.scalars(select(Sector).order_by(Sector.position))
    ]
    place = {one.id: number for number, one in enumerate(sessions)}
    of_sector = {one.id: number for number, one in enumerate(sectors)}
    wanted = {(one.session_id, one.wave) for one in rounds}
    people: dict[str, int] = {}
    at_session: list[int] = []
    at_sector: list[int] = []
    responses: dict[str, tuple[int, str]] = {}
    partial: dict[str, list[int]] = {}
    columns: tuple[Any, ...] = (
        Response.id,
        Response.session_id,
        Response.wave,
        Response.pairing_code,
        Response.sector_id,
        Response.partial,
    )
    for row in db.session.execute(select(*columns).where(Response.course_id == course_id)):
        if (row[1], row[2]) not in wanted:
            continue
        number = people.setdefault(row[3], len(people))
        if number == len(at_session):
            at_session.append(place[row[1]])
            at_sector.append(-1)
        if row[4] is not None:
            at_sector[number] = of_sector[row[4]]
        responses[row[0]] = (number, row[2])
        if row[5]:
            partial.setdefault(row[2], []).append(number)
    waves = list(dict.fromkeys(one.wave for one in rounds))
    asked = _asked(rounds, place, of_sector)
    frame = Frame(
        sessions=sessions,
        sectors=sectors,
        session=np.array(at_session, np.int64),
        sector=np.array(at_sector, np.int64),
        answered={wave: _flags(len(people), [n for n, at in responses.values() if at == wave]) for wave in waves},
        asked=asked,
        late={wave: _counted(rounds, wave, place, "late_count") for wave in waves},
        refused={wave: _counted(rounds, wave, place, "refused_count") for wave in waves},
        partial={wave: _flags(len(people), partial.get(wave, [])) for wave in waves},
    )
    for key, question in questions.items():
        _fill(frame, course_id, key, question, responses)
    return frame


def _flags(many: int, places: Collection[int]) -> Any:
    flags = np.zeros(many, bool)
    flags[list(places)] = True
    return flags


def _counted(rounds: Sequence[SurveyRound], wave: str, place: Mapping[int, int], name: str) -> Any:
    """A count the rounds keep themselves, by session; −1 where none was kept."""
    counts = np.full(len(place), -1, np.int64)
    for one in rounds:
        kept = getattr(one, name, None)
        if one.wave == wave and kept is not None and one.session_id:
            counts[place[one.session_id]] = kept
    return counts


def _fill(frame: Frame, course_id: int, key: str, question: Question, responses: Mapping[str, tuple[int, str]]) -> None:
    """Put the answers to one question into columns, some thousand rows at a time."""
    names = [choice.code for choice in question.choices]
    codes = {code: number for number, code in enumerate(names)}
    numbered = {choice.number: number for number, choice in enumerate(question.choices) if choice.number is not None}
    several = question.type == "multiple"
    frame.names[key] = names
    rows = db.session.execute(
        select(Answer.response_id, Answer.number, Answer.choice)
        .join(Response, Response.id == Answer.response_id)
        .where(Answer.question_key == key, Response.course_id == course_id)
        .execution_options(yield_per=ROWS)
    )
    for part in rows.partitions():
        for response_id, number, choice in part:
            at = responses.get(response_id)
            if at is None:
                continue
            person, wave = at
            if number is not None:
                if (wave, key) not in frame.numbers:
                    frame.numbers[wave, key] = np.full(frame.people, np.nan)
                frame.numbers[wave, key][person] = number
            if (wave, key) not in frame.codes:
                frame.codes[wave, key] = np.full(frame.people, -1, np.int64)
            if several:  # one bit for each choice
                bits = [1 << codes[code] for code in (choice or "").split(",") if code in codes]
                frame.codes[wave, key][person] = sum(bits)
            elif choice is not None:
                frame.codes[wave, key][person] = codes.get(choice, -1)
            else:
                frame.codes[wave, key][person] = -1 if number is None else numbered.get(number, -1)


def _sessions(ids: Collection[int]) -> list[SessionFacts]:
    trainers: dict[int, list[tuple[int, str]]] = {}
    for session_id, person in db.session.execute(
        select(SessionTrainer.session_id, Person)
        .join(Person, Person.id == SessionTrainer.person_id)
        .where(SessionTrainer.session_id.in_(ids))
        .order_by(Person.last_name, Person.id)
    ):
        trainers.setdefault(session_id, []).append((person.id, person.name))
    rows = db.session.execute(
        select(CourseSession.id, CourseSession.reference, CourseSession.starts_at)
        .where(CourseSession.id.in_(ids))
        .order_by(CourseSession.starts_at, CourseSession.id)
    )
    return [
        SessionFacts(row[0], row[1], on, year_of(on), tuple(trainers.get(row[0], ())))
        for row in rows
        for on in [dates.london(row[2]).date()]
    ]


def _asked(rounds: Sequence[SurveyRound], place: Mapping[int, int], of_sector: Mapping[int, int]) -> dict[str, Any]:
    """How many were asked, wave by wave: session × sector, with the sectors that are not told there in the last column.

    Of those asked when they booked only the ones who came count: the others' answers are gone.
    """
    came = aliased(SurveyRound)
    there = (
        select(Invitation.booking_id)
        .join(came, came.id == Invitation.round_id)
        .where(came.asks == Audience.CAME, came.session_id.in_(place))
    )
    counted = func.sum(case((or_(SurveyRound.asks != Audience.BOOKED, Invitation.booking_id.in_(there)), 1), else_=0))
    rows = db.session.execute(
        select(SurveyRound.id, SurveyRound.session_id, SurveyRound.wave, Organisation.sector_id, func.count(), counted)
        .join(Invitation, Invitation.round_id == SurveyRound.id)
        .join(Booking, Booking.id == Invitation.booking_id)
        .join(Organisation, Organisation.id == Booking.organisation_id)
        .where(SurveyRound.session_id.in_(place))
        .group_by(SurveyRound.id, SurveyRound.session_id, SurveyRound.wave, Organisation.sector_id)
    ).all()
    by_round: dict[tuple[int, int], dict[int, int]] = {}
    for round_id, session_id, _, sector_id, count, _ in rows:
        by_round.setdefault((session_id or 0, round_id), {})[sector_id] = count
    told: dict[int, frozenset[int]] = {}
    for (session_id, _), people in by_round.items():
        named = rules.named_sectors(people)
        told[session_id] = told[session_id] & named if session_id in told else named
    asked = {one.wave: np.zeros((len(place), len(of_sector) + 1), np.int64) for one in rounds}
    ids = {one.id for one in rounds}
    for round_id, session_id, wave, sector_id, _, count in rows:
        if round_id in ids and session_id:
            asked[wave][place[session_id], of_sector[sector_id] if sector_id in told[session_id] else -1] += int(count)
    return asked


def _newest(course_code: str) -> Release | None:
    return db.session.scalar(
        select(Release).join(Course).where(Course.code == course_code).order_by(Release.id.desc()).limit(1)
    )


def results(course_code: str, slice_key: str = "all") -> Results | None:
    """What a slice of a course may say, from its newest release; None where there is no release or no such slice."""
    newest = _newest(course_code)
    if newest is None:
        return None
    document = db.session.scalar(
        select(ReleasedSlice.document).where(ReleasedSlice.release_id == newest.id, ReleasedSlice.key == slice_key)
    )
    return None if document is None else read(Results, document)


@dataclass(frozen=True)
class Told:
    """How many answered, as the report of a course tells it: of each wave, and of each session's waves. None is hidden."""

    waves: Mapping[str, Share | None]
    sessions: Mapping[tuple[str, str], Share | None]


def told_responses(course_code: str) -> Told:
    """What may be said of how many answered; for pages that must not say more than the report."""
    report = results(course_code)
    if report is None:
        return Told({}, {})
    waves = [one.wave for one in report.response]
    return Told(
        waves={one.wave: one.answered for one in report.response},
        sessions={
            (group.key.removeprefix("session:"), wave): share
            for group in report.by_session
            for wave, share in zip(waves, group.waves, strict=True)
        },
    )


def released_courses() -> Sequence[Course]:
    """The courses that have results, by title."""
    return db.session.scalars(
        select(Course).where(Course.id.in_(select(Release.course_id))).order_by(Course.title, Course.code)
    ).all()


def evaluated() -> Sequence[Course]:
    """The courses that have an evaluation plan, by title."""
    return db.session.scalars(
        select(Course).join(EvaluationPlan, EvaluationPlan.course_id == Course.id).order_by(Course.title, Course.code)
    ).all()


def evaluated_or_404(code: str) -> Course:
    """One of them by its code."""
    return db.session.scalar(
        select(Course).join(EvaluationPlan, EvaluationPlan.course_id == Course.id).where(Course.code == code)
    ) or abort(404)


@dataclass(frozen=True)
class TaughtCourse:
    """An evaluated course, and the sessions of it somebody taught, the newest first."""

    course: Course
    sessions: Sequence[CourseSession]


def taught(person: Person) -> list[TaughtCourse]:
    """What somebody taught of courses that are evaluated; sessions that were cancelled are left out."""
    found = db.session.scalars(
        select(CourseSession)
        .join(SessionTrainer, SessionTrainer.session_id == CourseSession.id)
        .join(EvaluationPlan, EvaluationPlan.course_id == CourseSession.course_id)
        .join(Course, Course.id == CourseSession.course_id)
        .where(SessionTrainer.person_id == person.id, CourseSession.cancelled_at.is_(None))
        .options(joinedload(CourseSession.course))
        .order_by(Course.title, Course.code, CourseSession.starts_at.desc(), CourseSession.reference)
    )
    return [TaughtCourse(course, list(sessions)) for course, sessions in groupby(found, lambda one: one.course)]


def taught_or_404(person: Person, code: str) -> Course:
    """An evaluated course of which somebody taught a session."""
    return next((one.course for one in taught(person) if one.course.code == code), None) or abort(404)
