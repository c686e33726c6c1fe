"""What the machine of test_machine.py knows, and what it checks after every step.

It is worked out here, from what was done and from the rows, so that it does not believe what the application says; `lms verify`
is asked as well.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize
from sqlalchemy import Connection, select

from lms import dates
from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.bookings.models import Booking, BookingOrigin, PriorityReason, Reservation
from lms.bookings.places import Hold, Who
from lms.catalogue.models import CourseSession
from lms.db import db
from lms.errors import RuleBroken
from lms.letters.models import Letter
from lms.organisations.models import Organisation
from tests.factories import NOW, hold
from tests.lms.bookings.steps import problems
from tests.lms.bookings.test_places import seated, seats

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


number = some.integers(0, 999)
some_hold = some.tuples(some.integers(1, 2), some.sampled_from(["sector", "organisation"]), number)


class Watched(RuleBasedStateMachine):
    """One run: it finds who and what there is, does what it is told (`do`), and looks what came of it."""

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
