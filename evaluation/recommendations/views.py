"""Pages of recommendations: the list by group and state, each step of one, its history, and which actions serve it."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from evaluation.actions.models import Action
from evaluation.improvement import dependants
from evaluation.recommendations import blueprint, operations, queries, rules
from evaluation.recommendations.forms import (
    LinkForm,
    RecommendationForm,
    RecommendationsForm,
    RemoveForm,
    StepForm,
    recommendation_filled,
    seen_of,
)
from evaluation.recommendations.models import Recommendation, StepKind
from evaluation.recommendations.source_views import remove_page
from lms import dates
from lms.errors import RuleBroken
from lms.permissions import Permission, me, requires

#: How each step is called in an address.
STEPS = {
    "across": StepKind.STEPPED_ACROSS,
    "accept": StepKind.ACCEPTED,
    "decline": StepKind.DECLINED,
    "close": StepKind.CLOSED,
    "reopen": StepKind.REOPENED,
}
#: What is said once it is done.
DONE = {
    StepKind.STEPPED_ACROSS: "is stepped across. Its new group has to accept it.",
    StepKind.ACCEPTED: "is accepted. Now add the actions that answer it.",
    StepKind.DECLINED: "is declined. It stays in the list, with the reason.",
    StepKind.CLOSED: "is closed.",
    StepKind.REOPENED: "is open again.",
}


@blueprint.get("/improvement/recommendations")
@requires(Permission.IMPROVEMENT_VIEW)
def index() -> str:
    """Every recommendation; of one group, in one state, or with some words. What waits for an answer is counted by group."""
    form = RecommendationsForm(queries.groups())
    words, today = form.words.data or "", dates.london(dates.now()).date()
    found = queries.recommendations(
        group=form.chosen_group(), state=form.chosen_state(), words=words, page=request.args.get("page", 1, type=int)
    )
    return render_template(
        "evaluation/recommendations/index.html",
        filters=form,
        narrowed=bool(words or form.chosen_group() or form.chosen_state()),
        found=found,
        why={one.id: rules.waits(one, today) for one in found.rows},
        waiting=queries.waiting_by_group(),
    )


@blueprint.route("/improvement/sources/<reference>/recommendations/new", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def new(reference: str) -> ResponseReturnValue:
    """Write down what a source recommends, and offer it to a group."""
    source, now = queries.source_or_404(reference), dates.now()
    free = rules.suggested_below(source.reference, queries.references_below(source.reference))
    form = RecommendationForm({"reference": free, "dated": dates.london(now).date()}, groups=queries.groups())
    if form.validate_on_submit():
        try:
            made = operations.recommend(
                source=source,
                reference=form.reference.data or "",
                draft=form.draft(),
                group=queries.group(form.group.data or ""),
                decision=form.decision(),
                by=me(),
                now=now,
            )
        except RuleBroken as no:
            form.refuse(no)
        else:
            flash(f"{made.reference} is written down and offered to {made.owner_group.name}.", "success")
            return redirect(url_for(".source", reference=source.reference), 303)
    return _form_page(form, url_for(".source", reference=reference), source.title, source.reference)


def _form_page(form: RecommendationForm, back: str, where: str, reference: str) -> ResponseReturnValue:
    page = render_template(
        "evaluation/recommendations/form.html", form=form, back=back, where=where, reference=reference
    )
    return page, 422 if form.problems else 200


@blueprint.route("/improvement/recommendations/<reference>/change", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def change(reference: str) -> ResponseReturnValue:
    """Change the words or the date of a recommendation."""
    found = queries.recommendation_or_404(reference)
    form = RecommendationForm(recommendation_filled(found), changing=True)
    if form.validate_on_submit():
        try:
            changed = operations.change(
                recommendation=found,
                draft=form.draft(),
                why=form.reason.data or "",
                seen=seen_of(form),
                by=me(),
                now=dates.now(),
            )
        except RuleBroken as no:
            form.refuse(str(no))
        else:
            said = f"{reference} is changed. What it said before stays in its history."
            flash(said if changed else "Nothing was different, so nothing was changed.", "success")
            return redirect(url_for(".history", reference=reference), 303)
    return _form_page(form, url_for(".history", reference=reference), found.headline, reference)


@blueprint.route(f"/improvement/recommendations/<reference>/<any({', '.join(STEPS)}):name>", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def step(reference: str, name: str) -> ResponseReturnValue:
    """Take one step: across to another group, accepted, declined, closed or opened again."""
    found, kind, now = queries.recommendation_or_404(reference), STEPS[name], dates.now()
    today = dates.london(now).date()
    form = StepForm(kind, found, queries.groups(), today)
    if form.validate_on_submit():
        try:
            _take(found, form, now=now)
        except RuleBroken as no:
            form.refuse(no)
        else:
            flash(f"{reference} {DONE[kind]} You can undo this until the end of today.", "success")
            return redirect(url_for(".history", reference=reference), 303)
    page = render_template(
        "evaluation/recommendations/step.html",
        form=form,
        recommendation=found,
        name=name,
        no="" if form.is_submitted() else rules.why_not(kind, found, today),
    )
    return page, 422 if form.problems else 200


def _take(found: Recommendation, form: StepForm, *, now: datetime) -> None:
    given: dict[str, Any] = {
        "recommendation": found,
        "decision": form.decision(),
        "seen": seen_of(form),
        "by": me(),
        "now": now,
    }
    if form.step is StepKind.STEPPED_ACROSS:
        operations.step_across(to=queries.group(form.group.data or ""), **given)
    else:
        operations.decide(kind=form.step, **given)


@blueprint.get("/improvement/recommendations/<reference>/history")
@requires(Permission.IMPROVEMENT_VIEW)
def history(reference: str) -> str:
    """Every step a recommendation took: who, when and why; and what can be done with it now."""
    found = queries.recommendation_or_404(reference)
    today = dates.london(dates.now()).date()
    return render_template(
        "evaluation/recommendations/history.html",
        recommendation=found,
        why=rules.waits(found, today),
        undone=rules.undone(found.history),
        can_undo=rules.can_undo(found, me().id, today),
        called=rules.CALLED,
    )


@blueprint.post("/improvement/recommendations/<reference>/undo")
@requires(Permission.IMPROVEMENT_EDIT)
def undo(reference: str) -> ResponseReturnValue:
    """Take back one's own last step, on the same day."""
    found = queries.recommendation_or_404(reference)
    try:
        words = operations.undo(recommendation=found, by=me(), now=dates.now())
    except RuleBroken as no:
        flash(str(no), "problem")
    else:
        flash(f"Undone: “{words}”. Both stay in the history.", "success")
    return redirect(url_for(".history", reference=reference), 303)


