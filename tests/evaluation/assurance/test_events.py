"""An officer makes an event, agencies show what they did, a panel judges, and everybody can read how it came about."""

import csv
import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from pypdf import PdfReader

from evaluation.actions.models import Action, ActionStep
from evaluation.assurance import answering, checks, operations, rules, sheets
from evaluation.assurance.models import Found, InvitedAgency
from lms import jobs
from lms.accounts.models import Person
from lms.dates import from_london
from lms.db import db, writing
from lms.errors import RuleBroken
from lms.files import PNG, Upload
from lms.roles import Role
from tests.evaluation.assurance.conftest import INVITED, LAST_DAY, MADE, TOLD, Event, draft, send
from tests.factories import organisation, person

SignIn = Callable[[Person], FlaskClient]
Clock = Callable[[datetime], None]
WEEK_BEFORE = from_london(LAST_DAY - timedelta(days=7), 9)
TWO_BEFORE = from_london(LAST_DAY - timedelta(days=2), 9)
AFTER = from_london(LAST_DAY + timedelta(days=1))


def picture() -> bytes:
    """A picture as somebody may send it."""
    out = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(out, "PNG")
    return out.getvalue()


def write(event: Event, who: Person, number: int = 0, *, now: datetime = INVITED, **more: Any) -> None:
    """Send an answer as the page does."""
    values: dict[str, Any] = {"statement": TOLD, "nothing_yet": False, "about_on": None, "send": True, "actor": who}
    with writing():
        answering.save(asked=event.asked(who, number), now=now, **values | more)


def judge(
    event: Event,
    who: Person,
    number: int = 0,
    *,
    found: Found = Found.IMPLEMENTED,
    why: str = "",
    now: datetime = AFTER,
) -> None:
    with writing():
        operations.judge(
            asked=event.asked(who, number), found=found, reason="Seen.", anew_because=why, actor=event.officer, now=now
        )


def test_an_event_from_its_making_to_the_invitations(sign_in: SignIn, actions: list[Action], at: Clock) -> None:
    officer = person("Siân", "Morgan", Role.LD_OFFICER)
    lead = person("Helen", "Ward", Role.TRAINING_LEAD, organisation=organisation("Community health"))
    quiet = organisation("Housing")
    client = sign_in(officer)
    typed = {
        "title": "Assurance event on neglect", "about": "Two reviews.", "starts": "10am", "ends": "3pm", "place": "Town Hall",
        "first_day-day": "12", "first_day-month": "11", "first_day-year": "2024",
        "evidence_until-day": "13", "evidence_until-month": "11", "evidence_until-year": "2024",
        "panel": f"{officer.email}\nA lay member",
    }  # fmt: skip
    refused = send(client, "/improvement/assurance/new", typed)
    assert refused.status_code == 422
    assert "The last day for evidence must be the first day of the event or earlier" in refused.text
    assert "Two reviews." in refused.text
    made = send(client, "/improvement/assurance/new", typed | {"evidence_until-day": "5"})
    assert made.location == "/improvement/assurance/AE-2024-1/actions"
    send(client, made.location, {"actions": [str(actions[0].id)]})
    for one in (lead.organisation, quiet):
        send(
            client,
            "/improvement/assurance/AE-2024-1/agencies",
            {"organisation": str(one.id), "actions": [str(actions[0].id)]},
        )
    page = client.get("/improvement/assurance/AE-2024-1").text
    assert "Siân Morgan and A lay member" in page
    assert "Nobody answers for Housing here" in page
    preview = client.get("/improvement/assurance/AE-2024-1/invite").text
    assert "LDA-001: Do thing 1 in every team" in preview
    send(client, "/improvement/assurance/AE-2024-1/invite", {})
    letters = Event("AE-2024-1", officer.id, lead.id, lead.id).letters("assurance-invitation")
    assert [letter.to_name for letter in letters] == ["Helen Ward"]
    assert "Tuesday 12 November 2024, 10am to 3pm" in letters[0].body
    assert "BEGIN:VEVENT" in letters[0].calendar
    assert (
        send(client, "/improvement/assurance/AE-2024-1/agencies", {"organisation": "x", "actions": []}).status_code
        == 422
    )


