"""A thread in each of its formats, all of them printed from the one value: page, file, PDF, spreadsheet, CSV, JSON."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for

from evaluation.impact import change_words, offer_words, sentences, sheets
from evaluation.impact.drawings import draw
from evaluation.impact.thread import Thread
from lms import dates, exports, pdf
from lms.organisations.queries import partnership
from lms.single_page import single_page

#: Every format a thread can be had in, and how it is called on the wire.
TYPES = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": exports.XLSX,
    "csv": exports.CSV,
    "json": "application/json",
}


@dataclass(frozen=True)
class Document:
    """A file to hand over."""

    content: bytes
    content_type: str


def context(thread: Thread, *, paper: bool = False, root: str = "") -> dict[str, Any]:
    """What the templates of a thread print. `root` stands in front of the addresses of other pages."""
    here = partnership()
    return {
        **names(),
        "thread": thread,
        "drawings": draw(thread, paper=paper),
        "made_up": bool(here and here.made_up),
        "root": root,
    }


def names() -> dict[str, Any]:
    """What the templates call by name: the words of a thread, and whether single actions have pages to link to."""
    return {
        "said": sentences,
        "offered": offer_words,
        "words": change_words,
        # Pages of single actions are another room’s; without it their references stand there without a link.
    }


def document(thread: Thread, kind: str) -> Document:
    """The thread as a file of one of `TYPES`. Needs a request, real or pretended, because it holds addresses."""
    match kind:
        case "html":
            content = _page(thread)
        case "pdf":
            content = _paper(thread)
        case "xlsx":
            content = sheets.workbook(thread, partnership=_name())
        case "csv":
            content = sheets.csv(thread)
        case _:
            content = sheets.json_bytes(thread, partnership=_name())
    return Document(content, TYPES[kind])


def _name() -> str:
    here = partnership()
    return here.name if here else ""


def _theme() -> str:
    here = partnership()
    return here.key if here else ""


def _paper(thread: Thread) -> bytes:
    reference = thread.recommendation.reference
    public: str = current_app.config["PUBLIC_URL"]
    return pdf.render(
        "pdf/thread.html",
        title=thread.recommendation.headline,
        author=_name(),
        theme=_theme(),
        subject=f"Thread of recommendation {reference}",
        partnership=_name(),
        reference=reference,
        produced=dates.day_time(thread.as_at),
        address=public + url_for("impact.thread", reference=reference),
        **context(thread, paper=True),
    )


def _page(thread: Thread) -> bytes:
    """One page that needs no server: its stylesheets are in it, its drawings are, and it asks nobody for anything."""
    return single_page(
        "evaluation/impact/file.html",
        partnership_name=_name(),
        **context(thread, root=current_app.config["PUBLIC_URL"]),
    )
