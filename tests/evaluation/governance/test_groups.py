"""Who sits in which group, and what each of them sees of it."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from evaluation.actions.models import Action
from evaluation.governance import checks, queries, rules
from evaluation.governance.models import GroupMember
from lms.accounts.models import Person
from lms.db import db
from lms.errors import RuleBroken
from lms.people.operations import merge
from lms.roles import Role
from tests.browsing import send
from tests.evaluation.governance.conftest import House, a_log, day, held
from tests.factories import NOW, organisation, person

SignIn = Callable[[Person], FlaskClient]
TODAY = NOW.date()


def test_a_member_sees_their_group_and_no_other(house: House, sign_in: SignIn) -> None:
    browser = sign_in(house.member)
    page = browser.get("/improvement/groups")
    assert "L&amp;D Strategic Group" in page.text
    assert "L&amp;D Delivery Group" not in page.text
    assert browser.get("/improvement/groups/ld_strategic").status_code == 200
    assert browser.get("/improvement/groups/ld_delivery").status_code == 404
    outside = sign_in(person("Omar", "Khan"))
    assert "You sit in no group" in outside.get("/improvement/groups").text
    assert outside.get("/improvement/groups/ld_strategic").status_code == 404
    assert sign_in(person("Judith", "H", Role.SCRUTINEER)).get("/improvement/groups/ld_delivery").status_code == 200


def test_who_has_left_sees_it_no_more(house: House, sign_in: SignIn) -> None:
    db.session.scalars(select(GroupMember)).one().until = date(2024, 10, 7)
    db.session.commit()
    assert sign_in(house.member).get("/improvement/groups/ld_strategic").status_code == 404


def test_an_officer_finds_somebody_by_name_and_ends_it_later(house: House, sign_in: SignIn) -> None:
    nurse = person("Priya", "Nair", organisation=organisation("Hospital"))
    officer = sign_in(house.officer)
    add = "/improvement/groups/ld_delivery/members/add?q=nair"
    assert "Hospital" in officer.get(add).text
    wrong = send(officer, add, person=str(nurse.id), part="", **day("since", date(2026, 3, 1)))
    assert wrong.status_code == 422
    assert "Enter a day within the next 12 months" in wrong.text
    assert send(officer, add, person=str(nurse.id), part="Minutes", **day("since", TODAY)).status_code == 303
    page = officer.get("/improvement/groups/ld_delivery").text
    assert "Priya Nair" in page
    assert "Minutes" in page
    assert "1 organisation has a member in it" in page
    member = db.session.scalars(select(GroupMember).where(GroupMember.person_id == nurse.id)).one()
    end = f"/improvement/groups/ld_delivery/members/{member.id}/end"
    assert "from 8 October 2024" in send(officer, end, **day("until", date(2024, 10, 1))).text
    member.since = date(2024, 1, 8)
    db.session.commit()
    assert send(officer, end, **day("until", date(2024, 10, 1))).status_code == 303
    page = officer.get("/improvement/groups/ld_delivery").text
    assert "Who sat in it before: 1" in page
    assert "8 January 2024" in page
    assert "1 October 2024" in page


def test_nobody_sits_twice_at_the_same_time(house: House) -> None:
    sitting = queries.memberships(house.strategic, house.member)
    with pytest.raises(RuleBroken, match="They have sat in this group since 9 January 2023"):
        rules.check_new_member(sitting, TODAY, TODAY)
    assert checks.members_sit_once() == []
    db.session.add(GroupMember(group=house.strategic, person=house.member, part="", since=date(2024, 1, 1)))
    db.session.flush()
    assert len(checks.members_sit_once()) == 1


def test_two_accounts_in_one_group_become_one_member(house: House) -> None:
    double = person("Amina", "Yusuf")
    db.session.add(GroupMember(group=house.strategic, person=double, part="", since=date(2024, 1, 1)))
    db.session.commit()
    merge(emptied=double, survivor=house.member, by=house.officer, now=NOW)
    assert [one.person_id for one in db.session.scalars(select(GroupMember))] == [house.member.id]


def test_agencies_nobody_comes_from_are_named(house: House, sign_in: SignIn) -> None:
    organisation("Housing Association")
    page = sign_in(house.officer).get("/improvement/groups/ld_strategic").text
    assert "Housing Association" in page
    assert "Health Trust (Amina Yusuf)" in page


def test_what_waits_for_a_group_is_told_in_the_same_number_of_queries_however_many(
    house: House, sign_in: SignIn, count_queries: list[str]
) -> None:
    browser = sign_in(house.officer)
    counts = []
    a_log(house)
    for many in (1, 6):
        for number in range(many):
            held(house, f"LDS-{many}-{number}", date(2024, 11, 14), letters=False)
            db.session.add(
                Action(
                    reference=f"LDA-{many}-{number}", wording="Late.", owner_group=house.delivery,
                    decided_on=date(2024, 1, 8), due=date(2024, 6, 3),
                )
            )  # fmt: skip
        db.session.commit()
        browser.get("/improvement/groups")
        db.session.expire_all()
        count_queries.clear()
        assert browser.get("/improvement/groups").status_code == 200
        counts.append(len(count_queries))
    assert counts[1] == counts[0]
    page = browser.get("/improvement/groups/ld_strategic").text
    for words in (
        "What waits for this group: 3 things",
        "MAA-1.1 Ask at every visit",
        "Who pays?",
        "LDA-1 Make a guide.",
    ):
        assert words in page
