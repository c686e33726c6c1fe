"""The question set as people meet it: pages, choices, what follows from what, and how an answer is kept."""

import pytest

from evaluation.surveys import questions
from evaluation.surveys.questions import Stored
from tests.evaluation.surveys.conftest import DOCUMENT

TIMED = ("baseline", "start", "end", "w6", "m3", "m6", "manager")


def asked(key: str) -> questions.Question:
    return questions.question(DOCUMENT, key)


@pytest.mark.parametrize("course", ["NEG", "WTK"])
@pytest.mark.parametrize("wave", TIMED)
def test_every_page_of_every_wave_can_be_read(wave: str, course: str) -> None:
    found = questions.pages(DOCUMENT, wave, course)
    assert found
    for page in found:
        for item in page.questions:
            assert item.choices or item.type in questions.WORDS, item.key
            assert not item.show_if or item.show_if["question"] in questions.keys_asked(DOCUMENT, wave, course)


def test_a_course_with_questions_of_its_own_gets_those() -> None:
    assert "neg_conf_spot" in questions.keys_asked(DOCUMENT, "baseline", "NEG")
    assert "conf_notice" in questions.keys_asked(DOCUMENT, "baseline", "WTK")
    assert not questions.keys_asked(DOCUMENT, "baseline", "NEG") & questions.keys_asked(DOCUMENT, "baseline", "WTK") - {
        "ctx_contact",
        "ctx_years",
        "ctx_why",
        "ctx_hope",
    }


def test_looking_back_is_a_page_apart_and_only_on_request() -> None:
    usual = questions.pages(DOCUMENT, "end", "NEG")
    with_it = questions.pages(DOCUMENT, "end", "NEG", then_test=True)
    assert not any(page.separate for page in usual)
    extra = [page for page in with_it if page.separate]
    assert [item.key for page in extra for item in page.questions] == [
        f"then_neg_conf_{name}" for name in ("spot", "child", "parent", "toolkit", "pattern", "curious")
    ]
    own = questions.pages(DOCUMENT, "end", "WTK", then_test=True)
    assert {item.key[:9] for page in own if page.separate for item in page.questions} == {"then_conf"}


def test_what_was_asked_before_is_asked_in_the_same_words_after() -> None:
    twins = [item for item in DOCUMENT["questions"] if item.get("twin_of")]
    assert twins
    assert all(asked(item["twin_of"]).choices for item in twins)


@pytest.mark.parametrize(
    ("key", "given", "kept"),
    [
        ("neg_conf_spot", "3", Stored("neg_conf_spot", number=3)),
        ("neg_beh_day", "0", Stored("neg_beh_day", number=0)),
        ("neg_beh_day", "no_opportunity", Stored("neg_beh_day", choice="no_opportunity")),
        ("mgr_neg_beh_day", "not_seen", Stored("mgr_neg_beh_day", choice="not_seen")),
        ("neg_know_meaning", "b", Stored("neg_know_meaning", number=1, choice="b")),
        ("neg_know_meaning", "dk", Stored("neg_know_meaning", number=0, choice="dk")),
        ("ctx_why", ["role", "told"], Stored("ctx_why", choice="told,role")),
        ("quote_consent", "sector", Stored("quote_consent", choice="sector")),
        ("rea_keep", "The group work", Stored("rea_keep", text="The group work")),
        # “I already worked this way” has no place on the scale.
        ("pri_changed", "4", Stored("pri_changed", choice="4")),
    ],
)
def test_how_an_answer_is_kept(key: str, given: questions.Given, kept: Stored) -> None:
    assert questions.stored(asked(key), given) == kept


@pytest.mark.parametrize(
    ("key", "given"),
    [("neg_conf_spot", "9"), ("neg_conf_spot", ["1", "2"]), ("ctx_why", ["told", "bored"]), ("neg_know_meaning", "")],
)
def test_an_answer_that_is_not_on_the_list_is_refused(key: str, given: questions.Given) -> None:
    with pytest.raises(ValueError, match=key):
        questions.stored(asked(key), given)


def test_a_question_that_follows_from_another_counts_only_then() -> None:
    pages = questions.pages(DOCUMENT, "end", "NEG")
    given: dict[str, questions.Given] = {"rea_access": "3", "rea_access_what": "The sound", "quote_consent": "sector"}
    assert questions.kept(pages, given) == {"rea_access": "3"}
    given |= {"rea_access": "0", "quote_text": "Good"}
    assert questions.kept(pages, given) == {
        "rea_access": "0",
        "rea_access_what": "The sound",
        "quote_text": "Good",
        "quote_consent": "sector",
    }
    # A consent without a quote, and a key nobody asked for, are nothing.
    assert questions.kept(pages, {"quote_consent": "none", "mgr_know": "well"}) == {}


def test_knowledge_items_are_mixed_for_each_person_and_do_not_know_stands_last() -> None:
    item = asked("neg_know_meaning")
    orders = {tuple(choice.code for choice in questions.in_order(item, bytes([seed]))) for seed in range(60)}
    assert len(orders) > 15
    assert {order[-1] for order in orders} == {"dk"}
    assert questions.in_order(item, b"same") == questions.in_order(item, b"same")
    assert questions.in_order(asked("neg_conf_spot"), b"any") == asked("neg_conf_spot").choices
