"""What the action on neglect offers beside its course, with made-up reach, and a measure whose months came in a file.

Everything happens through the doors officers use, in the weeks before the first moment.
"""

from datetime import date

from sqlalchemy import select

from demo.loading import Loaded
from demo.people import person_in_role
from demo.scenes import days_before, person_of
from evaluation.actions.models import Action
from evaluation.measures import imports
from evaluation.measures import operations as measures
from evaluation.measures.models import Direction, MeasureKind
from evaluation.offers import operations as offers
from evaluation.offers.models import CountUnit, OfferKind
from evaluation.offers.operations import Told
from lms.accounts.models import Person
from lms.db import db, writing

ACTION = "LDA-014"
#: Calls by month from April 2022, made up: around nine before the course, more from the spring of 2023 on.
CALLS = (8, 9, 11, 7, 9, 10, 8, 9, 12, 9, 9, 8, 11, 13, 12, 14, 13, 16, 12, 15, 14, 13, 17, 15, 14, 16, 13, 15, 18, 16)
OFFERS = (
    (OfferKind.BRIEFING, "Ten-minute briefing: the child’s day", date(2023, 3, 1), None),
    (OfferKind.CHAMPION_ACTIVITY, "Champions’ lunch talks in their own teams", date(2023, 5, 1), None),
    (OfferKind.CAMPAIGN, "Poster weeks: see the whole child", date(2024, 3, 4), date(2024, 3, 22)),
)
#: What was counted: the offer, up to which day, in what, how many, by whom.
COUNTS = (
    (
        "Ten-minute briefing: the child’s day",
        date(2023, 12, 31),
        CountUnit.COPIES,
        610,
        "downloads, by the website (made up)",
    ),
    (
        "Ten-minute briefing: the child’s day",
        date(2024, 9, 30),
        CountUnit.COPIES,
        1184,
        "downloads, by the website (made up)",
    ),
    (
        "Champions’ lunch talks in their own teams",
        date(2024, 3, 31),
        CountUnit.PEOPLE,
        143,
        "champions’ own lists (made up)",
    ),
    (
        "Champions’ lunch talks in their own teams",
        date(2024, 9, 30),
        CountUnit.PEOPLE,
        231,
        "champions’ own lists (made up)",
    ),
    (
        "Poster weeks: see the whole child",
        date(2024, 3, 22),
        CountUnit.ORGANISATIONS,
        38,
        "agencies that put it up (made up)",
    ),
    ("Neglect champion programme", date(2024, 9, 30), CountUnit.PEOPLE, 46, "the list of champions (made up)"),
    (
        "Professional curiosity and challenge",
        date(2024, 9, 30),
        CountUnit.COPIES,
        305,
        "downloads, by the website (made up)",
    ),
    ("Neglect toolkit online", date(2024, 9, 30), CountUnit.VISITS, 2460, "the website (made up)"),
)


def set_offers(loaded: Loaded) -> None:
    """Everything named above, for Wakefield."""
    with writing():
        action = db.session.scalars(select(Action).where(Action.reference == ACTION)).one()
        officer = person_of(loaded, person_in_role("wakefield", "ld_officer").key)
        _offers(action, officer)
        _calls(action, officer)


def _offers(action: Action, officer: Person) -> None:
    for kind, title, first, last in OFFERS:
        told = Told(kind, title=title, starts_on=first, ends_on=last)
        offers.add(action=action, told=told, actor=officer, now=days_before(20))
    by_name = {offer.name: offer for offer in action.offers}
    for title, dated, unit, count, source in COUNTS:
        offers.add_count(
            offer=by_name[title], unit=unit, count=count, dated=dated, source=source, actor=officer, now=days_before(6)
        )


def _calls(action: Action, officer: Person) -> None:
    """A measure agreed in the summer, and its months from a file."""
    told = measures.Told(
        name="Calls to the advice line about neglect, before any referral",
        direction=Direction.HIGHER_IS_BETTER,
        source="made up; in use: the advice line’s own list",
        caution="The line was open longer from January 2024 on. The chart shows what happened, not why.",
        unit="calls in the month",
        target=15,
        learning_dates=["2023-02-06"],
    )
    now = days_before(5)
    made = measures.add(
        action=action, kind=MeasureKind.ANALYTICAL_DATA, key=f"{ACTION}-A4", told=told, actor=officer, now=now
    )
    rows = [f"{made.key},{2022 + (3 + n) // 12}-{(3 + n) % 12 + 1:02},{calls}" for n, calls in enumerate(CALLS)]
    file = "\n".join(["measure,period,value", *rows, ""]).encode()
    imports.take(file, "advice-line-2022-24.csv", actor=officer, now=now)
