"""What our own results find that is worth a source: read by rule from what was released, never from answers. Pure.

A figure that the results hide is not in them, so nothing can be proposed from it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from evaluation.results import sentences as said
from evaluation.results.printed import at, base
from evaluation.results.report import ItemResult, ItemWave, Results, ScaleResult
from lms.dates import day
from lms.words import share_words

#: Of fewer answers than this nothing is proposed.
FEWEST = 10
#: “lowest two answers given by 1 in 4 people or more”, “lowest answer from half the managers or more”.
LOWEST = re.compile(r"lowest (two answers|answer) (?:given by|from) (?:1 in (\d+)|half)")
RULES = (
    "The verdict of a course is worse, no clear change, or not enough evidence.",
    "A scale was clearly better at an earlier time and has faded, or is worse.",
    "The answers to a question are poor: by the condition its question set names, where that counts the lowest answers; where "
    "it compares with before, no more people moved to a better answer than to a poorer one; else, where fewer than half of at "
    "least 10 people gave one of the answers hoped for.",
)


@dataclass(frozen=True)
class Finding:
    """One finding: what it is named by, how a source made of it begins, and what was promised for this case."""

    key: str
    title: str
    found: str
    promised: str = ""

    @property
    def learning(self) -> str:
        """What the form of a source begins with; an officer edits it."""
        return self.found if not self.promised else f"{self.found}\n\nWhat was agreed for this case: {self.promised}"


def findings(results: Results) -> list[Finding]:
    """Everything that all sessions of a course say and that asks for something, by the rules above."""
    return [*_verdict(results), *_scales(results), *_items(results)]


def finding(results: Results, key: str) -> Finding | None:
    """One of them by its key."""
    return next((one for one in findings(results) if one.key == key), None)


def _key(results: Results, *parts: str) -> str:
    return ":".join([results.course_code, *parts])[:160]


def _counted(results: Results) -> str:
    return f"(“{results.course_title}”, {said.in_short(results)} Counted on {day(results.as_at)}.)"


def _verdict(results: Results) -> Iterable[Finding]:
    verdict = results.verdict
    if verdict is not None and verdict.word != "better":
        title = f"{results.course_title}: {verdict.words.lower()}"
        yield Finding(_key(results, "verdict"), title[:200], f"{verdict.sentence} {_counted(results)}")


def _scales(results: Results) -> Iterable[Finding]:
    for scale in results.scales:
        if scale.kept in ("Faded", "Worse") and not (scale.primary and _told_by_verdict(results, scale)):
            title = f"{results.course_title}: “{scale.name}” {'has faded' if scale.kept == 'Faded' else 'is worse'}"
            yield Finding(
                _key(results, "scale", scale.key),
                title[:200],
                f"“{scale.name}”: {said.kept(scale)} {_counted(results)}",
            )


def _told_by_verdict(results: Results, scale: ScaleResult) -> bool:
    """The verdict is of the primary scale: “worse” is said once."""
    return scale.kept == "Worse" and results.verdict is not None and results.verdict.word == "worse"


def _items(results: Results) -> Iterable[Finding]:
    for item in results.items:
        found = poor(item) if item.if_poor else ""
        if found:
            title = f"{results.course_title}: {item.wording}"
            yield Finding(
                _key(results, "item", item.key),
                title if len(title) <= 200 else f"{title[:199]}…",
                f"“{item.wording}” {found} {_counted(results)}",
                said.if_poor(item),
            )


def poor(item: ItemResult) -> str:
    """What makes the answers to a question poor, in a sentence; empty where they are not, or where it is hidden."""
    known = [one for one in item.waves if one.answered is not None and one.answered >= FEWEST]
    if not known:
        return ""
    last = known[-1]
    if "no higher than before" in item.if_poor:
        return _no_higher(item)
    if match := LOWEST.search(item.if_poor):
        return _lowest(last, 2 if match[1] == "two answers" else 1, int(match[2]) if match[2] else 2)
    good = last.good
    if said.is_ranked(item) and good is not None and 2 * good.numerator < good.denominator:
        told = share_words(good.numerator, good.denominator)
        return f"{_when(last)}, {told} gave {said.good_words(item)}."
    return ""


def _when(wave: ItemWave) -> str:
    words = at(wave.wave, wave.name)
    return words[:1].upper() + words[1:]


def _no_higher(item: ItemResult) -> str:
    shift = item.shift
    if shift is None or shift.improved is None or shift.worse is None or shift.improved > shift.worse:
        return ""
    return f"Among the same {shift.matched} people, {shift.improved} moved to a better answer and {shift.worse} to a poorer one."


def _lowest(wave: ItemWave, many: int, part: int) -> str:
    """Were the lowest answers given by 1 in so many people or more? Answers stand in their order, the lowest first."""
    lowest = [choice.count for choice in wave.choices if not choice.apart][:many]
    of = base(wave)
    counts = [count for count in lowest if count is not None]
    if wave.several or of is None or of < FEWEST or len(counts) < many or part * sum(counts) < of:
        return ""
    told = share_words(sum(counts), of)
    return f"{_when(wave)}, {told} gave {'one of the two lowest answers' if many == 2 else 'the lowest answer'}."
