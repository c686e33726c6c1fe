"""What somebody who opens, prints or searches a PDF would notice; and that making one reaches nothing it should not."""

import contextlib
import html as markup
import io
import json
import logging
import re
import threading
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader
from pypdf import PageObject, PdfReader

from lms import charts, pdf

ROOT = Path(__file__).parents[2]
HOSTILE = ROOT.parent / "shared" / "data" / "hostile" / "html_to_pdf.json"
NAMES = ["Łukasz Zieliński", "Siân Ŵyn-Ŷstrad", "Şükrü Öztürk", "Seán O’Brien", "Олена Шевченко", "£1,240.50 – ½ a day"]

REPORT = """{% extends "pdf/report.html" %}{% block body %}
<h2>Who came</h2>{{ parts.chart(drawing, "Two audits", "Figure 1") }}
<h2>Everyone</h2>{{ parts.table(columns, rows, "Table 1", true) }}
<h3>Facts</h3>{{ parts.facts([("Owner", owner), ("State", parts.tag("Evidence of impact", "good"))]) }}
{% endblock %}"""
THREAD = """{% extends "pdf/report.html" %}{% block body %}
{{ parts.glance([("1", "recommendation"), ("112", "people")]) }}
{% call parts.stage("Why", "November 2022", "A review found it.", last=false) %}
  {{ parts.facts([("Source", "A review")]) }}
{% endcall %}
{% call parts.block() %}<p class="bit">More of it.</p>{% endcall %}
{% call parts.stage("Who came", "To February 2024", "112 people.") %}
  {{ parts.people([
    {"sector": "Schools", "drawing": dots, "words": "38 of 410", "share": "9%"},
    {"sector": "Housing", "drawing": none, "words": "0 of 40", "share": "0%"},
    {"sector": "All", "words": "38 of 450", "share": "8%"},
  ]) }}
  {{ parts.change_row([{"name": "Recognise", "tag": parts.tag("Kept"), "drawing": none, "nothing": "Too few answers."}]) }}
  {{ parts.measure("Analytical data", "Referrals", parts.tag("Moved"), "105 of 504", "Rule", drawing) }}
  {% call parts.verdict("Better, with limits") %}{{ parts.points([("✓", "Yes"), ("–", "No")]) }}{% endcall %}
{% endcall %}
{% call parts.stage("What next", "To October 2025", "Still open.", open=true) %}<p>Next.</p>{% endcall %}
{% endblock %}"""


@pytest.fixture
def paper() -> Iterator[Flask]:
    """The templates of the product and nothing else of it: what a PDF needs."""
    app = Flask("paper", template_folder=str(ROOT / "templates"))
    pages = DictLoader({"report.html": REPORT, "thread.html": THREAD, "empty.html": '{% extends "pdf/report.html" %}'})
    app.jinja_loader = ChoiceLoader([app.jinja_loader, pages])  # type: ignore[assignment, list-item]
    with app.test_request_context():
        yield app


def a_report(**changed: Any) -> bytes:
    context: dict[str, Any] = {
        "title": "Neglect was recognised too late",
        "author": "Wakefield Safeguarding Children Partnership",
        "partnership": "Wakefield Safeguarding Children Partnership",
        "produced": "8 October 2024, 9:30am",
        "made_up": True,
        "owner": "Priya Nair",
        "drawing": charts.two_dots(
            [charts.Share("January 2023", 12, 30, (0.25, 0.58))], chart_id="a", title="Audit", paper=True
        ),
        "columns": [{"label": "No", "number": True}, {"label": "Name of the person"}],
        "rows": [[str(n), NAMES[n % len(NAMES)]] for n in range(120)],
    } | changed
    return pdf.render("report.html", **context)


def reader(document: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(document))


def text_of(page: PageObject | PdfReader) -> str:
    pages = page.pages if isinstance(page, PdfReader) else [page]
    return re.sub(r"\s+", " ", " ".join(each.extract_text() for each in pages))


def lettering_of(document: PdfReader) -> dict[str, bool]:
    """The name of each font that draws a letter, and whether it is in the file."""
    found = {}

    def note(text: str, _matrix: Any, _place: Any, font: Any, _size: Any) -> None:
        if text.strip() and font:
            described = font.get("/FontDescriptor") or font.get("/DescendantFonts", [{}])[0].get("/FontDescriptor")
            found[str(font["/BaseFont"])] = bool(
                described and any("/FontFile" in key for key in described.get_object())
            )

    for page in document.pages:
        page.extract_text(visitor_text=note)
    return found


def test_names_of_many_languages_are_readable(paper: Flask) -> None:
    said = text_of(reader(a_report()))
    assert [name for name in NAMES if name not in said] == []
    assert pdf.missing_glyphs == []


