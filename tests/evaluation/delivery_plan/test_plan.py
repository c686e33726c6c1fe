"""The plan and its highlight report: what a partnership writes down, what the Executive reads, and what is kept of it."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import html5lib
import openpyxl
import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from evaluation.delivery_plan import checks, operations, queries, report, reporting, rules, sheets
from evaluation.delivery_plan.models import HighlightReport
from lms import jobs, pdf
from lms.accounts.models import Person
from lms.db import db, writing
from lms.errors import RuleBroken
from lms.roles import Role
from lms.words import share_words
from tests.evaluation.delivery_plan.conftest import AUTUMN, NOW, SUMMER, Plan, send
from tests.factories import person

SignIn = Callable[[Person], FlaskClient]
Clock = Callable[[datetime], None]


def test_an_officer_makes_a_plan_names_its_levels_and_reports_an_action(sign_in: SignIn, at: Clock) -> None:
    client = sign_in(person("Siân", "Morgan", Role.LD_OFFICER))
    assert "There is no delivery plan yet" in client.get("/improvement/plan").text
    typed = {
        "name": "Delivery plan", "report_every": "2", "levels": "Begun\nDone\nDone",
        "begins-day": "1", "begins-month": "1", "begins-year": "2024",
        "until-day": "1", "until-month": "1", "until-year": "2024",
    }  # fmt: skip
    twice = send(client, "/improvement/plan/new", typed)
    assert twice.status_code == 422
    assert "Two levels have the same name" in twice.text
    typed["levels"] = "Begun\nDone"
    assert "The last day must be after the first day" in send(client, "/improvement/plan/new", typed).text
    made = send(client, "/improvement/plan/new", typed | {"until-year": "2026"})
    base = made.location.removesuffix("/priorities")
    assert send(client, made.location, {"title": "Neglect is seen early"}).status_code == 422
    send(client, made.location, {"title": "Neglect is seen early", "short_name": "Neglect"})
    action = {"wording": "Use one list", "what": "Lists", "seen_by": "Records"}
    refused = send(client, f"{base}/priorities/1/actions", action)
    assert "Select a group or an agency, and not both" in refused.text
    assert "Use one list" in refused.text
    leading = {"organisation": str(person("Joe", "Bell").organisation_id)}
    page = send(client, f"{base}/priorities/1/actions", action | leading).location
    assert "Action 1.1" in client.get(page).text
    said = {"dated-day": "1", "dated-month": "9", "dated-year": "2024", "done": "Two teams use it."}
    assert send(client, f"{page}/report", said).status_code == 422
    level = re.search(r'<option value="(\d+)">Done', client.get(f"{page}/report").text)
    assert level
    assert send(client, f"{page}/report", said | {"level": level[1]}).status_code == 303
    assert "Two teams use it." in client.get(page).text
    whole = client.get("/improvement/plan").text
    assert "1 of 1 actions of 1 priority are there or beyond" in whole
    assert send(client, f"{base}/levels", {"name": "Seen by children", "meaning": ""}).status_code == 303
    assert "Seen by children" in client.get(f"{base}/levels").text


def test_reports_join_each_other_and_the_latest_day_counts(plan: Plan) -> None:
    plan.report("1.1", 3, date(2024, 9, 1))
    plan.report("1.1", 2, date(2024, 4, 1))
    assert [one.level.position for one in plan.action("1.1").progress] == [2, 2, 3]
    found = queries.highlight(plan.row, meeting_on=None, until=NOW.date())
    assert found.actions[0].now == 3
    with pytest.raises(RuleBroken, match="must be today or earlier"):
        plan.report("1.1", 3, date(2024, 9, 12))


def test_a_number_is_given_once(plan: Plan) -> None:
    with writing():
        operations.take_out(action=plan.action("1.3"), why="Done by others.", actor=plan.officer, now=NOW)
    with writing():
        first = plan.row.priorities[0]
        made = operations.add_action(
            priority=first, wording="Do e", group=queries.groups()[0], organisation=None, due=None, actor=None, now=NOW
        )
        assert made.label == "1.4"
    found = queries.highlight(plan.row, meeting_on=None, until=NOW.date())
    assert [one.label for one in found.actions] == ["1.1", "1.2", "1.4", "2.1"]
    said = queries.history_of(plan.action("1.3"))
    assert [(one.what, one.why, one.by) for one in said][-1] == (
        "Taken out of the plan",
        "Done by others.",
        "Siân Morgan",
    )


def test_a_level_put_in_between_leaves_what_was_reported_where_it_was(plan: Plan) -> None:
    with writing():
        row = plan.row
        operations.add_level(
            plan=row,
            name="L1b – Agreed",
            meaning="",
            delivered=False,
            before=row.levels[1],
            actor=plan.officer,
            now=NOW,
        )
    assert [one.level.name for one in plan.action("1.1").progress] == ["L2 – In Development"]
    assert checks.levels_without_a_gap() == []
    with pytest.raises(RuleBroken, match="was reported"), writing():
        operations.remove_level(plan=plan.row, level=plan.row.levels[2], actor=plan.officer, now=NOW)
    with writing():
        operations.remove_level(plan=plan.row, level=plan.row.levels[1], actor=plan.officer, now=NOW)
    assert [one.position for one in plan.row.levels] == [1, 2, 3]


def test_what_a_report_printed_stays_whatever_is_reported_or_renamed_later(plan: Plan) -> None:
    first = plan.keep(SUMMER, date(2024, 6, 5))
    plan.report("1.2", 3, date(2024, 9, 1))
    plan.report("2.1", 1, date(2024, 6, 1))  # of a day before the report, written down after it
    with writing():
        row = plan.row
        operations.rename_level(
            plan=row,
            level=row.levels[0],
            name="L1 – New name",
            meaning="",
            delivered=False,
            actor=plan.officer,
            now=NOW,
        )
    kept = queries.kept(first)
    assert kept
    then = report.of_document(kept.document)
    assert then.level(1) == "L1 – Not started"
    assert [one.now for one in then.actions] == [2, 1, 0, 0]
    now = queries.highlight(plan.row, meeting_on=AUTUMN, until=date(2024, 9, 9))
    assert [(one.label, one.then, one.now, one.moved) for one in now.actions] == [
        ("1.1", 2, 2, "The same"), ("1.2", 1, 3, "Moved up"), ("1.3", 0, 0, "The same"), ("2.1", 0, 1, "Moved up")
    ]  # fmt: skip
    assert (now.period_from, now.last_on) == (date(2024, 6, 6), SUMMER)
    assert [one.moved for one in now.priorities] == ["Moved up", "Moved up"]
    with pytest.raises(RuleBroken, match="has its report already"):
        plan.keep(SUMMER, date(2024, 9, 9))


def test_every_second_meeting_has_a_report_counted_from_the_last(plan: Plan, sign_in: SignIn, at: Clock) -> None:
    client, page = sign_in(plan.officer), f"/improvement/plan/{plan.plan_id}/meetings"
    assert client.get(page).text.count("To be kept") == 2  # April and July
    plan.keep(SUMMER, date(2024, 6, 5))
    assert rules.report_dates([one.held_on for one in plan.row.meetings], 2, [SUMMER]) == [SUMMER, AUTUMN]
    assert "“31 2 2025” is no day" in send(client, page, {"days": "1 2 2025\n31 2 2025"}).text
    assert send(client, page, {"days": "6 November 2024"}).status_code == 303
    assert "6 November 2024" in client.get(page).text


def test_a_deep_dive_is_in_the_calendar_and_what_it_found_is_kept(plan: Plan, sign_in: SignIn, at: Clock) -> None:
    with writing():
        dive = reporting.plan_dive(
            priority=plan.row.priorities[0], group=queries.groups()[0], held_on=date(2024, 9, 10), actor=None, now=NOW
        )
        page = f"/improvement/plan/deep-dives/{dive.id}"
    client = sign_in(plan.officer)
    assert send(client, f"{page}/found", {"found": "Lists are used."}, page).status_code == 303
    assert send(client, f"{page}/found", {"found": "Lists are used in two teams."}, page).status_code == 303
    assert "Lists are used in two teams." in client.get(page).text
    assert "Before: Lists are used." in [one.why for one in queries.history_of_plan(plan.row)]
    reader = sign_in(person("Judith", "Hargreave", Role.SCRUTINEER)).get(page).text
    assert "Lists are used in two teams." in reader
    assert "Write it down" not in reader


# One figure is one number.


def texts(html: str) -> Iterator[list[str]]:
    """The cells of every row of every table of a page, as they are read."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    for row in tree.iter("tr"):
        cells = [cell for cell in row if cell.tag in {"td", "th"}]
        yield [
            " ".join(
                "".join(cell.itertext()).split()
                if not [one for one in cell if one.get("class") == "gt-cell-label"]
                else "".join(next(one for one in cell if one.get("class") != "gt-cell-label").itertext()).split()
            )
            for cell in cells
        ]


