"""What our own results find that is worth a source: read by rule from what was released, never from answers. Pure.

A figure that the results hide is not in them, so nothing can be proposed from it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from evaluation.results import sentences as said
from evaluation.results.printed import at, base
from evaluation.results.report import ItemResult, ItemWave, Results, ScaleResult
from lms.dates import month
from lms.statistics import Share
from lms.words import plural, share_words

#: Of fewer answers than this nothing is proposed.
FEWEST = 10
#: Conditions of question sets that can be read by rule; what one sector or agency said cannot be read from all sessions.
LOWEST = re.compile(r"If lowest (two answers|answer) (?:given by|from) (?:1 in (\d+)|half)(?!.* (?:in an?|for one) )")
HIGHEST = re.compile(r"If highest two answers from fewer than 1 in (\d+)")
ONE_ANSWER = re.compile(r"If “([^”]+)” from (?:1 in (\d+)|half)")
RIGHT = re.compile(r"If fewer than (\d+) in (\d+) right")
NO_HIGHER = "no higher than before"
#: The wave a condition names; others are read at the last wave the question was asked in.
WAVES = {" at the end": "end", " at 3 months": "m3", " at 6 months": "m6"}
RULES = (
    "The verdict of a course is worse, no clear change, or not enough evidence.",
    "A scale was clearly better at an earlier time and has faded, or is worse.",
    "The answers to a question are poor by the condition its question set names, where that counts answers: the lowest or "
    "highest two, one named answer, or right answers. Fewer than 10 answers are never enough.",
    "Where that condition compares with before: no more of the same people had moved to a better answer at the wave that decides "
    "than to a poorer one.",
    "Conditions about what people wrote, and about single agencies, sectors or managers, are for whoever reads the report.",
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
    """Which course, of which months: days are left to the report, so that none is taken for somebody’s birthday."""
    first, last = results.first_session, results.last_session
    held = f", {month(first)} to {month(last)}" if first and last else ""
    return (
        f"(“{results.course_title}”, {plural(results.sessions, 'session')}{held}; counted in {month(results.as_at)}.)"
    )


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
    condition = item.if_poor.partition(":")[0]
    if NO_HIGHER in condition:
        return _no_higher(item)
    wave = _read_at(item, condition)
    if wave is None:
        return ""
    ordered = [one.count for one in wave.choices if not one.apart]
    if match := LOWEST.match(condition):
        many = 2 if match[1] == "two answers" else 1
        words = "one of the two lowest answers" if many == 2 else "the lowest answer"
        found = _share(ordered[:many], many, wave)
        return _told(found, words, wave) if found and found.numerator * int(match[2] or 2) >= found.denominator else ""
    if match := HIGHEST.match(condition):
        found = _share(ordered[-2:], 2, wave)
        words = "one of the two highest answers"
        return _told(found, words, wave) if found and found.numerator * int(match[1]) < found.denominator else ""
    if match := ONE_ANSWER.match(condition):
        named = [one for one in wave.choices if one.label.casefold().startswith(match[1].casefold())]
        found = _share([one.count for one in named], 1, wave)
        return (
            _told(found, f"the answer “{named[0].label}”", wave)
            if found and found.numerator * int(match[2] or 2) >= found.denominator
            else ""
        )
    if (match := RIGHT.match(condition)) and wave.good is not None:
        few = wave.good.numerator * int(match[2]) < wave.good.denominator * int(match[1])
        return _told(wave.good, said.good_words(item), wave) if few else ""
    return ""


def _read_at(item: ItemResult, condition: str) -> ItemWave | None:
    """The wave at which a condition is read: the one it names, or the last; none where too few answered, or it is hidden."""
    named = next((wave for words, wave in WAVES.items() if words in condition), None)
    known = [one for one in item.waves if named is None or one.wave == named]
    of = base(known[-1]) if known else None
    return known[-1] if of is not None and of >= FEWEST else None


def _share(counts: list[int | None], many: int, wave: ItemWave) -> Share | None:
    """The people behind so many answers; none where one of them is hidden."""
    known = [one for one in counts if one is not None]
    of = wave.answered if wave.several else base(wave)
    if of is None or len(known) < many or len(counts) != many or (wave.several and many > 1):
        return None
    return Share(sum(known), of)


def _told(found: Share, words: str, wave: ItemWave) -> str:
    when = at(wave.wave, wave.name)
    return f"{when[:1].upper()}{when[1:]}, {share_words(found.numerator, found.denominator)} gave {words}."


def _no_higher(item: ItemResult) -> str:
    shift = item.shift
    if shift is None or shift.improved is None or shift.worse is None or shift.improved > shift.worse:
        return ""
    return (
        f"{at(shift.last)[:1].upper()}{at(shift.last)[1:]}, of the same {shift.matched} people {shift.improved} gave a better "
        f"answer than before and {shift.worse} a poorer one."
    )
