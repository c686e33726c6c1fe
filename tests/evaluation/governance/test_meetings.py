"""A group plans, moves, cancels and holds its meetings, and writes down what it decided."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from evaluation.governance import checks, operations, queries
from evaluation.governance.models import Decision, DecisionAbout, GroupMeeting, MeetingPresence, MeetingState, Presence
from evaluation.governance.quoting import quotes_of
from lms.accounts.models import Person
from lms.db import db
from lms.errors import RuleBroken
from lms.letters.models import Letter
from lms.roles import Role
from tests.browsing import send
from tests.evaluation.governance.conftest import House, a_log, day, held
from tests.factories import NOW, person

SignIn = Callable[[Person], FlaskClient]
PLAN = "/improvement/groups/ld_strategic/meetings/new"


def letters(key: str) -> list[Letter]:
    return list(db.session.scalars(select(Letter).where(Letter.key == key).order_by(Letter.id)))


def typed(**more: str) -> dict[str, str]:
    return {"starts": "10am", "ends": "12pm", "place": "Town hall", "link": "", **day("on", date(2024, 11, 14))} | more


def test_a_planned_meeting_invites_its_members_moves_with_them_and_is_called_off(house: House, sign_in: SignIn) -> None:
    officer = sign_in(house.officer)
    for wrong, sentence in (
        ({"link": "http://meet.example"}, "Enter a whole address that begins with https://"),
        ({"ends": "9am"}, "The end must be after the start"),
        ({"reference": "a b"}, "Enter a reference of letters"),
    ):
        refused = send(officer, PLAN, **typed(**wrong))
        assert refused.status_code == 422
        assert sentence in refused.text
    made = send(officer, PLAN, **typed())
    assert made.location == "/improvement/meetings/LDS-2024-11"
    (invited,) = letters("meeting-invited")
    assert invited.person_id == house.member.id
    assert "METHOD:REQUEST" in invited.calendar
    assert "Thursday 14 November 2024, 10am to 12pm" in invited.body
    assert "SEQUENCE:0" in invited.calendar
    assert "meets on 14 November 2024" in sign_in(house.member).get("/learning").text

    move = f"{made.location}/move"
    assert send(officer, move, **typed(), why="").location == made.location
    assert letters("meeting-moved") == [], "nothing was different"
    send(officer, move, **typed(starts="2pm", ends="4pm"), why="The room is taken.")
    (moved,) = letters("meeting-moved")
    assert "SEQUENCE:1" in moved.calendar
    assert "The room is taken." in moved.body
    assert "It was to be on Thursday 14 November 2024, 10am to 12pm." in moved.body

    send(officer, f"{made.location}/cancel", why="Too few can come.")
    (gone,) = letters("meeting-cancelled")
    assert "METHOD:CANCEL" in gone.calendar
    assert "SEQUENCE:2" in gone.calendar
    assert "Too few can come." in gone.body
    page = officer.get(made.location).text
    assert "Cancelled" in page
    assert "Siân Morgan" in page
    again = send(officer, f"{made.location}/cancel", why="Again.")
    assert again.status_code == 422
    assert "This meeting is cancelled" in again.text


def test_from_held_to_minutes_agreed_with_who_was_there(house: House, sign_in: SignIn) -> None:
    meeting = held(house)
    db.session.commit()
    officer, url = sign_in(house.officer), f"/improvement/meetings/{meeting.reference}"
    early = send(officer, f"{url}/minutes", minutes="M-12")
    assert early.status_code == 422
    assert "Say first that the meeting was held" in early.text
    both = send(officer, f"{url}/held", present=[house.member.id], apologies=[house.member.id])
    assert both.status_code == 422
    assert "is ticked twice" in both.text
    assert send(officer, f"{url}/held", present=[house.member.id]).status_code == 303
    assert send(officer, f"{url}/minutes", minutes="https://minutes.example/12").status_code == 303
    page = sign_in(house.member).get(url).text
    for words in ("Minutes agreed", "Amina Yusuf", "1 present, 0 sent apologies", "https://minutes.example/12"):
        assert words in page
    assert checks.members_were_present() == []
    db.session.add(MeetingPresence(meeting_id=meeting.id, person_id=house.officer.id, presence=Presence.PRESENT))
    db.session.flush()
    assert len(checks.members_were_present()) == 1


def test_the_agenda_points_at_what_there_is(house: House, sign_in: SignIn) -> None:
    a_log(house)
    held(house, "LDS-2024-11", date(2024, 11, 14))
    db.session.commit()
    officer, url = sign_in(house.officer), "/improvement/meetings/LDS-2024-11/agenda"
    wrong = send(officer, url, title="Something", about="LDA-99")
    assert wrong.status_code == 422
    assert "There is no recommendation, action, proposal or priority LDA-99" in wrong.text
    assert "Something" in wrong.text
    assert send(officer, url, title="The guide", about="lda-1").status_code == 303
    assert send(officer, url, title="Who pays").status_code == 303
    second = db.session.scalars(select(GroupMeeting)).one().agenda[1]
    send(officer, url, to=f"{url}/{second.id}/up")
    page = sign_in(house.member).get("/improvement/meetings/LDS-2024-11").text
    assert page.index("Who pays") < page.index("The guide")
    assert "LDA-1 Make a guide." in page
    assert 'href="/improvement/MAA-1.2' not in page, "somebody who may not open it gets no link"


def decided(house: House, meeting: GroupMeeting, reference: str = "LDS-2024-03.1", **more: object) -> Decision:
    values: dict[str, object] = {
        "wording": "Accepted.", "decided_on": date(2024, 3, 14), "about": ["MAA-1.1"], "carried_out_by": "Team",
        "until": None, "replaces": None, "actor": house.officer, "now": NOW,
    }  # fmt: skip
    return operations.decide(meeting=meeting, reference=reference, **(values | more))  # type: ignore[arg-type]


def test_a_decision_is_corrected_by_another_and_shows_all_that_quotes_it(house: House, sign_in: SignIn) -> None:
    a_log(house)
    held(house)
    db.session.commit()
    officer, new = sign_in(house.officer), "/improvement/meetings/LDS-2024-03/decisions/new"
    assert 'value="LDS-2024-03.1"' in officer.get(new).text, "the next minute reference is proposed"
    fields = {"wording": "Ask at every visit from May.", "about": "MAA-1.1, LDA-1", "carried_out_by": "Health Trust",
              "replaces": "", **day("decided_on", date(2024, 3, 14))}  # fmt: skip
    assert send(officer, new, reference="LDS-2024-03.1", **fields).status_code == 303
    for wrong, sentence in (
        ({"reference": "lds-2024-03.1"}, "is there already"),
        ({"about": "X-1"}, "There is no recommendation, action, proposal or priority X-1"),
        (day("decided_on", date(2024, 3, 1)), "The meeting was on 14 March 2024"),
        (day("until", date(2024, 1, 1)), "must not be before it was decided"),
        ({"wording": "NHS number 943 476 5919 was mentioned"}, "This may point to somebody"),
    ):
        refused = send(officer, new, **{"reference": "LDS-2024-03.2", **fields, **wrong})
        assert refused.status_code == 422
        assert sentence in refused.text
    page = officer.get("/improvement/decisions/LDS-2024-03.1").text
    assert "Recommendation MAA-1.1 (Ask at every visit): stepped across, by Audit group" in page
    assert send(officer, new, reference="LDS-2024-03.2", **(fields | {"replaces": "LDS-2024-03.1"})).status_code == 303
    page = officer.get("/improvement/decisions/LDS-2024-03.1").text
    assert "This decision no longer stands" in page
    assert "Ask at every visit from May." in page
    first = db.session.scalars(select(Decision).where(Decision.reference == "LDS-2024-03.1")).one()
    with pytest.raises(RuleBroken, match=r"was replaced by LDS-2024-03\.2 already"):
        decided(house, first.meeting, "LDS-2024-03.3", replaces=first)
    assert checks.decisions_lead_somewhere() == []


def test_a_decision_about_nothing_there_is_is_a_problem(house: House) -> None:
    a_log(house)
    decision = decided(house, held(house))
    db.session.add(DecisionAbout(decision_id=decision.id, reference="GONE-1"))
    db.session.flush()
    assert checks.decisions_lead_somewhere() == ["decision LDS-2024-03.1 is about GONE-1, which is not there"]
    assert [one.words.split(":")[0] for one in quotes_of("LDS-2024-03.1")] == [
        "Recommendation MAA-1.1 (Ask at every visit)"
    ]


def test_a_minute_is_a_link_only_where_a_decision_has_it_and_the_reader_may_open_it(
    house: House, sign_in: SignIn
) -> None:
    a_log(house)
    decided(house, held(house))
    app = sign_in(house.officer).application

    def written(who: Person, minute: str) -> str:
        with app.test_request_context():
            from flask_login import login_user

            login_user(who)
            return str(app.jinja_env.globals["minute_link"](minute))  # type: ignore[operator]

    reader = person("Priya", "Nair", Role.LD_GROUP)
    assert 'href="/improvement/decisions/LDS-2024-03.1"' in written(reader, " lds-2024-03.1 ")
    assert written(reader, "LDS <9>") == "LDS &lt;9&gt;"
    assert written(person("Omar", "Khan"), "LDS-2024-03.1") == "LDS-2024-03.1"


def test_somebody_who_joins_is_invited_to_what_is_planned_once(house: House) -> None:
    held(house, "LDS-2024-11", date(2024, 11, 14))
    joins = person("Priya", "Nair")
    operations.add_member(group=house.strategic, person=joins, part="", since=NOW.date(), actor=house.officer, now=NOW)
    assert [one.person_id for one in letters("meeting-invited")] == [house.member.id, joins.id]
    assert queries.meetings_to_come(house.strategic, NOW)[0].state is MeetingState.PLANNED
