"""The pages of the log: the whole of it, one action, and what officers do."""

import csv
import html
import io
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from evaluation.actions import operations, queries
from evaluation.actions.models import Action, EvidenceKind, Outlook
from evaluation.improvement.sections import sections_for
from lms.accounts.models import Person
from lms.db import db
from lms.organisations.models import Priority
from lms.roles import Role
from tests.browsing import send, token
from tests.evaluation.actions.conftest import (
    SignIn,
    after,
    an_action,
    day,
    evidence,
    fresh,
    group,
    recommendation,
    sits_in,
    steps,
)
from tests.factories import organisation, partnership, person
from tests.threads import a_log

Clock = Callable[[datetime], None]
LOG = "/improvement/actions"
PAGE = f"{LOG}/LDA-001"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)


def words_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def parts(name: str, value: Any) -> dict[str, str]:
    return {f"{name}-day": str(value.day), f"{name}-month": str(value.month), f"{name}-year": str(value.year)}


def typed(**more: Any) -> dict[str, Any]:
    """The form of an action, filled in."""
    return {
        "reference": "LDA-001",
        "wording": "Run four sessions on neglect.",
        "success": "16 of 24 files describe the child’s day.",
        "recommendations": [str(recommendation().id)],
        "owner_group": str(group().id),
        "owner_email": "",
        "owner_organisation": "",
        "ends": "day",
        "priority": "",
        **parts("due", day(200)),
        **parts("decided_on", day(0)),
        **more,
    }


@pytest.fixture(autouse=True)
def june(clock: Clock) -> None:
    clock(after(1))


def test_the_log_is_narrowed_counted_and_taken_away(app: Flask, desk: FlaskClient, clock: Clock) -> None:
    owner, agency = person("Ravi", "Patel"), organisation("Fire service")
    priority = Priority(key="P1", number=1, name="Neglect", plan="Plan")
    db.session.add(priority)
    an_action("LDA-001", owner_person=owner, priority=priority)
    an_action("LDA-002", owner_organisation=agency, due=day(20), wording="Write a guide for crews.")
    an_action("LDA-003", due=None, long_term=True, long_term_why="Trust takes years.")
    clock(after(30))
    page = desk.get(LOG)
    assert (
        "By state, 3 July 2024 State Actions Open, not started 1 Overdue 1 Long-term cultural change 1 All of these 3"
        in (words_of(page.text))
    )
    for asked, found in (
        ("state=overdue", {"LDA-002"}),
        (f"owner=p{owner.id}", {"LDA-001"}),
        (f"owner=o{agency.id}", {"LDA-002"}),
        (f"owner=g{group().id}", {"LDA-001", "LDA-002", "LDA-003"}),
        (f"priority={priority.id}", {"LDA-001"}),
        ("words=crews+guide", {"LDA-002"}),
        ("due=past", {"LDA-002"}),
        ("due=later", {"LDA-001"}),
        ("due=none", {"LDA-003"}),
        ("state=nonsense&owner=x%27", {"LDA-001", "LDA-002", "LDA-003"}),
    ):
        rows = list(csv.DictReader(io.StringIO(desk.get(f"{LOG}.csv?{asked}").text.lstrip("\ufeff"))))
        assert {row["Reference"] for row in rows} == found, asked
        shown = set(re.findall(r"LDA-00\d", desk.get(f"{LOG}?{asked}").text))
        assert shown == found, asked
    assert "No action is like that." in desk.get(f"{LOG}?words=zzz").text
    assert desk.get(f"{LOG}.xlsx").data[:2] == b"PK"
    rooms = [one.label for one in sections_for(person("Siân", "Morgan", Role.SCRUTINEER))]
    assert "Action log" in rooms


def test_a_long_log_has_pages_and_the_same_number_of_queries(
    app: Flask, desk: FlaskClient, count_queries: list[str]
) -> None:
    def rows(first: int, last: int) -> None:
        for number in range(first, last):
            one = Action(
                reference=f"LDA-{number:03}", wording="Run it.", owner_group=group(), decided_on=day(0), due=day(9)
            )
            db.session.add(one)
            one.recommendations = [recommendation()]
        db.session.flush()

    partnership()
    rows(1, 4)
    desk.get(LOG)
    count_queries.clear()
    desk.get(LOG)
    few = len(count_queries)
    rows(4, 62)
    count_queries.clear()
    first = desk.get(LOG).text
    assert len(count_queries) == few
    assert "61 actions, page 1 of 2" in words_of(first)
    assert "LDA-051" not in first
    assert "LDA-061" in desk.get(f"{LOG}?page=2").text
    assert "LDA-061" in desk.get(f"{LOG}?page=99").text
    assert "LDA-001" in desk.get(f"{LOG}?page=x%27").text


