"""A question-set document read as values: waves, pages, questions, choices, scales. Pure; for the shape see
content/question-sets.yaml.

Answers are held by question key: the code of the chosen answer, a list of codes where several may be chosen, or what was typed.
The rows of a matrix are questions of their own, with keys like “sgw_best.neglect”.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

Document = Mapping[str, Any]
Given = str | list[str]
Answers = Mapping[str, Given]

MANY = {"multiple"}
WORDS = {"short_text", "long_text", "quote"}
LONGEST = {"short_text": 500, "long_text": 800, "quote": 300}
#: How the keys of looking-back items begin, and no others: whoever reads answers can tell them apart by name.
THEN = "then_"
#: What is typed and not chosen.
TYPED = WORDS | {"number"}
#: The numbers a number is asked between where the document names none.
LEAST, MOST = 0, 1000
#: The answer that stands last whatever the order of the others.
DO_NOT_KNOW = "dk"


@dataclass(frozen=True)
class Choice:
    """One worded answer. `number` is its place on an ordered list; None for what is counted apart, such as “no opportunity”."""

    code: str
    label: str
    number: float | None


@dataclass(frozen=True)
class Matrix:
    """What stands above the rows of a matrix."""

    key: str
    wording: str
    help: str


@dataclass(frozen=True)
class Question:
    """One question, its words, and what may be answered. `show_if` is what the document says, unread."""

    key: str
    type: str
    wording: str
    help: str
    choices: tuple[Choice, ...]
    required: bool
    longest: int
    show_if: Mapping[str, Any]
    exclusive: tuple[str, ...]
    right_answer: str
    reason: str
    least: int = LEAST
    most: int = MOST
    #: For a row of a matrix: what it is a row of.
    matrix: Matrix | None = None
    #: The language of its words where it is not English (`evaluation.surveys.languages`).
    lang: str = ""

    def choice(self, code: str) -> Choice | None:
        """The answer with this code."""
        return next((choice for choice in self.choices if choice.code == code), None)

    def words(self, given: Given) -> list[str]:
        """An answer as its reader says it: the labels chosen, or the words typed."""
        if self.type in TYPED:
            return [str(given)]
        codes = [given] if isinstance(given, str) else given
        return [choice.label for code in codes if (choice := self.choice(code))]


@dataclass(frozen=True)
class Page:
    """One page of a wave. `separate` pages are kept and reported apart (looking back)."""

    title: str
    questions: tuple[Question, ...]
    separate: bool = False
    lang: str = ""

    def parts(self) -> list[tuple[Matrix | None, list[Question]]]:
        """The questions as they stand on the page: each by itself, or the rows of a matrix under what they are rows of."""
        found: list[tuple[Matrix | None, list[Question]]] = []
        for item in self.questions:
            if item.matrix and found and found[-1][0] == item.matrix:
                found[-1][1].append(item)
            else:
                found.append((item.matrix, [item]))
        return found


@dataclass(frozen=True)
class Stored:
    """An answer as it is kept: see `evaluation.surveys.models.Answer`."""

    question_key: str
    number: float | None = None
    choice: str | None = None
    text: str | None = None


def wave(document: Document, key: str) -> Mapping[str, Any]:
    """One wave of the document. KeyError if there is none."""
    return _by_key(document["waves"], key)


def scale(document: Document, key: str) -> Mapping[str, Any]:
    """One scale of the document. KeyError if there is none."""
    return _by_key(document["scales"], key)


def question(document: Document, key: str) -> Question:
    """One question by its key, also one of the looking-back items, or a row of a matrix. KeyError if there is none."""
    name, _, row = key.partition(".")
    item = _item(document, name)
    if not row:
        return _read(document, item)
    return next((one for one in _rows(document, item) if one.key == key), None) or _missing(key)


def pages(document: Document, wave_key: str, course_code: str, *, then_test: bool = False) -> list[Page]:
    """The pages of a wave for a course: its own variant where the document has one, the pages for every course otherwise.

    The looking-back page is asked only with `then_test`; its items are the course's own, or those that name no course. A
    question whose answers are still to be put in (`with_options`) is not asked.
    """
    asked = wave(document, wave_key)
    found = asked.get("variant_pages", {}).get(course_code, asked["pages"])
    result = []
    for page in found:
        keys = list(page["questions"])
        if "then_test" in keys:
            if not then_test:
                continue
            items = document["then_test"]["items"]
            own = [item["key"] for item in items if item.get("course") == course_code]
            keys = own or [item["key"] for item in items if "course" not in item]
        asked_here = tuple(one for key in keys for one in as_asked(document, key))
        if asked_here:
            result.append(Page(page["title"], asked_here, bool(page.get("separate"))))
    return result


def with_options(document: Document, options: Mapping[str, Sequence[tuple[str, str]]]) -> Document:
    """The document with answers put in that only an occasion knows (“workshops of the week”): {question key: [(code, label)]}."""
    put_in = [
        {**item, "options": [{"value": code, "label": label} for code, label in options[item["key"]]]}
        if item["key"] in options
        else item
        for item in document["questions"]
    ]
    return {**document, "questions": put_in}


def as_asked(document: Document, key: str) -> list[Question]:
    """A question as it is asked: by itself, row by row, or not at all where there is nothing to choose from."""
    item = _item(document, key)
    if item["type"] == "matrix":
        return _rows(document, item)
    read = _read(document, item)
    return [read] if read.choices or read.type in TYPED else []


def keys_asked(document: Document, wave_key: str, course_code: str) -> set[str]:
    """The keys of every question of a wave for a course."""
    return {asked.key for page in pages(document, wave_key, course_code) for asked in page.questions}


def is_looking_back(key: str) -> bool:
    """Is this the key of a rating of earlier times made afterwards, which never enters a change?"""
    return key.startswith(THEN)


def check_apart(document: Document) -> None:
    """ValueError where looking-back items cannot be told apart by their keys, or belong to a scale."""
    looking_back = {item["key"] for item in document.get("then_test", {}).get("items", [])}
    asked = {item["key"] for item in document["questions"]}
    scaled = {key for scale in document["scales"] for key in scale["items"]}
    wrong = {key for key in looking_back if not is_looking_back(key)} | {
        key for key in asked | scaled if is_looking_back(key)
    }
    if wrong:
        raise ValueError(f"looking back is not kept apart: {', '.join(sorted(wrong))}")


def applies(asked: Question, answers: Answers) -> bool:
    """Is this question one to be answered, given the answers so far? One that is shown only after another follows it."""
    if not asked.show_if:
        return True
    given = answers.get(str(asked.show_if["question"]))
    if asked.show_if.get("answered"):
        return bool(given)
    wanted = {str(value) for value in asked.show_if["in"]}
    return bool(wanted & ({given} if isinstance(given, str) else set(given or [])))


def kept(asked: Sequence[Page], answers: Answers) -> dict[str, Given]:
    """The answers that count: to questions of these pages, not empty, and not to a question that does not apply."""
    questions = [item for page in asked for item in page.questions]
    result: dict[str, Given] = {}
    for item in questions:
        if answers.get(item.key) and applies(item, result):
            result[item.key] = answers[item.key]
    return result


def left_out(asked: Sequence[Page], answers: Answers) -> list[Question]:
    """The questions of these pages that could have been answered, given the others, and were not."""
    items = [item for page in asked for item in page.questions]
    return [item for item in items if item.key not in answers and applies(item, answers)]


def is_partial(asked: Sequence[Page], answers: Answers) -> bool:
    """Was something left out that is answered by ticking or with a number? Words are everybody's own choice."""
    return any(item.type not in WORDS for item in left_out(asked, answers))


