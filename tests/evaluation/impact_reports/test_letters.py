"""Reports by letter to groups: on their days, to members who may open them, nobody twice, and no number the page hides."""

from datetime import date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from evaluation.impact_reports import emails, operations, queries
from evaluation.impact_reports import sentences as words
from evaluation.impact_reports.checks import CHECKS
from evaluation.impact_reports.gather import report
from evaluation.impact_reports.models import Every, ReportSchedule
from lms import dates, jobs
from lms.accounts.models import Person
from lms.db import db
from lms.errors import RuleBroken
from lms.letters.models import Letter
from lms.organisations.models import PartnershipGroup
from lms.roles import Role
from tests.evaluation.impact_reports.conftest import ACTION, members
from tests.factories import NOW, person

PATH = "/reports/impact/action/LDA-1/letters"
FIRST = date(2024, 11, 1)


def letters() -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.key == "report-scheduled").order_by(Letter.id)))


def begin(group: PartnershipGroup, officer: Person, **details: object) -> ReportSchedule:
    given = {
        "scope": ACTION,
        "group": group,
        "every": Every.QUARTER,
        "first": FIRST,
        "by": officer,
        "now": NOW,
    } | details
    return operations.make_schedule(**given)  # type: ignore[arg-type]


def day(value: date) -> datetime:
    return dates.from_london(value, 23)


def test_a_group_gets_its_report_on_its_days_and_nobody_twice(
    group: PartnershipGroup, officer: Person, here: None
) -> None:
    chair, left, gone = (person(name, "Member", Role.LD_GROUP) for name in ("Chair", "Left", "Gone"))
    stranger = person("Stranger", "Member")
    members(group, chair, gone, stranger, officer)
    members(group, left, until=date(2024, 10, 20))
    gone.disabled_at = NOW
    other = PartnershipGroup(key="other", name="Another group", short_name="Other", purpose="Reads.")
    db.session.add(other)
    members(other, chair)
    one = begin(group, officer)
    begin(other, officer, every=Every.MONTH)
    db.session.commit()
    assert operations.left_out([group], FIRST) == {group.id: [gone, stranger]}
    jobs.run_due(day(date(2024, 10, 31)))
    assert letters() == []
    jobs.run_due(day(FIRST))
    jobs.run_due(day(FIRST))
    assert sorted(letter.person_id for letter in letters()) == sorted([chair.id, officer.id])
    db.session.refresh(one)
    assert (one.next_on, one.sendings[0].letters, one.sendings[0].left_out) == (date(2025, 2, 1), 2, 2)
    letter = letters()[0]
    found = report(ACTION, as_at=dates.from_london(FIRST, 8))
    assert words.reach(found) in letter.body
    assert words.verdict(found) in letter.body
    assert f"{'/reports/impact/action/LDA-1'}" in letter.body
    assert "{{" not in letter.body
    jobs.run_due(day(date(2025, 2, 1)))
    assert len([one for one in letters() if one.person_id == officer.id]) == 2
    assert [said for _, check in CHECKS for said in check()] == []


def test_letters_say_only_what_the_page_says(app: Flask, group: PartnershipGroup) -> None:
    found = report(ACTION, as_at=NOW)
    page = [words.reach(found), words.verdict(found), words.measures(found), words.next_up(found), *words.limits(found)]
    assert set(emails.key_sentences(found)) <= set(page)


def test_officers_begin_stop_and_take_letters_up_again(
    group: PartnershipGroup,
    office: FlaskClient,
    officer: Person,
    now_in_2024: None,
) -> None:
    def send(path: str, **data: str) -> str:
        token = office.get(PATH).text.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
        answer = office.post(path, data={"csrf_token": token, **data})
        return answer.text if answer.status_code == 422 else str(answer.status_code)

    given = {"group": str(group.id), "every": "quarter", "first-day": "1", "first-month": "11", "first-year": "2024"}
    wrong = send(PATH, **{**given, "first-year": "2023"})
    assert "Choose today or a later day for the first letter" in wrong
    assert "Choose how often" in send(PATH, **{**given, "every": ""})
    assert send(PATH, **given) == "303"
    assert "gets this report already" in send(PATH, **given)
    one = queries.schedules(ACTION)[0]
    page = office.get(PATH).text
    assert "Next on <strong>1 November 2024</strong>" in page
    assert "Begun by Olive Officer" in page
    assert send(f"/reports/impact/letters/{one.id}/stop") == "303"
    assert queries.next_due() is None
    jobs.run_due(day(date(2024, 12, 1)))
    assert letters() == []
    assert "Stopped on 8 October 2024 by Olive Officer" in office.get(PATH).text
    assert send(f"/reports/impact/letters/{one.id}/resume") == "303"
    assert queries.next_due() == dates.from_london(FIRST, 8)


def test_a_report_of_something_that_is_gone_sends_nothing_and_says_so(group: PartnershipGroup, officer: Person) -> None:
    members(group, officer)
    one = begin(group, officer, scope=queries.scope("session", "NEG-2023-03"))
    one.scope_key = "NEG-0"
    assert operations.send_due(day(FIRST)) == 1
    db.session.refresh(one)
    assert (letters(), one.sendings[0].note) == ([], "What it was about is not there any more.")
    operations.stop_schedule(schedule=one, by=officer, now=NOW)
    course = queries.scope("course", "NEG")
    assert course
    begin(group, officer, scope=course)
    one.scope_kind, one.scope_key = course.kind, course.key
    db.session.flush()
    with pytest.raises(RuleBroken, match="gets this report by another"):
        operations.resume_schedule(schedule=one, by=officer, now=NOW)
