"""Made-up answers to any question set, drawn from a person’s made-up profile.

Works on the document of `content/question-sets.yaml`: waves with pages, questions with a type, choice lists. The same profile
and the same seeded generator give the same answers. Where a page or a question does not apply, there is no answer.
"""

import random
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from demo.neglect_records import Course, LatentProfile

Answer = str | int | list[str] | dict[str, int]
"""rating: the value of the choice, or its code (“no_opportunity”); knowledge, single, consent: the value; multiple: values;
matrix: a value for each row; number: a whole number; texts: text."""

_SAYS_NOTHING = 0.03
_WRITES = 0.45
_TYPICAL = {
    "use": 0.72,
    "new": 0.45,
    "practice": 0.75,
    "trainer": 0.85,
    "access": 0.93,
    "plan": 0.62,
    "tried": 0.55,
    "support": 0.4,
    "spread": 0.38,
    "difference": 0.48,
    "harm": 0.06,
}
"""Where on a choice list people usually are, from 0 (its lowest value) to 1 (its highest)."""

_TEXTS: dict[str, tuple[str, ...]] = {
    "ctx_hope": (
        "To know when small worries are enough to act on.",
        "How to use the toolkit without it feeling like a test for the parent.",
        "To meet people from other services.",
        "To feel surer about what to write down.",
    ),
    "rea_access_what": (
        "The room was cold in the morning.",
        "The sound dropped out for a while.",
        "Parking was hard to find.",
    ),
    "rea_keep": (
        "The group exercise with the dated list.",
        "Trainers from two services.",
        "Time to talk in small groups.",
    ),
    "rea_change": (
        "More time for the toolkit.",
        "A shorter start.",
        "More about teenagers.",
        "Nothing, keep it as it is.",
    ),
    "int_first": (
        "Start a dated list for two families I keep coming back to.",
        "Bring the short assessment to my next supervision.",
        "Ask what a normal day is like, and write down the answer.",
        "Show the toolkit to my team at the next meeting.",
    ),
    "beh_example": (
        "I filled in the short assessment together with a parent, and it gave us words for what had to change.",
        "I put the small signs in one dated list and took it to our safeguarding lead.",
        "I asked about an ordinary day and heard things that no form had asked for.",
        "I rang the school before the meeting, and we compared our dates.",
    ),
    "res_story": (
        "The plan now says what will be different at home, and the meals have become regular.",
        "Help with the home came some weeks earlier than it would have done.",
        "The record is fuller, so the next worker did not have to start again.",
    ),
    "mgr_changed": (
        "Records now say what the day is like for the child.",
        "The assessment is brought to supervision without my asking.",
        "More questions to other services, and earlier.",
    ),
    "mgr_needs": (
        "Time in the week to fill in the assessment.",
        "The toolkit on our own system.",
        "A refresher after some months.",
    ),
    "quote_text": (
        "I used to wait for one big thing. Now I write down the small ones and ring the school.",
        "The dated list made the pattern plain to all of us.",
        "I ask about breakfast and bedtime now, and I listen to the answer.",
        "The toolkit is good, but I need it to hand when I am with the family.",
        "It helped to hear how other services see the same child.",
    ),
}
_OTHER_TEXTS = ("More time for this at work would help.", "It was useful to talk it through.", "Nothing to add.")


def simulate_answers(
    profile: LatentProfile,
    wave: str,
    question_document: Mapping[str, Any],
    rng: random.Random,
    *,
    course: str = "NEG",
) -> dict[str, Answer]:
    """The answers this person (or, for the wave “manager”, their manager) gives, by question key, in page order.

    Whether they answer the wave at all is for the caller to read from the profile. Unanswered questions have no key.
    """
    answers: dict[str, Answer] = {}
    for question in questions_of(question_document, wave, course):
        if applies(question, answers):
            answer = simulate_answer(profile, wave, question, question_document["choice_lists"], rng)
            if answer is not None:
                answers[question["key"]] = answer
    return answers


def questions_of(question_document: Mapping[str, Any], wave: str, course: str) -> list[Mapping[str, Any]]:
    """The questions of a wave in the order of its pages, with the course’s own pages and looking-back items if it has any."""
    by_key = {question["key"]: question for question in question_document["questions"]}
    description = next(one for one in question_document["waves"] if one["key"] == wave)
    keys = [
        key
        for page in description.get("variant_pages", {}).get(course) or description["pages"]
        for key in page["questions"]
    ]
    looking_back = [one for one in question_document.get("then_test", {}).get("items", ()) if one["about"] in keys]
    found: list[Mapping[str, Any]] = []
    for key in keys:
        found += looking_back if key == "then_test" else [by_key[key]]
    return found


def applies(question: Mapping[str, Any], answers: Mapping[str, Answer]) -> bool:
    """Whether the question is shown after these answers: `show_if` names an earlier question and what it must hold."""
    condition = question.get("show_if")
    if not condition:
        return True
    given = answers.get(condition["question"])
    if "in" in condition:
        return given in condition["in"]
    return given is not None


