"""Rows to measure with, the same everywhere: 60 sessions to come, and any number of answers with the people who gave them."""

import random
from datetime import date, datetime, timedelta
from itertools import cycle, islice
from typing import Any

from sqlalchemy import delete, func, insert, select

from demo.loading import (
    FIRST_MOMENT,
    Loaded,
    load_agencies,
    load_partnership,
    question_document,
)
from demo.wakefield_agencies import AGENCIES
from evaluation.improvement.operations import load_log
from evaluation.surveys import questions
from evaluation.surveys.models import Answer, Audience, EvaluationPlan, Invitation, Response, RoundStage, SurveyRound
from evaluation.surveys.operations import load_question_set, set_evaluation_plan
from lms import dates
from lms.accounts.models import Person, PersonRole
from lms.attendance.models import Attendance, AttendanceMark, Mark
from lms.bookings.models import Booking, BookingOrigin, BookingStatus
from lms.catalogue.models import Course, CourseSession, Mode, SessionDate, Venue
from lms.db import db
from lms.letters.models import Letter
from lms.organisations.models import Organisation
from lms.roles import Role
from lms.set_up import catalogue_document

#: The sessions of the catalogue page, all in one month, so that one page shows all of them.
SESSIONS = 60
COURSE = "NEG"
THREAD = "CSPR-2022-1.2"
SEAT = 20
#: How many of those who came answer each wave.
ANSWER = {"baseline": 1.0, "end": 0.85, "m3": 0.6, "m6": 0.5, "manager": 0.4}
SENTENCES = ("I ask to see the bedroom.", "I keep a dated list.", "We use the toolkit together.", "")


def load_without_history() -> None:
    """The partnership, its agencies, courses, action log and plan: the demonstration without its two years of history."""
    loaded = Loaded()
    load_partnership(
        loaded,
        key="wakefield",
        name="Wakefield Safeguarding Children Partnership",
        short_name="WSCP",
        report="wakefield-2022-23",
    )
    load_agencies(loaded, AGENCIES, counted_on=date(2022, 4, 1))
    load_log(catalogue_document())
    set_evaluation_plan(
        course=loaded.courses[COURSE],
        question_set=load_question_set(document=question_document()),
        primary_scale="behaviour_neglect",
        actor=None,
        now=dates.from_london(date(2022, 11, 17)),
    )


def _add(model: Any, rows: list[dict[str, Any]]) -> list[int]:
    """Insert rows at once and return their new ids, in order."""
    return list(db.session.scalars(insert(model).returning(model.id, sort_by_parameter_order=True), rows))


def _people(name: str, count: int) -> list[int]:
    organisations = list(db.session.scalars(select(Organisation.id).order_by(Organisation.id)))
    homes = islice(cycle(organisations), count)
    rows = [
        {
            "email": f"{name}.{number}@bench.example",
            "first_name": "Person",
            "last_name": f"{number:05}",
            "organisation_id": home,
            "made_up": True,
        }
        for number, home in enumerate(homes)
    ]
    return _add(Person, rows)


def _works(people: list[int]) -> dict[int, int]:
    """Where these people work: {person id: organisation id}."""
    return dict(db.session.execute(select(Person.id, Person.organisation_id).where(Person.id.in_(people))).all())


