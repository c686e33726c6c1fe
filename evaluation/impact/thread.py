"""The thread of one recommendation as one value: why → decided → learned on → who came → changed → did → verdict → next.

Every format (page, PDF, spreadsheet, CSV, JSON) prints this value, so one figure is one number everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from evaluation.actions import queries as action_log
from evaluation.actions.models import Action, ActionEvidence, ActionState, Escalation
from evaluation.actions.rules import Stand, counts, stand
from evaluation.comments.queries import Quote
from evaluation.impact import queries
from evaluation.impact.change import Change
from evaluation.impact.evaluated import Evaluated, evaluated, measured
from evaluation.impact.measures import KIND_ORDER, MeasureResult
from evaluation.impact.queries import SectorReach, SessionReach, WaveCount
from evaluation.offers import queries as offered
from evaluation.offers.models import LearningOffer
from evaluation.offers.reach import OfferReach
from evaluation.recommendations.models import Recommendation
from evaluation.surveys.models import EvaluationPlan
from evaluation.verdict import Verdict
from lms import dates
from lms.catalogue.models import Course, SessionGroup
from lms.db import db
from lms.resources.models import Resource


@dataclass(frozen=True)
class CourseReach:
    """One course or series of the thread and its held sessions."""

    course: Course | SessionGroup
    sessions: tuple[SessionReach, ...]

    @property
    def code(self) -> str:
        """What people say aloud."""
        return self.course.code if isinstance(self.course, Course) else self.course.key

    @property
    def expected(self) -> int:
        """Everybody who was expected at any session."""
        return sum(session.expected for session in self.sessions)

    @property
    def came_expected(self) -> int:
        """Those expected who came: the only ones in a share of those expected."""
        return sum(session.came_expected for session in self.sessions)

    @property
    def walked_in(self) -> int:
        """Those who came without having been expected."""
        return sum(session.walked_in for session in self.sessions)


@dataclass(frozen=True)
class Thread:
    """Everything one recommendation led to, as far as it is known at `as_at`."""

    recommendation: Recommendation
    as_at: datetime
    actions: tuple[Action, ...]
    courses: tuple[CourseReach, ...]
    other_offers: tuple["Course | SessionGroup | Resource | LearningOffer", ...]
    sectors: tuple[SectorReach, ...]
    plan: EvaluationPlan | None
    waves: tuple[tuple[str, WaveCount], ...]
    change: Change | None
    measures: tuple[MeasureResult, ...]
    quotes: tuple[Quote, ...]
    next_actions: tuple[Action, ...]
    #: Every offer with whom it reached, kind by kind.
    offers: tuple[OfferReach, ...] = ()
    #: The course that is evaluated, and every other one with its own verdict.
    evaluated: Evaluated | None = None
    others: tuple[Evaluated, ...] = ()
    #: What was asked of groups about the actions, with the answers.
    questions: tuple[Escalation, ...] = ()

    @property
    def reviews(self) -> tuple[Action, ...]:
        """Actions whose evidence is to be looked at again, the first day first."""
        found = [action for action in self.actions if action.review_on and not action.closed_on]
        return tuple(sorted(found, key=lambda action: (action.review_on or date.max, action.reference)))

    @property
    def held(self) -> tuple[SessionReach, ...]:
        """The sessions that were held, each once: one may belong to a course and to a series."""
        once = {session.reference: session for course in self.courses for session in course.sessions}
        return tuple(sorted(once.values(), key=lambda one: (one.starts_at, one.reference)))

    @property
    def sessions(self) -> int:
        """How many sessions were held."""
        return len(self.held)

    @property
    def today(self) -> date:
        """The day it is told of."""
        return dates.london(self.as_at).date()

    @property
    def evidence(self) -> tuple[tuple[Action, ActionEvidence], ...]:
        """What shows something about the actions and counts today, by the day it is about."""
        found = [(action, one) for action in self.actions for one in action.evidence if counts(one, self.today)]
        return tuple(sorted(found, key=lambda pair: (pair[1].about_on, pair[1].id or 0)))

    @property
    def people(self) -> int:
        """How many people came, each counted once."""
        return sum(sector.people for sector in self.sectors)

    @property
    def organisations(self) -> int:
        """How many agencies and schools they came from."""
        return sum(sector.organisations for sector in self.sectors)

    @property
    def workforce(self) -> int | None:
        """The workforce of the sectors that gave a number; None where none did."""
        known = [sector.workforce for sector in self.sectors if sector.workforce is not None]
        return sum(known) if known else None

    @property
    def missing(self) -> tuple[SectorReach, ...]:
        """Sectors with a workforce from which nobody came."""
        return tuple(sector for sector in self.sectors if sector.workforce and not sector.people)

    @property
    def verdict(self) -> Verdict | None:
        """The verdict, where the course is evaluated; None means: not enough evidence, nobody was asked."""
        return self.change.verdict if self.change else None

    def state(self, action: Action) -> ActionState:
        """Where an action stood then."""
        return stand(action, self.today).state

    def stand(self, action: Action) -> Stand:
        """The same, with the facts it follows from."""
        return stand(action, self.today)

    @property
    def moved(self) -> tuple[int, int]:
        """How many measures moved the way that was wanted, of how many."""
        return sum(result.found == "Moved" for result in self.measures), len(self.measures)


def thread(recommendation: Recommendation, *, as_at: datetime) -> Thread:
    """Follow one recommendation (loaded whole by `improvement.queries`) from the single records, in a fixed number of queries."""
    return follow(recommendation, list(recommendation.actions), as_at=as_at)


def follow(recommendation: Recommendation, actions: Sequence[Action], *, as_at: datetime) -> Thread:
    """The same for some actions: those of a recommendation, or those a course serves."""
    offers = [offer for action in actions for offer in action.offers]
    reached = offered.reached(offers, since=None, until=as_at)
    things = list(dict.fromkeys(_thing(offer) for offer in offers))
    with_sessions = _with_sessions(things, as_at)
    found = evaluated([one for one in things if isinstance(one, Course)], quotes=True)
    first = found[0] if found else None
    held = {course.course for course in with_sessions}
    return Thread(
        recommendation=recommendation,
        as_at=as_at,
        actions=tuple(actions),
        courses=tuple(with_sessions),
        other_offers=tuple(one for one in things if one not in held),
        sectors=reached.sectors,
        plan=first.plan if first else None,
        waves=first.waves if first else (),
        change=first.change if first else None,
        measures=tuple(
            sorted(
                (measured(measure, found) for action in actions for measure in action.measures),
                key=lambda result: KIND_ORDER.index(result.kind),
            )
        ),
        quotes=first.quotes if first else (),
        next_actions=_next(actions, offers, dates.london(as_at).date()),
        offers=reached.reach.offers,
        evaluated=first,
        others=found[1:],
        questions=_questions(actions),
    )


def _thing(offer: LearningOffer) -> Course | SessionGroup | Resource | LearningOffer:
    """What an offer names, or the offer itself where it is all there is."""
    return offer.course or offer.group or offer.resource or offer


def _with_sessions(things: Sequence[object], as_at: datetime) -> list[CourseReach]:
    """The courses and series of which sessions were held, with them."""
    courses = [one for one in things if isinstance(one, Course)]
    groups = [one for one in things if isinstance(one, SessionGroup)]
    held = queries.sessions_held([one.id for one in courses], as_at, group_ids=[one.id for one in groups])
    found = [CourseReach(one, tuple(session for session in held if session.course_id == one.id)) for one in courses]
    found += [CourseReach(one, tuple(session for session in held if session.group_id == one.id)) for one in groups]
    return [one for one in found if one.sessions]


def _next(actions: Sequence[Action], offers: Sequence[LearningOffer], today: date) -> tuple[Action, ...]:
    """What is still to be done: this recommendation's own open actions, and others on the same learning."""
    served = [offer.course_id for offer in offers if offer.course_id]
    if not served:
        return _open(actions, today)
    others = db.session.scalars(
        select(Action)
        .join(LearningOffer, LearningOffer.action_id == Action.id)
        .options(joinedload(Action.owner_group), *action_log.facts())
        .where(LearningOffer.course_id.in_(served), Action.id.not_in([action.id for action in actions]))
        .order_by(Action.reference)
    ).unique()
    return _open([*actions, *others], today)


def _open(actions: Sequence[Action], today: date) -> tuple[Action, ...]:
    """Those of which something still waits for its date, the first date first."""
    found = [action for action in actions if not stand(action, today).ended]
    return tuple(sorted(dict.fromkeys(found), key=lambda action: (action.due or date.max, action.reference)))


def _questions(actions: Sequence[Action]) -> tuple[Escalation, ...]:
    """What was asked of groups about these actions, the first question first."""
    found = (
        select(Escalation)
        .where(Escalation.action_id.in_([action.id for action in actions]))
        .options(joinedload(Escalation.group))
        .order_by(Escalation.asked_on, Escalation.id)
    )
    return tuple(db.session.scalars(found))
