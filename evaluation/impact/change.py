"""What changed for the people who came: from single answers to figures. Pure; hides what is too small before anybody sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from evaluation.results.report import Results, ScaleResult
from evaluation.scales import Reliability, cronbach_alpha, scale_score
from evaluation.statistics import PairedChange, ShareChange, paired, paired_shares
from evaluation.verdict import LEAST_MATCHED, KeptWord, Outcome, Verdict, kept_or_faded, meaningful_change, verdict
from lms.statistics import SMALL, Share

#: Answers of one wave: {pairing code: {question key: number}}.
Wave = Mapping[str, Mapping[str, float]]

#: How the waves are named in charts and tables.
WAVE_NAMES = {"baseline": "Before", "start": "Start", "end": "End", "w6": "6 weeks", "m3": "3 months", "m6": "6 months"}
#: How a wave is named in a sentence.
WAVE_WORDS = {"baseline": "before the course", "end": "the end", "w6": "6 weeks", "m3": "3 months", "m6": "6 months"}


@dataclass(frozen=True)
class WaveShare:
    """The share of the matched people who do something, in one wave. `share` is None where it is hidden or was not asked."""

    wave: str
    share: Share | None
    hidden: bool

    @property
    def name(self) -> str:
        """The wave's name in a chart."""
        return WAVE_NAMES[self.wave]


@dataclass(frozen=True)
class ItemChange:
    """One question, among the same people in every wave it was asked in.

    `first_to_last` compares the first wave with the last. Where a count is under 5 its figure is hidden, and where fewer than
    `LEAST_MATCHED` people could be matched none is given.
    """

    key: str
    name: str
    matched: int
    waves: tuple[WaveShare, ...]
    kept: KeptWord
    first_to_last: ShareChange | None


@dataclass(frozen=True)
class ScaleChange:
    """One scale, among the people who answered it before and in the last wave.

    `counts` are improved, same and worse, None where hidden. `change` is None under `LEAST_MATCHED` matched people.
    """

    key: str
    name: str
    highest: int
    first: str
    last: str
    matched: int
    change: PairedChange | None
    counts: tuple[int | None, int | None, int | None]
    kept: KeptWord
    kept_matched: int
    reliability: Reliability


@dataclass(frozen=True)
class ManagersView:
    """What managers say, asked on their own: how many saw the practice more often than they missed it."""

    share: Share | None
    answered: int


@dataclass(frozen=True)
class Change:
    """Everything that can be said of the change of the people who came to one course."""

    primary: ScaleChange
    secondary: tuple[ScaleChange, ...]
    items: tuple[ItemChange, ...]
    managers: ManagersView | None
    verdict: Verdict


