"""Reads of sources and recommendations. Nothing here is personal: who may see one may see all."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from evaluation.actions.models import Action
from evaluation.actions.queries import facts
from evaluation.recommendations.findings import Finding, findings
from evaluation.recommendations.models import (
    Recommendation,
    RecommendationState,
    RecommendationStep,
    Source,
    SourceKind,
    StepKind,
)
from evaluation.results import queries as released
from lms.catalogue.models import Course
from lms.db import db
from lms.organisations.models import PartnershipGroup

Thing = TypeVar("Thing")

#: So many lines stand on one page of a list.
PAGE = 50


@dataclass(frozen=True)
class Pages(Generic[Thing]):
    """One page of a list, of how many in all."""

    rows: Sequence[Thing]
    total: int
    number: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // PAGE))


def _page(found: Select[Thing], page: int) -> Pages[Thing]:
    total = db.session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    number = min(max(1, page), max(1, -(-total // PAGE)))
    return Pages(db.session.scalars(found.limit(PAGE).offset((number - 1) * PAGE)).all(), total, number)


def _like(word: str) -> str:
    return f"%{word.lower().replace('/', '//').replace('%', '/%').replace('_', '/_')}%"


# sources


def sources(*, kind: SourceKind | None, words: str, page: int) -> Pages[Source]:
    """Sources that hold every word, the newest first."""
    found = select(Source).order_by(Source.dated.desc(), Source.reference)
    if kind is not None:
        found = found.where(Source.kind == kind)
    for word in words.split():
        columns = (Source.reference, Source.title, Source.learning)
        found = found.where(or_(*(func.lower(column).like(_like(word), escape="/") for column in columns)))
    return _page(found, page)


def sources_by_kind() -> dict[SourceKind, int]:
    """How many sources of each kind there are, in the order of the kinds; kinds without one are left out."""
    rows = db.session.execute(select(Source.kind, func.count()).group_by(Source.kind))
    counted = {row[0]: row[1] for row in rows}
    return {kind: counted[kind] for kind in SourceKind if kind in counted}


def recommendations_by_source(sources: Collection[Source]) -> dict[int, int]:
    """How many recommendations each of these sources made."""
    rows = db.session.execute(
        select(Recommendation.source_id, func.count())
        .where(Recommendation.source_id.in_([one.id for one in sources]))
        .group_by(Recommendation.source_id)
    )
    return {row[0]: row[1] for row in rows}


def source_or_404(reference: str) -> Source:
    """One source by its reference."""
    found: Source = db.one_or_404(select(Source).where(Source.reference == reference))
    return found


def source_references() -> set[str]:
    """The references that sources have."""
    return set(db.session.scalars(select(Source.reference)))


def of_source(source: Source) -> Sequence[Recommendation]:
    """The recommendations of a source, with their actions, by reference."""
    return db.session.scalars(
        select(Recommendation)
        .options(joinedload(Recommendation.owner_group), selectinload(Recommendation.actions))
        .where(Recommendation.source_id == source.id)
        .order_by(Recommendation.reference)
    ).all()


def recorded_findings() -> dict[str, Source]:
    """The sources that were written from findings of our own results: {key of the finding: the newest source}."""
    found = db.session.scalars(select(Source).where(Source.finding != "").order_by(Source.dated, Source.id))
    return {one.finding: one for one in found}


@dataclass(frozen=True)
class CourseFindings:
    """A course whose results are released, and what they find; nothing where they ask for nothing."""

    course: Course
    findings: list[Finding]


def from_results() -> list[CourseFindings]:
    """What the newest released results of every course find, by title."""
    found = []
    for course in released.released_courses():
        results = released.results(course.code)
        if results is not None:
            found.append(CourseFindings(course, findings(results)))
    return found


def finding(key: str) -> Finding | None:
    """One finding of the newest released results by its key."""
    results = released.results(key.partition(":")[0])
    return next((one for one in findings(results) if one.key == key), None) if results else None


# recommendations


def _whole() -> Select[Recommendation]:
    return select(Recommendation).options(
        joinedload(Recommendation.source),
        joinedload(Recommendation.owner_group),
        selectinload(Recommendation.history).options(
            joinedload(RecommendationStep.actor), joinedload(RecommendationStep.group)
        ),
        selectinload(Recommendation.actions).options(*facts()),
    )


def recommendation_or_404(reference: str) -> Recommendation:
    """One recommendation with its history and actions."""
    found: Recommendation = db.one_or_404(_whole().where(Recommendation.reference == reference))
    return found


def locked(recommendation: Recommendation) -> Recommendation:
    """The same, as it stands now, and nobody else's until this transaction ends."""
    db.session.execute(select(Recommendation.id).where(Recommendation.id == recommendation.id).with_for_update())
    found = _whole().where(Recommendation.id == recommendation.id).execution_options(populate_existing=True)
    return db.session.scalars(found).one()


