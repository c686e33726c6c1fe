"""What is due next, as sentences for a person's own page."""

from datetime import datetime

from flask import url_for

from lms import dates
from lms.accounts.models import Person
from lms.due.rules import DueState, said
from lms.due.standing import standing_of
from lms.words import listing, plural, tag_of


def sentences_of(person: Person) -> list[tuple[str, str]]:
    """What ran out, what runs out soon, and what nothing is on record of; each leads to the page of what one must hold."""
    found = standing_of(person, dates.now())
    if not found.lines:
        return []
    stands, url = found.lines[0].stands, url_for("due.own")
    sentences, unknown = [], []
    for rule in found.rules:
        at = stands[rule.id]
        if at.state is DueState.NOT_KNOWN:
            unknown.append(rule.title)
        elif at.state in (DueState.OVERDUE, DueState.DUE_SOON):
            word = "is overdue" if at.state is DueState.OVERDUE else "is due soon"
            sentences.append((f"{rule.title} {word}: {said(found.needs[rule.id], at)}.", url))
    if len(unknown) > 2:
        sentences.append((f"Nothing is on record of {plural(len(unknown), 'thing')} you must hold.", url))
    elif unknown:
        sentences.append((f"Nothing is on record of {listing(unknown)}.", url))
    return sentences


def due_lines(person: Person, now: datetime) -> list[tuple[str, str, str]]:
    """Every rule that is about somebody, for the paper of their record: (what, where it stands, until when or how much)."""
    found = standing_of(person, now)
    if not found.lines:
        return []
    stands = found.lines[0].stands
    return [
        (rule.title, tag_of(stands[rule.id].state).word, said(found.needs[rule.id], stands[rule.id]))
        for rule in found.rules
        if rule.id in stands
    ]
