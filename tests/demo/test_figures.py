"""The figures are those that were printed, and the contradictions follow from them by counting."""

import csv
from datetime import date
from pathlib import Path

import pytest
import yaml

from demo.figures import CONTRADICTIONS, FILES, FOLDER, Figure, contradictions_of, figure_of, figures_of, read_figures

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT.parent / "shared" / "data" / "published"
MARCH_2022, MARCH_2023 = date(2022, 3, 31), date(2023, 3, 31)


def content(name):
    return yaml.safe_load((ROOT / "content" / name).read_text(encoding="utf-8"))


def sector_total(day):
    return sum(one.value for one in figures_of("wakefield", "ebulletin_sector") if one.period_end == day)


def test_the_core_training_table_is_the_published_one():
    table = {(one.key, one.unit): one.value for one in figures_of("kirklees", "core_training")}
    assert [table[course, "courses"] for course in ("WTK", "WTR", "CPC", "ICN", "IAC")] == [27, 13, 16, 2, 4]
    assert [table[course, "delegates"] for course in ("WTK", "WTR", "CPC", "ICN", "IAC")] == [452, 196, 179, 21, 24]


def test_e_learning_bookings_have_no_period_because_none_is_printed():
    bookings = figures_of("kirklees", "elearning_bookings")
    assert sum(one.value for one in bookings) == 3954
    assert len(bookings) == 9
    assert {(one.period_start, one.period_end) for one in bookings} == {(None, None)}


def test_the_bulletin_sectors_add_up_to_another_total_than_the_one_printed():
    printed = figure_of("wakefield", "ebulletin", "subscribers").value
    implied_before = printed - figure_of("wakefield", "ebulletin", "increase").value
    assert (printed, sector_total(MARCH_2023)) == (1035, 1058)
    assert (implied_before, sector_total(MARCH_2022)) == (955, 953)
    told = {one.id: one for one in contradictions_of("wakefield", "ebulletin_sector")}
    assert "1,058" in told["ebulletin-total"].counted
    assert told["ebulletin-total"].difference.startswith(f"{sector_total(MARCH_2023) - printed} ")
    assert told["ebulletin-previous"].difference.startswith(f"{implied_before - sector_total(MARCH_2022)} ")
    assert "105" in told["ebulletin-change"].counted
    assert told["ebulletin-change"].difference.startswith("25 ")


def test_school_training_has_two_units_and_says_that_they_have_no_sum():
    units = {one.key: one.unit for one in figures_of("wakefield", "education_training") if one.key.isupper()}
    assert units == dict.fromkeys(("BAR", "SWP"), "schools") | dict.fromkeys(("GOV", "DSL", "SRS", "ECT"), "sessions")
    (told,) = contradictions_of("wakefield", "education_training")
    assert "no total" in told.difference


def test_the_published_period_of_core_training_is_13_months():
    figure = figure_of("kirklees", "core_training", "WTK", unit="courses")
    months = (
        (figure.period_end.year - figure.period_start.year) * 12 + figure.period_end.month - figure.period_start.month
    )
    assert months + 1 == 13
    (told,) = contradictions_of("kirklees", "core_training")
    assert "13 months" in told.counted


def test_every_figure_uses_our_course_codes_sectors_and_titles():
    courses = {one["code"]: one["title"] for one in content("courses.yaml")["courses"]}
    sectors = {one["key"]: one["name"] for one in content("courses.yaml")["sectors"]}
    for table in ("core_training", "elearning_bookings"):
        for figure in figures_of("kirklees", table):
            if figure.key.isupper():
                assert figure.label == f"{figure.key} {courses[figure.key]}"
    assert {one.key: one.label for one in figures_of("wakefield", "ebulletin_sector")} == sectors


def test_a_figure_that_is_not_there_or_not_alone_is_an_error():
    with pytest.raises(LookupError, match="0 figures"):
        figure_of("wakefield", "ebulletin", "readers")
    with pytest.raises(LookupError, match="2 figures"):
        figure_of("kirklees", "core_training", "WTK")


#: Where the tables of a contradiction stand that we print under a name of our own, and those of which we print none.
OTHER_NAMES = {"delivery_mode": "core_training"}
NOT_PRINTED = {"cdop", "groups", "kpi", "icon", "labels", "numbering", "champions", "period", "population", "title"}


def test_contradictions_name_a_table_that_is_there():
    for one in CONTRADICTIONS:
        table = OTHER_NAMES.get(one.table, one.table)
        assert one.table in NOT_PRINTED or figures_of(one.partnership, table), one.id
    assert len({one.id for one in CONTRADICTIONS}) == len(CONTRADICTIONS)


@pytest.mark.parametrize("partnership", FILES)
def test_no_figure_differs_from_the_published_files(partnership):
    source = PUBLISHED / FILES[partnership]
    if not source.exists():
        pytest.skip("the published files lie in ../shared/data/published, which is not here")
    with source.open(encoding="utf-8", newline="") as lines:
        printed = {(row["table"], row["source_line"], row["value"]) for row in csv.DictReader(lines)}
        printed |= {("core_training", line, "50") for table, line, value in printed if value == "50/50"}
    for one in read_figures(partnership):
        assert (one.table, one.source_page_or_line.removeprefix("line "), str(one.value)) in printed, one


@pytest.mark.parametrize("partnership", FILES)
def test_no_wording_of_a_report_is_carried_over(partnership):
    source = PUBLISHED / FILES[partnership]
    if not source.exists():
        pytest.skip("the published files lie in ../shared/data/published, which is not here")
    with source.open(encoding="utf-8", newline="") as lines:
        sentences = " | ".join(row["sentence"].lower() for row in csv.DictReader(lines))
    catalogue = content("courses.yaml")
    names = {f"{one['code']} {one['title']}" for one in catalogue["courses"]} | {
        one["name"] for one in catalogue["sectors"]
    }
    for label in {one.label for one in read_figures(partnership)} - names:
        words = label.lower().split()
        for start in range(len(words) - 3):
            assert " ".join(words[start : start + 4]) not in sentences
    assert set((FOLDER / FILES[partnership]).read_text(encoding="utf-8").splitlines()[0].split(",")) == set(
        Figure.__dataclass_fields__
    )