def test_an_agency_saves_comes_back_shows_a_file_and_a_link_and_sends(sign_in: SignIn, event: Event, at: Clock) -> None:
    asked = event.asked(event.health)
    page, client, officer = event.page(asked), sign_in(event.health), sign_in(event.officer)
    told = f"/improvement/assurance/{event.reference}"
    about = {"about_on-day": "1", "about_on-month": "9", "about_on-year": "2024"}
    first = {"statement": TOLD, "then": "save", "file": (io.BytesIO(picture()), "audit.png")} | about
    assert send(client, page, first, content_type="multipart/form-data").status_code == 303
    assert "not sent yet" in client.get(page).text
    assert TOLD not in officer.get(f"{told}/answers/{asked.id}").text, "a draft is the agency’s own"
    shown = event.asked(event.health).answers[0].evidence[0]
    assert officer.get(f"{told}/evidence/{shown.id}").status_code == 404
    for wrong, sentence in (
        ({"url": "http://audit.example/1"} | about, "begins with https://"),
        ({"url": "https://audit.example/1"}, "Enter the date the evidence is about"),
        ({"url": "https://audit.example/1"} | about | {"about_on-year": "2025"}, "must be today or earlier"),
        ({"nothing_yet": "y"}, "You have added evidence"),
        ({"statement": "His NHS number is 943 476 5919"}, "only the learning is kept here"),
    ):
        refused = send(client, page, {"statement": TOLD, "then": "send"} | wrong)
        assert refused.status_code == 422
        assert sentence in refused.text
    assert (
        send(client, page, {"statement": TOLD, "url": "https://audit.example/1", "then": "send"} | about).status_code
        == 303
    )
    answer = officer.get(f"{told}/answers/{asked.id}").text
    assert TOLD in answer
    assert "https://audit.example/1" in answer
    assert "about 1 September 2024" in answer
    assert officer.get(f"{told}/evidence/{event.asked(event.health).answers[0].evidence[0].id}").status_code == 200
    page_now = officer.get(told).text
    assert "0 of 2 agencies" in page_now
    assert "1 of 3 answers are in" in page_now


def test_every_version_that_was_sent_is_kept_and_what_comes_late_is_marked(
    sign_in: SignIn, event: Event, at: Clock
) -> None:
    write(event, event.police, url="https://a.example/1", about_on=date(2024, 9, 1))
    write(event, event.police, statement="Twenty teams now.", now=AFTER - timedelta(minutes=1))
    write(event, event.police, statement="All teams now.", now=AFTER)
    versions = event.asked(event.police).answers
    assert [(one.version, one.statement, one.late) for one in versions] == [
        (1, TOLD, False), (2, "Twenty teams now.", False), (3, "All teams now.", True)
    ]  # fmt: skip
    assert [len(one.evidence) for one in versions] == [1, 1, 1], "evidence goes along into the next version"
    text = sign_in(event.officer).get(f"/improvement/assurance/{event.reference}/answers/{versions[0].ask_id}").text
    assert text.index("All teams now.") < text.index("Twenty teams now.") < text.index(TOLD)
    assert "so it is late" in text
    judge(event, event.police)
    with pytest.raises(RuleBroken, match="The panel has judged this action"):
        write(event, event.police, now=AFTER)


def test_nothing_to_show_yet_is_an_answer_that_says_why(event: Event) -> None:
    with pytest.raises(RuleBroken, match="Say why there is nothing to show yet"):
        write(event, event.police, statement=" ", nothing_yet=True)
    write(event, event.police, statement="The audit is in January.", nothing_yet=True)
    assert sheets.sent_words(event.asked(event.police)) == "Nothing to show yet"
    assert rules.counted(event.row.agencies).words == "1 of 2 agencies"
    assert checks.nothing_to_show_shows_nothing() == []


@pytest.mark.parametrize("way", ["", "/{ask}", "/evidence/{shown}"])
def test_another_agency_s_invitation_does_not_exist(sign_in: SignIn, event: Event, at: Clock, way: str) -> None:
    write(event, event.health, upload=Upload("audit.png", PNG, picture()), about_on=date(2024, 9, 1))
    asked = event.asked(event.health)
    address = f"/agency/assurance/{asked.agency.reference}" + way.format(
        ask=asked.id, shown=asked.answers[0].evidence[0].id
    )
    assert sign_in(event.police).get(address).status_code == 404
    assert sign_in(event.health).get(address).status_code == 200
    assert sign_in(person("Amina", "Yusuf", organisation=event.health.organisation)).get(address).status_code == 403


