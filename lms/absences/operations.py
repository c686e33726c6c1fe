"""Keeping that somebody was spoken with."""

from datetime import date, datetime

from lms import dates
from lms.absences import queries, rules
from lms.absences.models import AbsenceTalk
from lms.accounts.models import Person
from lms.activity.operations import record
from lms.db import db
from lms.errors import RuleBroken

NOT_THERE = "This person is not on the list any more."


def note_talk(*, person: Person, spoken_on: date, by: Person, now: datetime) -> AbsenceTalk:
    """Somebody has spoken with a person about the sessions they missed: they leave the list until they miss another.

    RuleBroken for a day to come or before the last of these sessions, and where they are not on the list.
    """
    found = queries.repeated_of(person.id, now)
    if found is None:
        raise RuleBroken(NOT_THERE)
    rules.check_spoken(spoken_on, last_missed=found.last_missed, today=dates.london(now).date())
    talk = AbsenceTalk(person_id=person.id, spoken_on=spoken_on, noted_by_id=by.id, noted_at=now)
    db.session.add(talk)
    db.session.flush()
    record("absence:spoken", actor=by, subject_kind="person", subject=str(person.id), now=now)
    return talk
