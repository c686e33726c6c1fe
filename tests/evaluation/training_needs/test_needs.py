"""What people need to learn stands on one page; from a line a proposal is made, decided under a minute, and put in the log."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from evaluation.recommendations.models import Recommendation, RecommendationState, SourceKind
from evaluation.training_needs import analysis as needs
from evaluation.training_needs import checks, operations, queries
from evaluation.training_needs.analysis import Analysis, Line
from evaluation.training_needs.models import Proposal, ProposalKind, ProposalState
from evaluation.training_needs.operations import Draft
from lms.accounts.models import Person
from lms.bookings.models import BookingStatus
from lms.db import db
from lms.demand.models import DeliveryKind, DeliveryRequest, DeliveryState, Interest
from lms.elearning.models import Enrolment
from lms.errors import RuleBroken
from lms.roles import Role
from tests.browsing import send
from tests.evaluation.governance.conftest import House, a_log, day
from tests.factories import NOW, booking, course, course_session, person

SignIn = Callable[[Person], FlaskClient]


def wanted(house: House) -> None:
    """One need of most kinds: interest, a waiting list, a request, and e-learning of which one of two is finished."""
    neglect = course("NEG")
    session = course_session(neglect)
    booking(session, house.member, BookingStatus.WAITING)
    db.session.add(Interest(course=neglect, person=house.officer, asked_at=NOW))
    db.session.add(
        DeliveryRequest(
            course=neglect, kind=DeliveryKind.WHOLE_SCHOOL, organisation=house.member.organisation, people=40,
            asked_by_id=house.member.id, asked_at=NOW, state=DeliveryState.ASKED, answer="", wish="", outside_name="",
        )
    )  # fmt: skip
    online = course("NTK", title="Neglect toolkit")
    for who, done in ((house.member, None), (house.officer, NOW)):
        booked = NOW - timedelta(days=30)
        db.session.add(Enrolment(course=online, person=who, booked_at=booked, started_at=booked, completed_at=done))
    db.session.commit()


def test_each_line_has_its_base_and_its_source_and_nothing_is_added_up(
    house: House, sign_in: SignIn, count_queries: list[str]
) -> None:
    empty = sign_in(house.officer).get("/improvement/needs").text
    assert "Nobody waits for new dates." in empty
    assert "No organisation has sent a yearly return yet." in empty
    a_log(house)
    wanted(house)
    officer = sign_in(house.officer)
    page = officer.get("/improvement/needs").text
    for words in (
        "MAA-1.2 Write it down",
        "1 of 1 accepted recommendation has nothing offered.",
        "MAA-1 An audit",
        "Multi-agency neglect (NEG)",
        "For about 40 people in all",
        "1 of 2 bookings",
        'href="/improvement/MAA-1.2"',
        'href="/demand/NEG"',
        "/improvement/needs/propose?line=interest:NEG",
    ):
        assert words in page, words
    reader = sign_in(person("Judith", "H", Role.SCRUTINEER)).get("/improvement/needs").text
    assert 'href="/demand/NEG"' not in reader
    assert "/improvement/needs/propose" not in reader
    rows = list(csv.DictReader(io.StringIO(officer.get("/improvement/needs/analysis.csv").text.lstrip("\ufeff"))))
    assert {row["Count"] for row in rows if row["Part"] == "E-learning not finished"} == {"1"}
    assert officer.get("/improvement/needs/analysis.xlsx").data[:2] == b"PK"

    db.session.expire_all()
    count_queries.clear()
    queries.analysis(NOW)
    before = len(count_queries)
    for number in range(5):
        db.session.add(Interest(course=course(f"X{number}"), person=house.officer, asked_at=NOW))
    db.session.commit()
    db.session.expire_all()
    count_queries.clear()
    queries.analysis(NOW)
    assert len(count_queries) == before


@pytest.mark.parametrize(("months", "shown"), [(23, True), (25, False)])
def test_themes_are_those_of_24_months(house: House, months: int, shown: bool) -> None:
    a_log(house)
    source = db.session.scalars(select(Recommendation)).first()
    assert source is not None
    source.source.dated = date(2024, 10, 8) - timedelta(days=round(months * 30.4))
    db.session.commit()
    assert bool(queries.analysis(NOW).of("themes")) is shown


def proposed(house: House, **more: object) -> Proposal:
    draft = Draft(kind=ProposalKind.SESSIONS, title="Two more sessions", reason="Nine people wait.", expected=30)
    return operations.propose(
        draft=replace(draft, **more), line=None, group=house.strategic, actor=house.officer, now=NOW
    )  # type: ignore[arg-type]


def test_from_a_line_to_a_proposal_to_a_decision_to_the_log(house: House, sign_in: SignIn) -> None:
    a_log(house)
    wanted(house)
    officer, url = sign_in(house.officer), "/improvement/needs/propose?line=interest:NEG"
    fields = {"kind": "sessions", "title": "Two more sessions", "reason": "People wait.", "group": "ld_strategic"}
    for wrong, sentence in (
        ({"cost": "a lot"}, "Enter a sum in pounds, like 50 or 35.50"),
        (day("needed_by", date(2024, 1, 1)), "Enter a day by which it is needed that is to come"),
        ({"reason": "Born 03/04/2015, lives at home"}, "This may point to somebody"),
    ):
        refused = send(officer, url, **{**fields, "title": "Kept as typed", **wrong})
        assert refused.status_code == 422
        assert sentence in refused.text
        assert "Kept as typed" in refused.text
    made = send(officer, url, **fields, cost="1,200.50", expected="30", **day("needed_by", date(2025, 3, 31)))
    assert made.location == "/improvement/needs/proposals/TNA-2024-1"
    page = officer.get(made.location).text
    for words in ("To be decided", "£1,200.50", "30 people", "Multi-agency neglect (NEG): 1 person", "31 March 2025"):
        assert words in page, words
    assert "TNA-2024-1 Two more sessions" in officer.get("/improvement/groups/ld_strategic").text

    decide = f"{made.location}/decide"
    said = {"outcome": "put_off", "by": "L&D Strategic Group", "minute": "LDS-2024-10.2", "why": "The budget first."}
    today = day("decided_on", NOW.date())
    assert "Enter the day on which it comes back" in send(officer, decide, **said, **today).text
    assert send(officer, decide, **said, **today, **day("again_on", date(2024, 11, 14))).status_code == 303
    assert "TNA-2024-1 Two more sessions" not in officer.get("/improvement/groups/ld_strategic").text
    said |= {"outcome": "accepted", "why": "There is money now."}
    assert send(officer, decide, **said, **today).status_code == 303
    assert "This proposal is accepted already" in send(officer, decide, **said, **today).text

    assert "This proposal is accepted" in send(officer, f"{made.location}/withdraw", why="No.").text
    source = f"{made.location}/source"
    assert send(officer, source, headline="More sessions", wording="Offer two more sessions.").status_code == 303
    taken = db.session.scalars(select(Recommendation).where(Recommendation.reference == "TNA-2024-1.1")).one()
    assert taken.state is RecommendationState.ACCEPTED
    assert taken.source.kind is SourceKind.TRAINING_NEEDS_ANALYSIS
    assert [step.minute for step in taken.history] == ["LDS-2024-10.2", "LDS-2024-10.2"]
    assert "This proposal is a source already" in send(officer, source, headline="x", wording="y").text
    page = officer.get(made.location).text
    for words in (
        "Proposed to L&amp;D Strategic Group",
        "Put off on 8 October 2024",
        "The budget first.",
        "Became source",
    ):
        assert words in page, words
    assert checks.proposals_have_their_minutes() == []


def test_a_withdrawn_proposal_stays_and_a_minute_is_never_missing(house: House, sign_in: SignIn) -> None:
    made = proposed(house)
    operations.withdraw(made=made, why="Not needed.", actor=house.officer, now=NOW)
    assert made.state is ProposalState.WITHDRAWN
    with pytest.raises(RuleBroken, match="Only an accepted proposal"):
        operations.make_source(made=made, headline="x", wording="y", due=None, actor=house.officer, now=NOW)
    made.state = ProposalState.DECLINED
    db.session.flush()
    assert len(checks.proposals_have_their_minutes()) == 2


def test_a_kept_analysis_is_compared_with_today(house: House, sign_in: SignIn) -> None:
    wanted(house)
    officer = sign_in(house.officer)
    kept = send(officer, "/improvement/needs/keep", note="Before the meeting")
    db.session.add(Interest(course=course("PRE", title="Prevent"), person=house.member, asked_at=NOW))
    db.session.add(
        Interest(course=db.session.scalars(select(Interest)).first().course, person=house.member, asked_at=NOW)  # type: ignore[union-attr]
    )
    db.session.commit()
    page = " ".join(officer.get(kept.location).text.split())
    assert "Before the meeting" in page
    assert "Prevent (PRE)" in page
    assert ">New<" in page
    assert "As before" in page


def test_two_days_side_by_side() -> None:
    one = Line("interest", "interest:NEG", "Neglect", 4, None, "person", "people")
    then = Analysis(date(2024, 1, 8), (one, replace(one, key="interest:OLD", title="Old")))
    now = Analysis(date(2024, 10, 8), (replace(one, count=9), replace(one, key="interest:NEW", title="New course")))
    assert [(each.title, each.words) for each in needs.compared(then, now)] == [
        ("Neglect", "5 more"),
        ("New course", "New"),
        ("Old", "No longer there"),
    ]
    assert needs.read(needs.document(now)).lines == now.lines
