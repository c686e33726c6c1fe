"""Impact reports as pages and files: choose what one is about, read it, take it away, ask for its PDF."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from evaluation.impact_reports import blueprint, drawing, formats, operations, queries
from evaluation.impact_reports.forms import ChoosePeriod, ChooseScope
from evaluation.impact_reports.gather import report as gathered
from evaluation.impact_reports.models import ReportFile, Stage
from evaluation.impact_reports.report import ImpactReport
from evaluation.impact_reports.scopes import Scope
from lms import dates, files
from lms.exports import download
from lms.permissions import Permission, me, requires

#: How the scope stands in an address.
SCOPE = "<any(session, course, action, recommendation, priority, period, agency):kind>/<key>"
#: So often the page of a PDF looks again by itself, in seconds.
LOOK_AGAIN = 2


@blueprint.get("/reports/impact")
@requires(Permission.REPORT_VIEW)
def index() -> ResponseReturnValue:
    """Choose what a report is about; the reports people worked with last."""
    return _index(ChooseScope(queries.choices()), ChoosePeriod())


@blueprint.get("/reports/impact/choose")
@requires(Permission.REPORT_VIEW)
def choose() -> ResponseReturnValue:
    """Go to the report somebody chose."""
    form = ChooseScope(queries.choices())
    chosen = form.chosen()
    if chosen and queries.scope(*chosen) is None:
        form.refuse("There is nothing of this name", chosen[0])
    elif chosen:
        return redirect(url_for(".report", kind=chosen[0], key=chosen[1]), 303)
    return _index(form, ChoosePeriod(), wrong=form), 422


@blueprint.get("/reports/impact/choose-period")
@requires(Permission.REPORT_VIEW)
def choose_period() -> ResponseReturnValue:
    """Go to the report of a period."""
    form = ChoosePeriod()
    key = form.key(dates.london(dates.now()).date())
    if key:
        return redirect(url_for(".report", kind="period", key=key), 303)
    return _index(ChooseScope(queries.choices()), form, wrong=form), 422


def _index(scope_form: ChooseScope, period_form: ChoosePeriod, wrong: Any = None) -> str:
    words = queries.newest_words()
    found = queries.recent_files()
    return render_template(
        "evaluation/impact_reports/index.html",
        scope_form=scope_form,
        period_form=period_form,
        form=wrong,
        words=[(one, queries.scope(one.scope_kind.value, one.scope_key)) for one in words],
        files=found,
        schedules=[one for one in queries.schedules() if one.stopped_at is None],
    )


@blueprint.get(f"/reports/impact/{SCOPE}")
@requires(Permission.REPORT_VIEW)
def report(kind: str, key: str) -> ResponseReturnValue:
    """The report as it stands now."""
    return page(
        _gathered(scope_or_404(kind, key)), lambda ending: url_for(".report_file", kind=kind, key=key, ending=ending)
    )


@blueprint.get(f"/reports/impact/{SCOPE}.<{formats.AT_ONCE}:ending>")
@requires(Permission.REPORT_VIEW)
def report_file(kind: str, key: str, ending: str) -> ResponseReturnValue:
    """The same as a file."""
    return as_file(scope_or_404(kind, key), ending)


@blueprint.get(f"/reports/impact/{SCOPE}/pdf")
@requires(Permission.REPORT_VIEW)
def pdf(kind: str, key: str) -> ResponseReturnValue:
    """The PDFs of a report: how far the one being made is, and those that are kept."""
    scope = scope_or_404(kind, key)
    return pdf_page(
        scope,
        (url_for(".report", kind=kind, key=key), scope.title),
        lambda one: url_for(".pdf_file", kind=kind, key=key, reference=one.reference),
    )


@blueprint.post(f"/reports/impact/{SCOPE}/pdf")
@requires(Permission.REPORT_VIEW)
def ask_pdf(kind: str, key: str) -> ResponseReturnValue:
    """Ask for one; the worker draws it."""
    operations.ask_for_pdf(scope=scope_or_404(kind, key), by=me(), now=dates.now())
    return redirect(url_for(".pdf", kind=kind, key=key), 303)


@blueprint.get(f"/reports/impact/{SCOPE}/pdf/<reference>")
@requires(Permission.REPORT_VIEW)
def pdf_file(kind: str, key: str, reference: str) -> ResponseReturnValue:
    """One that is kept."""
    return kept_file(scope_or_404(kind, key), reference)


# What the pages of agencies show in the same way.


def scope_or_404(kind: str, key: str) -> Scope:
    """What an address names."""
    return queries.scope(kind, key) or abort(404)


def _gathered(scope: Scope) -> ImpactReport:
    return gathered(scope, as_at=dates.now())


def page(found: ImpactReport, files_at: Callable[[str], str], **more: Any) -> str:
    """The report on the service."""
    return render_template("evaluation/impact_reports/report.html", files=files_at, **formats.context(found), **more)


def as_file(scope: Scope, ending: str) -> ResponseReturnValue:
    """The report as a file that is made at once."""
    document = formats.document(_gathered(scope), ending)
    return download(document.content, f"{formats.stem(scope)}.{ending}", document.content_type)


def pdf_page(scope: Scope, back: tuple[str, str], file_at: Callable[[ReportFile], str]) -> ResponseReturnValue:
    """How far the PDF is that is being made, and those that are kept. It looks again by itself while one is made."""
    found = queries.files_of(scope)
    newest = found[0] if found else None
    making = newest if newest and newest.stage not in (Stage.DONE, Stage.FAILED) else None
    response = make_response(
        render_template(
            "evaluation/impact_reports/pdf.html",
            scope=scope,
            back=back,
            file_at=file_at,
            making=making,
            failed=newest if newest and newest.stage is Stage.FAILED else None,
            kept=[one for one in found if one.stage is Stage.DONE],
            steps=drawing.STEPS,
            all_steps=drawing.ALL_STEPS,
            stage_words=drawing.STAGE_WORDS,
            still="still" in request.args,
        )
    )
    if making and "still" not in request.args:
        response.headers["Refresh"] = str(LOOK_AGAIN)
    return response


def kept_file(scope: Scope, reference: str) -> ResponseReturnValue:
    """A PDF of this report, and of no other."""
    found = queries.file_of(scope, reference) or abort(404)
    try:
        return files.sent(found.file or abort(404))
    except LookupError:
        flash("This file is not there any more. Ask for it again.", "problem")
        return redirect(request.path.rpartition("/")[0], 303)
