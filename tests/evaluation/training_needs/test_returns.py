"""Once a year organisations say how many of their staff had the training they give themselves; each fills in its own alone."""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from evaluation.training_needs import checks, operations, queries, returns
from evaluation.training_needs.models import AgencyReturn, Asks, ReturnFigure, ReturnVersion, TrainingReturn
from lms import dates, jobs
from lms.accounts.models import Person
from lms.dates import from_london
from lms.db import db
from lms.letters.models import Letter
from lms.organisations.models import OrganisationKind
from lms.roles import Role
from tests.browsing import send
from tests.evaluation.governance.conftest import House, day
from tests.factories import NOW, organisation, person

SignIn = Callable[[Person], FlaskClient]
DEADLINE = date(2024, 10, 31)
OWN = "/agency/returns/2024"


@pytest.fixture
def lead(house: House) -> Person:
    """Who answers for the Health Trust."""
    return person("Helen", "Ward", Role.TRAINING_LEAD, organisation=house.member.organisation)


@pytest.fixture
def head(house: House) -> Person:
    """Who answers for a school."""
    return person("Paul", "Demir", Role.HEADTEACHER, organisation=organisation("School", kind=OrganisationKind.SCHOOL))


def opened(house: House, **more: object) -> TrainingReturn:
    values: dict[str, object] = {
        "year": 2024, "deadline": DEADLINE, "asks": Asks.EVERYBODY, "topics": ["Basics", "Safer recruitment"],
        "actor": house.officer, "now": NOW,
    }  # fmt: skip
    found = operations.open_round(**(values | more))  # type: ignore[arg-type]
    db.session.commit()
    return found


def numbers(found: TrainingReturn, *pairs: tuple[object, object]) -> dict[str, str]:
    fields = {}
    for topic, (scope, trained) in zip(found.topics, pairs, strict=True):
        fields |= {f"scope_{topic.id}": str(scope), f"trained_{topic.id}": str(trained)}
    return fields


def letters(key: str) -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.key == key).order_by(Letter.id)))


def test_opening_a_round_writes_to_who_answers(house: House, lead: Person, head: Person, sign_in: SignIn) -> None:
    officer, new = sign_in(house.officer), "/improvement/needs/returns/new"
    fields = {"year": "2024", "whom": "agencies", "topics": "Basics\n\nBasics\n Safer  recruitment "}
    refused = send(officer, new, **fields, **day("deadline", NOW.date()))
    assert refused.status_code == 422
    assert "Enter a last day that is to come" in refused.text
    assert send(officer, new, **fields, **day("deadline", DEADLINE)).location == "/improvement/needs/returns/2024"
    (letter,) = letters("training-return-opened")
    assert letter.person_id == lead.id
    assert "31 October 2024" in letter.body
    assert OWN in letter.body
    found = returns.round_of(2024)
    assert found
    assert [topic.name for topic in found.topics] == ["Basics", "Safer recruitment"]
    again = send(officer, new, **fields, **day("deadline", DEADLINE))
    assert "There is a return of 2024 already" in again.text
    assert sign_in(head).get(OWN).status_code == 404, "schools were not asked"
    assert "the last day is 31 October 2024" in sign_in(lead).get("/learning").text


def test_saved_come_back_to_sent_and_sent_again(house: House, lead: Person, head: Person, sign_in: SignIn) -> None:
    found = opened(house)
    browser = sign_in(lead)
    saved = send(browser, OWN, then="save", **numbers(found, (40, ""), ("", "")), evaluates="Dip samples.")
    assert saved.location == OWN
    page = browser.get(OWN).text
    assert 'value="40"' in page
    assert "Dip samples." in page
    assert "Begun, not sent" in page
    assert (
        "Dip samples." not in sign_in(house.officer).get(f"/improvement/needs/returns/2024/{lead.organisation_id}").text
    ), "a draft is seen by nobody else"
    for pairs, sentence in (
        (((40, ""), (10, 5)), "Basics: enter how many of them are trained, or 0"),
        (((40, 41), (10, 5)), "no more staff can be trained than are in scope (40)"),
        (((40, "many"), (10, 5)), "Enter a whole number"),
    ):
        refused = send(browser, OWN, then="send", **numbers(found, *pairs))
        assert refused.status_code == 422
        assert sentence in refused.text
    screened = send(browser, OWN, then="save", needs="NHS number 943 476 5919", **numbers(found, (40, 30), (0, 0)))
    assert screened.status_code == 422
    assert "This may point to somebody" in screened.text
    assert send(browser, OWN, then="send", **numbers(found, (40, 30), (0, 0))).location == OWN
    page = browser.get(OWN).text
    assert "30 of 40 (75%)" in page
    assert "no staff in scope" in page
    assert "Change what was sent" in page
    assert send(browser, f"{OWN}?change=1", to=OWN, then="send", needs="More on neglect.",
                **numbers(found, (40, 35), (0, 0))).status_code == 303  # fmt: skip
    versions = db.session.scalars(select(ReturnVersion).order_by(ReturnVersion.number)).all()
    assert [(one.number, one.figures[0].trained) for one in versions] == [(1, 30), (2, 35)]
    page = sign_in(house.officer).get(f"/improvement/needs/returns/2024/{lead.organisation_id}").text
    assert "Version 1, as it was sent" in page
    assert "35 of 40 (88%)" in page
    assert "30 of 40 (75%)" in page
    assert "35 of 40" not in sign_in(head).get(OWN).text, "each organisation has its own"