def add_catalogue(month: date) -> None:
    """60 sessions in one month of 12 courses; every sixth is full and two people wait for it."""
    people = _people("books", SEAT + 2)
    venues = _add(Venue, [{"name": f"Bench hall {number}", "access_notes": "Step-free"} for number in range(4)])
    courses = list(db.session.scalars(select(Course.id).order_by(Course.position).limit(12)))
    starts = [dates.from_london(month + timedelta(days=n % 28), 9 + 2 * (n // 28)) for n in range(SESSIONS)]
    sessions = _add(
        CourseSession,
        [
            {
                "reference": f"BENCH-{number:02}",
                "course_id": courses[number % len(courses)],
                "starts_at": at,
                "ends_at": at + timedelta(hours=3),
                "mode": Mode.CLASSROOM if number % 2 else Mode.VIRTUAL,
                "venue_id": venues[number % len(venues)] if number % 2 else None,
                "capacity": SEAT,
                "added_at": at - timedelta(weeks=8),
                "published_at": at - timedelta(weeks=8),
            }
            for number, at in enumerate(starts)
        ],
    )
    days = zip(sessions, starts, strict=True)
    _add(SessionDate, [{"session_id": one, "starts_at": at, "ends_at": at + timedelta(hours=3)} for one, at in days])
    works = _works(people)
    rows = []
    for number, (session, at) in enumerate(zip(sessions, starts, strict=True)):
        for place, person in enumerate(people[: SEAT + 2 if number % 6 == 5 else number % SEAT]):
            waits = place >= SEAT
            rows.append(
                {
                    "session_id": session,
                    "person_id": person,
                    "organisation_id": works[person],
                    "status": BookingStatus.WAITING if waits else BookingStatus.BOOKED,
                    "origin": BookingOrigin.BOOKED,
                    "asked_at": at - timedelta(days=20),
                    "booked_at": None if waits else at - timedelta(days=20),
                }
            )
    db.session.execute(insert(Booking), rows)


def add_bookers(count: int) -> tuple[str, list[int]]:
    """A session with room for so many people, and the people, who may book: its reference, and their ids."""
    people = _people("asks", count)
    db.session.execute(insert(PersonRole), [{"person_id": one, "role": Role.PRACTITIONER} for one in people])
    course = db.session.scalars(select(Course).where(Course.code == COURSE)).one()
    starts_at = FIRST_MOMENT + timedelta(days=60)
    session = CourseSession(
        reference="BENCH-BOOK",
        course=course,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=3),
        mode=Mode.VIRTUAL,
        capacity=count,
        added_at=FIRST_MOMENT,
        published_at=FIRST_MOMENT,
    )
    db.session.add(session)
    db.session.flush()
    return session.reference, people


def booked(reference: str) -> tuple[int, int]:
    """How many places of a session are confirmed, and how many letters say so."""
    session = select(CourseSession.id).where(CourseSession.reference == reference).scalar_subquery()
    places = select(func.count()).where(Booking.session_id == session, Booking.status == BookingStatus.BOOKED)
    people = select(Booking.person_id).where(Booking.session_id == session)
    letters = select(func.count()).where(Letter.key == "booking-booked", Letter.person_id.in_(people))
    return db.session.scalar(places) or 0, db.session.scalar(letters) or 0


def add_reader() -> int:
    """Somebody of the L&D group, who may read threads: the person's id."""
    [reader] = _people("reads", 1)
    db.session.add(PersonRole(person_id=reader, role=Role.LD_GROUP))
    return reader


class Answers:
    """Makes whole submissions of made-up people, from a fixed seed, until there are enough."""

    def __init__(self, document: Any, course: Course, question_set_id: int) -> None:
        self.random = random.Random(20241008)
        self.asked = {
            wave: [one for page in questions.pages(document, wave, course.code) for one in page.questions]
            for wave in ANSWER
        }
        self.common = {"course_id": course.id, "question_set_id": question_set_id}
        self.responses: list[dict[str, Any]] = []
        self.answers: list[dict[str, Any]] = []

    def submit(self, *, person: int, session_id: int, sector_id: int, wave: str, week: date) -> None:
        """One person's answers to one wave."""
        key = f"{person:08x}{wave:0<24}"[:32]
        self.responses.append(
            self.common
            | {
                "id": key,
                "session_id": session_id,
                "wave": wave,
                "pairing_code": f"{person:064x}",
                "sector_id": sector_id,
                "week": week,
            }
        )
        self.answers += [
            {"response_id": key, "question_key": question.key, "number": None, "choice": None, "text": None}
            | self._given(question, wave)
            for question in self.asked[wave]
        ]

    def _given(self, question: questions.Question, wave: str) -> dict[str, Any]:
        """A likely answer: a little higher after the course than before it."""
        if question.type == "quote":
            return {"text": self.random.choice(SENTENCES)}
        if question.type in questions.WORDS:
            return {"text": "Something short."}
        if question.type == "knowledge":
            return {"number": float(self.random.random() < 0.6), "choice": "a"}
        numbers = sorted(one.number for one in question.choices if one.number is not None)
        if question.type == "rating" and numbers:
            step = min(int(self.random.random() * len(numbers)) + (wave != "baseline"), len(numbers) - 1)
            return {"number": numbers[step]}
        return {"choice": self.random.choice(question.choices).code if question.choices else "yes"}


def replace_answers(*, answers: int = 0, submissions: int = 0) -> tuple[int, int]:
    """Put exactly so many answers (or whole submissions) in place of those there are, with sessions, people and invitations.

    Returns how many answers and submissions there are now. `answers` counts single answers to single questions.
    """
    for table in (Answer, Response):
        db.session.execute(delete(table))
    plan = db.session.scalars(select(EvaluationPlan)).one()
    made = Answers(plan.question_set.document, plan.course, plan.question_set_id)
    number = db.session.scalar(select(func.count()).select_from(CourseSession)) or 0
    while len(made.answers) < answers or len(made.responses) < submissions:
        _add_session(plan, made, number)
        number += 1
    if answers:
        del made.answers[answers:]
        kept = {one["response_id"] for one in made.answers}
        made.responses = [one for one in made.responses if one["id"] in kept]
    else:
        del made.responses[submissions:]
        kept = {one["id"] for one in made.responses}
        made.answers = [one for one in made.answers if one["response_id"] in kept]
    db.session.execute(insert(Response), made.responses)
    db.session.execute(insert(Answer), made.answers)
    count = select(func.count())
    return (
        db.session.scalar(count.select_from(Answer)) or 0,
        db.session.scalar(count.select_from(Response)) or 0,
    )


def replace_sessions(*, sessions: int, people: int) -> None:
    """Put so many held sessions with so many people together in place of the answers there are, each asked in every wave."""
    for table in (Answer, Response):
        db.session.execute(delete(table))
    plan = db.session.scalars(select(EvaluationPlan)).one()
    made = Answers(plan.question_set.document, plan.course, plan.question_set_id)
    for number in range(sessions):
        _add_session(plan, made, number, people // sessions)
    db.session.execute(insert(Response), made.responses)
    db.session.execute(insert(Answer), made.answers)


def _add_session(plan: EvaluationPlan, made: Answers, number: int, seats: int = SEAT) -> None:
    """One held session of so many people who came, who were asked, and most of whom answered."""
    starts_at = FIRST_MOMENT - timedelta(days=730 - number % 500)
    ends_at = starts_at + timedelta(hours=3)
    [session] = _add(
        CourseSession,
        [
            {
                "reference": f"BENCH-HELD-{number}",
                "course_id": plan.course_id,
                "starts_at": starts_at,
                "ends_at": ends_at,
                "mode": Mode.VIRTUAL,
                "capacity": seats,
                "added_at": starts_at - timedelta(weeks=8),
                "published_at": starts_at - timedelta(weeks=8),
            }
        ],
    )
    [date] = _add(SessionDate, [{"session_id": session, "starts_at": starts_at, "ends_at": ends_at}])
    people = _people(f"came.{number}", seats)
    works = _works(people)
    bookings = _add(
        Booking,
        [
            {
                "session_id": session,
                "person_id": person,
                "organisation_id": works[person],
                "status": BookingStatus.BOOKED,
                "asked_at": starts_at - timedelta(days=30),
                "booked_at": starts_at - timedelta(days=30),
            }
            for person in people
        ],
    )
    db.session.execute(
        insert(AttendanceMark),
        [{"booking_id": one, "date_id": date, "mark": Mark.ATTENDED, "marked_at": ends_at} for one in bookings],
    )
    db.session.execute(
        insert(Attendance),
        [{"booking_id": one, "mark": Mark.ATTENDED, "dates_came": 1, "marked_at": ends_at} for one in bookings],
    )
    rounds = _add(
        SurveyRound,
        [
            {
                "session_id": session,
                "question_set_id": plan.question_set_id,
                "wave": wave,
                "asks": {"baseline": Audience.BOOKED, "manager": Audience.MANAGER}.get(wave, Audience.CAME),
                "session_starts_at": starts_at,
                "session_ends_at": ends_at,
                "opens_at": ends_at,
                "closes_at": ends_at + timedelta(days=7),
                "stage": RoundStage.CLOSED,
            }
            for wave in ANSWER
        ],
    )
    db.session.execute(
        insert(Invitation),
        [
            {"round_id": one, "booking_id": booking, "token_hash": f"{one:032x}{booking:032x}"}
            for one in rounds
            for booking in bookings
        ],
    )
    sectors = dict(
        db.session.execute(
            select(Person.id, Organisation.sector_id).join(Person.organisation).where(Person.id.in_(people))
        ).all()
    )
    for person in people:
        for wave, share in ANSWER.items():
            if made.random.random() < share:
                made.submit(
                    person=person, session_id=session, sector_id=sectors[person], wave=wave, week=_monday(ends_at)
                )


def _monday(moment: datetime) -> date:
    return moment.date() - timedelta(days=moment.weekday())
