"""An officer makes and changes courses."""

import dataclasses
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms import hooks
from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.catalogue.models import Course, CourseKind
from lms.courses import operations
from lms.db import db
from lms.errors import RuleBroken
from lms.organisations.models import Priority
from lms.permissions import GRANTS, Permission
from lms.roles import Role
from lms.working_days import Unit
from tests.browsing import send, token
from tests.factories import NOW, course, course_session, organisation, person
from tests.lms.courses.filling import PLAIN, a_level, a_scheme, as_opened, change

SignIn = Callable[[Person], FlaskClient]
Words = Callable[[str], str]

#: What somebody types who wants to be done in two minutes.
TWO_MINUTES = {
    "title": "Professional curiosity",
    "code": "pcu",
    "kind": "subject",
    "aim": "To ask the second question.",
    "modes": "classroom",
    "audience": "Anyone who works with families",
}


def activities(verb: str) -> list[Activity]:
    return list(db.session.scalars(select(Activity).where(Activity.verb == verb).order_by(Activity.id)))


def one(code: str) -> Course:
    return db.session.scalars(select(Course).where(Course.code == code)).one()


def test_six_fields_make_a_course_with_what_most_courses_need(
    officer: Person, desk: FlaskClient, client: FlaskClient
) -> None:
    earlier = course("NEG")
    answer = change(desk, "/courses/new", **TWO_MINUTES)
    assert answer.status_code == 303
    assert answer.location == "/courses/PCU"
    made = one("PCU")
    assert made.position > earlier.position
    assert (made.cancel_amount, made.cancel_unit, made.reminder_days) == (3, Unit.WORKING_DAYS, [14, 5])
    assert (made.needs_approval, made.approval_days, made.automatic_days, made.offer_hours) == (False, 5, 3, 24)
    assert (made.provided_by, made.booking_url, made.retired_at, made.hours) == ("partnership", "", None, None)
    assert "Professional curiosity" in client.get("/courses?list=all").text
    [said] = activities("course:added")
    assert (said.actor_id, said.subject, said.details) == (officer.id, "PCU", {"title": "Professional curiosity"})


def test_a_course_says_from_which_share_of_an_online_meeting_on_somebody_attended(desk: FlaskClient) -> None:
    change(desk, "/courses/new", **TWO_MINUTES, minimum_share="90")
    assert one("PCU").minimum_share == 90
    refused = change(desk, "/courses/new", **TWO_MINUTES | {"code": "PC2"}, minimum_share="101")
    assert refused.status_code == 422
    assert "Online: the least share of the time that counts as attended" in refused.text


