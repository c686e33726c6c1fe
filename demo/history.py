"""The months of the neglect course, lived through as they happened: bookings, registers, letters and answers.

Nothing of the thread is loaded as a result. People book, trainers mark, `jobs.run_due` asks, and made-up people answer through
the same door as everybody: each step at its own moment, in order of time.
"""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from demo.loading import MARKS, Loaded, at, load_sessions, question_document
from demo.neglect_records import LatentProfile, NeglectRecords
from demo.people import seeded
from demo.records import AttendanceRecord, SessionRecord
from demo.simulated_answers import simulate_answers
from evaluation.surveys import answers as surveys
from evaluation.surveys import tokens
from evaluation.surveys.models import Invitation, SurveyRound
from lms import jobs
from lms.accounts.models import Person
from lms.attendance import operations as registers
from lms.attendance.rules import MarkGiven
from lms.bookings import operations as places
from lms.bookings.models import Booking, BookingStatus
from lms.catalogue.models import CourseSession
from lms.db import db, writing

SEED = 20230207
Step = tuple[datetime, Callable[[], None]]


def live_through(loaded: Loaded, neglect: NeglectRecords, *, until: datetime) -> None:
    """Live through the six sessions and their surveys, and let the clock run until `until`."""
    with writing():
        load_sessions(loaded, neglect.sessions, imported=False)
    steps: list[Step] = []
    for session in neglect.sessions:
        room = [one for one in neglect.attendances if one.session == session.ref]
        steps += _room(loaded, session, room)
    answered: list[str] = []
    for profile in neglect.profiles:
        steps += _answering(loaded, profile, answered)
    for moment, act in sorted(steps, key=lambda step: step[0]):
        jobs.run_due(moment)
        with writing():
            act()
        while answered:
            with writing():
                surveys.mark_answered(invitation_id=answered.pop())
    jobs.run_due(until)


def _room(loaded: Loaded, session: SessionRecord, room: list[AttendanceRecord]) -> Iterator[Step]:
    """One session: people book, some cancel late, and half an hour after the end the trainer finishes the register."""
    reference, trainer = loaded.sessions[session.ref].id, loaded.people[session.trainers[0]].id
    for number, one in enumerate(one for one in room if not one.walk_in):
        person = loaded.people[one.person].id
        moment = at(one.booked_on) + timedelta(minutes=number)
        yield moment, _book(reference, person, moment)
        if one.state == "cancelled_late":
            late = at(session.day) - timedelta(days=1)
            yield late, _cancel(reference, person, late)
    over = at(session.day, session.ends) + timedelta(minutes=30)
    yield over, _mark(loaded, reference, trainer, session, room, over)


def _book(session_id: int, person_id: int, now: datetime) -> Callable[[], None]:
    def act() -> None:
        places.book_place(session=_session(session_id), person=_person(person_id), now=now)

    return act


def _cancel(session_id: int, person_id: int, now: datetime) -> Callable[[], None]:
    def act() -> None:
        places.cancel_booking(booking=_booking(session_id, person_id), by=_person(person_id), now=now)

    return act


def _mark(
    loaded: Loaded, session_id: int, trainer_id: int, record: SessionRecord, room: list[AttendanceRecord], now: datetime
) -> Callable[[], None]:
    people = {one.person: loaded.people[one.person].id for one in room}

    def act() -> None:
        (date,), trainer = _session(session_id).dates, _person(trainer_id)
        given = []
        for one in room:
            if one.walk_in:
                person = _person(people[one.person])
                registers.add_walk_in(
                    date,
                    first_name=person.first_name,
                    last_name=person.last_name,
                    email=person.email or "",
                    organisation_id=person.organisation_id,
                    by=trainer,
                    now=now,
                )
            elif one.state in MARKS:
                left_at = at(record.day, one.left_at) if one.left_at else None
                given.append(MarkGiven(_booking(session_id, people[one.person]).id, MARKS[one.state], left_at))
        registers.record_marks(date, given=given, by=trainer, now=now)
        registers.finish(date, by=trainer, now=now)

    return act


def _answering(loaded: Loaded, profile: LatentProfile, answered: list[str]) -> Iterator[Step]:
    """One person (and, where they do, their manager) answers in the waves they answer, some days after being asked."""
    rng = seeded(SEED, f"{profile.person}/{profile.session}")
    session = loaded.sessions[profile.session]
    person_id = loaded.people[profile.person].id
    follow_up = session.ends_at.replace(hour=12, minute=0)
    asked = {
        "baseline": session.starts_at - timedelta(days=4),
        "end": session.ends_at + timedelta(hours=2),
        "m3": follow_up + timedelta(days=91),
        "m6": follow_up + timedelta(days=181),
    }
    for wave, first in asked.items():
        if wave in profile.answers:
            days = 3 if wave in ("baseline", "end") else 24
            moment = first + timedelta(minutes=rng.randrange(days * 24 * 60))
            yield moment, _answer(session.id, person_id, wave, profile, rng, moment, answered)
    if profile.manager_answers:
        moment = asked["m3"] + timedelta(minutes=rng.randrange(24 * 24 * 60))
        yield moment, _answer(session.id, person_id, "manager", profile, rng, moment, answered)


def _answer(
    session_id: int,
    person_id: int,
    wave: str,
    profile: LatentProfile,
    rng: random.Random,
    now: datetime,
    answered: list[str],
) -> Callable[[], None]:
    def act() -> None:
        invitation = db.session.scalars(
            select(Invitation)
            .join(SurveyRound, SurveyRound.id == Invitation.round_id)
            .join(Booking, Booking.id == Invitation.booking_id)
            .where(
                SurveyRound.session_id == session_id,
                SurveyRound.wave == wave,
                Booking.person_id == person_id,
                SurveyRound.closes_at > now,
            )
        ).one_or_none()
        if invitation is None:  # never asked: did not come, booked after the wave closed, or named no manager
            return
        given = simulate_answers(profile, wave, question_document(), rng)
        surveys.submit(
            invitation=invitation,
            token=tokens.token_of(invitation.id),
            answers={
                key: [str(one) for one in said] if isinstance(said, list) else str(said) for key, said in given.items()
            },
            now=now,
        )
        # As for everybody, who answered is noted in a transaction that holds no answer: the next one.
        answered.append(invitation.id)

    return act


def _session(session_id: int) -> CourseSession:
    return db.session.get_one(CourseSession, session_id)


def _person(person_id: int) -> Person:
    return db.session.get_one(Person, person_id)


def _booking(session_id: int, person_id: int) -> Booking:
    return db.session.scalars(
        select(Booking).where(
            Booking.session_id == session_id,
            Booking.person_id == person_id,
            Booking.status == BookingStatus.BOOKED,
        )
    ).one()
