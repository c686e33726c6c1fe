"""A year as a partnership has it (62 sessions, 872 delegates; fewer unless everything is tried), and the questions before, at the
end of, and 3 and 6 months after each, moved by nothing but the clock and the letters that arrive."""

import os
import random
import re
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from evaluation.results import queries as results
from evaluation.surveys import answers, operations, queries
from evaluation.surveys.models import HeldAnswers, Invitation, Response, SurveyRound
from lms import jobs, verify
from lms.accounts.models import Person
from lms.attendance.models import AttendanceMark, Mark
from lms.bookings.models import Booking, BookingOrigin, BookingStatus
from lms.catalogue.models import CourseSession, Mode, SessionDate
from lms.dates import from_london
from lms.db import db, writing
from lms.letters.models import Letter, LetterState
from tests import factories
from tests.evaluation.surveys.conftest import DOCUMENT
from tests.evaluation.surveys.test_linking import counted
from tests.lms.letters.conftest import MailServer

#: Sessions and delegates: in full where everything is tried, and otherwise enough to be told.
YEAR = (62, 872) if os.environ.get("ASSURE") else (16, 225)
FIRST = from_london(date(2024, 9, 2), 9, 30)
WAVES = ("baseline", "end", "m3", "m6")
#: How many of those asked answer, and the core questions as they answer them (before, and later).
WILLING = {"baseline": 0.8, "end": 0.7, "m3": 0.5, "m6": 0.4}
LINK = re.compile(r"/s/([\w-]{40,})")
ITEMS = ("conf_notice", "conf_child", "conf_parent", "conf_record", "conf_share", "conf_level", "conf_disagree")


def a_partnership(many: int, delegates: int) -> None:
    """A course, its sessions five days apart, and people of 13 sectors with a place in one of them."""
    chance = random.Random(872)
    with writing():
        factories.partnership()
        course = factories.course("WTR", title="Working together to safeguard children", modes=["virtual"])
        homes = [factories.organisation() for _ in range(13)]
        db.session.flush()
        added = FIRST - timedelta(days=60)
        sessions = [
            CourseSession(
                reference=f"WTR-{number:02}",
                course=course,
                starts_at=FIRST + timedelta(days=5 * number),
                ends_at=FIRST + timedelta(days=5 * number, hours=3),
                mode=Mode.VIRTUAL,
                capacity=20,
                added_at=added,
                published_at=added,
            )
            for number in range(many)
        ]
        db.session.add_all(sessions)
        db.session.flush()
        for session in sessions:
            if not session.dates:
                db.session.add(SessionDate(session_id=session.id, starts_at=session.starts_at, ends_at=session.ends_at))
        people = list(
            db.session.scalars(
                insert(Person).returning(Person.id, sort_by_parameter_order=True),
                [
                    {
                        "email": f"person{number}@example.org.uk",
                        "first_name": f"Person{number}",
                        "last_name": "Madeup",
                        "organisation_id": chance.choice(homes[:4] * 3 + homes).id,
                        "made_up": True,
                    }
                    for number in range(delegates)
                ],
            )
        )
        works = dict(db.session.execute(select(Person.id, Person.organisation_id)).all())
        rows = []
        for number, person in enumerate(people):
            session = sessions[number % many]
            at = session.starts_at - timedelta(days=chance.randint(10, 40))
            rows.append(
                {
                    "session_id": session.id,
                    "person_id": person,
                    "organisation_id": works[person],
                    "status": BookingStatus.BOOKED,
                    "origin": BookingOrigin.IMPORTED,
                    "asked_at": at,
                    "held_at": at,
                    "booked_at": at,
                }
            )
        db.session.execute(insert(Booking), rows)
        operations.set_evaluation_plan(
            course=course,
            question_set=operations.load_question_set(document=DOCUMENT),
            waves=WAVES,
            primary_scale="confidence_core",
            actor=None,
            now=added,
        )


