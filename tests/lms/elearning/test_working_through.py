"""Booking, starting, going on and completing, as people do it on pages."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.db import db
from lms.elearning import operations, queries, runtime
from lms.elearning.models import Completion, Content, Counts, Enrolment, Launch, Progress, Success
from lms.elearning.rules import read_questions
from tests.browsing import send, token
from tests.factories import NOW, person
from tests.lms.elearning.making import ITEM, PAGE, hold, online, package

SignIn = Callable[[Person], FlaskClient]
TWO_ITEMS = ITEM + '<item identifier="two" identifierref="r2"><title>The other part</title></item>'
TWO = {
    "items": TWO_ITEMS,
    "resources": '<resource identifier="r1" adlcp:scormtype="sco" href="index.html"/>'
    '<resource identifier="r2" adlcp:scormtype="asset" href="more.html"/>',
    "files": {"index.html": PAGE, "more.html": PAGE},
}


def booked(client: FlaskClient, code: str = "ACN") -> Enrolment:
    """Book a course on its page."""
    answer = send(client, f"/courses/{code}", f"/courses/{code}/elearning")
    assert answer.status_code == 303, answer.text
    return db.session.scalars(select(Enrolment).where(Enrolment.reference == answer.location.rpartition("/")[2])).one()


def opened(client: FlaskClient, enrolment: Enrolment, number: int = 1) -> str:
    """Start a part; the address of its page."""
    answer = send(client, f"/elearning/{enrolment.reference}", f"/elearning/{enrolment.reference}/parts/{number}")
    assert answer.status_code == 303
    return str(answer.location)


def say(client: FlaskClient, at: str, body: Any) -> TestResponse:
    """What the script of an open part sends."""
    page = client.get("/account")
    return client.post(f"{at}/save", json=body, headers={"X-CSRFToken": token(page)})


def progress(enrolment: Enrolment, number: int = 1) -> Progress:
    return db.session.scalars(
        select(Progress).where(Progress.enrolment_id == enrolment.id, Progress.position == number)
    ).one()


@pytest.fixture
def learner(app: Flask) -> Person:
    return person("Amina", "Yusuf")


@pytest.fixture
def client(learner: Person, sign_in: SignIn) -> FlaskClient:
    return sign_in(learner)


def test_a_booking_is_not_a_start_and_a_start_is_not_a_completion(client: FlaskClient) -> None:
    hold(online())
    enrolment = booked(client)
    assert (enrolment.booked_at is not None, enrolment.started_at, enrolment.completed_at) == (True, None, None)
    at = opened(client, enrolment)
    assert enrolment.started_at is not None
    assert enrolment.completed_at is None
    assert say(client, at, {"cmi": {"cmi.core.lesson_status": "incomplete"}}).json == {
        "stands": "Started, not completed",
        "done": False,
    }
    assert enrolment.completed_at is None
    assert say(client, at, {"cmi": {"cmi.core.lesson_status": "completed"}}).json == {
        "stands": "Completed",
        "done": True,
    }
    assert enrolment.completed_at is not None
    verbs = db.session.scalars(select(Activity.verb).where(Activity.subject == "ACN").order_by(Activity.id)).all()
    assert verbs == ["elearning:content_added", "elearning:booked", "elearning:started", "elearning:completed"]


def test_what_a_package_says_is_kept_apart_and_told_again_on_another_device(
    client: FlaskClient, learner: Person, sign_in: SignIn
) -> None:
    hold(online(), package("2004 3rd Edition"))
    enrolment = booked(client)
    at = opened(client, enrolment)
    said = {
        "cmi.completion_status": "incomplete",
        "cmi.success_status": "failed",
        "cmi.score.raw": "40",
        "cmi.score.max": "100",
        "cmi.score.scaled": "0.4",
        "cmi.location": "page-7",
        "cmi.suspend_data": "everything so far",
        "cmi.session_time": "PT2M5S",
        "cmi.exit": "suspend",
    }
    assert say(client, at, {"cmi": said}).json == {
        "stands": "Not passed, score 40 of 100, 2 minutes",
        "done": False,
    }
    kept = progress(enrolment)
    assert (kept.completion, kept.success) == (Completion.INCOMPLETE, Success.FAILED)
    assert (kept.score_raw, kept.score_max, kept.score_scaled, kept.seconds) == (40.0, 100.0, 0.4, 125)

    other = sign_in(learner)
    page = other.get(opened(other, enrolment)).text
    assert "page-7" in page
    assert "everything so far" in page
    assert "&#34;entry&#34;: &#34;resume&#34;" in page or "&quot;entry&quot;: &quot;resume&quot;" in page
    assert "Amina" not in page.split("data-opening")[1].split(">")[0]


def test_opening_it_elsewhere_ends_it_here_and_nothing_of_it_is_kept_any_more(
    client: FlaskClient, learner: Person, sign_in: SignIn
) -> None:
    hold(online())
    enrolment = booked(client)
    here = opened(client, enrolment)
    other = sign_in(learner)
    there = opened(other, enrolment)
    refused = say(client, here, {"cmi": {"cmi.core.lesson_status": "completed"}})
    assert refused.status_code == 409
    assert "opened again" in refused.json["message"]
    assert enrolment.completed_at is None
    assert "Go on here" in client.get(here).text
    assert say(other, there, {"cmi": {"cmi.core.lesson_status": "completed"}}).status_code == 200
    assert enrolment.completed_at is not None
    assert db.session.scalar(select(func.count(Launch.id)).where(Launch.ended_at.is_(None))) == 1


def test_time_is_added_up_over_visits_and_over_a_page_that_was_loaded_anew(client: FlaskClient) -> None:
    hold(online())
    enrolment = booked(client)
    at = opened(client, enrolment)
    for time in ("00:01:00", "00:02:00", "00:00:10", "00:00:30"):
        assert say(client, at, {"cmi": {"cmi.core.session_time": time}}).status_code == 200
    assert progress(enrolment).seconds == 150
    at = opened(client, enrolment)
    say(client, at, {"cmi": {"cmi.core.session_time": "00:01:00"}})
    assert progress(enrolment).seconds == 210


@pytest.mark.parametrize(
    ("counts", "said", "done"),
    [
        (Counts.PASSED, "completed", False),
        (Counts.PASSED, "passed", True),
        (Counts.COMPLETED, "passed", False),
        (Counts.COMPLETED, "completed", True),
        (Counts.BOTH, "passed", False),
        (Counts.EITHER, "passed", True),
        (Counts.EITHER, "failed", False),
    ],
)
def test_completed_or_passed_counts_as_the_course_says(
    client: FlaskClient, learner: Person, counts: Counts, said: str, done: bool
) -> None:
    of = online()
    hold(of)
    operations.set_rules(course=of, counts=counts, share=90, by=learner, now=NOW)
    enrolment = booked(client)
    say(client, opened(client, enrolment), {"cmi": {"cmi.core.lesson_status": said}})
    assert (enrolment.completed_at is not None) is done


def test_what_is_completed_stays_completed_whatever_the_package_says_later(client: FlaskClient) -> None:
    hold(online())
    enrolment = booked(client)
    at = opened(client, enrolment)
    say(client, at, {"cmi": {"cmi.core.lesson_status": "completed"}})
    first = enrolment.completed_at
    say(client, at, {"cmi": {"cmi.core.lesson_status": "incomplete"}})
    assert progress(enrolment).completion is Completion.INCOMPLETE
    assert enrolment.completed_at == first


def test_every_part_is_to_be_done_and_a_mere_page_is_done_by_opening_it(client: FlaskClient) -> None:
    hold(online(), package(**TWO))
    enrolment = booked(client)
    say(client, opened(client, enrolment, 1), {"cmi": {"cmi.core.lesson_status": "passed"}})
    assert enrolment.completed_at is None
    opened(client, enrolment, 2)
    assert progress(enrolment, 2).completion is Completion.COMPLETED
    assert enrolment.completed_at is not None


def test_a_new_version_is_for_those_who_begin_and_people_under_way_keep_theirs(
    client: FlaskClient, sign_in: SignIn
) -> None:
    of = online()
    old = hold(of)
    enrolment = booked(client)
    opened(client, enrolment)
    new = hold(of, package(files={"index.html": PAGE, "new.html": PAGE}), replaces=old)
    assert (new.version, new.position, old.withdrawn_at is not None) == (2, 1, True)
    opened(client, enrolment)
    assert progress(enrolment).unit.content_id == old.id
    other = sign_in(person("Owen", "Pryce"))
    theirs = booked(other)
    opened(other, theirs)
    assert progress(theirs).unit.content_id == new.id


def test_booking_twice_is_one_booking_until_it_is_completed(client: FlaskClient, learner: Person) -> None:
    of = online()
    hold(of)
    enrolment = booked(client)
    assert operations.book(course=of, person=learner, now=NOW).id == enrolment.id
    say(client, opened(client, enrolment), {"cmi": {"cmi.core.lesson_status": "completed"}})
    assert "You completed it on" in client.get("/courses/ACN").text
    assert booked(client).id != enrolment.id


def test_a_course_that_holds_nothing_cannot_be_booked(client: FlaskClient) -> None:
    of = online()
    page = client.get("/courses/ACN")
    assert "It cannot be started here yet" in page.text
    answer = client.post("/courses/ACN/elearning", data={"csrf_token": token(client.get("/account"))})
    assert answer.status_code == 422
    assert "nothing to work through yet" in answer.text
    hold(of, package(files={}))
    assert "It cannot be started here yet" in client.get("/courses/ACN").text, "a package without its page is not given"


def test_nobody_sees_or_changes_what_is_another_persons(client: FlaskClient, sign_in: SignIn) -> None:
    hold(online())
    enrolment = booked(client)
    at = opened(client, enrolment)
    other = sign_in(person("Owen", "Pryce"))
    for address in (f"/elearning/{enrolment.reference}", at, f"{at}/document"):
        assert other.get(address).status_code == 404, address
    assert say(other, at, {"cmi": {"cmi.core.lesson_status": "completed"}}).status_code == 404
    form = {"csrf_token": token(other.get("/account"))}
    assert other.post(f"/elearning/{enrolment.reference}/parts/1", data=form).status_code == 404
    assert other.post(f"{at}/read", data=form | {"pages": "1"}).status_code == 404
    mine = hold(online("CAP"))
    theirs = booked(other, "CAP")
    reference = at.rpartition("/")[2]
    assert other.get(f"/elearning/{theirs.reference}/open/{reference}").status_code == 404, mine
    assert enrolment.completed_at is None


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {"cmi": {"cmi.core.student_id": "1"}},
        {"cmi": {"cmi.core.lesson_status": "completed"}, "enrolment": {"completed_at": "2024-01-01"}},
        {"completed_at": "2024-01-01"},
        {"watched": [[0, 10]], "length": 10},
        {"cmi": {"cmi.suspend_data": "x" * 64_001}},
    ],
)
def test_a_message_with_anything_else_in_it_changes_nothing(client: FlaskClient, body: Any) -> None:
    hold(online())
    enrolment = booked(client)
    at = opened(client, enrolment)
    assert say(client, at, body).status_code == 422
    assert progress(enrolment).completion is Completion.UNKNOWN
    assert enrolment.completed_at is None


def test_a_message_without_the_token_of_the_visit_is_refused(client: FlaskClient) -> None:
    hold(online())
    enrolment = booked(client)
    at = opened(client, enrolment)
    answer = client.post(f"{at}/save", json={"cmi": {"cmi.core.lesson_status": "completed"}})
    assert answer.status_code == 400
    assert enrolment.completed_at is None


def test_more_than_five_messages_in_a_second_are_not_kept(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(online())
    enrolment = booked(client)
    at = opened(client, enrolment)
    monkeypatch.setattr("lms.elearning.views.machine_now", lambda: NOW)
    codes = [say(client, at, {"cmi": {"cmi.core.lesson_location": str(n)}}).status_code for n in range(8)]
    assert codes == [200] * runtime.MOST_A_SECOND + [422] * 3
    assert progress(enrolment).location == "4"


class TestAVideo:
    @pytest.fixture
    def enrolment(self, client: FlaskClient) -> Enrolment:
        of = online()
        db.session.flush()
        import io

        from lms.elearning import intake
        from tests.lms.elearning.test_officers import MP4

        taken = intake.video(io.BytesIO(MP4), "a.mp4", title="A film", transcript="Somebody speaks.")
        operations.add_content(course=of, intake=taken, replaces=None, by=None, now=NOW)
        return booked(client)

    def test_the_share_that_was_watched_completes_it(self, client: FlaskClient, enrolment: Enrolment) -> None:
        at = opened(client, enrolment)
        page = client.get(at)
        assert "Somebody speaks." in page.text
        assert "media-src https://contents.test" in page.headers["Content-Security-Policy"]
        say(client, at, {"watched": [[0, 40], [20, 50]], "length": 100})
        assert (progress(enrolment).share, enrolment.completed_at) == (50, None)
        say(client, at, {"watched": [[90, 100]], "length": 100})
        assert progress(enrolment).watched == [[0, 50], [90, 100]]
        assert "60% watched" in client.get(f"/elearning/{enrolment.reference}").text
        say(client, at, {"watched": [[50, 81]], "length": 100})
        assert progress(enrolment).share == 91
        assert enrolment.completed_at is not None

    def test_its_length_is_what_was_said_first(self, client: FlaskClient, enrolment: Enrolment) -> None:
        at = opened(client, enrolment)
        say(client, at, {"watched": [[0, 1]], "length": 100})
        say(client, at, {"watched": [[0, 1]], "length": 1})
        assert progress(enrolment).share == 1
        assert enrolment.completed_at is None


QUESTIONS = "Whom do you call first?\n*999\nA friend\n\nWhat do you write down?\n*The words\n*The time\nA guess"


class TestAKnowledgeCheck:
    @pytest.fixture
    def enrolment(self, client: FlaskClient) -> Enrolment:
        operations.add_check(
            course=online(),
            title="What would you do?",
            questions=read_questions(QUESTIONS),
            pass_mark=80,
            replaces=None,
            by=None,
            now=NOW,
        )
        return booked(client)

    def answer(self, client: FlaskClient, at: str, first: str, second: list[str]) -> TestResponse:
        return send(client, at, f"{at}/answers", **{"question-0": first, "question-1": second})

    def test_it_is_passed_with_its_mark_and_every_try_is_kept(self, client: FlaskClient, enrolment: Enrolment) -> None:
        at = opened(client, enrolment)
        assert self.answer(client, at, "0", ["0"]).status_code == 303
        page = client.get(f"/elearning/{enrolment.reference}").text
        assert "1 of 2 right. That is not enough yet" in page
        assert (progress(enrolment).success, enrolment.completed_at) == (Success.FAILED, None)
        assert self.answer(client, at, "0", ["0", "1"]).status_code == 303
        assert "Passed: 2 of 2 right." in client.get(f"/elearning/{enrolment.reference}").text
        assert enrolment.completed_at is not None
        self.answer(client, at, "1", ["2"])
        kept = progress(enrolment)
        assert (kept.success, kept.score_raw) == (Success.PASSED, 2.0), "passed stays passed"
        assert [(one.number, one.right_answers, one.passed, one.answers) for one in kept.tries] == [
            (1, 1, False, {"0": [0], "1": [0]}),
            (2, 2, True, {"0": [0], "1": [0, 1]}),
            (3, 0, False, {"0": [1], "1": [2]}),
        ]

    def test_what_is_not_answered_is_asked_for_and_nothing_chosen_is_lost(
        self, client: FlaskClient, enrolment: Enrolment
    ) -> None:
        at = opened(client, enrolment)
        page = self.answer(client, at, "1", [])
        assert page.status_code == 422
        assert "Choose an answer" in page.text
        assert 'id="q-0-1" name="question-0" value="1" checked' in page.text
        assert progress(enrolment).tries == []

    def test_the_page_does_not_say_which_answers_are_right(self, client: FlaskClient, enrolment: Enrolment) -> None:
        page = client.get(opened(client, enrolment)).text
        assert "*" not in page.split("<main")[1].split("</main>")[0]
        assert '"right"' not in page


class TestADocument:
    def test_it_is_a_download_and_the_pages_read_complete_it(self, client: FlaskClient) -> None:
        import io

        from pypdf import PdfWriter

        from lms.elearning import intake

        writer, made = PdfWriter(), io.BytesIO()
        for _ in range(10):
            writer.add_blank_page(200, 200)
        writer.write(made)
        taken = intake.document(io.BytesIO(made.getvalue()), "a.pdf", title="Our policy")
        operations.add_content(course=online(), intake=taken, replaces=None, by=None, now=NOW)
        enrolment = booked(client)
        at = opened(client, enrolment)
        got = client.get(f"{at}/document")
        assert got.headers["Content-Disposition"].startswith("attachment")
        assert got.data == made.getvalue()
        for typed in ("", "0", "11", "-1", "all", "٣"):
            answer = send(client, at, f"{at}/read", pages=typed)
            assert answer.status_code == 422
            assert "Enter a page from 1 to 10" in answer.text
        send(client, at, f"{at}/read", pages="5")
        assert "5 of 10 pages read" in client.get(f"/elearning/{enrolment.reference}").text
        assert enrolment.completed_at is None
        send(client, at, f"{at}/read", pages="2")
        assert progress(enrolment).share == 50, "what was read stays read"
        send(client, at, f"{at}/read", pages="9")
        assert enrolment.completed_at is not None


def test_without_a_host_of_contents_nothing_is_played_and_the_page_says_so(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(online())
    enrolment = booked(client)
    at = opened(client, enrolment)
    monkeypatch.setitem(app.config, "CONTENT_URL", "")
    page = client.get(at)
    assert "This cannot be played here yet" in page.text
    assert "elearning.js" not in page.text
    assert "frame-src" not in page.headers["Content-Security-Policy"]


def test_the_page_of_a_booking_asks_as_often_for_twenty_parts_as_for_two(
    client: FlaskClient, count_queries: list[str]
) -> None:
    of = online()
    hold(of, package(**TWO))
    enrolment = booked(client)
    opened(client, enrolment)
    client.get(f"/elearning/{enrolment.reference}")
    count_queries.clear()
    client.get(f"/elearning/{enrolment.reference}")
    few = len(count_queries)
    many = online("CAP")
    for _ in range(10):
        hold(many, package(**TWO))
    enrolment = booked(client, "CAP")
    opened(client, enrolment)
    assert len(queries.parts(enrolment)) == 20
    client.get(f"/elearning/{enrolment.reference}")
    count_queries.clear()
    client.get(f"/elearning/{enrolment.reference}")
    assert len(count_queries) == few


def test_what_is_under_way_stands_on_ones_own_page(client: FlaskClient) -> None:
    hold(online(title="Child development"))
    enrolment = booked(client)
    assert "Start “Child development”" in client.get("/learning").text
    at = opened(client, enrolment)
    assert "Go on with “Child development”" in client.get("/learning").text
    say(client, at, {"cmi": {"cmi.core.lesson_status": "passed"}})
    assert "Child development" not in client.get("/learning").text.split("Asked of you")[-1].split("</section>")[0]
    assert db.session.scalar(select(func.count(Content.id))) == 1
