"""What somebody who opens a downloaded table in Excel, LibreOffice or a script would notice."""

import csv
import io
import json
import math
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms import exports
from lms.exports import Column, Sheet

HOSTILE = Path(__file__).parents[3] / "shared" / "data" / "hostile" / "csv_formula.json"
OPENERS = [
    *(f"{opener}1+1" for opener in "=+-@\t\r＝＋－＠"),
    "  =1+1",
    "\n=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    '=HYPERLINK("http://127.0.0.1:9/?x="&A1,"click")',
    "=cmd|' /C calc'!A0",
]
HONEST = [
    "+44 1924 305 000",
    "-5",
    "@handle",
    "-- dash note",
    "'tis",
    "'=quoted",
    "''=twice",
    "'",
    "O’Brien",
    "Łukasz, Siân",
]


def read_back(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def one_column(texts: list[str]) -> Any:
    return read_back(exports.workbook([Sheet("A", [Column("Text")], [[text] for text in texts])])).active


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", OPENERS + HONEST)
def test_typed_text_is_never_a_formula_in_excel_and_stays_what_was_typed(text: str) -> None:
    cell = one_column([text])["A2"]
    assert cell.data_type == "s"
    assert cell.value == exports.clean_text(text)
    assert bool(cell.quotePrefix) == exports.opens_a_formula(text), "editing the cell would make it a formula"


@pytest.mark.parametrize("text", OPENERS)
def test_typed_text_is_never_a_formula_in_csv(text: str) -> None:
    [_, [cell]] = csv_rows(exports.csv_bytes(["Text"], [[text]]))
    assert cell.startswith("'")


@pytest.mark.parametrize("text", OPENERS + HONEST)
def test_a_csv_of_ours_reads_back_as_it_was_typed(text: str) -> None:
    [_, [cell]] = csv_rows(exports.csv_bytes(["Text"], [[text]]))
    assert exports.typed_text(cell) == exports.clean_text(text)


def test_the_collected_formula_attacks_are_text_and_honest_values_survive() -> None:
    if not HOSTILE.exists():
        pytest.skip("../shared/data/hostile/csv_formula.json is not beside this checkout")
    known = json.loads(HOSTILE.read_text())
    texts = known["payloads"] + known["honest"]
    cells = [row[0] for row in one_column(texts).iter_rows(min_row=2)]
    assert [cell.data_type for cell in cells] == ["s"] * len(texts)
    assert [cell.value for cell in cells] == [exports.clean_text(text) for text in texts]
    back = csv_rows(exports.csv_bytes(["Text"], [[text] for text in texts]))[1:]
    assert all(cell.startswith("'") for [cell] in back)
    assert [exports.typed_text(cell) for [cell] in back] == [exports.clean_text(text) for text in texts]
    assert [exports.clean_text(text) for text in known["honest"]] == known["honest"]


@given(st.text(max_size=60))
def test_any_text_survives_both_kinds_of_file(text: str) -> None:
    clean = exports.clean_text(text)
    assert (one_column([text])["A2"].value or "") == clean
    rows = csv_rows(exports.csv_bytes(["Text", "n"], [[text, 1]]))
    assert exports.typed_text(rows[1][0]) == clean


def test_headings_are_guarded_too() -> None:
    sheet = read_back(exports.workbook([Sheet("A", [Column("=1+1")], [["x"]], ["=2+2"])])).active
    assert sheet is not None
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    assert csv_rows(exports.csv_bytes([Column("=1+1")], []))[0] == ["'=1+1"]


def test_numbers_stay_numbers_and_dates_stay_dates() -> None:
    columns = [
        Column("Sessions", "number"),
        Column("Came", "number"),
        Column("Expected", "number"),
        Column("Share", "share"),
        Column("Change", "points"),
        Column("Day"),
        Column("Recorded"),
        Column("Told"),
        Column("Nothing"),
    ]
    row = [
        -5,
        Decimal("2.5"),
        130,
        112 / 130,
        -3.0,
        date(2024, 10, 8),
        datetime(2024, 7, 1, 8, 30, tzinfo=UTC),
        True,
        None,
    ]
    sheet = read_back(exports.workbook([Sheet("Course", columns, [row])])).active
    assert sheet is not None
    cells = sheet[2]
    assert [cell.value for cell in cells[:3]] == [-5, 2.5, 130]
    assert cells[3].value == pytest.approx(112 / 130)
    assert cells[3].number_format == "0%"
    assert cells[5].value == datetime(2024, 10, 8)  # noqa: DTZ001 - a spreadsheet knows no zones
    assert cells[5].number_format == "d mmmm yyyy"
    assert cells[6].value == datetime(2024, 7, 1, 9, 30)  # noqa: DTZ001 - British Summer Time on the wall
    assert [cells[7].value, cells[8].value] == ["Yes", None]
    assert csv_rows(exports.csv_bytes(columns, [row]))[1] == [
        "-5", "2.5", "130", str(112 / 130), "-3.0", "2024-10-08", "2024-07-01 09:30", "Yes", "",
    ]  # fmt: skip


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_share_of_nothing_is_an_empty_cell(value: float) -> None:
    sheet = read_back(exports.workbook([Sheet("A", [Column("Share", "share")], [[value]])])).active
    assert sheet is not None
    assert sheet["A2"].value is None
    assert csv_rows(exports.csv_bytes(["Share", "n"], [[value, 0]]))[1] == ["", "0"]


def test_control_characters_do_not_break_the_file() -> None:
    text = "Ann\x00e\x0b \x1bMarsh\ud800\x9f"
    assert one_column([text])["A2"].value == "Anne Marsh"
    assert csv_rows(exports.csv_bytes(["Name"], [[text]]))[1] == ["Anne Marsh"]


def test_a_text_too_long_for_a_cell_is_cut_rather_than_lost() -> None:
    assert len(one_column(["x" * 40_000])["A2"].value) == exports.MAX_TEXT
    assert len(csv_rows(exports.csv_bytes(["Text"], [["x" * 40_000]]))[1][0]) == exports.MAX_TEXT


def test_the_heading_stays_in_sight_and_columns_are_wide_enough() -> None:
    sheet = read_back(
        exports.workbook(
            [Sheet("People", [Column("Name"), Column("Agency", width=33)], [["Łukasz Zieliński-Wójcik", "Police"]])]
        )
    ).active
    assert sheet is not None
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["A"].width >= len("Łukasz Zieliński-Wójcik")
    assert sheet.column_dimensions["B"].width == pytest.approx(33, abs=1)


def test_notes_stand_under_the_table() -> None:
    sheet = read_back(
        exports.workbook([Sheet("A", [Column("n", "number")], [[1], [2]], ["Base: 43 people.", "Made up."])])
    ).active
    assert sheet is not None
    assert [cell.value for cell in sheet["A"]] == ["n", 1, 2, None, "Base: 43 people.", "Made up."]


def test_sheets_have_names_that_excel_accepts() -> None:
    columns = [Column("n")]
    titles = [
        "Section 175/157: [2024]?",
        "section 175 157   2024",
        "",
        "Multi-agency safeguarding training 2024",
        "History'",
    ]
    book = read_back(exports.workbook([Sheet(title, columns, []) for title in titles]))
    assert len({name.casefold() for name in book.sheetnames}) == 5
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in book.sheetnames)


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        exports.workbook([Sheet("A", [Column("a"), Column("b")], [[1]])])


def test_csv_opens_in_excel_with_its_letters_right() -> None:
    content = exports.csv_bytes(
        ["Name", "Words"], [["Łukasz", 'He said “no”, "twice"\nand left'], ["Siân, محمد", None]]
    )
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\r\n")
    assert csv_rows(content) == [["Name", "Words"], ["Łukasz", 'He said “no”, "twice"\nand left'], ["Siân, محمد", ""]]


def test_a_download_is_saved_and_never_shown() -> None:
    response = exports.download(b"x", "Neglect: thread\r\nof CSPR-2022-1.2.xlsx", exports.XLSX)
    assert response.headers["Content-Disposition"] == "attachment; filename=Neglect-thread-of-CSPR-2022-1-2.xlsx"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.content_type == exports.XLSX


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Siân’s report.pdf", "Sians-report.pdf"),
        ("../../etc/passwd", "etc-passwd"),
        ('a"b;c.csv', "a-b-c.csv"),
        ("محمد.csv", "download.csv"),
        ("", "download"),
    ],
)
def test_file_names_are_plain(name: str, safe: str) -> None:
    assert exports.safe_filename(name) == safe
