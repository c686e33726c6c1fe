"""The arithmetic of held places, against seating people one by one: each on a place they may have, as many as can be."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as some
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_bipartite_matching

from lms.bookings.places import Hold, Places, Who

#: Four organisations in two sectors.
PEOPLE = (Who(1, 10), Who(2, 10), Who(3, 20), Who(4, 20))
#: Somebody for whom nothing is held.
ANYBODY = Who(9, 90)

one_hold = some.one_of(
    some.builds(Hold, some.integers(1, 4), organisation_id=some.sampled_from([1, 2, 3, 4])),
    some.builds(Hold, some.integers(1, 4), sector_id=some.sampled_from([10, 20])),
)
some_holds = some.lists(one_hold, max_size=4).map(tuple)
a_crowd = some.lists(some.sampled_from([*PEOPLE, ANYBODY]), max_size=16)


def seats(capacity: int, holds: tuple[Hold, ...]) -> list[Hold | None]:
    """Every place of a room: whom it is held for, None for one that is open to all."""
    held: list[Hold | None] = [hold for hold in holds for _ in range(hold.places)]
    return held + [None] * (capacity - len(held))


def may_sit(one: Who, seat: Hold | None) -> bool:
    """Is this place open to all, or held for their organisation or for their sector?"""
    return seat is None or one.organisation_id == seat.organisation_id or one.sector_id == seat.sector_id


def seated(people: list[Who], room: list[Hold | None]) -> int:
    """How many of these people can sit at once."""
    if not people or not room:
        return 0
    table = np.array([[may_sit(one, seat) for seat in room] for one in people])
    return int((maximum_bipartite_matching(csr_matrix(table), perm_type="column") >= 0).sum())


def fits(people: list[Who], room: list[Hold | None]) -> bool:
    """Can all of them sit at once?"""
    return seated(people, room) == len(people)


def most_more(people: list[Who], one: Who, room: list[Hold | None]) -> int:
    """How many more like this one can sit with all the others."""
    return max(more for more in range(len(room) - len(people) + 1) if fits([*people, *[one] * more], room))


def places(capacity: int, taken: list[Who], holds: tuple[Hold, ...], queue: tuple[Who, ...] = ()) -> Places:
    return Places(capacity, len(taken), len(queue), len(queue), holds, Counter(taken), queue)


@given(some.integers(0, 14), some_holds, a_crowd)
def test_there_are_as_many_places_for_somebody_as_seats_they_could_have(
    capacity: int, holds: tuple[Hold, ...], crowd: list[Who]
) -> None:
    assume(sum(hold.places for hold in holds) <= capacity)
    room = seats(capacity, holds)
    assume(fits(crowd, room))
    found = places(capacity, crowd, holds)
    for one in (*PEOPLE, ANYBODY):
        assert found.left_for(one) == most_more(crowd, one, room)
    assert found.left == found.left_for(None) == found.left_for(ANYBODY)
    assert found.held == capacity - len(crowd) - found.left


@given(some.integers(0, 14), some_holds, a_crowd)
def test_whoever_comes_in_whatever_order_what_is_held_is_kept_until_those_it_is_held_for_have_it(
    capacity: int, holds: tuple[Hold, ...], crowd: list[Who]
) -> None:
    assume(sum(hold.places for hold in holds) <= capacity)
    room, found, inside = seats(capacity, holds), places(capacity, [], holds), []
    for one in crowd:
        fitted = fits([*inside, one], room)
        assert (found.left_for(one) > 0) == fitted
        if fitted:
            found, inside = found.with_one_more(one), [*inside, one]
    # However many others came: for each hold, as many people as it still keeps places for can come as well.
    to_come = [next((who for who in PEOPLE if may_sit(who, seat)), ANYBODY) for seat in _unused(inside, holds)]
    assert found.kept_free == len(to_come)
    assert fits([*inside, *to_come], room)


def _unused(inside: list[Who], holds: tuple[Hold, ...]) -> list[Hold]:
    """The held places nobody has to sit on, narrowest first: found by taking one away and seating everybody again."""
    held = sorted((hold for hold in holds for _ in range(hold.places)), key=lambda hold: hold.organisation_id is None)
    left: list[Hold] = []
    most = seated(inside, list(held))
    for seat in list(held):
        rest = list(held)
        rest.remove(seat)
        if seated(inside, list(rest)) == most:
            held = rest
            left.append(seat)
    return left


@given(some.integers(0, 12), some_holds, a_crowd, a_crowd)
def test_somebody_new_gets_a_place_only_where_nobody_who_waits_could_have_it(
    capacity: int, holds: tuple[Hold, ...], crowd: list[Who], queue: list[Who]
) -> None:
    assume(sum(hold.places for hold in holds) <= capacity)
    room = seats(capacity, holds)
    assume(fits(crowd, room))
    after = list(crowd)
    for one in queue:
        if fits([*after, one], room):
            after.append(one)
    found = places(capacity, crowd, holds, tuple(queue))
    for one in (*PEOPLE, ANYBODY):
        assert found.ready_for(one) == most_more(after, one, room)
        assert found.open_to(one) == fits([*after, one], room)


@given(some.integers(0, 12), some_holds, a_crowd)
def test_where_more_is_held_or_taken_than_there_is_nobody_gets_a_place_that_is_not_there(
    capacity: int, holds: tuple[Hold, ...], crowd: list[Who]
) -> None:
    found = places(capacity, crowd, holds)
    for one in (*PEOPLE, ANYBODY, None):
        assert 0 <= found.left_for(one) <= max(capacity - len(crowd), 0)
    assert found.left >= 0
    assert found.held >= 0


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        # (organisation 1, organisation 2 of the same sector, another sector): what is left for each of them.
        ([], (5, 4, 2)),
        ([Who(1, 10)], (4, 4, 2)),
        ([Who(1, 10)] * 2, (3, 3, 2)),
        ([Who(2, 10)] * 2, (3, 2, 2)),
        ([Who(3, 20)] * 2, (3, 2, 0)),
        ([Who(1, 10)] * 4, (1, 1, 1)),
        ([Who(2, 10)] * 3 + [Who(3, 20)], (1, 0, 0)),
    ],
)
def test_people_use_what_is_held_for_their_organisation_then_for_their_sector_then_what_is_open(
    taken: list[Who], left: tuple[int, int, int]
) -> None:
    # Five places: one for organisation 1, two for sector 10, two for all.
    found = places(5, taken, (Hold(1, organisation_id=1), Hold(2, sector_id=10)))
    assert tuple(found.left_for(one) for one in PEOPLE[:3]) == left


def test_without_holds_whoever_asks_goes_behind_everybody_who_waits() -> None:
    assert Places(5, 3, 1, 1).open_to(None)
    assert not Places(5, 3, 2, 2).open_to(None)
    # Who let an offer lapse is passed until they ask again.
    assert Places(5, 3, 2, 1).open_to(None)
