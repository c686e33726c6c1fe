"""How offers are called, which typed counts hold, and when an offer may be taken away again. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from evaluation.offers.models import CountUnit, LearningOffer, OfferCount, OfferKind
from lms import dates
from lms.catalogue.models import CourseKind
from lms.errors import RuleBroken
from lms.words import listing, plural

#: Courses of the catalogue that are no course to come to: what they are called, and that their reach may be typed in.
NOT_HELD = {
    CourseKind.RESOURCE: "Resource",
    CourseKind.CHAMPIONS: "Champion activity",
    CourseKind.BRIEFING: "Briefing",
    CourseKind.SIGNPOSTED: "Course of another organisation",
}
COURSE_WORDS = {CourseKind.E_LEARNING: "E-learning", CourseKind.FORUM: "Forum", **NOT_HELD}
#: One and several of each unit.
UNIT_WORDS = {
    "people": ("person", "people"),
    "organisations": ("agency or school", "agencies and schools"),
    "schools": ("school", "schools"),
    "visits": ("visit", "visits"),
    "copies": ("copy", "copies"),
}
UNIT_LABELS = {
    CountUnit.PEOPLE: "People, each counted once",
    CountUnit.ORGANISATIONS: "Agencies and schools, each counted once",
    CountUnit.SCHOOLS: "Schools, each counted once",
    CountUnit.VISITS: "Visits to a page or a stand",
    CountUnit.COPIES: "Copies handed out or downloaded",
}


def kind_words(offer: LearningOffer) -> str:
    """What an offer is, for people: an e-learning course is not called a course, and a toolkit of the catalogue is a resource."""
    if offer.course is not None:
        return COURSE_WORDS.get(offer.course.kind, OfferKind.COURSE.label)
    return offer.kind.label


def takes_counts(offer: LearningOffer) -> bool:
    """May its reach be typed in? Not where registers and completions say who was reached, one by one."""
    return not offer.kind.known or (offer.course is not None and offer.course.kind in NOT_HELD)


def newest(counts: Iterable[OfferCount], *, first: date | None, last: date) -> list[OfferCount]:
    """The count that holds for each unit: the newest day of the period, and of that day what was typed last."""
    held: dict[CountUnit, OfferCount] = {}
    for count in sorted(counts, key=lambda one: (one.dated, one.id or 0)):
        if count.taken_back_at is None and count.dated <= last and (first is None or count.dated >= first):
            held[count.unit] = count
    return [held[unit] for unit in CountUnit if unit in held]


def source_words(count: OfferCount) -> str:
    """Where a typed number is from, and up to which day it counts."""
    return f"typed in: {count.source}, up to {dates.day(count.dated)}"


def unit_words(number: int, unit: str) -> str:
    """“1,240 visits”.

    >>> unit_words(1, "copies"), unit_words(1240, "visits")
    ('1 copy', '1,240 visits')
    """
    return plural(number, *UNIT_WORDS[unit])


def check_count(offer: LearningOffer, *, unit: CountUnit, count: int, dated: date, why: str, today: date) -> None:
    """May this count be added? RuleBroken with the sentence."""
    if not takes_counts(offer):
        raise RuleBroken("Registers and completions say who was reached, one by one, so nothing is typed in here.")
    if dated > today:
        raise RuleBroken("This day is still to come. Enter the day up to which it was counted.", "dated")
    if offer.starts_on and dated < offer.starts_on:
        raise RuleBroken(f"It began on {dates.day(offer.starts_on)}, so nothing was counted before.", "dated")
    higher = [
        one
        for one in offer.counts
        if one.unit is unit and one.taken_back_at is None and one.dated <= dated and one.count > count
    ]
    if higher and not why:
        most = max(higher, key=lambda one: one.count)
        raise RuleBroken(
            f"{unit_words(most.count, unit.value)} were counted up to {dates.day(most.dated)}, and a count up to a later day "
            "cannot be smaller. Say what was wrong with it.",
            "why",
        )


def counts_depend(number: int) -> str:
    """Why an offer with counts stays."""
    return f"{plural(number, 'count')} of its reach {'is' if number == 1 else 'are'} kept with it."


def measures_depend(keys: Sequence[str]) -> str:
    """Why a course from whose answers measures are counted stays."""
    return f"{listing(keys)} {'is' if len(keys) == 1 else 'are'} counted from the answers of this course."


def reach_depends(people: int, action: str) -> str:
    """Why an offer to which people came stays."""
    came = "person was" if people == 1 else "people were"
    return f"{people:,} {came} reached by it, and the reach of {action} counts them."


def is_fresh(offer: LearningOffer, now: datetime) -> bool:
    """Can it be taken away as a slip: until the end of the day after it was added?"""
    if offer.added_at is None:
        return False
    return (dates.london(now).date() - dates.london(offer.added_at).date()).days <= 1


def check_removable(offer: LearningOffer, dependants: Iterable[str], now: datetime) -> None:
    """May this offer be taken from its action? A fresh link may, unless counts were typed for it. RuleBroken says why not."""
    held = list(dependants)
    if held and (not is_fresh(offer, now) or any(count.taken_back_at is None for count in offer.counts)):
        raise RuleBroken(f"“{offer.name}” stays with {offer.action.reference}. {' '.join(held)}")