def test_every_figure_is_the_same_on_the_page_in_the_pdf_in_the_spreadsheet_and_in_the_csv(
    plan: Plan, sign_in: SignIn, at: Clock
) -> None:
    plan.keep(SUMMER, date(2024, 6, 5))
    plan.report("1.2", 2, date(2024, 9, 1), stuck="Still no trainer.", asked="Find the money for one.")
    plan.report("2.1", 1, date(2024, 8, 1))
    reference = plan.keep(AUTUMN, date(2024, 9, 9))
    client, address = sign_in(plan.officer), f"/improvement/plan/reports/{reference}"
    waiting = client.get(address)
    assert waiting.headers["Refresh"] == "3"
    assert "Its PDF is being made" in waiting.text
    assert client.get(f"{address}.pdf").status_code == 303
    jobs.run_due(NOW + timedelta(minutes=1))
    page = client.get(address)
    assert "Refresh" not in page.headers

    kept = queries.kept(reference)
    assert kept
    found = report.of_document(kept.document)
    assert report.document(found) == kept.document
    figures = sheets.figures(found)
    assert len(figures) == 1 + 4 + 4 + 4 + 2
    flat = list(csv.reader(io.StringIO(client.get(f"{address}.csv").data.decode("utf-8-sig"))))[1:]
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{address}.xlsx").data))
    cells = list(book["Figures"].values)[1 : len(figures) + 1]
    for figure, row, line in zip(figures, flat, cells, strict=True):
        assert row == ["" if cell is None else str(cell) for cell in figure]
        assert list(line) == [cell if cell != "" else None for cell in figure]
    assert pdf.missing_glyphs == []
    document = PdfReader(io.BytesIO(client.get(f"{address}.pdf").data))
    paper = " ".join(" ".join(one.extract_text() for one in document.pages).split())
    rows, words = list(texts(page.text)), " ".join(page.text.split())
    total = len(found.actions)
    for name, now, then in found.counts:
        line = [name, share_words(now, total), str(then)]
        assert line in rows
        assert " ".join(line) in paper
    for name, count in found.moves.items():
        assert [name, share_words(count, total)] in rows
        assert f"{name} {share_words(count, total)}" in paper
    for one in found.priorities:
        stands = f"{found.level(one.reached.level)} ({one.reached.there} of {one.reached.of})"
        assert [f"{one.number}. {one.title}", stands, found.level(one.then), one.moved] in rows
        assert stands in paper
    for some, said in (
        (found.asked, "ask for something"),
        (found.stuck, "are stuck in something"),
        (found.overdue, "are past their date and not delivered"),
    ):
        assert len(some) == 1
        for text in (words, paper):
            assert f"{share_words(len(some), total)} actions {said}" in text
    assert f"of {share_words(len(found.silent), total)} actions: 1.1 and 1.3" in words
    assert f"of {share_words(len(found.silent), total)} actions: 1.1 and 1.3" in paper
    assert [row[0] for row in list(book["Actions"].values)[1:]] == ["1.1", "1.2", "1.3", "2.1"]
    for text in ("1 Levels", "6 What was done", "Page 1 of", "Highlight report HR-2024-09-11"):
        assert text in paper
    assert len(document.outline) > 0
    assert checks.reports_can_be_read() == []