@blueprint.route("/improvement/recommendations/<reference>/actions", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def link(reference: str) -> ResponseReturnValue:
    """Which actions of the log serve a recommendation: several may, and one may serve several."""
    found = queries.recommendation_or_404(reference)
    words = (request.form.get("words") or "")[:100]
    form = LinkForm(_listed(found, words), found.actions, dates.london(dates.now()).date())
    if form.validate_on_submit() and request.form.get("then") != "find":
        try:
            changed = operations.link(
                recommendation=found,
                add=form.ticked() - form.were_ticked(),
                remove=form.were_ticked() - form.ticked(),
                by=me(),
                now=dates.now(),
            )
        except RuleBroken as no:
            form.refuse(str(no), "actions")
        else:
            flash(
                "Its actions are changed." if changed else "Nothing was different, so nothing was changed.", "success"
            )
            return redirect(url_for(".history", reference=reference), 303)
    page = render_template("evaluation/recommendations/link.html", form=form, recommendation=found)
    return page, 422 if form.problems else 200


def _listed(found: Recommendation, words: str) -> list[Action]:
    """The actions to choose from: those with these words, and whatever is ticked."""
    ticked = {one for one in request.form.getlist("actions") if one.isdecimal()}
    ticked |= {one for one in (request.form.get("were") or "").split() if one.isdecimal()}
    return queries.actions_to_link(found, words, ticked)


@blueprint.route("/improvement/recommendations/<reference>/remove", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def remove(reference: str) -> ResponseReturnValue:
    """Take away a recommendation that was only just written down, if nothing depends on it."""
    found, form = queries.recommendation_or_404(reference), RemoveForm()
    source = found.source.reference
    if form.validate_on_submit():
        try:
            operations.remove(recommendation=found, why=form.why.data or "", by=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(str(no))
        else:
            flash(f"{reference} is removed.", "success")
            return redirect(url_for(".source", reference=source), 303)
    why = dependants.why_not(found, parts=operations.PARTS) or rules.why_not_removed(found)
    return remove_page(form, reference, why, url_for(".history", reference=reference), found.headline)
