"""The page and every file of the annual chapter hold the same figures, and say the same of them."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import html5lib
import openpyxl
import pytest
from flask import Flask
from pypdf import PdfReader

from evaluation.impact import annual_sheets
from evaluation.impact.annual import Annual, annual
from evaluation.impact.annual_sections import sections
from evaluation.impact.annual_tables import Table, figure_words
from lms import pdf
from lms.organisations.queries import partnership
from tests.evaluation.impact.annual_demo import TODAY, opened, published_kirklees

NOW = datetime(2024, 10, 8, 8, 0, tzinfo=UTC)
HERE = "https://training.example/reports/annual/2022-23"


def document(app: Flask, chapter: Annual, kind: str) -> bytes:
    here = partnership()
    assert here
    with app.test_request_context():
        return annual_sheets.document(chapter, kind, here=here, address=HERE, now=NOW)[0]


def tables(chapter: Annual) -> Iterator[Table]:
    for section in sections(chapter):
        yield from section.tables


def every_figure(chapter: Annual) -> list[tuple[str, str, str, float | None]]:
    """Table, row, measure and count of every figure of the chapter."""
    return [
        (table.key, line.key, measure.key, figure.value)
        for table in tables(chapter)
        for line in table.all_lines
        for measure, figure in zip(table.measures, line.figures, strict=True)
    ]


@pytest.fixture(params=["kirklees", "wakefield"])
def chapter(
    request: pytest.FixtureRequest, loaded_kirklees: Flask, loaded_wakefield: Flask
) -> Iterator[tuple[Flask, Annual]]:
    """The chapter of each partnership for the days its report printed."""
    if request.param == "kirklees":
        with opened(loaded_kirklees) as app:
            yield app, published_kirklees()
    else:
        with opened(loaded_wakefield) as app:
            yield app, annual("2022-23", today=TODAY)


def test_the_csv_holds_every_figure_with_its_unit_days_and_rule(chapter: tuple[Flask, Annual]) -> None:
    content = document(*chapter, "csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content, newline="")))
    shares = {f"{part.key}{ending}" for table in tables(chapter[1]) for part in table.parts for ending in ("", "_of")}
    counts = [row for row in rows if row["measure"] not in {"flag", "text", *shares}]
    read = [(row["table"], row["key"], row["measure"], float(row["value"]) if row["value"] else None) for row in counts]
    assert read == every_figure(chapter[1])
    for row in counts:
        assert row["unit"]
        assert row["rule"]
        assert date.fromisoformat(row["first_day"]) <= date.fromisoformat(row["last_day"])
    flagged = [row for row in rows if row["measure"] == "flag"]
    assert len(flagged) == len(chapter[1].flags)


def test_the_json_holds_every_figure_with_its_unit_days_and_rule(chapter: tuple[Flask, Annual]) -> None:
    said: dict[str, Any] = json.loads(document(*chapter, "json"))
    read = []
    for section in said["sections"]:
        for table in section["tables"]:
            for row in [*table["rows"], *filter(None, [table["total"]])]:
                for key, figure in row["figures"].items():
                    read.append((table["key"], row["key"], key, figure["value"]))
                    assert figure["unit"]
                    assert figure["rule"]
                    assert figure["period"]["first"] <= figure["period"]["last"]
    assert read == every_figure(chapter[1])
    assert said["period"]["first"] == chapter[1].first.isoformat()
    assert said["made_up"].startswith("Demonstration: the people are made up")


def test_the_json_says_which_published_figure_disagrees(wakefield: Flask) -> None:
    said = json.loads(document(wakefield, annual("2022-23", today=TODAY), "json"))
    subscribers = next(section for section in said["sections"] if section["key"] == "ebulletin")["tables"][0]
    total = subscribers["total"]["figures"]["now"]
    assert (total["value"], total["published"]["value"], total["agrees_with_published"]) == (1058, 1035, False)
    assert total["published"]["place"].startswith("line ")
    assert subscribers["flags"][0]["difference"] == "23 more than stated"
    refused = next(section for section in said["sections"] if section["key"] == "education_training")["tables"][1]
    assert refused["total"]["figures"]["schools"] | {"rule": ""} == {
        "value": None,
        "unit": "schools",
        "period": {"first": "2022-04-01", "last": "2023-03-31"},
        "rule": "",
        "published": None,
        "agrees_with_published": None,
        "why": "not added",
    }


def test_a_share_carries_its_base(kirklees: Flask) -> None:
    said = json.loads(document(kirklees, published_kirklees(), "json"))
    (share,) = said["sections"][0]["tables"][0]["shares"]
    assert (share["numerator"], share["denominator"], share["share"]) == (31, 62, 0.5)
    assert "Held online: 31 of 62 sessions (50%)" in document(kirklees, published_kirklees(), "text").decode()
    of_the_year = document(kirklees, annual("2023-24", today=TODAY), "text").decode()
    assert "Held online: 18 of 29 sessions (62%); as published: 50%" in of_the_year


def test_the_workbook_has_a_sheet_for_each_table_with_its_notes(chapter: tuple[Flask, Annual]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(document(*chapter, "xlsx")))
    assert book.sheetnames[0] == "About"
    assert len(book.sheetnames) == 1 + len(list(tables(chapter[1])))
    for sheet, table in zip(book.worksheets[1:], tables(chapter[1]), strict=True):
        rows = list(sheet.iter_rows(values_only=True))
        head = [str(cell) for cell in rows[0]]
        for row, line in zip(rows[1:], table.all_lines, strict=False):
            for measure, figure in zip(table.measures, line.figures, strict=True):
                assert row[head.index(measure.label)] == (figure.why if figure.value is None else figure.value)
        notes = [str(row[0]) for row in rows[len(table.all_lines) + 1 :] if row[0]]
        assert notes[0] == table.caption
        assert len([note for note in notes if note.startswith("Stated:")]) == len(table.flags)
    about = {str(row[0]): row[1] for row in book["About"].iter_rows(values_only=True)}
    assert "made up" in str(about["Demonstration"])
    assert about["First day"] == datetime.combine(chapter[1].first, datetime.min.time())


def test_the_text_prints_every_table(chapter: tuple[Flask, Annual]) -> None:
    said = document(*chapter, "text").decode()
    for table in tables(chapter[1]):
        assert table.caption in said
        for line in table.all_lines:
            words = [figure_words(figure, m) for m, figure in zip(table.measures, line.figures, strict=True)]
            pattern = r".*\s".join(re.escape(word) for word in [line.label, *words])
            assert re.search(f"^{pattern}", said, re.MULTILINE), line


def test_the_pdf_prints_every_figure_on_numbered_pages_behind_a_cover(chapter: tuple[Flask, Annual]) -> None:
    reader = PdfReader(io.BytesIO(document(*chapter, "pdf")))
    pages = [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]
    assert pdf.missing_glyphs == []
    assert chapter[1].period in pages[0]
    assert "made-up people" in pages[0]
    assert "Page" not in pages[0]
    for number, page in enumerate(pages[1:], start=2):
        assert f"Page {number} of {len(pages)}" in page
    said = " ".join(pages)
    for table in tables(chapter[1]):
        assert table.caption in said
        for line in table.all_lines:
            for measure, figure in zip(table.measures, line.figures, strict=True):
                assert figure_words(figure, measure) in said
        for flag in table.flags:
            assert flag.rule in said
    headings = [str(item.title) for item in reader.outline if not isinstance(item, list)]
    assert headings == [annual_sheets.title(chapter[1])]


def test_the_heading_of_a_long_table_stands_again_on_the_next_page(kirklees: Flask, monkeypatch: Any) -> None:
    chapter = published_kirklees()
    monkeypatch.setattr(
        annual_sheets,
        "sections",
        lambda one: tuple(
            section.__class__(**{**vars(section), "tables": tuple(_longer(table) for table in section.tables)})
            for section in sections(one)[1:2]
        ),
    )
    pages = PdfReader(io.BytesIO(document(kirklees, chapter, "pdf"))).pages[1:]
    heads = [page.extract_text().count("period not stated") for page in pages]
    assert len([found for found in heads if found]) >= 3


def _longer(table: Table) -> Table:
    return table.__class__(**{**vars(table), "lines": table.lines * 12})


def test_the_html_file_needs_no_server(chapter: tuple[Flask, Annual]) -> None:
    content = document(*chapter, "html").decode()
    assert content.startswith("<!DOCTYPE html>")
    parser = html5lib.HTMLParser()
    tree = parser.parse(content)
    assert parser.errors == []
    html = "{http://www.w3.org/1999/xhtml}"
    assert [element for name in ("link", "script", "img") for element in tree.iter(f"{html}{name}")] == []
    assert "url(" not in content.replace("url(#", "")
    assert {a.get("href", "") for a in tree.iter(f"{html}a")} == {HERE}
    for table in tables(chapter[1]):
        assert table.caption in content


def test_each_chart_is_an_image_with_its_figures_in_words(wakefield: Flask) -> None:
    drawn = annual_sheets.drawings(annual("2022-23", today=TODAY))
    assert list(drawn) == ["ebulletin_sector"]
    said = str(drawn["ebulletin_sector"])
    assert 'role="img"' in said
    assert "Education 430, was 350" in said


def test_a_single_bar_is_not_drawn(kirklees: Flask) -> None:
    drawn = annual_sheets.drawings(published_kirklees())
    assert list(drawn) == ["core_training", "elearning_bookings", "budget_2023-24"]
    few = annual("2023-24", first=date(2023, 9, 1), last=date(2023, 9, 1), today=TODAY)
    assert len(few.taught.rows) == 1
    assert "core_training" not in annual_sheets.drawings(few)
