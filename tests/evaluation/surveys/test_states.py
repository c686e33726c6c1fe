"""Late, partial, begun and refused answers keep their state, and nobody can say afterwards whose it was."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from evaluation.impact.queries import numbers
from evaluation.surveys import answers, operations, queries, questions, rules, tokens
from evaluation.surveys.gate import certificate_gates
from evaluation.surveys.models import Answer, EvaluationPlan, Invitation, Response, RoundStage
from lms.activity.models import Activity
from lms.bookings.models import Booking
from lms.dates import from_london
from lms.db import db, writing
from lms.errors import RuleBroken
from tests.evaluation.surveys.conftest import DOCUMENT, Life, send

EVENING = from_london(date(2024, 11, 5), 20)
CLOSED = from_london(date(2024, 11, 13))
OVER = from_london(date(2024, 11, 20))
Clock = Callable[[datetime], None]


def h1(text: str) -> str:
    return text.split("<h1", 1)[1].split(">", 1)[1].split("</h1>", 1)[0].strip()


def all_of(wave: str, **change: str) -> dict[str, questions.Given]:
    """An answer to every question of a wave that can be ticked."""
    given: dict[str, questions.Given] = {}
    for page in questions.pages(DOCUMENT, wave, "NEG"):
        for item in page.questions:
            if item.choices and questions.applies(item, given):
                code = item.choices[-1].code
                given[item.key] = [code] if item.type in questions.MANY else code
    return given | change


def begin(life: Life, number: int) -> None:
    invitation = life.invitation("end", number)
    draft = answers.Draft({"rea_keep": "something"}, [1])
    with writing():
        answers.save_draft(invitation=invitation, token=tokens.token_of(invitation.id), draft=draft)


def refuse(life: Life, number: int) -> None:
    with writing():
        operations.refuse(invitation=life.invitation("end", number))


def test_an_answer_with_gaps_is_partial_and_words_are_everybodys_own_choice(taught: Life) -> None:
    taught.answer("end", 0, EVENING, **all_of("end"))
    taught.answer("end", 1, EVENING)
    taught.until(OVER)
    partial = {one.pairing_code: one.partial for one in db.session.query(Response)}
    codes = [tokens.pairing_code(taught.session_id, taught.people[number]) for number in (0, 1)]
    assert [partial[code] for code in codes] == [False, True]


def test_a_question_that_does_not_apply_is_no_gap() -> None:
    pages = questions.pages(DOCUMENT, "end", "NEG")
    whole = all_of("end", rea_access="3")
    assert "quote_consent" not in whole
    assert not questions.is_partial(pages, whole)
    without = {key: value for key, value in whole.items() if key != "neg_conf_child"}
    assert questions.is_partial(pages, without)


def test_late_answers_count_until_their_day_and_the_page_says_so(taught: Life, client: FlaskClient, at: Clock) -> None:
    taught.until(CLOSED + timedelta(hours=1))
    assert taught.round("end").stage is RoundStage.LATE
    at(CLOSED + timedelta(hours=9))
    link = taught.link("end", 0)
    told = "The questions closed on 12 November 2024. Your answers still count, as late, until 19 November 2024."
    assert told in client.get(link).text
    assert told in client.get(f"{link}?page=1").text
    send(client, f"{link}?page=1", {"rea_use": "3"})
    assert h1(send(client, f"{link}?page=check", {}).text) != "These questions have closed"
    assert queries.waiting(taught.round("end")) == 1
    taught.until(OVER)
    assert taught.round("end").late_count == 1
    at(OVER)
    assert h1(client.get(taught.link("end", 1)).text) == "These questions have closed"


def test_nobody_is_reminded_or_newly_asked_in_the_time_for_late_answers(taught: Life) -> None:
    taught.until(CLOSED)
    before = taught.letters("survey-end-last-call")
    taught.mark(CLOSED + timedelta(hours=1), [12])
    taught.until(OVER - timedelta(minutes=1))
    assert len(taught.letters("survey-end-invitation")) == 12
    assert taught.letters("survey-end-last-call") == before
    assert queries.learning_panel(taught.invitation("end", 0).learner) == []  # type: ignore[arg-type]


def test_a_late_before_is_no_before(life: Life) -> None:
    life.book(from_london(date(2024, 10, 8), 10))
    starts = from_london(date(2024, 11, 5), 9, 30)
    life.until(starts - timedelta(minutes=1))
    with pytest.raises(RuleBroken, match="have closed"):
        life.answer("baseline", 0, starts)
    life.until(starts)
    assert life.round("baseline").stage is RoundStage.CLOSED


@pytest.mark.parametrize(("late", "told"), [(range(9, 12), False), (range(6), True)])
def test_lateness_stands_beside_an_answer_only_where_nobody_stands_apart(taught: Life, late: range, told: bool) -> None:
    """Six people of the first sector, five of the second and one of the third came. Three late ones would be known."""
    for number in range(12):
        if number not in late:
            taught.answer("end", number, EVENING)
    taught.until(CLOSED)
    for number in late:
        taught.answer("end", number, CLOSED + timedelta(days=1))
    taught.until(OVER)
    found = list(db.session.query(Response))
    assert len(found) == 12
    assert taught.round("end").late_count == len(late)
    assert any(one.late for one in found) is told


def test_without_that_rule_whoever_was_late_can_be_found(taught: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "tells_late", lambda marks: True)
    for number in range(11):
        taught.answer("end", number, EVENING)
    taught.until(CLOSED)
    taught.answer("end", 11, CLOSED + timedelta(days=1))
    taught.until(OVER)
    late = [one.pairing_code for one in db.session.query(Response) if one.late]
    assert late == [tokens.pairing_code(taught.session_id, taught.people[11])]


@pytest.mark.parametrize(
    ("marks", "told"),
    [
        ([(1, True)] * 5 + [(1, False)] * 5, True),
        ([(1, True)] * 4 + [(1, False)] * 5, False),
        ([(1, True)] * 5 + [(1, False)] * 4, False),
        ([(1, True)] * 5 + [(1, False)] * 5 + [(None, True)], True),
        ([(1, True)] * 5 + [(1, False)] * 5 + [(None, True), (None, False)], False),
        ([(1, False)] * 3, True),
        ([], True),
    ],
)
def test_which_late_answers_may_be_told(marks: list[tuple[int | None, bool]], told: bool) -> None:
    assert rules.tells_late(marks) is told


def test_whoever_does_not_want_to_answer_says_so_once_and_can_change_their_mind(
    taught: Life, client: FlaskClient, at: Clock
) -> None:
    at(EVENING)
    link = taught.link("end", 0)
    begin(taught, 0)
    assert "page=refuse" in client.get(link).text
    # Opening the page, as mail scanners do, refuses nothing.
    assert h1(client.get(f"{link}?page=refuse").text) == "You do not want to answer?"
    assert not taught.invitation("end", 0).refused
    assert send(client, f"{link}?page=refuse", {}).status_code == 303
    refused = taught.invitation("end", 0)
    assert (refused.refused, refused.draft) == (True, "")
    page = client.get(f"{link}?page=1")
    assert h1(page.text) == "You said that you do not want to answer"
    assert queries.learning_panel(refused.learner) == []  # type: ignore[arg-type]
    taught.until(from_london(date(2024, 11, 10)))
    assert taught.people[0] not in {letter.person_id for letter in taught.letters("survey-end-reminder")}
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    assert client.post(f"{link}?page=take-back", data={"csrf_token": token}).status_code == 303
    assert not taught.invitation("end", 0).refused
    taught.answer("end", 0, EVENING)
    with pytest.raises(RuleBroken, match="already here"):
        refuse(taught, 0)


def test_when_a_wave_ends_refused_and_begun_are_counted_and_forgotten(taught: Life) -> None:
    before = {one.verb for one in db.session.query(Activity)}
    for number in range(3):
        refuse(taught, number)
    for number in range(3, 5):
        begin(taught, number)
    # Sent, but the machine stopped before the mark: that is no beginning.
    begin(taught, 5)
    taught.answer("end", 5, EVENING, marked=False)
    taught.until(OVER - timedelta(minutes=1))
    assert (taught.round("end").refused_count, taught.round("end").begun_count) == (None, None)
    taught.until(OVER)
    assert (taught.round("end").refused_count, taught.round("end").begun_count) == (3, 2)
    left = db.session.query(Invitation).filter_by(round_id=taught.round("end").id)
    assert {(one.answered, one.refused, one.draft) for one in left} == {(False, False, "")}
    # That results may be looked at is noted by the course; who did what with the questions is not.
    assert {one.verb for one in db.session.query(Activity)} - {"results:released"} == before
    assert db.session.query(Response).count() == 1


def test_waves_at_the_start_and_after_six_weeks_go_through_everything(life: Life) -> None:
    with writing():
        plan = db.session.query(EvaluationPlan).one()
        operations.set_evaluation_plan(
            course=plan.course,
            question_set=plan.question_set,
            waves=["baseline", "start", "end", "w6", "m6"],
            primary_scale="behaviour_neglect",
            actor=None,
            now=from_london(date(2024, 10, 8), 9),
        )
    life.book(from_london(date(2024, 10, 8), 10))
    starts = from_london(date(2024, 11, 5), 9, 30)
    life.until(starts - timedelta(minutes=15))
    # Those who have a place are asked: who is in the room is not on the register yet.
    assert len(life.letters("survey-start-invitation")) == 14
    for number in range(12):
        life.answer("start", number, starts, neg_conf_spot="1")
    life.until(starts + timedelta(hours=1))
    assert life.round("start").stage is RoundStage.LATE
    with pytest.raises(RuleBroken, match="have closed"):
        life.answer("start", 12, starts + timedelta(hours=1), neg_conf_spot="1")
    life.mark(from_london(date(2024, 11, 5), 13, 10), range(12))
    life.until(from_london(date(2024, 12, 17), 9))
    assert len(life.letters("survey-w6-invitation")) == 12
    life.until(from_london(date(2025, 1, 1)))
    assert len(life.letters("survey-w6-reminder")) == len(life.letters("survey-w6-last-call")) == 12
    life.answer("w6", 0, from_london(date(2025, 1, 1)), beh_tried="2")
    life.until(from_london(date(2025, 1, 27)))
    assert {(one.wave, one.stage) for one in (life.round("start"), life.round("w6"))} == {
        ("start", RoundStage.CLOSED),
        ("w6", RoundStage.CLOSED),
    }
    assert {one.wave for one in db.session.query(Response)} == {"start", "w6"}


class TestLookingBack:
    def ask(self, life: Life) -> None:
        with writing():
            plan = db.session.query(EvaluationPlan).one()
            plan.then_test = True
            operations.time_planned(plan)

    def test_it_is_asked_once_after_the_ratings_of_now_on_a_page_that_says_so(
        self, life: Life, client: FlaskClient, at: Clock
    ) -> None:
        life.until(from_london(date(2024, 10, 9)))
        self.ask(life)
        life.book(from_london(date(2024, 10, 9), 10))
        life.until(from_london(date(2024, 11, 5), 13))
        life.mark(from_london(date(2024, 11, 5), 13), range(12))
        life.until(from_london(date(2024, 11, 5), 13, 30))
        titles = [page.title for page in answers.asked_pages(life.round("end"))]
        assert titles.index("Looking back") > titles.index("How ready you are now")
        assert not any(page.separate for page in answers.asked_pages(life.round("m3")))
        at(EVENING)
        page = client.get(f"{life.link('end', 0)}?page={titles.index('Looking back') + 1}").text
        assert h1(page) == "Looking back"
        assert "Thinking back to before the course" in page

    def test_it_never_enters_a_change(self, life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
        life.until(from_london(date(2024, 10, 9)))
        self.ask(life)
        life.book(from_london(date(2024, 10, 9), 10))
        life.until(from_london(date(2024, 11, 5), 13))
        life.mark(from_london(date(2024, 11, 5), 13), range(12))
        life.until(from_london(date(2024, 11, 5), 13, 30))
        for number in range(12):
            life.answer("end", number, EVENING, rea_use="3", neg_conf_spot="3", then_neg_conf_spot="0")
        life.until(OVER)
        course = life.session.course_id
        now, then = "neg_conf_spot", "then_neg_conf_spot"
        assert all(given == {now: 3} for given in numbers(course, [now]).by_wave["end"].values())
        apart = numbers(course, [then], looking_back=True).by_wave["end"]
        assert len(apart) == 12
        for mixed in ([then], [now, then]):
            with pytest.raises(ValueError, match="never read together"):
                numbers(course, mixed)
        # With the guard off both would come, and could be mixed.
        monkeypatch.setattr("evaluation.impact.queries.is_looking_back", lambda key: False)
        assert {key for given in numbers(course, [now, then]).by_wave["end"].values() for key in given} == {now, then}

    def test_a_set_that_would_mix_them_cannot_be_chosen(self) -> None:
        scale = {**DOCUMENT["scales"][0], "items": ["then_neg_conf_spot"]}
        with pytest.raises(ValueError, match="then_neg_conf_spot"):
            questions.check_apart({**DOCUMENT, "scales": [scale]})
        named = {**DOCUMENT, "then_test": {"items": [{"key": "earlier_spot"}]}}
        with pytest.raises(RuleBroken, match="looking-back ratings are mixed"):
            rules.check_plan(named, "NEG", ["baseline", "m6"], primary_scale="behaviour_neglect", deciding_wave="m6")
        questions.check_apart(DOCUMENT)


def test_no_question_asks_for_what_is_known_without_asking() -> None:
    """Session, course, trainer, sector and wave: the round and the session know them, and no answer has a column for them."""
    asked = " ".join(item["wording"].lower() for item in DOCUMENT["questions"])
    for words in (
        "which course",
        "which session",
        "who was your trainer",
        "name of the trainer",
        "which agency",
        "your agency?",
    ):
        assert words not in asked
    assert {column.name for column in Answer.__table__.columns} == {
        "response_id",
        "question_key",
        "number",
        "choice",
        "text",
    }


def test_the_certificate_does_not_wait_for_late_answers(taught: Life) -> None:
    booking = db.session.get_one(Booking, taught.bookings[0])
    assert not certificate_gates([booking], CLOSED - timedelta(minutes=1))[booking.id].passed
    taught.until(CLOSED)
    assert certificate_gates([booking], CLOSED) == {}