def test_who_has_not_sent_everything_is_reminded_twice(event: Event) -> None:
    write(event, event.police)
    write(event, event.health)
    jobs.run_due(WEEK_BEFORE - timedelta(minutes=1))
    assert event.letters("assurance-evidence-reminder") == []
    jobs.run_due(WEEK_BEFORE)
    jobs.run_due(WEEK_BEFORE + timedelta(hours=1))
    assert [one.to_name for one in event.letters("assurance-evidence-reminder")] == ["Helen Ward"]
    jobs.run_due(TWO_BEFORE)
    assert [one.to_name for one in event.letters("assurance-evidence-reminder")] == ["Helen Ward"] * 2
    write(event, event.health, 1, now=TWO_BEFORE)
    jobs.run_due(AFTER + timedelta(days=30))
    assert len(event.letters("assurance-evidence-reminder")) == 2


def test_a_judgement_before_everything_is_in_says_so_and_a_new_one_joins_it_with_why(
    sign_in: SignIn, event: Event, at: Clock
) -> None:
    write(event, event.police)
    at(AFTER)
    client, asked = sign_in(event.officer), event.asked(event.police)
    page = f"/improvement/assurance/{event.reference}/answers/{asked.id}"
    assert "1 of 3 answers to this event" in client.get(page).text
    said = {"found": "further_work", "reason": "Only one team so far."}
    assert send(client, f"{page}/judge", said, page).status_code == 303
    text = client.get(page).text
    assert "By then 1 of 3 answers to this event were in." in text
    again = {"found": "implemented", "reason": "All teams by now."}
    refused = send(client, f"{page}/judge", again, page)
    assert refused.status_code == 422
    assert "Say why it is judged anew" in refused.text
    assert send(client, f"{page}/judge", again | {"anew_because": "A visit saw it."}, page).status_code == 303
    kept = event.asked(event.police).judgements
    assert [(one.found.value, one.anew_because) for one in kept] == [
        ("further_work", ""),
        ("implemented", "A visit saw it."),
    ]
    assert "Only one team so far." in client.get(page).text
    assert checks.judgements_say_why() == []


def test_outcome_letters_are_looked_at_first_and_sent_once_for_what_was_judged(
    sign_in: SignIn, event: Event, at: Clock
) -> None:
    at(AFTER)
    client, url = sign_in(event.officer), f"/improvement/assurance/{event.reference}/outcome"
    judge(event, event.health)
    assert "No letter is ready" in client.get(url).text
    judge(event, event.police, found=Found.FURTHER_WORK)
    assert "LDA-001, further work: Seen." in client.get(url).text
    reference = event.asked(event.police).agency.reference
    assert send(client, url, {"agencies": [reference]}).status_code == 303
    assert len(event.letters("assurance-outcome")) == 1
    with pytest.raises(RuleBroken), writing():
        operations.send_outcomes(event=event.row, agencies={reference}, actor=None, now=AFTER)
    assert "0 of 1 have gone" in client.get(f"/improvement/assurance/{event.reference}").text
    judge(event, event.police, why="A visit.", now=AFTER + timedelta(days=1))
    with writing():
        operations.send_outcomes(event=event.row, agencies={reference}, actor=None, now=AFTER + timedelta(days=2))
    assert len(event.letters("assurance-outcome")) == 2
    seen = sign_in(event.police).get(f"/agency/assurance/{reference}").text
    assert "The panel: Seen." in seen
    assert (
        "The panel"
        not in sign_in(event.health).get(f"/agency/assurance/{event.asked(event.health).agency.reference}").text
    )


def test_a_new_action_has_the_next_free_number_and_serves_what_it_follows_from(
    sign_in: SignIn, event: Event, at: Clock
) -> None:
    at(AFTER)
    follows = event.row.actions[1]
    typed = {
        "follows": str(follows.id), "wording": "Look at records again in spring", "success": "18 of 20 hold it",
        "group": str(follows.owner_group_id), "organisation": str(event.police.organisation_id),
        "due-day": "1", "due-month": "5", "due-year": "2025",
    }  # fmt: skip
    page = f"/improvement/assurance/{event.reference}/new-action"
    assert send(sign_in(event.officer), page, typed | {"due-year": "2024"}).status_code == 422
    assert send(sign_in(event.officer), page, typed).status_code == 303
    made = db.session.scalars(db.select(Action).where(Action.reference == "LDA-003")).one()
    assert (made.decided_on, made.owner_organisation_id) == (date(2024, 11, 6), event.police.organisation_id)
    assert [one.reference for one in made.recommendations] == ["R-1.1"]
    said = db.session.scalars(db.select(ActionStep).where(ActionStep.action_id == made.id)).one()
    assert said.what == "Decided at Assurance event on late recognition (AE-2024-1); it follows from LDA-002"
    assert checks.new_actions_follow() == []


