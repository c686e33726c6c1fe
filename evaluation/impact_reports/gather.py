"""Putting an impact report together: the log, the counts and the released figures of one scope, as one value.

No query here reads an answer; what answers say comes from `results.queries.results`, which hands out released slices alone.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from evaluation.actions.models import Action, Outcome
from evaluation.actions.rules import stand, waits
from evaluation.comments.queries import published_quotes
from evaluation.costs.queries import cost_of
from evaluation.impact.annual import report_year, year_of
from evaluation.impact.measures import KIND_ORDER
from evaluation.impact_reports import counts, queries
from evaluation.impact_reports.counts import Held, Which
from evaluation.impact_reports.judging import judged
from evaluation.impact_reports.report import (
    ActionLine,
    Answers,
    Done,
    ImpactReport,
    Quoted,
    Reach,
    RecommendationLine,
    Said,
    SourceLine,
    Spent,
)
from evaluation.impact_reports.scopes import Scope, ScopeKind
from evaluation.offers.queries import reach as offers_reach
from evaluation.recommendations.models import Recommendation, Source, SourceKind
from evaluation.results import queries as released
from evaluation.results.report import Results
from evaluation.surveys.models import EvaluationPlan
from lms import dates
from lms.catalogue.models import CourseSession
from lms.organisations.models import Organisation
from lms.organisations.queries import partnership
from lms.words import tag_of

#: Sources that are somebody’s voice: “you said”.
VOICES = (SourceKind.FORUM_THEME, SourceKind.VOICE_OF_CHILDREN)
OUTCOMES = {
    Outcome.BETTER: "Better",
    Outcome.NO_CLEAR_CHANGE: "No clear change",
    Outcome.WORSE: "Worse",
    Outcome.NOT_ENOUGH_EVIDENCE: "Not enough evidence yet",
}
NOT_RELEASED = "Nothing has been counted about this course yet."
NOT_ALONE = (
    "These answers cannot be shown on their own: too few people answered, or beside other figures they would tell of single "
    "people."
)
WHOLE_YEARS = (
    "Answers are told for whole report years only, 1 April to 31 March: two periods that overlap would tell of the few people in "
    "one of them only."
)
OF_SECTOR = (
    "What people answered is told of the whole sector and of all sessions so far, whatever the period, and never of one agency: "
    "nobody can see from here what people of this agency answered."
)


def report(scope: Scope, *, as_at: datetime) -> ImpactReport:
    """The report of a scope as it stands at `as_at`. LookupError where what it is about is not there any more."""
    actions = queries.actions_of(scope)
    recommendations = queries.recommendations_of(scope, actions)
    session = queries.session_of(scope)
    own = queries.organisation_of(scope)
    first, last, which = _which(scope, actions, session, own, as_at)
    held = counts.held(which)
    sectors = counts.reached(which)
    course_ids = _courses(scope, actions, session, held)
    plans = queries.plans_of(course_ids)
    told = _Told()
    answers = [told.of(plan, key, name) for plan in plans for key, name in _slices(scope, session, own)]
    today = dates.london(as_at).date()
    here = partnership()
    sources = _unique([one.source for one in recommendations])
    offers = [offer for action in actions for offer in action.offers if offer.course_id is None]
    others = offers_reach(offers, first=first, last=last)
    reach = Reach(
        first=first,
        last=last,
        courses=held.courses,
        sectors=sectors,
        people=sum(one.people for one in sectors),
        organisations=sum(one.organisations for one in sectors),
        offers=others.offers,
        offers_people=others.people,
    )
    found = [(action, _whole(action, plans, told)) for action in actions]
    measures = sorted(
        (judged(measure, served) for action, served in found for measure in action.measures),
        key=lambda one: KIND_ORDER.index(one.kind),
    )
    return ImpactReport(
        scope=scope,
        as_at=as_at,
        made_up=bool(here and here.made_up),
        sources=tuple(_source(one) for one in sources),
        recommendations=tuple(_recommendation(one) for one in recommendations),
        actions=tuple(_action(one, today) for one in actions),
        reach=reach,
        answers=tuple(answers),
        not_evaluated=tuple(one.title for one in held.courses if one.code not in {plan.course.code for plan in plans}),
        measures=tuple(measures),
        spent=_spent(scope, held, reach, answers, first, last),
        said=tuple(_said(one, actions, today) for one in sources if one.kind in VOICES),
        quotes=tuple(_quotes(scope, plans, recommendations)),
        scope_limits=tuple(_limits(scope)),
    )


def _unique(sources: Sequence[Source]) -> list[Source]:
    return list({one.id: one for one in sources}.values())


def _which(
    scope: Scope, actions: Sequence[Action], session: CourseSession | None, own: Organisation | None, as_at: datetime
) -> tuple[date | None, date, Which]:
    """The days that are counted, and which sessions lie in them."""
    today = dates.london(as_at).date()
    last = min(scope.last or today, today)
    until = as_at if last == today else min(as_at, dates.from_london(last + timedelta(days=1)))
    courses: list[int] | None = None
    if scope.kind in (ScopeKind.ACTION, ScopeKind.RECOMMENDATION, ScopeKind.PRIORITY):
        courses = sorted({offer.course_id for one in actions for offer in one.offers if offer.course_id})
    if scope.kind is ScopeKind.COURSE:
        courses = [queries.course_id_of(scope.key)]
    return (
        scope.first,
        last,
        Which(
            until=until,
            first=dates.from_london(scope.first) if scope.first else None,
            courses=courses,
            session_id=session.id if session else None,
            organisation_id=own.id if own else None,
        ),
    )


def _courses(scope: Scope, actions: Sequence[Action], session: CourseSession | None, held: Held) -> list[int]:
    """The courses whose answers belong here."""
    if session is not None:
        return [session.course_id]
    if scope.kind is ScopeKind.COURSE:
        return [queries.course_id_of(scope.key)]
    if scope.kind in (ScopeKind.PERIOD, ScopeKind.AGENCY):
        return list(held.course_ids)
    return [offer.course_id for one in actions for offer in one.offers if offer.course_id]


def _slices(scope: Scope, session: CourseSession | None, own: Organisation | None) -> list[tuple[str, str]]:
    """Which slices of a course a scope prints, with their names; none where a period is not made of whole report years."""
    if session is not None:
        return [(f"session:{session.reference}", f"session {session.reference}")]
    if own is not None:
        return [(f"sector:{own.sector.key}", f"the sector {own.sector.name}")]
    if scope.first and scope.last:
        return [(f"year:{year}", f"report year {year}") for year in whole_years(scope.first, scope.last)]
    return [("all", "all sessions")]


def whole_years(first: date, last: date) -> list[str]:
    """The report years a period is made of; none where it does not begin and end with one.

    >>> whole_years(date(2022, 4, 1), date(2024, 3, 31)), whole_years(date(2023, 4, 2), date(2024, 3, 31))
    (['2022-23', '2023-24'], [])
    """
    if report_year(year_of(first))[0] != first or report_year(year_of(last))[1] != last:
        return []
    return [year_of(date(year, 4, 1)) for year in range(first.year, last.year)]


class _Told:
    """Reads what slices may say, each once for a report."""

    def __init__(self) -> None:
        self.read: dict[tuple[str, str], Results | None] = {}

    def of(self, plan: EvaluationPlan, key: str, name: str) -> Answers:
        """What one slice of a course may say, or why it says nothing."""
        code = plan.course.code
        found = self._results(code, key)
        why = "" if found else NOT_ALONE
        if found is None and (key == "all" or self._results(code, "all") is None):
            why = NOT_RELEASED
        return Answers(code, plan.course.title, name, found, why, _levels(plan), whole=key == "all")

    def _results(self, code: str, key: str) -> Results | None:
        if (code, key) not in self.read:
            self.read[code, key] = released.results(code, key)
        return self.read[code, key]


def _levels(plan: EvaluationPlan) -> dict[str, str]:
    """Which level the questions of each scale are of."""
    document = plan.question_set.document
    level = {one["key"]: str(one.get("level", "")) for one in document["questions"]}
    return {one["key"]: level.get(one["items"][0], "") for one in document["scales"] if one["items"]}


def _whole(action: Action, plans: Sequence[EvaluationPlan], told: _Told) -> list[tuple[EvaluationPlan, Answers]]:
    """The evaluated courses an action offers, all their sessions: what its measures of the kind “impact evaluation” look at."""
    if not any(one.scale or one.question_keys for one in action.measures):
        return []
    served = {offer.course_id for offer in action.offers}
    by_course = {plan.course_id: plan for plan in plans}
    missing = [one for one in served if one and one not in by_course]
    found = [*plans, *(queries.plans_of(missing) if missing else [])]
    return [(plan, told.of(plan, "all", "all sessions")) for plan in found if plan.course_id in served]


def _source(one: Source) -> SourceLine:
    return SourceLine(one.reference, one.kind.label, one.kind.speaks, one.title, one.dated, one.learning)


def _recommendation(one: Recommendation) -> RecommendationLine:
    return RecommendationLine(one.reference, one.headline, one.wording, one.owner_group.name, one.source.reference)


def _owner(action: Action) -> str:
    """The group that answers for it, and the agency that carries it out. No page of the report names a person."""
    return action.owner_group.name + (f", with {action.owner_organisation.name}" if action.owner_organisation else "")


def _action(one: Action, today: date) -> ActionLine:
    now, why = stand(one, today), waits(one, today)
    return ActionLine(
        reference=one.reference,
        wording=one.wording,
        success=one.success,
        owner=_owner(one),
        priority=f"{one.priority.number} {one.priority.name}" if one.priority else "",
        state=now.state,
        state_words=tag_of(now.state).word,
        ended=now.ended,
        decided_on=one.decided_on,
        due=one.due,
        outcome=OUTCOMES[one.outcome] if one.outcome else "",
        review_on=one.review_on if one.closed_on is None else None,
        waits=why.words if why else "",
        recommendations=tuple(other.reference for other in one.recommendations),
    )


def _said(source: Source, actions: Sequence[Action], today: date) -> Said:
    mine = [one for one in actions if any(other.source_id == source.id for other in one.recommendations)]
    return Said(
        source.reference,
        source.kind.speaks,
        source.learning,
        source.dated,
        tuple(
            Done(
                one.reference,
                one.wording,
                tag_of(stand(one, today).state).word,
                OUTCOMES[one.outcome] if one.outcome else "",
            )
            for one in mine
        ),
    )


def _spent(
    scope: Scope, held: Held, reach: Reach, answers: Sequence[Answers], first: date | None, last: date
) -> Spent | None:
    """What the sessions cost; of one agency nothing is said, since what a session cost is not of one agency alone."""
    if scope.kind is ScopeKind.AGENCY or not held.session_ids:
        return None
    cost = cost_of(held.session_ids, first=first, last=last)
    evidence, why = None, "Not worked out: it needs one evaluated course whose answers are told."
    told = [one for one in answers if one.results]
    if len(told) == 1 and len(held.courses) == 1 and told[0].results:
        primary = told[0].primary
        if told[0].results.sessions != len(held.session_ids):
            why = "Not worked out: not all of these sessions are in the answers yet, or some are apart from them."
        elif primary is None or not primary.improved:
            why = "Not worked out: how many people’s answers got better is hidden or not known."
        else:
            evidence, why = primary.improved, ""
    if not cost.complete:
        evidence, why = None, "Not worked out: not every session has a cost written down."
    return Spent(cost, reach.people, evidence, why)


def _quotes(scope: Scope, plans: Sequence[EvaluationPlan], recommendations: Sequence[Recommendation]) -> list[Quoted]:
    """Sentences their writers allowed us to publish: of a whole course, or of a survey about a recommendation."""
    if scope.first or scope.kind in (ScopeKind.SESSION, ScopeKind.PERIOD, ScopeKind.AGENCY):
        return []
    found = [
        Quoted(one.text, one.wave, one.sector, plan.course.title)
        for plan in plans
        for one in published_quotes(course_id=plan.course_id)
    ]
    if scope.kind is not ScopeKind.COURSE:
        found += [
            Quoted(one.text, one.wave, one.sector, occasion.title)
            for occasion in queries.occasions_about([one.id for one in recommendations])
            for one in published_quotes(occasion_id=occasion.id)
        ]
    return found


def _limits(scope: Scope) -> list[str]:
    """What the scope itself leaves out."""
    if scope.kind is ScopeKind.AGENCY:
        return [OF_SECTOR]
    if scope.first and scope.last and not whole_years(scope.first, scope.last):
        return [WHOLE_YEARS]
    return []
