"""A course with three sessions of 24 people of two sectors, whose waves are over and whose answers are here."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
import yaml
from flask import Flask

from evaluation.surveys.models import Answer, Audience, EvaluationPlan, Invitation, Response, RoundStage, SurveyRound
from evaluation.surveys.operations import load_question_set
from lms.accounts.models import Person
from lms.bookings.models import Booking, BookingStatus
from lms.catalogue.models import CountedBy, Course, CourseKind, CourseSession, Mode
from lms.db import db
from lms.organisations.models import Organisation, Partnership, Sector
from tests.databases import ROOT

DOCUMENT = yaml.safe_load((ROOT / "content" / "question-sets.yaml").read_text(encoding="utf-8"))
ITEMS = ("neg_beh_toolkit", "neg_beh_day", "neg_beh_list", "neg_beh_parent", "neg_beh_challenge")
WAVES = {"baseline": (Audience.BOOKED, 0), "end": (Audience.CAME, 7), "m6": (Audience.CAME, 208)}
#: Everything is over.
LATER = datetime(2025, 6, 1, 9, tzinfo=UTC)


@dataclass
class Evaluated:
    """The course, and a way to add one more session with its waves."""

    course: Course
    add_session: Callable[..., CourseSession]


@pytest.fixture
def evaluated(app: Flask) -> Evaluated:
    db.session.add(
        Partnership(key="w", name="W", short_name="W", team_name="T", team_email="t@example.org.uk", team_phone="0")
    )
    agencies = [
        Organisation(name=f"Agency {n}", sector=Sector(key=f"sector-{n}", name=f"Sector {n}", position=n))
        for n in range(2)
    ]
    trainers = [
        Person(email=f"t{n}@example.org.uk", first_name="T", last_name=f"{n}", organisation=agencies[0]) for n in (1, 2)
    ]
    course = Course(code="NEG", title="Neglect", kind=CourseKind.SUBJECT, aim="", outcomes=[], audience="", modes=["virtual"],
                    counted_by=CountedBy.PEOPLE, tags=[])  # fmt: skip
    question_set = load_question_set(document=DOCUMENT)
    db.session.add_all([*agencies, *trainers, course])
    db.session.flush()
    db.session.add(
        EvaluationPlan(
            course_id=course.id, question_set_id=question_set.id, waves=[*WAVES], primary_scale="behaviour_neglect",
            deciding_wave="m6", decided_on=date(2024, 1, 1),
        )
    )  # fmt: skip
    rng = random.Random(7)

    def add_session(
        number: int, people: int = 24, answering: float = 1.0, waves: tuple[str, ...] = tuple(WAVES)
    ) -> CourseSession:
        starts = datetime(2024, 1 + number, 10, 9, tzinfo=UTC)
        session = CourseSession(
            reference=f"NEG-{number}", course=course, starts_at=starts, ends_at=starts + timedelta(hours=3), mode=Mode.VIRTUAL,
            capacity=40, added_at=starts - timedelta(days=60), published_at=starts, trainers=[trainers[number % 2]],
        )  # fmt: skip
        those = [
            Person(
                email=f"p{number}-{n}@example.org.uk", first_name="P", last_name=f"{n}", organisation=agencies[n % 2]
            )
            for n in range(people)
        ]
        bookings = [
            Booking(
                session=session, status=BookingStatus.BOOKED, asked_at=starts, held_at=starts, booked_at=starts, person=person,
            )
            for person in those
        ]  # fmt: skip
        db.session.add_all(bookings)
        db.session.flush()
        for wave in waves:
            asks, days = WAVES[wave]
            wave_round = SurveyRound(
                session=session, question_set=question_set, wave=wave, asks=asks, session_starts_at=starts,
                session_ends_at=session.ends_at, opens_at=starts, closes_at=starts + timedelta(days=days),
                stage=RoundStage.CLOSED,
            )  # fmt: skip
            db.session.add(wave_round)
            db.session.flush()
            for n, booking in enumerate(bookings):
                db.session.add(
                    Invitation(round_id=wave_round.id, booking_id=booking.id,
                               token_hash=f"{number}{wave}{n}")
                )  # fmt: skip
                if n >= answering * people:
                    continue
                response = Response(
                    course_id=course.id, session_id=session.id, question_set_id=question_set.id, wave=wave,
                    pairing_code=f"{number}-{n}", sector_id=agencies[n % 2].sector_id, week=date(2024, 1, 1),
                )  # fmt: skip
                ratings = [(key, rng.choice((0, 1, 1, 2)) + (wave == "m6")) for key in ITEMS] if wave != "end" else []
                response.answers = [Answer(question_key=key, number=float(value)) for key, value in ratings]
                if wave == "end":
                    response.answers = [
                        Answer(question_key=key, number=float(rng.randint(2, 4)))
                        for key in ("rea_use", *(f"neg_conf_{one}" for one in ("spot", "child", "parent", "toolkit")))
                    ] + [Answer(question_key=f"then_neg_conf_{one}", number=float(rng.randint(0, 2)))
                         for one in ("spot", "child", "parent", "toolkit")]  # fmt: skip
                db.session.add(response)
        db.session.flush()
        return session

    for number in range(3):
        add_session(number)
    db.session.commit()
    return Evaluated(course, add_session)
