"""The steps of building a set: each takes a document and gives back another. Pure; nothing here changes what it was given."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from copy import deepcopy
from typing import Any

from evaluation.question_sets import rules
from evaluation.surveys.questions import Document
from lms.errors import RuleBroken

Edited = dict[str, Any]
#: A question may stand once in a wave; this says so.
TWICE = "This question is already asked in this wave."


def _copy(document: Document) -> Edited:
    return deepcopy(dict(document))


def _settled(document: Edited) -> Edited:
    """Each question says in which waves it is asked: read from the pages, so that both cannot differ."""
    asked: dict[str, list[str]] = {}
    for wave in document["waves"]:
        for _, pages in rules.page_lists(wave):
            for page in pages:
                for key in page["questions"]:
                    if wave["key"] not in asked.setdefault(key, []):
                        asked[key].append(wave["key"])
    for item in document["questions"]:
        item["waves"] = asked.get(item["key"], [])
    for item in document.get(rules.LOOKING_BACK, {}).get("items", []):
        item["waves"] = asked.get(rules.LOOKING_BACK, [])
    return document


def empty_set(title: str) -> Edited:
    """A set nobody has put anything into yet."""
    return {"title": title, "choice_lists": {}, "scales": [], "waves": [], "questions": []}


def name_set(document: Document, title: str) -> Edited:
    """Call the set something else."""
    return _copy(document) | {"title": title}


def free_key(words: str, taken: Collection[str], stem: str = "") -> str:
    """A key made of the first words, with a number where another has it already.

    >>> free_key("How ready are you?", {"how_ready_are"})
    'how_ready_are_2'
    """
    parts = re.findall(r"[a-z0-9]+", words.lower())[:3]
    key = "_".join(filter(None, [stem, *parts]))[:30].strip("_") or "question"
    key = key if key[0].isalpha() else f"q_{key}"
    number = 2
    found = key
    while found in taken:
        found, number = f"{key}_{number}", number + 1
    return found


# Waves and their pages.


def add_wave(document: Document, wave: Mapping[str, Any]) -> Edited:
    """A wave more, after the others, without pages."""
    result = _copy(document)
    key = free_key(wave["name"], {one["key"] for one in result["waves"]})[:20]
    result["waves"].append({"key": key, "pages": [], **wave})
    return result


def change_wave(document: Document, key: str, changes: Mapping[str, Any]) -> Edited:
    """Say something else of a wave; None takes a word away."""
    result = _copy(document)
    wave = _wave(result, key)
    wave.update({name: value for name, value in changes.items() if value is not None})
    for name in [name for name, value in changes.items() if value is None]:
        wave.pop(name, None)
    return result


def remove_wave(document: Document, key: str) -> Edited:
    """Take a wave out; its questions stay in the set."""
    result = _copy(document)
    result["waves"] = [wave for wave in result["waves"] if wave["key"] != key]
    return _settled(result)


def own_pages(document: Document, key: str, course: str) -> Edited:
    """Give a course pages of its own in a wave: a copy of those for every course, to change."""
    result = _copy(document)
    wave = _wave(result, key)
    wave.setdefault("variant_pages", {}).setdefault(course, deepcopy(wave["pages"]))
    return _settled(result)


def drop_own_pages(document: Document, key: str, course: str) -> Edited:
    """Ask a course the pages for every course again."""
    result = _copy(document)
    _wave(result, key).get("variant_pages", {}).pop(course, None)
    return _settled(result)


def add_page(document: Document, wave: str, course: str, title: str) -> Edited:
    """A page more, after the others."""
    return _on_pages(document, wave, course, lambda pages: pages.append({"title": title, "questions": []}))


def name_page(document: Document, wave: str, course: str, number: int, title: str) -> Edited:
    """Give a page another title; the first page is 0."""
    return _on_pages(document, wave, course, lambda pages: pages[number].update(title=title))


def remove_page(document: Document, wave: str, course: str, number: int) -> Edited:
    """Take a page out; its questions stay in the set."""
    return _on_pages(document, wave, course, lambda pages: pages.pop(number))


def move_page(document: Document, wave: str, course: str, number: int, by: int) -> Edited:
    """Move a page up (-1) or down (1); at the end it stays."""

    def move(pages: list[Edited]) -> None:
        to = min(max(number + by, 0), len(pages) - 1)
        pages.insert(to, pages.pop(number))

    return _on_pages(document, wave, course, move)


def place(document: Document, wave: str, course: str, number: int, key: str) -> Edited:
    """Ask a question of the set on a page, after its others. RuleBroken where the wave asks it already."""

    def put(pages: list[Edited]) -> None:
        if any(key in page["questions"] for page in pages):
            raise RuleBroken(TWICE)
        pages[number]["questions"].append(key)

    return _on_pages(document, wave, course, put)


def take_off(document: Document, wave: str, course: str, key: str) -> Edited:
    """Do not ask a question in this wave; it stays in the set."""

    def take(pages: list[Edited]) -> None:
        for page in pages:
            page["questions"] = [one for one in page["questions"] if one != key]

    return _on_pages(document, wave, course, take)


def move_question(document: Document, wave: str, course: str, key: str, by: int) -> Edited:
    """Move a question up (-1) or down (1); beyond the first or last of its page it goes to the next page."""

    def move(pages: list[Edited]) -> None:
        for number, page in enumerate(pages):
            if key not in page["questions"]:
                continue
            here = page["questions"].index(key)
            page["questions"].remove(key)
            if 0 <= here + by <= len(page["questions"]):
                page["questions"].insert(here + by, key)
            elif 0 <= number + by < len(pages):
                there = pages[number + by]["questions"]
                there.insert(0 if by > 0 else len(there), key)
            else:
                page["questions"].insert(here, key)
            return

    return _on_pages(document, wave, course, move)


def _wave(document: Document, key: str) -> Edited:
    wave = rules.wave_of(document, key)
    if wave is None:
        raise RuleBroken("This wave is no longer in the set.")
    return wave


def _on_pages(document: Document, key: str, course: str, change: Callable[[list[Edited]], object]) -> Edited:
    result = _copy(document)
    wave = _wave(result, key)
    pages = wave.get("variant_pages", {}).get(course) if course else wave["pages"]
    if pages is None:
        raise RuleBroken(f"The course {course} no longer has pages of its own in this wave.")
    try:
        change(pages)
    except IndexError:
        raise RuleBroken("This page is no longer in the wave.") from None
    return _settled(result)


# Questions.


def put_question(document: Document, item: Mapping[str, Any], *, then: Sequence[Mapping[str, Any]] = ()) -> Edited:
    """A question as it is now: in its place if the set has it, otherwise added, with what belongs to it after it."""
    result = _copy(document)
    for one in (item, *then):
        old = rules.question_of(result, one["key"])
        if old is None:
            result["questions"].append(deepcopy(dict(one)))
        else:
            result["questions"][result["questions"].index(old)] = deepcopy(dict(one))
    return _settled(result)


def remove_question(document: Document, key: str) -> Edited:
    """Take a question out of the set, its pages and its scales, with the ratings that look back at it."""
    result = _copy(document)
    result["questions"] = [item for item in result["questions"] if item["key"] != key]
    for wave in result["waves"]:
        for _, pages in rules.page_lists(wave):
            for page in pages:
                page["questions"] = [one for one in page["questions"] if one != key]
    for scale in result.get("scales", []):
        scale["items"] = [one for one in scale["items"] if one != key]
    back = result.get(rules.LOOKING_BACK)
    if back:
        back["items"] = [item for item in back["items"] if item["about"] != key]
    return _settled(result)


def asked_somewhere(document: Document) -> set[str]:
    """The keys of the questions that stand on a page of any wave."""
    pages = (page for wave in document["waves"] for _, pages in rules.page_lists(wave) for page in pages)
    return {key for page in pages for key in page["questions"]}


def set_condition(document: Document, key: str, question: str, answers: Sequence[str]) -> Edited:
    """Ask a question only after one of these answers to an earlier one (none: after any answer); with no question, always."""
    result = _copy(document)
    item = rules.question_of(result, key)
    if item is None:
        raise RuleBroken("This question is no longer in the set.")
    item.pop("show_if", None)
    if question:
        source = rules.question_of(result, question) or {}
        values = {rules.code_of(choice): choice["value"] for choice in rules.choices_of(result, source)}
        wanted = [code if values.get(code) is None else values[code] for code in answers]
        item["show_if"] = {"question": question, "in": wanted} if wanted else {"question": question, "answered": True}
        item["required"] = False
    return result


def may_follow(document: Document, key: str) -> list[dict[str, Any]]:
    """The questions that one may depend on: asked before it in every wave that asks it, with answers to choose from or words."""
    found: list[set[str]] = []
    order: list[str] = []
    for wave in document["waves"]:
        for _, pages in rules.page_lists(wave):
            keys = [one for page in pages for one in page["questions"]]
            if key in keys:
                found.append(set(keys[: keys.index(key)]))
                order += [one for one in keys if one not in order]
    common = set.intersection(*found) if found else set()
    items = [rules.question_of(document, one) for one in order if one in common]
    return [item for item in items if item is not None and item["type"] not in ("matrix", "number")]


# The library.


def take_from(library: Document, document: Document, key: str) -> Edited:
    """A question of the library in this set, under the same key and in the same words, with its choices, its scale where that is
    wanted by all its items, and what it cannot do without: the consent of a quote, the question it follows."""
    result = _copy(document)
    item = rules.question_of(library, key)
    if item is None:
        return _take_looking_back(library, result, key)
    follows = str((item.get("show_if") or {}).get("question") or item.get("rows_from") or "")
    belongs = [
        one["key"]
        for one in library["questions"]
        if one["type"] == "consent" and one.get("show_if", {}).get("question") == key
    ]
    for name in filter(None, (follows, key, *belongs)):
        one = rules.question_of(library, name)
        if one is not None and rules.question_of(result, name) is None:
            result["questions"].append(_with_choices(library, result, one))
    _take_scale(library, result, item)
    return _settled(result)


def _with_choices(library: Document, result: Edited, item: Mapping[str, Any]) -> Edited:
    taken = deepcopy(dict(item))
    name = taken.get("choices")
    if name is None:
        return taken
    listed = library["choice_lists"][name]
    if result["choice_lists"].setdefault(name, deepcopy(listed)) != listed:
        # The set has changed its own list of this name: the question keeps the words it came with.
        taken["choices"] = free_key(name, result["choice_lists"])
        result["choice_lists"][taken["choices"]] = deepcopy(listed)
    return taken


def _take_scale(library: Document, result: Edited, item: Mapping[str, Any]) -> None:
    scale = next((one for one in library.get("scales", []) if item["key"] in one["items"]), None)
    if scale is None:
        return
    own = next((one for one in result.setdefault("scales", []) if one["key"] == scale["key"]), None)
    if own is None:
        own = {**deepcopy(scale), "items": []}
        result["scales"].append(own)
    if item["key"] not in own["items"]:
        own["items"].append(item["key"])
    own["least_items_answered"] = min(scale["least_items_answered"], len(own["items"]))


def _take_looking_back(library: Document, result: Edited, key: str) -> Edited:
    """A rating that looks back; only beside the question it looks back at."""
    back = library.get(rules.LOOKING_BACK, {})
    item = next((one for one in back.get("items", []) if one["key"] == key), None)
    if item is None:
        raise RuleBroken("This question is not in the library.")
    if rules.question_of(result, item["about"]) is None:
        raise RuleBroken("Take in the question it looks back at first: without it there is nothing to compare.")
    own = result.setdefault(rules.LOOKING_BACK, {**{name: back[name] for name in back if name != "items"}, "items": []})
    if key not in [one["key"] for one in own["items"]]:
        own["items"].append(_with_choices(library, result, item))
    return _settled(result)


# Languages.


def add_language(document: Document, code: str) -> Edited:
    """Carry another language; without words as yet."""
    result = _copy(document)
    result.setdefault("translations", {}).setdefault(code, {})
    return result


def remove_language(document: Document, code: str) -> Edited:
    """Carry a language no longer."""
    result = _copy(document)
    result.get("translations", {}).pop(code, None)
    return result


def translate(document: Document, code: str, words: Mapping[str, str]) -> Edited:
    """Say English words in another language: {English: what is said}; what is empty is missing again."""
    result = add_language(document, code)
    said: dict[str, str] = result["translations"][code]
    said.update({english: other for english, other in words.items() if other})
    for english in [english for english, other in words.items() if not other]:
        said.pop(english, None)
    return result