def test_a_document_has_the_colours_of_its_partnership(paper: Flask) -> None:
    def brand(key: str) -> bytes:
        pages = reader(pdf.render("pdf/report.html", title="A report", partnership="Somewhere", theme=key)).pages
        return b"".join(page.get_contents().get_data() for page in pages)  # type: ignore[union-attr]

    ours, plain = b".227451 .164706 .341176 rg", b".070588 .247059 .278431 rg"
    assert (ours in brand("kirklees"), plain in brand("kirklees")) == (True, False)
    assert (ours in brand("elsewhere"), plain in brand("elsewhere")) == (False, True)


def test_arabic_names_are_joined(paper: Flask) -> None:
    said = text_of(reader(a_report(owner="محمد", rows=[["1", "Tom"]])))
    assert pdf.missing_glyphs == []
    drawn = [letter for letter in said if unicodedata.name(letter, "").startswith("ARABIC")]
    assert unicodedata.normalize("NFKC", "".join(drawn)) == "محمد"
    assert [unicodedata.name(letter).split()[-2] for letter in drawn] == ["INITIAL", "MEDIAL", "MEDIAL", "FINAL"]


def test_a_letter_that_no_font_has_is_noticed(paper: Flask) -> None:
    a_report(owner="Ann 🙂 字")
    assert sorted(pdf.missing_glyphs) == ["U+1F642", "U+5B57"]
    a_report()
    assert pdf.missing_glyphs == []


def test_no_name_reaches_the_log(paper: Flask) -> None:
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    try:
        a_report(owner="Zebedee 🙂 Quartermaine")
    finally:
        logging.getLogger().removeHandler(handler)
    assert log.getvalue() == "A PDF has no letter for U+1F642\n"


def test_every_letter_is_drawn_in_a_font_of_the_file(paper: Flask) -> None:
    fonts = lettering_of(reader(a_report(owner="محمد")))
    assert [name for name, inside in fonts.items() if not inside] == []
    kinds = {name.split("+")[-1].rstrip("0123456789") for name in fonts}
    assert all("SourceSans" in kind or "NotoNaskh" in kind for kind in kinds), kinds


def test_charts_keep_their_lettering_in_every_document(paper: Flask) -> None:
    for _ in range(2):
        document = reader(a_report())
        assert "12 of 30" in text_of(document)
        assert "Helvetica" not in " ".join(lettering_of(document))


def test_each_page_has_its_number_and_a_table_its_heading(paper: Flask) -> None:
    pages = list(reader(a_report()).pages)
    assert len(pages) > 2
    assert all("Name of the person" in text_of(page) for page in pages[1:])
    for n, page in enumerate(pages, start=1):
        said = text_of(page)
        assert f"Page {n} of {len(pages)}" in said
        assert "the people and figures are made up" in said
        assert "Produced 8 October 2024, 9:30am" in said


def test_the_file_says_its_title_language_and_headings(paper: Flask) -> None:
    document = reader(a_report())
    assert document.metadata
    assert document.metadata.title == "Neglect was recognised too late"
    assert document.metadata.author == "Wakefield Safeguarding Children Partnership"
    root = document.root_object
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True  # type: ignore[index]
    [title, [came, everyone, [facts]]] = document.outline
    assert [title["/Title"], came["/Title"], everyone["/Title"], facts["/Title"]] == [
        "Neglect was recognised too late", "Who came", "Everyone", "Facts",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "figures", [[], [("14", "followed")], [("14", "followed"), ("1,312", "people"), ("9", "verdicts")]]
)
def test_a_cover_stands_before_the_first_page(paper: Flask, figures: list[tuple[str, str]]) -> None:
    document = reader(
        a_report(cover=True, figures=figures, answer="October 2023 to September 2024", audience="For the Executive")
    )
    cover = text_of(document.pages[0])
    assert "October 2023 to September 2024" in cover
    assert all(figure in cover for figure, _ in figures)
    assert "Page 2 of" in text_of(document.pages[1])


def test_the_thread_stands_on_paper_with_its_stages_in_the_outline(paper: Flask) -> None:
    dots = charts.people_dots(38, paper=True)
    drawing = charts.two_dots([charts.Share("January", 12, 30)], chart_id="a", title="A", paper=True)
    document = reader(pdf.render("thread.html", title="Neglect", dots=dots, drawing=drawing))
    said = text_of(document)
    for words in (
        "Nobody came",
        "Too few answers.",
        "38 of 410",
        "Better, with limits",
        "Still open.",
        "More of it.",
        "✓",
    ):
        assert words in said
    [_, stages] = document.outline
    assert [stage["/Title"] for stage in stages] == ["Why", "Who came", "What next"]
    gold = "690196 .490196 .039216 RG"
    assert gold in document.pages[0].get_contents().get_data().decode("latin-1"), "the line is drawn, in gold"  # type: ignore[union-attr]