def test_every_change_is_in_the_history_with_who_when_and_why(event: Event) -> None:
    write(event, event.police)
    judge(event, event.police)
    with writing():
        operations.change(
            event=event.row, draft=draft(place="Town Hall"), why="The room.", actor=event.officer, now=AFTER
        )
    said = [(one.by, one.what, one.why) for one in event.row.steps]
    assert [what for _, what, _ in said] == [
        "Made",
        "Put LDA-001 and LDA-002",
        "Community health is asked about LDA-001 and LDA-002",
        "Police is asked about LDA-001",
        "Invited 2 agencies: Community health and Police",
        "Police sent about LDA-001: evidence, version 1",
        "Police, LDA-001: judged “implemented”",
        "Changed: the place",
    ]
    assert said[-3:] == [
        ("Joe Bell, Police", "Police sent about LDA-001: evidence, version 1", ""),
        ("Siân Morgan", "Police, LDA-001: judged “implemented”", "Seen."),
        ("Siân Morgan", "Changed: the place", "The room."),
    ]
    assert len(event.letters("assurance-changed")) == 2
    with pytest.raises(RuleBroken, match="Say why it changes"):
        operations.change(event=event.row, draft=draft(place="Online"), why=" ", actor=event.officer, now=AFTER)


def test_calling_off_tells_who_was_invited_and_nothing_can_be_sent(event: Event) -> None:
    with writing():
        operations.call_off(event=event.row, why="The review is not published yet.", actor=event.officer, now=INVITED)
    assert len(event.letters("assurance-called-off")) == 2
    with pytest.raises(RuleBroken, match="was called off"):
        write(event, event.police)
    jobs.run_due(AFTER)
    assert event.letters("assurance-evidence-reminder") == []


def test_the_event_says_the_same_in_every_format(sign_in: SignIn, event: Event, at: Clock) -> None:
    write(event, event.police, now=AFTER)
    judge(event, event.police, found=Found.IMPACT_SHOWN)
    at(AFTER)
    reader = sign_in(person("Judith", "Hargreave", Role.SCRUTINEER))
    address = f"/improvement/assurance/{event.reference}"
    page = reader.get(address)
    assert "Impact shown" in page.text
    assert "Change this event" not in page.text
    flat = list(csv.reader(io.StringIO(reader.get(f"{address}.csv").data.decode("utf-8-sig"))))
    book = openpyxl.load_workbook(io.BytesIO(reader.get(f"{address}.xlsx").data))
    sheet = [["" if cell is None else cell for cell in row] for row in book["Actions and agencies"].values]
    paper = " ".join(
        " ".join(one.extract_text() for one in PdfReader(io.BytesIO(reader.get(f"{address}.pdf").data)).pages).split()
    )
    assert len(flat) == 4
    for row, cells in zip(flat[1:], sheet[1:], strict=False):
        assert [row[0], row[2], row[3], row[8]] == [cells[0], cells[2], cells[3], cells[8]]
        assert [row[5], row[6], row[11], row[12]] == [str(cells[n]) for n in (5, 6, 11, 12)]
    assert ["LDA-001", "Police", "Sent, late", "Impact shown"] in [[row[0], row[2], row[3], row[8]] for row in flat]
    for words in (
        "1 of 3 answers are in, one of them late",
        "1 of 2 agencies",
        "Sent, late",
        "Impact shown",
        "Page 1 of",
    ):
        assert words in paper
    assert {row[0]: row[1] for row in book["In short"].values}["Answers in"] == 1


def test_the_list_asks_the_database_as_often_for_many_events_as_for_one(
    sign_in: SignIn, event: Event, at: Clock, count_queries: list[str]
) -> None:
    client = sign_in(event.officer)
    client.get("/improvement/assurance")
    count_queries.clear()
    client.get("/improvement/assurance")
    one = len(count_queries)
    with writing():
        for _ in range(3):
            more = operations.make(draft=draft(), actor=None, now=MADE)
            operations.put_actions(event=more, actions=event.row.actions, actor=None, now=MADE)
            operations.ask(
                event=more, organisation=event.police.organisation, actions=more.actions, actor=None, now=MADE
            )
    count_queries.clear()
    client.get("/improvement/assurance")
    assert len(count_queries) == one


def test_what_is_asked_and_was_not_put_is_noticed(app: Flask, event: Event) -> None:
    assert checks.asked_of_what_was_put() == []
    row = event.row
    row.actions.clear()
    db.session.flush()
    assert len(checks.asked_of_what_was_put()) == 2
    assert db.session.scalars(db.select(InvitedAgency)).all()
