"""Two leads name people for the same places at the same moment, while others ask for what is free."""

import multiprocessing
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from lms.app import create_app
from lms.bookings.models import Booking, BookingOrigin, BookingStatus, Reservation
from lms.db import db
from lms.roles import Role
from lms.teams.operations import book_team
from tests.factories import course_session, organisation, person
from tests.lms.bookings import steps
from tests.lms.teams import naming

PROCESSES, THREADS = 2, 3
KEPT, FREE, COLLEAGUES, OTHERS = 4, 2, 8, 6


def _race(
    url: str, settings: dict[str, Any], *, guarded: bool
) -> tuple[Counter[int | str], list[int], int, int, list[str]]:
    """The answers; whom of the colleagues there are confirmed bookings of; confirmed in all; kept places left; what is wrong."""
    settings = settings | {"SQLALCHEMY_DATABASE_URI": url, "WTF_CSRF_ENABLED": False}
    app = create_app(**settings)
    with app.app_context():
        now = datetime.now(UTC)
        agency, elsewhere = organisation("Early Help"), organisation()
        leads = [person("Lead", str(n), Role.TRAINING_LEAD, organisation=agency) for n in range(2)]
        session = course_session(capacity=KEPT + FREE, starts_at=now + timedelta(days=40))
        kept = book_team(session=session, people=[], unnamed=KEPT, by=leads[0], now=now).reservation
        assert kept
        page = f"/agency/places/{kept.reference}"
        sends: list[naming.Send] = []
        for number in range(COLLEAGUES):
            one = person("Sam", str(number), organisation=agency)
            sends += [(lead.id, page, {"people": [one.id]}) for lead in leads]
        for _ in range(OTHERS):
            sends.append((person("Other", organisation=elsewhere).id, f"/sessions/{session.reference}/book", {}))
        agency_id, session_id = agency.id, session.id
        db.session.commit()
        db.engine.dispose()

    context = multiprocessing.get_context("spawn")
    start, answers, looked = context.Barrier(PROCESSES), context.Queue(), context.Value("i", 0)
    shared = (start, answers, looked, PROCESSES * THREADS)
    processes = [
        context.Process(target=naming.send_all, args=(settings, sends[n::PROCESSES], THREADS, guarded, *shared))
        for n in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    answered = Counter(answers.get(timeout=180) for _ in sends)
    for process in processes:
        process.join(60)

    with app.app_context():
        booked = db.session.scalars(
            select(Booking).where(
                Booking.session_id == session_id,
                Booking.status == BookingStatus.BOOKED,
                Booking.origin == BookingOrigin.BOOKED,
            )
        ).all()
        named = [one.person_id for one in booked if one.organisation_id == agency_id]
        left = db.session.scalars(select(Reservation.places)).one()
        wrong = steps.problems()
        db.session.remove()
        db.engine.dispose()
    return answered, named, len(booked), left, wrong


def test_each_kept_place_has_one_name_and_nobody_an_error(
    fresh_database: Callable[[], str], settings: dict[str, Any]
) -> None:
    answered, named, confirmed, left, wrong = _race(fresh_database(), settings, guarded=True)
    assert set(answered) <= {303, 422}
    assert (len(named), len(set(named)), left) == (KEPT, KEPT, 0)
    assert confirmed == KEPT + FREE
    assert wrong == []


def test_without_the_lock_places_are_named_that_are_not_there(
    fresh_database: Callable[[], str], settings: dict[str, Any]
) -> None:
    answered, named, _confirmed, _left, wrong = _race(fresh_database(), settings, guarded=False)
    assert len(named) > KEPT or wrong or set(answered) - {303, 422}
