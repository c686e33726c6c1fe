"""People, officers and the clock do whatever they like in any order, and after every step what must never happen has not.

What they can do is here; what is checked is in watched.py. A run is one transaction that is undone at its end. `make test`
takes some 200 steps, `make assure` more than 2,000.
"""

import os
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import precondition, rule, run_state_machine_as_test
from sqlalchemy import Connection, select

from lms import dates, jobs
from lms.accounts.models import Person
from lms.approvals import operations as approvals
from lms.attendance import operations as attendance
from lms.bookings import operations
from lms.bookings.models import Booking, PriorityReason, Reservation
from lms.catalogue.models import SessionHold
from lms.db import db
from lms.participants.operations import promote
from lms.programme.operations import change_capacity
from lms.roles import Role
from lms.swaps.operations import substitute, transfer
from lms.teams import operations as teams
from tests.factories import course, course_session, organisation, person
from tests.lms.bookings.watched import Row, Watched, World, number

STEPS = 2_000 if os.environ.get("ASSURE") else 200
#: What happens by itself to places; letters and the rest have tests of their own.
OF_PLACES = (
    "offers nobody took",
    "held places released",
    "reminders to managers",
    "managers who did not answer",
    "reminders of places without a name",
    "places nobody was named for",
)


@pytest.fixture
def world(app: object, one_transaction: Connection) -> World:
    """Three organisations in two sectors, eight people; two dates of one course, and another course at the time of the first."""
    first, second, third = organisation(), None, organisation()
    second = organisation(sector=first.sector)
    homes = [first, first, first, second, second, third, third, third]
    people = [
        person(
            name, organisation=home, manager_name=f"Boss of {name}", manager_email=f"boss.{name}@agency.example".lower()
        )
        for name, home in zip("ABCDEFGH", homes, strict=True)
    ]
    leads = [person("Lead", "L", Role.TRAINING_LEAD, organisation=home) for home in (first, third)]
    taught, other = course(), course()
    one, two, same_time = course_session(taught), None, course_session(other)
    two = course_session(taught, starts_at=one.starts_at + timedelta(days=14))
    reasons = [
        PriorityReason(name=name, rank=rank) for rank, name in enumerate(("After a review", "New in the job"), 1)
    ]
    db.session.add_all(reasons)
    officer = person("Officer", "O", Role.LD_OFFICER)
    db.session.commit()
    return World(
        connection=one_transaction,
        people=[somebody.id for somebody in people],
        leads=[lead.id for lead in leads],
        officer=officer.id,
        sessions=[one.id, two.id, same_time.id],
        clashes={one.id: same_time.id, same_time.id: one.id},
        courses={one.id: taught.id, two.id: taught.id, same_time.id: other.id},
        organisations=[first.id, second.id, third.id],
        sectors=[first.sector_id, third.sector_id],
        reasons=[reason.id for reason in reasons],
    )


