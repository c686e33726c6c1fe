"""What the panel does: reads what an agency sent, judges it, tells the agencies, and decides new actions."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from evaluation.assurance import blueprint, emails, operations, queries, rules
from evaluation.assurance.forms import JudgeAnewForm, JudgeForm, NewActionForm, OutcomeForm, judge_form
from evaluation.assurance.models import Ask, AssuranceEvent, Found, Shown
from evaluation.assurance.views import found_event, to_action
from lms import dates, files
from lms.errors import RuleBroken
from lms.permissions import Permission, can, me, requires
from lms.words import plural


def _asked(reference: str, ask_id: int) -> tuple[AssuranceEvent, Ask]:
    found = found_event(reference)
    return found, queries.ask_of(found, ask_id) or abort(404)


@blueprint.get("/improvement/assurance/<reference>/answers/<int:ask_id>")
@requires(Permission.IMPROVEMENT_VIEW)
def answer(reference: str, ask_id: int) -> ResponseReturnValue:
    """What an agency sent about an action, every version, and what the panel found."""
    return _page(*_asked(reference, ask_id))


@blueprint.post("/improvement/assurance/<reference>/answers/<int:ask_id>/judge")
@requires(Permission.IMPROVEMENT_EDIT)
def judge(reference: str, ask_id: int) -> ResponseReturnValue:
    """Keep what the panel found."""
    event, asked = _asked(reference, ask_id)
    form = judge_form(asked)
    if form.validate_on_submit():
        try:
            operations.judge(
                asked=asked,
                found=Found(form.found.data),
                reason=form.reason.data or "",
                anew_because=(form.anew_because.data or "") if isinstance(form, JudgeAnewForm) else "",
                actor=me(),
                now=dates.now(),
            )
        except RuleBroken as no:
            form.refuse(no)
        else:
            flash("What the panel found is kept.", "success")
            return redirect(url_for(".answer", reference=reference, ask_id=ask_id), 303)
    return _page(event, asked, form)


def _page(event: AssuranceEvent, asked: Ask, form: JudgeForm | None = None) -> ResponseReturnValue:
    may_judge = can(me(), Permission.IMPROVEMENT_EDIT) and event.called_off_at is None and asked.agency.invited_at
    if form is None and may_judge and not asked.dropped_at and not asked.agency.withdrawn_at:
        form = judge_form(asked)
    page = render_template(
        "evaluation/assurance/answer.html",
        event=event,
        asked=asked,
        form=form,
        versions=[one for one in reversed(asked.answers) if one.sent_at],
        counted=rules.counted(event.agencies),
        to_action=to_action,
    )
    return page, 422 if form and form.problems else 200


@blueprint.get("/improvement/assurance/<reference>/evidence/<int:shown_id>")
@requires(Permission.IMPROVEMENT_VIEW)
def evidence(reference: str, shown_id: int) -> ResponseReturnValue:
    """A file an agency sent, as a download; never one of a draft."""
    shown = _sent_evidence(found_event(reference), shown_id)
    return files.sent(shown.file) if shown and shown.file else abort(404)


def _sent_evidence(event: AssuranceEvent, shown_id: int) -> Shown | None:
    sent = (answer for agency in event.agencies for ask in agency.asks for answer in ask.answers if answer.sent_at)
    return next((one for answer in sent for one in answer.evidence if one.id == shown_id), None)


@blueprint.route("/improvement/assurance/<reference>/outcome", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def outcome(reference: str) -> ResponseReturnValue:
    """Look at the outcome letters, and send each once."""
    event = found_event(reference)
    ready = [one for one in rules.live(event.agencies) if rules.outcome_due(one)]
    form = OutcomeForm(ready)
    if form.validate_on_submit():
        try:
            written = operations.send_outcomes(
                event=event, agencies=set(form.agencies.data or ()), actor=me(), now=dates.now()
            )
        except RuleBroken as no:
            form.refuse(str(no), "agencies")
        else:
            flash(f"{plural(written, 'outcome letter')} written. The letters go out now.", "success")
            return redirect(url_for(".event", reference=reference), 303)
    people = queries.contacts([one.organisation_id for one in ready])
    letters = []
    for one in ready:
        to = people[one.organisation_id]
        letters.append((one, to, emails.outcome_letter(one, to[0].first_name if to else "colleague")))
    page = render_template(
        "evaluation/assurance/outcome.html",
        event=event,
        form=form,
        letters=letters,
        waiting=[one for one in rules.live(event.agencies) if not rules.outcome_due(one)],
        rules=rules,
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/improvement/assurance/<reference>/new-action", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def new_action(reference: str) -> ResponseReturnValue:
    """An action of the log that was decided at the event."""
    event, groups = found_event(reference), queries.groups()
    agencies = rules.live(event.agencies)
    form = NewActionForm(event, groups, agencies)
    if form.validate_on_submit() and form.due.data:
        organisations = {str(one.organisation_id): one.organisation for one in agencies}
        try:
            made = operations.add_action(
                event=event,
                follows=next(one for one in event.actions if str(one.id) == form.follows.data),
                wording=form.wording.data or "",
                success=form.success.data or "",
                group=next(one for one in groups if str(one.id) == form.group.data),
                organisation=organisations.get(form.organisation.data or ""),
                due=form.due.data,
                actor=me(),
                now=dates.now(),
            )
        except RuleBroken as no:
            form.refuse(no)
        else:
            flash(f"{made.reference} is in the action log.", "success")
            return redirect(url_for(".event", reference=reference), 303)
    page = render_template("evaluation/assurance/new_action.html", form=form, event=event)
    return page, 422 if form.is_submitted() else 200