def test_a_page_sent_empty_says_what_is_missing_and_keeps_what_was_typed(desk: FlaskClient) -> None:
    empty = send(desk, "/courses/new")
    assert empty.status_code == 422
    for sentence in (
        "Enter a title",
        "Enter a code",
        "Select a kind",
        "Enter the aim",
        "Select how it is held",
        "Enter for whom",
    ):
        assert sentence in empty.text
    wrong = change(
        desk,
        "/courses/new",
        **TWO_MINUTES | {"code": "p c", "outcomes": "Ask “why”\nWait", "hours": "lots", "cancel_amount": "7"},
    )
    assert wrong.status_code == 422
    kept = as_opened(wrong.text)
    assert (kept["code"], kept["hours"], kept["cancel_amount"]) == ("p c", "lots", "7")
    assert kept["outcomes"] == "Ask “why”\nWait"
    assert kept["modes"] == ["classroom"]
    assert "Enter the hours as a number, like 3.5" in wrong.text
    # What is other than usual is in sight.
    assert re.search(r"<details[^>]* open><summary>Approval, cancelling", wrong.text)
    assert db.session.scalar(select(func.count()).select_from(Course)) == 0


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"hours": "3", "participatory_hours": "4"}, "Enter no more than the hours in all"),
        ({"participatory_hours": "4"}, "Enter the hours in all, of which these are a part"),
        ({"kind": "signposted"}, "Enter whose course it is"),
        ({"kind": "signposted", "provided_by": "NSPCC", "booking_url": "http://nspcc.example"}, "begins with https://"),
        ({"booking_url": "https://www.nspcc.example"}, "Only a course of another organisation is booked elsewhere."),
        ({"reminder_days": "soon"}, "Enter days as whole numbers"),
        ({"approval_days": ""}, "Enter how many working days the manager has"),
        ({"cancel_amount": "-1"}, "Enter a number from 0 to 365"),
        ({"offer_hours": "99999999999"}, "Enter a number from 1 to 336"),
        ({"cancel_unit": "moons"}, "Select what notice is counted in"),
        ({"kind": "queen"}, "Select a kind"),
        ({"levels": "999"}, "Select only answers from the list"),
        ({"prerequisites": "x"}, "Select only answers from the list"),
        ({"code": "NEG"}, "“Multi-agency neglect” has this code already"),
        ({"code": "neg"}, "“Multi-agency neglect” has this code already"),
        ({"title": "x" * 201}, "Enter no more than 200 characters"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(desk: FlaskClient, fields: dict[str, str], sentence: str) -> None:
    course("NEG", levels=[a_level(a_scheme("Health"), "Level 3")])
    page = change(desk, "/courses/new", **TWO_MINUTES | fields)
    assert page.status_code == 422
    assert sentence in page.text.replace("&#34;", '"')
    assert page.text.count("govuk-error-message") == 1
    assert db.session.scalar(select(func.count()).select_from(Course)) == 1


def test_everything_an_officer_says_is_what_people_read(desk: FlaskClient, client: FlaskClient, words: Words) -> None:
    first = course("WTS", title="Working together")
    priority = Priority(key="P1", number=1, name="Neglect", plan="Plan")
    health = a_scheme("Health")
    third = a_level(health, "Level 3")
    db.session.add(priority)
    db.session.flush()
    course_session(course("OTHER"))
    answer = change(
        desk,
        "/courses/new",
        **TWO_MINUTES,
        outcomes="- Ask the second question\n\n• Say what you saw",
        hours="6",
        participatory_hours="4½",
        refresh_months="24",
        levels=[str(third.id)],
        prerequisites=[str(first.id)],
        priorities=[str(priority.id)],
        needs_approval="y",
        approval_days="7",
        cancel_amount="2",
        cancel_unit="days",
        content_note="We speak about the death of a child. Support: your supervisor.",
        tags="bruising, Second question",
    )
    assert answer.status_code == 303
    made = one("PCU")
    assert (made.outcomes, made.tags) == (
        ["Ask the second question", "Say what you saw"],
        ["bruising", "second_question"],
    )
    course_session(made)
    page = words(client.get("/courses/PCU").text)
    for sentence in (
        "Level Health: Level 3",
        "6 hours, of which 4½ participatory",
        "Every 24 months",
        "Your manager has to approve your place. They have 7 working days to answer.",
        "You can cancel with at least 2 days’ notice. For the session on 5 November 2024 that is until the end of "
        "Saturday 2 November 2024.",
        "Do this before you book, here or somewhere else: Working together",
        "We speak about the death of a child.",
        "Priority Neglect",
        "Ask the second question",
    ):
        assert sentence in page
    opened = as_opened(desk.get("/courses/PCU/edit").text)
    assert (opened["hours"], opened["participatory_hours"], opened["tags"]) == ("6", "4.5", "bruising, second question")
    assert change(desk, "/courses/PCU/edit").status_code == 303
    assert activities("course:changed") == [], "kept as it was opened, nothing is different"


def test_a_change_is_kept_with_what_was_and_what_is(officer: Person, desk: FlaskClient) -> None:
    course("NEG", aim="To see it.", hours=3.0)
    page = change(
        desk, "/courses/NEG/edit", title="Neglect, early", hours="3.5", aim="To help people " * 10, reminder_days=""
    )
    assert page.status_code == 303
    [said] = activities("course:changed")
    assert said.actor_id == officer.id
    assert said.details == {
        "fields": "title, aim, hours, reminder_days",
        "title_before": "Multi-agency neglect",
        "title_after": "Neglect, early",
        "hours_before": "3",
        "hours_after": "3.5",
        "reminder_days_before": "14, 5",
        "reminder_days_after": "nothing",
    }
    assert one("NEG").reminder_days == []


def test_a_preview_shows_the_page_and_keeps_nothing(desk: FlaskClient, words: Words) -> None:
    course("NEG", title="Old name")
    for path in ("/courses/new", "/courses/NEG/edit"):
        page = change(desk, path, **TWO_MINUTES, outcomes="Ask twice", then="preview")
        assert page.status_code == 200
        said = words(page.text)
        assert "This is how people will see it. Nothing is kept yet." in said
        assert "You can cancel with at least 3 working days’ notice." in said
        assert "<li>Ask twice</li>" in page.text
        assert as_opened(page.text)["title"] == "Professional curiosity"
    assert db.session.scalars(select(Course.title)).all() == ["Old name"]
    assert activities("course:added") + activities("course:changed") == []


def test_the_code_stays_once_there_is_a_session(desk: FlaskClient) -> None:
    held = course("NEG")
    assert change(desk, "/courses/NEG/edit", code="neg-2").location == "/courses/NEG-2"
    assert desk.get("/courses/NEG").status_code == 404
    course_session(held, starts_at=NOW - timedelta(days=400), cancelled_at=NOW)
    page = change(desk, "/courses/NEG-2/edit", code="NEG")
    assert page.status_code == 422
    assert "This course has sessions, so its code stays as it is" in page.text


def test_a_course_cannot_come_before_itself(officer: Person, desk: FlaskClient) -> None:
    first, second, third = course("ONE", title="One"), course("TWO", title="Two"), course("TRE", title="Three")
    second.prerequisites, third.prerequisites = [first], [second]
    db.session.flush()
    page = desk.get("/courses/ONE/edit").text
    assert "Two (TWO)" not in page
    assert "Three (TRE)" not in page
    course("NEG")
    assert "One (ONE)" in desk.get("/courses/TRE/edit").text
    forged = change(desk, "/courses/ONE/edit", prerequisites=[str(third.id)])
    assert forged.status_code == 422
    assert one("ONE").prerequisites == []


def test_two_officers_who_put_courses_before_each_other_are_noticed(officer: Person) -> None:
    first, second = course("ONE"), course("TWO")
    second.prerequisites = [first]
    db.session.flush()
    said = dataclasses.replace(PLAIN, prerequisite_ids=frozenset({second.id}))
    with pytest.raises(RuleBroken, match="cannot come before itself"):
        operations.change_course(course=first, code="ONE", said=said, actor=officer, now=NOW)


def test_a_course_of_another_organisation_leads_to_where_it_is_booked(
    desk: FlaskClient, client: FlaskClient, words: Words
) -> None:
    fields = {
        "kind": "signposted",
        "provided_by": "NSPCC",
        "booking_url": "https://learning.nspcc.example/neglect?a=1&b=2",
    }
    assert change(desk, "/courses/new", **TWO_MINUTES | fields).status_code == 303
    page = client.get("/courses/PCU").text
    assert (
        'href="https://learning.nspcc.example/neglect?a=1&amp;b=2" rel="noreferrer external">Book at NSPCC</a>' in page
    )
    said = words(page)
    assert "This leads to learning.nspcc.example." in said
    assert "If you cannot come" not in said
    assert "No date is set" not in said
    assert "Add a session" not in desk.get("/courses/PCU").text


def test_a_course_is_retired_only_when_nothing_of_it_is_to_come(desk: FlaskClient, words: Words) -> None:
    held = course("NEG")
    past = course_session(held, starts_at=NOW - timedelta(days=30))
    draft = course_session(held, published_at=None, host_organisation=organisation())
    page = words(desk.get("/courses/NEG/edit").text)
    assert f"It still has 1 session to come: {draft.reference} on 5 November 2024" in page
    assert past.reference not in page
    refused = desk.post("/courses/NEG/retire", data={"csrf_token": token(desk.get("/courses/NEG/edit"))})
    assert refused.status_code == 422
    assert f"Hold or cancel them first: {draft.reference}." in refused.text
    assert one("NEG").retired_at is None
    draft = db.session.merge(draft)
    draft.cancelled_at = NOW
    assert send(desk, "/courses/NEG/edit", to="/courses/NEG/retire").status_code == 303
    assert [said.subject for said in activities("course:retired")] == ["NEG"]


def test_a_retired_course_is_in_no_list_says_so_and_can_come_back(
    desk: FlaskClient, client: FlaskClient, words: Words
) -> None:
    course("NEG")
    course("WTS", title="Working together")
    assert send(desk, "/courses/NEG/edit", to="/courses/NEG/retire").status_code == 303
    assert "Multi-agency neglect" not in client.get("/courses?list=all").text
    db.session.scalars(select(Course).where(Course.code == "NEG")).one().booking_url = "https://learn.example.org.uk"
    page = words(client.get("/courses/NEG").text)
    assert "Book at" not in page
    assert "This course is no longer offered. It ended on 8 October 2024." in page
    assert "Multi-agency neglect (NEG)" not in desk.get("/courses/WTS/edit").text
    assert "1 course no longer offered" in desk.get("/courses/manage").text
    assert send(desk, "/courses/NEG/edit", to="/courses/NEG/bring-back").status_code == 303
    assert "Multi-agency neglect" in client.get("/courses?list=all").text
    assert "no longer offered" not in client.get("/courses/NEG").text


def test_a_course_keeps_a_prerequisite_that_is_no_longer_offered(desk: FlaskClient) -> None:
    before, after = course("OLD", title="Old", retired_at=NOW), course("NEG")
    after.prerequisites = [before]
    db.session.flush()
    assert change(desk, "/courses/NEG/edit", title="Neglect").status_code == 303
    assert [each.code for each in one("NEG").prerequisites] == ["OLD"]


def test_officers_find_the_way_from_the_course_and_others_see_nothing_of_it(
    desk: FlaskClient, client: FlaskClient, sign_in: SignIn
) -> None:
    course("NEG")
    page = desk.get("/courses/NEG").text
    assert 'href="/courses/NEG/edit">Change this course' in page
    assert 'href="/courses/NEG/sessions/new">Add a session' in page
    for browser in (client, sign_in(person("Tom", "Ashworth", Role.TRAINER))):
        other = browser.get("/courses/NEG").text
        assert "Change this course" not in other
        assert "Add a session" not in other


def test_another_part_of_the_house_can_lead_on_from_the_page_of_a_course(
    desk: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks, "course_links", [lambda of: [(f"Why {of.code} exists", "/improvement")]])
    course("NEG")
    assert '<a class="gt-link" href="/improvement">Why NEG exists</a>' in desk.get("/courses/NEG/edit").text


def test_every_course_is_in_the_officers_list_in_one_number_of_queries(
    desk: FlaskClient, count_queries: list[str]
) -> None:
    asked = []
    for more in (1, 9):
        for _ in range(more):
            course_session(course())
        desk.get("/courses/manage")
        count_queries.clear()
        desk.get("/courses/manage")
        asked.append(len(count_queries))
    assert asked[0] == asked[1]


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role.value if role else "signed out")
def test_only_officers_reach_what_is_there(
    role: Role | None, app: Flask, client: FlaskClient, sign_in: SignIn, words: Words
) -> None:
    course("NEG")
    level = a_level(a_scheme("Health"), "Level 3")
    room = course_session(course("WTS")).venue
    browser = sign_in(person("Siân", "Morgan", role)) if role else client
    for path in (
        "/courses/manage", "/courses/new", "/courses/NEG/edit", "/levels", "/levels/schemes/new", "/levels/schemes/health",
        "/levels/schemes/health/new", f"/levels/{level.id}", f"/levels/{level.id}/end", "/venues", "/venues/new",
        f"/venues/{room.id}",
    ):  # fmt: skip
        status = browser.get(path).status_code
        expected = 200 if role and Permission.COURSE_MANAGE in GRANTS[role] else 403 if role else 303
        assert (path, status) == (path, expected)
    for path in (
        "/courses/NEG/retire",
        "/courses/NEG/bring-back",
        f"/levels/{level.id}/remove",
        f"/venues/{room.id}/remove",
    ):
        assert browser.post(path).status_code in ({400} if role is Role.LD_OFFICER else {303, 400, 403})
    assert one("NEG").retired_at is None


@pytest.mark.parametrize(
    "path", ["/courses/NONE/edit", "/levels/999", "/levels/999/end", "/levels/schemes/none", "/venues/999"]
)
def test_what_is_not_there_is_a_404(desk: FlaskClient, path: str) -> None:
    assert desk.get(path).status_code == 404


def test_the_kinds_people_choose_from_are_all_there(desk: FlaskClient) -> None:
    page = desk.get("/courses/new").text
    assert [kind.label for kind in CourseKind if f">{kind.label}</option>" not in page] == []