class Places(Watched):
    """What people, officers and the clock can do."""

    # What people do.

    @rule(which=number, who=number, approved=some.booleans())
    def book(self, which: int, who: int, approved: bool) -> None:
        session, made = self.a_session(which), []

        def ask() -> None:
            made.append(
                operations.book_place(session=session, person=self.somebody(who), now=self.now, approved=approved)
            )
            if approved or not session.course.needs_approval:
                self.approved.add(made[0].id)

        self.do("book", ask)

    @rule(which=number, first=number, people=some.integers(2, 5), approved=some.booleans())
    def several_book(self, which: int, first: int, people: int, approved: bool) -> None:
        for who in range(first, first + people):
            self.book(which, who, approved)

    def leave(self, booking: Booking, *, staff: bool) -> None:
        by = self.officer() if staff else booking.person
        self.do(
            "cancel",
            lambda: operations.cancel_booking(booking=booking, by=by, now=self.now, staff=staff),
            leaves=[booking.id],
        )

    @precondition(lambda self: self.of("booked"))
    @rule(which=number, staff=some.booleans())
    def cancel(self, which: int, staff: bool) -> None:
        self.leave(self.booking(self.of("booked"), which), staff=staff)

    @precondition(lambda self: self.of("offered", "approval", "waiting"))
    @rule(which=number, staff=some.booleans())
    def stop_asking(self, which: int, staff: bool) -> None:
        self.leave(self.booking(self.of("offered", "approval", "waiting"), which), staff=staff)

    @precondition(lambda self: self.of("offered"))
    @rule(which=number, then=some.sampled_from(["take", "take", "decline", "lapse", "lapse and ask again"]))
    def answer_an_offer(self, which: int, then: str) -> None:
        booking = self.booking(self.of("offered"), which)
        if then == "take":
            self.do("take", lambda: operations.take_offer(booking=booking, now=self.now), takes=[booking.id])
        elif then == "decline":
            self.leave(booking, staff=False)
        else:
            self.until(max(self.now, booking.offer_until or self.now))
            if then == "lapse and ask again":
                self.do("ask again", lambda: operations.ask_again(booking=booking, now=self.now))

    @precondition(lambda self: self.of("waiting"))
    @rule(which=number, answered=some.lists(some.sampled_from(["take", "decline", "lapse and ask again"]), max_size=2))
    def one_place_more(self, which: int, answered: list[str]) -> None:
        """Somebody who waits might have a place; and who is offered one answers."""
        session_id = self.of("waiting")[which % len(self.of("waiting"))].session_id
        self.say_how_many(self.world.sessions.index(session_id), self.capacity[session_id] + 1)
        for then in answered:
            if self.of("offered"):
                self.answer_an_offer(which, then)

    @precondition(lambda self: self.of("waiting", lapsed=True))
    @rule(which=number)
    def ask_again(self, which: int) -> None:
        booking = self.booking(self.of("waiting", lapsed=True), which)
        self.do("ask again", lambda: operations.ask_again(booking=booking, now=self.now))

    def asked(self) -> list[Row]:
        return [
            row
            for row in self.of("approval", "waiting")
            if db.session.get_one(Booking, row.id).approval.value == "asked"
        ]

    @precondition(lambda self: self.asked())
    @rule(which=number, yes=some.booleans())
    def answer(self, which: int, yes: bool) -> None:
        booking = self.booking(self.asked(), which)

        def say() -> None:
            if yes:
                approvals.approve(booking=booking, now=self.now)
                self.approved.add(booking.id)
            else:
                approvals.refuse(booking=booking, reason="We are too few that week.", now=self.now)

        self.do("answer", say, takes=[booking.id], took_over=booking.took_over)

    @precondition(lambda self: self.of("booked"))
    @rule(which=number, who=number, staff=some.booleans())
    def send_a_colleague(self, which: int, who: int, staff: bool) -> None:
        booking = self.booking(self.of("booked"), which)
        there = [
            one
            for one in map(self.somebody, range(len(self.world.people)))
            if one.organisation_id == booking.organisation_id
        ]
        colleague = there[who % len(there)] if who % 7 else self.somebody(who)

        def swap() -> None:
            by = self.officer() if staff else booking.person
            given = {"by": by, "now": self.now, "staff": staff}
            taken = substitute(booking=booking, colleague=colleague, **given)
            if taken.approval.value != "asked":
                self.approved.add(taken.id)

        waits = [row.id for row in self.of("waiting") if row.person_id == colleague.id]
        self.do("substitute", swap, leaves=[booking.id], takes=waits, took_over=True)

    @precondition(lambda self: self.of("booked", "offered", "approval", "waiting"))
    @rule(which=number, to=number, staff=some.booleans())
    def move(self, which: int, to: int, staff: bool) -> None:
        booking = self.booking(self.of("booked", "offered", "approval", "waiting"), which)

        def go() -> None:
            by = self.officer() if staff else booking.person
            # Nearly always to the other date of the course: nothing else is possible.
            there = self.world.sessions.index(booking.session_id)
            other = self.a_session(to if to % 7 == 0 or there == 2 else 1 - there)
            moved = transfer(booking=booking, to=other, by=by, now=self.now, staff=staff)
            if moved.approval.value != "asked":
                self.approved.add(moved.id)

        self.do("transfer", go, leaves=[booking.id])

    @rule(which=number, who=number)
    def walk_in(self, which: int, who: int) -> None:
        session, somebody = self.a_session(which), self.somebody(who)

        def come() -> None:
            booking = attendance.add_walk_in(
                session.dates[0], first_name="X", last_name="Y", email=somebody.email or "", by=self.officer(), now=self.now,
                organisation_id=somebody.organisation_id, reason="Came",
            )  # fmt: skip
            self.approved.add(booking.id)

        waits = [row.id for row in self.seen.values() if row.person_id == somebody.id]
        self.do("walk in", come, takes=waits)

    # What training leads and officers do.

    @rule(which=number, lead=number, places=some.integers(1, 2))
    def keep_places(self, which: int, lead: int, places: int) -> None:
        session, by = self.a_session(which), db.session.get_one(Person, self.world.leads[lead % len(self.world.leads)])
        self.do("reserve", lambda: teams.book_team(session=session, people=[], unnamed=places, by=by, now=self.now))

    def kept(self) -> list[Reservation]:
        return list(db.session.scalars(select(Reservation).where(Reservation.places > 0).order_by(Reservation.id)))

    @precondition(lambda self: self.kept())
    @rule(which=number, who=number)
    def name(self, which: int, who: int) -> None:
        kept = self.kept()
        reservation, somebody = kept[which % len(kept)], self.somebody(who)

        def say() -> None:
            for one in teams.name_places(
                reservation=reservation, people=[somebody], by=reservation.made_by, now=self.now
            ).people:
                if one.booking:
                    self.approved.add(one.booking.id)

        waits = [row.id for row in self.of("waiting") if row.person_id == somebody.id]
        self.do("name", say, takes=waits, took_over=True)

    @precondition(lambda self: self.kept())
    @rule(which=number, places=some.integers(1, 2))
    def give_back(self, which: int, places: int) -> None:
        kept = self.kept()
        reservation = kept[which % len(kept)]
        given = {"places": places, "by": reservation.made_by, "now": self.now}
        self.do("give back", lambda: teams.give_back(reservation=reservation, **given))

    @precondition(lambda self: self.of("waiting"))
    @rule(which=number, reason=number)
    def let_go_first(self, which: int, reason: int) -> None:
        booking = self.booking(self.of("waiting"), which)
        reasons = [None, *(db.session.get_one(PriorityReason, one) for one in self.world.reasons)]
        given = {"reason": reasons[reason % len(reasons)], "by": self.officer(), "now": self.now}
        self.do("priority", lambda: operations.set_priority(booking=booking, **given))

    @precondition(lambda self: self.of("waiting"))
    @rule(which=number)
    def give_a_place(self, which: int) -> None:
        booking = self.booking(self.of("waiting"), which)
        given = {"by": self.officer(), "now": self.now, "reason": "They lost a place before."}
        self.do("promote", lambda: promote(booking=booking, **given), in_order=False)

    @rule(which=number, capacity=some.integers(0, 5))
    def say_how_many(self, which: int, capacity: int) -> None:
        session = self.a_session(which)
        held = sum(one.places for one in self.holds[session.id].values())
        if capacity >= held:
            self.capacity[session.id] = capacity
        given = {"capacity": capacity, "by": self.officer(), "now": self.now, "reason": "Another room"}
        came = self.do("capacity", lambda: change_capacity(session=session, **given))
        assert came == (capacity >= held)

    @precondition(lambda self: any(self.holds.values()))
    @rule(which=number)
    def release(self, which: int) -> None:
        kept = [(session_id, hold_id) for session_id, held in self.holds.items() for hold_id in held]
        session_id, hold_id = kept[which % len(kept)]

        def let_go() -> None:
            session = operations.lock_session(session_id)
            operations.release(db.session.get_one(SessionHold, hold_id), now=self.now)
            operations.settle(session=session, now=self.now)

        del self.holds[session_id][hold_id]
        self.do("release", let_go)

    # The clock.

    @rule(hours=some.sampled_from([1, 6, 24, 24, 48, 96]))
    def wait(self, hours: int) -> None:
        self.until(self.now + timedelta(hours=hours))

    @rule()
    def wait_for_what_is_due(self) -> None:
        moments = [moment for job in self.jobs() if (moment := job.next_at()) is not None]
        if moments:
            self.until(max(min(moments), self.now))

    @precondition(lambda self: self.now < datetime(2024, 11, 5, tzinfo=UTC))
    @rule(before=some.sampled_from([144, 120, 100, 49, 25, 23]))
    def go_near_the_first(self, before: int) -> None:
        start = self.session(self.world.sessions[0]).starts_at
        self.until(max(self.now, start - timedelta(hours=before)))

    def jobs(self) -> list[jobs.Job]:
        return [job for job in jobs.jobs if job.name in OF_PLACES]

    def until(self, moment: datetime) -> None:
        """Let the clock run, each thing that is due in a step of its own."""
        for _ in range(50):
            due = [
                (at, n, job) for n, job in enumerate(self.jobs()) if (at := job.next_at()) is not None and at <= moment
            ]
            if not due:
                break
            at, _, job = min(due, key=lambda one: one[:2])
            self.now = max(self.now, at)
            if job.name == "held places released":
                for held in self.holds.values():
                    for hold_id in [*held]:
                        if db.session.get_one(SessionHold, hold_id).release_at <= self.now:
                            del held[hold_id]
            assert self.do(job.name, lambda job=job: job.run(self.now))
        self.now = max(self.now, moment)


def test_every_job_of_places_is_there(app: object) -> None:
    assert {job.name for job in jobs.jobs} >= set(OF_PLACES)


def test_whatever_people_officers_and_the_clock_do_nothing_happens_that_never_may(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dates, "now", dates.now)  # each run sets a clock of its own; the real one comes back
    while world.steps < STEPS:
        run_state_machine_as_test(
            lambda: Places(world),
            settings=settings(max_examples=10, stateful_step_count=30, deadline=None, database=None),
        )
    print(f"{world.steps} steps: {dict(world.done)}")
