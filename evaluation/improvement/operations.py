"""Writes to the action log."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from evaluation.actions.models import (
    Action,
    ActionEvidence,
    ActionState,
    ActionUpdate,
    EvidenceKind,
    Outcome,
    Outlook,
)
from evaluation.improvement import dependants
from evaluation.measures.models import Direction, Measure, MeasureFigure, MeasureKind
from evaluation.offers.models import LearningOffer
from evaluation.recommendations.models import (
    Recommendation,
    RecommendationState,
    RecommendationStep,
    Source,
    SourceKind,
    StepKind,
)
from lms import dates
from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.activity.operations import record
from lms.catalogue.models import Course
from lms.db import db
from lms.organisations.models import PartnershipGroup, Priority
from lms.resources.models import Resource


def load_log(document: dict[str, Any], *, references: Iterable[str] | None = None) -> None:
    """Load sources, recommendations, actions and measures of a document shaped like content/courses.yaml.

    `references` narrows it to these sources and what follows from them. Groups, priorities, courses and resources must be
    there already; a step or an owner that names no group is kept by its own words.
    """
    groups = {group.key: group for group in db.session.scalars(select(PartnershipGroup))}
    priorities = {priority.key: priority for priority in db.session.scalars(select(Priority))}
    courses = {course.code: course for course in db.session.scalars(select(Course))}
    resources = {resource.code: resource for resource in db.session.scalars(select(Resource))}
    wanted = set(references) if references is not None else None

    sources: dict[str, Source] = {}
    for given in document["example_sources"]:
        if wanted is None or given["reference"] in wanted:
            sources[given["reference"]] = Source(
                reference=given["reference"],
                kind=SourceKind(given["kind"]),
                title=given["title"],
                dated=date.fromisoformat(given["date"]),
                learning=given["learning"],
                made_up=given["made_up"],
            )
    db.session.add_all(sources.values())

    recommendations: dict[str, Recommendation] = {}
    for given in document["example_recommendations"]:
        if given["source"] not in sources:
            continue
        recommendations[given["reference"]] = Recommendation(
            reference=given["reference"],
            source=sources[given["source"]],
            headline=given["headline"],
            wording=given["wording"],
            plain_sentence=given.get("plain_sentence", ""),
            owner_group=groups[given["owner_group"]],
            due=_day(given["due"]),
            state=RecommendationState(given["state"]),
            made_up=given["made_up"],
            history=[
                RecommendationStep(
                    dated=date.fromisoformat(step["date"]),
                    kind=_kind(step["what"]),
                    by=groups[step["who"]].name
                    if step["who"] in groups
                    else step["who"].replace("_", " ").capitalize(),
                    what=step["what"],
                )
                for step in given["history"]
            ],
        )
    db.session.add_all(recommendations.values())

    actions: dict[str, Action] = {}
    for given in document["example_actions"]:
        served = [recommendations[reference] for reference in given["recommendations"] if reference in recommendations]
        if not served:
            continue
        actions[given["reference"]] = _action(given, served, groups, priorities, courses, resources)
    db.session.add_all(actions.values())

    for given in document["example_actions"]:
        if given["reference"] in actions:
            actions[given["reference"]].needs = [actions[one] for one in given.get("needs", ()) if one in actions]
    for given in document["key_impact_measures"]:
        action = actions.get(given["key"].rsplit("-", 1)[0])
        if action is not None:
            db.session.add(_measure(given, action))
    db.session.flush()


def _action(
    given: dict[str, Any],
    served: list[Recommendation],
    groups: dict[str, PartnershipGroup],
    priorities: dict[str, Priority],
    courses: dict[str, Course],
    resources: dict[str, Resource],
) -> Action:
    """An action with the facts behind the state a document gives: a state itself is never kept."""
    state = ActionState(given["state"])
    updates = [
        ActionUpdate(dated=date.fromisoformat(update["date"]), text=update["text"], outlook=_outlook(update))
        for update in given["updates"]
    ]
    if updates and state in {ActionState.ON_TRACK, ActionState.SLIPPING}:
        updates[-1].outlook = updates[-1].outlook or Outlook(state.value)
    decided = [step.dated for one in served for step in one.history if step.kind is StepKind.ACCEPTED]
    decided_on = _day(given.get("decided_on")) or max(decided, default=served[0].source.dated)
    last = updates[-1].dated if updates else decided_on
    ended = state in {ActionState.DONE, ActionState.EVIDENCE_OF_IMPACT, ActionState.CLOSED}
    return Action(
        reference=given["reference"],
        wording=given["wording"],
        success=given.get("success", ""),
        owner_group=groups[given["owner"]],
        decided_on=decided_on,
        due=_day(given["due"]),
        long_term=state is ActionState.LONG_TERM_CULTURAL_CHANGE,
        done_on=_day(given.get("done_on")) or (last if ended else None),
        closed_on=_day(given.get("closed_on")) or (last if state is ActionState.CLOSED else None),
        outcome=Outcome(given["outcome"]) if "outcome" in given else None,
        review_on=_day(given.get("review_on")),
        priority=priorities.get(given["priority"]),
        recommendations=served,
        made_up=given["made_up"],
        updates=updates,
        evidence=[
            ActionEvidence(
                kind=EvidenceKind(one["kind"]),
                shows=one["shows"],
                about_on=date.fromisoformat(one["date"]),
                added_at=dates.from_london(date.fromisoformat(one["date"]), 12),
                expires_on=_day(one.get("expires")),
                url=one["url"],
            )
            for one in given.get("evidence", ())
        ],
        offers=[
            LearningOffer(course=courses.get(code), resource=resources.get(code)) for code in given["learning_offers"]
        ],
    )


def _outlook(update: dict[str, Any]) -> Outlook | None:
    return Outlook(update["outlook"]) if "outlook" in update else None


def _kind(what: str) -> StepKind:
    """What kind of step these words of a document describe."""
    for start, kind in (
        ("stepped across", StepKind.STEPPED_ACROSS),
        ("accepted", StepKind.ACCEPTED),
        ("declined", StepKind.DECLINED),
        ("raised", StepKind.RECORDED),
        ("offered", StepKind.STEPPED_ACROSS),
    ):
        if what.startswith(start):
            return kind
    return StepKind.NOTED


def serve(*, course: Course, add: Collection[int], remove: Collection[int], actor: Person, now: datetime) -> int:
    """Let a course serve these actions more, and those no longer, by their ids; how many that changed. What is served already,
    or not, stays so: two people may do this at once. RuleBroken where people came to it since the action was decided, so that
    its thread counts them; what was ticked today may be unticked today."""
    db.session.execute(select(Course.id).where(Course.id == course.id).with_for_update())
    offers = {
        offer.action_id: offer
        for offer in db.session.scalars(select(LearningOffer).where(LearningOffer.course_id == course.id))
    }
    found = db.session.scalars(select(Action).where(Action.id.in_({*add, *remove})).order_by(Action.reference))
    changed = 0
    for action in found:
        if action.id in add and action.id not in offers:
            db.session.add(LearningOffer(action_id=action.id, course_id=course.id, added_at=now))
            verb = "action:course_added"
        elif action.id in remove and action.id not in add and action.id in offers:
            if not _ticked_today(action, course, now):
                dependants.check(offers[action.id])
            db.session.delete(offers[action.id])
            verb = "action:course_removed"
        else:
            continue
        record(verb, actor=actor, subject_kind="action", subject=action.reference, now=now, course=course.code)
        changed += 1
    db.session.flush()
    return changed


def _ticked_today(action: Action, course: Course, now: datetime) -> bool:
    """Was it only ticked today, so that it may be taken back whatever was counted through it since?"""
    today = dates.from_london(dates.london(now).date())
    ticks = select(Activity).where(
        Activity.verb == "action:course_added", Activity.subject == action.reference, Activity.at >= today
    )
    return any(one.details.get("course") == course.code for one in db.session.scalars(ticks))


def _measure(given: dict[str, Any], action: Action) -> Measure:
    figures = given.get("series", []) + given.get("findings", [])
    return Measure(
        key=given["key"],
        action=action,
        kind=MeasureKind(given["kind"]),
        name=given["name"],
        unit=given.get("unit", ""),
        direction=Direction(given["direction"]),
        target=given.get("target"),
        source=given.get("source", ""),
        caution=given.get("caution", ""),
        learning_dates=given.get("learning_dates", []),
        question_keys=given.get("question_keys", []),
        scale=given.get("scale", ""),
        waves=given.get("compare", []),
        least_matched=given.get("least_matched", 10),
        made_up=given.get("made_up", False),
        figures=[
            MeasureFigure(
                dated=_day(figure["date"] if "date" in figure else f"{figure['month']}-01"),
                method=figure.get("method", ""),
                numerator=figure.get("numerator"),
                denominator=figure.get("denominator"),
                value=figure.get("value"),
            )
            for figure in figures
            if isinstance(figure, dict)
        ],
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
