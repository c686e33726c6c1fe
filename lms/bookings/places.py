"""How full a session is, and who may have what is left: the arithmetic of places held for sectors and organisations. Pure.

People use the places held for their organisation first, then those held for their sector, then those held for nobody. Nothing
of this is stored: it follows from who has a place now, so a cancellation or a release moves everybody up by itself.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Who:
    """Who somebody is to the places that are held: their organisation and its sector, by id."""

    organisation_id: int
    sector_id: int


@dataclass(frozen=True)
class Hold:
    """So many places kept for one organisation or for one sector; the other is None."""

    places: int
    organisation_id: int | None = None
    sector_id: int | None = None


@dataclass(frozen=True)
class Places:
    """How full a session is, without a name. `taken` counts every place nobody else can have: confirmed, offered, held for a
    manager's answer or for somebody still to be named. `waiting` is everybody on the list, `queued` those of them who have not
    let an offer lapse. Only where places are held for some: `by_who` is `taken` by organisation, `queue` is `queued` in order.
    """

    capacity: int
    taken: int
    waiting: int
    queued: int = 0
    holds: tuple[Hold, ...] = ()
    by_who: Mapping[Who, int] = field(default_factory=dict)
    queue: tuple[Who, ...] = ()

    @property
    def left(self) -> int:
        """Places open to anybody."""
        return _free(self.capacity, self.taken, self.holds, self.by_who, None)

    @property
    def held(self) -> int:
        """Places kept for some, and still free."""
        return max(self.capacity - self.taken, 0) - self.left

    @property
    def kept_free(self) -> int:
        """Places that must stay free for those they are held for: what is held and not used by them yet."""
        return _kept_free(self.holds, self.by_who)

    def left_for(self, who: Who | None) -> int:
        """Places open to somebody of this organisation; for nobody in particular (None), those open to anybody."""
        return _free(self.capacity, self.taken, self.holds, self.by_who, who)

    def open_to(self, who: Who | None) -> bool:
        """Would somebody of this organisation who asks now get a place? Not one that somebody who waits could have."""
        return self.ready_for(who) > 0

    def ready_for(self, who: Who | None) -> int:
        """How many people of this organisation who ask now would get a place."""
        if not self.holds:  # then everybody who waits could have any place
            return max(self.left_for(who) - self.queued, 0)
        return self.after_queue().left_for(who)

    def after_queue(self) -> "Places":
        """The same once everybody who waits has been given what is there for them, in order."""
        places = self
        for who in self.queue:
            if places.left_for(who) > 0:
                places = places.with_one_more(who)
        return places

    def with_one_more(self, who: Who) -> "Places":
        """The same after somebody of this organisation has been given a place."""
        by_who = Counter(self.by_who)
        by_who[who] += 1
        return replace(self, taken=self.taken + 1, by_who=by_who)


@dataclass(frozen=True)
class _Spare:
    """What is not used yet of the places held for organisations and for sectors, and who had to look beyond them."""

    organisations: Mapping[int, int]
    sectors: Mapping[int, int]
    beyond: int


def _spare(holds: Iterable[Hold], by_who: Mapping[Who, int]) -> _Spare:
    """Organisations lie in sectors and sectors in everybody, so filling the narrowest place first wastes none."""
    organisations: Counter[int] = Counter()
    sectors: Counter[int] = Counter()
    for hold in holds:
        if hold.organisation_id is not None:
            organisations[hold.organisation_id] += hold.places
        elif hold.sector_id is not None:
            sectors[hold.sector_id] += hold.places
    beyond = 0
    for one, number in by_who.items():
        used = min(number, organisations[one.organisation_id])
        organisations[one.organisation_id] -= used
        used_of_sector = min(number - used, sectors[one.sector_id])
        sectors[one.sector_id] -= used_of_sector
        beyond += number - used - used_of_sector
    return _Spare(organisations, sectors, beyond)


def _free(capacity: int, taken: int, holds: Iterable[Hold], by_who: Mapping[Who, int], who: Who | None) -> int:
    """Places somebody of this organisation could be given now, never below 0."""
    left = capacity - taken
    holds = list(holds)
    if left <= 0 or not holds:
        return max(left, 0)
    spare = _spare(holds, by_who)
    free = max(capacity - sum(hold.places for hold in holds) - spare.beyond, 0)
    if who is not None:
        free += spare.organisations.get(who.organisation_id, 0) + spare.sectors.get(who.sector_id, 0)
    return min(left, free)


def _kept_free(holds: Iterable[Hold], by_who: Mapping[Who, int]) -> int:
    spare = _spare(holds, by_who)
    return sum(spare.organisations.values()) + sum(spare.sectors.values())
