"""Reads of question sets: their versions, where each is used, the draft, what has been answered in which words, the library."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import yaml
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import selectinload

from evaluation.occasions.models import Occasion
from evaluation.question_sets import comparing
from evaluation.question_sets.models import PublishedVersion, QuestionSetDraft
from evaluation.surveys import questions
from evaluation.surveys.models import EvaluationPlan, HeldAnswers, QuestionSet, Response, SurveyRound
from evaluation.surveys.questions import Document
from lms.catalogue.models import Course, CourseSession
from lms.db import db
from lms.set_up import CONTENT
from lms.words import plural

#: What the set that came with the service is called until an officer names it.
DEFAULT_TITLES = {"golden-thread": "The default questions"}


@dataclass(frozen=True)
class Version:
    """One version of a set: what it changed, where it is used, and whether anybody has answered it."""

    question_set: QuestionSet
    published: PublishedVersion | None
    uses: list[str]
    answered: bool


@dataclass(frozen=True)
class KeptSet:
    """A set with its versions, the newest first, and its draft if there is one."""

    key: str
    versions: list[Version] = field(default_factory=list)
    draft: QuestionSetDraft | None = None

    @property
    def title(self) -> str:
        """What officers call it."""
        document = self.draft.document if self.draft else self.versions[0].question_set.document
        return title_of(document, self.key)


def title_of(document: Document, key: str) -> str:
    """What officers call a set."""
    return str(document.get("title") or DEFAULT_TITLES.get(key, key))


@cache
def library() -> dict[str, Any]:
    """The default set that comes with the service: content/question-sets.yaml."""
    document = yaml.safe_load((CONTENT / "question-sets.yaml").read_text(encoding="utf-8"))
    # As a database would give it back: YAML has dates and numbers as keys, JSON has not.
    read: dict[str, Any] = json.loads(json.dumps(document))
    return read


def sets() -> list[KeptSet]:
    """Every set, those that have been changed last first, then by key."""
    versions = db.session.scalars(select(QuestionSet).order_by(QuestionSet.version.desc(), QuestionSet.id)).all()
    drafts = db.session.scalars(
        select(QuestionSetDraft).options(selectinload(QuestionSetDraft.changed_by)).order_by(QuestionSetDraft.key)
    ).all()
    found = {key: KeptSet(key) for key in sorted({*(one.key for one in versions), *(one.key for one in drafts)})}
    read = _read(versions)
    for version in read:
        found[version.question_set.key].versions.append(version)
    return [
        KeptSet(key, one.versions, next((draft for draft in drafts if draft.key == key), None))
        for key, one in found.items()
    ]


def one_set(key: str) -> KeptSet | None:
    """One set with its versions and its draft."""
    versions = db.session.scalars(
        select(QuestionSet).where(QuestionSet.key == key).order_by(QuestionSet.version.desc())
    ).all()
    found = draft(key)
    return KeptSet(key, _read(versions), found) if versions or found else None


def version(key: str, number: int) -> QuestionSet | None:
    """One version of a set."""
    return db.session.scalar(select(QuestionSet).where(QuestionSet.key == key, QuestionSet.version == number))


def newest(key: str) -> QuestionSet | None:
    """The newest version of a set."""
    return db.session.scalar(
        select(QuestionSet).where(QuestionSet.key == key).order_by(QuestionSet.version.desc()).limit(1)
    )


def draft(key: str) -> QuestionSetDraft | None:
    """The draft of a set."""
    return db.session.scalar(select(QuestionSetDraft).where(QuestionSetDraft.key == key))


def keys() -> set[str]:
    """The keys sets have."""
    return {*db.session.scalars(select(QuestionSet.key)), *db.session.scalars(select(QuestionSetDraft.key))}


def question_keys(key: str) -> set[str]:
    """Every key a question has, or had, in any version of any set, and in the draft of this one: no new question takes one."""
    found = draft(key)
    documents = [*db.session.scalars(select(QuestionSet.document)), *([found.document] if found else []), library()]
    return {item["key"] for document in documents for item in document["questions"]}


def _read(versions: Sequence[QuestionSet]) -> list[Version]:
    ids = [one.id for one in versions]
    uses, answered = _uses(ids), _answered_ids()
    published = {
        one.question_set_id: one
        for one in db.session.scalars(
            select(PublishedVersion)
            .where(PublishedVersion.question_set_id.in_(ids))
            .options(selectinload(PublishedVersion.published_by))
        )
    }
    return [Version(one, published.get(one.id), uses.get(one.id, []), one.id in answered) for one in versions]


def _uses(ids: Sequence[int]) -> dict[int, list[str]]:
    """Where versions are used, in words: {id of the version: [what uses it]}."""
    found: dict[int, list[str]] = {}
    plans = select(EvaluationPlan.question_set_id, Course.title).join(Course).order_by(Course.title)
    for set_id, title in db.session.execute(plans.where(EvaluationPlan.question_set_id.in_(ids))):
        found.setdefault(set_id, []).append(f"How {title} is evaluated")
    rounds = select(SurveyRound.question_set_id, func.count()).where(SurveyRound.session_id.is_not(None))
    for set_id, count in db.session.execute(rounds.group_by(SurveyRound.question_set_id)):
        found.setdefault(set_id, []).append(
            plural(count, "wave of a session, asked or planned", "waves of sessions, asked or planned")
        )
    occasions = select(SurveyRound.question_set_id, Occasion.title).join(Occasion).distinct().order_by(Occasion.title)
    for set_id, title in db.session.execute(occasions):
        found.setdefault(set_id, []).append(title)
    return found


def _answered_waves() -> set[tuple[int, str, str]]:
    """What somebody has answered, waiting or moved on: (id of the version, wave, code of the course or nothing)."""
    moved = select(Response.question_set_id, Response.wave, Course.code).outerjoin(
        Course, Course.id == Response.course_id
    )
    same_one = or_(HeldAnswers.session_id == SurveyRound.session_id, HeldAnswers.occasion_id == SurveyRound.occasion_id)
    held = (
        select(SurveyRound.question_set_id, SurveyRound.wave, Course.code)
        .join(HeldAnswers, and_(same_one, HeldAnswers.wave == SurveyRound.wave))
        .outerjoin(CourseSession, CourseSession.id == SurveyRound.session_id)
        .outerjoin(Course, Course.id == CourseSession.course_id)
    )
    return {
        (set_id, wave, code or "")
        for asked in (moved.distinct(), held.distinct())
        for set_id, wave, code in db.session.execute(asked)
    }


def _answered_ids() -> set[int]:
    return {set_id for set_id, _, _ in _answered_waves()}


def answered() -> comparing.Answered:
    """The questions that may have been answered, and in which words: whatever a wave asks that somebody has answered."""
    waves = _answered_waves()
    documents = {
        one.id: one.document
        for one in db.session.scalars(select(QuestionSet).where(QuestionSet.id.in_({set_id for set_id, _, _ in waves})))
    }
    found: dict[str, set[str]] = {}
    for set_id, wave, code in waves:
        document = documents[set_id]
        for key in _keys_of(document, wave, code):
            found.setdefault(key, set()).add(comparing.fingerprint(document, key))
    return {key: frozenset(asked) for key, asked in found.items()}


def _keys_of(document: Document, wave: str, code: str) -> set[str]:
    try:
        return {key.partition(".")[0] for key in questions.keys_asked(document, wave, code)}
    except KeyError:
        return set()
