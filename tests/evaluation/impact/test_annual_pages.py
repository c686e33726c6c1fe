"""What somebody who opens Reports sees, asks for, and takes away."""

import json
import re

import pytest
from flask import Flask

from lms.permissions import GRANTS, Permission
from lms.roles import Role
from tests.evaluation.impact.annual_demo import browser
from tests.factories import partnership, person

PUBLISHED = "/reports/annual/2023-24?from=2023-09-01&to=2024-09-30"


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def row(text: str, name: str) -> list[str]:
    """The cells of the first row of a table that is named so."""
    found = re.search(rf'<th scope="row">{re.escape(name)}</th>(.*?)</tr>', text, re.DOTALL)
    assert found, name
    return [
        words(cell).strip()
        for cell in re.findall(r"<td[^>]*>(?:<span[^>]*>[^<]*</span> )?(.*?)</td>", found[1], re.DOTALL)
    ]


def test_the_published_table_of_kirklees_stands_on_the_page(kirklees: Flask) -> None:
    page = browser(kirklees, Role.LD_GROUP).get(PUBLISHED).text
    assert row(page, "Working together to safeguard children") == ["27", "27", "452", "452", "452", "16.7"]
    assert row(page, "Improving assessments in child safeguarding") == ["4", "4", "24", "24", "24", "6.0"]
    assert row(page, "All courses") == ["62", "not printed", "872", "not printed", "472", "14.1"]
    assert row(page, "An awareness of child abuse and neglect")[:2] == ["2,883", "2,883"]
    said = words(page)
    assert "This report counts 1 September 2023 to 30 September 2024, 13 months." in said
    assert "Core training, 1 September 2023 to 30 September 2024" in said
    assert "As published, period not stated" in said
    assert "Held online: 31 of 62 sessions (50%)." in said
    assert said.count("Where the published report contradicts itself") == 5
    assert "No training for schools was held" in said
    assert page.count('role="img"') == 3


def test_the_report_year_of_kirklees_has_no_published_columns(kirklees: Flask) -> None:
    page = browser(kirklees, Role.SCRUTINEER).get("/reports/annual/2023-24").text
    assert row(page, "Working together to safeguard children") == ["12", "168", "164", "14.0"]
    assert "13 months" in words(page)
    assert "This report counts" not in page


def test_wakefield_stands_on_the_page_with_what_contradicts_itself(wakefield: Flask) -> None:
    page = browser(wakefield, Role.EDUCATION_ADVISER).get("/reports/annual/2022-23").text
    said = words(page)
    assert row(page, "All sectors, counted") == ["1,058", "1,035 (disagrees)", "953", "not printed", "+105"]
    assert row(page, "Strategic governor training")[:2] == ["21", "21"]
    assert row(page, "All courses, each school once")[1] == "not printed"
    assert "There is no total over these tables: schools and sessions are different units" in said
    assert "1,035 subscribers on 31 March 2023 We find 1,058 when the 13 sectors are added" in said
    assert row(page, "All editions") == ["15", "15"]
    assert "13 Trauma awareness" in said
    assert "No session of core training was held, 1 April 2022 to 31 March 2023." in said


def test_the_reports_page_lists_years_with_records_the_published_period_and_the_threads(kirklees: Flask) -> None:
    page = browser(kirklees, Role.LD_OFFICER).get("/reports").text
    said = words(page)
    assert re.findall(r"Report year (\d{4}-\d\d)", said) == ["2024-25", "2023-24"]
    assert "1 April 2024 to 31 March 2025, so far" in said
    assert PUBLISHED.replace("&", "&amp;") in page
    assert re.search(r'href="/improvement/CSPR-2023-2\.1"', page)


def test_a_year_without_a_record_is_not_listed(wakefield: Flask) -> None:
    said = words(browser(wakefield, Role.LD_OFFICER).get("/reports").text)
    assert re.findall(r"Report year (\d{4}-\d\d)", said) == ["2024-25", "2023-24", "2022-23", "2021-22"]
    assert "Not a report year" not in said


def test_nothing_recorded_yet_is_said_on_both_pages(app: Flask, sign_in) -> None:
    partnership()
    client = sign_in(person("Priya", "Nair", Role.LD_GROUP))
    said = words(client.get("/reports").text)
    assert "Nothing has been recorded yet that a year could count." in said
    assert "No recommendation has been recorded yet" in said
    said = words(client.get("/reports/annual/2022-23").text)
    for empty in (
        "No session of core training",
        "No e-learning",
        "No training for schools",
        "No subscriber",
        "No delivery",
    ):
        assert empty in said


