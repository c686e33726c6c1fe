"""An attacker tries to say whose answers are whose, with the whole database in hand: every row, its place in the file, ids,
marks, letters; and everything else that is known of people: session, sector, manager, when they booked, whether they came.
Only the secret is missing.

For each submission the attacker names one person. Chance is one of those the sector told of it leaves, which are at least five.
Attackers may do two things: put submissions and people each in some order and match them, or rule people out.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from evaluation.surveys import answers, rules, tokens
from evaluation.surveys.models import Invitation, RoundStage, SurveyRound
from evaluation.surveys.questions import Answers
from lms import jobs
from lms.accounts.models import Person
from lms.attendance.models import CAME, Attendance, AttendanceMark, Mark
from lms.bookings.models import Booking, BookingOrigin, BookingStatus
from lms.catalogue.models import Course, CourseSession, Mode
from lms.dates import from_london
from lms.db import db, writing
from lms.organisations.models import Organisation
from tests.evaluation.surveys.conftest import RATED, _made

SESSIONS, FEWER = 16, 8
#: How many of a session work in which sector: the third is too small to be told.
SECTORS = (6, 5, 3)
PEOPLE = sum(SECTORS)
FIRST = from_london(date(2025, 1, 6), 9, 30)


@dataclass(frozen=True)
class Guess:
    """How often an attack was right, of how many submissions, and how often chance would have been."""

    right: float
    chance: float
    tries: int

    @property
    def gain(self) -> float:
        """How much better than chance, as a share of 1."""
        return (self.right - self.chance) / self.tries if self.tries else 0.0


class SeededShuffle:
    """The shuffle of the product from a fixed seed, so that the test says the same each time."""

    chance = random.Random(5)

    def shuffle(self, batch: list[object]) -> None:
        self.chance.shuffle(batch)


class NoShuffle:
    """Leaves the batch as it came."""

    def shuffle(self, batch: list[object]) -> None:
        """Nothing."""


def many_sessions(sessions: int) -> None:
    """Sessions of a course, each with 14 people of three sectors who booked on 14 different days."""
    _made()
    with writing():
        course = db.session.scalars(select(Course)).one()
        homes = list(db.session.scalars(select(Organisation).order_by(Organisation.id)))
        places = [home for home, many in zip(homes, SECTORS, strict=True) for _ in range(many)]
        chance = random.Random(24)
        for number in range(sessions):
            starts = FIRST + timedelta(days=number % 5)
            session = CourseSession(
                reference=f"NEG-A-{number:02}",
                course=course,
                starts_at=starts,
                ends_at=starts + timedelta(hours=3),
                mode=Mode.VIRTUAL,
                capacity=20,
                added_at=FIRST - timedelta(days=80),
                published_at=FIRST - timedelta(days=80),
            )
            db.session.add(session)
            order = list(range(PEOPLE))
            chance.shuffle(order)
            for place, day in enumerate(order):
                person = Person(
                    email=f"p{number}.{place}@example.org.uk",
                    first_name=f"Person{number}",
                    last_name=f"Madeup{place}",
                    organisation=places[place],
                    manager_name="Manager Madeup",
                    manager_email=f"m{number}.{place}@example.org.uk",
                )
                at = FIRST - timedelta(days=40 - 2 * day)
                db.session.add(
                    Booking(
                        session=session,
                        person=person,
                        status=BookingStatus.BOOKED,
                        origin=BookingOrigin.IMPORTED,
                        asked_at=at,
                        held_at=at,
                        booked_at=at,
                    )
                )


def live(moment: datetime, willing: float, chance: random.Random, decided: set[str]) -> None:
    """Everybody who can answer now does, or never will; in the order in which they were asked, as people do."""
    asked = db.session.execute(
        select(Invitation.id, SurveyRound.wave)
        .join(SurveyRound, SurveyRound.id == Invitation.round_id)
        .join(Booking, Booking.id == Invitation.booking_id)
        .where(SurveyRound.stage.not_in((RoundStage.CLOSED, RoundStage.PLANNED)), SurveyRound.closes_at > moment)
        .order_by(Booking.booked_at, Booking.id)
    ).all()
    for invitation_id, wave in asked:
        if invitation_id in decided:
            continue
        decided.add(invitation_id)
        if chance.random() >= willing:
            continue
        with writing():
            invitation = db.session.get_one(Invitation, invitation_id)
            token = tokens.token_of(invitation_id)
            answers.submit(invitation=invitation, token=token, answers=RATED[wave], now=moment)
        with writing():
            answers.mark_answered(invitation_id=invitation_id)


def a_year(sessions: int = FEWER, willing: float = 0.75) -> Iterator[None]:
    """The year of these sessions; stops wherever the attacker may look."""
    many_sessions(sessions)
    counted()
    chance, decided = random.Random(7), set[str]()
    for day in range(42, 0, -2):
        moment = FIRST - timedelta(days=day)
        jobs.run_due(moment)
        live(moment + timedelta(hours=1), willing, chance, decided)
        jobs.run_due(moment + timedelta(hours=3))
    yield
    counted()
    after = FIRST + timedelta(days=5)
    jobs.run_due(after)
    with writing():
        for number, booking in enumerate(db.session.scalars(select(Booking).order_by(Booking.id)).all()):
            mark = Mark.NO_SHOW if number % PEOPLE == 13 else Mark.ATTENDED
            db.session.add(AttendanceMark(booking_id=booking.id, mark=mark, marked_at=booking.session.ends_at))
    for days in (0, 4, 30, 92, 97, 130, 181, 186, 260):
        moment = after + timedelta(days=days)
        jobs.run_due(moment)
        live(moment, willing, chance, decided)
        jobs.run_due(moment + timedelta(hours=3))
        yield


def counted() -> None:
    """PostgreSQL counts its rows by itself when a transaction has ended, which in a test it never has: it is asked to."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("ANALYZE"))
        db.session.commit()


