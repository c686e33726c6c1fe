"""What people who read reports, and trainers, see of the answers about a course, and what they cannot reach."""

import re
import time
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from evaluation.comments.queries import Quote
from evaluation.results import formats
from evaluation.results.report import Slice
from lms.catalogue.models import CourseSession
from lms.roles import Role
from tests.evaluation.results import example
from tests.evaluation.results.kept import evaluated, neglect, released
from tests.factories import course_session, person


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


@pytest.fixture
def reader(app, sign_in) -> FlaskClient:
    return sign_in(person("Priya", "Nair", Role.LD_GROUP))


def test_the_verdict_stands_first_then_the_rule_then_each_question_of_the_report(reader: FlaskClient) -> None:
    neglect()
    said = words(reader.get("/reports/courses/NEG").text)
    in_order = [
        "Multi-agency neglect Better, with limits.",
        "were better at 6 months than before: +0.39 on a scale of 0 to 3, interval +0.30 to +0.49.",
        "The rule, fixed before the first answer",
        "At least 10 people could be matched: yes , 169 people",
        "What this cannot tell us",
        "This shows what changed, not why.",
        "“Hidden” stands where",
        "What changed, and was it kept?",
        "Of 169 people, 109 improved, 32 stayed the same and 28 got worse.",
        "Who answered, and who is missing?",
        "What was answered to each question?",
        "If mean at 3 months no higher than before, among the same people: Ask champions",
        "Do their managers see the same?",
        "agree more than chance would bring",
        "Looking back: how people remember themselves",
        "Two groups, not the same people",
        "Over the years and sessions",
    ]
    places = [said.rfind(one) for one in in_order]  # the list of parts names them before
    assert -1 not in places, in_order[places.index(-1)]
    assert places == sorted(places)


def test_somebody_chooses_a_part_and_reads_why_others_cannot_be_chosen(reader: FlaskClient) -> None:
    neglect()
    page = reader.get("/reports/courses/NEG").text
    assert '<option value="year:2023-24">Report year 2023-24</option>' in page
    assert "Too few people answered to show these on their own: session NEG-2025-01; sector: Housing." in words(page)
    year = words(reader.get("/reports/courses/NEG?slice=year:2023-24").text)
    assert "Worse, with limits. The answers of the same 66 people" in year
    assert "Report year 2023-24: 6 sessions" in year


@pytest.mark.parametrize("asked", ["sector:housing", "session:NEG-2025-01", "x'", "<script>"])
def test_a_part_that_cannot_be_shown_is_refused_in_a_sentence_beside_the_field(reader: FlaskClient, asked: str) -> None:
    neglect()
    answer = reader.get("/reports/courses/NEG", query_string={"slice": asked})
    assert answer.status_code == 422
    assert answer.text.count("These answers cannot be shown on their own, so all sessions are shown") == 2
    assert "Better, with limits" in answer.text
    assert reader.get("/reports/courses/NEG.csv", query_string={"slice": asked}).status_code == 422


def test_the_list_has_each_course_with_its_verdict_and_how_many_answered(reader: FlaskClient) -> None:
    assert "No course is evaluated yet." in words(reader.get("/reports/courses").text)
    neglect()
    evaluated("GT9", title="Working together")
    said = words(reader.get("/reports/courses").text)
    assert (
        "Multi-agency neglect Better, with limits 6 sessions, 14 April 2023 to 14 January 2025. At 6 months, 186 of"
        in said
    )
    assert "Working together Nothing has been counted about this course yet." in said
    assert "Nothing has been counted" in words(reader.get("/reports/courses/GT9").text)
    assert reader.get("/reports/courses/GT9.pdf").status_code == 200  # the page that says so
    assert reader.get("/reports/courses/NONE").status_code == 404


def test_it_can_be_reached_from_reports_from_surveys_and_from_the_course(sign_in) -> None:
    neglect()
    officer = sign_in(person("Sian", "Morgan", Role.LD_OFFICER))
    assert 'href="/reports/courses"' in officer.get("/reports").text
    assert 'href="/reports/courses/NEG"' in officer.get("/courses/NEG/edit").text


