"""What a course cost for each person with evidence of change: only where its released results tell how many, never from hidden
numbers. Where they do not, the words that say why."""

from dataclasses import dataclass

from evaluation.costs import queries
from evaluation.costs.report import Cost
from evaluation.costs.rules import money, per_person
from evaluation.results import queries as results
from evaluation.results.report import Results, ScaleResult
from lms.catalogue.models import Course
from lms.words import plural


@dataclass(frozen=True, slots=True)
class Effect:
    """The cost of the sessions the results are about, for each person who stood higher at the end; or why there is none."""

    words: str
    improved: int | None = None
    matched: int | None = None
    paid_each: int | None = None
    total_each: int | None = None


def of_course(course: Course) -> Effect:
    """For all sessions of the course whose answers are released. Some reads, the same number for any course."""
    found = results.results(course.code)
    if found is None or found.first_session is None or found.last_session is None:
        return Effect("Not enough evidence: no result of this course is released yet.")
    sessions = queries.sessions_of(course, found.first_session, found.last_session)
    cost = queries.cost_of([one.session.id for one in sessions], first=found.first_session, last=found.last_session)
    return effect(found, cost)


def effect(found: Results, cost: Cost) -> Effect:
    """What the results and the cost together say. Pure."""
    scale = next((one for one in found.scales if one.primary), None)
    word = found.verdict.word if found.verdict else "not enough evidence"
    if scale is None or scale.improved is None or scale.matched is None:
        return Effect("Not enough evidence: too few people answered every wave for a number to be told.")
    if word != "better":
        return Effect(
            f"The verdict is “{word}”, so no cost per person with evidence of change is worked out. {_moved(scale)}",
            scale.improved,
            scale.matched,
        )
    if not cost.complete:
        return Effect(
            f"A cost is written down for {cost.sessions} of {plural(cost.all_sessions, 'session')} the results are about, so no "
            "cost per person with evidence of change is worked out.",
            scale.improved,
            scale.matched,
        )
    paid, total = per_person(cost.paid, scale.improved), per_person(cost.total, scale.improved)
    if paid is None or total is None:
        return Effect(f"Nobody stood higher at the end. {_moved(scale)}", scale.improved, scale.matched)
    with_gifts = f", {money(total)} with what was given in kind" if total != paid else ""
    return Effect(
        f"{money(paid)} was paid for each person with evidence of change{with_gifts}. {_moved(scale)} Whoever did not answer may "
        "have changed too, so the true figure may be lower.",
        scale.improved,
        scale.matched,
        paid,
        total,
    )


def _moved(scale: ScaleResult) -> str:
    """How many moved which way, where all of it may be told."""
    if scale.worse is None or scale.same is None:
        return f"{scale.improved} of {scale.matched} people who answered every wave stood higher at the last one."
    return (
        f"Of {scale.matched} people who answered every wave, {scale.improved} stood higher at the last one, {scale.same} "
        f"the same and {scale.worse} lower."
    )
