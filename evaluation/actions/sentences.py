"""What people who carry out actions read on their own page of learning."""

from flask import url_for

from evaluation.actions import queries
from evaluation.actions.rules import waits
from lms import dates
from lms.accounts.models import Person
from lms.permissions import Permission, can
from lms.words import inside

#: So many actions are named; the others stand under “My actions”.
NAMED = 3


def sentences_of(person: Person) -> list[tuple[str, str]]:
    """What a group of this person was asked, which actions of theirs wait for somebody, and where all of them stand."""
    if not can(person, Permission.ACTION_REPORT):
        return []
    today = dates.london(dates.now()).date()
    mine = [one for one in queries.mine(person, today) if one.closed_on is None]
    waiting = [(one, why) for one in mine if (why := waits(one, today))]
    found = [
        (f"Your group was asked about action {one.reference}.", url_for("actions.own_action", reference=one.reference))
        for one in queries.asked(person, today)[:NAMED]
    ] + [
        (
            f"Action {one.reference} waits for a report: {inside(why.words)}.",
            url_for("actions.own_action", reference=one.reference),
        )
        for one, why in waiting[:NAMED]
    ]
    if mine:
        many = "is one action" if len(mine) == 1 else f"are {len(mine)} actions"
        found.append((f"There {many} that you, your agency or your group answer for.", url_for("actions.own")))
    return found
