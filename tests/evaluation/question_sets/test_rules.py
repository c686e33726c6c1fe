"""What makes a set unusable, each in a sentence that says where."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from evaluation.question_sets import rules
from tests.evaluation.question_sets.conftest import LIBRARY

Change = Callable[[dict[str, Any]], object]


def sentences(change: Change) -> list[str]:
    """What is wrong with the default set after a change."""
    document = json.loads(json.dumps(LIBRARY))
    change(document)
    return [f"{one.where}: {one.sentence}" for one in rules.check_document(document)]


def item(document: dict[str, Any], key: str) -> dict[str, Any]:
    return rules.question_of(document, key) or pytest.fail(key)


def wave(document: dict[str, Any], key: str) -> dict[str, Any]:
    return rules.wave_of(document, key) or pytest.fail(key)


def test_the_default_set_can_be_used_as_it_is() -> None:
    assert rules.check_document(LIBRARY) == []


def test_every_timed_wave_of_the_default_set_opens_and_closes_by_the_clock() -> None:
    for one in LIBRARY["waves"]:
        assert ("opens_rule" in one) == ("closes_rule" in one) == ("asks" in one), one["key"]


BROKEN: list[tuple[str, Change]] = [
    ("There is no list of choices “gone”.", lambda d: item(d, "rea_use").update(choices="gone")),
    (
        "The choice “5” is a bare number: say in words what somebody who chooses it does or knows.",
        lambda d: d["choice_lists"]["practice"]["choices"][3].update(label="5"),
    ),
    (
        "The choice “We only listened” stands there 2 times.",
        lambda d: d["choice_lists"]["practice"]["choices"][3].update(label="We only listened"),
    ),
    ("Say which answer is right.", lambda d: item(d, "know_consent").update(right_answer="")),
    ("The right answer is not among the answers.", lambda d: item(d, "know_consent").update(right_answer="z")),
    (
        "Say why the right answer is right: people read it after the course.",
        lambda d: item(d, "know_consent").update(reason=" "),
    ),
    (
        "Say what will be done if the answer is poor: when, what, and who. A question without a use is taken out.",
        lambda d: item(d, "rea_new").update(if_poor={"when": "always", "do": "", "who": "trainer"}),
    ),
    ("2 questions have the same key “rea_new”.", lambda d: d["questions"].append(dict(item(d, "rea_new")))),
    (
        "The key “Rea New” must be small letters, digits and _, 40 at most, a letter first.",
        lambda d: item(d, "rea_new").update(key="Rea New"),
    ),
    (
        "A wave reminds twice at most, then it stops.",
        lambda d: wave(d, "end")["reminders"].append({"days_after_session": 6}),
    ),
    (
        "It closes before it opens.",
        lambda d: wave(d, "m3").update(closes_rule={"after_session_days": 89, "at": "24:00"}),
    ),
    ("Say when it opens and when it closes.", lambda d: wave(d, "m3").pop("closes_rule")),
    (
        "Say who is asked: those with a place, those who came, or their managers.",
        lambda d: wave(d, "m3").update(asks="all"),
    ),
    ("It asks “gone”, which is not in this set.", lambda d: wave(d, "w6")["pages"][0]["questions"].append("gone")),
    (
        "“Is there a sentence we may publish?” is asked twice in this wave.",
        lambda d: wave(d, "w6")["pages"][0]["questions"].append("quote_text"),
    ),
    (
        "Question “What got in the way of taking part?”: it follows a question that is not asked before it in this wave.",
        lambda d: wave(d, "forum")["pages"][0]["questions"].remove("rea_access"),
    ),
    (
        "it is asked only after an answer that the earlier question does not have.",
        lambda d: item(d, "rea_access_what")["show_if"].update({"in": [9]}),
    ),
    (
        "Question “Is there a sentence we may publish?” needs its own question of consent in the same wave.",
        lambda d: wave(d, "w6")["pages"][1]["questions"].remove("quote_consent"),
    ),
    (
        "Its questions have different choices, so they cannot be put into one figure.",
        lambda d: item(d, "conf_notice").update(choices="practice"),
    ),
    (
        "It looks back at a question with other choices; both need the same.",
        lambda d: item(d, "conf_notice").update(choices="practice"),
    ),
    (
        "It is compared with another question, so both need the same number of choices in the same order.",
        lambda d: d["choice_lists"]["manager_how_often_3m"]["choices"].pop(),
    ),
    (
        "The least number must be smaller than the most.",
        lambda d: item(d, "ctx_hope").update(type="number", least=5, most=5),
    ),
    (
        "Give at least two rows.",
        lambda d: item(d, "sgw_best").update(rows_from="", rows=[{"value": "a", "label": "One"}]),
    ),
    (
        "The answer that rules out the others is not among the choices.",
        lambda d: item(d, "sgw_time").update(exclusive_options=["gone"]),
    ),
    (
        "It is asked only sometimes, so it cannot be one that must be answered.",
        lambda d: item(d, "rea_access_what").update(required=True),
    ),
    ("Put a question on this page, or take the page out.", lambda d: wave(d, "w6")["pages"][0].update(questions=[])),
    ("Add a page of questions.", lambda d: wave(d, "w6").update(pages=[])),
    ("“tt” is no language this service knows.", lambda d: d.update(translations={"tt": {}})),
    (
        "“trainer_name” in double braces stands for nothing here.",
        lambda d: item(d, "rea_use").update(wording="{{trainer_name}}?"),
    ),
    ("Add a wave: a set without one is never asked.", lambda d: d.update(waves=[])),
]


@pytest.mark.parametrize(("sentence", "change"), BROKEN, ids=[sentence[:40] for sentence, _ in BROKEN])
def test_what_makes_a_set_unusable_is_said(sentence: str, change: Change) -> None:
    assert any(one.endswith(sentence) for one in sentences(change)), sentences(change)


def test_a_problem_says_where_it_is() -> None:
    found = sentences(lambda d: wave(d, "end")["variant_pages"]["NEG"][0].update(questions=[]))
    assert (
        found[0] == "Wave “At the end”, page “The course” for NEG: Put a question on this page, or take the page out."
    )


@pytest.mark.parametrize("label", ["1", "5", "4 / 5", "10%", "–", "3 = c"])
def test_a_bare_number_is_no_choice(label: str) -> None:
    assert rules.is_bare(label)
    assert not rules.is_bare("No, and I do not expect to")
