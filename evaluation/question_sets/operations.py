"""What officers do with question sets: begin a draft, take a step in it, take the step back, discard it, publish it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from evaluation.question_sets import comparing, editing, queries, rules
from evaluation.question_sets.models import PublishedVersion, QuestionSetDraft
from evaluation.surveys.models import QuestionSet
from lms import dates
from lms.accounts.models import Person
from lms.activity.operations import record
from lms.db import db
from lms.errors import RuleBroken

GONE = "There is no draft of this set any more: it was published or discarded."
SAME = "Nothing is different from version {}, so there is nothing to publish."


def begin_set(*, title: str, from_library: bool, by: Person, now: datetime) -> QuestionSetDraft:
    """A new set: empty, or with everything the library holds."""
    document = editing.name_set(queries.library(), title) if from_library else editing.empty_set(title)
    key = editing.free_key(title, queries.keys())
    return _add(key=key, base=None, document=document, step="The set was begun.", by=by, now=now)


def begin_draft(*, base: QuestionSet, by: Person, now: datetime) -> QuestionSetDraft:
    """A draft of the next version, beginning from this one; the one that is there, if there is one."""
    if there := queries.draft(base.key):
        return there
    step = f"The draft was begun from version {base.version}."
    try:
        with db.session.begin_nested():
            return _add(key=base.key, base=base, document=base.document, step=step, by=by, now=now)
    except IntegrityError:
        # Somebody else began one in the same moment: both work on that.
        return db.session.scalars(select(QuestionSetDraft).where(QuestionSetDraft.key == base.key)).one()


def _add(
    *, key: str, base: QuestionSet | None, document: dict[str, Any], step: str, by: Person, now: datetime
) -> QuestionSetDraft:
    draft = QuestionSetDraft(
        key=key, based_on=base, document=document, before=None, step=step, revision=1, changed_by=by, changed_at=now
    )
    db.session.add(draft)
    db.session.flush()
    record("question_set:begun", actor=by, subject_kind="question_set", subject=key, now=now)
    return draft


def _locked(key: str, revision: int) -> QuestionSetDraft:
    """The draft, held until the request ends; RuleBroken if it is not the one that was seen."""
    draft = db.session.scalar(
        select(QuestionSetDraft)
        .where(QuestionSetDraft.key == key)
        .with_for_update(of=QuestionSetDraft)
        .execution_options(populate_existing=True)
    )
    if draft is None:
        raise RuleBroken(GONE)
    if draft.revision != revision:
        who = draft.changed_by.name if draft.changed_by else "Somebody"
        when = dates.time(draft.changed_at)
        raise RuleBroken(
            f"{who} has changed this draft since you opened the page, at {when}: {draft.step} Nothing of yours was kept yet. "
            "Look at it and send yours again."
        )
    return draft


def take_step(
    *, key: str, revision: int, document: dict[str, Any], step: str, by: Person, now: datetime
) -> QuestionSetDraft:
    """The draft as it is after a step; the one before can be had back once."""
    draft = _locked(key, revision)
    if document == draft.document:
        return draft
    draft.before, draft.document = draft.document, document
    _note(draft, step, by, now)
    return draft


def take_back(*, key: str, revision: int, by: Person, now: datetime) -> QuestionSetDraft:
    """The draft as it was before the last step."""
    draft = _locked(key, revision)
    if draft.before is None:
        raise RuleBroken("There is no step to take back.")
    draft.document, draft.before = draft.before, None
    _note(draft, "The last step was taken back.", by, now)
    return draft


def _note(draft: QuestionSetDraft, step: str, by: Person, now: datetime) -> None:
    draft.step, draft.changed_by, draft.changed_at = step[:300], by, now
    draft.revision += 1
    db.session.flush()
    record("question_set:changed", actor=by, subject_kind="question_set", subject=draft.key, now=now)


def discard(*, key: str, revision: int, by: Person, now: datetime) -> None:
    """Throw the draft away; every published version stays."""
    draft = _locked(key, revision)
    db.session.delete(draft)
    db.session.flush()
    record("question_set:discarded", actor=by, subject_kind="question_set", subject=key, now=now)


def publish(*, key: str, revision: int, changed: str, by: Person, now: datetime) -> QuestionSet:
    """Make the draft the next version. What was answered in other words begins anew under a key of its own.

    RuleBroken where the set cannot be used, or nothing is different. Courses stay with the version they were planned with.
    """
    draft = _locked(key, revision)
    newest = queries.newest(key)
    number = newest.version + 1 if newest else 1
    rules.refuse_problems(draft.document)
    if newest and comparing.compare(newest.document, draft.document).is_empty and _same_words(newest, draft):
        raise RuleBroken(SAME.format(newest.version))
    document = comparing.renewed(draft.document, comparing.renewals(draft.document, queries.answered(), number))
    added = QuestionSet(key=key, version=number, document=document | {"version": number})
    db.session.add(added)
    db.session.delete(draft)
    db.session.flush()
    db.session.add(PublishedVersion(question_set_id=added.id, changed=changed, published_by_id=by.id, published_at=now))
    db.session.flush()
    record("question_set:published", actor=by, subject_kind="question_set", subject=key, now=now, version=number)
    return added


def _same_words(newest: QuestionSet, draft: QuestionSetDraft) -> bool:
    """Does the draft say the same in every language, under the same name?"""
    return all(newest.document.get(name) == draft.document.get(name) for name in ("translations", "title"))
