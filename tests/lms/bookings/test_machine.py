"""People, officers and the clock do whatever they like in any order, and after every step what must never happen has not.

What is checked is worked out here, from what was done and from the rows; `lms verify` is asked as well. A run is one
transaction that is undone at its end. `make test` takes some 200 steps, `make assure` more than 2,000.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from sqlalchemy import Connection, select

from lms import dates, jobs
from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.approvals import operations as approvals
from lms.attendance import operations as attendance
from lms.bookings import operations
from lms.bookings.models import Booking, BookingOrigin, PriorityReason, Reservation
from lms.bookings.places import Hold, Who
from lms.catalogue.models import CourseSession, SessionHold
from lms.db import db
from lms.errors import RuleBroken
from lms.letters.models import Letter
from lms.organisations.models import Organisation
from lms.participants.operations import promote
from lms.programme.operations import change_capacity
from lms.roles import Role
from lms.swaps.operations import substitute, transfer
from lms.teams import operations as teams
from tests.factories import NOW, course, course_session, hold, organisation, person
from tests.lms.bookings.steps import problems
from tests.lms.bookings.test_places import seated, seats

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
HOLDS = ("booked", "offered", "approval")
#: The letters each thing that happens to a booking must have, by how it stands afterwards. Several: any one of them.
LETTERS: dict[tuple[str, str], tuple[str, ...]] = {
    ("booking:made", "booked"): ("booked",),
    ("booking:made", "approval"): ("asked",),
    ("booking:made", "waiting"): ("waiting",),
    ("booking:promoted", "booked"): ("promoted",),
    ("booking:offered", "offered"): ("offered",),
    ("booking:place_held", "approval"): ("held",),
    ("booking:offer_taken", "booked"): ("booked",),
    ("booking:offer_lapsed", "waiting"): ("lapsed",),
    ("booking:withdrawn", "waiting"): ("withdrawn",),
    ("booking:approved", "booked"): ("booked",),
    ("booking:approved", "offered"): ("offered",),
    ("booking:approved", "waiting"): ("approved",),
    ("booking:refused", "cancelled"): ("refused",),
    ("booking:approval_silent", "cancelled"): ("silent",),
    ("booking:cancelled", "cancelled"): ("cancelled", "left"),
    ("booking:named", "booked"): ("booked", "promoted"),
    ("booking:substituted_out", "cancelled"): ("substituted-out",),
    ("booking:substituted_in", "booked"): ("substituted-in",),
    ("booking:substituted_in", "approval"): ("asked", "held"),
    ("booking:moved_here", "booked"): ("transferred", "booked"),
    ("booking:moved_here", "approval"): ("asked",),
    ("booking:moved_here", "waiting"): ("waiting",),
    # Nothing is written: the letter of the other booking says it, or the person said it themselves and sees it.
    ("booking:transferred", "cancelled"): (),
    ("booking:asked_again", "waiting"): (),
    ("booking:priority_set", "waiting"): (),
    ("booking:walked_in", "booked"): (),
}


@dataclass(frozen=True)
class Row:
    """One booking as it stands."""

    id: int
    session_id: int
    person_id: int
    who: Who
    status: str
    walked_in: bool
    lapsed: bool
    #: The place was a colleague's, passed on.
    took_over: bool
    #: Where it stands in the order of the list: rank of the reason, time of asking, id.
    key: tuple[float, datetime, int]

    @property
    def holds(self) -> bool:
        return self.status in HOLDS and not self.walked_in

    @property
    def confirmed(self) -> bool:
        return self.status == "booked" and not self.walked_in

    @property
    def queued(self) -> bool:
        return self.status == "waiting" and not self.lapsed


def rows() -> dict[int, Row]:
    """Every booking, by its id."""
    found = db.session.execute(
        select(Booking, Organisation.sector_id, PriorityReason.rank)
        .join(Booking.organisation)
        .outerjoin(Booking.priority)
        .execution_options(populate_existing=True)
    )
    return {
        one.id: Row(
            one.id,
            one.session_id,
            one.person_id,
            Who(one.organisation_id, sector_id),
            one.status.value,
            one.origin is BookingOrigin.WALK_IN,
            one.lapsed_at is not None,
            one.took_over,
            (float("inf") if rank is None else rank, one.asked_at, one.id),
        )
        for one, sector_id, rank in found
    }


@dataclass
class World:
    """Everybody and everything there is, by id, so that a run can be undone under it."""

    connection: Connection
    people: list[int]
    leads: list[int]
    officer: int
    sessions: list[int]
    #: Sessions that are at the same time as another.
    clashes: dict[int, int]
    courses: dict[int, int]
    organisations: list[int]
    sectors: list[int]
    reasons: list[int]
    steps: int = 0
    #: What was done, and how often it came to something.
    done: Counter[str] = field(default_factory=Counter)


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


number = some.integers(0, 999)
some_hold = some.tuples(some.integers(1, 2), some.sampled_from(["sector", "organisation"]), number)


class Places(RuleBasedStateMachine):
    """One run."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world, self.now = world, NOW
        db.session.rollback()
        self.undo = world.connection.begin_nested()
        dates.now = lambda: self.now
        self.capacity: dict[int, int] = {}
        self.holds: dict[int, dict[int, Hold]] = {one: {} for one in world.sessions}
        self.approved: set[int] = set()
        self.seen: dict[int, Row] = {}

    def teardown(self) -> None:
        db.session.rollback()
        db.session.expunge_all()
        self.undo.rollback()

    @initialize(
        capacities=some.lists(some.integers(0, 4), min_size=3, max_size=3),
        approvals=some.lists(some.booleans(), min_size=2, max_size=2),
        holds=some.lists(some.tuples(number, some_hold), max_size=3),
        stops=some.sampled_from([24, 24, 0, 72]),
        automatic=some.sampled_from([3, 25]),
    )
    def begin(self, capacities: list[int], approvals: list[bool], holds: list[Any], stops: int, automatic: int) -> None:
        """How many places there are, which of them are held, and whether managers are asked."""
        sessions = [self.session(one) for one in self.world.sessions]
        for session, capacity in zip(sessions, capacities, strict=True):
            session.capacity = self.capacity[session.id] = capacity
        for session, needs in zip(sessions[1:], approvals, strict=True):
            session.course.needs_approval, session.course.stops_hours = needs, stops
            session.course.automatic_days = automatic
        for which, (places, kind, whose) in holds:
            session = sessions[which % 2]
            if sum(one.places for one in self.holds[session.id].values()) + places <= session.capacity:
                ids = self.world.sectors if kind == "sector" else self.world.organisations
                kept = hold(session, places, **{f"{kind}_id": ids[whose % len(ids)]})
                self.holds[session.id][kept.id] = Hold(places, kept.organisation_id, kept.sector_id)
        db.session.flush()

    # Finding somebody or something.

    def session(self, session_id: int) -> CourseSession:
        return db.session.get_one(CourseSession, session_id)

    def a_session(self, which: int) -> CourseSession:
        return self.session(self.world.sessions[which % len(self.world.sessions)])

    def somebody(self, which: int) -> Person:
        return db.session.get_one(Person, self.world.people[which % len(self.world.people)])

    def officer(self) -> Person:
        return db.session.get_one(Person, self.world.officer)

    def of(self, *statuses: str, lapsed: bool | None = None) -> list[Row]:
        return [
            row for row in self.seen.values() if row.status in statuses and (lapsed is None or row.lapsed == lapsed)
        ]

    def booking(self, found: list[Row], which: int) -> Booking:
        return db.session.get_one(Booking, found[which % len(found)].id)

    # Doing it, and looking what came of it.

    def do(
        self,
        name: str,
        action: Callable[[], object],
        *,
        leaves: Iterable[int] = (),
        takes: Iterable[int] = (),
        took_over: bool = False,
        in_order: bool = True,
    ) -> bool:
        """Do something, and check what has changed. `leaves`: the bookings that may end by it; `takes`: those that are confirmed
        because somebody said so; `took_over`: a place that was there goes to somebody else; `in_order`: not where an officer
        gives a place out of order, and says why."""
        before, unnamed = self.seen, self.unnamed()
        self.world.steps += 1
        self.now += timedelta(seconds=1)
        try:
            with db.session.begin_nested():
                action()
            came = True
        except RuleBroken:
            came = False
        db.session.flush()
        self.seen = rows()
        if not came:
            assert self.seen == before, f"{name} was refused, and something changed"
        self.world.done[name] += came
        self.check(before, unnamed, leaves=set(leaves), takes=set(takes), took_over=took_over, in_order=in_order)
        return came

    def unnamed(self) -> dict[int, list[Who]]:
        """The places without a name, by session, each as somebody of its organisation."""
        found: dict[int, list[Who]] = {one: [] for one in self.world.sessions}
        query = select(Reservation.session_id, Reservation.organisation_id, Organisation.sector_id, Reservation.places)
        for session_id, organisation_id, sector_id, places in db.session.execute(query.join(Reservation.organisation)):
            found[session_id] += [Who(organisation_id, sector_id)] * places
        return found

    def check(
        self,
        before: dict[int, Row],
        unnamed: dict[int, list[Who]],
        *,
        leaves: set[int],
        takes: set[int],
        took_over: bool,
        in_order: bool,
    ) -> None:
        now_unnamed = self.unnamed()
        for session_id in self.world.sessions:
            was = [row for row in before.values() if row.session_id == session_id]
            now = [row for row in self.seen.values() if row.session_id == session_id]
            self.check_capacity(session_id, was, now, unnamed[session_id], now_unnamed[session_id], took_over=took_over)
            if not took_over:
                self.check_holds(session_id, was, now, unnamed[session_id], now_unnamed[session_id])
                if in_order:
                    self.check_order(session_id, was, now, now_unnamed[session_id])
            self.check_clashes(was, now, takes)
        gone = {row.id for row in before.values() if row.confirmed and not self.seen[row.id].confirmed}
        assert gone <= leaves, "somebody was dropped"
        self.check_people()
        self.check_letters()
        assert problems() == []

    def check_capacity(
        self,
        session_id: int,
        was: list[Row],
        now: list[Row],
        unnamed: list[Who],
        now_unnamed: list[Who],
        *,
        took_over: bool,
    ) -> None:
        """Nobody is confirmed anew while at or over capacity; a place that is passed on makes none. Where there are more people
        than places, nothing is held for anybody else."""
        confirmed_before = {row.id for row in was if row.confirmed}
        confirmed = {row.id for row in now if row.confirmed}
        count, count_before = len(confirmed) + len(now_unnamed), len(confirmed_before) + len(unnamed)
        if took_over:
            assert count <= max(count_before, self.capacity[session_id])
        elif confirmed - confirmed_before or len(now_unnamed) > len(unnamed):
            assert count <= self.capacity[session_id], "somebody was confirmed over the capacity"
        held = [row for row in now if row.holds]
        if len(held) + len(now_unnamed) > self.capacity[session_id]:
            assert all(row.confirmed or row.took_over for row in held), "a place is held that is not there"

    def seats_of(self, session_id: int) -> list[Hold | None]:
        return seats(self.capacity[session_id], tuple(self.holds[session_id].values()))

    def check_holds(
        self, session_id: int, was: list[Row], now: list[Row], unnamed: list[Who], now_unnamed: list[Who]
    ) -> None:
        """Whoever has a place held or confirmed anew sits on one that is for them, with everybody who was there."""
        held_before = {row.id for row in was if row.holds}
        stay = [row.who for row in now if row.holds and row.id in held_before]
        new = [row.who for row in now if row.holds and row.id not in held_before]
        both = min(len(unnamed), len(now_unnamed))
        stay, new = stay + now_unnamed[:both], new + now_unnamed[both:]
        if new:
            room = self.seats_of(session_id)
            assert len(stay) + len(new) <= self.capacity[session_id], "a place was held that is not there"
            assert seated(stay + new, room) == seated(stay, room) + len(new), "a place held for others was given away"

    def check_order(self, session_id: int, was: list[Row], now: list[Row], unnamed: list[Who]) -> None:
        """Nobody gets a place that somebody before them in the list could have."""
        held_before = {row.id for row in was if row.holds}
        new = [row for row in now if row.holds and row.id not in held_before]
        still = [row for row in now if row.queued]
        room, inside = self.seats_of(session_id), [row.who for row in now if row.holds] + unnamed
        for got in new:
            without = list(inside)
            without.remove(got.who)
            for waits in still:
                if waits.key < got.key:
                    could = seated([*without, waits.who], room) > seated(without, room)
                    assert not could, "somebody was passed over in the list"

    def check_clashes(self, was: list[Row], now: list[Row], takes: set[int]) -> None:
        """Nobody who waited is confirmed by itself into something else they have at that time."""
        waited = {row.id for row in was if row.status == "waiting"}
        for row in now:
            if row.id in waited and row.confirmed and row.id not in takes and row.session_id in self.world.clashes:
                other = self.world.clashes[row.session_id]
                assert not [
                    one
                    for one in self.seen.values()
                    if one.person_id == row.person_id and one.session_id == other and one.status in HOLDS
                ], "somebody was moved up into a clash"

    def check_people(self) -> None:
        """One live booking of one person on one session; and no place without the yes it needs."""
        live = Counter((row.session_id, row.person_id) for row in self.seen.values() if row.status != "cancelled")
        assert max(live.values(), default=0) <= 1, "two live bookings of one person"
        for row in self.seen.values():
            if row.status in ("booked", "offered") and self.session(row.session_id).course.needs_approval:
                assert row.id in self.approved, "a place was confirmed without the manager's yes"

    def check_letters(self) -> None:
        """Every line about a booking has one letter, and every letter about a booking its line."""
        numbers = {reference: row_id for row_id, reference in db.session.execute(select(Booking.id, Booking.reference))}
        wanted: Counter[int] = Counter()
        allowed: dict[int, set[str]] = {}
        for line in db.session.scalars(
            select(Activity).where(Activity.subject_kind == "booking").order_by(Activity.id)
        ):
            events = LETTERS[line.verb, line.details["status"]]
            booking_id = numbers[line.subject]
            wanted[booking_id] += bool(events)
            allowed.setdefault(booking_id, set()).update(events)
        written: Counter[int] = Counter()
        for dedupe in db.session.scalars(select(Letter.dedupe).where(Letter.dedupe.startswith("booking:"))):
            _, event, booking_id, *_ = str(dedupe).split(":")
            if event not in ("manager", "manager-reminded"):
                written[int(booking_id)] += 1
                assert event in allowed[int(booking_id)], f"a letter “{event}” nothing stands behind"
        wrong = {number: (wanted[number], written[number]) for number in wanted if wanted[number] != written[number]}
        assert not wrong, f"letters each booking should have, and has: {wrong}"

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
