"""The thread as a PDF: from the request to the document, beside the PDF engine drawing the same text without its charts."""

import io
import logging
import re
import time
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from bench import data
from bench.measured import Case, case
from bench.place import Place, application
from bench.thread import PATH, sign_in
from lms import pdf
from lms.db import writing

CHART = re.compile(r"<img\b[^>]*>")


def measure(place: Place) -> Iterator[Case]:
    """Ours reads the records, draws charts, text and tables and finishes the document; the floor draws text and tables."""
    with place.copy() as url, application(url, place.folder, demo=True):
        with writing():
            reader = data.add_reader()
            if place.effort.quick:
                data.replace_answers(answers=2_000)
        browser = sign_in(reader)
        markup: list[str] = []
        real = pdf.render_html

        def overheard(html: str, **details: Any) -> bytes:
            markup.append(html)
            return real(html, **details)

        with patch.object(pdf, "render_html", overheard):
            _pages(browser.get(f"{PATH}.pdf").data)
        text = CHART.sub("", markup[-1])
        draw_bare(text)
        times, floors = [], []
        for _ in range(min(place.effort.repeats, 5)):
            start = time.perf_counter()
            document = browser.get(f"{PATH}.pdf").data
            times.append(time.perf_counter() - start)
            _pages(document)
            start = time.perf_counter()
            draw_bare(text)
            floors.append(time.perf_counter() - start)
    yield case("thread pdf", place.kind, "s", times, floors)


def _pages(document: bytes) -> int:
    """How many pages a document has. ValueError if it is none."""
    from pypdf import PdfReader

    if not document.startswith(b"%PDF"):
        raise ValueError("The thread did not come as a PDF.")
    return len(PdfReader(io.BytesIO(document)).pages)


def draw_bare(html: str) -> None:
    """The engine alone."""
    from xhtml2pdf import pisa

    logging.getLogger("xhtml2pdf").setLevel(logging.CRITICAL)
    if pisa.CreatePDF(html, dest=io.BytesIO(), encoding="utf-8", path=str(pdf.PAPER / "page.html")).err:
        raise ValueError("The floor of the PDF could not be drawn.")
