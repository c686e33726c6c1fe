"""The words of a report: a draft by rule, edited, checked, published; every version kept, no number changed by hand."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from evaluation.impact_reports import formats, narrative, operations, queries, rules
from evaluation.impact_reports.models import NarrativeState, ReportNarrative
from evaluation.impact_reports.report import ImpactReport
from evaluation.surveys.screening import findings
from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.db import db
from lms.errors import RuleBroken
from lms.verify import problems
from tests.evaluation.impact_reports.conftest import ACTION, action_report
from tests.evaluation.impact_reports.test_formats import full, text_of
from tests.factories import NOW

PATH = "/reports/impact/action/LDA-1/words"


def more_people(found: ImpactReport) -> ImpactReport:
    """The same report, a week later."""
    sectors = (replace(found.reach.sectors[0], people=found.reach.sectors[0].people + 7), *found.reach.sectors[1:])
    return replace(found, reach=replace(found.reach, sectors=sectors, people=found.reach.people + 7))


def test_the_draft_by_rule_holds_every_figure_as_a_placeholder(app: Flask) -> None:
    for found in (action_report(), full()):
        texts = narrative.draft(found)
        assert narrative.typed_numbers(texts) == []
        assert set(narrative.used(texts)) <= set(narrative.facts(found))
        assert not [one for text in texts.values() for one in findings(text)], (
            "the rule’s own words need no second look"
        )
    said = dict(narrative.narrative(action_report(), None).sections)
    assert said["In short"] == (
        "40 people from 2 agencies and schools came to 1 session. What the answers about Multi-agency neglect say, by the rule: "
        "better, with limits.",
    )
    assert "at 0.98 before and 1.52 afterwards" in said["What was found"][0]


def test_words_go_from_draft_to_published_and_every_version_stays(
    year: None, office: FlaskClient, officer: Person, now_in_2024: None, here: None
) -> None:
    def version() -> ReportNarrative | None:
        return next(iter(queries.versions(ACTION)), None)

    def send(where: str = "", **fields: str) -> str:
        page = office.get(PATH)
        token = page.text.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
        newest = version()
        data = {"csrf_token": token, "seen": str(newest.number if newest else 0), **fields}
        answer = office.post(f"{PATH}{where}", data=data)
        return answer.text if answer.status_code == 422 else str(answer.status_code)

    assert "Nobody has looked at these words yet" in office.get(PATH).text
    texts = {"short": "Only {{people}} came, and {{nobody}} stayed.", "found": "By Anna Kowalski, aged 7."}
    assert "This report has no figure called “nobody”" in send(**{**texts, "found": ""})
    assert "This may point to somebody" in send(**{**texts, "short": "Only {{people}} came."})
    assert version() is None
    assert send(short="Only {{people}} came.\n\nThat is not enough.", why="Plainer") == "303"
    assert send("/publish") == "422" or version().state is NarrativeState.DRAFT  # type: ignore[union-attr]
    page = office.get("/reports/impact/action/LDA-1").text
    assert "Only 40 people came." in page
    assert "Nobody has checked these words yet" in page
    assert send("/check") == send("/publish") == "303"
    report = operations.report(ACTION, as_at=NOW)
    for kind in formats.TYPES:
        if kind in ("html", "csv", "json"):
            content = formats.document(report, kind).content.decode()
            assert "Only 40 people came." in content
            assert "draft" not in content.lower().replace("draft>", "").partition("in words")[2][:400]
    assert "Say why these words are withdrawn" in send("/withdraw", reason=" ")
    assert send("/withdraw", reason="A figure was wrong") == "303"
    assert "What was published was withdrawn" in office.get("/reports/impact/action/LDA-1").text
    assert send("/rule") == "303"
    found = queries.versions(ACTION)
    assert [(one.number, one.state.value, one.by_rule, one.why) for one in found] == [
        (5, "draft", True, "Made again by rule"),
        (4, "withdrawn", False, "A figure was wrong"),
        (3, "published", False, ""),
        (2, "checked", False, ""),
        (1, "draft", False, "Plainer"),
    ]
    assert {one.by_id for one in found} == {officer.id}
    page = office.get(PATH).text
    assert "Olive Officer, 8 October 2024" in page
    verbs = db.session.scalars(select(Activity.verb).where(Activity.subject == "action:LDA-1")).all()
    assert {"report:words_published", "report:words_withdrawn"} <= set(verbs)
    assert problems() == []


def test_a_number_in_the_words_follows_its_figure_and_the_page_says_so(app: Flask, officer: Person) -> None:
    found = action_report()
    texts = {"short": "{{people}} came; {{matched_neg}} answered twice."}
    kept = operations.save_words(report=found, sections=texts, why="", seen=0, by=officer, now=NOW)
    assert "40" not in str(kept.figures["matched_neg"]), "what an older release told is not kept beside a newer one"
    later = more_people(found)
    told = replace(found.answers[0].results.scales[0], matched=41)  # type: ignore[union-attr]
    scales = (told, *found.answers[0].results.scales[1:])  # type: ignore[union-attr]
    later = replace(
        later, answers=(replace(found.answers[0], results=replace(found.answers[0].results, scales=scales)),)
    )  # type: ignore[type-var]
    said = narrative.narrative(later, kept)
    assert said.sections[0][1] == ("47 people came; 41 people answered twice.",)
    assert [(one.key, one.was, one.now) for one in said.changed] == [
        ("people", "40 people", "47 people"),
        ("matched_neg", "", "41 people"),
    ]
    gone = narrative.narrative(replace(later, answers=()), kept)
    assert narrative.GONE in gone.sections[0][1][0]


def test_what_was_published_stays_printed_while_somebody_writes_on(app: Flask, here: None, officer: Person) -> None:
    found = action_report()

    def step(act: object, **more: object) -> None:
        seen = queries.versions(ACTION)[0].number if queries.versions(ACTION) else 0
        act(report=found, seen=seen, by=officer, now=NOW, **more)  # type: ignore[operator]

    step(operations.use_rule)
    step(operations.check)
    step(operations.publish)
    step(operations.save_words, sections={"short": "A new beginning."}, why="")
    text = text_of(found, "html")
    assert "Published on 8 October 2024" in text
    assert "A new beginning" not in text
    with pytest.raises(RuleBroken, match="Somebody else has changed these words"):
        operations.check(report=found, seen=1, by=officer, now=NOW)
    with pytest.raises(RuleBroken, match="Words are published once they have been checked"):
        step(operations.publish)


@pytest.mark.parametrize("state", NarrativeState)
def test_each_step_follows_only_what_it_may(state: NarrativeState) -> None:
    for before in (None, *NarrativeState):
        if state not in rules.BEFORE or before in rules.BEFORE[state]:
            continue
        with pytest.raises(RuleBroken):
            rules.check_step(state, before)


def test_only_officers_write(year: None, sign_in, now_in_2024: None) -> None:  # type: ignore[no-untyped-def]
    from lms.roles import Role
    from tests.factories import person

    reader = sign_in(person("Rita", "Reader", Role.LD_GROUP))
    assert reader.get("/reports/impact/action/LDA-1").status_code == 200
    assert reader.get(PATH).status_code == 403
    assert "Edit the words" not in reader.get("/reports/impact/action/LDA-1").text