def attack() -> dict[str, Guess]:
    """Every way we know to say whose answers are whose, with what the database holds at this moment."""
    counted()
    place = "rowid" if db.engine.dialect.name == "sqlite" else "ctid"
    responses = db.session.execute(
        text(f"SELECT id, session_id, wave, pairing_code, sector_id FROM response ORDER BY {place}")
    ).all()
    invited = db.session.execute(
        select(
            Invitation.id,
            SurveyRound.session_id,
            SurveyRound.wave,
            SurveyRound.stage,
            Invitation.answered,
            Booking.id.label("booking"),
            Booking.person_id,
            Booking.booked_at,
            Organisation.sector_id,
        )
        .join(SurveyRound, SurveyRound.id == Invitation.round_id)
        .join(Booking, Booking.id == Invitation.booking_id)
        .join(Organisation, Organisation.id == Booking.organisation_id)
        .order_by(Booking.booked_at, Booking.id)
    ).all()
    owner = {tokens.pairing_code(row.session_id, row.person_id): row.booking for row in invited}
    asked = defaultdict(list)
    for row in invited:
        asked[row.session_id, row.wave].append(row)
    groups = defaultdict(list)
    for row in responses:
        groups[row.session_id, row.wave].append(row)

    came = set(db.session.scalars(select(Attendance.booking_id).where(Attendance.mark.in_(CAME))))
    later = {(row.session_id, row.pairing_code) for row in responses if row.wave != "baseline"}
    found: dict[str, Guess] = {}

    def add(name: str, right: float, chance: float, tries: int) -> None:
        so_far = found.get(name, Guess(0, 0, 0))
        found[name] = Guess(so_far.right + right, so_far.chance + chance, so_far.tries + tries)

    orders: dict[str, Callable[[object], object]] = {
        "by place in the file": lambda row: 0,
        "by id": lambda row: row.id,  # type: ignore[attr-defined]
        "by code": lambda row: row.pairing_code,  # type: ignore[attr-defined]
    }
    for key, rows in groups.items():
        people = asked[key]
        named = told_by_the_rule(people)
        for name, order in orders.items():
            for sector in {row.sector_id for row in rows}:
                here = sorted((row for row in rows if row.sector_id == sector), key=order)
                fitting = [one for one in people if (one.sector_id if one.sector_id in named else None) == sector]
                fitting = fitting or people
                # Who answers is known from nothing; the attacker spreads the rows over those asked, in their order.
                guessed = [fitting[place * len(fitting) // len(here)] for place in range(len(here))]
                hits = sum(owner.get(row.pairing_code) == one.booking for row, one in zip(here, guessed, strict=True))
                add(name, hits, len(here) / len(fitting), len(here))
        for row in rows:
            told = row.sector_id if row.sector_id in named else None
            fair = [one for one in people if (one.sector_id if one.sector_id in named else None) == told] or people
            left = [one for one in people if row.sector_id is None or one.sector_id == row.sector_id]
            if row.sector_id is None:
                left = [one for one in left if one.sector_id not in named]
            marked = [one for one in left if one.answered and one.stage is not RoundStage.CLOSED]
            left = marked or left
            if row.wave == "baseline" and came:
                stayed = (row.session_id, row.pairing_code) in later
                left = [one for one in left if not stayed or one.booking in came] or left
            add("by ruling out", 1 / len(left), 1 / len(fair), 1)
    return found


def told_by_the_rule(people: list[object]) -> frozenset[int]:
    """Sectors of five or more, where the others are nobody or five or more: written down here once more, on purpose."""
    counts: dict[int, int] = defaultdict(int)
    for one in people:
        counts[one.sector_id] += 1  # type: ignore[attr-defined]
    named = sorted((many, sector) for sector, many in counts.items() if many >= 5)
    while named and 0 < sum(counts.values()) - sum(many for many, _ in named) < 5:
        named.pop(0)
    return frozenset(sector for _, sector in named)


@pytest.fixture
def mixed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers.secrets, "SystemRandom", SeededShuffle)


def pooled(found: dict[str, Guess]) -> Guess:
    return Guess(
        sum(one.right for one in found.values()),
        sum(one.chance for one in found.values()),
        sum(one.tries for one in found.values()),
    )


def test_nobody_can_say_whose_answers_are_whose(app: Flask, mixed: None) -> None:
    found: dict[str, Guess] = {}
    for _ in a_year(SESSIONS):
        found = attack()
        for name, one in found.items():
            # The orders are guesses: on the way, with few answers, four standard errors of luck are left to them.
            assert one.right - one.chance <= max(0.02 * one.tries, 4 * one.chance**0.5), (name, one)
    together = pooled(found)
    assert together.tries > 3_000
    assert together.gain <= 0.02, found
    assert found["by ruling out"].gain <= 0.02


def test_without_holding_answers_back_the_same_attacker_can(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each submission is written as it comes, as it would be if nothing were held back."""
    hold = answers.submit

    def at_once(*, invitation: Invitation, token: str, answers: Answers, now: datetime) -> None:
        hold(invitation=invitation, token=token, answers=answers, now=now)
        move_on(invitation.round, now)

    move_on = answers._move_on
    monkeypatch.setattr(answers, "submit", at_once)
    best = 0.0
    for look, _ in enumerate(a_year()):
        found = attack()
        best = max(best, *(one.gain for one in found.values()), 0.0)
        if look == 2:
            break
    assert found["by place in the file"].gain > 0.05
    assert best > 0.1


def test_without_the_rule_for_small_sectors_the_same_attacker_can(
    app: Flask, mixed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "named_sectors", lambda asked: frozenset(asked))
    for look, _ in enumerate(a_year()):
        if look == 3:
            break
    assert attack()["by ruling out"].gain > 0.05
