"""One figure is one number: every format is read back and compared with the thread it was printed from."""

import csv
import io
import json
import re
from collections.abc import Iterator

import openpyxl
import pytest
from flask import Flask
from pypdf import PdfReader

from evaluation.impact import formats, sheets
from evaluation.impact.change_words import change_rows, response_words
from evaluation.impact.figures import Figure, figures
from evaluation.impact.offer_words import evidence_rows, offer_rows
from evaluation.impact.queries import Quote, WaveCount
from evaluation.impact.sentences import stages
from evaluation.impact.thread import Thread
from lms import pdf
from tests.factories import partnership
from tests.threads import WAVES, a_change, a_thread

NAMES = "Łukasz, Siân and محمد said: it’s £5 – no more."


@pytest.fixture
def here(app: Flask) -> Iterator[None]:
    """As if somebody had asked for it."""
    partnership(made_up=True)
    with app.test_request_context(base_url=app.config["PUBLIC_URL"]):
        yield


@pytest.fixture
def thread() -> Thread:
    hidden = tuple((wave, WaveCount(60, 4 if wave == "end" else 40)) for wave in WAVES)
    return a_thread(waves=hidden, quotes=(Quote(NAMES, "m6", None),))


def text_of(document: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages).split())


def number(cell: str) -> float | None:
    return float(cell) if cell else None


def as_row(figure: Figure) -> list[float | None]:
    low, high = figure.interval or (None, None)
    return [figure.numerator, figure.denominator, figure.share, figure.value, low, high]


def test_the_list_holds_every_figure_of_the_thread(thread: Thread) -> None:
    found = {figure.name: figure for figure in figures(thread)}
    assert thread.change is not None
    assert found["Sessions held"].value == thread.sessions
    assert found["People from all sectors"].numerator == thread.people
    assert found["People from all sectors"].denominator == thread.workforce
    for sector in thread.sectors:
        assert found[f"People from {sector.sector}"].numerator == sector.people
    scale = thread.change.primary
    assert scale.change is not None
    assert found[f"{scale.name}: change to 6 months"].value == scale.change.mean_diff
    assert found[f"{scale.name}: change to 6 months"].interval == scale.change.interval
    for item in thread.change.items:
        for wave in item.waves:
            assert wave.share is not None
            figure = found[f"{item.name}: {wave.name.lower()}"]
            assert (figure.numerator, figure.denominator) == (wave.share.numerator, wave.share.denominator)
            assert figure.interval == wave.share.interval()
    assert found["Answered: end"].hidden
    assert found["Answered: 6 months"].numerator == 40


def test_a_hidden_figure_has_no_number_anywhere(thread: Thread) -> None:
    few = a_thread(change=a_change(8))
    hidden = [figure for one in (thread, few) for figure in figures(one) if figure.hidden]
    assert len(hidden) > 20
    for figure in hidden:
        assert as_row(figure) == [None] * 6
        said = figure.to_json()
        assert said["suppressed"] is True
        assert not [value for value in said.values() if isinstance(value, int | float) and value is not True]


def test_csv_is_the_list_line_by_line(thread: Thread) -> None:
    rows = list(csv.reader(io.StringIO(sheets.csv(thread).decode("utf-8-sig"))))
    assert rows[0] == [column.label for column in sheets.FLAT]
    names = {stage.key: stage.name for stage in stages(thread)}
    assert len(rows) - 1 == len(figures(thread))
    for row, figure in zip(rows[1:], figures(thread), strict=True):
        assert row[:2] == [names[figure.stage], figure.name]
        assert [number(cell) for cell in (row[2], row[3], row[4], row[5], row[7], row[8])] == as_row(figure)
        assert row[9] == ("Yes" if figure.hidden else "No")


def test_json_gives_every_figure_its_base_and_its_rule(here: None, thread: Thread) -> None:
    said = json.loads(formats.document(thread, "json").content)
    assert said["reference"] == "REV-1.2"
    assert [stage["lead"] for stage in said["stages"]] == [stage.lead.words for stage in stages(thread)]
    assert len(said["figures"]) == len(figures(thread))
    for given, figure in zip(said["figures"], figures(thread), strict=True):
        assert given["suppressed"] is figure.hidden
        if not figure.hidden:
            assert given["denominator"] == figure.denominator
            assert given.get("numerator") == figure.numerator
            assert given.get("share") == pytest.approx(figure.share)
            assert given.get("value") == figure.value
            assert given["interval"] == (list(figure.interval) if figure.interval else None)
    assert said["response"][0] | {"interval": None} == {
        "wave": "baseline", "invited": 60, "answered": 40, "share": pytest.approx(2 / 3), "interval": None, "suppressed": False
    }  # fmt: skip
    assert said["response"][1] == {"wave": "end", "suppressed": True}
    assert thread.verdict is not None
    assert [one["count"] for one in said["offers"]] == [one.count for one in thread.offers]
    assert said["evidence"][0]["shows"] == thread.evidence[0][1].shows
    assert said["verdict"]["words"] == thread.verdict.words
    assert [item["figure"] for item in said["verdict"]["rule"]] == [item.figure for item in thread.verdict.rule]


