"""Reads of the training needs analysis and of proposals. Nothing here names a person."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import func, select, true
from sqlalchemy.orm import joinedload, selectinload

from evaluation.actions.models import Action
from evaluation.recommendations.models import Recommendation, RecommendationState, Source, SourceKind
from evaluation.training_needs.analysis import SECTIONS, Analysis, Line
from evaluation.training_needs.models import NeedsSnapshot, Proposal, ProposalStep
from evaluation.training_needs.returns import newest_round, summary
from lms import dates
from lms.catalogue.models import Course
from lms.db import db
from lms.demand.models import DeliveryRequest, DeliveryState
from lms.demand.queries import demand
from lms.due.rules import DueState, asked
from lms.due.standing import standing
from lms.elearning.models import Enrolment
from lms.organisations.models import PartnershipGroup
from lms.words import number_word, plural

#: Sources that are themes of audits and returns, and for how many months they count.
THEMES = (SourceKind.MULTI_AGENCY_AUDIT, SourceKind.SECTION_11_THEME, SourceKind.SECTION_175_THEME)
THEME_MONTHS = 24
#: So many months ahead “due” looks, and so many months back e-learning.
DUE_MONTHS, ELEARNING_MONTHS = 6, 12


def analysis(now: datetime) -> Analysis:
    """The analysis as everything stands now. A fixed number of queries."""
    today = dates.london(now).date()
    bases: dict[str, str] = {}
    lines = [
        *_recommendations(bases),
        *_themes(today),
        *_due(now, today),
        *_wanted(now),
        *_asked_for(),
        *_unfinished(now),
        *_returned(bases),
    ]
    order = list(SECTIONS)
    return Analysis(today, tuple(sorted(lines, key=lambda one: order.index(one.section))), bases)


def _recommendations(bases: dict[str, str]) -> Iterator[Line]:
    rows = db.session.scalars(
        select(Recommendation)
        .where(Recommendation.state == RecommendationState.ACCEPTED)
        .options(selectinload(Recommendation.actions).selectinload(Action.offers))
        .order_by(Recommendation.due, Recommendation.reference)
    ).all()
    without = [one for one in rows if not any(action.offers for action in one.actions)]
    bases["recommendations"] = (
        f"{len(without)} of {plural(len(rows), 'accepted recommendation')} "
        f"{'has' if len(without) == 1 else 'have'} nothing offered."
    )
    for one in without:
        yield Line(
            "recommendations",
            f"recommendation:{one.reference}",
            f"{one.reference} {one.headline}",
            len(one.actions),
            None,
            "action, no offer",
            "actions, no offer",
            one.wording,
            "Thread",
            "impact.thread",
            (("reference", one.reference),),
        )


def _themes(today: date) -> Iterator[Line]:
    rows = db.session.execute(
        select(Source, func.count(Recommendation.id), func.min(Recommendation.reference))
        .outerjoin(Recommendation, Recommendation.source_id == Source.id)
        .where(Source.kind.in_(THEMES), Source.dated >= dates.months_after(today, -THEME_MONTHS), Source.dated <= today)
        .group_by(Source.id)
        .order_by(Source.dated.desc(), Source.reference)
    )
    for source, many, first in rows:
        yield Line(
            "themes",
            f"source:{source.reference}",
            f"{source.reference} {source.title}",
            many,
            None,
            "recommendation",
            "recommendations",
            f"{source.kind.label}, {dates.day(source.dated)}: {source.learning}",
            "Thread" if first else "",
            "impact.thread" if first else "",
            (("reference", first),) if first else (),
        )


def _due(now: datetime, today: date) -> Iterator[Line]:
    until = dates.months_after(today, DUE_MONTHS)
    found = standing(true(), now)
    for rule in found.rules:
        stands = [line.stands[rule.id] for line in found.lines if rule.id in line.stands]
        overdue = sum(1 for one in stands if one.state is DueState.OVERDUE)
        soon = sum(
            1
            for one in stands
            if one.state is not DueState.OVERDUE and one.next_due is not None and one.next_due <= until
        )
        unknown = sum(1 for one in stands if one.state is DueState.NOT_KNOWN)
        if not overdue and not soon and not unknown:
            continue
        more = f"{number_word(overdue).capitalize()} overdue, {number_word(soon)} due by {dates.day(until)}."
        if unknown:
            more += f" Of {plural(unknown, 'person', 'people')} nothing is on record."
        yield Line(
            "due",
            f"due:{rule.key}",
            f"{rule.title} ({asked(found.needs[rule.id])})",
            overdue + soon,
            len(stands),
            "person",
            "people",
            more,
            "Training of everybody",
            "due.partnership",
        )


def _wanted(now: datetime) -> Iterator[Line]:
    for one in demand(now):
        place = (("code", one.course.code),)
        sectors = ", ".join(f"{name} {many}" for name, many in one.by_sector)
        if one.interested:
            title = f"{one.course.title} ({one.course.code})"
            more = f"Next date {dates.day(one.next_at)}." if one.next_at else "No date is planned."
            yield Line(
                "interest", f"interest:{one.course.code}", title, one.interested, None, "person", "people",
                f"{more}{f' By sector: {sectors}.' if sectors else ''}", "Demand", "demand.course", place,
            )  # fmt: skip
        if one.waiting:
            title = f"{one.course.title} ({one.course.code})"
            yield Line(
                "waiting", f"waiting:{one.course.code}", title, one.waiting, None, "person", "people",
                "", "Demand", "demand.course", place,
            )  # fmt: skip


def _asked_for() -> Iterator[Line]:
    rows = db.session.execute(
        select(Course.code, Course.title, func.count(), func.sum(DeliveryRequest.people))
        .join(Course, Course.id == DeliveryRequest.course_id)
        .where(DeliveryRequest.state == DeliveryState.ASKED)
        .group_by(Course.code, Course.title)
        .order_by(Course.title, Course.code)
    )
    for code, title, many, people in rows:
        yield Line(
            "asked", f"asked:{code}", f"{title} ({code})", many, None, "session", "sessions",
            f"For about {plural(int(people), 'person', 'people')} in all, as the askers say.",
            "Sessions asked for", "demand.requests",
        )  # fmt: skip


def _unfinished(now: datetime) -> Iterator[Line]:
    first = dates.from_london(dates.months_after(dates.london(now).date(), -ELEARNING_MONTHS))
    rows = db.session.execute(
        select(
            Course.code,
            Course.title,
            func.count(),
            func.count(Enrolment.id).filter(Enrolment.completed_at.is_(None)),
            func.count(Enrolment.id).filter(Enrolment.completed_at.is_(None), Enrolment.started_at.is_(None)),
        )
        .join(Course, Course.id == Enrolment.course_id)
        .where(Enrolment.booked_at >= first, Enrolment.booked_at <= now)
        .group_by(Course.code, Course.title, Course.position)
        .order_by(Course.position, Course.code)
    )
    for code, title, booked, unfinished, not_begun in rows:
        if unfinished:
            yield Line(
                "elearning", f"elearning:{code}", f"{title} ({code})", unfinished, booked, "booking", "bookings",
                f"{number_word(not_begun).capitalize()} of them not begun.", "E-learning", "elearning.index",
            )  # fmt: skip


def _returned(bases: dict[str, str]) -> Iterator[Line]:
    newest = newest_round()
    if newest is None:
        return
    found = summary(newest)
    year = str(newest.year)
    bases["returns"] = (
        f"Returns of {year}: {plural(found.answered, 'organisation')} of {found.asked} asked have answered."
    )
    for total in found.topics:
        if total.organisations:
            yield Line(
                "returns", f"return:{total.topic.name}", total.topic.name, total.trained, total.in_scope,
                "member of staff", "staff in scope are trained",
                f"From {plural(total.organisations, 'organisation')} with staff in scope.",
                "Returns", "training_needs.round_", (("year", year),),
            )  # fmt: skip
    for one, version in found.said:
        yield Line(
            "said", f"said:{year}:{one.organisation_id}", one.organisation.name, None, None, "", "", version.needs,
            "Return", "training_needs.one_return", (("year", year), ("organisation_id", str(one.organisation_id))),
        )  # fmt: skip


# Proposals and kept analyses.


def proposals() -> Sequence[Proposal]:
    """Every proposal, the newest first."""
    return db.session.scalars(select(Proposal).options(joinedload(Proposal.group)).order_by(Proposal.id.desc())).all()


def proposal(reference: str) -> Proposal | None:
    """One proposal with its history."""
    return db.session.scalar(
        select(Proposal)
        .where(Proposal.reference == reference)
        .options(
            joinedload(Proposal.group),
            joinedload(Proposal.source),
            selectinload(Proposal.history).joinedload(ProposalStep.actor),
        )
    )


def proposal_references() -> set[str]:
    """Every reference of a proposal."""
    return set(db.session.scalars(select(Proposal.reference)))


def deciding_group(groups: Sequence[PartnershipGroup]) -> PartnershipGroup | None:
    """Who decides on learning here: the strategic group, or the one group for learning; None where there is neither."""
    for key in ("ld_strategic", "ld"):
        if found := next((one for one in groups if one.key == key), None):
            return found
    return None


def recommendation_of(made: Proposal) -> Recommendation | None:
    """The recommendation a proposal became."""
    if made.source_id is None:
        return None
    return db.session.scalars(
        select(Recommendation).where(Recommendation.source_id == made.source_id).order_by(Recommendation.id).limit(1)
    ).first()


def snapshots() -> Sequence[NeedsSnapshot]:
    """The analyses that were kept, the newest first."""
    return db.session.scalars(
        select(NeedsSnapshot).options(joinedload(NeedsSnapshot.taken_by)).order_by(NeedsSnapshot.id.desc())
    ).all()


def snapshot(number: int) -> NeedsSnapshot | None:
    """One of them."""
    return db.session.get(NeedsSnapshot, number)
