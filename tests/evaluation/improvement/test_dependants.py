"""Nothing a thread runs through can be taken away: the sentence says who depends on it, and the database refuses too."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, inspect, select
from sqlalchemy.exc import IntegrityError

from evaluation.actions.models import Action
from evaluation.improvement import dependants
from evaluation.measures.models import Measure
from evaluation.offers.models import LearningOffer
from evaluation.recommendations.models import Recommendation, Source
from evaluation.surveys.models import EvaluationPlan, QuestionSet
from lms.accounts.models import Person
from lms.catalogue.models import Course, CourseSession
from lms.db import Base, db
from lms.errors import RuleBroken
from lms.organisations.models import PartnershipGroup
from lms.resources.models import Resource
from lms.roles import Role
from tests.browsing import send
from tests.factories import person
from tests.threads import a_year

SignIn = Callable[[Person], FlaskClient]


def one(model: Any, **named: Any) -> Any:
    return db.session.scalars(select(model).filter_by(**named).limit(1)).one()


#: Each link of the chain, how its row is found, and who depends on it.
LINKS: dict[str, tuple[Callable[[], Any], str]] = {
    "source": (lambda: one(Source, reference="REV-1"), "REV-1 cannot be removed: 1 recommendation came from it (REV-1.2)."),
    "recommendation": (lambda: one(Recommendation, reference="REV-1.2"), "2 actions serve it (LDA-1 and LDA-2)"),
    "action": (
        lambda: one(Action, reference="LDA-1"),
        "LDA-1 cannot be removed: 1 piece of evidence belongs to it; 1 recommendation is served by it (REV-1.2); "
        "2 updates were reported on it; 2 learning offers serve it (NEG and TOOL); "
        "4 measures show its effect (LDA-1-A1, LDA-1-I1, LDA-1-I2 and LDA-1-Q1).",
    ),
    "measure": (
        lambda: one(Measure, key="LDA-1-A1"),
        "LDA-1-A1 cannot be removed: 24 figures belong to it; 1 action that is done shows its effect by it (LDA-1).",
    ),
    "course": (lambda: one(Course, code="NEG"), "1 action offers it (LDA-1)"),
    "resource": (lambda: one(Resource, code="TOOL"), "TOOL cannot be removed: 2 actions offer it (LDA-1 and LDA-2)."),
    "session": (lambda: one(CourseSession, reference="NEG-2023-03"), "10 bookings are for it"),
    "question set": (lambda: one(QuestionSet, key="default"), "1 course asks its questions (NEG)"),
    "group": (lambda: one(PartnershipGroup, key="ld"), "LDA-1"),
}  # fmt: skip


@pytest.mark.parametrize("link", LINKS)
def test_taking_a_link_away_is_refused_with_who_depends_on_it_and_by_the_database(app: Flask, link: str) -> None:
    a_year(10)
    find, sentence = LINKS[link]
    with pytest.raises(RuleBroken) as no:
        dependants.check(find())
    assert sentence in str(no.value)
    row = find()
    table = inspect(type(row)).local_table
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(delete(table).where(table.c.id == row.id))


def test_links_no_key_points_at_are_read_from_what_goes_through_them(app: Flask, sign_in: SignIn) -> None:
    a_year(10)
    plan, measure = one(EvaluationPlan), one(Measure, key="LDA-1-I1")
    assert dependants.why_not(plan) == ("The question plan of NEG cannot be removed: 5 rounds of questions follow it.")
    assert "1 action that is done shows its effect by it (LDA-1)" in dependants.why_not(measure)
    course, action = one(Course, code="NEG"), one(Action, reference="LDA-1")
    offer = one(LearningOffer, action_id=action.id, course_id=course.id)
    assert offer.action.decided_on < date(2023, 3, 7)
    counted = "1 session people came to is counted through it (NEG-2023-03)"
    said = f"What LDA-1 offers, Multi-agency neglect, cannot be removed: {counted}."
    assert dependants.why_not(offer) == said
    browser = sign_in(person("Joan", "Field", Role.LD_OFFICER))
    page = send(browser, "/improvement/courses/NEG", actions=[], were=str(action.id), words="")
    assert (page.status_code, said in page.text) == (422, True)
    # A tick of today is taken back today.
    other = one(Action, reference="LDA-2")
    for ticked in ([str(other.id)], []):
        were = "" if ticked else str(other.id)
        assert send(browser, "/improvement/courses/NEG", actions=ticked, were=were, words="").status_code == 303
    assert dependants.why_not(one(LearningOffer, action_id=other.id)) == "", "nobody came to a resource"


def test_answers_are_never_counted_and_many_names_are_cut_short(app: Flask) -> None:
    a_year(10)
    session = dependants.why_not(one(CourseSession, reference="NEG-2023-03"))
    assert "people have answered about it" in session
    assert "50 people have" not in session
    source = one(Source, reference="REV-1")
    group, state = one(PartnershipGroup, key="ld"), one(Recommendation, reference="REV-1.2").state
    for n in range(3, 10):
        db.session.add(
            Recommendation(
                reference=f"REV-1.{n}", source=source, headline="x", wording="x", owner_group=group, state=state
            )
        )
    db.session.flush()
    assert "8 recommendations came from it (REV-1.2, REV-1.3, REV-1.4, REV-1.5, REV-1.6 and 3 more)." in (
        dependants.why_not(source)
    )


def test_a_table_nobody_has_named_is_found_by_its_keys(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without the words of this table, and without the table itself being read, nothing would be said."""
    a_year(10)
    source = one(Source, reference="REV-1")
    monkeypatch.delitem(dependants.WORDS, ("recommendation", "source_id"))
    assert "1 recommendation depends on it (REV-1.2)" in dependants.why_not(source)
    assert dependants.why_not(source, parts={("recommendation", "source_id")}) == ""


def test_the_words_name_only_what_is_there(app: Flask) -> None:
    tables = Base.metadata.tables
    for table, column in dependants.WORDS:
        assert tables[table].c[column].foreign_keys, f"{table}.{column} points nowhere"
