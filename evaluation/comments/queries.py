"""Reads of what people wrote. Whatever is shown to anybody goes through `readable`: its wave is over, its words were looked
through, and an officer has decided where something was found. Nothing here joins two answers of one person, but for the consent
that belongs to a sentence.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased, contains_eager

from evaluation.comments import rules
from evaluation.comments.models import (
    READABLE,
    Comment,
    CommentsLooked,
    Outcome,
    PublishedQuote,
)
from evaluation.occasions.models import Occasion
from evaluation.surveys import questions
from evaluation.surveys.models import Answer, QuestionSet, Response, RoundStage, SurveyRound
from evaluation.surveys.queries import belongs
from lms.catalogue.models import Course, CourseSession
from lms.dates import from_london
from lms.db import db
from lms.organisations.models import Sector


@dataclass(frozen=True)
class Subject:
    """What people were asked about: a course by its code, or an occasion by its reference."""

    kind: str
    key: str
    title: str


@dataclass(frozen=True)
class Topic:
    """One question about one subject, as its words are read, coded and counted."""

    subject: Subject
    question_key: str
    set_key: str
    wording: str
    #: The waves in which something readable was written, in the order of the question set.
    waves: tuple[str, ...]
    #: {wave: its name}
    names: dict[str, str]
    is_quote: bool

    @property
    def place(self) -> dict[str, Any]:
        """What names it in an address."""
        return {"kind": self.subject.kind, "key": self.subject.key, "question": self.question_key}


def readable() -> ColumnElement[bool]:
    """The condition under which words may be read at all; for queries that join the round and the answer."""
    return Comment.outcome.in_(READABLE) & (SurveyRound.stage == RoundStage.CLOSED) & (Answer.text != "")


def joined(*columns: Any) -> Select[Any]:
    """Comments with their round and the answer whose words they are."""
    return (
        select(*columns)
        .select_from(Comment)
        .join(SurveyRound, SurveyRound.id == Comment.round_id)
        .join(Answer, (Answer.response_id == Comment.response_id) & (Answer.question_key == Comment.question_key))
    )


def is_about(subject: Subject) -> ColumnElement[bool]:
    """The condition that a round is about a subject."""
    if subject.kind == "occasion":
        return SurveyRound.occasion_id.in_(select(Occasion.id).where(Occasion.reference == subject.key))
    return SurveyRound.session_id.in_(select(CourseSession.id).join(Course).where(Course.code == subject.key))


# Looking through


def _not_looked(*columns: Any) -> Select[Any]:
    """Waves that are over, whose answers have been moved on for the last time, and whose words nobody has looked through."""
    return (
        select(*columns)
        .select_from(SurveyRound)
        .outerjoin(CommentsLooked, CommentsLooked.round_id == SurveyRound.id)
        .where(
            SurveyRound.stage == RoundStage.CLOSED, SurveyRound.moves_on_at.is_(None), CommentsLooked.round_id.is_(None)
        )
    )


def next_to_look() -> datetime | None:
    """Since when a wave is over whose words have not been looked through."""
    moment: datetime | None = db.session.scalar(_not_looked(func.min(SurveyRound.closes_at)))
    return moment


def to_look(now: datetime) -> Sequence[SurveyRound]:
    """The waves whose words are to be looked through."""
    return db.session.scalars(
        _not_looked(SurveyRound).where(SurveyRound.closes_at <= now).order_by(SurveyRound.id)
    ).all()


def words_of(wave: SurveyRound) -> list[tuple[str, str, str]]:
    """Everything written in a wave: response, question, words."""
    rows = db.session.execute(
        select(Answer.response_id, Answer.question_key, Answer.text)
        .join(Response)
        .where(belongs(Response, wave), Answer.text != "")
        .order_by(Answer.response_id, Answer.question_key)
    )
    return [(response_id, key, text or "") for response_id, key, text in rows]


def next_final() -> datetime | None:
    """When the next decision about words becomes final."""
    day: date | None = db.session.scalar(select(func.min(Comment.final_on)))
    return from_london(day) if day else None


def to_make_final(today: date) -> Sequence[Comment]:
    """The decisions that can no longer be undone."""
    return db.session.scalars(select(Comment).where(Comment.final_on <= today).order_by(Comment.id)).all()


# Reviewing


def waiting_count() -> int:
    """How many texts wait for an officer."""
    return db.session.scalar(select(func.count()).where(Comment.outcome == Outcome.WAITING)) or 0


def next_waiting(after: str = "") -> Comment | None:
    """A text that waits for an officer: the next one after this, in an order that tells nothing."""
    waits = select(Comment).where(Comment.outcome == Outcome.WAITING).order_by(Comment.id).limit(1)
    return db.session.scalar(waits.where(Comment.id > after)) or db.session.scalar(waits)


def comment(comment_id: str) -> Comment | None:
    """A comment by its id."""
    return db.session.get(Comment, comment_id)


def undoable() -> Sequence[Comment]:
    """The decisions that can still be undone, the newest first."""
    return db.session.scalars(
        select(Comment).where(Comment.final_on.is_not(None)).order_by(Comment.decided_on.desc(), Comment.id)
    ).all()


def asked(wave: SurveyRound, question_key: str) -> str:
    """A question in its words."""
    try:
        return questions.question(wave.question_set.document, question_key).wording
    except KeyError:
        return question_key.replace("_", " ")


# Reading


@dataclass(frozen=True)
class Written:
    """How much was written to one question about one subject: readable now, and waiting for an officer."""

    topic: Topic
    readable: int
    waiting: int


def overview() -> list[tuple[Subject, list[Written]]]:
    """Everything written, by course or occasion and by question. Waves that are not over are not in it."""
    counts: dict[Subject, dict[tuple[str, str], int]] = {}
    rows = db.session.execute(
        joined(
            Course.code,
            Course.title,
            Occasion.reference,
            Occasion.title,
            Comment.question_key,
            Comment.outcome,
            func.count(),
        )
        .outerjoin(CourseSession, CourseSession.id == SurveyRound.session_id)
        .outerjoin(Course, Course.id == CourseSession.course_id)
        .outerjoin(Occasion, Occasion.id == SurveyRound.occasion_id)
        .where(SurveyRound.stage == RoundStage.CLOSED)
        .group_by(Course.code, Course.title, Occasion.reference, Occasion.title, Comment.question_key, Comment.outcome)
    )
    for code, title, reference, name, key, outcome, count in rows:
        about = Subject("course", code, title) if code else Subject("occasion", reference, name)
        there = counts.setdefault(about, defaultdict(int))
        there[key, "readable" if outcome in READABLE else outcome.value] += count
    return [
        (
            about,
            [
                Written(
                    topic, counts[about][topic.question_key, "readable"], counts[about][topic.question_key, "waiting"]
                )
                for topic in topics(about)
            ],
        )
        for about in sorted(counts, key=lambda one: (one.kind, one.title, one.key))
    ]


def subject(kind: str, key: str) -> Subject | None:
    """What a survey was about, by its place in an address."""
    titled = select(Course.title).where(Course.code == key)
    if kind == "occasion":
        titled = select(Occasion.title).where(Occasion.reference == key)
    title = db.session.scalar(titled)
    return Subject(kind, key, title) if title else None


def topics(about: Subject) -> list[Topic]:
    """The questions to which something was written about this subject, in the order of the question set."""
    rows = db.session.execute(
        joined(Comment.question_key, SurveyRound.wave, func.max(SurveyRound.question_set_id))
        .where(is_about(about), SurveyRound.stage == RoundStage.CLOSED)
        .group_by(Comment.question_key, SurveyRound.wave)
    ).all()
    newest: dict[str, int] = {}
    waves: dict[str, set[str]] = defaultdict(set)
    for key, wave, set_id in rows:
        newest[key] = max(set_id, newest.get(key, 0))
        waves[key].add(wave)
    sets = {one.id: one for one in db.session.scalars(select(QuestionSet).where(QuestionSet.id.in_(newest.values())))}
    return [
        _topic(about, key, sets[newest[key]], waves[key])
        for key in sorted(newest, key=lambda key: _place(key, sets[newest[key]]))
    ]


def _place(key: str, of: QuestionSet) -> tuple[int, str]:
    keys = [one["key"] for one in of.document["questions"]]
    return (keys.index(key) if key in keys else len(keys), key)


def _topic(about: Subject, key: str, of: QuestionSet, waves: set[str]) -> Topic:
    named = {wave["key"]: wave["name"] for wave in of.document["waves"]}
    order = [*(wave for wave in named if wave in waves), *sorted(waves - named.keys())]
    try:
        item = questions.question(of.document, key)
        wording, is_quote = item.wording, item.type == "quote"
    except KeyError:
        wording, is_quote = key.replace("_", " "), key == rules.QUOTE
    return Topic(about, key, of.key, wording, tuple(order), {wave: named.get(wave, wave) for wave in order}, is_quote)


def topic(kind: str, key: str, question: str) -> Topic | None:
    """One question about one subject, if anything was written to it."""
    about = subject(kind, key)
    return next((one for one in topics(about) if one.question_key == question), None) if about else None


def comments(of: Topic, wave: str = "") -> Sequence[Comment]:
    """The words that may be read, of one wave or of all, in an order that tells nothing of who wrote them."""
    asked_for = joined(Comment).where(
        is_about(of.subject), Comment.question_key == of.question_key, readable(), SurveyRound.wave.in_(of.waves)
    )
    if wave:
        asked_for = asked_for.where(SurveyRound.wave == wave)
    found = db.session.scalars(
        asked_for.options(contains_eager(Comment.round), contains_eager(Comment.answer)).order_by(Comment.id)
    ).all()
    # Words that were cut out whole, and those cut so that nothing is left, are not shown.
    return [one for one in found if one.words]


# Quotes


@dataclass(frozen=True)
class Quote:
    """A sentence its writer allowed us to publish, with the wave and, where allowed and safe, the sector."""

    text: str
    wave: str
    sector: str | None
    comment_id: str = ""
    published: bool = False


def _quotes() -> Select[Any]:
    """Sentences with a yes whose words may be read. Without a yes nothing is ever printed."""
    consent = aliased(Answer)
    return (
        joined(Comment, SurveyRound.wave, consent.choice, Sector.name, PublishedQuote.comment_id)
        .join(consent, (consent.response_id == Comment.response_id) & (consent.question_key == rules.CONSENT))
        .join(Response, Response.id == Comment.response_id)
        .outerjoin(Sector, Sector.id == Response.sector_id)
        .outerjoin(PublishedQuote, PublishedQuote.comment_id == Comment.id)
        .where(Comment.question_key == rules.QUOTE, consent.choice.in_(rules.YES), readable())
        .options(contains_eager(Comment.answer))
        # Where the same words were written twice, the one who allowed less comes first and decides.
        .order_by(Response.week.desc(), Answer.text, consent.choice, Sector.name, Comment.id)
    )


def consent_of(comment: Comment) -> str | None:
    """What its writer said to having a sentence published."""
    return db.session.scalar(
        select(Answer.choice).where(Answer.response_id == comment.response_id, Answer.question_key == rules.CONSENT)
    )


def quotes_to_choose(about: Subject) -> list[Quote]:
    """Every sentence about a subject that may be published, and whether it is."""
    return [_quote(*row) for row in db.session.execute(_quotes().where(is_about(about)))]


def published_quotes(
    *, course_id: int | None = None, occasion_id: int | None = None, limit: int | None = None
) -> list[Quote]:
    """The sentences an officer chose to publish, latest waves first, each once. Asked anew each time: a wave that is over, words
    that were looked through, a yes, and the choice; the sector only where its writer allowed it and it may be told."""
    sessions = select(CourseSession.id).where(CourseSession.course_id == course_id)
    about = SurveyRound.session_id.in_(sessions) if occasion_id is None else SurveyRound.occasion_id == occasion_id
    rows = db.session.execute(_quotes().where(PublishedQuote.comment_id.is_not(None), about))
    found: dict[str, Quote] = {}
    for row in rows:
        one = _quote(*row)
        found.setdefault(one.text, one)
    return list(found.values())[:limit]


def _quote(comment: Comment, wave: str, allowed: str, sector: str | None, published: str | None) -> Quote:
    told = sector if allowed == rules.WITH_SECTOR else None
    return Quote(comment.words, wave, told, comment.id, published is not None)


def said_by(about: Subject, quote: Quote) -> str:
    """When a sentence was written, the sector where it may be told, and whether it is published now."""
    names = {
        wave: name for topic in topics(about) if topic.question_key == rules.QUOTE for wave, name in topic.names.items()
    }
    who = f"{quote.sector}, " if quote.sector else ""
    return f"{who}{names.get(quote.wave, quote.wave)}{'. Published' if quote.published else ''}"
