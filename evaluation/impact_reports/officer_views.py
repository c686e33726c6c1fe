"""Officers’ pages of impact reports: their words, from the draft by rule to what is published, and who gets them by letter."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from evaluation.impact_reports import blueprint, operations, queries, rules
from evaluation.impact_reports import narrative as wording
from evaluation.impact_reports.forms import ByLetter, Step, Words
from evaluation.impact_reports.gather import report as gathered
from evaluation.impact_reports.models import Every, NarrativeState
from evaluation.impact_reports.report import ImpactReport
from evaluation.impact_reports.scopes import Scope
from evaluation.impact_reports.views import SCOPE, scope_or_404
from lms import dates
from lms.errors import RuleBroken
from lms.permissions import Permission, me, requires

#: What each step does, and what is said when it is done.
STEPS: dict[str, tuple[Callable[..., Any], str]] = {
    "check": (operations.check, "The words are checked. Publish them, and the mark of a draft goes."),
    "publish": (operations.publish, "The words are published, in every format of the report."),
    "rule": (operations.use_rule, "The draft by rule stands here again. What was written is kept below."),
}


@blueprint.route(f"/reports/impact/{SCOPE}/words", methods=["GET", "POST"])
@requires(Permission.REPORT_EDIT)
def words(kind: str, key: str) -> ResponseReturnValue:
    """Edit the words of a report; every version of them."""
    found = gathered(scope_or_404(kind, key), as_at=dates.now())
    form = Words(data=_filled(found))
    if form.validate_on_submit():
        try:
            operations.save_words(
                report=found,
                sections=form.sections(),
                why=form.why.data or "",
                seen=form.began_from(),
                by=me(),
                now=dates.now(),
            )
        except RuleBroken as no:
            form.refuse(str(no), _beside(form, found))
        else:
            flash("The words are kept as a draft. Check them, and then publish them.", "success")
            return redirect(url_for(".words", kind=kind, key=key), 303)
    return _words_page(found, form)


def _filled(found: ImpactReport) -> dict[str, str]:
    """What the form opens with: the newest version, or the draft by rule."""
    versions = queries.versions(found.scope)
    texts = versions[0].sections if versions else wording.draft(found)
    return {**texts, "seen": str(versions[0].number if versions else 0)}


def _beside(form: Words, found: ImpactReport) -> str | None:
    """The field with a figure this report does not have; none where something else is wrong."""
    known = wording.facts(found)
    return next((key for key, text in form.sections().items() if set(wording.used({key: text})) - set(known)), None)


def _words_page(found: ImpactReport, form: Words, step: Step | None = None) -> ResponseReturnValue:
    versions = queries.versions(found.scope)
    newest = versions[0] if versions else None
    known = wording.facts(found)
    state = newest.state if newest else None
    page = render_template(
        "evaluation/impact_reports/words.html",
        scope=found.scope,
        form=form,
        step=step or Step(formdata=None, data={"seen": str(newest.number if newest else 0)}),
        newest=newest,
        printed=wording.narrative(found, newest),
        facts=list(known.values()),
        changed=wording.changed(newest.figures, known) if newest else (),
        typed=wording.typed_numbers(newest.sections) if newest else [],
        history=wording.history_words(versions),
        may={one.value: state in before for one, before in rules.BEFORE.items()},
        published=next((one for one in versions if one.state is NarrativeState.PUBLISHED), None),
    )
    wrong = form.errors or form.form_errors or (step is not None and step.problems)
    return page, 422 if wrong else 200


@blueprint.post(f"/reports/impact/{SCOPE}/words/<any(check, publish, rule):step>")
@requires(Permission.REPORT_EDIT)
def words_step(kind: str, key: str, step: str) -> ResponseReturnValue:
    """Check the words, publish them, or go back to the draft by rule."""
    found, form = gathered(scope_or_404(kind, key), as_at=dates.now()), Step()
    act, said = STEPS[step]
    if form.validate_on_submit():
        try:
            act(report=found, seen=form.began_from(), by=me(), now=dates.now())
        except RuleBroken as no:
            flash(str(no), "problem")
            return _words_page(found, Words(formdata=None, data=_filled(found)), form)
        flash(said, "success")
    return redirect(url_for(".words", kind=kind, key=key), 303)


@blueprint.post(f"/reports/impact/{SCOPE}/words/withdraw")
@requires(Permission.REPORT_EDIT)
def words_withdraw(kind: str, key: str) -> ResponseReturnValue:
    """Take back what was published."""
    found, form = gathered(scope_or_404(kind, key), as_at=dates.now()), Step()
    if form.validate_on_submit():
        try:
            operations.withdraw(
                report=found, why=form.reason.data or "", seen=form.began_from(), by=me(), now=dates.now()
            )
        except RuleBroken as no:
            form.refuse(str(no), "reason")
            return _words_page(found, Words(formdata=None, data=_filled(found)), form)
        flash("The words are withdrawn. The report prints the draft, marked as one.", "success")
    return redirect(url_for(".words", kind=kind, key=key), 303)


# Letters


@blueprint.get("/reports/impact/letters")
@requires(Permission.REPORT_VIEW)
def letters() -> ResponseReturnValue:
    """Every report that groups get by letter: the next day of each, and what was sent."""
    found = [(one, queries.scope(one.scope_kind.value, one.scope_key)) for one in queries.schedules()]
    return render_template("evaluation/impact_reports/letters.html", found=found)


@blueprint.route(f"/reports/impact/{SCOPE}/letters", methods=["GET", "POST"])
@requires(Permission.REPORT_EDIT)
def scope_letters(kind: str, key: str) -> ResponseReturnValue:
    """Let a group have this report by letter; who has it, and what was sent."""
    scope = scope_or_404(kind, key)
    groups = queries.groups()
    form = ByLetter(groups)
    if form.validate_on_submit() and form.first.data:
        try:
            operations.make_schedule(
                scope=scope,
                group=next((one for one in groups if str(one.id) == form.group.data), None) or abort(404),
                every=Every(form.every.data),
                first=form.first.data,
                by=me(),
                now=dates.now(),
            )
        except RuleBroken as no:
            form.refuse(no)
        else:
            flash("The group gets this report by letter from that day on. Stop it here whenever you want.", "success")
            return redirect(url_for(".scope_letters", kind=kind, key=key), 303)
    return _letters_page(scope, form)


def _letters_page(scope: Scope, form: ByLetter) -> ResponseReturnValue:
    today = dates.london(dates.now()).date()
    found = queries.schedules(scope)
    page = render_template(
        "evaluation/impact_reports/scope_letters.html",
        scope=scope,
        form=form,
        found=found,
        left_out=operations.left_out([one.group for one in found if one.stopped_at is None], today),
    )
    return page, 422 if form.errors or form.form_errors else 200


@blueprint.post("/reports/impact/letters/<int:schedule_id>/<any(stop, resume):step>")
@requires(Permission.REPORT_EDIT)
def schedule_step(schedule_id: int, step: str) -> ResponseReturnValue:
    """Stop the letters, or take them up again."""
    found = queries.schedule(schedule_id) or abort(404)
    where = url_for(".scope_letters", kind=found.scope_kind.value, key=found.scope_key)
    try:
        if step == "stop":
            operations.stop_schedule(schedule=found, by=me(), now=dates.now())
            flash("No more letters go out. You can take it up again below.", "success")
        else:
            operations.resume_schedule(schedule=found, by=me(), now=dates.now())
            flash(f"Letters go out again, next on {dates.day(found.next_on)}.", "success")
    except RuleBroken as no:
        flash(str(no), "problem")
        return redirect(where, 303)
    return redirect(where, 303)
