"""An officer makes a survey of no course, looks at whom it asks, undoes or ends it, and reads what people said."""

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from evaluation.occasions.models import Occasion, OccasionKind
from evaluation.occasions.rules import Choices
from evaluation.recommendations.models import Recommendation, RecommendationState, Source, SourceKind
from evaluation.surveys import tokens
from evaluation.surveys.models import RoundStage
from lms.accounts.models import Person, PersonRole
from lms.attendance.models import AttendanceMark, Mark
from lms.bookings.models import Booking, BookingStatus
from lms.bulletin.models import Subscriber
from lms.catalogue.models import CourseSession, GroupKind, SessionGroup
from lms.db import db, writing
from lms.organisations.models import PartnershipGroup
from lms.resources.models import Resource
from lms.roles import Role
from tests.evaluation.occasions.conftest import CLOSES, MADE, OPENS, Survey, made
from tests.evaluation.surveys.conftest import send, sign_in

DAY = timedelta(days=1)
EVENING = OPENS + timedelta(hours=11)
Clock = Callable[[datetime], None]
Officer = Callable[..., Person]
NEW = "/surveys/occasions/new/practice_review"


@pytest.fixture
def recommendation(people: list[int]) -> int:
    """One recommendation of a review."""
    with writing():
        group = PartnershipGroup(key="csprg", name="Practice review group", short_name="CSPRG", purpose="")
        source = Source(
            reference="CSPR-7", kind=SourceKind.PRACTICE_REVIEW, title="A review", dated=MADE.date(), learning="Ask."
        )
        found = Recommendation(
            reference="REC-7", source=source, headline="Who is at home", wording="Ask.", owner_group=group,
            state=RecommendationState.ACCEPTED,
        )  # fmt: skip
        db.session.add(found)
        db.session.flush()
        return found.id


def typed(**more: Any) -> dict[str, Any]:
    return {
        "title": "Did the review change anything?",
        "reference": "PRI-2024-1",
        "about": "to ask who is at home",
        "sectors": ["sector-0", "sector-1", "sector-2"],
        "opens-day": "7", "opens-month": "10", "opens-year": "2024",
        "closes-day": "4", "closes-month": "11", "closes-year": "2024",
    } | more  # fmt: skip


def test_from_making_to_the_letter_to_an_answer_by_its_link_to_what_people_said(
    client: FlaskClient, people: list[int], recommendation: int, officer: Officer, at: Clock
) -> None:
    at(MADE)
    sign_in(client, officer())
    made_page = send(client, NEW, typed(recommendation=str(recommendation)))
    assert made_page.location == "/surveys/occasions/PRI-2024-1"
    page = client.get(made_page.location).text
    assert "<strong>14 people</strong> would be asked" in page
    assert "A review asked for a change: to ask who is at home (CSPR-7)" in page
    assert "CSPR-7 led to this change: to ask who is at home. Has it reached you?" in page
    assert "Opens 7 October 2024" in client.get("/surveys").text

    survey = Survey("PRI-2024-1", people)
    survey.until(OPENS)
    at(EVENING)
    reader = client.application.test_client()
    link = survey.link(0)
    assert "Did the review change anything?" in reader.get(link).text
    questions = reader.get(f"{link}?page=1").text
    assert "CSPR-7 led to this change: to ask who is at home." in questions
    send(reader, f"{link}?page=1", {"pri_reach": "2", "pri_changed": "2"})
    send(reader, f"{link}?page=2", {"pri_system": "3"})
    send(reader, f"{link}?page=3", {})
    sent = send(reader, f"{link}?page=check", {})
    assert sent.status_code == 303
    assert "Thank you" in reader.get(sent.location).text
    for number in range(1, 12):
        survey.answer(number, EVENING, pri_reach="2" if number < 6 else "3", pri_changed="1", pri_system="3")
    page = client.get("/surveys/occasions/PRI-2024-1").text
    assert "12 of 14 (86%)" in page
    assert "Answers can be read once it has closed" in page
    assert client.get("/surveys/occasions/PRI-2024-1.csv").status_code == 404

    survey.until(CLOSES)
    at(CLOSES + DAY)
    page = client.get("/surveys/occasions/PRI-2024-1").text
    assert "6 of 12 (50%)" in page
    assert "12 of 14 (86%)" in client.get("/surveys").text


