"""What makes a question set unusable, each in a sentence with where it is. Pure; for the shape see content/question-sets.yaml."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.surveys.languages import LANGUAGES
from evaluation.surveys.questions import Document
from lms.errors import RuleBroken

Item = Mapping[str, Any]

LEVELS = {
    "context": "Context",
    "1": "1 Reaction",
    "2": "2 Learning",
    "3": "3 Behaviour",
    "4": "4 Results",
    "consent": "Consent",
}
DIRECTIONS = {"higher_is_better": "Higher is better", "lower_is_better": "Lower is better", "none": "Neither"}
TYPES = {
    "rating": "Rating",
    "knowledge": "Knowledge question",
    "single": "One answer of a list",
    "multiple": "Several answers of a list",
    "matrix": "The same choices for several rows",
    "number": "Number",
    "short_text": "A few words",
    "long_text": "Longer text",
    "quote": "A quote that may be published",
    "consent": "Consent",
}
#: Questions with answers to choose from, those whose choices are worded steps, and those that must say what is done.
CLOSED = {"rating", "knowledge", "single", "multiple", "matrix", "consent"}
WORDED = {"rating", "matrix", "single", "multiple", "knowledge"}
MUST_HAVE_A_USE = {"rating", "matrix", "knowledge"}
MOST_REMINDERS = 2
#: An answer is kept under the key of its question, a row of a matrix under “key.row”; several choices stand in one column.
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
LONGEST_ROW, LONGEST_CHOICES = 18, 200
MOMENTS = ("place_confirmed", "minutes_after_start", "minutes_after_end", "after_session_days")
REMINDERS = ("days_before_session", "days_after_session", "days_after_open", "working_days_after_open")
LOOKING_BACK = "then_test"
#: What may stand for something else in the words of a set: of a course, or of what a survey without a session is about.
PLACEHOLDERS = ("course_title", "review_reference", "change_in_plain_words", "forum_title", "resource_title")


@dataclass(frozen=True)
class Problem:
    """What is wrong, where people find it, and the question or wave it belongs to."""

    where: str
    sentence: str
    question: str = ""
    wave: str = ""


def check_document(document: Document) -> list[Problem]:
    """Everything that makes this set unusable; nothing if it can be published."""
    return [
        *_check_keys(document),
        *(problem for item in document["questions"] for problem in _check_question(document, item)),
        *_check_looking_back(document),
        *_check_scales(document),
        *(problem for wave in document["waves"] for problem in _check_wave(document, wave)),
        *_check_languages(document),
    ]


def refuse_problems(document: Document) -> None:
    """RuleBroken if the set cannot be used as it is."""
    if problems := check_document(document):
        raise RuleBroken(f"This set cannot be published yet. {problems[0].where}: {problems[0].sentence}")


def is_bare(label: str) -> bool:
    """Is this choice a bare number, or nothing that somebody could picture?

    >>> is_bare("5"), is_bare("4 / 5"), is_bare("I know the first step, then I would need help")
    (True, True, False)
    """
    return not re.search(r"[^\W\d_]{2,}", label)


def readable(text: str) -> str:
    """Words with what stands for something else said in brackets.

    >>> readable("Someone you manage was on {{course_title}}.")
    'Someone you manage was on [course title].'
    """
    return re.sub(r"\{\{(\w+)\}\}", lambda found: f"[{found[1].replace('_', ' ')}]", text)


def question_of(document: Document, key: str) -> dict[str, Any] | None:
    """The question with this key, as the document has it."""
    return next((item for item in document["questions"] if item["key"] == key), None)


def wave_of(document: Document, key: str) -> dict[str, Any] | None:
    """The wave with this key, as the document has it."""
    return next((wave for wave in document["waves"] if wave["key"] == key), None)


def choices_of(document: Document, item: Item) -> list[dict[str, Any]]:
    """The choices of a question, its own or those of its list; none where the list is not there."""
    if "choices" in item:
        listed: list[dict[str, Any]] = document["choice_lists"].get(item["choices"], {}).get("choices", [])
        return listed
    own: list[dict[str, Any]] = item.get("options", [])
    return own


def code_of(choice: Mapping[str, Any]) -> str:
    """What is kept for a choice."""
    return str(choice.get("code") if choice["value"] is None else choice["value"])


def page_lists(wave: Item) -> list[tuple[str, list[dict[str, Any]]]]:
    """The pages of a wave for every course, and those of courses with pages of their own: (course code or nothing, pages)."""
    return [("", wave["pages"]), *sorted(wave.get("variant_pages", {}).items())]


def at_question(item: Item) -> str:
    """Where a question is, for people."""
    words = readable(item.get("wording") or item["key"])
    return f"Question “{words if len(words) <= 80 else words[:77] + '…'}”"


def at_page(wave: Item, course: str, page: Item) -> str:
    """Where a page is, for people."""
    return f"{at_wave(wave)}, page “{page.get('title', '')}”{f' for {course}' if course else ''}"


def at_wave(wave: Item) -> str:
    """Where a wave is, for people."""
    return f"Wave “{wave.get('name') or wave['key']}”"


def _check_keys(document: Document) -> Iterator[Problem]:
    items = [*document["questions"], *document.get(LOOKING_BACK, {}).get("items", [])]
    for what, there in (("questions", items), ("waves", document["waves"]), ("scales", document.get("scales", []))):
        for key, times in Counter(one["key"] for one in there).items():
            if times > 1:
                yield Problem("The whole set", f"{times} {what} have the same key “{key}”.")
            if not KEY.fullmatch(key):
                sentence = f"The key “{key}” must be small letters, digits and _, 40 at most, a letter first."
                yield Problem("The whole set", sentence)
    if not document["waves"]:
        yield Problem("The whole set", "Add a wave: a set without one is never asked.")


def _check_question(document: Document, item: Item) -> Iterator[Problem]:
    def problem(sentence: str) -> Problem:
        return Problem(at_question(item), sentence, question=item["key"])

    kind = item.get("type")
    if not item.get("wording", "").strip():
        yield problem("Write the question.")
    yield from map(problem, _wrong_placeholders(item.get("wording", "")))
    if kind not in TYPES:
        yield problem(f"“{kind}” is no kind of question.")
        return
    if str(item.get("level")) not in LEVELS:
        yield problem("Choose its level, from reaction to results.")
    if item.get("direction", "none") not in DIRECTIONS:
        yield problem("Say whether a higher or a lower answer is better, or neither.")
    if item.get("required") and (item.get("show_if") or item.get("rows_from")):
        yield problem("It is asked only sometimes, so it cannot be one that must be answered.")
    if kind in CLOSED and "options_from" not in item:
        yield from map(problem, _wrong_choices(document, item))
    if kind == "knowledge":
        yield from map(problem, _wrong_answer(item))
    if kind == "matrix":
        yield from map(problem, _wrong_rows(document, item))
    if kind == "number" and item.get("least", 0) >= item.get("most", 1000):
        yield problem("The least number must be smaller than the most.")
    if kind in MUST_HAVE_A_USE and not has_use(item):
        sentence = (
            "Say what will be done if the answer is poor: when, what, and who. A question without a use is taken out."
        )
        yield problem(sentence)
    twin = item.get("twin_of")
    if twin and (other := question_of(document, twin)) is None:
        yield problem(f"It is to be compared with “{twin}”, which is not in this set.")
    elif twin and _steps(document, item) != _steps(document, other or {}):
        yield problem(
            "It is compared with another question, so both need the same number of choices in the same order."
        )


def _wrong_placeholders(text: str) -> Iterator[str]:
    """Braces that stand for nothing we know."""
    for name in re.findall(r"\{\{(.*?)\}\}", text):
        if name not in PLACEHOLDERS:
            yield f"“{name}” in double braces stands for nothing here."


def has_use(item: Item) -> bool:
    """Does a question say when its answer is poor, what is done then, and who does it?"""
    use = item.get("if_poor") or {}
    return all(str(use.get(part) or "").strip() for part in ("when", "do", "who"))


def _wrong_choices(document: Document, item: Item) -> Iterator[str]:
    if "choices" in item and item["choices"] not in document["choice_lists"]:
        yield f"There is no list of choices “{item['choices']}”."
        return
    choices = choices_of(document, item)
    labels = [str(choice.get("label") or "").strip() for choice in choices]
    if len(choices) < 2:
        yield "Give at least two choices."
    for label in labels:
        if not label:
            yield "A choice has no words."
        elif item["type"] in WORDED and is_bare(label):
            yield f"The choice “{label}” is a bare number: say in words what somebody who chooses it does or knows."
    for label, times in Counter(filter(None, labels)).items():
        if times > 1:
            yield f"The choice “{label}” stands there {times} times."
    codes = [code_of(choice) for choice in choices]
    if len(set(codes)) < len(codes):
        yield "Two choices have the same code."
    if item["type"] == "multiple" and len(",".join(codes)) > LONGEST_CHOICES:
        yield "There are too many choices to keep: leave some out."
    for code in item.get("exclusive_options", ()):
        if str(code) not in codes:
            yield "The answer that rules out the others is not among the choices."


def _wrong_answer(item: Item) -> Iterator[str]:
    if not item.get("right_answer"):
        yield "Say which answer is right."
    elif str(item["right_answer"]) not in [code_of(choice) for choice in item.get("options", [])]:
        yield "The right answer is not among the answers."
    if not item.get("reason", "").strip():
        yield "Say why the right answer is right: people read it after the course."


def _wrong_rows(document: Document, item: Item) -> Iterator[str]:
    follows = item.get("rows_from")
    if follows:
        source = question_of(document, follows)
        if source is None or source["type"] not in ("multiple", "single"):
            yield "Its rows are the answers to another question, which is not in this set."
        if item.get("show_if"):
            yield "Its rows follow another question already, so it cannot be asked only after one."
        return
    rows = item.get("rows", [])
    if len(rows) < 2:
        yield "Give at least two rows."
    if any(not str(row.get("label") or "").strip() for row in rows):
        yield "A row has no words."
    codes = [str(row["value"]) for row in rows]
    if len(set(codes)) < len(codes) or any(not re.fullmatch(rf"[a-z0-9_]{{1,{LONGEST_ROW}}}", code) for code in codes):
        yield "Each row needs a code of its own, in small letters."


def _steps(document: Document, item: Item) -> list[Any]:
    """The numbers of the choices that stand on the ordered list."""
    return [choice["value"] for choice in choices_of(document, item) if choice["value"] is not None]


def _check_looking_back(document: Document) -> Iterator[Problem]:
    for item in document.get(LOOKING_BACK, {}).get("items", []):
        about = question_of(document, item.get("about", ""))
        if about is None:
            yield Problem(
                at_question(item), "It looks back at a question that is not in this set.", question=item["key"]
            )
        elif choices_of(document, about) != choices_of(document, item):
            sentence = "It looks back at a question with other choices; both need the same."
            yield Problem(at_question(item), sentence, question=item["key"])


def _check_scales(document: Document) -> Iterator[Problem]:
    for scale in document.get("scales", []):
        where = f"Scale “{scale.get('name') or scale['key']}”"
        items = [question_of(document, key) for key in scale["items"]]
        missing = [key for key, item in zip(scale["items"], items, strict=True) if item is None]
        yield from (Problem(where, f"It counts the question “{key}”, which is not in this set.") for key in missing)
        there = [item for item in items if item is not None and item["type"] != "knowledge"]
        if len({tuple(_steps(document, item)) for item in there}) > 1:
            yield Problem(where, "Its questions have different choices, so they cannot be put into one figure.")


def _check_wave(document: Document, wave: Item) -> Iterator[Problem]:
    def problem(sentence: str) -> Problem:
        return Problem(at_wave(wave), sentence, wave=wave["key"])

    if not wave.get("name", "").strip():
        yield problem("Give the wave a name.")
    if not isinstance(wave.get("minutes"), int) or wave["minutes"] < 1:
        yield problem("Say how many minutes it takes.")
    if not wave.get("intro", "").strip():
        yield problem("Write what people read first: why they are asked and what is known of them.")
    yield from map(problem, _wrong_placeholders(wave.get("intro", "")))
    if len(wave.get("reminders", [])) > MOST_REMINDERS:
        yield problem("A wave reminds twice at most, then it stops.")
    if any(len(set(reminder) & set(REMINDERS)) != 1 for reminder in wave.get("reminders", [])):
        yield problem("A reminder needs a number of days before or after something.")
    yield from map(problem, _wrong_window(wave))
    for course, pages in page_lists(wave):
        yield from _check_pages(document, wave, course, pages)


def _wrong_window(wave: Item) -> Iterator[str]:
    opens, closes = wave.get("opens_rule"), wave.get("closes_rule")
    if not opens:
        if not wave.get("opens") or not wave.get("closes"):
            yield "Say when it opens and when it closes."
        return
    if wave.get("asks") not in ("booked", "came", "manager"):
        yield "Say who is asked: those with a place, those who came, or their managers."
    if not closes or len(set(opens) & set(MOMENTS)) != 1 or len(set(closes) & set(MOMENTS[1:])) != 1:
        yield "Say when it opens and when it closes."
    elif (start := _day(opens)) is not None and (end := _day(closes)) is not None and end <= start:
        yield "It closes before it opens."


def _day(rule: Mapping[str, Any]) -> float | None:
    """A moment in days counted from the session, as far as it can be compared."""
    if "after_session_days" in rule:
        hour, minute = (int(part) for part in str(rule["at"]).split(":"))
        return float(rule["after_session_days"]) + (hour + minute / 60) / 24
    if "minutes_after_end" in rule:
        return float(rule["minutes_after_end"]) / (24 * 60)
    return None


def _check_pages(document: Document, wave: Item, course: str, pages: Sequence[Item]) -> Iterator[Problem]:
    if not pages:
        yield Problem(at_wave(wave), "Add a page of questions.", wave=wave["key"])
    before: list[str] = []
    for page in pages:
        where = at_page(wave, course, page)
        if not page.get("title", "").strip():
            yield Problem(where, "Give the page a title.", wave=wave["key"])
        if not page["questions"]:
            yield Problem(where, "Put a question on this page, or take the page out.", wave=wave["key"])
        for key in page["questions"]:
            if key == LOOKING_BACK:
                continue
            item = question_of(document, key)
            if item is None:
                yield Problem(where, f"It asks “{key}”, which is not in this set.", wave=wave["key"])
                continue
            if key in before:
                yield Problem(where, f"“{item['wording']}” is asked twice in this wave.", wave=wave["key"])
            yield from (
                Problem(where, f"{at_question(item)}: {sentence}", question=key, wave=wave["key"])
                for sentence in _wrong_order(document, item, before)
            )
            before.append(key)
    yield from _quotes_without_consent(document, wave, before)


def _wrong_order(document: Document, item: Item, before: Sequence[str]) -> Iterator[str]:
    """What an item follows from must have been asked earlier in the same wave."""
    condition = item.get("show_if") or {}
    follows = condition.get("question") or item.get("rows_from")
    if not follows:
        return
    if follows not in before:
        yield "it follows a question that is not asked before it in this wave."
        return
    source = question_of(document, follows) or {}
    codes = [code_of(choice) for choice in choices_of(document, source)]
    if "question" in condition and not condition.get("answered"):
        wanted = [str(value) for value in condition.get("in", [])]
        if not wanted or not set(wanted) <= set(codes):
            yield "it is asked only after an answer that the earlier question does not have."


def _quotes_without_consent(document: Document, wave: Item, keys: Sequence[str]) -> Iterator[Problem]:
    items = [item for key in keys if (item := question_of(document, key))]
    consents = {item.get("show_if", {}).get("question") for item in items if item["type"] == "consent"}
    for item in items:
        if item["type"] == "quote" and item["key"] not in consents:
            sentence = f"{at_question(item)} needs its own question of consent in the same wave."
            yield Problem(at_wave(wave), sentence, question=item["key"], wave=wave["key"])


def _check_languages(document: Document) -> Iterator[Problem]:
    for code in document.get("translations", {}):
        if code not in LANGUAGES:
            yield Problem("Languages", f"“{code}” is no language this service knows.")
