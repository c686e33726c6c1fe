"""One figure is one number: every format of the same report is read back and compared, and no figure of answers is new."""

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import openpyxl
import pytest
from flask import Flask
from pypdf import PdfReader

from evaluation.costs.report import Cost, CostLine
from evaluation.impact.figures import Figure
from evaluation.impact_reports import formats
from evaluation.impact_reports.grids import figure_words
from evaluation.impact_reports.narrative import narrative
from evaluation.impact_reports.parts import figures, parts
from evaluation.impact_reports.report import Answers, ImpactReport, Said, Spent
from evaluation.offers.reach import OfferReach
from evaluation.results import sentences as answered
from evaluation.results.report import Results, Slice
from lms import pdf
from tests.evaluation.impact_reports.conftest import action_report
from tests.evaluation.results import example

LEVELS = {"behaviour_neglect": "3", "confidence_neglect": "2"}
COST = Cost(
    None, example.large().as_at, (CostLine("Trainers", 120_050), CostLine("Rooms", 30_000, in_kind=True)), 4_500, 6, 6
)


def answers(results: Results | None, code: str = "NEG", **details: object) -> Answers:
    return Answers(
        code, f"Course {code}", "all sessions", results, "" if results else "Nothing is counted yet.", LEVELS, **details
    )  # type: ignore[arg-type]


def full() -> ImpactReport:
    """The report of the action with everything a report can hold: two courses, other offers, costs, what people said."""
    found = action_report()
    return replace(
        found,
        answers=(answers(example.large()), answers(example.worse(), "SEC"), answers(None, "NEW")),
        reach=replace(
            found.reach, offers=(OfferReach("Resource", "Neglect toolkit", "copies", 1_234, False, "typed in"),)
        ),
        spent=Spent(COST, 40, 170, ""),
        said=(Said("FOR-1", "A forum told us:", "Schools hear nothing back.", example.large().as_at, ()),),
        not_evaluated=("Briefing",),
    )


def small() -> ImpactReport:
    return replace(action_report(), answers=(answers(example.small()),))


def nothing() -> ImpactReport:
    return replace(action_report(), answers=(), measures=(), actions=(), recommendations=(), sources=())


MAKE: dict[str, Callable[[], ImpactReport]] = {
    "as it is": action_report,
    "full": full,
    "small": small,
    "nothing": nothing,
}


def content(report: ImpactReport, kind: str) -> bytes:
    return formats.document(report, kind).content


def text_of(report: ImpactReport, kind: str) -> str:
    """What a page or a paper says."""
    if kind == "pdf":
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content(report, "pdf"))).pages)
    page = content(report, "html").decode()
    return unescape(re.sub(r"<style>.*?</style>|<svg.*?</svg>|<[^>]+>", " ", page, flags=re.DOTALL))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def numbers(figure: Figure) -> list[float | None]:
    low, high = figure.interval or (None, None)
    return [figure.numerator, figure.denominator, figure.share, figure.value, low, high]


@pytest.mark.parametrize("name", MAKE)
def test_every_format_of_a_report_holds_the_same_figures(here: None, name: str) -> None:
    report = MAKE[name]()
    wanted = figures(report)
    words = narrative(report, None)
    spoken = sum(len(paragraphs) for _, paragraphs in words.sections)
    rows = list(csv.DictReader(io.StringIO(content(report, "csv").decode("utf-8-sig"))))
    told = json.loads(content(report, "json"))
    titles = {part.key: part.title for part in parts(report)}
    assert len(rows) - spoken == len(told["figures"]) == len(wanted)
    for row, said, figure in zip(rows, told["figures"], wanted, strict=False):
        assert (row["Part"], row["Figure"]) == (titles[figure.stage], figure.name)
        cells = [row[one] for one in ("Numerator", "Denominator", "Share", "Value", "Low", "High")]
        assert [float(cell) if cell else None for cell in cells] == numbers(figure)
        assert (said["figure"], said["suppressed"]) == (figure.name, figure.hidden)
        if not figure.hidden:
            named = [said.get(one) for one in ("numerator", "denominator", "share", "value")]
            assert [*named, *(said["interval"] or (None, None))] == numbers(figure)
    book = openpyxl.load_workbook(io.BytesIO(content(report, "xlsx")))
    by_sheet = {sheet.title: list(sheet.iter_rows(min_row=2, values_only=True)) for sheet in book}
    for part in parts(report):
        lines = by_sheet.get(exported(part.title), [])
        assert len(lines) >= len(list(part.figures()))
        for figure, line in zip(part.figures(), lines, strict=False):
            assert line[0] == figure.name
            found = [line[1], line[2], line[3], line[4], line[6], line[7]]
            assert found == [None if one is None else pytest.approx(one) for one in numbers(figure)]
    assert titles.keys() >= {figure.stage for figure in wanted}


def exported(title: str) -> str:
    """A title as a workbook takes it."""
    return re.sub(r"[\[\]:*?/\\]", " ", title).strip(" '")[:31].strip(" '")


@pytest.mark.parametrize(("name", "kind"), [*((name, "html") for name in MAKE), ("full", "pdf")])
def test_page_and_paper_say_the_same_words_and_figures(here: None, name: str, kind: str) -> None:
    report = MAKE[name]()
    text = squeezed(text_of(report, kind))
    wanted = [one for title, paragraphs in narrative(report, None).sections for one in (title, *paragraphs)]
    for part in parts(report):
        wanted += [part.title, part.lead, *part.points]
        for block in part.blocks:
            wanted += [block.title, *block.said, *block.small]
            if block.verdict:
                wanted += [block.verdict.words, *block.verdict.cannot_tell]
            for grid in block.grids:
                wanted += [grid.caption, *(cell for line in grid.lines() for cell in line)]
    wanted += [figure_words(figure) for figure in figures(report)]
    for one in wanted:
        assert squeezed(one) in text, one
    assert kind != "pdf" or pdf.missing_glyphs == []