def test_a_report_that_does_not_add_up_is_noticed(plan: Plan) -> None:
    reference = plan.keep(SUMMER, date(2024, 6, 5))
    with writing():
        kept = db.session.scalars(db.select(HighlightReport)).one()
        document = dict(kept.document)
        document["levels"] = []
        kept.document = document
    assert checks.reports_can_be_read() == [f"highlight report {reference} cannot be read"]


def test_the_plan_asks_the_database_as_often_for_many_actions_as_for_few(
    plan: Plan, sign_in: SignIn, at: Clock, count_queries: list[str]
) -> None:
    client = sign_in(plan.officer)
    client.get("/improvement/plan")
    count_queries.clear()
    client.get("/improvement/plan")
    few = len(count_queries)
    with writing():
        for priority in plan.row.priorities:
            for _ in range(3):
                operations.add_action(
                    priority=priority, wording="More", group=queries.groups()[0], organisation=None, due=None, actor=None,
                    now=NOW,
                )  # fmt: skip
    plan.report("2.2", 2, date(2024, 9, 1))
    count_queries.clear()
    client.get("/improvement/plan")
    assert len(count_queries) == few


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_plan_can_be_taken_along(plan: Plan, sign_in: SignIn, at: Clock, kind: str) -> None:
    answer = sign_in(person("Judith", "Hargreave", Role.SCRUTINEER)).get(f"/improvement/plan/{plan.plan_id}.{kind}")
    assert answer.status_code == 200
    rows = sheets.plan_rows(plan.row)
    if kind == "csv":
        flat = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))[1:]
        assert [row[1:4] for row in flat] == [row[1:4] for row in rows]
    else:
        book = openpyxl.load_workbook(io.BytesIO(answer.data))
        assert [row[1] for row in list(book["Plan"].values)[1:5]] == [row[1] for row in rows]
