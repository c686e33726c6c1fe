"""The scrutineer's quarterly report: drafted by rule, edited with every version kept, signed off; a page and a PDF."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from evaluation.scrutiny import blueprint, drafting, evidence, operations, queries, rules
from evaluation.scrutiny.forms import SeenForm, WhyForm, report_form
from evaluation.scrutiny.models import ScrutinyReport
from evaluation.scrutiny.rules import Quarter
from evaluation.scrutiny.views import today
from lms import dates, pdf
from lms.errors import RuleBroken
from lms.exports import download
from lms.organisations.queries import partnership
from lms.pdf import PdfError
from lms.permissions import Permission, can, me, requires


def _quarter(key: str) -> Quarter:
    return rules.quarter_called(key) or abort(404)


def _found(key: str) -> ScrutinyReport:
    """A report; until it is signed off, for the scrutineer alone."""
    found = queries.report(_quarter(key)) or abort(404)
    if not found.signed and not can(me(), Permission.CHALLENGE_RAISE):
        abort(404)
    return found


def _drafted(quarter: Quarter) -> dict[str, str]:
    gathered = {one.number: evidence.of_step(one.number, quarter, today()) for one in rules.STEPS}
    return drafting.draft(quarter, queries.challenges(), gathered, queries.notes(quarter), today=today())


@blueprint.post("/scrutiny/reports/<key>/draft")
@requires(Permission.CHALLENGE_RAISE)
def draft_report(key: str) -> ResponseReturnValue:
    """Begin the report of a quarter, or draft again what nobody has edited."""
    quarter = _quarter(key)
    found = queries.report(quarter)
    try:
        if found is None:
            operations.draft_report(quarter=quarter, drafted=_drafted(quarter), actor=me(), now=dates.now())
            flash("The draft is made from the figures of today.", "success")
        else:
            operations.draft_again(report=found, drafted=_drafted(quarter), actor=me(), now=dates.now())
            flash("What nobody had edited is drafted again. What was edited stays.", "success")
    except RuleBroken as no:
        flash(str(no), "problem")
        return redirect(url_for(".index", quarter=key), 303)
    return redirect(url_for(".report", key=key), 303)


@blueprint.get("/scrutiny/reports/<key>")
@requires(Permission.IMPROVEMENT_VIEW)
def report(key: str) -> ResponseReturnValue:
    """The report as it stands, with its versions."""
    found = _found(key)
    return _page(found, SeenForm(data={"seen": str(found.current.number)}, formdata=None))


def _page(found: ScrutinyReport, form: SeenForm | WhyForm) -> ResponseReturnValue:
    page = render_template("evaluation/scrutiny/report.html", form=form, **_context(found))
    return page, 422 if form.problems else 200


def _context(found: ScrutinyReport) -> dict[str, Any]:
    current = found.current
    return {
        "report": found,
        "quarter": rules.quarter_of(found.quarter),
        "pieces": [(key, title, current.texts.get(key, "")) for key, title in drafting.PARTS],
        "edited": {key for key, _ in drafting.PARTS if current.texts.get(key) != current.drafted.get(key)},
    }


@blueprint.get("/scrutiny/reports/<key>.pdf")
@requires(Permission.IMPROVEMENT_VIEW)
def report_pdf(key: str) -> ResponseReturnValue:
    """The same report on paper; a draft says so on every page."""
    found, here = _found(key), partnership() or abort(404)
    quarter = rules.quarter_of(found.quarter)
    title = f"Independent scrutiny, {quarter.name.lower()}"
    try:
        content = pdf.render(
            "pdf/scrutiny.html",
            title=title,
            author=here.name,
            theme=here.key,
            partnership=here.name,
            made_up=here.made_up,
            produced=dates.day_time(dates.now()),
            running=title if found.signed else f"DRAFT. {title}",
            **_context(found),
        )
    except PdfError as error:
        abort(503, str(error))
    return download(content, f"scrutiny-{key}{'' if found.signed else '-draft'}.pdf", "application/pdf")


@blueprint.route("/scrutiny/reports/<key>/edit", methods=["GET", "POST"])
@requires(Permission.CHALLENGE_RAISE)
def edit_report(key: str) -> ResponseReturnValue:
    """Say it in other words. Every version is kept."""
    found = _found(key)
    form = report_form(found, drafting.PARTS)
    if form.validate_on_submit():
        texts = {part: form[part].data or "" for part, _ in drafting.PARTS}
        try:
            changed = operations.edit_report(
                report=found, texts=texts, seen=form.version(), actor=me(), now=dates.now()
            )
        except RuleBroken as no:
            form.refuse(str(no))
        else:
            flash(
                "The new wording is kept." if changed else "Nothing was different, so nothing was changed.", "success"
            )
            return redirect(url_for(".report", key=key), 303)
    page = render_template("evaluation/scrutiny/report_edit.html", form=form, titles=drafting.PARTS, **_context(found))
    return page, 422 if form.problems else 200


@blueprint.post("/scrutiny/reports/<key>/sign")
@requires(Permission.CHALLENGE_RAISE)
def sign_report(key: str) -> ResponseReturnValue:
    """Sign off the version that was read: from now on the others read it too."""
    found, form = _found(key), SeenForm()
    if form.validate_on_submit():
        try:
            operations.sign_report(report=found, seen=form.version(), actor=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(str(no))
        else:
            flash("The report is signed off. Whoever may read the log can read it now.", "success")
            return redirect(url_for(".report", key=key), 303)
    return _page(found, form)


@blueprint.route("/scrutiny/reports/<key>/reopen", methods=["GET", "POST"])
@requires(Permission.CHALLENGE_RAISE)
def reopen_report(key: str) -> ResponseReturnValue:
    """Take the signature back, with the reason."""
    found, form = _found(key), WhyForm()
    if form.validate_on_submit():
        try:
            operations.reopen_report(report=found, why=form.why.data or "", actor=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(str(no), "why")
        else:
            flash("The report is a draft again.", "success")
            return redirect(url_for(".report", key=key), 303)
    page = render_template("evaluation/scrutiny/report_reopen.html", form=form, **_context(found))
    return page, 422 if form.errors else 200