def test_another_period_is_asked_for_by_its_two_days(kirklees: Flask) -> None:
    asked = {
        "first-day": 1,
        "first-month": 9,
        "first-year": 2023,
        "last-day": 30,
        "last-month": "sep",
        "last-year": 2024,
    }
    answer = browser(kirklees, Role.LD_GROUP).get("/reports", query_string=asked)
    assert (answer.status_code, answer.location) == (303, PUBLISHED)
    year = asked | {"first-month": 4, "last-day": 31, "last-month": 3}
    assert browser(kirklees, Role.LD_GROUP).get("/reports", query_string=year).location == "/reports/annual/2023-24"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"first-day": ""}, "Enter the first day with a day"),
        ({"first-month": 13}, "Enter the first day with a month from 1 to 12"),
        ({"last-day": "", "last-month": "", "last-year": ""}, "Enter the last day"),
        ({"last-year": 2022}, "The period ends before it begins"),
        (
            {"first-year": 2031, "last-year": 2032},
            "The period begins on 1 September 2031, so there is nothing to count yet",
        ),
        ({"last-year": 9999}, "Choose days from 1 January 1990 to 31 December 2100"),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_what_was_typed_stays(
    kirklees: Flask, changed: dict[str, object], sentence: str
) -> None:
    asked = {"first-day": 1, "first-month": 9, "first-year": 2023, "last-day": 30, "last-month": 9, "last-year": 2024}
    answer = browser(kirklees, Role.LD_GROUP).get("/reports", query_string=asked | changed)
    assert answer.status_code == 422
    assert answer.text.count(sentence) == 2
    assert "<title>Error: Reports" in answer.text
    for name, value in (asked | changed).items():
        if value != "":
            assert re.search(rf'name="{name}"[^>]*value="{value}"', answer.text), name


@pytest.mark.parametrize("year", ["2023", "2023-25", "x", "2023-24-25", "%3Cb%3E", "0000-01", "٢٠٢٣-٢٤"])
@pytest.mark.parametrize("ending", ["", ".pdf"])
def test_what_is_no_year_is_a_kind_404(kirklees: Flask, year: str, ending: str) -> None:
    answer = browser(kirklees, Role.LD_GROUP).get(f"/reports/annual/{year}{ending}")
    assert answer.status_code == 404
    assert "We cannot find this page" in answer.text


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ("from=yesterday", "“yesterday” is not a day"),
        ("from=2024-02-30", "“2024-02-30” is not a day"),
        ("from=2024-03-01&to=2023-04-01", "The period ends before it begins"),
        ("to=9999-12-31", "Choose days from 1 January 1990 to 31 December 2100"),
        ("from=%3Cscript%3E", "“&lt;script&gt;” is not a day"),
    ],
)
@pytest.mark.parametrize("ending", ["", ".csv"])
def test_days_in_an_address_that_cannot_be_are_asked_for_again(
    kirklees: Flask, days: str, sentence: str, ending: str
) -> None:
    answer = browser(kirklees, Role.LD_GROUP).get(f"/reports/annual/2023-24{ending}?{days}")
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Show the period" in answer.text


def test_a_year_still_to_come_has_nothing_to_count(kirklees: Flask) -> None:
    answer = browser(kirklees, Role.LD_GROUP).get("/reports/annual/2030-31")
    assert answer.status_code == 422
    assert "The period begins on 1 April 2030, so there is nothing to count yet" in answer.text


@pytest.mark.parametrize(
    ("kind", "content_type", "begins"),
    [
        ("pdf", "application/pdf", b"%PDF"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
        ("csv", "text/csv", b"\xef\xbb\xbftable,key"),
        ("json", "application/json", b"{"),
    ],
)
def test_each_file_is_one_click_from_the_page_and_for_the_same_days(
    kirklees: Flask, kind: str, content_type: str, begins: bytes
) -> None:
    client = browser(kirklees, Role.LD_GROUP)
    (link,) = re.findall(rf'href="(/reports/annual/2023-24\.{kind}[^"]*)"', client.get(PUBLISHED).text)
    answer = client.get(link.replace("&amp;", "&"))
    assert answer.status_code == 200
    assert answer.mimetype == content_type
    assert answer.data.startswith(begins)
    disposition = answer.headers["Content-Disposition"]
    assert disposition == f"attachment; filename=annual-2023-09-01-to-2024-09-30.{kind}"


def test_a_file_of_the_year_is_named_after_it(kirklees: Flask) -> None:
    answer = browser(kirklees, Role.LD_GROUP).get("/reports/annual/2023-24.json")
    assert answer.headers["Content-Disposition"] == "attachment; filename=annual-2023-24.json"
    assert json.loads(answer.data)["period"]["is_report_year"] is True


@pytest.mark.parametrize("role", Role)
def test_only_those_who_may_read_reports_reach_them(kirklees: Flask, role: Role) -> None:
    client = browser(kirklees, role)
    expected = 200 if Permission.REPORT_VIEW in GRANTS[role] else 403
    for page in ("/reports", "/reports/annual/2023-24", "/reports/annual/2023-24.json"):
        assert client.get(page).status_code == expected
    if role is not Role.ADMINISTRATOR:
        assert ('href="/reports"' in client.get("/courses").text) == (expected == 200)


def test_nobody_who_is_not_signed_in_reaches_them(kirklees: Flask) -> None:
    for page in ("/reports", "/reports/annual/2023-24", "/reports/annual/2023-24.pdf"):
        answer = browser(kirklees, None).get(page)
        assert answer.status_code == 303
        assert answer.location.startswith("/sign-in")
