"""The last seat: 200 people ask for 20 places at the same moment, from several processes."""

import multiprocessing
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from lms.app import create_app
from lms.bookings import checks, queries
from lms.bookings.models import Booking, BookingStatus
from lms.db import db
from tests import race
from tests.factories import course_session, organisation, person

PLACES, PROCESSES, THREADS = 20, 4, 4
REFERENCE = "RACE-2027-01"


def _everybody_asks(
    url: str, settings: dict[str, Any], attempts: int, *, guarded: bool
) -> tuple[Counter[int | str], Counter[BookingStatus], list[str]]:
    """Answers of the pages, statuses of the bookings, and what `lms verify` finds, after everybody has asked."""
    settings = settings | {"SQLALCHEMY_DATABASE_URI": url, "WTF_CSRF_ENABLED": False}
    app = create_app(**settings)
    with app.app_context():
        soon = datetime.now(UTC) + timedelta(days=30)
        course_session(reference=REFERENCE, capacity=PLACES, starts_at=soon)
        agency = organisation()
        people = [person(f"P{number}", organisation=agency).id for number in range(attempts)]
        db.session.commit()
        db.engine.dispose()

    context = multiprocessing.get_context("spawn")
    start, answers = context.Barrier(PROCESSES), context.Queue()
    processes = [
        context.Process(
            target=race.ask, args=(settings, REFERENCE, people[n::PROCESSES], THREADS, guarded, start, answers)
        )
        for n in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    answered = Counter(answers.get(timeout=180) for _ in people)
    for process in processes:
        process.join(60)

    with app.app_context():
        statuses = Counter(
            dict(db.session.execute(select(Booking.status, func.count()).group_by(Booking.status)).all())
        )
        waiting = db.session.scalars(
            select(Booking).where(Booking.status == BookingStatus.WAITING).order_by(Booking.asked_at, Booking.id)
        ).all()
        places = queries.positions(waiting)
        assert [places[booking.id] for booking in waiting] == list(range(1, len(waiting) + 1))
        problems = checks.letters() + checks.capacity() + checks.waiting_lists()
        db.session.remove()
        db.engine.dispose()
    return answered, statuses, problems


def test_twenty_of_two_hundred_get_a_place_and_nobody_an_error(
    fresh_database: Callable[[], str], settings: dict[str, Any]
) -> None:
    answered, statuses, problems = _everybody_asks(fresh_database(), settings, 200, guarded=True)
    assert answered == {303: 200}
    assert statuses == {BookingStatus.BOOKED: PLACES, BookingStatus.WAITING: 180}
    assert problems == []


def test_without_the_lock_the_same_race_gives_places_away_twice(
    fresh_database: Callable[[], str], settings: dict[str, Any]
) -> None:
    _answered, statuses, problems = _everybody_asks(fresh_database(), settings, 80, guarded=False)
    assert statuses[BookingStatus.BOOKED] > PLACES
    assert any("places taken of 20" in problem for problem in problems)
