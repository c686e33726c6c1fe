"""The thread backwards, from a course: why it exists, whom it reached, what changed for them, and what its actions measure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from evaluation.actions import queries as action_log
from evaluation.actions.models import Action
from evaluation.actions.rules import Stand, stand
from evaluation.impact import queries
from evaluation.impact.evaluated import Evaluated, evaluated, measured
from evaluation.impact.measures import KIND_ORDER, MeasureResult
from evaluation.impact.queries import SectorReach, SessionReach
from evaluation.measures.models import Measure
from evaluation.offers import queries as offered
from evaluation.offers.models import LearningOffer
from evaluation.offers.reach import Reach
from evaluation.recommendations.models import Recommendation
from lms import dates
from lms.catalogue.models import Course
from lms.db import db


@dataclass(frozen=True)
class CourseThread:
    """Everything one course stands in, as far as it is known at `as_at`."""

    course: Course
    as_at: datetime
    actions: tuple[Action, ...]
    sessions: tuple[SessionReach, ...]
    reach: Reach
    sectors: tuple[SectorReach, ...]
    evaluated: Evaluated | None
    measures: tuple[MeasureResult, ...]

    @property
    def recommendations(self) -> tuple[Recommendation, ...]:
        """Why it exists: what its actions follow from, each once; the newest source first."""
        found = dict.fromkeys(one for action in self.actions for one in action.recommendations)
        return tuple(sorted(found, key=lambda one: (-one.source.dated.toordinal(), one.reference)))

    @property
    def missing(self) -> tuple[SectorReach, ...]:
        """Sectors with a workforce from which nobody came."""
        return tuple(sector for sector in self.sectors if sector.workforce and not sector.people)

    def stand(self, action: Action) -> Stand:
        """Where an action of it stands."""
        return stand(action, dates.london(self.as_at).date())


def course_thread(course: Course, *, as_at: datetime) -> CourseThread:
    """Follow a course from the single records, in a fixed number of queries."""
    actions = _actions(course)
    offers = [offer for action in actions for offer in action.offers if offer.course_id == course.id]
    reached = offered.reached(offers, since=None, until=as_at)
    # A measure may count the answers of another course of its action: those are read too.
    others = {offer.course for action in actions for offer in action.offers if offer.course}
    found = evaluated({course} | others)
    return CourseThread(
        course=course,
        as_at=as_at,
        actions=tuple(actions),
        sessions=tuple(queries.sessions_held([course.id], as_at)),
        reach=reached.reach,
        sectors=reached.sectors,
        evaluated=next((one for one in found if one.course.id == course.id), None),
        measures=tuple(
            sorted(
                (measured(measure, found) for action in actions for measure in action.measures),
                key=lambda result: KIND_ORDER.index(result.kind),
            )
        ),
    )


def _actions(course: Course) -> Sequence[Action]:
    """The actions a course serves, with what they follow from, what they offer and what they measure."""
    serves = select(LearningOffer.action_id).where(LearningOffer.course_id == course.id)
    return db.session.scalars(
        select(Action)
        .where(Action.id.in_(serves))
        .options(
            joinedload(Action.owner_group),
            *action_log.facts(),
            selectinload(Action.recommendations).joinedload(Recommendation.source),
            selectinload(Action.offers).joinedload(LearningOffer.course),
            selectinload(Action.measures).selectinload(Measure.figures),
        )
        .order_by(Action.reference)
    ).all()
