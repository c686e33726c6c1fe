"""A question and a wave as somebody writes them, choices one to a line, and as the document has them. Pure."""

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.question_sets import rules
from evaluation.question_sets.editing import free_key
from evaluation.question_sets.rules import Item
from evaluation.surveys.questions import DO_NOT_KNOW, LONGEST, Document

DO_NOT_KNOW_YET = "I do not know yet"
#: Who does what is to be done about a poor answer; a document may name others.
WHO = {
    "learning_and_development_officer": "Learning and development officer",
    "trainer": "Trainer",
    "learning_and_development_group": "Learning and development group",
    "line_manager": "Managers of those who answered",
    "business_manager": "Partnership business manager",
}


@dataclass(frozen=True)
class Kind:
    """A kind of question to begin from: what it is for, and what it is in the document."""

    name: str
    about: str
    type: str
    level: str = "1"
    construct: str = ""
    choices: str = ""
    pairs: bool = False
    direction: str = "higher_is_better"


#: What can be added, in the order it is offered.
KINDS = {
    "rating": Kind("Rating", "Steps in words, from the lowest to the highest.", "rating"),
    "confidence": Kind(
        "Confidence",
        "How ready somebody is for a task of their work, asked before and after.",
        "rating",
        "2",
        "confidence",
        "readiness",
        pairs=True,
    ),
    "behaviour": Kind(
        "What people do",
        "How often something was done when it was needed, asked before and after.",
        "rating",
        "3",
        "behaviour",
        "how_often_3m",
        pairs=True,
    ),
    "knowledge": Kind(
        "Knowledge",
        "One answer is right, and the reason is told after the course.",
        "knowledge",
        "2",
        "knowledge",
        pairs=True,
    ),
    "intention": Kind(
        "Intention", "What somebody will do, in their own words.", "long_text", "2", "intention", direction="none"
    ),
    "single": Kind("One answer of a list", "Answers without an order.", "single", "context", direction="none"),
    "multiple": Kind(
        "Several answers of a list",
        "With an answer that rules out the others.",
        "multiple",
        "context",
        direction="none",
    ),
    "matrix": Kind("The same choices for several rows", "For example, one row for each workshop.", "matrix"),
    "number": Kind("Number", "A whole number from a least to a most.", "number", "context", direction="none"),
    "short_text": Kind("A few words", "Up to 500 characters.", "short_text", "1", direction="none"),
    "long_text": Kind(
        "Longer text", "Up to 800 characters; its themes can be coded.", "long_text", "3", direction="none"
    ),
    "quote": Kind(
        "A quote that may be published", "With its own question of consent.", "quote", "consent", direction="none"
    ),
}
#: The words of consent that belong to every quote.
CONSENT_WORDS = "May we publish this sentence?"
CONSENT_HELP = (
    "You cannot be found again from your answers, so if you change your mind send us the sentence and we will take it out of "
    "everything not yet printed."
)
CONSENT_CHOICES = (
    ("no", "No, please do not publish my words"),
    ("sector", "Yes, with my kind of service and when I said it (for example “health, 3 months after”)"),
    ("none", "Yes, but without my kind of service"),
)


