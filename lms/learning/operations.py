"""What is done with training somebody had elsewhere: entering it, changing it, taking it back, saying yes or no to it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from lms import dates
from lms.accounts.models import Person
from lms.activity.operations import record
from lms.catalogue.models import Course
from lms.db import db
from lms.files import StoredFile, Upload, keep
from lms.learning import emails, queries, rules
from lms.learning.models import PastLearning, PastOrigin, PastState


@dataclass(frozen=True)
class Told:
    """What somebody says of a training."""

    title: str
    provider: str
    done_on: date
    hours: float | None = None
    participatory_hours: float | None = None
    expires_on: date | None = None
    course: Course | None = None


def add_past(*, person: Person, told: Told, evidence: Upload | None, now: datetime) -> PastLearning:
    """Enter something learned elsewhere; it waits for the yes of whoever answers for the person. Wrong where it cannot be."""
    _check(told, now)
    past = PastLearning(person=person, added_at=now)
    _say(past, told)
    if evidence is not None:
        past.evidence = keep(evidence, now=now, by=person)
    db.session.add(past)
    db.session.flush()
    _note("past_learning:entered", past, actor=person, now=now)
    return past


def change_past(*, past: PastLearning, told: Told, evidence: Upload | None, now: datetime) -> None:
    """Say it differently, or with other evidence. What was refused waits once more."""
    past = _lock(past)
    rules.check_can_change(past.state, past.origin)
    _check(told, now)
    _say(past, told)
    old = past.evidence if evidence is not None else None
    if evidence is not None:
        past.evidence = keep(evidence, now=now, by=past.person)
    past.state, past.decided_at, past.decided_by_id, past.reason = PastState.WAITING, None, None, ""
    db.session.flush()
    _forget(old)
    _note("past_learning:changed", past, actor=past.person, now=now)


def take_back(*, past: PastLearning, now: datetime) -> None:
    """It is not there any more, nor is its evidence."""
    past = _lock(past)
    rules.check_can_change(past.state, past.origin)
    evidence, person = past.evidence, past.person
    _note("past_learning:taken_back", past, actor=person, now=now)
    db.session.delete(past)
    db.session.flush()
    _forget(evidence)


def approve(*, past: PastLearning, by: Person, seen: str, now: datetime) -> None:
    """It counts from now on."""
    past = _decide(past, by=by, seen=seen)
    past.state, past.decided_at, past.decided_by_id = PastState.APPROVED, now, by.id
    db.session.flush()
    _note("past_learning:approved", past, actor=by, now=now)
    emails.approved(past, now=now)


def refuse(*, past: PastLearning, by: Person, reason: str, seen: str, now: datetime) -> None:
    """It does not count, and the person reads why; they can change it and ask again."""
    past, reason = _decide(past, by=by, seen=seen), rules.needs_reason(reason)
    past.state, past.decided_at, past.decided_by_id, past.reason = PastState.REFUSED, now, by.id, reason
    db.session.flush()
    _note("past_learning:refused", past, actor=by, now=now)
    emails.refused(past, now=now)


def load_past(*, person: Person, told: Told, now: datetime) -> tuple[PastLearning, bool]:
    """What a file of another system says somebody has learned: it counts, and no letter is written. The same thing on the same
    day is one entry, brought up to date. Returns it, and whether anything is new."""
    _check(told, now)
    same_as = rules.same_as(told.title, told.course.code if told.course else "")
    there = queries.imported_before(person, same_as, told.done_on)
    past = there or PastLearning(
        person=person, added_at=now, origin=PastOrigin.IMPORTED, state=PastState.APPROVED, decided_at=now
    )
    before = _words(past) if there else None
    _say(past, told)
    if before == _words(past):
        return past, False
    db.session.add(past)
    db.session.flush()
    _note("past_learning:changed" if there else "past_learning:imported", past, actor=None, now=now)
    return past, True


def _check(told: Told, now: datetime) -> None:
    rules.check_entry(
        done_on=told.done_on,
        hours=told.hours,
        participatory=told.participatory_hours,
        expires_on=told.expires_on,
        today=dates.london(now).date(),
    )


def _say(past: PastLearning, told: Told) -> None:
    past.title, past.provider, past.done_on = told.title.strip(), told.provider.strip(), told.done_on
    past.hours, past.participatory_hours, past.expires_on = told.hours, told.participatory_hours, told.expires_on
    past.course = told.course
    past.same_as = rules.same_as(told.title, told.course.code if told.course else "")


def _words(past: PastLearning) -> tuple[object, ...]:
    return (
        past.title,
        past.provider,
        past.hours,
        past.participatory_hours,
        past.expires_on,
        past.course.id if past.course else None,
    )


def _lock(past: PastLearning) -> PastLearning:
    """The entry as it is now; who else changes or answers it waits."""
    return db.session.scalars(
        select(PastLearning)
        .where(PastLearning.id == past.id)
        .with_for_update(of=PastLearning)
        .execution_options(populate_existing=True)
    ).one()


def _decide(past: PastLearning, *, by: Person, seen: str) -> PastLearning:
    past = _lock(past)
    rules.check_can_decide(past.state, own=past.person_id == by.id, seen=seen, newest=queries.fingerprint(past))
    return past


def _forget(evidence: StoredFile | None) -> None:
    """The row of a file nothing shows any more; its bytes are named by nobody."""
    if evidence is None:
        return
    used = db.session.scalar(
        select(func.count()).select_from(PastLearning).where(PastLearning.evidence_id == evidence.id)
    )
    if not used:
        db.session.delete(evidence)
        db.session.flush()


def _note(verb: str, past: PastLearning, *, actor: Person | None, now: datetime) -> None:
    record(
        verb,
        actor=actor,
        subject_kind="past_learning",
        subject=past.reference,
        now=now,
        person=past.person.id,
        state=past.state.value if past.state else None,
    )