def _questions(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {question["key"]: question for question in document["questions"]}


def _scales(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {scale["key"]: scale for scale in document["scales"]}


def scale_keys(document: Mapping[str, Any], primary: str) -> tuple[str, ...]:
    """The scales that go with a primary one: those whose questions are of the same course, the primary first."""
    questions, scales = _questions(document), _scales(document)
    course = questions[scales[primary]["items"][0]].get("course")
    same = [
        key
        for key, scale in scales.items()
        if not key.endswith("_manager") and questions[scale["items"][0]].get("course") == course and key != primary
    ]
    return (primary, *same)


def question_keys(document: Mapping[str, Any], primary: str) -> set[str]:
    """Every question whose numbers `measure_change` needs, managers' included."""
    scales = _scales(document)
    wanted = [*scale_keys(document, primary), *([f"{primary}_manager"] if f"{primary}_manager" in scales else [])]
    return {item for key in wanted for item in scales[key]["items"]}


def measure_change(
    document: Mapping[str, Any],
    answers: Mapping[str, Wave],
    *,
    primary: str,
    deciding_wave: str,
    waves: Sequence[str],
    asked: int,
    answered: int,
    missing_sectors: Sequence[str],
) -> Change:
    """From the answers of a course to what changed, what was kept, and the verdict by the rule named before the first answer.

    `document` is the question set, `answers` {wave: {code: {question: number}}}, `waves` the course's waves in order; `asked` and
    `answered` are those of the deciding wave; from `missing_sectors`, which work with children, nobody came.
    """
    in_time = [wave for wave in waves if wave in WAVE_NAMES and answers.get(wave)]
    measured = [_scale(document, answers, key, in_time, deciding_wave) for key in scale_keys(document, primary)]
    chosen = measured[0]
    before, after = _scores(document, answers, primary, "baseline"), _scores(document, answers, primary, deciding_wave)
    codes = sorted(before.keys() & after.keys())
    pairs = paired([before[code] for code in codes], [after[code] for code in codes])
    return Change(
        primary=chosen,
        secondary=tuple(measured[1:]),
        items=tuple(_item(document, answers, key, in_time) for key in _scales(document)[primary]["items"] if in_time),
        managers=_managers(document, answers.get("manager", {}), f"{primary}_manager"),
        verdict=verdict(
            Outcome(
                name=chosen.name, wave=WAVE_WORDS[deciding_wave], unit=f"on a scale of 0 to {chosen.highest}", digits=2
            ),
            change=pairs,
            asked=asked,
            answered=min(answered, asked),
            meaningful=meaningful_change([before[code] for code in codes]),
            missing_sectors=missing_sectors,
        ),
    )


def as_told(found: Change, told: Results) -> Change:
    """The change with the figures of scales as the report of the course tells them: what it hides is hidden here too."""
    scales = {scale.key: scale for scale in told.scales}
    return replace(
        found,
        primary=_as_told(found.primary, scales.get(found.primary.key)),
        secondary=tuple(_as_told(one, scales.get(one.key)) for one in found.secondary),
        verdict=told.verdict or found.verdict,
    )


def _as_told(one: ScaleChange, told: ScaleResult | None) -> ScaleChange:
    if told is None or told.matched is None or told.difference is None:
        return replace(
            one, matched=0, change=None, counts=(None, None, None), kept="Not enough evidence", kept_matched=0
        )
    return replace(one, counts=(told.improved, told.same, told.worse), kept=told.kept)


def _scores(document: Mapping[str, Any], answers: Mapping[str, Wave], key: str, wave: str) -> dict[str, float]:
    scale = _scales(document)[key]
    how: Literal["mean", "number_right"] = "number_right" if key.startswith("knowledge") else "mean"
    found = {
        code: scale_score(given, scale["items"], least_items_answered=scale["least_items_answered"], how=how)
        for code, given in answers.get(wave, {}).items()
    }
    return {code: score for code, score in found.items() if score is not None}


def _highest(document: Mapping[str, Any], key: str) -> int:
    scale = _scales(document)[key]
    question = _questions(document)[scale["items"][0]]
    if key.startswith("knowledge"):
        return len(scale["items"])
    choices = document["choice_lists"][question["choices"]]["choices"]
    return max(int(choice["value"]) for choice in choices if choice["value"] is not None)


def _scale(
    document: Mapping[str, Any], answers: Mapping[str, Wave], key: str, waves: Sequence[str], deciding: str
) -> ScaleChange:
    by_wave = {wave: _scores(document, answers, key, wave) for wave in waves}
    asked_in = [wave for wave in waves if by_wave[wave]]
    first = "baseline"
    last = deciding if deciding in asked_in else (asked_in[-1] if asked_in else deciding)
    before, after = by_wave.get(first, {}), by_wave.get(last, {})
    codes = sorted(before.keys() & after.keys())
    change = paired([before[code] for code in codes], [after[code] for code in codes])
    everybody = sorted(set().union(*[by_wave[wave] for wave in asked_in])) if asked_in else []
    kept = (
        kept_or_faded([[by_wave[wave].get(code) for code in everybody] for wave in asked_in])
        if len(asked_in) > 1
        else None
    )
    items = _scales(document)[key]["items"]
    return ScaleChange(
        key=key,
        name=_scales(document)[key]["name"],
        highest=_highest(document, key),
        first=first,
        last=last,
        matched=len(codes),
        change=change if len(codes) >= LEAST_MATCHED else None,
        counts=_counts(change),
        kept=kept.word if kept else "Not enough evidence",
        kept_matched=kept.matched if kept else 0,
        reliability=cronbach_alpha([[given.get(item) for item in items] for given in answers.get(first, {}).values()]),
    )


def _counts(change: PairedChange) -> tuple[int | None, int | None, int | None]:
    """Improved, same, worse, as far as they may be known. How many were matched is printed, so one hidden count alone would
    come back by subtraction: then same and worse are both hidden, or all three."""
    counts = (change.n_improved, change.n_same, change.n_worse)
    if min(counts) >= SMALL:
        return counts
    if min(change.n_improved, change.n_same + change.n_worse) >= SMALL:
        return (change.n_improved, None, None)
    return (None, None, None)


def _item(document: Mapping[str, Any], answers: Mapping[str, Wave], key: str, waves: Sequence[str]) -> ItemChange:
    question = _questions(document)[key]
    good_from = document["choice_lists"][question["choices"]]["good_from"]
    asked_in = [wave for wave in waves if wave in question["waves"]]
    given = {
        wave: {code: one[key] >= good_from for code, one in answers.get(wave, {}).items() if key in one}
        for wave in asked_in
    }
    matched = sorted(set.intersection(*[set(given[wave]) for wave in asked_in])) if asked_in else []
    shares = {wave: Share(sum(given[wave][code] for code in matched), len(matched)) for wave in asked_in}
    # Of fewer than ten people one of the two counts is always under five, so this hides every share of them too.
    hidden = {wave: shares[wave].is_small() or _gives_away(given[wave], matched) for wave in asked_in}
    everybody = sorted(set().union(*[given[wave] for wave in asked_in])) if asked_in else []
    kept = kept_or_faded(
        [[None if (yes := given[wave].get(code)) is None else float(yes) for code in everybody] for wave in asked_in],
        kind="share",
        meaningful=0.15,
    )
    first, last = asked_in[0], asked_in[-1]
    return ItemChange(
        key=key,
        name=question["short"],
        matched=len(matched),
        waves=tuple(WaveShare(wave, None if hidden[wave] else shares[wave], hidden[wave]) for wave in asked_in),
        kept=kept.word,
        first_to_last=(
            paired_shares([given[first][code] for code in matched], [given[last][code] for code in matched])
            if not (hidden[first] or hidden[last])
            else None
        ),
    )


def _gives_away(given: Mapping[str, bool], matched: Sequence[str]) -> bool:
    """Would the share of the matched people, beside that of everybody which the report tells, be that of a handful of others?"""
    others = [good for code, good in given.items() if code not in set(matched)]
    return bool(others) and min(sum(others), len(others) - sum(others)) < SMALL


def _managers(document: Mapping[str, Any], answers: Wave, key: str) -> ManagersView | None:
    if key not in _scales(document):
        return None
    scale = _scales(document)[key]
    means = [
        score
        for given in answers.values()
        if (score := scale_score(given, scale["items"], least_items_answered=scale["least_items_answered"])) is not None
    ]
    question = _questions(document)[scale["items"][0]]
    good_from = document["choice_lists"][question["choices"]]["good_from"]
    share = Share(sum(mean >= good_from for mean in means), len(means))
    return ManagersView(None if len(means) < LEAST_MATCHED or share.is_small() else share, len(means))