def test_a_chart_that_is_not_there_is_said_in_words(paper: Flask) -> None:
    assert "There is nothing to draw yet." in text_of(reader(a_report(drawing=None)))
    with pytest.raises(ValueError, match="no drawing"):
        pdf.chart_uri(None)


def test_a_chart_keeps_its_proportions(paper: Flask) -> None:
    drawing = charts.people_dots(5, paper=True)
    assert 'width="148" height="7"' in pdf.chart_image(drawing, 148, "Five people")
    assert 'alt="&#34;x&#34;"' in pdf.chart_image(drawing, 148, '"x"')
    with pytest.raises(ValueError, match="viewBox"):
        pdf.chart_image("<svg/>", 10, "")


def test_people_at_once_each_get_their_own_document(paper: Flask) -> None:
    names = [f"Person {letter}" for letter in "ABCDEFGHIJKL"]

    def draw(name: str) -> PdfReader:
        with paper.test_request_context():
            return reader(a_report(owner=name, rows=[["1", "Łukasz"]]))

    with ThreadPoolExecutor(4) as pool:
        documents = list(pool.map(draw, names))
    assert [name for name, document in zip(names, documents, strict=True) if name not in text_of(document)] == []
    strange = {font for document in documents for font in lettering_of(document) if "SourceSans3" not in font}
    assert strange == set(), "a drawing lost its lettering to another document"


def test_a_document_that_takes_too_long_is_refused_in_a_sentence(paper: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_SECONDS", 0.05)
    with pytest.raises(pdf.PdfError, match="Download it as a spreadsheet"):
        a_report(rows=[["1", "Łukasz"]] * 2000)


@pytest.mark.parametrize("bomb", ["<div>" * 1500, f'<p style="color:{"rgb(" * 20_000}">x</p>', "<table>" * 400])
def test_markup_made_to_break_the_engine_ends_in_a_sentence(bomb: str) -> None:
    with contextlib.suppress(pdf.PdfError):
        assert pdf.render_html(f"<html><body>{bomb}</body></html>", title="Bomb").startswith(b"%PDF")


class Canary:
    """A web server on this machine that remembers who asked for what."""

    def __init__(self) -> None:
        asked = self.asked = []  # type: ignore[var-annotated]

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def canary() -> Iterator[Canary]:
    bird = Canary()
    yield bird
    bird.server.shutdown()
    bird.server.server_close()


def attacks(port: int) -> list[str]:
    there = f"http://127.0.0.1:{port}"
    inside = f'<image href="{there}/s.png" width="9" height="9"/>'
    image = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{inside}</svg>'
    own = [
        f'<img src="{there}/i.png">',
        f'<link rel="stylesheet" href="{there}/l.css">',
        f'<style>@import url("{there}/m.css");</style>',
        f'<style>@font-face {{ font-family: X; src: url("{there}/f.ttf"); }} p {{ font-family: X; }}</style><p>x</p>',
        f'<style>@page {{ background-image: url("{there}/b.pdf"); }}</style>',
        f'<div style="background-image: url({there}/d.png)">x</div>',
        f'<iframe src="{there}/frame"></iframe><object data="{there}/o"></object>',
        f'<img src="{pdf.chart_uri(image)}" width="9" height="9">',
        '<img src="file:///etc/hostname">',
        '<img src="/etc/hostname">',
        '<img src="../../config.py">',
        '<link rel="stylesheet" href="file:///etc/passwd">',
    ]
    known = json.loads(HOSTILE.read_text())["payloads"] if HOSTILE.exists() else []
    return own + [payload.replace("{port}", str(port)) for payload in known]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_nothing_is_fetched_even_for_markup_that_was_not_escaped(canary: Canary) -> None:
    secret = Path("/etc/hostname").read_text().strip() if Path("/etc/hostname").exists() else "no such text"
    for attack in attacks(canary.port):
        try:
            document = pdf.render_html(f"<html><body><p>before</p>{attack}</body></html>", title="Attack")
        except pdf.PdfError:
            continue
        said = text_of(reader(document))
        assert secret not in said.split()
        assert "root:" not in said
        assert "LMS_SECRET_KEY" not in said
    assert canary.asked == []


def test_what_was_typed_stands_in_the_document_as_it_was_typed(paper: Flask, canary: Canary) -> None:
    typed = attacks(canary.port)
    said = text_of(reader(a_report(rows=[["1", text] for text in typed])))
    squeezed = said.replace(" ", "")
    # Addresses are longer than a line, so only what stands before the first of them is looked for.
    for text in typed:
        start = re.split(r"http|data:|file:", text)[0].replace(" ", "")
        assert markup.unescape(start) in squeezed
    assert canary.asked == []
