"""A file of figures: looked at, taken whole or not at all, what was there kept, and undone until the end of the next day."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from evaluation.measures import imports, operations, queries
from evaluation.measures.models import Measure
from evaluation.measures.operations import By
from evaluation.measures.rules import Figure
from lms.accounts.models import Person
from lms.db import db
from lms.errors import RuleBroken
from lms.imports import Result, run_whole, wholes
from lms.roles import Role
from tests.browsing import token
from tests.factories import NOW, person
from tests.threads import a_log

HEAD = "measure,period,value,numerator,denominator,target,method\n"
IMPORT = "/improvement/measures/import"


@pytest.fixture
def series(app: Flask) -> Measure:
    """A measure with 24 months, April 2022 to March 2024: 8 of 50 in the first."""
    a_log()
    return queries.measure_or_404("LDA-1-A1")


def take(text: str | bytes) -> Result:
    data = text if isinstance(text, bytes) else text.encode()
    return imports.take(data, "figures.csv", actor=None, now=NOW).result


def counted(result: Result) -> tuple[int, int, int, int]:
    return result.added, result.changed, result.unchanged, len(result.refused)


def first(measure: Measure) -> tuple[int | None, int | None]:
    db.session.expire_all()
    return measure.figures[0].numerator, measure.figures[0].denominator


def test_rows_are_added_changed_or_left_and_the_old_figure_is_kept(series: Measure) -> None:
    found = take(
        HEAD + "lda-1-a1,2022-04,,9,50,55%,\nLDA-1-A1,May 2022,,9,50,,\nLDA-1-A1,01/04/2024,,20,50,,\n"
        "LDA-1-Q1,2024-03-07,,18,24,,Re-audit with the same questions\n"
    )
    assert counted(found) == (2, 1, 1, 0)
    assert first(series) == (9, 50)
    assert series.target == 0.55
    said = [imports.change_words(one) for one in reversed(queries.changes(series))]
    assert said == [
        ("LDA-1-A1", "April 2022", "8 of 50 (16%)", "9 of 50 (18%)"),
        ("LDA-1-A1", "target", "0.5", "0.55"),
        ("LDA-1-A1", "April 2024", "no figure", "20 of 50 (40%)"),
    ]
    assert [one.method for one in queries.measure_or_404("LDA-1-Q1").figures] == [
        "audit", "re-audit", "re-audit with the same questions"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "field", "why"),
    [
        ("NOPE,2024-04,,1,2,,", "measure", "There is no measure “NOPE”"),
        ("LDA-1-I1,2024-04,,1,2,,", "measure", "counted live from the surveys"),
        ("LDA-1-A1,sometime,,1,2,,", "period", "neither a month nor a day"),
        ("LDA-1-A1,2024-13,,1,2,,", "period", "neither a month nor a day"),
        ("LDA-1-A1,2031-01,,1,2,,", "period", "still to come"),
        ("LDA-1-A1,2024-04,,3,2,,", "numerator", "cannot be a part"),
        ("LDA-1-A1,2024-04,,,2,,", "numerator", "needs its numerator"),
        ("LDA-1-A1,2024-04,,0,0,,", "denominator", "no share of none"),
        ("LDA-1-A1,2024-04,12,,,,", "value", "are shares"),
        ("LDA-1-A1,2024-04,,,,,", "value", "Give a value"),
        ("LDA-1-A1,2024-04,nan,,,,", "value", "is not a number"),
        ("LDA-1-A1,2024-04,=1+1,,,,", "value", "is not a number"),
        ("LDA-1-A1,2024-04,,1e9,2,,", "numerator", "not a whole number"),
        ("LDA-1-Q1,2024-04-01,,1,2,,survey", "method", "audit, re-audit or dip sample"),
        ("LDA-1-A1,2022-04,,1,2,,\nLDA-1-A1,2022-04-07,,1,2,,", "period", "Row 2 says something of the same period"),
        ("LDA-1-A1,2022-04,,1,2,0.4,\nLDA-1-A1,2022-05,,1,2,0.6,", "target", "A measure has one"),
    ],
)
def test_a_row_that_cannot_be_right_is_refused_with_its_field(series: Measure, row: str, field: str, why: str) -> None:
    refused = take(HEAD + row + "\n").refused
    assert [one.field for one in refused] == [field]
    assert why in refused[0].why


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"measure,period\n\x00LDA", "not a CSV file"),
        (b"PK\x03\x04zip", "not a CSV file"),
        (b"a,b\n1,2\n", "Missing: measure and period"),
        ((HEAD + "LDA-1-A1," + "9" * 20_000).encode(), "a field is too long"),
    ],
)
def test_what_is_no_file_of_figures_is_refused_in_one_sentence(series: Measure, data: bytes, why: str) -> None:
    with pytest.raises(RuleBroken, match=why):
        take(data)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_files_as_spreadsheets_save_them_are_read(series: Measure, encoding: str) -> None:
    text = "Measure key;Month;Numerator;Denominator;Note\r\nLDA-1-A1;2022-04;9;50;£ – é\r\n"
    assert counted(take(text.encode(encoding))) == (0, 1, 0, 0)


def test_the_command_looks_first_and_takes_all_or_nothing(series: Measure, tmp_path: Path) -> None:
    file = tmp_path / "figures.csv"
    file.write_text(HEAD + "LDA-1-A1,2022-04,,9,50,,\n", encoding="utf-8")

    def run(*, check: bool) -> dict[str, object]:
        db.session.commit()
        return json.loads(run_whole(wholes["measures"], file, {}, now=NOW, check=check).as_json())

    assert run(check=True) == {"rows": 1, "added": 0, "changed": 1, "unchanged": 0, "refused": []}
    assert first(series) == (8, 50)
    assert run(check=False)["changed"] == 1
    assert first(series) == (9, 50)
    file.write_text(HEAD + "LDA-1-A1,2022-04,,10,50,,\nLDA-1-A1,2022-05,,9,0,,\n", encoding="utf-8")
    why = "There is no share of none. Leave the month out."
    assert run(check=False)["refused"] == [{"row": 3, "field": "denominator", "why": why}]
    assert first(series) == (9, 50)


def test_an_import_can_be_undone_until_the_end_of_the_next_day(series: Measure) -> None:
    rows = HEAD + "LDA-1-A1,2022-04,,9,50,0.6,\nLDA-1-A1,2024-04,,20,50,,\n"
    file = imports.take(rows.encode(), "figures.csv", actor=None, now=NOW).file
    with pytest.raises(RuleBroken, match="until the end of the day after"):
        operations.undo_import(file=file, actor=None, now=NOW + timedelta(days=2))
    assert operations.undo_import(file=file, actor=None, now=NOW + timedelta(days=1)) == 3
    assert first(series) == (8, 50)
    assert (len(series.figures), series.target) == (24, 0.5)
    assert len(queries.changes(series)) == 6, "what was there in between is kept"
    with pytest.raises(RuleBroken, match="once"):
        operations.undo_import(file=file, actor=None, now=NOW)


def test_what_was_changed_since_is_not_undone_over_somebody(series: Measure) -> None:
    file = imports.take((HEAD + "LDA-1-A1,2022-04,,9,50,,\n").encode(), "figures.csv", actor=None, now=NOW).file
    operations.set_figure(measure=series, dated=date(2022, 4, 1), figure=Figure(10, 50), by=By(None, NOW))
    with pytest.raises(RuleBroken, match="LDA-1-A1, April 2022, was changed since"):
        operations.undo_import(file=file, actor=None, now=NOW)


def test_a_page_shows_what_a_file_would_do_before_anything_is_kept(
    series: Measure, sign_in: Callable[[Person], FlaskClient]
) -> None:
    desk = sign_in(person("Joan", "Field", Role.LD_OFFICER))

    def upload(rows: str):  # type: ignore[no-untyped-def]
        sent = {"csrf_token": token(desk.get(IMPORT)), "file": (BytesIO((HEAD + rows).encode()), "a.csv")}
        return desk.post(IMPORT, data=sent)

    wrong = upload("LDA-1-A1,2022-04,,9,50,,\nLDA-1-A1,2024-13,,1,2,,\n")
    assert wrong.status_code == 422
    for words in ("1 changed", "1 refused", "neither a month nor a day", "All of a file is taken, or nothing"):
        assert words in wrong.text
    assert (
        desk.post(IMPORT, data={"csrf_token": token(desk.get(IMPORT)), "file": (BytesIO(b"\x00"), "a")}).status_code
        == 422
    )
    looked = upload("LDA-1-A1,2022-04,,9,50,,\n")
    assert looked.status_code == 200
    assert "8 of 50 (16%)" in looked.text
    assert first(series) == (8, 50)
    sent = {"csrf_token": token(looked), "text": HEAD + "LDA-1-A1,2022-04,,9,50,,\n", "name": "a.csv"}
    taken = desk.post(f"{IMPORT}/take", data=sent)
    assert taken.status_code == 303
    assert first(series) == (9, 50)
    assert "Undo this import" in desk.get(taken.location).text
    undone = desk.post(f"{taken.location}/undo", data={"csrf_token": token(desk.get(taken.location))})
    assert undone.status_code == 303
    assert first(series) == (8, 50)
    assert "was undone on" in desk.get(taken.location).text