def test_what_is_small_is_hidden_in_every_format(
    client: FlaskClient, survey: Survey, officer: Officer, at: Clock
) -> None:
    survey.until(OPENS)
    for number in range(14):
        survey.answer(number, EVENING, pri_reach="3" if number < 11 else "0", pri_system="2")
    survey.until(CLOSES)
    at(CLOSES + DAY)
    sign_in(client, officer())
    rows = list(csv.DictReader(io.StringIO(client.get("/surveys/occasions/PRI-2024-1.csv").text.lstrip("\ufeff"))))
    reach = {row["Answer"]: row["People"] for row in rows if "Has it reached you" in row["Question"]}
    # Three said no: their number is hidden, and so is the one that would give it away.
    assert reach["I had not heard of it before this survey"] == ""
    assert reach["I know what it asks of me, and have done it"] == ""
    document = client.get("/surveys/occasions/PRI-2024-1.json").get_json()
    assert (document["asked"], document["answered"]) == (14, 14)
    told = {line["answer"]: line["people"] for line in document["questions"][0]["answers"]}
    assert {answer for answer, people in told.items() if people is None} == set(told)
    page = client.get("/surveys/occasions/PRI-2024-1").text
    assert "11 of 14" not in page
    assert "3 of 14" not in page


def test_under_five_answers_nothing_is_shown(client: FlaskClient, survey: Survey, officer: Officer, at: Clock) -> None:
    survey.until(OPENS)
    for number in range(4):
        survey.answer(number, EVENING)
    survey.until(CLOSES)
    at(CLOSES + DAY)
    sign_in(client, officer())
    page = client.get("/surveys/occasions/PRI-2024-1").text
    assert "Fewer than 5 people answered, so nothing is shown" in page
    assert client.get("/surveys/occasions/PRI-2024-1.json").get_json()["questions"] == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"opens-day": "30", "opens-month": "9"}, "Choose an opening that lies ahead, so that it can still be undone."),
        ({"closes-day": "7", "closes-month": "10"}, "Let the questions stay open for at least two days."),
        ({"closes-year": "2025"}, "Let the questions close within three months of opening."),
        ({"closes-day": "31"}, "Enter a day that exists for the last day"),
        ({"reference": "our survey"}, "Enter a reference of capital letters, figures and hyphens, like PRI-2024-1"),
        ({"sectors": []}, "Choose at least one line of people to ask."),
        ({"sessions": "NEG-2024-11\nNO-SUCH"}, "There is no session NO-SUCH"),
        ({"about": ""}, "Enter what was to change"),
        ({"recommendation": ""}, "Select a recommendation"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field_and_nothing_typed_is_lost(
    client: FlaskClient, recommendation: int, officer: Officer, at: Clock, wrong: dict[str, Any], sentence: str
) -> None:
    at(MADE)
    sign_in(client, officer())
    page = send(client, NEW, typed(recommendation=str(recommendation), title="Kept as typed") | wrong)
    assert page.status_code == 422
    assert sentence in page.text
    assert "Kept as typed" in page.text
    assert db.session.scalars(select(Occasion)).all() == []


def test_two_officers_make_a_survey_of_the_same_name(
    client: FlaskClient, survey: Survey, recommendation: int, officer: Officer, at: Clock
) -> None:
    at(MADE)
    sign_in(client, officer(1))
    assert 'value="PRI-2024-2"' in client.get(NEW).text
    page = send(client, NEW, typed(recommendation=str(recommendation)))
    assert "There is a survey called PRI-2024-1 already. Choose another reference" in page.text


def test_two_officers_change_it_and_the_second_sees_that_the_first_has(
    client: FlaskClient, survey: Survey, recommendation: int, officer: Officer, at: Clock
) -> None:
    at(MADE)
    url = "/surveys/occasions/PRI-2024-1/change"
    sign_in(client, officer(0))
    other = client.application.test_client()
    sign_in(other, officer(1))
    given = typed(recommendation=str(recommendation))
    opened = client.get(url).text
    seen = opened.split('name="seen" type="hidden" value="')[1].split('"')[0]
    assert send(other, url, given | {"title": "Hers", "seen": seen}).status_code == 303
    late = send(client, url, given | {"title": "His", "seen": seen})
    assert late.status_code == 422
    assert "Somebody else has changed this survey since you opened this page" in late.text
    assert survey.occasion.title == "Hers"


def test_it_is_undone_before_it_opens(client: FlaskClient, survey: Survey, officer: Officer, at: Clock) -> None:
    at(MADE)
    sign_in(client, officer())
    done = _press(client, "/surveys/occasions/PRI-2024-1", "cancel")
    assert "It was undone on 30 September 2024, before it opened. Nobody was asked." in client.get(done.location).text
    assert "Undone" in client.get("/surveys").text
    survey.until(CLOSES)
    assert survey.letters("survey-practice_review-invitation") == []


def test_it_is_closed_early_by_one_officer_while_another_still_wants_to_undo_it(
    client: FlaskClient, survey: Survey, officer: Officer, at: Clock
) -> None:
    survey.until(OPENS)
    at(EVENING)
    sign_in(client, officer(0))
    late = _press(client, "/surveys/occasions/PRI-2024-1", "cancel")
    assert late.status_code == 422
    assert "People have been asked already. You can close the questions early instead." in late.text
    assert _press(client, "/surveys/occasions/PRI-2024-1", "close").status_code == 303
    assert survey.round.stage is RoundStage.CLOSED


def _press(client: FlaskClient, page: str, button: str) -> TestResponse:
    """Press a button that stands on a page."""
    token = client.get(page).text.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    return client.post(f"{page}/{button}", data={"csrf_token": token})


def test_an_audience_of_nobody_or_too_few_is_said_before_it_goes_out(
    client: FlaskClient, people: list[int], officer: Officer, at: Clock
) -> None:
    at(MADE)
    made(choices=Choices(roles=(Role.GOVERNOR.value,)))
    sign_in(client, officer())
    page = client.get("/surveys/occasions/PRI-2024-1").text
    assert "<strong>Nobody</strong> would be asked if it opened today. Change whom it asks, or nobody will be." in page
    made("PRI-2024-2", choices=Choices(sectors=("sector-2",)))
    page = client.get("/surveys/occasions/PRI-2024-2").text
    assert "<strong>3 people</strong> would be asked if it opened today. Under 5 answers nothing is shown" in page


def test_whoever_may_see_surveys_and_not_make_them_is_offered_nothing_to_change(
    client: FlaskClient, survey: Survey, at: Clock
) -> None:
    at(MADE)
    with writing():
        person = db.session.get_one(Person, survey.people[0])
        person.held = [PersonRole(role=Role.SCRUTINEER)]
    sign_in(client, db.session.get_one(Person, survey.people[0]))
    page = client.get("/surveys/occasions/PRI-2024-1").text
    assert "Undo it" not in page
    assert client.get("/surveys/occasions/new").status_code == 403


def test_one_form_for_a_whole_week_to_each_who_came_to_any_of_it(
    client: FlaskClient, people: list[int], officer: Officer, at: Clock
) -> None:
    with writing():
        session = db.session.scalars(select(CourseSession)).one()
        session.group = SessionGroup(key="week", title="Safeguarding Week 2024", kind=GroupKind.BUNDLE)
        for number in range(3):
            booking = Booking(
                session=session, person=db.session.get_one(Person, people[number]), status=BookingStatus.BOOKED,
                asked_at=MADE, held_at=MADE, booked_at=MADE,
            )  # fmt: skip
            db.session.add(booking)
            db.session.flush()
            if number < 2:
                db.session.add(AttendanceMark(booking_id=booking.id, mark=Mark.ATTENDED, marked_at=MADE))
    at(MADE)
    sign_in(client, officer())
    week = typed(reference="SGW-2024", series=["week"]) | {"sectors": []}
    page = client.get(send(client, "/surveys/occasions/new/week", week).location).text
    assert "<strong>2 people</strong> would be asked" in page
    # Which workshops somebody came to is in the registers, so that a list of them would be a name.
    assert "Which workshops did you come to?" not in page


def test_the_bulletin_asks_its_readers_and_a_guide_names_itself(
    client: FlaskClient, people: list[int], officer: Officer, at: Clock
) -> None:
    sector = db.session.get_one(Person, people[0]).organisation.sector_id
    with writing():
        db.session.add(Subscriber(email="reader@example.org.uk", sector_id=sector, subscribed_on=MADE.date()))
        db.session.add(Resource(code="RES-LEV", title="One minute guide", kind="guide", tags=[]))
    at(MADE)
    sign_in(client, officer())
    page = client.get(send(client, "/surveys/occasions/new/bulletin", typed(reference="BUL-2024")).location).text
    assert "<strong>1 person</strong> would be asked" in page
    guide = str(db.session.scalars(select(Resource.id)).one())
    page = client.get(
        send(client, "/surveys/occasions/new/resource", typed(reference="RES-2024-1", resource=guide)).location
    ).text
    assert "You may have used One minute guide. Is it worth keeping?" in page
    assert "How far have you got with this guide or template: One minute guide?" in page
    at(OPENS)
    Survey("BUL-2024", people).until(OPENS)
    (letter,) = Survey("BUL-2024", people).letters("survey-bulletin-invitation")
    assert (letter.to_email, letter.body.splitlines()[0]) == ("reader@example.org.uk", "Hello colleague,")
    link = urlsplit(tokens.link_to(letter.link_to)).path
    reader = client.application.test_client()
    send(reader, f"{link}?page=1", {"bul_read": "2"})
    send(reader, f"{link}?page=2", {})
    assert "Thank you" in reader.get(send(reader, f"{link}?page=check", {}).location).text


@pytest.mark.parametrize("kind", list(OccasionKind))
def test_every_kind_has_a_page_of_its_own_to_make_it(
    client: FlaskClient, people: list[int], officer: Officer, at: Clock, kind: OccasionKind
) -> None:
    at(MADE)
    sign_in(client, officer())
    assert f"/surveys/occasions/new/{kind.value}" in client.get("/surveys/occasions/new").text
    assert client.get(f"/surveys/occasions/new/{kind.value}").status_code == 200
    assert client.get("/surveys/occasions/new/cake").status_code == 404
