"""Packages that end without a word, and packages that never say anything: nobody stands at “Started” for ever."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.db import db
from lms.elearning import operations
from lms.elearning.models import Completion, Counts, Enrolment, Success
from lms.roles import Role
from tests.browsing import send, token
from tests.factories import NOW, person
from tests.lms.elearning.making import PAGE, hold, online, package
from tests.lms.elearning.test_officers import MP4, upload
from tests.lms.elearning.test_working_through import booked, opened, progress, say

SignIn = Callable[[Person], FlaskClient]
BUTTON = "I have gone through this part"


@pytest.fixture
def client(app: Flask, sign_in: SignIn) -> FlaskClient:
    return sign_in(person("Amina", "Yusuf"))


def stood(enrolment: Enrolment) -> tuple[Completion, Success]:
    kept = progress(enrolment)
    return kept.completion, kept.success


def declare(client: FlaskClient, enrolment: Enrolment, number: int = 1) -> int:
    """Press the button, wherever it may come from; the code of the answer."""
    at = f"/elearning/{enrolment.reference}/parts/{number}/declare"
    return client.post(at, data={"csrf_token": token(client.get("/account"))}).status_code


@pytest.mark.parametrize(
    ("version", "silent"),
    [("1.2", {"cmi.core.lesson_status": "not attempted"}), ("2004 3rd Edition", {"cmi.completion_status": "unknown"})],
)
def test_a_package_that_ends_and_reported_nothing_is_completed(
    client: FlaskClient, version: str, silent: dict[str, str]
) -> None:
    hold(online(), package(version))
    enrolment = booked(client)
    at = opened(client, enrolment)
    say(client, at, {"cmi": silent, "ended": False})
    assert enrolment.completed_at is None, "it has not ended yet"
    assert say(client, at, {"cmi": silent, "ended": True}).json == {"stands": "Completed", "done": True}
    assert stood(enrolment) == (Completion.COMPLETED, Success.UNKNOWN)
    assert progress(enrolment).score_raw is None
    assert enrolment.completed_at is not None


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("1.2", {"cmi.core.lesson_status": "incomplete"}),
        ("2004 3rd Edition", {"cmi.completion_status": "incomplete", "cmi.success_status": "unknown"}),
        ("1.2", {"cmi.core.lesson_status": "not attempted", "cmi.core.exit": "suspend"}),
        ("2004 3rd Edition", {"cmi.completion_status": "unknown", "cmi.exit": "suspend"}),
    ],
)
def test_a_package_that_says_it_is_incomplete_or_will_go_on_stays_so(
    client: FlaskClient, version: str, said: dict[str, str]
) -> None:
    hold(online(), package(version))
    enrolment = booked(client)
    say(client, opened(client, enrolment), {"cmi": said, "ended": True})
    assert progress(enrolment).completion is not Completion.COMPLETED
    assert enrolment.completed_at is None


@pytest.mark.parametrize(("counts", "done"), [(Counts.PASSED, False), (Counts.BOTH, False), (Counts.COMPLETED, True)])
def test_ending_without_a_word_is_never_a_pass(client: FlaskClient, counts: Counts, done: bool) -> None:
    of = online()
    hold(of, package("2004 3rd Edition"))
    operations.set_rules(course=of, counts=counts, share=90, by=person(), now=NOW)
    enrolment = booked(client)
    say(client, opened(client, enrolment), {"cmi": {}, "ended": True})
    assert (enrolment.completed_at is not None) is done


def test_whoever_went_through_a_part_that_says_nothing_says_so_themselves(client: FlaskClient, sign_in: SignIn) -> None:
    hold(online())
    enrolment = booked(client)
    page = f"/elearning/{enrolment.reference}"
    assert BUTTON not in client.get(page).text, "it was not opened yet"
    assert declare(client, enrolment) == 404
    opened(client, enrolment)
    assert BUTTON in client.get(page).text
    assert client.post(f"{page}/parts/1/declare").status_code == 400, "without the token of the visit"
    answer = send(client, page, f"{page}/parts/1/declare")
    assert (answer.status_code, answer.location) == (303, page)
    shown = client.get(page).text
    assert "Completed, as you said yourself" in shown
    assert BUTTON not in shown
    kept = progress(enrolment)
    assert (kept.completion, kept.success, kept.score_raw) == (Completion.COMPLETED, Success.UNKNOWN, None)
    assert kept.declared_at is not None
    assert enrolment.completed_at is not None
    noted = db.session.scalars(select(Activity).where(Activity.verb == "elearning:declared")).one()
    assert (noted.subject, noted.details) == ("ACN", {"part": 1})
    officer = sign_in(person("Siân", "Morgan", Role.LD_OFFICER))
    assert "(1 said so themselves)" in officer.get("/elearning?year=all").text


def test_a_course_that_asks_for_passed_is_not_completed_by_saying_so(client: FlaskClient) -> None:
    of = online()
    hold(of)
    operations.set_rules(course=of, counts=Counts.PASSED, share=90, by=person(), now=NOW)
    enrolment = booked(client)
    opened(client, enrolment)
    assert declare(client, enrolment) == 303
    assert progress(enrolment).declared_at is not None
    assert enrolment.completed_at is None


def test_it_is_not_offered_and_refused_where_the_package_speaks_with_anybody(
    client: FlaskClient, sign_in: SignIn
) -> None:
    hold(online())
    enrolment = booked(client)
    at = opened(client, enrolment)
    say(client, at, {"cmi": {"cmi.core.lesson_status": "incomplete"}})
    other = sign_in(person("Owen", "Pryce"))
    theirs = booked(other)
    opened(other, theirs)
    for who, their in ((client, enrolment), (other, theirs)):
        assert BUTTON not in who.get(f"/elearning/{their.reference}").text
        assert declare(who, their) == 422
        assert progress(their).declared_at is None
        assert their.completed_at is None


def test_an_officer_who_looked_at_it_settles_that_it_speaks(client: FlaskClient, sign_in: SignIn) -> None:
    content = hold(online())
    officer = sign_in(person("Siân", "Morgan", Role.LD_OFFICER))
    preview = f"/elearning/contents/{content.reference}/parts/1/preview"
    at = send(officer, "/courses/ACN/elearning/manage", preview).location
    say(officer, at, {})
    enrolment = booked(client)
    opened(client, enrolment)
    assert BUTTON in client.get(f"/elearning/{enrolment.reference}").text
    say(officer, at, {"cmi": {}})
    assert declare(client, enrolment) == 422


def test_what_the_package_says_takes_the_place_of_what_the_person_said(client: FlaskClient) -> None:
    hold(online())
    enrolment = booked(client)
    at = opened(client, enrolment)
    assert declare(client, enrolment) == 303
    say(client, at, {"cmi": {"cmi.core.lesson_status": "failed"}})
    assert (*stood(enrolment), progress(enrolment).declared_at) == (Completion.UNKNOWN, Success.FAILED, None)
    assert enrolment.completed_at is not None, "what was counted stays counted"


def test_nobody_says_it_for_somebody_else_or_of_another_kind_of_part(client: FlaskClient, sign_in: SignIn) -> None:
    hold(online())
    enrolment = booked(client)
    opened(client, enrolment)
    other = sign_in(person("Owen", "Pryce"))
    assert declare(other, enrolment) == 404
    assert declare(client, enrolment, 2) == 404
    assert progress(enrolment).declared_at is None
    online("CAP")
    officer = sign_in(person("Siân", "Morgan", Role.LD_OFFICER))
    upload(officer, "video", MP4, "a.mp4", code="CAP", title="A film", transcript="Somebody speaks.")
    film = booked(client, "CAP")
    opened(client, film)
    assert BUTTON not in client.get(f"/elearning/{film.reference}").text
    assert declare(client, film) == 422


def test_the_database_keeps_it_apart_from_success(client: FlaskClient) -> None:
    hold(online(), package(files={"index.html": PAGE}))
    enrolment = booked(client)
    opened(client, enrolment)
    assert declare(client, enrolment) == 303
    progress(enrolment).success = Success.PASSED
    with pytest.raises(IntegrityError, match="declared_is_completion_alone"):
        db.session.flush()
    db.session.rollback()