def test_before_the_first_action_the_log_says_how_it_is_filled(app: Flask, desk: FlaskClient) -> None:
    assert "The action log is empty." in desk.get(LOG).text
    assert desk.get(PAGE).status_code == 404
    assert queries.action("LDA-001") is None


def test_wording_an_action_gets_advice_and_is_never_refused_for_it(app: Flask, desk: FlaskClient) -> None:
    named, owner = recommendation(), person("Ravi", email="ravi@agency.example")
    page = desk.get(f"{LOG}/new?recommendation=REV-1.1&recommendation=NONE")
    assert re.search(rf'value="{named.id}" checked', page.text)
    assert 'value="LDA-001"' in page.text
    vague = typed(wording="Raise awareness of neglect.", success="", ends="none")
    looked = send(desk, f"{LOG}/new", **vague, then="look")
    assert looked.status_code == 200
    for sentence in ("Nobody can check “raise awareness”", "by what it will be seen: a number", "No time is named"):
        assert sentence in words_of(looked.text)
    assert "Raise awareness of neglect." in looked.text
    assert queries.action("LDA-001") is None
    kept = send(desk, f"{LOG}/new", **vague | {"owner_email": "RAVI@agency.example"})
    assert kept.location == PAGE
    page = desk.get(PAGE).text
    assert "It could be sharper: 3 thoughts" in words_of(page)
    assert fresh().owner_person_id == owner.id
    assert 'value="LDA-002"' in desk.get(f"{LOG}/new").text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"wording": ""}, "Enter what is to be done"),
        ({"recommendations": []}, "Tick at least one recommendation"),
        ({"reference": "an action"}, "Enter a reference of capital letters, a hyphen and a number"),
        ({"reference": "REV-1.1"}, "Enter a reference of capital letters"),
        ({"reference": "LDA-009"}, "LDA-009 is used already"),
        ({"due-day": "", "due-month": "", "due-year": ""}, "Enter the day it is due"),
        ({"due-year": "2023"}, "Enter a day after it was agreed"),
        ({"ends": "long"}, "Enter why no end date is right"),
        ({"ends": ""}, "Select until when"),
        ({"decided_on-year": "2025"}, "Enter a day that is not in the future"),
        ({"owner_email": "nobody@agency.example"}, "Nobody here has this address"),
        ({"wording": "Tell 943 476 5919 about it."}, "This may point to somebody"),
        ({"success": "Call 01924 123456."}, "or say under the form that it points to nobody"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field_and_nothing_is_lost(
    app: Flask, desk: FlaskClient, wrong: dict[str, Any], said: str
) -> None:
    an_action("LDA-009")
    page = send(desk, f"{LOG}/new", **typed(**wrong))
    assert page.status_code == 422
    assert said in words_of(page.text)
    assert "16 of 24 files" in page.text or "success" in wrong
    assert queries.action("LDA-001") is None


def test_the_second_of_two_officers_is_told_and_a_new_date_has_its_reason(app: Flask, desk: FlaskClient) -> None:
    an_action()
    seen = re.search(r'name="seen"[^>]*value="(\w+)"', desk.get(f"{PAGE}/change").text)
    assert seen
    change = {**typed(**parts("due", day(260))), "seen": seen[1]}
    refused = send(desk, f"{PAGE}/change", **change, why="")
    assert (refused.status_code, "Enter why the date changes" in refused.text) == (422, True)
    assert send(desk, f"{PAGE}/change", **change, why="The audit is later.").location == PAGE
    assert "due date from 20 December 2024 to 18 February 2025" in words_of(desk.get(PAGE).text)
    late = send(desk, f"{PAGE}/change", **change | {"wording": "Run five sessions."}, why="Mine.")
    assert late.status_code == 422
    assert "Somebody has changed LDA-001 since you opened this page." in words_of(late.text)
    assert "Run five sessions." in late.text
    assert fresh().wording == "Run four sessions on neglect."
    same = re.search(r'name="seen"[^>]*value="(\w+)"', desk.get(f"{PAGE}/change").text)
    assert same
    send(desk, f"{PAGE}/change", **change | {"seen": same[1]}, why="")
    assert "Nothing was different" in desk.get(PAGE).text


def test_officers_take_an_action_from_a_report_to_its_closing(app: Flask, desk: FlaskClient, officer: Person) -> None:
    group("executive", "Executive")
    an_action()
    an_action("LDA-002")
    today = parts("dated", day(1))
    future = send(desk, f"{PAGE}/report", text="Two held.", outlook="slipping", **parts("dated", day(2)))
    assert "Enter a day that is not in the future" in future.text
    send(desk, f"{PAGE}/report", text="Two held.", outlook="slipping", **today)
    page = words_of(desk.get(PAGE).text)
    assert "Slipping The report of 4 June 2024 says that it is slipping." in page
    assert "Put one question to the Executive" in page

    asked = send(desk, f"{PAGE}/ask", group=str(group("executive").id), question="Who pays for the room?")
    assert asked.location == PAGE
    assert "Not answered" in desk.get(PAGE).text
    number = fresh().escalations[0].id
    reply = {"text": "The partnership does.", "minute": "EXE-2024-06.2", **parts("answered_on", day(1))}
    send(desk, f"{PAGE}/questions/{number}/answer", **reply)
    assert "The partnership does. Minute EXE-2024-06.2." in words_of(desk.get(PAGE).text)

    send(desk, f"{PAGE}/needs", needs="LDA-002")
    circle = send(desk, f"{LOG}/LDA-002/needs", needs="LDA-001")
    assert "LDA-002 needs LDA-001, which needs LDA-002" in circle.text
    assert "cannot be removed" in send(desk, f"{LOG}/LDA-002/remove").text
    csrf = {"csrf_token": token(desk.get(PAGE))}
    assert desk.post(f"{PAGE}/needs/LDA-002/remove", data=csrf).location == PAGE
    assert send(desk, f"{LOG}/LDA-002/remove").location == LOG

    done = {"what": "Four sessions held.", **parts("done_on", day(1))}
    assert "Nothing shows yet that it was done." in words_of(send(desk, f"{PAGE}/done", **done).text)
    assert send(desk, f"{PAGE}/done", **done, why="I was there.").location == PAGE
    early = send(desk, f"{PAGE}/close", outcome="better", said="It did.")
    assert "what was done is not yet what it changed" in words_of(early.text)
    again = {"outcome": "not_enough_evidence", "said": "4 answers.", **parts("review_on", day(40))}
    send(desk, f"{PAGE}/close", **again)
    assert "Looked at again 13 July 2024" in words_of(desk.get(PAGE).text)
    shown = {"kind": "effect", "shows": "16 of 24 files.", **parts("about_on", day(0))}
    assert send(desk, f"{PAGE}/evidence", **shown, url="http://x.example/a").status_code == 422
    assert send(desk, f"{PAGE}/evidence", **shown).status_code == 422
    assert send(desk, f"{PAGE}/evidence", **shown, url="https://x.example/a").location == PAGE
    assert send(desk, f"{PAGE}/close", outcome="worse", said="It did.").location == PAGE
    page = words_of(desk.get(PAGE).text)
    assert "Closed Closed on 4 June 2024." in page
    assert "What the evidence says Worse" in page
    assert "is closed. Open it again first." in send(desk, f"{PAGE}/report", text="More.", outlook="", **today).text
    send(desk, f"{PAGE}/open-again", whole="whole", why="It got worse.")
    assert steps(fresh())[-1][0] == "Opened again: more is to be done."


def test_a_file_is_evidence_is_taken_back_and_is_nobody_elses(app: Flask, desk: FlaskClient, sign_in: SignIn) -> None:
    an_action()
    shown = {"kind": "doing", "shows": "The register.", **parts("about_on", day(0)), **parts("expires_on", day(1))}
    picture = {"file": (io.BytesIO(PNG), "register.png")}
    answer = send(desk, f"{PAGE}/evidence", **shown, **picture)
    assert answer.location == PAGE, words_of(answer.text)
    assert "register.png" in desk.get(PAGE).text
    assert "Expired 4 June 2024" in words_of(desk.get(PAGE).text)
    number = fresh().evidence[0].id
    assert desk.get(f"{PAGE}/evidence/{number}").data[:4] == PNG[:4]
    an_action("LDA-002")
    assert desk.get(f"{LOG}/LDA-002/evidence/{number}").status_code == 404
    stranger = sign_in(person("Mina", "Shah"))
    assert stranger.get(f"/actions/LDA-001/evidence/{number}").status_code == 404
    wrong = send(desk, f"{PAGE}/evidence", **shown, file=(io.BytesIO(b"MZ"), "a.exe"))
    assert "This kind of file is not taken" in wrong.text
    send(desk, f"{PAGE}/evidence/{number}/take-back", why="Another course.")
    assert "Taken back 4 June 2024: Another course." in words_of(desk.get(PAGE).text)


def test_readers_read_and_owners_report_on_what_is_theirs(app: Flask, sign_in: SignIn, clock: Clock) -> None:
    agency = organisation("Fire service")
    ravi, lead = person("Ravi"), person("Lena", "Hall", Role.TRAINING_LEAD, organisation=agency)
    colleague, stranger = person("Sam", organisation=agency), person("Mina")
    reader = sign_in(person("Siân", "Morgan", Role.LD_GROUP))
    an_action(owner_person=ravi)
    an_action("LDA-002", owner_organisation=agency)
    evidence(fresh(), EvidenceKind.DOING, 0)
    page = reader.get(PAGE).text
    assert "Report on it" not in page
    assert "could be sharper" not in page
    assert reader.get(f"{PAGE}/report").status_code == 403

    for who, theirs in ((ravi, "LDA-001"), (lead, "LDA-002")):
        browser = sign_in(who)
        other = {"LDA-001": "LDA-002", "LDA-002": "LDA-001"}[theirs]
        mine = browser.get("/actions").text
        assert theirs in mine
        assert other not in mine
        assert browser.get(f"/actions/{other}").status_code == 404
        assert browser.get(f"/actions/{other}/report").status_code == 404
        sent = send(
            browser, f"/actions/{theirs}/report", text="Two held.", outlook="on_track", **parts("dated", day(1))
        )
        assert sent.location == f"/actions/{theirs}"
        added = send(
            browser, f"/actions/{theirs}/evidence", kind="effect", shows="A survey.", url="https://x.example/s",
            **parts("about_on", day(1)),
        )  # fmt: skip
        assert added.location == f"/actions/{theirs}"
        assert fresh(theirs).updates[-1].by_id == who.id
    for who in (colleague, stranger):
        browser = sign_in(who)
        assert "No action of the log is yours" in browser.get("/actions").text
        assert browser.get("/actions/LDA-002").status_code == 404
    clock(after(190))
    asked = words_of(sign_in(ravi).get("/learning").text)
    assert "Action LDA-001 waits for a report: slipping." in asked
    assert "There is one action that you, your agency or your group answer for." in asked


def test_a_group_that_was_asked_reads_the_question_and_its_members_report_on_its_actions(
    app: Flask, sign_in: SignIn
) -> None:
    chair = sits_in(person("Mina"), group("executive", "Executive"))
    member = sits_in(person("Noor"), group())
    an_action()
    operations.escalate(action=fresh(), group=group("executive"), question="Who pays?", actor=None, now=after(0))
    browser = sign_in(chair)
    assert "Who pays?" in browser.get("/actions").text
    assert "Your group was asked about action LDA-001." in browser.get("/learning").text
    page = browser.get("/actions/LDA-001").text
    assert "Report on it" not in page
    assert browser.get("/actions/LDA-001/report").status_code == 404
    assert "Report on it" in sign_in(member).get("/actions/LDA-001").text


def test_home_says_why_an_action_waits(app: Flask, sign_in: SignIn) -> None:
    an_action()
    operations.report(action=fresh(), text="Late.", dated=day(0), outlook=Outlook.SLIPPING, actor=None, now=after(0))
    page = words_of(sign_in(person("Siân", "Morgan", Role.LD_GROUP)).get("/improvement").text)
    assert "The report of 3 June 2024 says that it is slipping." in page


def test_an_action_with_offers_measures_and_evidence_shows_them(app: Flask, desk: FlaskClient) -> None:
    a_log()
    page = words_of(desk.get(f"{LOG}/LDA-1").text)
    for shown in ("Neglect toolkit", "The child’s day is in the file", "LDA-1-Q1", "Evidence of impact", "REV-1.2"):
        assert shown in page
