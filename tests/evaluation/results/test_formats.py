"""One figure is one number: every format is read back and compared with its value, and what is hidden is in none."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

import openpyxl
import pytest
from flask import Flask
from pypdf import PdfReader

from evaluation.impact.figures import Figure
from evaluation.results import formats, printed, sheets
from evaluation.results.drawings import draw
from evaluation.results.figures import figures
from evaluation.results.parts import parts
from evaluation.results.report import ChoiceCount, ItemWave, Results, Shift
from lms import pdf
from lms.statistics import Share
from tests.evaluation.results import example
from tests.factories import partnership

ADDRESS = "https://learning.example/reports/courses/NEG"
EXAMPLES = {"large": example.large, "small": example.small, "worse": example.worse, "empty": example.empty}


@pytest.fixture
def here(app: Flask) -> Iterator[None]:
    """As if somebody had asked for it."""
    partnership(made_up=True)
    with app.test_request_context(base_url=app.config["PUBLIC_URL"]):
        yield


def content(results: Results, kind: str) -> bytes:
    return formats.document(results, kind, address=ADDRESS).content


def words(results: Results, kind: str) -> str:
    """What a page or a paper says, drawings described."""
    if kind == "pdf":
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content(results, "pdf"))).pages)
    page = content(results, "html").decode()
    return unescape(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL))


def squeezed(text: str) -> str:
    """Without spaces, so that lines may break where they like."""
    return re.sub(r"\s", "", text)


def numbers(figure: Figure) -> list[float | None]:
    low, high = figure.interval or (None, None)
    return [figure.numerator, figure.denominator, figure.share, figure.value, low, high]


@pytest.mark.parametrize("make", EXAMPLES.values(), ids=EXAMPLES)
def test_csv_json_and_spreadsheet_hold_the_same_list(here: None, make) -> None:
    results = make()
    wanted = figures(results)
    rows = list(csv.DictReader(io.StringIO(content(results, "csv").decode("utf-8-sig"))))
    told = json.loads(content(results, "json"))["figures"]
    book = openpyxl.load_workbook(io.BytesIO(content(results, "xlsx")))
    titles = {part.key: part.title for part in parts(results)}
    lines = iter(
        [
            line
            for sheet in book.worksheets[2:-1]
            for line in sheet.iter_rows(min_row=2)
            if line[1].value is not None or line[8].value
        ]
    )
    assert len(rows) == len(told) == len(wanted)
    by_sheet = [figure for part in parts(results) for figure in wanted if figure.stage == part.key]
    assert len(by_sheet) == len(wanted), "a figure belongs to no part that is printed"
    for row, said, figure in zip(rows, told, wanted, strict=True):
        assert (row["Part"], row["Figure"]) == (titles[figure.stage], figure.name)
        cells = [row[name] for name in ("Numerator", "Denominator", "Share", "Value", "Low", "High")]
        assert [float(cell) if cell else None for cell in cells] == numbers(figure)
        assert said["figure"] == figure.name
        assert said["suppressed"] is figure.hidden
        assert said["rule"]
        assert said["period"] or not results.sessions
        if not figure.hidden:
            named = [said.get(name) for name in ("numerator", "denominator", "share", "value")]
            assert [*named, *(said["interval"] or (None, None))] == numbers(figure)
    for figure in by_sheet:
        line = [cell.value for cell in next(lines)]
        assert line[0] == figure.name
        found = [line[1], line[2], line[3], line[4], line[6], line[7]]
        assert found == [None if one is None else pytest.approx(one) for one in numbers(figure)]


#: Paper takes its time: the largest and the smallest are enough.
PRINTED = [*((name, "html") for name in EXAMPLES), ("large", "pdf"), ("empty", "pdf")]


@pytest.mark.parametrize(("name", "kind"), PRINTED)
def test_page_and_paper_say_the_same_words_and_figures(here: None, name: str, kind: str) -> None:
    results = EXAMPLES[name]()
    text = squeezed(words(results, kind))
    wanted = [f"{results.verdict.words}. {results.verdict.sentence}"] if results.verdict else ["Not known yet."]
    for part in parts(results):
        wanted += [part.title, part.lead]
        for block in part.blocks:
            wanted += [*block.said, *block.small]
            for table in block.tables:
                wanted += [table.caption, *(cell for row in table.rows for cell in row)]
    for one in wanted:
        assert squeezed(one) in text, one
    assert kind != "pdf" or pdf.missing_glyphs == []


def allowed(results: Results) -> set[str]:
    """Every way a figure of the list may be printed with decimals or per cent."""
    found = set()
    for figure in figures(results):
        for value in (figure.value, *(figure.interval or ())):
            if value is not None and figure.share is None:
                found |= {
                    printed.value(value),
                    printed.signed(value),
                    printed.probability(value),
                    printed.number(value),
                }
        if figure.share is not None:
            share = Share(figure.numerator or 0, figure.denominator or 0)
            for digits in (0, 1):
                ends = share.interval_words(digits).split(" to ")
                found |= {share.percent(digits), *ends, *(f"{end}%" for end in ends)}
    if results.verdict:
        found |= set(re.findall(r"\d+\.\d+|\d+%", " ".join(item.figure for item in results.verdict.rule)))
        found |= set(re.findall(r"\d+\.\d+|\d+%", " ".join(results.verdict.cannot_tell)))
    return {one.lstrip("+−") for one in found}


@pytest.mark.parametrize("make", EXAMPLES.values(), ids=EXAMPLES)
def test_no_page_prints_a_number_that_is_not_in_the_list(here: None, make) -> None:
    results = make()
    known = allowed(results) | {"0%", "50%", "95%", "100%", "0.001", "0.5", "1.5"}
    for found in re.findall(r"(?<![\d.])\d+\.\d+%?|\d+%", words(results, "html")):
        assert found in known, found


def marked(results: Results) -> tuple[Results, list[int]]:
    """The report with a number of its own wherever one may be hidden."""
    canary = iter(range(70_001, 70_100))
    used: list[int] = []

    def next_one() -> int:
        used.append(next(canary))
        return used[-1]

    scale = replace(results.scales[0], improved=next_one(), same=next_one(), worse=next_one())
    wave = replace(
        results.response[0], answered=Share(next_one(), 90_000), late=next_one(), partial=next_one(), refused=next_one()
    )
    group = replace(results.by_sector[0], waves=(Share(next_one(), 90_000), *results.by_sector[0].waves[1:]))
    item = results.items[0]
    asked = item.waves[0]
    choice = replace(asked.choices[0], count=next_one())
    asked = ItemWave(asked.wave, asked.name, 90_001, (choice, *asked.choices[1:]), Share(next_one(), 90_000))
    assert item.shift
    shift = replace(
        item.shift, improved=next_one(), cells=((next_one(), *item.shift.cells[0][1:]), *item.shift.cells[1:])
    )
    agreement = replace(results.agreement[0], pairs=next_one(), exactly_agree=Share(next_one(), 90_000))
    point = replace(results.by_year[0], matched=next_one())
    groups = replace(results.stayed_or_not[0], n_first=next_one())
    return replace(
        results,
        scales=(scale, *results.scales[1:]),
        response=(wave, *results.response[1:]),
        by_sector=(group, *results.by_sector[1:]),
        items=(replace(item, waves=(asked, *item.waves[1:]), shift=shift), *results.items[1:]),
        agreement=(agreement,),
        by_year=(point, *results.by_year[1:]),
        stayed_or_not=(groups,),
    ), used


def hidden(results: Results) -> Results:
    """The same report with each of these numbers hidden."""
    scale = replace(results.scales[0], improved=None, same=None, worse=None)
    wave = replace(results.response[0], answered=None, late=None, partial=None, refused=None)
    group = replace(results.by_sector[0], waves=(None, *results.by_sector[0].waves[1:]))
    item = results.items[0]
    asked = item.waves[0]
    asked = replace(asked, choices=(replace(asked.choices[0], count=None), *asked.choices[1:]), good=None)
    shift: Shift | None = item.shift
    assert shift
    shift = replace(shift, improved=None, cells=((None, *shift.cells[0][1:]), *shift.cells[1:]))
    return replace(
        results,
        scales=(scale, *results.scales[1:]),
        response=(wave, *results.response[1:]),
        by_sector=(group, *results.by_sector[1:]),
        items=(replace(item, waves=(asked, *item.waves[1:]), shift=shift), *results.items[1:]),
        agreement=(replace(results.agreement[0], pairs=None, exactly_agree=None),),
        by_year=(replace(results.by_year[0], matched=None), *results.by_year[1:]),
        stayed_or_not=(replace(results.stayed_or_not[0], n_first=None),),
    )


def printed_in(results: Results, kind: str) -> str:
    if kind in ("html", "pdf"):
        return words(results, kind) + (content(results, "html").decode() if kind == "html" else "")
    if kind == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content(results, "xlsx")))
        return " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    return content(results, kind).decode()


def stands_in(number: int, text: str) -> bool:
    """Whether it is one of the numbers of a text, not merely some digits of another."""
    return bool(re.search(rf"(?<![\d.])(?<!\d,)(?:{number:,}|{number})(?![\d])", text))


@pytest.mark.parametrize("kind", formats.TYPES)
def test_a_hidden_number_is_in_no_format_and_a_shown_one_in_each(here: None, kind: str) -> None:
    shown, numbers_shown = marked(example.large())
    if kind != "pdf":  # of paper the test above shows that it prints everything
        plain = printed_in(shown, kind)
        missing = [one for one in numbers_shown if not stands_in(one, plain)]
        assert missing == []
    gone = printed_in(hidden(shown), kind)
    told = [one for one in numbers_shown if stands_in(one, gone)]
    assert told == []
    assert "hidden" in gone.lower() or '"suppressed": true' in gone


def test_a_suppressed_figure_carries_no_number_anywhere(here: None) -> None:
    said = json.loads(content(example.small(), "json"))
    suppressed = [one for one in said["figures"] if one["suppressed"]]
    assert len(suppressed) > 100
    for one in suppressed:
        assert set(one) == {"stage", "figure", "period", "rule", "suppressed"}
    response = [one for one in said["response"] if one.get("suppressed")]
    assert response
    assert all(set(one) == {"wave", "name", "suppressed"} for one in response)


def test_the_response_has_the_shape_every_report_has(here: None) -> None:
    said = json.loads(content(example.large(), "json"))
    assert said["response"][0] == {
        "wave": "baseline",
        "name": "When booking",
        "invited": 420,
        "answered": 370,
        "share": pytest.approx(370 / 420),
        "interval": [pytest.approx(0.846, abs=1e-3), pytest.approx(0.909, abs=1e-3)],
        "suppressed": False,
    }
    assert said["verdict"]["words"] == "Better, with limits"
    assert [item["found"] for item in said["verdict"]["rule"]] == [True, True, True, False, False]
    assert said["slice"] == {"kind": "all", "key": "all", "name": "All sessions"}


def test_a_percentage_has_a_decimal_in_a_table_of_a_hundred_people_and_none_in_a_sentence() -> None:
    large, few = Share(231, 280), Share(33, 40)
    assert printed.share_cell(large) == "231 of 280 (82.5%), 77.6 to 86.5"
    assert printed.share_cell(few) == "33 of 40 (83%), 68 to 91"
    assert printed.of_people(large, "answered") == "231 of 280 people answered (83%, interval 78 to 87)"
    assert printed.of_people(Share(4, 9), "answered") == "4 of 9 people answered"
    wave = ItemWave("end", "End", 280, (ChoiceCount("a", "A", 231), ChoiceCount("b", "B", 12, apart=True)), None)
    assert [printed.choice(wave, code) for code in ("a", "b", "c")] == [
        "231 (86.2%)",
        "12",
        "not asked",
    ]  # of the 268 it concerned


def test_a_drawing_stands_only_where_something_may_be_drawn() -> None:
    drawn = draw(example.large())
    assert {
        "response",
        "years",
        "sessions",
        "waves-behaviour_neglect",
        "moved-behaviour_neglect",
        "item-neg_beh_day",
    } <= set(drawn)
    for svg in drawn.values():
        assert "<title" in svg
        assert "<desc" in svg
    assert "moved-behaviour_neglect" not in draw(example.small())
    assert draw(example.empty()) == {}


def test_the_page_on_its_own_asks_no_server_for_anything(here: None) -> None:
    page = content(example.large(), "html").decode()
    assert not re.findall(r'(?:src|href)="(?!#|https?://|$)[^"]*"', page)
    assert "<script" not in page
    assert "url(" not in re.sub(r'url\("?data:', "", page)


def test_the_flat_table_names_its_columns() -> None:
    assert [column.label for column in sheets.COLUMNS][:5] == ["Part", "Figure", "Numerator", "Denominator", "Share"]
