"""Rules as officers keep them: unconfirmed ones stay off, nothing is deleted, a change begins on a day."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from lms import verify
from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.db import db
from lms.due import operations, queries
from lms.due.models import DutyGroup, PersonDuty, RuleStatus, TrainingRule
from lms.due.operations import RuleGiven
from lms.errors import RuleBroken
from lms.organisations.models import Organisation
from lms.roles import Role
from tests.browsing import send, token
from tests.factories import NOW, course, person
from tests.lms.due.conftest import TODAY, group, rule

SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def officer(app: Flask) -> Person:
    return person("Siân", "Morgan", Role.LD_OFFICER)


def _given(of: DutyGroup, **more: Any) -> RuleGiven:
    return RuleGiven(
        **{
            "title": "Refresher", "must_hold": "A refresher", "group": of, "status": RuleStatus.LOCAL_EXAMPLE,
            "source": "Executive, minute 4", "renew_every_months": 36, **more,
        }
    )  # fmt: skip


def _rule(key: str) -> TrainingRule:
    return db.session.scalars(select(TrainingRule).where(TrainingRule.key == key)).one()


def test_what_nobody_confirmed_arrives_switched_off(content: None) -> None:
    every = queries.all_rules()
    assert len(every) == 32
    assert all(one.confirmed and one.read_on for one in every if one.active)
    assert not any(one.active for one in every if not one.confirmed)
    assert {one.key for one in every if one.active} >= {"dsl-training", "dsl-yearly-refresh", "school-staff-update"}
    assert _rule("dsl-training").renew_every_months == 24
    assert _rule("dsl-yearly-refresh").renew_every_months == 12
    primary = _rule("intercollegiate-2019-level-3-primary-care")
    assert (primary.hours, primary.hours_over_months, primary.participatory_share) == (12, 36, 0.5)
    assert not primary.active, "a newer edition has replaced it"


def test_a_rule_begins_to_hold_on_its_first_day(content: None) -> None:
    early = "early-years-staff"
    assert early not in {one.key for one in queries.rules_on(date(2025, 8, 31))}
    assert early in {one.key for one in queries.rules_on(date(2025, 9, 1))}


def test_the_database_refuses_to_switch_on_what_nobody_read(app: Flask, broken_on_purpose: None) -> None:
    with pytest.raises(IntegrityError):
        rule(group(), confirmed=False, read_on=None)


def test_switching_on_needs_the_tick_and_keeps_who_read_it_and_when(
    content: None, officer: Person, sign_in: SignIn
) -> None:
    page = sign_in(officer)
    path = f"/rules/{_rule('headteacher').id}"
    assert "Not confirmed" in page.get(path).text
    refused = send(page, path, f"{path}/on")
    assert refused.status_code == 422
    assert "Tick the box once you have read the source" in refused.text
    assert send(page, path, f"{path}/on", source_read="y").status_code == 303
    read = _rule("headteacher")
    assert "Read by Siân Morgan on 8 October 2024" in page.get(path).text
    assert "from pages that describe it" in page.get(f"/rules/{_rule('dsl-training').id}").text
    assert (read.active, read.confirmed, read.read_on, read.switched_by_id) == (True, True, TODAY, officer.id)
    assert send(page, path, f"{path}/off").status_code == 303
    assert not _rule("headteacher").active
    verbs = list(db.session.scalars(select(Activity.verb).order_by(Activity.id)))
    assert verbs[-2:] == ["rule:switched_on", "rule:switched_off"]


def test_before_it_is_switched_on_the_page_says_how_many_it_would_be_about(
    content: None, officer: Person, school: Organisation, sign_in: SignIn
) -> None:
    for number in range(3):
        person("Paul", f"Head {number}", Role.HEADTEACHER, organisation=school)
    text = sign_in(officer).get(f"/rules/{_rule('headteacher').id}").text
    assert "It would be about 3 people today" in text
    assert "of 3 nothing is on record" in text


def test_a_change_begins_on_a_day_and_the_version_before_stays(
    school: Organisation, officer: Person, sign_in: SignIn
) -> None:
    course("DSL"), course("DSF")
    first = rule(group(), "DSL", hours=None)
    page = sign_in(officer)
    path = f"/rules/{first.id}/change"
    fields = {
        "title": "DSL training", "must_hold": "Training for the role", "group": str(first.group_id),
        "renew_every_months": "36", "times_needed": "1", "warn_days_before": "60", "status": "national",
        "source": "Keeping children safe in education", "edition": "2025", "codes": ["DSL", "DSF"],
        "begins-day": "1", "begins-month": "9", "begins-year": "2025",
    }  # fmt: skip
    without = send(page, path, **fields)
    assert without.status_code == 422
    assert "otherwise nothing would hold from that day on" in without.text
    assert send(page, path, **fields, source_read="y").status_code == 303
    assert first.valid_to == date(2025, 8, 31)
    assert [one.renew_every_months for one in queries.rules_on(date(2025, 8, 31))] == [24]
    (following,) = queries.rules_on(date(2025, 9, 1))
    assert (following.renew_every_months, following.codes, following.edition) == (36, ["DSF", "DSL"], "2025")
    assert following.replaces_id == first.id
    again = send(page, path, **{**fields, "begins-year": "2026"}, source_read="y")
    assert "Somebody has changed this rule already" in again.text


@pytest.mark.parametrize(
    ("begins", "says"),
    [
        (TODAY - timedelta(days=1), "today or later"),
        (date(2024, 12, 1), "after the first day of the version"),
        (date(2025, 5, 1), "ends already on a later day"),
    ],
)
def test_a_change_that_would_rewrite_the_past_is_refused(
    school: Organisation, officer: Person, begins: date, says: str
) -> None:
    there = rule(group(), valid_from=date(2024, 12, 1), valid_to=date(2025, 6, 1))
    with pytest.raises(RuleBroken, match=says):
        operations.change_rule(
            rule=there, given=_given(there.group), begins=begins, source_read=True, by=officer, now=NOW
        )


def test_a_rule_ends_on_a_day_and_is_never_deleted(school: Organisation, officer: Person, sign_in: SignIn) -> None:
    there = rule(group(), valid_from=date(2024, 1, 1))
    page = sign_in(officer)
    day = {"last-day": "31", "last-month": "12", "last-year": "2023"}
    assert send(page, f"/rules/{there.id}", f"/rules/{there.id}/end", **day).status_code == 422
    day = {"last-day": "31", "last-month": "12", "last-year": "2024"}
    assert send(page, f"/rules/{there.id}", f"/rules/{there.id}/end", **day).status_code == 303
    assert queries.rules_on(date(2024, 12, 31))
    assert not queries.rules_on(date(2025, 1, 1))
    assert db.session.scalar(select(func.count()).select_from(TrainingRule)) == 1


def test_a_local_rule_for_a_group_of_our_own_is_off_until_its_source_is_read(officer: Person, sign_in: SignIn) -> None:
    course("NEG")
    page = sign_in(officer)
    fields = {
        "title": "Foster carers’ neglect", "must_hold": "Neglect training", "new_group": "Foster carers",
        "renew_every_months": "24", "times_needed": "1", "warn_days_before": "90", "status": "local_example",
        "source": "Executive, 3 May 2024, minute 4", "codes": "NEG",
        "begins-day": "8", "begins-month": "10", "begins-year": "2024",
    }  # fmt: skip
    assert send(page, "/rules/add", **fields).status_code == 303
    made = _rule("foster-carers-neglect")
    assert (made.active, made.group.name, made.codes) == (False, "Foster carers", ["NEG"])
    assert "Switched off" in page.get(f"/rules/{made.id}").text
    both = send(page, "/rules/add", **{**fields, "group": str(made.group_id)})
    assert "Choose a group, or enter the name of a new one" in both.text
    same = send(page, "/rules/add", **{**fields, "new_group": "foster CARERS"})
    assert "There is a group of this name already" in same.text
    assert db.session.scalar(select(func.count()).select_from(TrainingRule)) == 1


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"hours": 4.0}, "both the hours and the months"),
        ({"participatory_share": 0.5}, "needs a number of hours"),
        ({"times_needed": 3, "renew_every_months": None}, "within how many months"),
    ],
)
def test_a_rule_that_says_half_is_refused(app: Flask, officer: Person, more: dict[str, Any], says: str) -> None:
    with pytest.raises(RuleBroken, match=says):
        operations.add_rule(given=_given(group(), **more), begins=TODAY, source_read=True, by=officer, now=NOW)


def test_verify_says_where_two_versions_hold_on_one_day(app: Flask, broken_on_purpose: None) -> None:
    rule(group(), valid_to=date(2025, 1, 1))
    rule(group(), valid_from=date(2025, 1, 1))
    assert any("Two versions of the rule “rule-all_school_staff”" in line for line in verify.problems())


def test_verify_says_where_somebody_is_named_for_a_group_of_groups(content: None, broken_on_purpose: None) -> None:
    whole = db.session.scalars(select(DutyGroup).where(DutyGroup.key == "dsl_and_deputies")).one()
    who = person()
    db.session.add(PersonDuty(person=who, group=whole, organisation=who.organisation, set_at=NOW))
    db.session.flush()
    assert any("is made of other groups" in line for line in verify.problems())


def test_the_list_says_what_is_on_and_what_nobody_has_read(content: None, officer: Person, sign_in: SignIn) -> None:
    text = sign_in(officer).get("/rules").text
    assert text.count("off until somebody has read the source") == sum(
        not one.confirmed for one in queries.all_rules() if one.valid_from is None or one.valid_from <= TODAY
    )
    assert text.index("Switched on") < text.index("Switched off") < text.index("To come")
    assert token(sign_in(officer).get("/rules/add"))
