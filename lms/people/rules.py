"""Who may move and who may become one, which two accounts look like one person, and which of two bookings stays. Pure."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from lms.accounts.rules import OF_ORGANISATION, roles_to_give
from lms.bookings.models import BookingOrigin, BookingStatus
from lms.errors import RuleBroken
from lms.roles import Role

#: Who moves by asking and the new organisation's yes; all others hold something an administrator must look at.
MOVES_BY_ASKING = OF_ORGANISATION | {Role.PRACTITIONER, Role.TRAINER}
#: How alike two names are that may be one, of 100: a letter or two of difference in a name of usual length.
ALIKE = 88
#: Names that are no more than this alike are two, whatever their addresses.
LEAST_ALIKE = 60
#: Letters that do not come apart into a plain one and its sign, and signs that stand inside names.
_PLAIN = str.maketrans("łøđ-", "lod ", "’'")
_ORDER = (BookingStatus.BOOKED, BookingStatus.OFFERED, BookingStatus.APPROVAL, BookingStatus.WAITING)


def check_can_ask(*, roles: Collection[Role], same_place: bool, same_email: bool) -> None:
    """May somebody move by asking?"""
    if same_place and same_email:
        raise RuleBroken("This is what we know already: select another organisation or enter another email address")
    if not set(roles) <= MOVES_BY_ASKING:
        raise RuleBroken("With your role an administrator moves your account. Ask the training team.")


def check_merge(
    *, actor_roles: Collection[Role], own: bool, merged: bool, same: bool, emptied: Collection[Role]
) -> None:
    """May somebody make one of two accounts? `emptied` are the roles of the one that goes: whoever could not give them cannot
    hand them on."""
    if same:
        raise RuleBroken("These are one account already.")
    if own:
        raise RuleBroken("One of these is your own account. Ask somebody else of the team.")
    if merged:
        raise RuleBroken("One of these is part of another account by now.")
    if not set(emptied) <= {*roles_to_give(actor_roles)}:
        raise RuleBroken("Only an administrator can do this for a person with these roles")


def stays_before(status: BookingStatus, origin: BookingOrigin) -> tuple[int, bool]:
    """Of two bookings of one session that turn out to be one person's, the one with the lower value stays: whoever has the
    place, and of two places the one that was asked for before."""
    return _ORDER.index(status), origin is BookingOrigin.WALK_IN


# Who looks like whom.


@dataclass(frozen=True)
class Card:
    """What tells people apart."""

    id: int
    first_name: str
    last_name: str
    email: str
    organisation_id: int


def folded(text: str) -> str:
    """A name in small letters a to z: without accents, hyphens and apostrophes.

    >>> folded("Siân O’Neill-Łęska")
    'sian oneill leska'
    """
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN)).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z]+", plain))


def _name(card: Card) -> str:
    return folded(f"{card.first_name} {card.last_name}")


def why_alike(one: Card, other: Card) -> str:
    """Why two accounts may be one person, in a few words; empty: they are not alike.

    >>> a, b = Card(1, "Amina", "Yusuf", "amina.yusuf@a.example", 7), Card(2, "Amina", "Yusuf", "", 7)
    >>> why_alike(a, b), why_alike(a, Card(3, "Tom", "Reed", "tom@a.example", 7))
    ('same name, same organisation', '')
    """
    alike = fuzz.token_sort_ratio(_name(one), _name(other))
    if alike < LEAST_ALIKE:
        return ""
    here = one.organisation_id == other.organisation_id
    if alike == 100:
        return "same name, same organisation" if here else "same name"
    if one.email and other.email and OSA.distance(_plain(one.email), _plain(other.email), score_cutoff=1) <= 1:
        return "nearly the same email address"
    return "nearly the same name, same organisation" if here and alike >= ALIKE else ""


def _plain(email: str) -> str:
    return re.sub(r"[._+-]", "", email.casefold())


def pairs(cards: Iterable[Card]) -> list[tuple[int, int, str]]:
    """Accounts that are likely one person: (id, id, why), in order. Only people who share an organisation and the beginning of a
    name, or an address but for a sign, are held against each other: everybody against everybody would take minutes. The same
    name in two organisations is too often two people to be listed."""
    shelves: dict[tuple[object, ...], list[Card]] = defaultdict(list)
    for card in cards:
        first, last = folded(card.first_name), folded(card.last_name)
        shelves[card.organisation_id, "last", last[:3]].append(card)
        shelves[card.organisation_id, "first", first, last[:1]].append(card)
        if card.email:
            shelves["address", re.sub(r"[^a-z@]", "", card.email.partition("@")[0].casefold())].append(card)
    found: dict[tuple[int, int], str] = {}
    for shelf in shelves.values():
        for one, other in combinations(shelf, 2):
            key = (min(one.id, other.id), max(one.id, other.id))
            why = why_alike(one, other) if key not in found and one.id != other.id else ""
            if why and why != "same name":
                found[key] = why
    return [(*key, why) for key, why in sorted(found.items())]