def test_the_order_of_a_report_is_fixed(app: Flask) -> None:
    assert [part.key for part in parts(full())] == [
        "wanted", "reach", "answered", "reaction", "learning", "behaviour", "results", "verdict", "measures", "cost", "next",
        "said", "limits",
    ]  # fmt: skip


def test_several_courses_keep_their_own_verdicts_and_are_never_added_up(app: Flask) -> None:
    found = next(part for part in parts(full()) if part.key == "verdict")
    assert [block.title for block in found.blocks] == [
        "Course NEG: better, with limits",
        "Course SEC: worse, with limits" if example.worse().verdict.with_limits else "Course SEC: worse",  # type: ignore[union-attr]
        "Course NEW: not known yet",
    ]
    assert "never put together" in found.lead


def test_no_sentence_says_why_anything_changed(here: None) -> None:
    said = " ".join(text_of(MAKE[name](), "html") for name in MAKE).lower()
    assert not re.findall(
        r"\b(led to|because of (?:the )?(?:training|course)|caused|thanks to|resulted in|impact of the course)\b", said
    )


def marked(results: Results, numbers_of: list[int]) -> Results:
    """The same with numbers of its own wherever this report prints one that may be hidden."""
    scale = replace(results.scales[0], improved=numbers_of[0], same=numbers_of[1], worse=numbers_of[2])
    return replace(results, scales=(scale, *results.scales[1:]))


#: Paper takes its time, and prints the cells of the page: the test above shows it.
@pytest.mark.parametrize("kind", [one for one in formats.TYPES if one != "pdf"])
def test_a_hidden_number_is_in_no_format(here: None, kind: str) -> None:
    canaries = [70_001, 70_002, 70_003]
    shown = replace(action_report(), answers=(answers(marked(example.large(), canaries)),))
    scale = replace(example.large().scales[0], improved=None, same=None, worse=None)
    gone = replace(shown, answers=(answers(replace(example.large(), scales=(scale, *example.large().scales[1:]))),))

    def plain(report: ImpactReport) -> str:
        if kind == "xlsx":
            book = openpyxl.load_workbook(io.BytesIO(content(report, kind)))
            return " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
        return text_of(report, kind) if kind == "html" else content(report, kind).decode()

    if kind == "json":  # one is enough to see that the numbers would be found
        assert all(str(one) in plain(shown) for one in canaries)
    found = plain(gone)
    assert not [one for one in canaries if str(one) in found or f"{one:,}" in found]


def released(results: Results) -> set[tuple[object, ...]]:
    """Every number a released slice tells: counts, shares with their base, and means."""
    found: set[tuple[object, ...]] = set()
    for wave in results.response:
        found |= {("value", wave.asked), _share(wave.answered)}
    for scale in results.scales:
        found |= {("value", scale.matched)}
        found |= {("of", count, scale.matched) for count in (scale.improved, scale.same, scale.worse)}
        found |= {("value", value) for value in (scale.mean_before, scale.mean_after, scale.difference)}
    for item in results.items:
        if answered.is_ranked(item):
            found |= {_share(wave.good) for wave in item.waves}
    for one in results.agreement:
        found |= {("value", one.pairs), ("value", one.kappa), _share(one.exactly_agree)}
    return found


def _share(found: object) -> tuple[object, ...]:
    return ("of", found.numerator, found.denominator) if found is not None else ()  # type: ignore[attr-defined]


ANSWERED = {"answered", "reaction", "learning", "behaviour", "results"}


def every_answer_figure_is_released(report: ImpactReport) -> int:
    """Fails on the first figure of answers that no released slice of the report tells; how many there are."""
    known = set().union(*(released(one.results) for one in report.told if one.results))
    found = [one for one in figures(report) if one.stage in ANSWERED and not one.hidden]
    for one in found:
        key = ("value", one.value) if one.value is not None else ("of", one.numerator, one.denominator)
        assert key in known, one.name
    return len(found)


def test_every_figure_of_answers_in_a_report_is_a_released_one(app: Flask) -> None:
    assert every_answer_figure_is_released(full()) > 40
    year_alone = replace(example.worse(), slice=Slice("year", "year:2023-24", "2023-24"))
    assert every_answer_figure_is_released(replace(action_report(), answers=(answers(year_alone, whole=False),))) > 20


def test_the_cost_per_person_is_told_only_where_it_may_be(app: Flask) -> None:
    def costs(report: ImpactReport) -> dict[str, float | None]:
        return {one.name: one.value for one in figures(report) if one.stage == "cost"}

    told = costs(full())
    assert told["Per person reached"] == pytest.approx(37.51)
    assert told["Per person whose answers were better"] == pytest.approx(8.83)
    assert told["With what was given in kind"] == pytest.approx(1500.5)
    incomplete = replace(COST, sessions=5)
    hidden = costs(replace(full(), spent=Spent(incomplete, 40, None, "Not worked out.")))
    assert not [name for name in hidden if name.startswith("Per person")]


def test_the_page_on_its_own_asks_no_server_for_anything(here: None) -> None:
    page = content(full(), "html").decode()
    assert not re.findall(r'(?:src|href)="(?!#|https?://|$)[^"]*"', page)
    assert "<script" not in page