@pytest.mark.parametrize(
    ("kind", "mimetype", "begins"),
    [
        ("pdf", "application/pdf", b"%PDF"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
        ("csv", "text/csv", b"\xef\xbb\xbfPart,Figure"),
        ("json", "application/json", b"{"),
    ],
)
def test_each_file_is_one_click_from_the_page_and_of_the_same_part(
    reader: FlaskClient, kind: str, mimetype: str, begins: bytes
) -> None:
    course = neglect()
    if kind == "pdf":  # a short one: drawing a long one is tested elsewhere
        released(course, replace(example.empty(), slice=Slice("year", "year:2023-24", "2023-24")))
    page = reader.get("/reports/courses/NEG?slice=year:2023-24").text
    (link,) = re.findall(rf'href="(/reports/courses/NEG\.{kind}[^"]*)"', page)
    answer = reader.get(link.replace("&amp;", "&"))
    assert answer.status_code == 200
    assert answer.mimetype == mimetype
    assert answer.data.startswith(begins)
    assert answer.headers["Content-Disposition"] == f"attachment; filename=course-NEG-year-2023-24.{kind}"


def test_whoever_may_not_read_reports_reaches_none(sign_in) -> None:
    neglect()
    for role in (Role.PRACTITIONER, Role.TRAINER, Role.DSL, Role.ADMINISTRATOR):
        browser = sign_in(person("Amina", "Yusuf", role))
        assert browser.get("/reports/courses").status_code == 403
        assert browser.get("/reports/courses/NEG.json").status_code == 403


@pytest.fixture
def taught(app) -> CourseSession:
    """A session of the neglect course with what its answers say."""
    course = evaluated()
    session = course_session(course, reference="NEG-2024-03")
    tom = person("Tom", "Ashworth", Role.TRAINER, email="tom@agency.example")
    session.trainers = [tom]
    one = replace(example.worse(), slice=Slice("session", "session:NEG-2024-03", "NEG-2024-03, 5 November 2024"))
    own = replace(example.unclear(), slice=Slice("trainer", f"trainer:{tom.id}", "Tom Ashworth"))
    released(course, example.large(), one, own)
    return session


def test_a_trainer_reads_their_own_sessions_and_nothing_of_others(sign_in, taught: CourseSession) -> None:
    (tom,) = taught.trainers
    browser = sign_in(tom)
    listed = browser.get("/teaching/results").text
    assert 'href="/teaching/results/NEG-2024-03"' in listed
    page = browser.get("/teaching/results/NEG-2024-03")
    assert "Worse, with limits" in page.text
    assert "Whose answers" not in page.text, "a trainer is offered no other part"
    assert "NEG-2023-09" not in re.sub(r"<section.*", "", page.text, flags=re.DOTALL)
    assert "No clear change, with limits" in browser.get("/teaching/results/courses/NEG").text
    assert browser.get("/teaching/results/NEG-2024-03.csv").status_code == 200
    assert browser.get("/teaching/results/courses/NEG.json").status_code == 200
    other = course_session(taught.course, reference="NEG-2024-04")
    assert browser.get(f"/teaching/results/{other.reference}").status_code == 404
    assert browser.get(f"/teaching/results/{other.reference}.pdf").status_code == 404
    stranger = sign_in(person("Ruth", "Bell", Role.TRAINER))
    for path in ("NEG-2024-03", "NEG-2024-03.csv", "courses/NEG", "courses/NEG.json"):
        assert stranger.get(f"/teaching/results/{path}").status_code == 404
    assert "None of the sessions you taught" in words(stranger.get("/teaching/results").text)


def test_a_session_of_too_few_says_so(sign_in, taught: CourseSession) -> None:
    (tom,) = taught.trainers
    small = course_session(taught.course, reference="NEG-2024-05")
    small.trainers = [tom]
    said = words(sign_in(tom).get("/teaching/results/NEG-2024-05").text)
    assert "There is nothing to show yet" in said
    assert sign_in(tom).get("/teaching/results/NEG-2024-05.csv").status_code == 404


def test_a_trainer_finds_them_under_my_learning(sign_in, taught: CourseSession) -> None:
    (tom,) = taught.trainers
    assert 'href="/teaching/results"' in sign_in(tom).get("/learning").text


def test_the_page_asks_the_database_little_and_holds_nobody_up(reader: FlaskClient, count_queries: list[str]) -> None:
    neglect()
    reader.get("/reports/courses/NEG")
    count_queries.clear()
    began = time.perf_counter()
    reader.get("/reports/courses/NEG")
    took = time.perf_counter() - began
    about_results = [one for one in count_queries if "release" in one]
    assert len(about_results) == 2, "the newest release, and the one slice of it"
    assert not [one for one in count_queries if "FROM answer" in one or "FROM response" in one]
    assert took < 3, "the page is one kept document; the benchmark looks at its time more closely"


def test_a_published_quote_stands_with_its_wave_in_all_sessions_and_in_no_part(
    reader: FlaskClient, monkeypatch
) -> None:
    neglect()
    quote = Quote("Now I write down the small ones.", "m6", "Health")
    monkeypatch.setattr(formats, "published_quotes", lambda *, course_id: [quote])
    page = words(reader.get("/reports/courses/NEG").text)
    assert "“Now I write down the small ones.” Health, at 6 months, printed with consent; made up" in page
    assert reader.get("/reports/courses/NEG.json").json["quotes"] == [
        {"text": quote.text, "wave": "m6", "sector": "Health"}
    ]
    assert quote.text not in reader.get("/reports/courses/NEG?slice=year:2023-24").text
