"""Races: many people want the same places at the same moment, from several processes, and officers change how many there are."""

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from lms import verify
from lms.activity.models import Activity
from lms.app import create_app
from lms.approvals import links
from lms.bookings import operations, queries
from lms.bookings.models import Booking, BookingStatus
from lms.catalogue.models import CourseSession
from lms.db import db, writing
from lms.letters.models import Letter
from tests import race
from tests.factories import course, course_session, hold, organisation, person

PLACES, PROCESSES, THREADS = 20, 4, 4
REFERENCE = "RACE-2027-01"
BOOK = f"/sessions/{REFERENCE}/book"
SOON = timedelta(days=30)


@dataclass(frozen=True)
class Outcome:
    """What is there when everybody has been answered."""

    #: How often which answer came: the status of a page, or what went wrong.
    answers: Counter[int | str]
    statuses: Counter[str]
    #: Booked people by sector.
    booked: Counter[str]
    #: What `lms verify` finds.
    problems: list[str]
    #: Confirmations while every place was taken, found without the product\'s own check.
    over: list[str]
    waiting: Sequence[int]


@contextmanager
def _prepared(url: str, settings: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The settings of this race; inside the block the database is open in one transaction that is kept."""
    settings = settings | {"SQLALCHEMY_DATABASE_URI": url, "WTF_CSRF_ENABLED": False}
    app = create_app(**settings)
    with app.app_context():
        with writing():
            yield settings
        db.engine.dispose()


def _session(capacity: int = PLACES, **details: Any) -> CourseSession:
    return course_session(reference=REFERENCE, capacity=capacity, starts_at=datetime.now(UTC) + SOON, **details)


def _run(settings: dict[str, Any], steps: Sequence[race.Step], *, guarded: bool = True) -> Outcome:
    """Take all these steps at once, and look at what came of them."""
    context = multiprocessing.get_context("spawn")
    start, answers = context.Barrier(PROCESSES), context.Queue()
    answered, looked = context.Value("i", 0), context.Value("i", 0)
    processes = [
        context.Process(
            target=race.run, args=(settings, steps[n::PROCESSES], THREADS, guarded, start, answers, answered, looked)
        )
        for n in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    came = Counter(answers.get(timeout=180) for _ in steps)
    for process in processes:
        process.join(60)
    with create_app(**settings).app_context():
        outcome = _outcome(came)
        db.session.remove()
        db.engine.dispose()
    return outcome


def _outcome(came: Counter[int | str]) -> Outcome:
    bookings = db.session.scalars(select(Booking).order_by(Booking.id)).all()
    waiting = [one for one in bookings if one.status is BookingStatus.WAITING]
    numbers = queries.positions(waiting)
    return Outcome(
        answers=came,
        statuses=Counter(one.status.value for one in bookings),
        booked=Counter(one.organisation.sector.name for one in bookings if one.status is BookingStatus.BOOKED),
        # Of several processes none sends letters here, and so no mail server is set.
        problems=[one for one in verify.problems() if not one.startswith("letters: ")],
        over=_over(),
        waiting=[numbers[one.id] for one in sorted(waiting, key=lambda one: (one.asked_at, one.id))],
    )


def _over() -> list[str]:
    """Everything that was done, line by line: who was confirmed while as many were confirmed as there were places."""
    capacity, confirmed, found = PLACES, set[str](), []
    for line in db.session.scalars(select(Activity).order_by(Activity.id)):
        if line.verb == "session:capacity_changed":
            capacity = line.details["after"]
        elif line.details.get("status") != "booked":
            confirmed.discard(line.subject)
        elif line.subject not in confirmed:
            if len(confirmed) >= capacity:
                found.append(f"{line.subject} at {len(confirmed)} of {capacity}")
            confirmed.add(line.subject)
    return found


def _numbers_in_letters(settings: dict[str, Any]) -> list[int]:
    """The numbers on the list that were written to people, lowest first."""
    with create_app(**settings).app_context():
        written = db.session.scalars(select(Letter.body).where(Letter.key == "booking-waiting")).all()
        db.session.remove()
        db.engine.dispose()
    return sorted(int(body.split("You are number ")[1].split(" ")[0]) for body in written)


# 200 attempts at 20 places.


def _everybody_asks(url: str, settings: dict[str, Any], attempts: int, *, guarded: bool) -> tuple[Outcome, list[int]]:
    with _prepared(url, settings) as settings:
        _session()
        agency = organisation()
        people = [person(f"P{number}", organisation=agency).id for number in range(attempts)]
    outcome = _run(settings, [race.Send(BOOK, one) for one in people], guarded=guarded)
    return outcome, _numbers_in_letters(settings)


def test_twenty_of_two_hundred_get_a_place_and_nobody_an_error(
    fresh_database: Callable[[], str], settings: dict[str, Any]
) -> None:
    outcome, numbers = _everybody_asks(fresh_database(), settings, 200, guarded=True)
    assert outcome.answers == {303: 200}
    assert outcome.statuses == {"booked": PLACES, "waiting": 180}
    assert outcome.waiting == list(range(1, 181))
    assert numbers == list(range(1, 181)), "everybody was told a number of their own"
    assert (outcome.problems, outcome.over) == ([], [])


def test_without_the_lock_the_same_race_gives_places_away_twice(
    fresh_database: Callable[[], str], settings: dict[str, Any]
) -> None:
    outcome, numbers = _everybody_asks(fresh_database(), settings, 80, guarded=False)
    assert outcome.statuses["booked"] > PLACES
    assert outcome.over
    assert any("was confirmed while 20 of 20 were taken" in problem for problem in outcome.problems)
    assert len(set(numbers)) < len(numbers)


# The same where some places are held for sectors.

#: Sector: how many places are held for it, how many of it ask.
DEMAND = {"Health": (6, 60), "Education": (5, 4), "Police": (3, 50), "Others": (0, 86)}
#: Six places are held for nobody. Education has 5 and asks for 4, so one place stays free for it; Health and the Police have
#: more people than places of their own and share the six with the others, whoever is first: 6 + 4 + 3 + 6 of 20.
BOOKED_WITH_HOLDS = 6 + 4 + 3 + 6


def _sectors_ask(url: str, settings: dict[str, Any], *, guarded: bool, share: int = 1) -> Outcome:
    """Everybody of `DEMAND` asks at once, sectors in turn; only one in `share` of those for whom little is held."""
    with _prepared(url, settings) as settings:
        session, asking = _session(), []
        for name, (held, people) in DEMAND.items():
            agency = organisation()
            agency.sector.name = name
            if held:
                hold(session, held, sector=agency.sector)
            wanted = people if people < 10 else people // share
            asking += [(number / wanted, person(f"{name}{number}", organisation=agency).id) for number in range(wanted)]
    steps = [race.Send(BOOK, one) for _, one in sorted(asking)]
    return _run(settings, steps, guarded=guarded)


def test_places_held_for_three_sectors_are_given_exactly_as_they_are_held(
    fresh_database: Callable[[], str], settings: dict[str, Any]
) -> None:
    outcome = _sectors_ask(fresh_database(), settings, guarded=True)
    assert outcome.answers == {303: 200}
    assert outcome.statuses == {"booked": BOOKED_WITH_HOLDS, "waiting": 200 - BOOKED_WITH_HOLDS}
    assert outcome.booked["Education"] == 4
    beyond = {"Health": outcome.booked["Health"] - 6, "Police": outcome.booked["Police"] - 3}
    assert min(beyond.values()) >= 0
    assert sum(beyond.values()) + outcome.booked["Others"] == 6
    assert outcome.waiting == list(range(1, 200 - BOOKED_WITH_HOLDS + 1))
    assert (outcome.problems, outcome.over) == ([], [])


def test_without_the_lock_held_places_are_given_to_others(
    fresh_database: Callable[[], str], settings: dict[str, Any]
) -> None:
    outcome = _sectors_ask(fresh_database(), settings, guarded=False, share=3)
    assert outcome.statuses["booked"] > BOOKED_WITH_HOLDS
    assert any("places held for some were given to others" in problem for problem in outcome.problems)


# 60 leave and 60 ask while the capacity goes from 20 to 12 to 25.


def _people_come_and_go(url: str, settings: dict[str, Any], *, guarded: bool) -> tuple[Outcome, set[int]]:
    """The outcome, and who ended without having left by themselves."""
    with _prepared(url, settings) as settings:
        session, agency = _session(), organisation()
        before = datetime.now(UTC) - timedelta(days=1)
        there = [
            operations.book_place(session=session, person=person(f"Old{number}", organisation=agency), now=before)
            for number in range(60)
        ]
        leaving = [race.Send(f"/bookings/{one.reference}/cancel", one.person_id) for one in there]
        left = {one.person_id for one in there}
        coming = [race.Send(BOOK, person(f"New{number}", organisation=agency).id) for number in range(60)]
    officers = [race.Change(REFERENCE, 12, after=40), race.Change(REFERENCE, 25, after=80)]
    steps = [step for pair in zip(leaving, coming, strict=True) for step in pair]
    outcome = _run(settings, [*officers, *steps], guarded=guarded)
    with create_app(**settings).app_context():
        ended = db.session.scalars(select(Booking.person_id).where(Booking.status == BookingStatus.CANCELLED))
        dropped = set(ended) - left
        db.session.remove()
        db.engine.dispose()
    return outcome, dropped


def test_whoever_comes_goes_or_changes_the_room_nobody_is_dropped_and_none_is_over(
    fresh_database: Callable[[], str], settings: dict[str, Any]
) -> None:
    outcome, dropped = _people_come_and_go(fresh_database(), settings, guarded=True)
    assert outcome.answers == {303: 122}
    assert outcome.statuses == {"cancelled": 60, "booked": 25, "waiting": 35}
    assert dropped == set()
    assert outcome.waiting == list(range(1, 36))
    assert (outcome.problems, outcome.over) == ([], [])


def test_without_the_lock_somebody_is_confirmed_in_a_full_room(
    fresh_database: Callable[[], str], settings: dict[str, Any]
) -> None:
    outcome, _ = _people_come_and_go(fresh_database(), settings, guarded=False)
    assert outcome.over
    assert any("was confirmed while" in problem for problem in outcome.problems)


# The same thing sent several times at once.


def test_whatever_is_sent_eight_times_at_once_is_done_once(
    fresh_database: Callable[[], str], settings: dict[str, Any]
) -> None:
    with _prepared(fresh_database(), settings) as settings:
        session = _session(of=course(needs_approval=True))
        who = person("Amina", manager_name="Bea", manager_email="bea@agency.example").id
        asks = operations.book_place(
            session=session,
            person=person("Tom"),
            now=datetime.now(UTC),
            manager_name="Bea",
            manager_email="b@x.example",
        )
        answer = f"/approve/{links.token(asks)}"
        leaves = operations.book_place(session=session, person=person("Mei"), now=datetime.now(UTC), approved=True)
        cancel = race.Send(f"/bookings/{leaves.reference}/cancel", leaves.person_id)
    said = [race.Send(answer, form={"answer": "yes"}), race.Send(answer, form={"answer": "no", "reason": "No"})]
    outcome = _run(settings, [*[race.Send(BOOK, who), cancel] * 8, *said * 4])
    assert outcome.answers == {303: 3, 422: 21}
    assert sum(outcome.statuses.values()) == 3
    assert outcome.statuses["approval"] == 1
    assert (outcome.problems, outcome.over) == ([], [])
