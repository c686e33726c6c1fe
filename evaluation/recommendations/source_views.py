"""Pages of sources: what the partnership learned from, with a reference and the learning only."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from evaluation.improvement import dependants
from evaluation.recommendations import blueprint, operations, queries, rules
from evaluation.recommendations.findings import RULES, Finding
from evaluation.recommendations.forms import RemoveForm, SourceForm, SourcesForm, seen_of, source_filled
from evaluation.recommendations.models import Source, SourceKind
from lms import dates
from lms.errors import RuleBroken
from lms.permissions import Permission, me, requires


@blueprint.get("/improvement/sources")
@requires(Permission.IMPROVEMENT_VIEW)
def sources() -> str:
    """Every source, the newest first; of one kind, or with some words."""
    form = SourcesForm()
    words = form.words.data or ""
    found = queries.sources(kind=form.chosen(), words=words, page=request.args.get("page", 1, type=int))
    return render_template(
        "evaluation/recommendations/sources.html",
        filters=form,
        narrowed=bool(words or form.chosen()),
        found=found,
        by_kind=queries.sources_by_kind(),
        made=queries.recommendations_by_source(found.rows),
    )


@blueprint.route("/improvement/sources/new", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def new_source() -> ResponseReturnValue:
    """Write down a source: first its kind, then its learning. One of our own findings comes with its words."""
    finding = _asked_finding()
    asked = SourceKind.EVALUATION_FINDING.value if finding else request.args.get("kind", "")
    if asked not in list(SourceKind):
        return render_template("evaluation/recommendations/kinds.html", kinds=list(SourceKind))
    kind, now = SourceKind(asked), dates.now()
    today = dates.london(now).date()
    filled: dict[str, object] = {
        "kind": kind.value,
        "reference": rules.suggested(kind, today.year, queries.source_references()),
    }
    if finding:
        filled |= {"title": finding.title, "dated": today, "learning": finding.learning}
    form = SourceForm(filled)
    if form.validate_on_submit() and form.in_time(today):
        try:
            made = operations.record_source(draft=form.draft(finding.key if finding else ""), by=me(), now=now)
        except RuleBroken as no:
            form.refuse(str(no), "reference")
        else:
            flash(f"{made.reference} is written down. Now add what it recommends.", "success")
            return redirect(url_for(".source", reference=made.reference), 303)
    return _form_page(form, finding=finding)


def _asked_finding() -> Finding | None:
    """The finding of our own results the address names; 404 where there is none (any more)."""
    key = request.args.get("finding", "")[:160]
    return (queries.finding(key) or abort(404)) if key else None


def _form_page(form: SourceForm, source: Source | None = None, finding: Finding | None = None) -> ResponseReturnValue:
    page = render_template("evaluation/recommendations/source_form.html", form=form, source=source, finding=finding)
    return page, 422 if form.problems else 200


@blueprint.get("/improvement/sources/from-results")
@requires(Permission.IMPROVEMENT_EDIT)
def from_results() -> str:
    """What our own results find that asks for something; one press begins a source of it."""
    return render_template(
        "evaluation/recommendations/from_results.html",
        courses=queries.from_results(),
        recorded=queries.recorded_findings(),
        rules=RULES,
    )


@blueprint.get("/improvement/sources/<reference>")
@requires(Permission.IMPROVEMENT_VIEW)
def source(reference: str) -> str:
    """One source, with the recommendations it made."""
    found = queries.source_or_404(reference)
    return render_template(
        "evaluation/recommendations/source.html", source=found, recommendations=queries.of_source(found)
    )


@blueprint.route("/improvement/sources/<reference>/change", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def change_source(reference: str) -> ResponseReturnValue:
    """Say something else of a source."""
    found, now = queries.source_or_404(reference), dates.now()
    keeps = bool(queries.of_source(found))
    form = SourceForm(source_filled(found), source=found, keeps_reference=keeps)
    if form.validate_on_submit() and form.in_time(dates.london(now).date()):
        try:
            changed = operations.change_source(
                source=found, draft=form.draft(found.finding), seen=seen_of(form), by=me(), now=now
            )
        except RuleBroken as no:
            form.refuse(no)
        else:
            flash("It is changed." if changed else "Nothing was different, so nothing was changed.", "success")
            return redirect(url_for(".source", reference=found.reference), 303)
    return _form_page(form, source=found)


@blueprint.route("/improvement/sources/<reference>/remove", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def remove_source(reference: str) -> ResponseReturnValue:
    """Take a source away, if nothing depends on it."""
    found, form = queries.source_or_404(reference), RemoveForm()
    if form.validate_on_submit():
        try:
            operations.remove_source(source=found, why=form.why.data or "", by=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(str(no))
        else:
            flash(f"{reference} is removed.", "success")
            return redirect(url_for(".sources"), 303)
    return remove_page(form, reference, dependants.why_not(found), url_for(".source", reference=reference), found.title)


def remove_page(form: RemoveForm, reference: str, no: str, back: str, title: str) -> ResponseReturnValue:
    """The page that asks whether something is to be taken away, or says who depends on it."""
    page = render_template(
        "evaluation/recommendations/remove.html", form=form, reference=reference, no=no, back=back, name=title
    )
    return page, 422 if form.problems else 200
