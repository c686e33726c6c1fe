"""Key impact measures as officers and readers meet them: agreed, typed, changed with the old figure kept."""

import html
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from evaluation.measures import queries
from evaluation.measures.models import Measure, MeasureFigure
from lms.accounts.models import Person
from lms.db import db
from lms.roles import Role
from tests.browsing import send, token
from tests.claims import FORBIDDEN
from tests.factories import person
from tests.threads import a_log, a_year

ROOM = "/improvement/measures"
NEW = "/improvement/actions/LDA-1/measures/new"


@pytest.fixture
def desk(app: Flask, sign_in: Callable[[Person], FlaskClient]) -> FlaskClient:
    a_log()
    return sign_in(person("Joan", "Field", Role.LD_OFFICER))


def words_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_the_list_says_what_each_measure_says_now(desk: FlaskClient, count_queries: list[str]) -> None:
    said = words_of(desk.get(ROOM).text)
    assert "LDA-1-Q1 The child’s day is in the file Moved Quality assurance. 9 of 24 (38%) in the first audit" in said
    assert "LDA-1-I1 What people say they do Not enough evidence" in said

    def asked() -> int:
        db.session.commit()
        count_queries.clear()
        assert desk.get(ROOM).status_code == 200
        return len(count_queries)

    few = asked()
    first = queries.measure_or_404("LDA-1-Q1")
    for number in range(5):
        copied = {name: getattr(first, name) for name in ("action_id", "kind", "name", "direction")}
        empty = {"learning_dates": [], "question_keys": [], "waves": []}
        figure = MeasureFigure(dated=first.figures[0].dated, numerator=1, denominator=2)
        db.session.add(Measure(key=f"LDA-1-X{number}", figures=[figure], **copied, **empty))
    assert asked() == few


@pytest.mark.parametrize("key", ["LDA-1-A1", "LDA-1-Q1", "LDA-1-I1"])
def test_a_measure_has_its_chart_rule_table_and_thread_and_claims_no_cause(
    key: str, app: Flask, sign_in: Callable[[Person], FlaskClient]
) -> None:
    a_year()
    page = sign_in(person("Siân", "Morgan", Role.SCRUTINEER)).get(f"{ROOM}/{key}").text
    assert page.count("<figure") == 1
    said = words_of(page)
    for words in ("LDA-1 Launch a joint course.", "REV-1.2 Neglect was recognised too late"):
        assert words in said
    assert "Type in a figure" not in said
    assert not [
        word
        for word in FORBIDDEN
        if word in said.lower().replace("key impact measure", "").replace("impact evaluation", "")
    ]
    live = "Nothing is typed here." in said
    assert live is (key == "LDA-1-I1")


def test_a_series_is_agreed_typed_in_and_changed_and_the_old_figure_is_kept(desk: FlaskClient) -> None:
    assert send(desk, NEW, kind="analytical_data").location == f"{NEW}/analytical_data"
    bad = send(desk, f"{NEW}/analytical_data", key="a b", name="", direction="", target="many", learning="soon")
    assert bad.status_code == 422
    for words in ("Use capital letters", "Enter what is measured", "“many” is not a number", "“soon” is neither"):
        assert words in html.unescape(bad.text)
    made = send(
        desk, f"{NEW}/analytical_data", key="LDA-1-A2", name="Repeat referrals", direction="lower_is_better",
        target="20%", learning="2023-02-06", source="The front door",
    )  # fmt: skip
    assert made.location == f"{ROOM}/LDA-1-A2"
    taken = send(desk, f"{NEW}/analytical_data", key="LDA-1-A2", name="Again", direction="none")
    assert "This key is taken" in taken.text
    new = f"{ROOM}/LDA-1-A2/figures/new"
    assert "cannot be a part of" in send(desk, new, period="March 2024", numerator="9", denominator="8").text
    assert send(desk, new, period="March 2024", numerator="9", denominator="40").status_code == 303
    assert (
        "There is a figure of this period already"
        in send(desk, new, period="2024-03", numerator="1", denominator="2").text
    )
    figure = queries.measure_or_404("LDA-1-A2").figures[0].id
    change = f"{ROOM}/LDA-1-A2/figures/{figure}"
    assert send(desk, change, numerator="8", denominator="40", why="One was counted twice").status_code == 303
    page = words_of(desk.get(f"{ROOM}/LDA-1-A2").text)
    assert "March 2024 Figure 8 of 40 (20%)" in page
    assert (
        "Period March 2024 Before 9 of 40 (23%) After 8 of 40 (20%) Who and why Joan Field: One was counted twice"
        in page
    )
    assert send(desk, f"{change}/remove", why="A slip").status_code == 303
    assert "8 of 40 (20%) After no figure Who and why Joan Field: A slip" in words_of(desk.get(f"{ROOM}/LDA-1-A2").text)


def test_a_measure_with_figures_stays_and_one_without_goes(desk: FlaskClient) -> None:
    data = {"csrf_token": token(desk.get(f"{ROOM}/import"))}
    kept = desk.post(f"{ROOM}/LDA-1-A1/remove", data=data)
    assert kept.status_code == 422
    assert "LDA-1-A1 holds 24 figures, and the thread of REV-1.2 rests on them" in kept.text
    assert desk.post(f"{ROOM}/LDA-1-I1/remove", data=data).location == ROOM
    assert db.session.scalar(select(Measure).where(Measure.key == "LDA-1-I1")) is None


def test_an_evaluation_is_chosen_from_the_questions_of_the_course_and_never_typed(
    app: Flask, sign_in: Callable[[Person], FlaskClient]
) -> None:
    a_year()
    desk = sign_in(person("Joan", "Field", Role.LD_OFFICER))
    new = f"{NEW}/impact_evaluation"
    page = desk.get(new).text
    what = re.search(r'value="(\d+:scale:behaviour_neglect)"', page)
    assert what
    few = send(
        desk,
        new,
        key="LDA-1-I9",
        name="Do",
        direction="higher_is_better",
        what=what[1],
        waves=["m6"],
        least_matched="10",
    )
    assert "Select before the course and at least one later wave" in few.text
    assert "2023-03-07</textarea>" in desk.get(f"{NEW}/analytical_data").text, (
        "the first session is proposed as a day of learning"
    )
    made = send(
        desk, new, key="LDA-1-I9", name="Do", direction="higher_is_better", what=what[1], waves=["baseline", "m6"],
        least_matched="10",
    )  # fmt: skip
    assert made.status_code == 303
    assert "the same 40 people: +" in words_of(desk.get(f"{ROOM}/LDA-1-I9").text)
    assert desk.get(f"{ROOM}/LDA-1-I9/figures/new").status_code == 404
    kept = desk.post(f"{ROOM}/LDA-1-I9/remove", data={"csrf_token": token(desk.get(f"{ROOM}/import"))})
    assert "is counted from answers people have given" in kept.text
    assert desk.get("/improvement/actions/LDA-2/measures/new/impact_evaluation").status_code == 200