def test_the_workbook_has_a_sheet_for_each_link_with_the_same_numbers(here: None, thread: Thread) -> None:
    book = openpyxl.load_workbook(io.BytesIO(formats.document(thread, "xlsx").content))
    assert book.sheetnames == [
        "Summary",
        "Actions",
        "Offers",
        "Sessions",
        "Who came",
        "By agency",
        "What changed",
        "Measures",
        "Evidence",
        "Verdict",
        "What next",
        "Notes",
    ]
    offers = [[cell.value for cell in row][:4] for row in book["Offers"].iter_rows(min_row=2, max_row=3)]
    assert offers == [[one.title, one.kind, one.count, one.unit] for one in thread.offers]
    assert thread.evidence
    assert [row[2].value for row in book["Evidence"].iter_rows(min_row=2, max_row=2)] == [thread.evidence[0][1].shows]
    agencies = [row[2].value for row in book["By agency"].iter_rows(min_row=2) if isinstance(row[2].value, int)]
    assert sum(agencies) == thread.people
    assert len(agencies) == thread.organisations > 0
    summary = {row[0].value: row[1].value for row in book["Summary"].iter_rows()}
    for stage in stages(thread):
        assert summary[stage.name] == stage.lead.words
    sessions = [[cell.value for cell in row] for row in book["Sessions"].iter_rows(min_row=2, max_row=3)]
    assert [row[4:] for row in sessions] == [[32, 28, 1], [32, 28, 0]]
    came = [[cell.value for cell in row] for row in book["Who came"].iter_rows(min_row=2, max_row=6)]
    assert came[-1][:4] == ["All sectors", thread.people, thread.organisations, thread.workforce]
    for name, stage in (("What changed", "changed"), ("Measures", "did")):
        wanted = [figure for figure in figures(thread) if figure.stage == stage]
        for row, figure in zip(book[name].iter_rows(min_row=2), wanted, strict=False):
            cells = [cell.value for cell in row]
            assert cells[0] == figure.name
            found = [cells[1], cells[2], cells[3], cells[4], cells[6], cells[7]]
            assert found == [None if value is None else pytest.approx(value) for value in as_row(figure)]
            assert cells[8] == ("Yes" if figure.hidden else "No")
    assert thread.verdict is not None
    found = [[cell.value for cell in row] for row in book["Verdict"].iter_rows(min_row=2, max_row=6)]
    assert found == [[item.sentence, "Yes" if item.found else "No", item.figure] for item in thread.verdict.rule]


@pytest.mark.parametrize("kind", ["pdf", "html"])
def test_page_and_paper_print_the_same_figures(here: None, thread: Thread, kind: str) -> None:
    content = formats.document(thread, kind).content
    said = text_of(content) if kind == "pdf" else " ".join(re.sub(r"<[^>]+>", " ", content.decode()).split())
    plain = re.sub(r"\s", "", said)
    assert thread.change is not None
    wanted = [cell for row in change_rows(thread.change) for cell in row]
    wanted += [response_words(count) for _, count in thread.waves]
    wanted += [stage.lead.finding for stage in stages(thread)]
    assert thread.verdict is not None
    wanted += [item.figure for item in thread.verdict.rule]
    wanted += [result.sentence for result in thread.measures]
    wanted += [cell for row in offer_rows(thread) for cell in row]
    wanted += [cell for row in evidence_rows(thread) for cell in row]
    wanted += [because for action in thread.actions for because in thread.stand(action).because]
    for words in wanted:
        assert re.sub(r"\s", "", words) in plain.replace("&#39;", "'"), words


def test_the_pdf_has_an_outline_page_numbers_and_every_letter(here: None, thread: Thread) -> None:
    document = formats.document(thread, "pdf").content
    assert pdf.missing_glyphs == []
    reader = PdfReader(io.BytesIO(document))
    pages = len(reader.pages)
    said = text_of(document)
    assert f"Page 1 of {pages}" in said
    assert f"Page {pages} of {pages}" in said
    for piece in ("Łukasz, Siân and", "it’s £5 – no more."):
        assert piece in said
    # The letters of Arabic stand in the file as they are drawn, joined and from right to left.
    assert re.search(r"[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufeff]{3}", said)
    names: list[str] = []

    def walk(entries: list[object]) -> None:
        for entry in entries:
            if isinstance(entry, list):
                walk(entry)
            else:
                names.append(str(entry["/Title"]))  # type: ignore[index]

    walk(reader.outline)  # type: ignore[arg-type]
    assert names[0] == "Neglect was recognised too late"
    assert [name for name in names if name in {stage.name for stage in stages(thread)}] == [
        stage.name for stage in stages(thread)
    ]


def test_a_long_table_has_its_head_again_on_the_next_page(here: None, thread: Thread) -> None:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(formats.document(thread, "pdf").content)).pages]
    months = [page for page in pages if re.search(r"(January|June|July) 2023\s+\d+ of 50", page)]
    assert months
    assert all("Month" in page and "Referrals" in page for page in months)


def test_a_thread_that_led_to_nothing_yet_can_be_taken_away_too(here: None) -> None:
    empty = a_thread(
        actions=(), courses=(), other_offers=(), sectors=(), plan=None, waves=(), change=None, measures=(), quotes=(),
        next_actions=(),
    )  # fmt: skip
    for kind in formats.TYPES:
        assert len(formats.document(empty, kind).content) > 500
    assert "No action has been decided yet." in text_of(formats.document(empty, "pdf").content)


def test_the_page_on_its_own_asks_no_server_for_anything(here: None, thread: Thread) -> None:
    page = formats.document(thread, "html").content.decode()
    assert not re.findall(r'(?:src|href)="(?!#|https?://|$)[^"]*"', page)
    assert "<script" not in page
    assert "@font-face" not in page
    assert "url(" not in re.sub(r'url\("?data:', "", page)