def simulate_answer(
    profile: LatentProfile,
    wave: str,
    question: Mapping[str, Any],
    choice_lists: Mapping[str, Any],
    rng: random.Random,
) -> Answer | None:
    """One answer, or None where this person leaves the question out. ValueError for a type nobody has described."""
    kind = question["type"]
    choices: Sequence[Mapping[str, Any]] = question.get("options") or choice_lists.get(
        question.get("choices", ""), {}
    ).get("choices", [])
    if kind in ("short_text", "long_text", "quote"):
        return _text(profile, question, rng)
    if kind == "number":
        return rng.randint(int(question.get("least", 0)), int(question.get("most", 10)))
    if kind == "matrix":
        rows = question.get("rows", [])
        return {str(row["value"]): _rating(profile, wave, question, choices, rng) for row in rows} or None
    if not choices or (rng.random() < _SAYS_NOTHING and not question.get("required")):
        return None
    if kind == "consent":
        return rng.choice(("sector", "none")) if profile.quotes and rng.random() < 0.8 else str(question["default"])
    if kind == "rating":
        apart = _no_chance(profile, choices, rng)
        return apart or _rating(profile, wave, question, choices, rng)
    if kind == "knowledge":
        return _knowledge(profile, wave, question, choices, rng)
    if kind == "single":
        return str(rng.choice(choices)["value"])
    if kind == "multiple":
        return _several(question, choices, rng)
    raise ValueError(f"No made-up answer for a question of the type {kind}")


def _text(profile: LatentProfile, question: Mapping[str, Any], rng: random.Random) -> str | None:
    writes = rng.random() < _WRITES * (1.4 if profile.quotes else 0.7)
    words = rng.choice(_TEXTS.get(question["key"], _OTHER_TEXTS))
    return words[: int(question.get("max_length", 500))] if writes else None


def _no_chance(profile: LatentProfile, choices: Sequence[Mapping[str, Any]], rng: random.Random) -> str | None:
    """The code of a choice outside the scale, where the list has one: no opportunity, or not seen by the manager."""
    codes = {choice["code"] for choice in choices if choice.get("code")}
    if "not_seen" in codes and rng.random() < 0.22:
        return "not_seen"
    if "no_opportunity" in codes and rng.random() > profile.opportunity:
        return "no_opportunity"
    return None


def _rating(
    profile: LatentProfile,
    wave: str,
    question: Mapping[str, Any],
    choices: Sequence[Mapping[str, Any]],
    rng: random.Random,
) -> int:
    """The value on the list nearest to where the person stands, with some noise; each question is a little harder or easier."""
    values = sorted(choice["value"] for choice in choices if choice.get("value") is not None)
    felt = _level(profile, wave, question, values) + rng.gauss(0, 0.45)
    return int(min(values, key=lambda value: abs(value - felt)))


def _level(profile: LatentProfile, wave: str, question: Mapping[str, Any], values: Sequence[int]) -> float:
    key = str(question.get("about") or question.get("twin_of") or question["key"])
    shift = (zlib.crc32(key.encode()) % 100) / 250 - 0.2
    moves = _what_moves(profile, question, key)
    if moves is None:
        share = _TYPICAL.get(str(question.get("choices")), 0.65)
        low, high = values[0], values[-1]
        return low + (high - low) * min(1.0, max(0.0, share + 0.5 * (profile.warmth - 0.7)))
    if "about" in question:
        return moves.before - 0.3 + shift
    return moves.at(wave) + shift


def _what_moves(profile: LatentProfile, question: Mapping[str, Any], key: str) -> Course | None:
    """The part of the profile behind a question: by its construct, or by that of the question it looks back to."""
    if key.endswith("beh_toolkit"):
        return profile.toolkit
    if key.endswith("beh_challenge"):
        return profile.challenge
    if question.get("construct") == "behaviour" and str(question.get("choices", "")).endswith("how_often_3m"):
        return profile.behaviour
    if question.get("choices") == "readiness":
        return profile.confidence
    return None


def _knowledge(
    profile: LatentProfile,
    wave: str,
    question: Mapping[str, Any],
    choices: Sequence[Mapping[str, Any]],
    rng: random.Random,
) -> str:
    chance = profile.knowledge.at(wave)
    if rng.random() < chance:
        return str(question["right_answer"])
    others = [str(choice["value"]) for choice in choices if choice["value"] != question["right_answer"]]
    if "dk" in others and rng.random() < 0.4:
        return "dk"
    return rng.choice([value for value in others if value != "dk"] or others)


def _several(question: Mapping[str, Any], choices: Sequence[Mapping[str, Any]], rng: random.Random) -> list[str]:
    """One to three values in the order of the list, or one that stands alone."""
    alone = [str(value) for value in question.get("exclusive_options", ())]
    if alone and rng.random() < 0.18:
        return [rng.choice(alone)]
    values = [str(choice["value"]) for choice in choices if str(choice["value"]) not in alone]
    chosen = rng.sample(values, min(len(values), rng.choice((1, 1, 2, 2, 3))))
    return [value for value in values if value in chosen]
