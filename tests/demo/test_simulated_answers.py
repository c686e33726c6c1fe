"""Simulated answers fit the question sets that are shipped, and hold the change that was put into the profiles."""

from pathlib import Path
from statistics import mean

import pytest
import yaml

from demo.people import seeded
from demo.simulated_answers import applies, questions_of, simulate_answers
from demo.wakefield_records import wakefield_records

ROOT = Path(__file__).parents[2]
DOCUMENT = yaml.safe_load((ROOT / "content" / "question-sets.yaml").read_text(encoding="utf-8"))
WAVES = [wave["key"] for wave in DOCUMENT["waves"]]
KNOWLEDGE = {one["key"]: one["right_answer"] for one in DOCUMENT["questions"] if one["key"].startswith("neg_know")}


@pytest.fixture(scope="module")
def profiles():
    return wakefield_records(4).neglect.profiles


def answers_of(profiles, wave, seed=1):
    return [simulate_answers(one, wave, DOCUMENT, seeded(seed, f"{wave}:{one.person}")) for one in profiles]


def choices_of(question):
    return question.get("options") or DOCUMENT["choice_lists"].get(question.get("choices", ""), {}).get("choices", [])


@pytest.mark.parametrize("wave", WAVES)
def test_every_answer_is_one_that_the_question_allows(profiles, wave):
    seen = set()
    for answers in answers_of(profiles, wave):
        for question in questions_of(DOCUMENT, wave, "NEG"):
            if question["key"] not in answers:
                continue
            assert applies(question, answers)
            answer = answers[question["key"]]
            seen.add(question["key"])
            if question["type"] in ("short_text", "long_text", "quote"):
                assert 0 < len(answer) <= question["max_length"]
                continue
            allowed = [one["code"] if one.get("code") else one["value"] for one in choices_of(question)]
            given = answer if question["type"] == "multiple" else [answer]
            assert given
            assert all(one in allowed for one in given)
            if set(given) & set(question.get("exclusive_options", ())):
                assert len(given) == 1
    shown = {
        one["key"]
        for one in questions_of(DOCUMENT, wave, "NEG")
        if "options_from" not in one and one["type"] != "matrix"
    }
    assert seen == shown


def test_the_same_seed_gives_the_same_answers(profiles):
    assert answers_of(profiles, "m3", seed=3) == answers_of(profiles, "m3", seed=3)
    assert answers_of(profiles, "m3", seed=3) != answers_of(profiles, "m3", seed=4)


def average(profiles, wave, keys):
    return mean(
        answers[key] for answers in answers_of(profiles, wave) for key in keys if isinstance(answers.get(key), int)
    )


def test_confidence_rises_and_is_mostly_kept(profiles):
    keys = [one for scale in DOCUMENT["scales"] if scale["key"] == "confidence_neglect" for one in scale["items"]]
    before, end, later = (average(profiles, wave, keys) for wave in ("baseline", "end", "m6"))
    assert end - before > 0.8
    assert 0.6 < (later - before) / (end - before) < 1


def test_using_the_toolkit_rises_and_then_fades(profiles):
    before, after, later = (average(profiles, wave, ["neg_beh_toolkit"]) for wave in ("baseline", "m3", "m6"))
    assert after - before > 0.5
    assert after - later > 0.3
    assert abs(later - before) < 0.25  # most of what was gained is gone again


def test_challenge_does_not_move(profiles):
    before, later = (average(profiles, wave, ["neg_beh_challenge"]) for wave in ("baseline", "m6"))
    assert abs(later - before) < 0.25


def test_part_of_the_new_knowledge_is_lost(profiles):
    def share(wave):
        return mean(
            answers.get(key) == right for answers in answers_of(profiles, wave) for key, right in KNOWLEDGE.items()
        )

    assert share("baseline") + 0.1 < share("m6") < share("end") - 0.05


def test_some_had_no_opportunity_and_some_managers_have_not_seen(profiles):
    later = [one.get("neg_beh_toolkit") for one in answers_of(profiles, "m3")]
    assert 0 < later.count("no_opportunity") < len(later) / 2
    seen = [one.get("mgr_neg_beh_day") for one in answers_of(profiles, "manager")]
    assert 0 < seen.count("not_seen") < len(seen) / 2


def test_a_quote_is_allowed_by_some_and_not_by_others(profiles):
    consents = {one["quote_consent"] for one in answers_of(profiles, "end") if "quote_consent" in one}
    assert consents == {"no", "sector", "none"}


def test_a_follow_up_question_is_answered_only_where_it_is_asked(profiles):
    told = [one for one in answers_of(profiles, "m6") if "res_story" in one or "res_know" in one]
    assert told
    assert {one["res_difference"] for one in told} <= {2, 3}
    assert all("quote_text" in one for one in answers_of(profiles, "end") if "quote_consent" in one)
