"""The yearly returns: officers open a round and read what comes in; organisations fill in their own."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from evaluation.training_needs import blueprint, forms, operations, returns, rules, sheets
from evaluation.training_needs.models import AgencyReturn, Asks, TrainingReturn
from evaluation.training_needs.views import today
from lms import dates
from lms.errors import RuleBroken
from lms.exports import CSV, XLSX, download
from lms.permissions import Permission, me, requires


def _stands(one: AgencyReturn, found: TrainingReturn) -> tuple[str, str]:
    """Where one return stands, in words and their colour."""
    first = one.versions[0] if one.versions else None
    sent_on = dates.london(first.sent_at).date() if first else None
    return rules.stands(sent_on, bool(first and first.late), one.draft is not None, found.deadline, today())


@blueprint.get("/improvement/needs/returns")
@requires(Permission.IMPROVEMENT_VIEW)
def rounds() -> str:
    """Every yearly round."""
    return render_template("evaluation/training_needs/rounds.html", rounds=returns.rounds(), today=today())


@blueprint.route("/improvement/needs/returns/new", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def open_round() -> ResponseReturnValue:
    """Ask every organisation for its return of a year."""
    last = next(iter(returns.rounds()), None)
    topics = "\n".join(topic.name for topic in last.topics) if last else ""
    asks = (last.asks if last else Asks.EVERYBODY).value
    year = max(today().year, last.year + 1 if last else 0)
    form = forms.RoundForm(data={"year": year, "whom": asks, "topics": topics})
    if form.validate_on_submit() and form.deadline.data and form.year.data:
        try:
            made = operations.open_round(
                year=form.year.data,
                deadline=form.deadline.data,
                asks=Asks(form.whom.data),
                topics=form.names(),
                actor=me(),
                now=dates.now(),
            )
        except RuleBroken as no:
            form.refuse(no)
        else:
            flash(f"The returns of {made.year} are open. Whoever answers has been written to.", "success")
            return redirect(url_for(".round_", year=made.year), 303)
    html = render_template("evaluation/training_needs/open_round.html", form=form)
    return html, 422 if form.is_submitted() else 200


def _round(year: int) -> TrainingReturn:
    return returns.round_of(year) or abort(404)


@blueprint.get("/improvement/needs/returns/<int:year>")
@requires(Permission.IMPROVEMENT_VIEW)
def round_(year: int) -> str:
    """Who answered, with the base; each topic over its own organisations; never a total of topics."""
    found = _round(year)
    summed = returns.summary(found)
    return render_template(
        "evaluation/training_needs/round.html",
        round=found,
        summary=summed,
        stands={one.id: _stands(one, found) for one in summed.returns},
        today=today(),
    )


@blueprint.get("/improvement/needs/returns/<int:year>.<any(csv, xlsx):kind>")
@requires(Permission.IMPROVEMENT_VIEW)
def round_file(year: int, kind: str) -> ResponseReturnValue:
    """The same numbers as a file."""
    content = sheets.returns_file(returns.summary(_round(year)), kind, today())
    return download(content, f"Training-returns-{year}.{kind}", CSV if kind == "csv" else XLSX)


@blueprint.route("/improvement/needs/returns/<int:year>/deadline", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def deadline(year: int) -> ResponseReturnValue:
    """Another last day for everybody."""
    found = _round(year)
    form = forms.DeadlineForm(data={"deadline": found.deadline})
    if form.validate_on_submit() and form.deadline.data:
        try:
            operations.move_deadline(found=found, deadline=form.deadline.data, actor=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(str(no), "deadline")
        else:
            flash(f"The last day is {dates.day(found.deadline)}.", "success")
            return redirect(url_for(".round_", year=year), 303)
    html = render_template("evaluation/training_needs/deadline.html", form=form, round=found)
    return html, 422 if form.is_submitted() else 200


@blueprint.get("/improvement/needs/returns/<int:year>/<int:organisation_id>")
@requires(Permission.IMPROVEMENT_VIEW)
def one_return(year: int, organisation_id: int) -> str:
    """What one organisation sent, version by version."""
    found = returns.return_of(year, organisation_id) or abort(404)
    return render_template(
        "evaluation/training_needs/return.html", one=found, round=found.round, stands=_stands(found, found.round)
    )


# An organisation's own.


@blueprint.get("/agency/returns")
@requires(Permission.AGENCY_ANSWER)
def own_returns() -> str:
    """What my organisation is asked, year by year."""
    found = returns.own_returns(me())
    return render_template(
        "evaluation/training_needs/own_returns.html",
        returns=found,
        organisation=me().organisation,
        stands={one.id: _stands(one, one.round) for one in found},
    )


@blueprint.route("/agency/returns/<int:year>", methods=["GET", "POST"])
@requires(Permission.AGENCY_ANSWER)
def own_return(year: int) -> ResponseReturnValue:
    """Fill in my organisation's return: save and come back, send, and send again where something was wrong."""
    found = returns.own_return(me(), year) or abort(404)
    form = forms.return_form(found.round.topics, _opened(found))
    if form.validate_on_submit():
        if request.form.get("then") == "save":
            operations.save_draft(one=found, typed=form.typed(), actor=me(), now=dates.now())
            flash("It is saved, and not sent yet. You and your colleagues can go on with it.", "success")
            return redirect(url_for(".own_return", year=year), 303)
        if (figures := form.figures()) is not None and _sent(found, form, figures):
            return redirect(url_for(".own_return", year=year), 303)
    html = render_template(
        "evaluation/training_needs/own_return.html",
        one=found,
        round=found.round,
        form=form,
        stands=_stands(found, found.round),
        late=today() > found.round.deadline,
        changing="change" in request.args or found.draft is not None or form.is_submitted(),
    )
    return html, 422 if form.problems else 200


def _opened(found: AgencyReturn) -> dict[str, object]:
    """What the form opens with: the draft, or what was sent last."""
    if found.draft is not None:
        return dict(found.draft)
    if not found.versions:
        return {}
    last = found.versions[-1]
    return forms.opened_with(last.figures, last.evaluates, last.needs)


def _sent(found: AgencyReturn, form: Any, figures: dict[int, tuple[int, int]]) -> bool:
    try:
        version = operations.send(
            one=found,
            figures=figures,
            evaluates=form.evaluates.data or "",
            needs=form.needs.data or "",
            actor=me(),
            now=dates.now(),
        )
    except RuleBroken as no:
        form.refuse(str(no))
        return False
    again = "" if version.number == 1 else " The earlier version is kept beside it."
    flash(f"Thank you. The return of {found.organisation.name} is sent.{again}", "success")
    return True
