"""What was answered to each question: how many chose what, how many a good answer, and who moved from which to which. Pure."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from evaluation.results.course import Course, Plan, given
from evaluation.results.protection import Counts, Flags
from evaluation.results.report import ChoiceCount, ItemResult, ItemWave, Shift
from evaluation.statistics import mean_interval, shift_table
from evaluation.surveys import questions
from evaluation.surveys.questions import Question
from lms.statistics import Share

#: Questions whose answers can be counted. Words are read by people, and a consent is no opinion.
COUNTED = ("rating", "knowledge", "single", "multiple", "number")


def asked_by(plan: Plan) -> dict[str, tuple[Question, Mapping[str, Any]]]:
    """The questions to count, in the order they are asked in, each with what the document says of it. None looks back."""
    rows = {row["key"]: row for row in plan.document["questions"]}
    found = {}
    for wave in plan.waves:
        for page in questions.pages(plan.document, wave, plan.code):
            for question in page.questions:
                # The rows of a matrix are questions of their own, with what the document says of the whole.
                row = rows.get(question.key.partition(".")[0])
                if question.type in COUNTED and row is not None:
                    found[question.key] = (question, row)
    return found


def looking_back_keys(plan: Plan) -> list[str]:
    """The questions that look back, of this course or of every course."""
    items = plan.document.get("then_test", {}).get("items", [])
    own = [item["key"] for item in items if item.get("course") == plan.code]
    return own or [item["key"] for item in items if "course" not in item]


def good_answers(document: Mapping[str, Any], question: Question, row: Mapping[str, Any]) -> Flags | None:
    """Which choices are good (or right) ones; None where the question has no such thing."""
    if question.type == "knowledge":
        return np.array([choice.code == question.right_answer for choice in question.choices])
    good_from = document["choice_lists"].get(row.get("choices"), {}).get("good_from")
    if question.type != "rating" or good_from is None:
        return None
    lower = row.get("direction") == "lower_is_better"
    numbers = [choice.number for choice in question.choices]
    return np.array([n is not None and (n <= good_from if lower else n >= good_from) for n in numbers])


def stands_apart(question: Question) -> Flags:
    """Which choices stand outside the ordered ones."""
    ordered = question.type == "rating"
    return np.array([ordered and choice.number is None for choice in question.choices])


def items(course: Course) -> list[tuple[ItemResult, ...]]:
    """Every counted question, for every slice."""
    primary = set(questions.scale(course.plan.document, course.plan.primary)["items"])
    found: list[list[ItemResult]] = [[] for _ in course.slices]
    for key, (question, row) in asked_by(course.plan).items():
        waves = [wave for wave in course.plan.waves if (wave, key) in course.frame.codes]
        by_wave = [_in_wave(course, question, row, wave) for wave in waves]
        shifts = _shifts(course, question) if key in primary else [None for _ in course.slices]
        for place in course.slices:
            found[place].append(
                ItemResult(
                    key=key,
                    wording=f"{question.matrix.wording} {question.wording}" if question.matrix else question.wording,
                    level=str(row["level"]),
                    kind=question.type,
                    direction=str(row.get("direction", "none")),
                    if_poor=if_poor(row),
                    waves=tuple(wave[place] for wave in by_wave),
                    shift=shifts[place],
                )
            )
    return [tuple(one) for one in found]


def if_poor(row: Mapping[str, Any]) -> str:
    """What is done if the answer is poor, as a sentence; empty where the question has no such use."""
    plan = row.get("if_poor")
    return f"If {plan['when']}: {plan['do']}." if plan else ""


def _told(course: Course, of: Flags, wave: str) -> Flags:
    """Which slices may say how many answered a question: none that may not say how many answered the wave."""
    everybody = course.people(course.frame.answered[wave], [wave])
    return course.people(of, [wave], everybody)


def sums_of(good: Flags | None, apart: Flags) -> Flags:
    """The sums of choices that are told beside each of them: the ordered ones, where some stand apart, and the good ones."""
    rows = ([~apart] if apart.any() else []) + ([good] if good is not None and good.any() else [])
    return np.array(rows, bool).reshape(len(rows), len(apart))


def _in_wave(course: Course, question: Question, row: Mapping[str, Any], wave: str) -> list[ItemWave]:
    match question.type:
        case "multiple":
            return _several(course, question, wave)
        case "number":
            return _number(course, question, wave)
        case _:
            return _one(course, question, row, wave)


def _number(course: Course, question: Question, wave: str) -> list[ItemWave]:
    """One question answered with a number: its mean, only where means may be told."""
    numbers = course.frame.number(wave, question.key)
    of = ~np.isnan(numbers)
    told, size = _told(course, of, wave), course.size(of)
    may = course.figures(of) & told
    means = [mean_interval(given(numbers, of & course.cut.people(p)) if may[p] else []) for p in course.slices]
    return [
        ItemWave(
            wave=wave,
            name=course.plan.wave_name(wave),
            answered=int(size[place]) if told[place] else None,
            choices=(),
            good=None,
            mean=means[place][0],
            interval=means[place][1],
        )
        for place in course.slices
    ]


def _one(course: Course, question: Question, row: Mapping[str, Any], wave: str) -> list[ItemWave]:
    """One question of which one answer is chosen, in one wave."""
    codes = course.frame.codes[wave, question.key]
    of = codes >= 0
    told, size = _told(course, of, wave), course.size(of)
    apart, good_ones = stands_apart(question), good_answers(course.plan.document, question, row)
    sums = sums_of(good_ones, apart)
    (sums_shown, sums_counted), (shown, counts) = course.answers(of, codes, len(apart), told, sums)

    may, people, outside = shown.tolist(), counts.tolist(), apart.tolist()  # plain lists: each number is read once

    def good(place: int) -> Share | None:
        if good_ones is None or not sums_shown[place].all():
            return None
        return Share(int(sums_counted[place, -1]), int(sums_counted[place, 0] if apart.any() else size[place]))

    return [
        ItemWave(
            wave=wave,
            name=course.plan.wave_name(wave),
            answered=int(size[place]) if told[place] else None,
            choices=tuple(
                ChoiceCount(
                    choice.code, choice.label, people[place][number] if may[place][number] else None, outside[number]
                )
                for number, choice in enumerate(question.choices)
            ),
            good=good(place),
        )
        for place in course.slices
    ]


def _several(course: Course, question: Question, wave: str) -> list[ItemWave]:
    """One question of which several answers may be chosen: each choice is a yes or no of everybody who answered."""
    codes = course.frame.codes[wave, question.key]
    of = codes > 0
    told, size = _told(course, of, wave), course.size(of)
    chosen: list[tuple[Flags, Counts]] = []
    for number in range(len(question.choices)):
        yes = (codes >> number) & 1
        shown, counts = course.choices(of, yes, 2, told, np.array([[False, True]]))
        chosen.append((shown[:, 0], counts[:, 0]))
    return [
        ItemWave(
            wave=wave,
            name=course.plan.wave_name(wave),
            answered=int(size[place]) if told[place] else None,
            choices=tuple(
                ChoiceCount(choice.code, choice.label, int(counts[place]) if shown[place] else None)
                for choice, (shown, counts) in zip(question.choices, chosen, strict=True)
            ),
            good=None,
            several=True,
        )
        for place in course.slices
    ]


def _shifts(course: Course, question: Question) -> list[Shift | None]:
    """Before × after of a question of the primary scale, among those who answered it both times."""
    first, last = "baseline", course.plan.deciding
    levels = [choice for choice in question.choices if choice.number is not None]
    before, after = course.frame.number(first, question.key), course.frame.number(last, question.key)
    of = np.isfinite(before) & np.isfinite(after)
    if not of.any() or question.type != "rating":
        return [None for _ in course.slices]
    place_of = {level.number: number for number, level in enumerate(levels)}
    many = len(levels)
    codes = np.zeros(course.frame.people, np.int64)
    codes[of] = [place_of[b] * many + place_of[a] for b, a in zip(before[of], after[of], strict=True)]
    was, became = np.divmod(np.arange(many * many), many)
    better = became > was if course_direction(course, question) else became < was
    moved = np.array([better, became == was, ~better & (became != was)])
    told = course.people(of, [first, last])
    shown, counts = course.choices(of, codes, many * many, told, np.array([*moved, *np.eye(many * many, dtype=bool)]))
    tests = course.figures(of)
    found: list[Shift | None] = []
    for place in course.slices:
        if not (told[place] and tests[place]):
            found.append(None)
            continue
        here = of & course.cut.people(place)
        table = shift_table(list(before[here]), list(after[here]), [level.number for level in levels])
        cells = [int(n) if ok else None for n, ok in zip(counts[place], shown[place], strict=True)]
        # The test is a sum over all cells: it is not told where it would help to work hidden ones out.
        test = table.bowker if all(n is not None for n in cells[:3]) else None
        found.append(
            Shift(
                first=first,
                last=last,
                labels=tuple(level.label for level in levels),
                cells=tuple(tuple(cells[3 + i * many : 3 + (i + 1) * many]) for i in range(many)),
                matched=int(here.sum()),
                improved=cells[0],
                same=cells[1],
                worse=cells[2],
                bowker_statistic=test.statistic if test else None,
                bowker_df=test.df if test else None,
                bowker_p=test.p if test else None,
            )
        )
    return found


def course_direction(course: Course, question: Question) -> bool:
    """Is a higher answer the better one?"""
    row: Mapping[str, Any] = next(one for one in course.plan.document["questions"] if one["key"] == question.key)
    return row.get("direction") != "lower_is_better"
