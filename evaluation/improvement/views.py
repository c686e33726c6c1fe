"""What the learning and development group opens first: what waits, where each thread stands, the action log. And which of its
actions a course serves.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from evaluation.actions import queries as action_log
from evaluation.actions.models import ActionState
from evaluation.actions.rules import Waiting, stand, waits
from evaluation.improvement import blueprint, operations, queries, rules, sections
from evaluation.improvement.forms import ServedActions
from evaluation.recommendations.models import Recommendation, RecommendationStep
from evaluation.recommendations.rules import last_deciding
from evaluation.recommendations.rules import waits as waits_for_group
from evaluation.surveys import queries as surveys
from lms import charts, dates
from lms.catalogue.queries import course_by_code
from lms.errors import RuleBroken
from lms.permissions import Permission, me, requires
from lms.words import tag_of

#: So many threads stand on the first page, those from the newest sources; all of them have a page of their own.
THREADS = 20
#: How a wave is named in a list of what is open.
WAVES = {
    "baseline": "Questions before the course",
    "start": "Questions at the start",
    "end": "End-of-course questions",
    "w6": "6-week questions",
    "m3": "3-month questions",
    "m6": "6-month questions",
    "manager": "Managers’ questions",
}


@blueprint.get("/improvement")
@requires(Permission.IMPROVEMENT_VIEW)
def index() -> ResponseReturnValue:
    """Learning and improvement: recommendations, actions and what waits for somebody."""
    now = dates.now()
    today = dates.london(now).date()
    evaluated = surveys.overview()
    actions = action_log.actions()
    states = {action: stand(action, today).state for action in actions}
    standings = queries.standings(now, evaluated)
    counted = Counter(states.values())
    return render_template(
        "evaluation/improvement/index.html",
        waiting=[
            (action, why)
            for action in sorted(actions, key=lambda one: (one.due or date.max, one.reference))
            if (why := waits(action, today))
        ],
        unanswered=_waiting(standings, today),
        rounds=queries.open_rounds(evaluated),
        standings=standings,
        threads=standings[:THREADS],
        sections=sections.sections_for(me()),
        standing_words=rules.standing_words,
        names=WAVES,
        last_day=surveys.last_day,
        today=today,
        actions=actions,
        counted=[(state, counted[state]) for state in ActionState if counted[state]],
        states=states,
        log_chart=_log_chart(counted),
    )


def _waiting(
    standings: Sequence[queries.Standing], today: date
) -> list[tuple[Recommendation, RecommendationStep | None, Waiting]]:
    """The recommendations that wait for an answer or an action, with the step since which they do; the oldest first."""
    found = [
        (one.recommendation, last_deciding(one.recommendation.history), why)
        for one in standings
        if (why := waits_for_group(one.recommendation, today))
    ]
    return sorted(found, key=lambda row: (row[1].dated if row[1] else date.min, row[0].reference))


def _log_chart(counted: Counter[ActionState]) -> Markup | None:
    return charts.bars(
        [charts.Bar(tag_of(state).word, counted[state]) for state in ActionState if counted[state]],
        chart_id="action-log",
        title="Actions of the log by state",
    )


@blueprint.route("/improvement/courses/<code>", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def course(code: str) -> ResponseReturnValue:
    """Which actions of the log a course serves: the reason its page shows comes from there."""
    found = course_by_code(code) or abort(404)
    actions = [action for action in action_log.actions() if action.recommendations]
    form = ServedActions(actions=actions, served=queries.actions_served(found), today=dates.london(dates.now()).date())
    searching = request.form.get("then") == "find"
    if form.validate_on_submit() and not searching:
        try:
            changed = operations.serve(
                course=found, add=form.added(), remove=form.removed(), actor=me(), now=dates.now()
            )
        except RuleBroken as no:
            form.refuse(str(no), "actions")
        else:
            flash(
                "What this course serves is changed." if changed else "Nothing was different, so nothing was changed."
            )
            return redirect(url_for("catalogue.course", code=code), 303)
    groups = rules.log_groups(queries.recommendations(), form.words.data or "", form.ticked() | form.were_ticked())
    return render_template(
        "evaluation/improvement/course.html",
        form=form,
        course=found,
        groups=groups,
        any_actions=bool(actions),
        panel=queries.course_panels([found]).get(found.id),
    ), 422 if form.errors else 200