def lines(text: str | None) -> list[str]:
    """What was typed, one to a line, without empty lines."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def steps(labels: Sequence[str], apart: Sequence[str], old: Sequence[Item] = ()) -> list[dict[str, Any]]:
    """Choices of an ordered list: those that stand apart first, each with a code; then the steps, numbered from 0."""
    codes = coded(apart, [choice for choice in old if choice["value"] is None])
    aside = [
        {"value": None, "code": choice["value"], "label": choice["label"], "counts_in_scale": False} for choice in codes
    ]
    return [*aside, *({"value": number, "label": label} for number, label in enumerate(labels))]


def coded(labels: Sequence[str], old: Sequence[Item] = ()) -> list[dict[str, Any]]:
    """Choices without an order, each with a code. The same words keep their code; where as many are there as before, others are
    the old ones in better words."""
    by_label = {str(choice["label"]): rules.code_of(choice) for choice in old}
    found: list[dict[str, Any]] = []
    kept = {by_label[label] for label in labels if label in by_label}
    for place, label in enumerate(labels):
        code = by_label.get(label)
        if code is None and len(labels) == len(old) and rules.code_of(old[place]) not in kept:
            code = rules.code_of(old[place])
        if code is None:
            there = {str(one["value"]) for one in found} | kept | {rules.code_of(choice) for choice in old}
            code = "no_opportunity" if "no opportunity" in label.lower() else free_key(label, there)[:18].strip("_")
        found.append({"value": code, "label": label})
    return found


def knowledge(right: str, others: Sequence[str], old: Item | None) -> dict[str, Any]:
    """The answers of a knowledge question. On paper they stand as written, so the right one is not always the first."""
    before = (old or {}).get("options", [])
    was_right = str((old or {}).get("right_answer") or "")
    wrong_before = [one for one in before if rules.code_of(one) not in (was_right, DO_NOT_KNOW)]
    letters = [letter for letter in "abcdefghijklmnop" if letter not in {rules.code_of(one) for one in before}]
    wrong = coded(others, wrong_before) if wrong_before else [{"value": "", "label": label} for label in others]
    for one in wrong:
        if not re.fullmatch("[a-z]", str(one["value"])):
            one["value"] = letters.pop(0)
    answer = {"value": was_right or letters.pop(0), "label": right}
    place = next((n for n, one in enumerate(before) if rules.code_of(one) == was_right), None) if was_right else None
    wrong.insert(zlib.crc32(right.encode()) % (len(wrong) + 1) if place is None else place, answer)
    options = [*wrong, {"value": DO_NOT_KNOW, "label": DO_NOT_KNOW_YET}]
    return {
        "options": options,
        "right_answer": answer["value"],
        "show_right_answer": "after the end wave closes for that person; never after the baseline",
        "option_order": "mixed for each person on screen, “I do not know yet” always last; as written on paper",
    }


def question_from(kind: Kind, key: str, given: Mapping[str, Any], old: Item | None) -> dict[str, Any]:
    """The question as the document has it, from what was typed. What the form does not show stays as it was."""
    item: dict[str, Any] = dict(old or {})
    item.update(key=key, level=_level(given["level"]), type=kind.type, wording=given["wording"])
    if kind.construct and not old:
        item["construct"] = kind.construct
    optional = {"help": given.get("help"), "short": given.get("short"), "reason": given.get("reason")}
    for name, words in optional.items():
        item.pop(name, None)
        if words:
            item[name] = words
    item.setdefault("waves", [])
    item["pairs_across_waves"] = bool(given.get("pairs"))
    item["direction"] = given.get("direction") or "none"
    item["required"] = bool(given.get("required"))
    item.update(_choices(kind, given, old))
    if kind.type != "knowledge" and "options" in item and given.get("choice_list"):
        item.pop("options")
    if "options" in item:
        item.pop("choices", None)
    use = {part: given.get(f"poor_{part}") or "" for part in ("when", "do", "who")}
    item.pop("if_poor", None)
    if use["when"] or use["do"]:
        item["if_poor"] = use
    return item


def _level(level: str) -> int | str:
    return int(level) if level.isdigit() else level


def _choices(kind: Kind, given: Mapping[str, Any], old: Item | None) -> dict[str, Any]:
    """What may be answered, by the kind of question."""
    before = (old or {}).get("options", [])
    found: dict[str, Any] = {}
    if kind.type in ("rating", "matrix"):
        if given.get("choice_list"):
            found["choices"] = given["choice_list"]
        else:
            found = {
                "options": steps(lines(given.get("own_choices")), lines(given.get("apart")), before),
                "options_ordered": True,
            }
    if kind.type == "matrix" and not (old or {}).get("rows_from"):
        found["rows"] = coded(lines(given.get("rows")), (old or {}).get("rows", []))
    if kind.type in ("single", "multiple") and "options_from" not in (old or {}):
        only = lines(given.get("exclusive"))
        options = coded([*lines(given.get("own_choices")), *only], before)
        # The answer that rules out the others stands last on the page wherever it stands here: that alone is no change.
        found["options"] = before if _same_but_for(options, before, only) else options
        if only or "exclusive_options" in (old or {}):
            found["exclusive_options"] = [one["value"] for one in options if one["label"] in only]
    if kind.type == "knowledge":
        found = knowledge(" ".join((given.get("right") or "").split()), lines(given.get("own_choices")), old)
    if kind.type == "number":
        found = {"least": given.get("least") or 0, "most": given.get("most") or 0}
    if kind.type in LONGEST:
        found["max_length"] = given.get("longest") or LONGEST[kind.type]
    return found


def _same_but_for(options: Sequence[Item], before: Sequence[Item], only: Sequence[str]) -> bool:
    """Are these the same choices in the same order, wherever those that rule out the others stand?"""

    def apart(choices: Sequence[Item]) -> tuple[list[Item], list[Item]]:
        return [one for one in choices if one["label"] not in only], [one for one in choices if one["label"] in only]

    return apart(options) == apart(before)


def consent_of(quote_key: str, key: str) -> dict[str, Any]:
    """The question of consent that belongs to a quote: “no” to begin with."""
    return {
        "key": key,
        "level": "consent",
        "type": "consent",
        "wording": CONSENT_WORDS,
        "help": CONSENT_HELP,
        "options": [{"value": code, "label": label} for code, label in CONSENT_CHOICES],
        "waves": [],
        "pairs_across_waves": False,
        "direction": "none",
        "show_if": {"question": quote_key, "answered": True},
        "required": False,
        "default": "no",
    }


def typed(document: Document, item: Item) -> dict[str, Any]:
    """A question as its form shows it."""
    choices = item.get("options", [])
    use = item.get("if_poor") or {}
    only = {str(code) for code in item.get("exclusive_options", ())}
    right = str(item.get("right_answer") or "")
    aside = [one for one in choices if one["value"] is None]
    hidden = {*only, right, DO_NOT_KNOW if item["type"] == "knowledge" else ""}
    return {
        **{name: item.get(name) or "" for name in ("wording", "help", "short", "reason")},
        "level": str(item.get("level")),
        "direction": item.get("direction") or "none",
        "choice_list": item.get("choices", ""),
        "own_choices": "\n".join(
            one["label"] for one in choices if one["value"] is not None and rules.code_of(one) not in hidden
        ),
        "apart": "\n".join(one["label"] for one in aside),
        "exclusive": "\n".join(one["label"] for one in choices if rules.code_of(one) in only),
        "right": next((one["label"] for one in choices if rules.code_of(one) == right), ""),
        "rows": "\n".join(row["label"] for row in item.get("rows", [])),
        "least": item.get("least", 0),
        "most": item.get("most", 1000),
        "longest": item.get("max_length", LONGEST.get(item["type"], 0)),
        "required": bool(item.get("required")),
        "pairs": bool(item.get("pairs_across_waves")),
        **{f"poor_{part}": use.get(part, "") for part in ("when", "do", "who")},
    }


# Waves.

OPENS = {
    "place_confirmed": "When a place is confirmed",
    "minutes_after_start": "Minutes after it starts",
    "minutes_after_end": "Minutes after it ends",
    "after_session_days": "Days after it, at 9am",
    "": "On a day an officer sets",
}
CLOSES = {
    "minutes_after_start": "Minutes after it starts",
    "after_session_days": "Days after it, at midnight",
    "days_after_open": "Days after it opens",
}
REMINDS = {
    "days_before_session": "days before the session",
    "days_after_session": "days after the session",
    "days_after_open": "days after it opens",
    "working_days_after_open": "working days after it opens",
}
ASKS = {
    "booked": "People whose place is confirmed",
    "came": "People who came, by the register",
    "manager": "The managers of people who came",
}


def rule_from(moment: str, count: int, *, closes: bool) -> dict[str, Any]:
    """When a wave opens or closes, for the clock."""
    if moment == "place_confirmed":
        return {"place_confirmed": True}
    if moment == "after_session_days":
        return {"after_session_days": count, "at": "24:00" if closes else "09:00"}
    return {moment: count}


def rule_words(rule: Mapping[str, Any]) -> str:
    """When a wave opens or closes, for people.

    >>> rule_words({"minutes_after_end": -30}), rule_words({"after_session_days": 1, "at": "24:00"})
    ('30 minutes before the end', '1 day after the session')
    """
    if rule.get("place_confirmed"):
        return "when the place is confirmed"
    name, count = next((name, int(rule[name])) for name in rule if name != "at")
    unit = "minute" if name.startswith("minutes") else "day"
    what = {
        "minutes_after_start": "the start of the session",
        "minutes_after_end": "the end",
        "after_session_days": "the session",
        "days_after_open": "it opens",
    }[name]
    if count == 0:
        return f"at {what}" if unit == "minute" else "on the day of the session"
    return f"{abs(count)} {unit}{'' if abs(count) == 1 else 's'} {'before' if count < 0 else 'after'} {what}"


def kind_of(item: Item) -> Kind:
    """The kind of a question that is there."""
    if item["type"] == "consent":
        return Kind("Consent", "", "consent", "consent", direction="none")
    return next(kind for kind in KINDS.values() if kind.type == item["type"])
