"""What the chapter says of difference: what was found of each course in the report year, what was said and done about it, and the
sentences people let us print. And how core training was held, session by session."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import joinedload, selectinload

from evaluation.comments.models import Comment, PublishedQuote
from evaluation.comments.queries import published_quotes
from evaluation.impact.annual_counts import TAUGHT, delivered
from evaluation.recommendations.models import Recommendation, Source, SourceKind
from evaluation.results.documents import read
from evaluation.results.models import Release, ReleasedSlice
from evaluation.results.report import Results
from evaluation.surveys.models import SurveyRound
from lms.catalogue.models import Course, CourseSession, Mode
from lms.db import db


@dataclass(frozen=True)
class EffectRow:
    """What was found of one course in a report year: the outcome that decides, among the people who answered every wave."""

    code: str
    title: str
    scale: str
    wave: str
    verdict: str
    matched: int | None
    improved: int | None
    same: int | None
    worse: int | None


def effects(year: str) -> tuple[EffectRow, ...]:
    """One row for each course with released results of a report year. One query."""
    newest = select(func.max(Release.id)).group_by(Release.course_id)
    documents = db.session.scalars(
        select(ReleasedSlice.document)
        .join(Release, Release.id == ReleasedSlice.release_id)
        .join(Course, Course.id == Release.course_id)
        .where(Release.id.in_(newest), ReleasedSlice.key == f"year:{year}")
        .order_by(Course.position, Course.id)
    )
    return tuple(_row(read(Results, document)) for document in documents)


def _row(found: Results) -> EffectRow:
    scale = next((one for one in found.scales if one.primary), None)
    return EffectRow(
        code=found.course_code,
        title=found.course_title,
        scale=scale.name if scale else "",
        wave=found.deciding_wave,
        verdict=found.verdict.words if found.verdict else "Not enough evidence",
        matched=scale.matched if scale else None,
        improved=scale.improved if scale else None,
        same=scale.same if scale else None,
        worse=scale.worse if scale else None,
    )


@dataclass(frozen=True)
class YouSaid:
    """What somebody told the partnership, and what was done about it, each with its reference."""

    reference: str
    said: str
    did: tuple[str, ...]

    @property
    def words(self) -> str:
        """Both, as they are printed."""
        return f"You said: {self.said} ({self.reference}). We did: {' '.join(self.did)}"


#: Gives what was said and done in a period. Other rooms may add theirs (opinion forms of forums, for example).
Gather = Callable[[date, date], Sequence[YouSaid]]


def from_the_log(first: date, last: date) -> list[YouSaid]:
    """Themes of forums and the voice of children and families with an action that was done in these days."""
    sources = (
        db.session.scalars(
            select(Recommendation)
            .join(Source)
            .options(joinedload(Recommendation.source), selectinload(Recommendation.actions))
            .where(Source.kind.in_((SourceKind.FORUM_THEME, SourceKind.VOICE_OF_CHILDREN)))
            .order_by(Source.dated, Source.id, Recommendation.reference)
        )
        .unique()
        .all()
    )
    found = []
    for one in sources:
        did = [action for action in one.actions if action.done_on and first <= action.done_on <= last]
        if did:
            words = tuple(f"{action.wording.rstrip('.')} ({action.reference})." for action in did)
            found.append(YouSaid(one.source.reference, one.source.learning.strip(), words))
    return found


you_said: list[Gather] = [from_the_log]


def said_and_done(first: date, last: date) -> tuple[YouSaid, ...]:
    """Everything the rooms gather."""
    return tuple(one for gather in you_said for one in gather(first, last))


def quotes(first: date, last: date, limit: int = 6) -> tuple[str, ...]:
    """Sentences an officer chose to publish, of courses of core training held in the period, whose writers agreed."""
    rows = delivered(first, last, *TAUGHT)
    chosen = db.session.scalars(
        select(CourseSession.course_id)
        .join(SurveyRound, SurveyRound.session_id == CourseSession.id)
        .join(Comment, Comment.round_id == SurveyRound.id)
        .join(PublishedQuote, PublishedQuote.comment_id == Comment.id)
        .where(CourseSession.course_id.in_(select(rows.c.course_id)))
        .order_by(CourseSession.course_id)
        .distinct()
    ).all()
    return tuple(quote.text for course_id in chosen for quote in published_quotes(course_id=course_id, limit=3))[:limit]


def modes(first: date, last: date) -> tuple[tuple[Mode, int], ...]:
    """How many sessions of core training were held in which way; those of no session are left out."""
    rows = delivered(first, last, *TAUGHT)
    found = db.session.execute(select(rows.c.mode, func.count(distinct(rows.c.id))).group_by(rows.c.mode))
    counted = {row[0]: row[1] for row in found}
    return tuple((mode, counted[mode]) for mode in Mode if mode in counted)
