"""The report of somebody’s own agency: for training leads, safeguarding leads and heads, of their own organisation alone."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from evaluation.impact_reports import blueprint, formats, operations, views
from evaluation.impact_reports.gather import report as gathered
from evaluation.impact_reports.scopes import Scope
from lms import dates
from lms.accounts.models import Person
from lms.permissions import GRANTS, Permission, me, requires


def _own() -> Scope:
    """The report of the organisation of whoever is signed in. No address names another."""
    return views.scope_or_404("agency", str(me().organisation_id))


@blueprint.get("/agency/report")
@requires(Permission.AGENCY_VIEW)
def agency_report() -> ResponseReturnValue:
    """What learning reached my own agency, and what is told of its sector."""
    found = gathered(_own(), as_at=dates.now())
    return views.page(
        found,
        lambda ending: url_for(".agency_report_file", ending=ending),
        own=True,
        back=(url_for("teams.index"), "My agency"),
    )


@blueprint.get(f"/agency/report.<{formats.AT_ONCE}:ending>")
@requires(Permission.AGENCY_VIEW)
def agency_report_file(ending: str) -> ResponseReturnValue:
    """The same as a file."""
    return views.as_file(_own(), ending)


@blueprint.get("/agency/report/pdf")
@requires(Permission.AGENCY_VIEW)
def agency_pdf() -> ResponseReturnValue:
    """The PDFs of my own agency’s report."""
    scope = _own()
    back = (url_for(".agency_report"), scope.title)
    return views.pdf_page(scope, back, lambda one: url_for(".agency_pdf_file", reference=one.reference))


@blueprint.post("/agency/report/pdf")
@requires(Permission.AGENCY_VIEW)
def ask_agency_pdf() -> ResponseReturnValue:
    """Ask for one."""
    operations.ask_for_pdf(scope=_own(), by=me(), now=dates.now())
    return redirect(url_for(".agency_pdf"), 303)


@blueprint.get("/agency/report/pdf/<reference>")
@requires(Permission.AGENCY_VIEW)
def agency_pdf_file(reference: str) -> ResponseReturnValue:
    """One that is kept, of my own agency."""
    return views.kept_file(_own(), reference)


def panel_of(person: Person) -> list[tuple[str, str]]:
    """For whoever answers for an agency, on their own pages: where the report of their agency is."""
    if not any(Permission.AGENCY_VIEW in GRANTS[role] for role in person.roles):
        return []
    return [("What learning reached your agency, and what came of it.", url_for("impact_reports.agency_report"))]