def stored(item: Question, given: Given) -> Stored:
    """An answer as it is kept. ValueError for one that is not among the choices."""
    if item.type in WORDS:
        return Stored(item.key, text=str(given)[: item.longest])
    if item.type == "number":
        return Stored(item.key, number=float(_whole(item, given)))
    codes = [given] if isinstance(given, str) else list(given)
    chosen = [choice for choice in item.choices if choice.code in codes]
    if len(chosen) != len(codes) or (item.type not in MANY and len(codes) != 1):
        raise ValueError(f"not an answer to {item.key}")
    if item.type in MANY:
        return Stored(item.key, choice=",".join(choice.code for choice in chosen))
    only = chosen[0]
    if item.type == "knowledge":
        return Stored(item.key, number=float(only.code == item.right_answer), choice=only.code)
    return Stored(item.key, number=only.number, choice=only.code if only.number is None else None)


def in_order(item: Question, seed: bytes) -> tuple[Choice, ...]:
    """The choices as one person sees them: those of a knowledge item mixed by their own seed, “I do not know yet” last."""
    if item.type != "knowledge":
        return item.choices
    return tuple(
        sorted(
            item.choices,
            key=lambda choice: (
                choice.code == DO_NOT_KNOW,
                hashlib.sha256(seed + item.key.encode() + choice.code.encode()).digest(),
            ),
        )
    )


def _whole(item: Question, given: Given) -> int:
    number = int(given) if isinstance(given, str) and given.lstrip("-").isdecimal() else None
    if number is None or not item.least <= number <= item.most:
        raise ValueError(f"not an answer to {item.key}")
    return number


def _missing(key: str) -> Question:
    raise KeyError(key)


def _item(document: Document, key: str) -> Mapping[str, Any]:
    return _by_key([*document["questions"], *document.get("then_test", {}).get("items", [])], key)


def _rows(document: Document, item: Mapping[str, Any]) -> list[Question]:
    """The rows of a matrix: its own, or the answers of an earlier question, each asked where that answer was given."""
    follows = item.get("rows_from")
    rows = _item(document, follows).get("options", []) if follows else item.get("rows", [])
    whole = _read(document, item)
    above = Matrix(whole.key, whole.wording, whole.help)
    return [
        replace(
            whole,
            key=f"{whole.key}.{row['value']}",
            type="rating",
            wording=row["label"],
            help="",
            show_if={"question": follows, "in": [row["value"]]} if follows else whole.show_if,
            matrix=above,
        )
        for row in rows
    ]


def _by_key(items: Sequence[Mapping[str, Any]], key: str) -> Mapping[str, Any]:
    found = next((item for item in items if item["key"] == key), None)
    if found is None:
        raise KeyError(key)
    return found


def _read(document: Document, item: Mapping[str, Any]) -> Question:
    return Question(
        key=item["key"],
        type=item["type"],
        wording=item["wording"],
        help=item.get("help", ""),
        choices=tuple(_choices(document, item)),
        required=bool(item.get("required")),
        longest=item.get("max_length", LONGEST.get(item["type"], 0)),
        show_if=item.get("show_if", {}),
        exclusive=tuple(item.get("exclusive_options", ())),
        right_answer=item.get("right_answer", ""),
        reason=item.get("reason", ""),
        least=item.get("least", LEAST),
        most=item.get("most", MOST),
    )


def _choices(document: Document, item: Mapping[str, Any]) -> list[Choice]:
    listed = document["choice_lists"][item["choices"]] if "choices" in item else {"choices": item.get("options", [])}
    apart = listed.get("stands_apart", [])
    return [
        Choice(
            code=str(option["code"] if option["value"] is None else option["value"]),
            label=option["label"],
            number=float(option["value"])
            if isinstance(option["value"], int | float) and option["value"] not in apart
            else None,
        )
        for option in listed["choices"]
    ]
