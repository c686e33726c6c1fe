"""The action log: all of it, one action with everything about it, and an action as officers word it."""

from collections import Counter
from datetime import date
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from evaluation.actions import blueprint, operations, queries, rules, sheets, smart
from evaluation.actions.forms import ActionForm, ChangeForm, NewForm, filled_from
from evaluation.actions.models import Action, ActionState
from evaluation.actions.narrow import Narrow
from evaluation.actions.operations import Told
from lms import charts, dates, exports, files
from lms.accounts.queries import person_by_email
from lms.db import db
from lms.errors import RuleBroken
from lms.organisations.models import Organisation, Priority
from lms.permissions import Permission, can, me, requires
from lms.words import tag_of

PER_PAGE = 50


def today() -> date:
    """The day it is in London."""
    return dates.london(dates.now()).date()


def found_or_404(reference: str) -> Action:
    """The action of this reference."""
    return queries.action(reference) or abort(404)


def narrowed() -> tuple[Narrow, list[Action], dict[Action, rules.Stand]]:
    """The log as the address asks for it, and where each of it stands."""
    log, day = queries.actions(), today()
    form, stands = Narrow(log), {action: rules.stand(action, day) for action in log}
    kept = [action for action in log if form.keeps(action, stands[action].state, day)]
    return form, kept, {action: stands[action] for action in kept}


@blueprint.get("/improvement/actions")
@requires(Permission.IMPROVEMENT_VIEW)
def index() -> ResponseReturnValue:
    """The whole log, or the part that is asked for."""
    form, kept, stands = narrowed()
    counted = Counter(stand.state for stand in stands.values())
    states = [(state, counted[state]) for state in ActionState if counted[state]]
    asked = request.args.get("page", "")
    pages = max(1, -(-len(kept) // PER_PAGE))
    page = min(max(1, int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1), pages)
    return render_template(
        "evaluation/actions/index.html",
        filters=form,
        actions=kept[(page - 1) * PER_PAGE : page * PER_PAGE],
        total=len(kept),
        stands=stands,
        waits={action: rules.waits(action, today()) for action in kept},
        states=states,
        chart=charts.bars(
            [charts.Bar(tag_of(state).word, count) for state, count in states],
            chart_id="actions-by-state",
            title="Actions by state",
        ),
        page=page,
        pages=pages,
        asked={key: value for key, value in request.args.items() if key != "page" and value},
    )


@blueprint.get("/improvement/actions.<any(csv, xlsx):kind>")
@requires(Permission.IMPROVEMENT_VIEW)
def log_file(kind: str) -> Response:
    """The same part of the log as a file."""
    _, kept, _ = narrowed()
    content = sheets.csv_of(kept, today()) if kind == "csv" else sheets.xlsx_of(kept, today())
    return exports.download(content, f"action-log-{today()}.{kind}", exports.CSV if kind == "csv" else exports.XLSX)


@blueprint.get("/improvement/actions/<reference>")
@requires(Permission.IMPROVEMENT_VIEW)
def action(reference: str) -> ResponseReturnValue:
    """One action: where it stands and why, who carries it out, what was reported, what shows it, and its history."""
    return render_template("evaluation/actions/action.html", **context(found_or_404(reference)))


def context(found: Action) -> dict[str, Any]:
    """What the pages of an action show."""
    advice = {} if found.done_on or not can(me(), Permission.IMPROVEMENT_EDIT) else _advice(found)
    return {
        "action": found,
        "stand": rules.stand(found, today()),
        "waits": rules.waits(found, today()),
        "counts": rules.counts,
        "names": queries.names(found),
        "today": today(),
        "advice": [sentence for said in advice.values() for sentence in said],
    }


def _advice(found: Action) -> dict[str, list[str]]:
    return smart.advice(wording=found.wording, success=found.success, due=found.due, long_term=found.long_term)


@blueprint.get("/improvement/actions/<reference>/evidence/<int:number>")
@requires(Permission.IMPROVEMENT_VIEW)
def evidence_file(reference: str, number: int) -> Response:
    """A file that shows something about an action."""
    return sent(found_or_404(reference), number)


def sent(found: Action, number: int) -> Response:
    """A piece of evidence of this action as the file it is."""
    evidence = queries.evidence_of(found, number)
    return files.sent(evidence.file) if evidence and evidence.file else abort(404)


# Wording an action.


@blueprint.route("/improvement/actions/new", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def new() -> ResponseReturnValue:
    """A new action, worded so that it can be checked."""
    ticked = {one.reference: str(one.id) for one in queries.recommendations()}
    asked = [ticked[one] for one in request.args.getlist("recommendation") if one in ticked]
    form = NewForm(
        {
            "reference": rules.next_reference(queries.references()),
            "recommendations": asked,
            "decided_on": today(),
            "ends": "day",
        }
    )
    if _sent(form) and (told := _told(form)) and form.decided_on.data:
        try:
            made = operations.add(
                reference=form.reference.data or "",
                told=told,
                decided_on=form.decided_on.data,
                actor=me(),
                now=dates.now(),
            )
        except RuleBroken as no:
            form.refuse(no)
        else:
            flash(f"{made.reference} is in the log.", "success")
            return redirect(url_for(".action", reference=made.reference), 303)
    return _form_page(form)


@blueprint.route("/improvement/actions/<reference>/change", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def change(reference: str) -> ResponseReturnValue:
    """Say something else of an action. A new date has its reason."""
    found = found_or_404(reference)
    form = ChangeForm(filled_from(found), found)
    if _sent(form) and (told := _told(form, found)):
        try:
            changed = operations.change(
                action=found,
                told=told,
                why=form.why.data or "",
                seen=form.seen.data or "",
                actor=me(),
                now=dates.now(),
            )
        except RuleBroken as no:
            form.refuse(no)
        else:
            flash(f"{reference} is changed." if changed else "Nothing was different, so nothing was changed.")
            return redirect(url_for(".action", reference=reference), 303)
    return _form_page(form, found)


def _sent(form: ActionForm) -> bool:
    """Is it to be kept, and not only to be looked through for what could be sharper?"""
    return request.form.get("then") != "look" and bool(form.validate_on_submit())


def _told(form: ActionForm, found: Action | None = None) -> Told | None:
    """What was typed; None, with the field marked, where nobody has this address."""
    email = (form.owner_email.data or "").strip()
    person = person_by_email(email) if email else None
    if email and (person is None or person.disabled_at is not None):
        form.refuse("Nobody here has this address. Ask them to make an account first, or leave it empty", "owner_email")
        return None
    group = queries.group(int(form.owner_group.data or 0)) or abort(404)
    chosen = {int(one) for one in form.recommendations.data or () if one.isdecimal()}
    return Told(
        wording=form.wording.data or "",
        success=form.success.data or "",
        owner_group=group,
        owner_person=person,
        owner_organisation=db.session.get(Organisation, int(form.owner_organisation.data or 0)),
        recommendations=[one for one in queries.recommendations(found) if one.id in chosen],
        # A long-term action may have a day that was named once: it stays, where nothing is said of it here.
        due=found.due if found is not None and found.long_term and form.ends.data == "long" else form.day,
        long_term=form.ends.data == "long",
        long_term_why=form.long_term_why.data or "",
        priority=db.session.get(Priority, int(form.priority.data or 0)),
    )


def _form_page(form: ActionForm, found: Action | None = None) -> ResponseReturnValue:
    page = render_template(
        "evaluation/actions/form.html",
        form=form,
        action=found,
        advice=form.advice() if found or form.is_submitted() else {},
        looked=request.form.get("then") == "look",
    )
    return page, 422 if form.problems else 200
