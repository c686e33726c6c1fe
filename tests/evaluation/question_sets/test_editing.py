"""Each step of building a set: what it changes, and that it changes nothing else."""

from typing import Any

import pytest

from evaluation.question_sets import comparing, editing, rules, writing
from evaluation.surveys import questions
from lms.errors import RuleBroken
from tests.evaluation.question_sets.conftest import LIBRARY


def asked(document: dict[str, Any], wave: str, course: str = "") -> list[list[str]]:
    return [page["questions"] for page in dict(rules.page_lists(rules.wave_of(document, wave) or {}))[course]]


def item(document: dict[str, Any], key: str) -> dict[str, Any]:
    return rules.question_of(document, key) or pytest.fail(key)


def test_a_question_moves_within_its_page_and_beyond_it_to_the_next() -> None:
    start = asked(LIBRARY, "w6")
    up = editing.move_question(LIBRARY, "w6", "", "beh_example", -1)
    assert asked(up, "w6")[0][:2] == ["beh_example", "beh_tried"]
    beyond = editing.move_question(LIBRARY, "w6", "", "beh_refresh", 1)
    assert asked(beyond, "w6") == [start[0][:-1], ["beh_refresh", *start[1]]]
    back = editing.move_question(beyond, "w6", "", "beh_refresh", -1)
    assert asked(back, "w6") == start
    assert asked(editing.move_question(LIBRARY, "w6", "", "beh_tried", -1), "w6") == start
    assert asked(LIBRARY, "w6") == start


def test_pages_of_one_course_change_alone() -> None:
    moved = editing.move_page(LIBRARY, "end", "NEG", 0, 1)
    assert asked(moved, "end") == asked(LIBRARY, "end")
    assert asked(moved, "end", "NEG")[:2] == asked(LIBRARY, "end", "NEG")[1::-1]
    own = editing.own_pages(LIBRARY, "w6", "WTK")
    assert asked(own, "w6", "WTK") == asked(LIBRARY, "w6")
    assert "variant_pages" not in LIBRARY["waves"][3]
    assert dict(rules.page_lists(rules.wave_of(editing.drop_own_pages(own, "w6", "WTK"), "w6") or {})).keys() == {""}
    with pytest.raises(RuleBroken, match="no longer has pages of its own"):
        editing.add_page(LIBRARY, "w6", "WTK", "More")


def test_a_question_says_in_which_waves_it_is_asked() -> None:
    off = editing.take_off(LIBRARY, "m6", "", "conf_notice")
    assert item(off, "conf_notice")["waves"] == ["baseline", "start", "end", "m3"]
    on = editing.place(off, "w6", "", 0, "conf_notice")
    assert item(on, "conf_notice")["waves"] == ["baseline", "start", "end", "w6", "m3"]
    with pytest.raises(RuleBroken, match="already asked in this wave"):
        editing.place(on, "w6", "", 1, "conf_notice")


def test_what_is_taken_out_of_the_set_is_gone_from_pages_scales_and_looking_back() -> None:
    without = editing.remove_question(LIBRARY, "conf_notice")
    assert "conf_notice" not in editing.asked_somewhere(without)
    assert "conf_notice" not in questions.scale(without, "confidence_core")["items"]
    assert not [one for one in without["then_test"]["items"] if one["about"] == "conf_notice"]
    assert rules.check_document(without) == []


def test_only_questions_that_come_before_in_every_wave_may_be_followed() -> None:
    found = [one["key"] for one in editing.may_follow(LIBRARY, "rea_access_what")]
    assert "rea_access" in found
    assert "rea_new" not in found, "it is not asked in Safeguarding Week, where the other one is"
    after = editing.set_condition(LIBRARY, "beh_support", "beh_tried", ["2", "3"])
    assert item(after, "beh_support")["show_if"] == {"question": "beh_tried", "in": [2, 3]}
    assert rules.check_document(after) == []
    assert "show_if" not in item(editing.set_condition(after, "beh_support", "", []), "beh_support")
    words = editing.set_condition(LIBRARY, "beh_support", "beh_example", [])
    assert item(words, "beh_support")["show_if"] == {"question": "beh_example", "answered": True}


def test_a_question_of_the_library_comes_with_what_it_needs() -> None:
    mine = editing.empty_set("Mine")
    quoted = editing.take_from(LIBRARY, mine, "quote_text")
    assert [one["key"] for one in quoted["questions"]] == ["quote_text", "quote_consent"]
    rated = editing.take_from(LIBRARY, quoted, "conf_notice")
    assert questions.scale(rated, "confidence_core")["items"] == ["conf_notice"]
    assert rated["choice_lists"]["readiness"] == LIBRARY["choice_lists"]["readiness"]
    follows = editing.take_from(LIBRARY, mine, "rea_access_what")
    assert [one["key"] for one in follows["questions"]] == ["rea_access", "rea_access_what"]
    with pytest.raises(RuleBroken, match="Take in the question it looks back at first"):
        editing.take_from(LIBRARY, mine, "then_conf_notice")
    back = editing.take_from(LIBRARY, rated, "then_conf_notice")
    assert [one["key"] for one in back["then_test"]["items"]] == ["then_conf_notice"]
    assert mine == editing.empty_set("Mine")