def recommendations(*, group: str, state: RecommendationState | None, words: str, page: int) -> Pages[Recommendation]:
    """Recommendations of a group, in a state, that hold every word; those from the newest source first."""
    found = (
        _whole()
        .join(Recommendation.source)
        .join(Recommendation.owner_group)
        .order_by(Source.dated.desc(), Recommendation.reference)
    )
    if group:
        found = found.where(PartnershipGroup.key == group)
    if state is not None:
        found = found.where(Recommendation.state == state)
    for word in words.split():
        columns = (Recommendation.reference, Recommendation.headline, Recommendation.wording)
        found = found.where(or_(*(func.lower(column).like(_like(word), escape="/") for column in columns)))
    return _page(found, page)


def references_below(source: str) -> set[str]:
    """The references that recommendations have and that begin with this source's."""
    start = source.replace("/", "//").replace("%", "/%").replace("_", "/_")
    return set(
        db.session.scalars(
            select(Recommendation.reference).where(Recommendation.reference.like(f"{start}%", escape="/"))
        )
    )


def taken(reference: str) -> set[str]:
    """This reference where a source or a recommendation has it already."""
    found = [
        db.session.scalar(select(Source.reference).where(Source.reference == reference)),
        db.session.scalar(select(Recommendation.reference).where(Recommendation.reference == reference)),
    ]
    return {one for one in found if one}


def groups() -> Sequence[PartnershipGroup]:
    """Every group of the partnership, by name."""
    return db.session.scalars(select(PartnershipGroup).order_by(PartnershipGroup.name)).all()


def group(key: str) -> PartnershipGroup:
    """One group that was chosen from the list."""
    return db.session.scalars(select(PartnershipGroup).where(PartnershipGroup.key == key)).one()


@dataclass(frozen=True)
class Waits:
    """How many recommendations a group has not answered, and since when the first of them waits."""

    group: PartnershipGroup
    count: int
    since: date | None


def waiting_by_group() -> list[Waits]:
    """The groups that have recommendations to answer, the one that waits longest first."""
    offered_on = (
        select(func.max(RecommendationStep.dated))
        .where(
            RecommendationStep.recommendation_id == Recommendation.id,
            RecommendationStep.kind.in_((StepKind.RECORDED, StepKind.STEPPED_ACROSS, StepKind.REOPENED)),
        )
        .correlate(Recommendation)
        .scalar_subquery()
    )
    each = (
        select(Recommendation.owner_group_id.label("group_id"), offered_on.label("since"))
        .where(Recommendation.state == RecommendationState.OFFERED)
        .subquery()
    )
    rows = db.session.execute(
        select(PartnershipGroup, func.count(), func.min(each.c.since))
        .join(each, each.c.group_id == PartnershipGroup.id)
        .group_by(PartnershipGroup.id)
        .order_by(func.min(each.c.since), PartnershipGroup.name)
    )
    return [Waits(*row) for row in rows]


def actions_to_link(recommendation: Recommendation, words: str, ticked: Collection[str]) -> list[Action]:
    """The actions that serve a recommendation or are ticked (by their ids), and those that hold every word, by reference."""
    served = {str(one.id) for one in recommendation.actions} | {*ticked}
    found = select(Action).options(selectinload(Action.recommendations), *facts()).order_by(Action.reference)
    wanted = words.casefold().split()
    return [
        one
        for one in db.session.scalars(found)
        if str(one.id) in served or all(word in f"{one.reference} {one.wording}".casefold() for word in wanted)
    ]
