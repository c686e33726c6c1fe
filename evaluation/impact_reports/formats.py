"""An impact report in each format, all printed from the one value: page, file, PDF, spreadsheet, CSV, JSON."""

from typing import Any

from flask import current_app, url_for

from evaluation.impact.formats import TYPES, Document
from evaluation.impact_reports import queries, sheets
from evaluation.impact_reports import sentences as words
from evaluation.impact_reports.drawings import draw
from evaluation.impact_reports.grids import figure_words
from evaluation.impact_reports.narrative import Narrative, narrative
from evaluation.impact_reports.parts import parts
from evaluation.impact_reports.report import ImpactReport
from evaluation.impact_reports.scopes import Scope
from lms import dates, pdf
from lms.exports import safe_filename
from lms.organisations.queries import partnership
from lms.single_page import single_page

#: What can be had at once; the PDF is drawn by the worker.
AT_ONCE = "any(xlsx, csv, json)"


def context(report: ImpactReport, *, paper: bool = False) -> dict[str, Any]:
    """What the templates print."""
    said = narrative_of(report)
    return {
        "report": report,
        "said": words,
        "parts_of_it": parts(report),
        "drawings": draw(report, paper=paper),
        "narrative": said,
        "changed": sheets.changed(said),
        "hidden": sheets.hidden(report),
        "figure_words": figure_words,
    }


def narrative_of(report: ImpactReport) -> Narrative:
    """The words of a report: what was published, else the newest draft, else the draft by rule."""
    return narrative(report, queries.printed(queries.versions(report.scope)))


def stem(scope: Scope) -> str:
    """The name of its files."""
    return (
        safe_filename(f"impact-{scope.kind.value}-{scope.key}").rpartition(".")[0]
        or f"impact-{scope.kind.value}-{scope.key}"
    )


def address_of(scope: Scope) -> str:
    """The address of its page, from the outside."""
    public: str = current_app.config["PUBLIC_URL"]
    return public + url_for("impact_reports.report", kind=scope.kind.value, key=scope.key).removeprefix(public)


def document(report: ImpactReport, kind: str) -> Document:
    """The report as a file of one of `TYPES`. Needs a request, real or pretended, because it holds addresses."""
    here = partnership()
    name, said, address = here.name if here else "", narrative_of(report), address_of(report.scope)
    match kind:
        case "html":
            content = _page(report, name=name, address=address)
        case "pdf":
            content = _paper(report, name=name, theme=here.key if here else "", address=address)
        case "xlsx":
            content = sheets.workbook(report, said, partnership=name)
        case "csv":
            content = sheets.csv(report, said)
        case _:
            content = sheets.json_bytes(report, said, partnership=name, address=address)
    return Document(content, TYPES[kind])


def _paper(report: ImpactReport, *, name: str, theme: str, address: str) -> bytes:
    return pdf.render(
        "pdf/impact.html",
        title=report.scope.title,
        author=name,
        theme=theme,
        subject=words.counted(report),
        partnership=name,
        reference=report.scope.words,
        produced=dates.day_time(report.as_at),
        made_up=report.made_up,
        address=address,
        **context(report, paper=True),
    )


def _page(report: ImpactReport, *, name: str, address: str) -> bytes:
    """One page that needs no server: its stylesheets and drawings are in it, and it asks nobody for anything."""
    return single_page(
        "evaluation/impact_reports/file.html",
        partnership_name=name,
        address=address,
        produced=dates.day_time(report.as_at),
        **context(report),
    )
