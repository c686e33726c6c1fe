"""Writes to the action log."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from evaluation.improvement.models import (
    Action,
    ActionState,
    ActionUpdate,
    Direction,
    LearningOffer,
    Measure,
    MeasureFigure,
    MeasureKind,
    Recommendation,
    RecommendationState,
    RecommendationStep,
    Source,
    SourceKind,
)
from lms.accounts.models import Person
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
        actions[given["reference"]] = Action(
            reference=given["reference"],
            wording=given["wording"],
            owner_group=groups[given["owner"]],
            due=_day(given["due"]),
            state=ActionState(given["state"]),
            priority=priorities.get(given["priority"]),
            recommendations=served,
            made_up=given["made_up"],
            updates=[
                ActionUpdate(dated=date.fromisoformat(update["date"]), text=update["text"])
                for update in given["updates"]
            ],
            offers=[
                LearningOffer(course=courses.get(code), resource=resources.get(code))
                for code in given["learning_offers"]
            ],
        )
    db.session.add_all(actions.values())

    for given in document["key_impact_measures"]:
        action = actions.get(given["key"].rsplit("-", 1)[0])
        if action is not None:
            db.session.add(_measure(given, action))
    db.session.flush()


def serve(*, course: Course, add: Collection[int], remove: Collection[int], actor: Person, now: datetime) -> int:
    """Let a course serve these actions more, and those no longer, by their ids; how many that changed. What is served already,
    or not, stays so: two people may do this at once."""
    db.session.execute(select(Course.id).where(Course.id == course.id).with_for_update())
    offers = {
        offer.action_id: offer
        for offer in db.session.scalars(select(LearningOffer).where(LearningOffer.course_id == course.id))
    }
    found = db.session.scalars(select(Action).where(Action.id.in_({*add, *remove})).order_by(Action.reference))
    changed = 0
    for action in found:
        if action.id in add and action.id not in offers:
            db.session.add(LearningOffer(action_id=action.id, course_id=course.id))
            verb = "action:course_added"
        elif action.id in remove and action.id not in add and action.id in offers:
            db.session.delete(offers[action.id])
            verb = "action:course_removed"
        else:
            continue
        record(verb, actor=actor, subject_kind="action", subject=action.reference, now=now, course=course.code)
        changed += 1
    db.session.flush()
    return changed


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
