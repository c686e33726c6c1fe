"""Two versions of a set side by side, and which questions must begin anew under a key of their own. Pure."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from evaluation.question_sets import rules
from evaluation.question_sets.rules import Item
from evaluation.surveys.questions import Document

#: What people have been asked under a key and have answered: {question key: fingerprints}.
Answered = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Change:
    """One thing of a question or a wave that differs: what, before, after."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """One question or wave that is in both versions and is not the same."""

    name: str
    changes: tuple[Change, ...]
    #: Whether its answers before and after can no longer be compared.
    begins_anew: bool = False


@dataclass(frozen=True)
class Comparison:
    """What the second of two versions does differently."""

    added: tuple[Item, ...]
    taken_out: tuple[Item, ...]
    changed: tuple[Difference, ...]
    waves: tuple[Difference, ...]
    waves_added: tuple[Item, ...]
    waves_taken_out: tuple[Item, ...]

    @property
    def is_empty(self) -> bool:
        """Do both versions ask the same?"""
        return not any((self.added, self.taken_out, self.changed, self.waves, self.waves_added, self.waves_taken_out))


@dataclass(frozen=True)
class Renewal:
    """A question whose answers begin anew: its key so far, its next key, its words, and whether it is compared across waves."""

    old: str
    new: str
    wording: str
    pairs: bool


def fingerprint(document: Document, key: str) -> str:
    """What must stay the same for answers to be put together: for a question that is compared across waves every word of it and
    of its choices; for others what the numbers kept for it mean."""
    item = rules.question_of(document, key)
    if item is None:
        return ""
    choices = [[rules.code_of(choice), choice["label"]] for choice in rules.choices_of(document, item)]
    if item.get("pairs_across_waves"):
        meant: list[Any] = [item["type"], item["wording"], choices, item.get("right_answer")]
    elif item["type"] in rules.MUST_HAVE_A_USE:
        meant = [item["type"], choices, item.get("right_answer")]
    else:
        meant = [item["type"]]
    return json.dumps(meant, ensure_ascii=False, sort_keys=True)


def stem(key: str) -> str:
    """A key without the number of the version it began anew in.

    >>> stem("conf_notice_v3"), stem("conf_notice")
    ('conf_notice', 'conf_notice')
    """
    return re.sub(r"_v\d+$", "", key)


def renewals(document: Document, answered: Answered, version: int) -> list[Renewal]:
    """The questions that have been answered in other words: published as this version, each gets a key of its own."""
    found = []
    for item in document["questions"]:
        asked_as = answered.get(item["key"])
        if asked_as and fingerprint(document, item["key"]) not in asked_as:
            number = f"_v{version}"
            pairs = bool(item.get("pairs_across_waves"))
            found.append(Renewal(item["key"], stem(item["key"])[: 40 - len(number)] + number, item["wording"], pairs))
    return found


def renewed(document: Document, found: Sequence[Renewal]) -> dict[str, Any]:
    """The document with these questions under their next keys, wherever they are named."""
    result: dict[str, Any] = deepcopy(dict(document))
    next_key = {one.old: one.new for one in found}
    for item in [*result["questions"], *result.get(rules.LOOKING_BACK, {}).get("items", [])]:
        for name in ("key", "twin_of", "about", "rows_from"):
            if name in item:
                item[name] = next_key.get(item[name], item[name])
        if item.get("show_if"):
            item["show_if"]["question"] = next_key.get(item["show_if"]["question"], item["show_if"]["question"])
    for scale in result.get("scales", []):
        scale["items"] = [next_key.get(key, key) for key in scale["items"]]
    for wave in result["waves"]:
        for _, pages in rules.page_lists(wave):
            for page in pages:
                page["questions"] = [next_key.get(key, key) for key in page["questions"]]
    return result


def compare(before: Document, after: Document) -> Comparison:
    """What `after` does differently. A question that began anew under another key is the same question, changed."""
    old = {item["key"]: item for item in before["questions"]}
    new = {item["key"]: item for item in after["questions"]}
    stems = {stem(key): key for key in old if key not in new}
    was = {key: stems[stem(key)] for key in new if key not in old and stem(key) in stems}
    pairs = {**{key: key for key in new if key in old}, **was}
    changed = []
    for key, old_key in pairs.items():
        changes = _question_changes(before, old[old_key], after, new[key])
        if changes or key != old_key:
            changed.append(Difference(rules.at_question(old[old_key]), tuple(changes), key != old_key))
    old_waves = {wave["key"]: wave for wave in before["waves"]}
    new_waves = {wave["key"]: wave for wave in after["waves"]}
    waves = [
        Difference(rules.at_wave(wave), tuple(changes))
        for key, wave in new_waves.items()
        if key in old_waves and (changes := _wave_changes(before, old_waves[key], after, wave))
    ]
    return Comparison(
        added=tuple(item for key, item in new.items() if key not in pairs),
        taken_out=tuple(item for key, item in old.items() if key not in pairs.values()),
        changed=tuple(changed),
        waves=tuple(waves),
        waves_added=tuple(wave for key, wave in new_waves.items() if key not in old_waves),
        waves_taken_out=tuple(wave for key, wave in old_waves.items() if key not in new_waves),
    )


def _differing(rows: Sequence[tuple[str, str, str]]) -> list[Change]:
    return [
        Change(what, rules.readable(old) or "Nothing", rules.readable(new) or "Nothing")
        for what, old, new in rows
        if old != new
    ]


def _question_changes(before: Document, old: Item, after: Document, new: Item) -> list[Change]:
    def both(name: str) -> tuple[str, str]:
        return str(old.get(name) or ""), str(new.get(name) or "")

    def each(say: Callable[[Item], str]) -> tuple[str, str]:
        return say(old), say(new)

    return _differing(
        [
            ("Kind", *each(lambda item: rules.TYPES.get(str(item["type"]), ""))),
            ("Words", *both("wording")),
            ("Help", *both("help")),
            ("Choices", _labels(rules.choices_of(before, old)), _labels(rules.choices_of(after, new))),
            ("Rows", _labels(old.get("rows", [])), _labels(new.get("rows", []))),
            ("Right answer", _right(old), _right(new)),
            ("Reason", *both("reason")),
            ("Numbers", *each(_limits)),
            ("Level", *each(lambda item: rules.LEVELS.get(str(item.get("level")), ""))),
            ("Which way is better", *each(lambda item: rules.DIRECTIONS.get(str(item.get("direction")), ""))),
            ("Must be answered", *each(lambda item: "Yes" if item.get("required") else "No")),
            ("Compared across waves", *each(lambda item: "Yes" if item.get("pairs_across_waves") else "No")),
            ("Asked only if", condition_words(before, old), condition_words(after, new)),
            ("If the answer is poor", *each(_use)),
        ]
    )


def _use(item: Item) -> str:
    use = item.get("if_poor") or {}
    return ": ".join(filter(None, (use.get("when"), use.get("do"))))


def _limits(item: Item) -> str:
    return f"{item['least']} to {item['most']}" if "least" in item and "most" in item else ""


def _labels(choices: Sequence[Item]) -> str:
    return "; ".join(str(choice["label"]) for choice in choices)


def _right(item: Item) -> str:
    found = (one["label"] for one in item.get("options", []) if rules.code_of(one) == item.get("right_answer"))
    return str(next(found, ""))


def condition_words(document: Document, item: Item) -> str:
    """When a question is asked, in words; nothing if always."""
    condition = item.get("show_if") or {}
    source = rules.question_of(document, str(condition.get("question") or item.get("rows_from") or ""))
    if source is None:
        return ""
    if "rows_from" in item:
        return f"for what was chosen at “{rules.readable(source['wording'])}”"
    if condition.get("answered"):
        return f"“{rules.readable(source['wording'])}” was answered"
    wanted = {str(value) for value in condition.get("in", [])}
    labels = [
        f"“{choice['label']}”" for choice in rules.choices_of(document, source) if rules.code_of(choice) in wanted
    ]
    return f"the answer to “{rules.readable(source['wording'])}” was {' or '.join(labels)}"


def _wave_changes(before: Document, old: Item, after: Document, new: Item) -> list[Change]:
    rows = [
        (what, str(old.get(name) or ""), str(new.get(name) or ""))
        for what, name in (
            ("Name", "name"),
            ("Who is asked", "asks"),
            ("Opens", "opens"),
            ("Closes", "closes"),
            ("Minutes", "minutes"),
            ("What people read first", "intro"),
        )
    ]
    rows.append(("Reminders", reminder_words(old.get("reminders", [])), reminder_words(new.get("reminders", []))))
    old_pages, new_pages = dict(rules.page_lists(old)), dict(rules.page_lists(new))
    for course in sorted(old_pages | new_pages):
        were, are = old_pages.get(course, []), new_pages.get(course, [])
        if _keys(were) != _keys(are):
            rows.append(
                (f"Pages for {course}" if course else "Pages", _page_words(before, were), _page_words(after, are))
            )
    return _differing(rows)


def _keys(pages: Sequence[Item]) -> list[Any]:
    return [[page["title"], [stem(key) for key in page["questions"]]] for page in pages]


def _page_words(document: Document, pages: Sequence[Item]) -> str:
    def short(key: str) -> str:
        item = rules.question_of(document, key)
        words = rules.readable(item["wording"]) if item else "looking back"
        return words if len(words) <= 60 else f"{words[:57]}…"

    return " / ".join(f"{page['title']}: {'; '.join(short(key) for key in page['questions'])}" for page in pages)


def reminder_words(reminders: Sequence[Mapping[str, int]]) -> str:
    """When a wave reminds, in words."""
    said = {
        "days_before_session": "before the session",
        "days_after_session": "after the session",
        "days_after_open": "after it opens",
        "working_days_after_open": "after it opens",
    }
    words = []
    for reminder in reminders:
        name, days = next(iter(reminder.items()))
        unit = "working day" if name.startswith("working") else "day"
        words.append(f"{days} {unit}{'' if days == 1 else 's'} {said.get(name, '')}")
    return " and ".join(words)
