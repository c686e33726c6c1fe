"""Pages of surveys that belong to no session: made by an officer, looked at before they go out, read once they have closed."""

import json
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from evaluation.occasions import blueprint, operations, queries, rules, sheets
from evaluation.occasions.forms import ConfirmForm, OccasionForm, filled_from
from evaluation.occasions.models import Occasion, OccasionKind
from evaluation.surveys import answers, emails
from evaluation.surveys import queries as surveys
from evaluation.surveys.models import RoundStage, SurveyRound
from lms import dates
from lms.errors import RuleBroken
from lms.exports import CSV, download
from lms.permissions import Permission, me, requires


@blueprint.get("/surveys/occasions/new")
@requires(Permission.SURVEY_DESIGN)
def kinds() -> str:
    """What a survey can be about when it is not about a course."""
    return render_template("evaluation/occasions/kinds.html", kinds=list(OccasionKind))


@blueprint.route("/surveys/occasions/new/<kind>", methods=["GET", "POST"])
@requires(Permission.SURVEY_DESIGN)
def new(kind: str) -> ResponseReturnValue:
    """Make one. Nothing goes out: its page shows first how many people would be asked."""
    about = OccasionKind(kind) if kind in list(OccasionKind) else abort(404)
    sets = queries.question_sets(about)
    if not sets:
        return render_template("evaluation/occasions/no_questions.html", kind=about)
    year = dates.london(dates.now()).year
    form = OccasionForm(about, {"reference": rules.suggested(about, year, queries.references())}, sets)
    if form.validate_on_submit() and (draft := form.draft()):
        try:
            made = operations.make(
                kind=about,
                reference=form.reference.data or "",
                draft=draft,
                question_set=form.chosen_set(),
                by=me(),
                now=dates.now(),
            )
        except RuleBroken as no:
            form.refuse(no)
        else:
            flash(f"{made.reference} is made. Nothing has gone out yet: look at whom it asks.", "success")
            return redirect(url_for(".occasion", reference=made.reference), 303)
    return _form_page(form)


def _form_page(form: OccasionForm, found: Occasion | None = None) -> ResponseReturnValue:
    page = render_template(
        "evaluation/occasions/form.html",
        form=form,
        kind=form.kind,
        found=found,
        by_sector=queries.organisations_by_sector(),
    )
    return page, 422 if form.is_submitted() else 200


def _found(reference: str) -> Occasion:
    return queries.occasion(reference) or abort(404)


@blueprint.route("/surveys/occasions/<reference>/change", methods=["GET", "POST"])
@requires(Permission.SURVEY_DESIGN)
def change(reference: str) -> ResponseReturnValue:
    """Say something else, while it has not opened."""
    found = _found(reference)
    wave = queries.round_of(found)
    if wave is None or wave.stage is not RoundStage.PLANNED:
        return redirect(url_for(".occasion", reference=reference), 303)
    filled = filled_from(found, wave) | {"seen": operations.seen_of(found, wave)}
    form = OccasionForm(found.kind, filled, found=found)
    if form.validate_on_submit() and (draft := form.draft()):
        try:
            operations.change(occasion=found, draft=draft, seen=form.seen.data or "", by=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(no)
        else:
            flash(f"{reference} is saved. Nothing has gone out yet.", "success")
            return redirect(url_for(".occasion", reference=reference), 303)
    return _form_page(form, found)


@blueprint.get("/surveys/occasions/<reference>")
@requires(Permission.SURVEY_VIEW)
def occasion(reference: str) -> ResponseReturnValue:
    """One survey: whom it would ask, how many have answered, or what they said."""
    return _page(_found(reference), ConfirmForm(formdata=None))


def _page(found: Occasion, form: ConfirmForm) -> ResponseReturnValue:
    wave = queries.round_of(found)
    planned = wave is not None and wave.stage is RoundStage.PLANNED
    page = render_template(
        "evaluation/occasions/occasion.html",
        form=form,
        occasion=found,
        wave=wave,
        chosen=queries.said(found),
        whom=queries.whom_today(found) if planned else None,
        stands=queries.stands(found, wave),
        results=queries.results_of(wave) if wave else None,
        last_day=surveys.last_day,
        **(_asked(wave) if wave else {}),
    )
    return page, 422 if form.problems else 200


def _asked(wave: SurveyRound) -> dict[str, Any]:
    """The letter and the questions as people get them."""
    subject, body = emails.example(wave)
    return {"subject": subject, "body": body, "pages": answers.asked_pages(wave)}


@blueprint.post("/surveys/occasions/<reference>/cancel")
@requires(Permission.SURVEY_DESIGN)
def cancel(reference: str) -> ResponseReturnValue:
    """Undo it before it opens."""
    return _done(reference, operations.cancel, "is undone. Nobody was asked.")


@blueprint.post("/surveys/occasions/<reference>/close")
@requires(Permission.SURVEY_DESIGN)
def close(reference: str) -> ResponseReturnValue:
    """End the questions early."""
    return _done(
        reference, operations.close, "is closed. What people answered is being mixed, and can be read in a minute."
    )


def _done(reference: str, act: Any, words: str) -> ResponseReturnValue:
    found, form = _found(reference), ConfirmForm()
    if form.validate_on_submit():
        try:
            act(occasion=found, by=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(str(no))
        else:
            flash(f"{reference} {words}", "success")
            return redirect(url_for(".occasion", reference=reference), 303)
    return _page(found, form)


@blueprint.get("/surveys/occasions/<reference>.<any(csv, json):kind>")
@requires(Permission.SURVEY_VIEW)
def results_file(reference: str, kind: str) -> ResponseReturnValue:
    """The same numbers as a file; there is none while the survey is open."""
    found = _found(reference)
    wave = queries.round_of(found)
    results = queries.results_of(wave) if wave else None
    if results is None:
        abort(404)
    if kind == "csv":
        return download(sheets.csv(results), f"{reference}.csv", CSV)
    content = json.dumps(sheets.document(found, results), ensure_ascii=False, indent=1).encode()
    return download(content, f"{reference}.json", "application/json")