def test_the_officer_sees_who_answered_and_topics_are_never_added_up(
    house: House, lead: Person, head: Person, sign_in: SignIn
) -> None:
    found = opened(house)
    for who, pairs in ((lead, ((40, 30), (10, 5))), (head, ((20, 20), (0, 0)))):
        one = returns.own_return(who, 2024)
        assert one
        figures = {topic.id: pair for topic, pair in zip(found.topics, pairs, strict=True)}
        operations.send(one=one, figures=figures, evaluates="", needs="More on neglect.", actor=who, now=NOW)
    db.session.commit()
    officer = sign_in(house.officer)
    page = officer.get("/improvement/needs/returns/2024").text
    asked = len(found.returns)
    assert f"2 of {asked}" in page
    assert "50 of 60 (83%)" in page
    assert "5 of 10 (50%)" in page
    assert "55" not in page.split("topic by topic")[1].split("</table>")[0]
    assert "70" not in page.split("</table>")[0]
    rows = list(csv.DictReader(io.StringIO(officer.get("/improvement/needs/returns/2024.csv").text.lstrip("\ufeff"))))
    assert len(rows) == 4 + asked - 2
    assert officer.get("/improvement/needs/returns/2024.xlsx").data[:2] == b"PK"
    assert [one.figure for one in queries.analysis(NOW).of("returns")] == [
        "50 of 60 (83%) staff in scope are trained",
        "5 of 10 (50%) staff in scope are trained",
    ]
    assert "More on neglect." in officer.get("/improvement/needs").text


def test_reminders_go_out_14_and_3_days_before_to_those_who_have_not_sent(
    house: House, lead: Person, head: Person
) -> None:
    found = opened(house)
    one = returns.own_return(head, 2024)
    assert one
    figures = {topic.id: (1, 1) for topic in found.topics}
    operations.send(one=one, figures=figures, evaluates="", needs="", actor=head, now=NOW)
    db.session.commit()
    assert returns.next_reminder() == from_london(date(2024, 10, 17), 9)
    jobs.run_due(from_london(date(2024, 12, 1)))
    reminded = letters("training-return-reminder")
    assert [(one.person_id, one.subject[:12]) for one in reminded] == [
        (lead.id, "14 days left"),
        (lead.id, "3 days left:"),
    ]
    assert returns.next_reminder() is None


def test_what_comes_after_the_last_day_is_marked_late(
    house: House, lead: Person, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = opened(house)
    later: datetime = NOW + timedelta(days=40)
    monkeypatch.setattr(dates, "now", lambda: later)
    browser = sign_in(lead)
    assert "Overdue" in browser.get(OWN).text
    assert send(browser, OWN, then="send", **numbers(found, (40, 30), (0, 0))).status_code == 303
    assert "Sent late, on 17 November 2024" in browser.get(OWN).text


def test_the_last_day_moves_and_reminders_with_it(house: House, lead: Person, sign_in: SignIn) -> None:
    opened(house)
    officer = sign_in(house.officer)
    send(officer, "/improvement/needs/returns/2024/deadline", **day("deadline", date(2024, 11, 29)))
    assert returns.next_reminder() == from_london(date(2024, 11, 15), 9)


def test_more_trained_than_in_scope_is_a_problem(house: House, lead: Person) -> None:
    found = opened(house)
    one = returns.own_return(lead, 2024)
    assert one
    figures = {topic.id: (4, 2) for topic in found.topics}
    operations.send(one=one, figures=figures, evaluates="", needs="", actor=lead, now=NOW)
    assert checks.returns_add_up() == []
    db.session.delete(db.session.scalars(select(ReturnFigure)).first())
    db.session.flush()
    assert checks.returns_add_up() == ["version 1 of the return 2024 of Health Trust has 1 topics of 2"]
    assert db.session.scalar(select(AgencyReturn.draft).where(AgencyReturn.id == one.id)) is None
    with pytest.raises(Exception, match="trained_of_those_in_scope"):
        db.session.execute(text("UPDATE return_figure SET trained = 9"))
