"""Impact reports as people open them: seven scopes, files, the report of one's own agency, and how many queries a page sends."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from evaluation.impact.thread import thread
from evaluation.impact_reports import counts, operations, queries
from evaluation.impact_reports.counts import Which
from evaluation.impact_reports.gather import report
from evaluation.impact_reports.models import Every
from evaluation.impact_reports.parts import figures
from evaluation.impact_reports.scopes import Scope, ScopeKind
from evaluation.improvement import queries as improvement
from lms.accounts.models import Person
from lms.attendance.models import AttendanceMark, Mark
from lms.catalogue.models import CourseSession
from lms.db import db
from lms.organisations.models import Organisation, PartnershipGroup
from lms.roles import Role
from tests.evaluation.impact_reports.conftest import ACTION
from tests.evaluation.impact_reports.test_formats import every_answer_figure_is_released
from tests.factories import NOW, booking, person

SCOPES = {
    "action/LDA-1": "Impact report: LDA-1",
    "recommendation/REV-1.2": "Impact report: REV-1.2",
    "priority/P01": "Impact report: 1 Neglect",
    "course/NEG": "Impact report: Multi-agency neglect",
    "session/NEG-2023-03": "Impact report: NEG-2023-03",
    "period/2022-04-01--2023-03-31": "Impact report: 1 April 2022 to 31 March 2023",
    "period/2022-04-02--2023-03-31": "Impact report: 2 April 2022 to 31 March 2023",
}


def agency(name: str = "Home of Health") -> Organisation:
    return db.session.scalars(select(Organisation).where(Organisation.name == name)).one()


def test_every_scope_has_its_page_and_its_files(year: None, office: FlaskClient, now_in_2024: None) -> None:
    for path, title in {**SCOPES, f"agency/{agency().id}": "Impact report: Home of Health"}.items():
        page = office.get(f"/reports/impact/{path}").text
        assert f"<title>{title}" in page
        assert "40 people" in page or "20 people" in page
        told = json.loads(office.get(f"/reports/impact/{path}.json").data)
        assert told["title"] == title
        assert f"{told['scope']['kind']}/{told['scope']['key']}" == path
        assert office.get(f"/reports/impact/{path}.csv").data.startswith("\ufeffPart".encode())
    assert (
        "Answers are told for whole report years only"
        in office.get("/reports/impact/period/2022-04-02--2023-03-31").text
    )
    assert "never of one agency" in office.get(f"/reports/impact/agency/{agency().id}").text
    for wrong in (
        "action/LDA-9",
        "period/2023-04-01--2022-04-01",
        "period/spring",
        "agency/0",
        "agency/x",
        "course/NOPE",
    ):
        assert office.get(f"/reports/impact/{wrong}").status_code == 404


def test_people_choose_what_a_report_is_about(year: None, office: FlaskClient, now_in_2024: None) -> None:
    chosen = office.get("/reports/impact/choose?about=action&action=LDA-1")
    assert (chosen.status_code, chosen.location) == (303, "/reports/impact/action/LDA-1")
    chosen = office.get("/reports/impact/choose?about=session&session=NEG-2023-03")
    assert chosen.location == "/reports/impact/session/NEG-2023-03"
    days = "first-day=1&first-month=4&first-year=2022&last-day=31&last-month=3&last-year=2023"
    assert (
        office.get(f"/reports/impact/choose-period?{days}").location == "/reports/impact/period/2022-04-01--2023-03-31"
    )
    for asked, said in (
        ("choose", "Choose what the report is about"),
        ("choose?about=session&session=NEG-0", "There is nothing of this name"),
        ("choose?about=action", "Choose one from the list"),
        ("choose-period?first-day=1", "Enter the first day with a month and a year"),
        (f"choose-period?{days.replace('2023', '2021')}", "The period ends before it begins"),
    ):
        wrong = office.get(f"/reports/impact/{asked}")
        assert wrong.status_code == 422
        assert said in wrong.text


def test_the_people_of_a_report_are_those_of_the_thread(year: None) -> None:
    told = thread(improvement.recommendation_or_404("REV-1.2"), as_at=NOW)
    found = report(Scope(ScopeKind.RECOMMENDATION, "REV-1.2", "REV-1.2"), as_at=NOW).reach
    assert (found.people, found.organisations, found.sessions) == (told.people, told.organisations, told.sessions)
    assert [(one.sector, one.people, one.workforce) for one in found.sectors] == [
        (one.sector, one.people, one.workforce) for one in told.sectors
    ]
    assert found.missing == ("Housing",)
    assert (found.came.numerator, found.came.denominator, found.walked_in) == (39, 39, 1)


def test_measures_say_what_the_thread_says(year: None) -> None:
    told = thread(improvement.recommendation_or_404("REV-1.2"), as_at=NOW)
    found = report(ACTION, as_at=NOW)
    assert [(one.key, one.found, one.sentence) for one in found.measures] == [
        (one.key, one.found, one.sentence) for one in told.measures
    ]


def test_no_scope_prints_a_figure_of_answers_that_was_not_released(year: None) -> None:
    """All scopes together tell what the released slices tell, and nothing else: so nothing more can be worked out from them."""
    paths = [*SCOPES, f"agency/{agency().id}", f"agency/{agency('Home of Education').id}"]
    many = 0
    for path in paths:
        scope = queries.scope(*path.split("/", 1))
        assert scope
        many += every_answer_figure_is_released(report(scope, as_at=NOW))
    assert many > 150
    # The sector of an agency that did not answer enough, or a session that may not stand alone, is not told at all.
    housing = queries.scope("agency", str(agency("Home of Housing").id))
    assert housing
    assert [one for one in figures(report(housing, as_at=NOW)) if one.stage not in ("reach", "wanted")] == []


def test_a_page_of_many_people_sends_as_many_queries_as_one_of_few(
    year: None, office: FlaskClient, now_in_2024: None, count_queries: list[str]
) -> None:
    def sent() -> int:
        office.get("/reports/impact/action/LDA-1")
        count_queries.clear()
        assert office.get("/reports/impact/action/LDA-1").status_code == 200
        return len(count_queries)

    few = sent()
    session = db.session.scalars(select(CourseSession)).first()
    home = agency()
    for number in range(30):
        one = booking(session, person(f"More{number}", "Made-Up", organisation=home))
        db.session.add(AttendanceMark(booking=one, mark=Mark.ATTENDED, marked_at=NOW))
    assert sent() == few < 40
    assert counts.held(Which(until=NOW)).courses[0].people == 70


def test_a_training_lead_reads_the_report_of_their_own_agency_and_of_no_other(
    year: None, sign_in: Callable[[Person], FlaskClient], now_in_2024: None, officer: Person
) -> None:
    own, other = agency(), agency("Home of Education")
    lead = person("Tess", "Lead", Role.TRAINING_LEAD, organisation=own)
    other_scope = queries.scope("agency", str(other.id))
    assert other_scope
    theirs = operations.ask_for_pdf(scope=other_scope, by=officer, now=NOW)
    browser = sign_in(lead)
    page = browser.get("/agency/report").text
    assert "Impact report: Home of Health" in page
    assert "20 people came to 1 session" in page
    assert "Home of Education" not in page
    assert "/reports/" not in page.partition("<main")[2]
    told = json.loads(browser.get("/agency/report.json").data)
    assert told["scope"] == {"kind": "agency", "key": str(own.id), "name": "Home of Health"}
    assert browser.get(f"/reports/impact/agency/{own.id}").status_code == 403
    assert browser.get(f"/agency/report/pdf/{theirs.reference}").status_code == 404
    assert browser.get("/agency/report/pdf").status_code == 200
    assert "What learning reached your agency" in browser.get("/").text
    assert sign_in(person("Pat", "Practitioner", organisation=own)).get("/agency/report").status_code == 403


def test_a_session_that_was_cancelled_or_is_to_come_counts_nobody(year: None) -> None:
    session = db.session.scalars(select(CourseSession)).one()
    session.cancelled_at = datetime(2023, 3, 6, tzinfo=UTC)
    db.session.flush()
    assert report(ACTION, as_at=NOW).reach.people == 0


def test_the_first_page_says_what_people_work_on(
    app: Flask, group: PartnershipGroup, office: FlaskClient, officer: Person, now_in_2024: None
) -> None:
    assert "Nobody has worked on the words of a report yet" in office.get("/reports/impact").text
    operations.use_rule(report=report(ACTION, as_at=NOW), seen=0, by=officer, now=NOW)
    operations.make_schedule(scope=ACTION, group=group, every=Every.MONTH, first=date(2024, 11, 1), by=officer, now=NOW)
    page = office.get("/reports/impact").text
    assert "Action LDA-1" in page
    assert "1 report goes to a group by letter" in page
    assert "Next on <strong>1 November 2024</strong>" in office.get("/reports/impact/letters").text
