"""Reports that Teams, Zoom, Meet and Excel really wrote, and files that mean harm: the result is the published one."""

import json
from datetime import date
from pathlib import Path

import pytest

from lms.errors import RuleBroken
from lms.meetings import reports

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


def published(folder: str, name: str) -> bytes:
    if not DATA.exists():
        pytest.skip("The published reports lie beside the repository, in ../shared/data.")
    return (DATA / folder / name).read_bytes()


def read(name: str, *, day: date | None = None, folder: str = "attendance") -> reports.Report:
    return reports.read(published(folder, name), name, day=day)


@pytest.mark.parametrize(
    ("name", "field", "within"),
    [
        # A report’s own duration may differ from first join to last leave by a cut-off second.
        ("teams_v2_en-GB_utf16be_2022-11-15.csv", "seconds_from_duration_text", 1),
        ("teams_v2_en-GB_utf8_2022-11-15.csv", "seconds_from_duration_text", 1),
        ("teams_v0_legacy_list_de-AT_utf16le_2020-12-11.csv", "seconds", 0),
        ("zoom_full_en-US_rejoins.csv", "seconds_union", 0),
    ],
)
def test_everybody_of_a_published_report_stayed_as_long_as_it_says(name, field, within):
    answers = json.loads(published("attendance", name.replace(".csv", ".expected.json")))
    expected = {person["name"]: person[field] for person in answers.get("people") or answers["participants"]}
    found = {one.name: one.seconds for one in read(name).people}
    assert found == pytest.approx(expected, abs=within)


def test_time_outside_the_session_does_not_count_towards_it():
    report = read("zoom_full_en-US_rejoins.csv", day=date(2021, 11, 19))
    answers = json.loads(published("attendance", "zoom_full_en-US_rejoins.expected.json"))["people"]
    starts_at = reports.times.moment("2021-11-19 10:00", order=reports.Order.DAY_FIRST)
    ends_at = reports.times.moment("2021-11-19 12:00", order=reports.Order.DAY_FIRST)
    found = {one.name: one.seconds_within(starts_at, ends_at) for one in report.people}
    assert found == {person["name"]: person["seconds_within_scheduled"] for person in answers}


@pytest.mark.parametrize(
    ("name", "day", "joined"),
    [
        ("teams_v0_legacy_list_de-AT_utf16le_2020-12-11.csv", date(2020, 12, 11), "2020-12-11"),
        ("teams_v0_legacy_list_de-AT_utf16le_2020-12-11.csv", date(2020, 11, 12), "2020-11-12"),
        ("classic_pt-BR.csv", date(2022, 9, 5), "2022-09-05"),
        ("zoom_rejoin_case_phone.csv", date(2026, 10, 6), "2026-10-06"),
    ],
)
def test_the_day_of_the_session_says_which_number_is_the_month(name, day, joined):
    assert read(name, day=day).people[0].first_join.date().isoformat() == joined


def test_a_report_of_another_day_is_refused_and_both_days_are_named():
    with pytest.raises(RuleBroken, match="of 12 November 2020 or 11 December 2020, and the session is on 4 March 2021"):
        read("teams_v0_legacy_list_de-AT_utf16le_2020-12-11.csv", day=date(2021, 3, 4))


def test_without_a_session_the_two_readings_are_said():
    assert "5 September 2022 or 9 May 2022" in read("classic_pt-BR.csv").notes[0]


def test_somebody_without_a_leave_time_came_and_is_not_counted_as_nought_minutes():
    jane, sam = read("classic_noheader_quotes_en-GB.csv", day=date(2022, 9, 13)).people
    assert (jane.name, jane.seconds, jane.last_leave) == ("Doe, Jane", None, None)
    assert jane.first_join is not None
    assert (sam.name, sam.seconds) == ("Sam Roe", 840)


def test_note_takers_are_set_aside_and_external_is_no_part_of_a_name():
    report = read("teams_v2_report_with_bot_and_external_en-US_utf16le.csv", day=date(2026, 7, 22))
    assert report.set_aside == ("read.ai meeting notes",)
    assert [(one.name, one.guest) for one in report.people][-1] == ("Zeta Person", True)
    # Section 3 is not added to section 2.
    assert next(one.seconds for one in report.people if one.name == "Beta Person") == 1015


def test_a_german_report_counts_single_stays_once_and_keeps_the_sign_in_name_where_no_address_is():
    ada, guest = read("teams_v2_de-DE_utf16le_vector.csv", day=date(2026, 10, 6)).people
    assert (ada.seconds, len(ada.stays)) == (3540, 2)
    assert (guest.email, guest.upn, guest.seconds) == ("", "gast@partner.example", 900)


def test_a_report_excel_saved_again_keeps_its_accents_and_says_that_it_holds_no_times():
    report = read("excel_semicolon_cp1252.csv", day=date(2026, 1, 10))
    assert [one.name for one in report.people] == ["João Araújo"]
    assert "does not say how long 1 person stayed" in report.notes[0]


def test_google_meet_takes_the_day_from_the_session():
    (ada,) = read("google_meet_en.csv", day=date(2026, 7, 1)).people
    assert (ada.name, ada.email, ada.seconds) == ("Ada Nova", "ada@example.com", 3720)
    assert ada.first_join.isoformat() == "2026-07-01T09:00:00+00:00"


@pytest.mark.parametrize("name", ["broken_zip.xlsx", "empty.csv"])
def test_what_cannot_be_read_is_refused_with_a_sentence(name):
    with pytest.raises(RuleBroken, match=r"cannot be opened|is empty"):
        read(name)


@pytest.mark.parametrize("name", ["truncated.xlsx", "really_html.xlsx", "formula_cells.xlsx"])
def test_a_hostile_workbook_is_refused_with_a_sentence(name):
    with pytest.raises(RuleBroken, match=r"damaged|formula"):
        read(name, folder="hostile/xlsx")


def test_hidden_sheets_and_total_rows_hold_no_people():
    assert [one.name for one in read("hidden_sheet_total_row.xlsx", folder="hostile/xlsx").people] == ["J K"]


def test_a_workbook_whose_dates_fit_the_session_in_two_ways_is_refused():
    with pytest.raises(RuleBroken, match="only if the day comes first"):
        read("dates_as_text_and_serial.xlsx", folder="hostile/xlsx", day=date(2023, 3, 7))


def test_tables_of_something_else_are_refused():
    folder = DATA / "hostile" / "csv_spectrum"
    if not folder.exists():
        pytest.skip("The hostile files lie beside the repository, in ../shared/data/hostile.")
    for path in folder.glob("*.csv"):
        with pytest.raises(RuleBroken, match="columns of this file are not known"):
            reports.read(path.read_bytes(), path.name)
