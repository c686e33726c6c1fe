"""Sources: written down with a reference and the learning only, found again, and kept while anything came from them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from evaluation.recommendations import operations
from evaluation.recommendations.models import Recommendation, RecommendationState, Source, SourceKind
from evaluation.recommendations.operations import Decision, Draft, SourceDraft
from evaluation.recommendations.queries import PAGE
from evaluation.recommendations.rules import PREFIXES
from lms.activity.models import Activity
from lms.db import db
from lms.errors import RuleBroken
from lms.letters.models import Letter
from lms.organisations.models import PartnershipGroup
from lms.roles import Role
from tests.browsing import send
from tests.evaluation.recommendations.conftest import SignIn
from tests.evaluation.recommendations.desk import Desk, day, found, source, words_of
from tests.factories import NOW, partnership, person

LEARNING = "Advice was given, and the place where the baby slept was not seen."


def given(**fields: str) -> dict[str, str]:
    return {
        "kind": "rapid_review",
        "reference": "RR-2024-1",
        "title": "Review on safer sleep",
        "learning": LEARNING,
        "seen": "1",
        **day("dated", date(2024, 9, 3)),
        **fields,
    }


def test_a_source_is_written_down_under_a_reference_that_is_proposed(desk: Desk) -> None:
    kinds = words_of(desk.browser.get("/improvement/sources/new"))
    assert all(kind.label in kinds for kind in SourceKind)
    assert 'value="RR-2024-1"' in desk.browser.get("/improvement/sources/new?kind=rapid_review").text
    answer = send(desk.browser, "/improvement/sources/new?kind=rapid_review", **given())
    assert answer.location == "/improvement/sources/RR-2024-1"
    page = words_of(desk.browser.get(answer.location))
    assert f"A rapid review found: {LEARNING}" in page
    assert "Nothing follows from it yet." in page
    assert 'value="RR-2024-2"' in desk.browser.get("/improvement/sources/new?kind=rapid_review").text
    assert set(PREFIXES) == set(SourceKind)


@pytest.mark.parametrize(
    ("fields", "sentence", "kept"),
    [
        ({"reference": "rr 1"}, "Enter a reference of capital letters, figures and hyphens", 'value="rr 1"'),
        ({"reference": "REV-1"}, "REV-1 is used already. Enter another reference", 'value="REV-1"'),
        ({"reference": "REV-1.2"}, "REV-1.2 is used already. Enter another reference", 'value="REV-1.2"'),
        ({"title": "", "learning": "Kept."}, "Enter what it was", ">Kept.</textarea>"),
        (day("dated", date(2024, 10, 9)), "Enter a day that is not in the future", 'value="9"'),
        ({"learning": "NHS number 943 476 5919."}, "Take it out: only the learning is kept here", "943 476 5919"),
        ({"learning": "Jayden Smith was not seen."}, "say under the form that it points to nobody", "names_nobody"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    desk: Desk, fields: dict[str, str], sentence: str, kept: str
) -> None:
    page = send(desk.browser, "/improvement/sources/new?kind=rapid_review", **given(**fields))
    assert page.status_code == 422
    assert sentence in words_of(page)
    assert kept in page.text
    assert db.session.scalars(select(Source).where(Source.title == "Review on safer sleep")).all() == []


def test_a_name_that_is_nobodys_is_kept_once_somebody_has_read_it_again(desk: Desk) -> None:
    fields = given(learning="Jayden Smith was not seen.", names_nobody="y")
    assert send(desk.browser, "/improvement/sources/new?kind=rapid_review", **fields).status_code == 303


def test_sources_are_found_by_kind_and_by_words(desk: Desk) -> None:
    everything = words_of(desk.browser.get("/improvement/sources"))
    assert "2 sources" in everything
    assert "Practice review 1" in everything
    audit = words_of(desk.browser.get("/improvement/sources?kind=forum_theme"))
    assert "FOR-1 A forum" in audit
    assert "REV-1 A review" not in audit
    assert "REV-1 A review" in words_of(desk.browser.get("/improvement/sources?words=signs+LATE"))
    assert "No source is like this." in words_of(desk.browser.get("/improvement/sources?words=100%25"))
    assert desk.browser.get("/improvement/sources?kind=nothing&page=99").status_code == 200


def test_an_empty_list_says_how_it_begins(sign_in: SignIn) -> None:
    partnership()
    browser = sign_in(person("Joan", "Field", Role.LD_OFFICER))
    assert "Begin with the last review, audit or forum" in words_of(browser.get("/improvement/sources"))
    assert "It begins with a source" in words_of(browser.get("/improvement/recommendations"))
    assert "No results have been released yet." in words_of(browser.get("/improvement/sources/from-results"))


def test_a_source_changes_but_for_the_reference_its_recommendations_bear(desk: Desk) -> None:
    send(desk.browser, "/improvement/sources/new?kind=rapid_review", **given())
    path = "/improvement/sources/RR-2024-1/change"
    assert send(desk.browser, path, **given(reference="RR-2024-7")).location == "/improvement/sources/RR-2024-7"
    refused = send(desk.browser, "/improvement/sources/RR-2024-7/change", **given(reference="RR-2024-8", seen="1"))
    assert "Somebody else has changed RR-2024-7" in words_of(refused)
    assert "Its reference stays REV-1" in words_of(desk.browser.get("/improvement/sources/REV-1/change"))
    send(desk.browser, "/improvement/sources/REV-1/change", **given(reference="X-1", title="A review of 2022"))
    assert (source("REV-1").title, source("REV-1").kind) == ("A review of 2022", SourceKind.RAPID_REVIEW)
    kept = db.session.scalars(select(Activity).where(Activity.verb == "source:changed").order_by(Activity.id)).all()[-1]
    assert kept.details["title"] == "A review", "what it said before is kept"


def test_a_recommendation_is_written_down_and_offered_to_a_group(desk: Desk, members: list[object]) -> None:
    path = "/improvement/sources/FOR-1/recommendations/new"
    assert 'value="FOR-1.2"' in desk.browser.get(path).text
    fields = {
        "reference": "FOR-1.2",
        "headline": "Nobody says who decides",
        "wording": "Name who decides.",
        "plain_sentence": "",
        "group": "del",
        "reason": "",
        "minute": "",
        **day("dated", date(2024, 10, 1)),
        **{f"due-{part}": "" for part in ("day", "month", "year")},
    }
    assert "Select a group" in words_of(send(desk.browser, path, **fields | {"group": ""}))
    assert "FOR-1.1 is used already" in words_of(send(desk.browser, path, **fields | {"reference": "FOR-1.1"}))
    assert send(desk.browser, path, **fields).location == "/improvement/sources/FOR-1"
    one = found("FOR-1.2")
    assert (one.state, one.owner_group.name, one.revision) == (RecommendationState.OFFERED, "Delivery Group", 1)
    letter = db.session.scalars(select(Letter).where(Letter.key == "recommendation-offered")).first()
    assert letter is not None
    assert "Why it comes to you" not in letter.body, "a line without its value is left out"
    said = words_of(desk.browser.get("/improvement/recommendations?group=del&state=offered"))
    assert "FOR-1.2 Nobody says who decides" in said
    assert "FOR-1.1" not in said
    waiting = words_of(desk.browser.get("/improvement/recommendations"))
    assert "Delivery Group Recommendations 1 The first since 1 October 2024" in waiting
    assert "Learning and Development Group Recommendations 1 The first since 1 February 2023" in waiting
    assert "No answer for 615 days" in waiting
    assert desk.browser.get("/improvement/FOR-1.2").status_code == 200


def test_what_was_only_just_written_down_is_removed_with_its_letters(desk: Desk, members: list[object]) -> None:
    new = _recommended(1)[0].reference
    page = send(desk.browser, f"/improvement/recommendations/{new}/remove", why="Typed twice.")
    assert page.location == "/improvement/sources/FOR-1"
    assert db.session.scalars(select(Recommendation).where(Recommendation.reference == new)).all() == []
    assert db.session.scalars(select(Letter)).all() == []
    line = db.session.scalars(select(Activity).order_by(Activity.id.desc())).first()
    assert line is not None
    assert (line.verb, line.details["why"], line.actor_id) == (
        "recommendation:removed",
        "Typed twice.",
        desk.officer.id,
    )
    kept = words_of(desk.browser.get("/improvement/recommendations/FOR-1.1/remove"))
    assert "FOR-1.1 cannot be removed: its history says “offered to the group”" in kept
    with pytest.raises(RuleBroken, match="history is kept"):
        operations.remove(recommendation=found("FOR-1.1"), why="x", by=desk.officer, now=NOW)


def test_a_source_nothing_came_from_is_removed_and_another_says_what_did(desk: Desk) -> None:
    send(desk.browser, "/improvement/sources/new?kind=rapid_review", **given())
    assert "Enter why it is removed" in words_of(send(desk.browser, "/improvement/sources/RR-2024-1/remove", why=""))
    assert send(desk.browser, "/improvement/sources/RR-2024-1/remove", why="Typed twice.").status_code == 303
    assert desk.browser.get("/improvement/sources/RR-2024-1").status_code == 404
    said = "REV-1 cannot be removed: 1 recommendation came from it (REV-1.2)."
    assert said in words_of(desk.browser.get("/improvement/sources/REV-1/remove"))
    page = send(
        desk.browser, "/improvement/sources/REV-1/change", to="/improvement/sources/REV-1/remove", why="It is old."
    )
    assert page.status_code == 422
    assert said in words_of(page)


def _recommended(many: int) -> list[Recommendation]:
    group = db.session.scalars(select(PartnershipGroup).where(PartnershipGroup.key == "del")).one()
    return [
        operations.recommend(
            source=source("FOR-1"),
            reference=f"FOR-1.{n + 10}",
            draft=Draft("It is late", "Do it."),
            group=group,
            decision=Decision(date(2024, 10, 8) - timedelta(days=n)),
            by=None,
            now=NOW,
        )
        for n in range(many)
    ]


def test_long_lists_have_pages_and_no_more_queries(desk: Desk, count_queries: list[str]) -> None:
    counted: list[int] = []
    for many in (3, PAGE):
        for n in range(many):
            draft = SourceDraft(
                SourceKind.NATIONAL_REVIEW, f"NAT-{many}-{n}", "A review", date(2020, 1, 1), "It was late."
            )
            operations.record_source(draft=draft, by=None, now=NOW)
        if many == PAGE:
            action = found("REV-1.2").actions[0]
            for one in _recommended(many):
                one.actions.append(action)
        for path in ("/improvement/sources", "/improvement/recommendations", "/improvement"):
            desk.browser.get(path)
            count_queries.clear()
            desk.browser.get(path)
            counted.append(len(count_queries))
    assert counted[:3] == counted[3:]
    assert "55 sources, page 2 of 2" in words_of(desk.browser.get("/improvement/sources?page=2"))
    assert "52 recommendations, page 2 of 2" in words_of(desk.browser.get("/improvement/recommendations?page=2"))
    home = words_of(desk.browser.get("/improvement"))
    assert "All 52 recommendations" in home
    assert "What else waits: 44" in home
