"""A course's results in each format, all printed from the one value: page, file, PDF, spreadsheet, CSV, JSON."""

from typing import Any

from evaluation.comments.queries import Quote, published_quotes
from evaluation.impact.formats import TYPES, Document
from evaluation.results import sentences, sheets
from evaluation.results.drawings import draw
from evaluation.results.parts import parts
from evaluation.results.report import Results
from lms import dates, pdf
from lms.catalogue.queries import course_by_code
from lms.organisations.queries import partnership
from lms.single_page import single_page


def context(results: Results, *, paper: bool = False) -> dict[str, Any]:
    """What the templates print."""
    return {
        "results": results,
        "said": sentences,
        "parts_of_it": parts(results),
        "drawings": draw(results, paper=paper),
        "quotes": quotes(results),
    }


def quotes(results: Results) -> list[Quote]:
    """Sentences their writers allowed us to publish, and an officer chose: of the whole course, never of a part of it."""
    course = course_by_code(results.course_code) if results.slice.kind == "all" else None
    return published_quotes(course_id=course.id) if course else []


def stem(results: Results) -> str:
    """The name of its files: the course, and which part of it where it is not all."""
    part = "" if results.slice.key == "all" else f"-{results.slice.key.replace(':', '-')}"
    return f"course-{results.course_code}{part}"


def document(results: Results, kind: str, *, address: str) -> Document:
    """The results as a file of one of `TYPES`; `address` is that of the page. Needs a request, real or pretended."""
    here = partnership()
    name = here.name if here else ""
    match kind:
        case "html":
            content = _page(results, name=name, address=address)
        case "pdf":
            content = _paper(results, name=name, theme=here.key if here else "", address=address)
        case "xlsx":
            content = sheets.workbook(results, partnership=name)
        case "csv":
            content = sheets.csv(results)
        case _:
            content = sheets.json_bytes(results, partnership=name, quotes=quotes(results))
    return Document(content, TYPES[kind])


def _paper(results: Results, *, name: str, theme: str, address: str) -> bytes:
    return pdf.render(
        "pdf/course.html",
        title=results.course_title,
        author=name,
        theme=theme,
        subject=sentences.scope(results),
        partnership=name,
        reference=sentences.reference(results),
        produced=dates.day_time(dates.now()),
        made_up=results.made_up,
        made_up_words="Demonstration: the people and their answers are made up",
        address=address,
        **context(results, paper=True),
    )


def _page(results: Results, *, name: str, address: str) -> bytes:
    """One page that needs no server: its stylesheets are in it, its drawings are, and it asks nobody for anything."""
    return single_page(
        "evaluation/results/file.html",
        partnership_name=name,
        address=address,
        produced=dates.day_time(dates.now()),
        **context(results),
    )