def test_a_list_of_choices_the_set_has_changed_is_not_overwritten_by_the_library() -> None:
    mine = editing.take_from(LIBRARY, editing.empty_set("Mine"), "conf_notice")
    mine["choice_lists"]["readiness"]["choices"][0]["label"] = "I would not dare to"
    both = editing.take_from(LIBRARY, mine, "conf_child")
    assert item(both, "conf_child")["choices"] == "readiness_2"
    assert both["choice_lists"]["readiness"]["choices"][0]["label"] == "I would not dare to"


@pytest.mark.parametrize("key", [one["key"] for one in LIBRARY["questions"] if one["type"] != "consent"])
def test_a_question_that_is_opened_and_saved_stays_the_same(key: str) -> None:
    before = item(LIBRARY, key)
    saved = writing.question_from(writing.kind_of(before), key, writing.typed(LIBRARY, before), before)
    assert saved == before


def test_choices_in_better_words_keep_their_codes_and_new_ones_get_their_own() -> None:
    old = [{"value": "told", "label": "I was told to"}, {"value": "due", "label": "It was due"}]
    assert writing.coded(["I was asked to", "It was due"], old) == [
        {"value": "told", "label": "I was asked to"},
        {"value": "due", "label": "It was due"},
    ]
    more = writing.coded(["A new role", "It was due", "I was told to"], old)
    assert [one["value"] for one in more] == ["a_new_role", "due", "told"]


def test_a_step_that_stands_apart_is_counted_by_itself() -> None:
    made = writing.steps(["Never", "Always"], ["I had no opportunity: nobody needed it", "Not my work"])
    assert [(one["value"], one.get("code")) for one in made] == [
        (None, "no_opportunity"),
        (None, "not_my_work"),
        (0, None),
        (1, None),
    ]


def test_the_right_answer_keeps_its_letter_when_its_words_change() -> None:
    before = item(LIBRARY, "know_consent")
    after = writing.knowledge("Refer, and write down why", ["Respect the refusal", "Ask your manager"], before)
    assert after["right_answer"] == before["right_answer"]
    assert [one["value"] for one in after["options"]][-1] == "dk"
    new = writing.knowledge("This one", ["That one", "Another"], None)
    assert {one["value"] for one in new["options"]} == {"a", "b", "c", "dk"}


# What begins anew.


def answered(*keys: str) -> dict[str, frozenset[str]]:
    return {key: frozenset({comparing.fingerprint(LIBRARY, key)}) for key in keys}


def reworded(key: str, words: str) -> dict[str, Any]:
    return editing.put_question(LIBRARY, {**item(LIBRARY, key), "wording": words})


def test_a_question_compared_across_waves_begins_anew_once_a_word_of_it_changes() -> None:
    draft = reworded("conf_notice", "You notice small signs. How ready are you to say what they add up to?")
    assert comparing.renewals(draft, {}, 2) == [], "nobody has answered it, so the key stays"
    assert comparing.renewals(draft, answered("conf_child"), 2) == []
    (renewal,) = comparing.renewals(draft, answered("conf_notice", "conf_child"), 2)
    assert (renewal.old, renewal.new, renewal.pairs) == ("conf_notice", "conf_notice_v2", True)
    published = comparing.renewed(draft, [renewal])
    assert "conf_notice_v2" in questions.keys_asked(published, "baseline", "WTK")
    assert "conf_notice" not in str(questions.scale(published, "confidence_core")["items"]).replace(
        "conf_notice_v2", ""
    )
    assert rules.check_document(published) == []
    (difference,) = comparing.compare(LIBRARY, published).changed
    assert difference.begins_anew
    assert [change.what for change in difference.changes] == ["Words"]
    # Put the old words back, and there is nothing to renew.
    assert comparing.renewals(LIBRARY, answered("conf_notice"), 2) == []


def test_a_word_of_a_shared_list_makes_every_answered_question_with_it_begin_anew() -> None:
    draft = editing.name_set(LIBRARY, "Same")
    draft["choice_lists"]["readiness"]["choices"][0]["label"] = "I would not dare to"
    found = comparing.renewals(draft, answered("conf_notice", "rea_new"), 3)
    assert [one.new for one in found] == ["conf_notice_v3"]


def test_better_words_of_a_question_that_is_not_compared_keep_its_key_but_other_numbers_do_not() -> None:
    assert comparing.renewals(reworded("rea_new", "How much was new?"), answered("rea_new"), 2) == []
    draft = editing.name_set(LIBRARY, "Same")
    draft["choice_lists"]["new"]["choices"].reverse()
    assert [one.old for one in comparing.renewals(draft, answered("rea_new"), 2)] == ["rea_new"]


def test_what_differs_is_said_question_by_question_and_wave_by_wave() -> None:
    draft = editing.remove_question(reworded("rea_keep", "What should stay?"), "ctx_years")
    draft = editing.change_wave(draft, "w6", {"minutes": 4, "reminders": [{"days_after_open": 5}]})
    found = comparing.compare(LIBRARY, draft)
    assert [one["key"] for one in found.taken_out] == ["ctx_years"]
    assert [(one.name, [change.what for change in one.changes]) for one in found.changed] == [
        ("Question “What should we keep exactly as it is?”", ["Words"])
    ]
    assert [(one.name, [change.what for change in one.changes]) for one in found.waves] == [
        ("Wave “When you book”", ["Pages", "Pages for NEG"]),
        ("Wave “6 to 8 weeks after”", ["Minutes", "Reminders"]),
    ]
    assert comparing.compare(LIBRARY, LIBRARY).is_empty