def mark_those_who_came(moment: datetime, chance: random.Random) -> None:
    """Nine in ten of every session that has ended and has no register yet."""
    marked = select(AttendanceMark.booking_id)
    with writing():
        for booking in db.session.scalars(
            select(Booking)
            .join(CourseSession)
            .where(CourseSession.ends_at <= moment, Booking.id.not_in(marked))
            .order_by(Booking.id)
        ):
            mark = Mark.ATTENDED if chance.random() < 0.9 else Mark.NO_SHOW
            db.session.add(AttendanceMark(booking_id=booking.id, mark=mark, marked_at=booking.session.ends_at))


def answer_what_came(
    moment: datetime, mail: MailServer, chance: random.Random, decided: set[str]
) -> list[tuple[str, int]]:
    """Everybody who got a link makes up their mind once: to answer, or not at all. The letter is all they know of it.

    Returns the wave and the booking of each answer.
    """
    found = []
    for letter in mail.got:
        link = LINK.search(letter.get_body(("plain",)).get_content())
        if not link or link[1] in decided:
            continue
        decided.add(link[1])
        invitation = queries.invitation_of(link[1])
        wave = invitation.round.wave
        if chance.random() >= WILLING[wave]:
            continue
        better = 0 if wave == "baseline" else 1
        given = {key: str(min(4, chance.choice((1, 2, 2, 3)) + better)) for key in ITEMS}
        if wave == "end":
            given["rea_use"] = "3"
        with writing():
            answers.submit(invitation=invitation, token=link[1], answers=given, now=moment)
        with writing():
            answers.mark_answered(invitation_id=invitation.id)
        found.append((wave, invitation.booking_id))
    mail.got.clear()
    return found


def test_a_year_of_sessions_is_asked_reminded_answered_and_reported_by_the_clock(
    app: Flask, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SMTP_URL", mail.url)
    chance = random.Random(62)
    # PostgreSQL takes the same steps with few of the people: it is slower, and finds nothing else.
    sessions, delegates = YEAR if db.engine.dialect.name == "sqlite" else (4, 56)
    a_partnership(sessions, delegates)
    decided: set[str] = set()
    answered: list[tuple[str, int]] = []
    moment, last = FIRST - timedelta(days=42), FIRST + timedelta(days=5 * sessions + 260)
    while moment < last:
        moment += timedelta(days=6)
        counted()
        mark_those_who_came(moment, chance)
        jobs.run_due(moment)
        answered += answer_what_came(moment, mail, chance, decided)
    jobs.run_due(last)
    assert jobs.run_due(last) == {}

    came = db.session.scalar(select(func.count()).where(AttendanceMark.mark == Mark.ATTENDED)) or 0
    rows = db.session.execute(select(SurveyRound.wave, func.count()).join(Invitation).group_by(SurveyRound.wave))
    asked = dict(rows.all())
    assert asked == {"baseline": delegates, "end": came, "m3": came, "m6": came}
    # Each of them had one letter that asked, and every link that was sent is a letter that arrived.
    letters = Counter(db.session.scalars(select(Letter.key).where(Letter.state == LetterState.SENT)))
    assert {wave: letters[f"survey-{wave}-invitation"] for wave in WAVES} == asked
    assert len(decided) == sum(asked.values())
    here = dict(db.session.execute(select(Response.wave, func.count()).group_by(Response.wave)).all())
    # Answers from before a session to which somebody then did not come are deleted.
    there = set(db.session.scalars(select(AttendanceMark.booking_id).where(AttendanceMark.mark == Mark.ATTENDED)))
    assert here == Counter(wave for wave, booking in answered if booking in there)
    assert len(answered) > sum(here.values())
    assert db.session.scalar(select(func.count()).select_from(HeldAnswers)) == 0
    assert verify.problems() == []
    # And reported as waves ended. Fewer than ten new answers of a wave are not added: they could be told apart.
    report = results.results("WTR")
    assert report is not None
    if sessions > 10:
        told = {one.wave: one.answered.numerator for one in report.response if one.answered}
        assert all(0 <= here[wave] - told[wave] < 10 for wave in WAVES)
        assert report.verdict is not None
        assert report.verdict.word == "better"
