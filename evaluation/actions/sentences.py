"""What people who carry out actions read on their own page of learning."""

from flask import url_for

from evaluation.actions import queries
from evaluation.actions.rules import waits
from lms import dates
from lms.accounts.models import Person
from lms.permissions import Permission, can
from lms.words import inside


def sentences_of(person: Person) -> list[tuple[str, str]]:
    """The actions of this person, their agency or their groups that wait for somebody, and what their groups were asked."""
    if not can(person, Permission.ACTION_REPORT):
        return []
    today = dates.london(dates.now()).date()
    found = [
        (
            f"Action {one.reference} waits for a report: {inside(why.words)}.",
            url_for("actions.own_action", reference=one.reference),
        )
        for one in queries.mine(person, today)
        if (why := waits(one, today))
    ]
    return found + [
        (
            f"Your group was asked about action {one.reference}.",
            url_for("actions.own_action", reference=one.reference),
        )
        for one in queries.asked(person, today)
    ]
