"""What scales say: the same people before and after, kept or faded, looking back, groups, managers, trend. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluation.impact.change import scale_keys
from evaluation.results.course import MANAGER, Course, given, maybe
from evaluation.results.frame import Numbers
from evaluation.results.protection import Counts, Flags
from evaluation.results.report import AgreementResult, ScaleResult, TrendPoint, TwoGroups, WaveMean
from evaluation.scales import cronbach_alpha, two_groups
from evaluation.statistics import PairedChange, mean_interval, paired
from evaluation.surveys import questions
from evaluation.verdict import kept_or_faded
from lms.statistics import Share, kappa, round_half_up

#: How many people must have answered a scale before its alpha is printed.
LEAST_FOR_ALPHA = 30


@dataclass(frozen=True)
class Scale:
    """A scale of the question set: its questions, from how many of them it is scored, how high it goes."""

    key: str
    name: str
    items: tuple[str, ...]
    least: int
    counts_right: bool
    highest: int
    higher_is_better: bool


def scale(course: Course, key: str) -> Scale:
    """One scale of the course's question set."""
    found = questions.scale(course.plan.document, key)
    first = questions.question(course.plan.document, found["items"][0])
    right = first.type == "knowledge"
    return Scale(
        key=key,
        name=found["name"],
        items=tuple(found["items"]),
        least=max(1, found["least_items_answered"]),
        counts_right=right,
        highest=len(found["items"]) if right else int(max(c.number for c in first.choices if c.number is not None)),
        higher_is_better=found.get("direction") != "lower_is_better",
    )


def scores(course: Course, one: Scale, wave: str, keys: Sequence[str] = ()) -> Numbers:
    """Everybody's score in a wave, nan where too few questions were answered: see `evaluation.scales.scale_score`."""
    columns = np.array([course.frame.number(wave, key) for key in (keys or one.items)])
    answered = np.isfinite(columns)
    many = answered.sum(axis=0)
    total = np.where(answered, columns, 0).sum(axis=0)
    score = total if one.counts_right else total / np.maximum(many, 1)
    return np.asarray(np.where(many >= one.least, score, np.nan), np.float64)


@dataclass(frozen=True)
class Changed:
    """One scale before and after, for all slices: what may be told of it."""

    of: Flags
    before: Numbers
    after: Numbers
    told: Flags
    figures: Flags
    size: Counts
    moves: Flags
    counts: Counts

    def change(self, course: Course, place: int, higher_is_better: bool = True) -> PairedChange:
        """The figures of one slice, whoever may see them."""
        here = self.of & course.cut.people(place)
        return paired(given(self.before, here), given(self.after, here), higher_is_better=higher_is_better)


def changed(course: Course, before: Numbers, after: Numbers, waves: Sequence[str], higher_is_better: bool) -> Changed:
    """Compare the same people; improved, same and worse are protected like answers."""
    of = np.isfinite(before) & np.isfinite(after)
    told = course.people(of, waves)
    moved = np.where(of, np.sign(np.round(np.nan_to_num(after - before), 12)), 0).astype(np.int64)
    codes = 1 - moved if higher_is_better else 1 + moved  # improved, same, worse
    _, (shown, counts) = course.answers(of, codes, 3, told, np.zeros((0, 3), bool))
    return Changed(of, before, after, told, course.figures(of), course.size(of), shown, counts)


def scales(course: Course, hidden: Sequence[Mapping[tuple[str, str], bool]]) -> list[tuple[ScaleResult, ...]]:
    """Every scale of the course, the primary one first, for every slice. `hidden[slice]` says which questions of which wave
    have a choice that is not told."""
    found: list[list[ScaleResult]] = [[] for _ in course.slices]
    for key in scale_keys(course.plan.document, course.plan.primary):
        for place, result in enumerate(_scale(course, scale(course, key), hidden)):
            if result is not None:
                found[place].append(result)
    return [tuple(one) for one in found]


def last_wave(course: Course, by_wave: Mapping[str, Numbers]) -> str | None:
    """The wave a scale is judged at: the deciding one, or the last that was answered after the first."""
    later = [wave for wave in by_wave if wave != "baseline"]
    return course.plan.deciding if course.plan.deciding in later else (later[-1] if later else None)


def _scale(course: Course, one: Scale, hidden: Sequence[Mapping[tuple[str, str], bool]]) -> list[ScaleResult | None]:
    every = {wave: scores(course, one, wave) for wave in course.plan.learners_waves if wave in course.frame.answered}
    by_wave = {wave: values for wave, values in every.items() if np.isfinite(values).any()}
    last = last_wave(course, by_wave)
    if "baseline" not in by_wave or last is None:
        return [None for _ in course.slices]
    both = changed(course, by_wave["baseline"], by_wave[last], ["baseline", last], one.higher_is_better)
    stayed = np.all([np.isfinite(values) for values in by_wave.values()], axis=0)
    stayed_figures = course.figures(stayed)
    of_wave = {wave: np.isfinite(values) for wave, values in by_wave.items()}
    wave_figures = {wave: course.figures(of) for wave, of in of_wave.items()}
    complete = np.all([np.isfinite(course.frame.number("baseline", key)) for key in one.items], axis=0)
    with_alpha = course.figures(complete, LEAST_FOR_ALPHA)
    results: list[ScaleResult | None] = []
    for place in course.slices:
        people = course.cut.people(place)
        means = []
        for wave, values in by_wave.items():
            # Beside all answers to every other question of the scale a mean would give the last one away.
            alone = sum(hidden[place].get((wave, key), True) for key in one.items) == 1
            means.append(
                _wave_mean(
                    course,
                    wave,
                    values[people & stayed] if stayed_figures[place] else None,
                    values[people & of_wave[wave]] if wave_figures[wave][place] and not alone else None,
                )
            )
        kept = kept_or_faded(
            [maybe(values, people & stayed) for values in by_wave.values()] if stayed_figures[place] else [[], []],
            higher_is_better=one.higher_is_better,
        )
        alpha = None
        if with_alpha[place]:
            rows = np.array([course.frame.number("baseline", key)[people & complete] for key in one.items]).T
            alpha = cronbach_alpha(rows.tolist())
        results.append(
            _told(course, one, both, place, ("baseline", last))(
                waves=tuple(means),
                kept=kept.word,
                primary=one.key == course.plan.primary,
                alpha=alpha.alpha if alpha else None,
                alpha_n=alpha.n if alpha else None,
            )
        )
    return results


def _told(course: Course, one: Scale, both: Changed, place: int, ends: tuple[str, str]) -> Any:
    """A maker of the result of one slice, with what may be told of it filled in."""

    def make(**more: Any) -> ScaleResult:
        figures: dict[str, Any] = {}
        if both.figures[place]:
            change = both.change(course, place, one.higher_is_better)
            figures = {
                "mean_before": change.mean_pre,
                "mean_after": change.mean_post,
                "sd_before": change.sd_pre,
                "sd_after": change.sd_post,
                "difference": change.mean_diff,
                "interval": change.interval,
                "t": change.t,
                "df": change.df,
                "p_t": change.p_t,
                "p_wilcoxon": change.p_wilcoxon_exact_with_ties,
                "wilcoxon": change.wilcoxon_words,
                "d_z": change.d_z,
                "d_av": change.d_av_mean_sd,
            }
            for number, name in enumerate(("improved", "same", "worse")):
                figures[name] = int(both.counts[place, number]) if both.moves[place, number] else None
        return ScaleResult(
            key=one.key,
            name=one.name,
            highest=one.highest,
            higher_is_better=one.higher_is_better,
            first=ends[0],
            last=ends[1],
            matched=int(both.size[place]) if both.told[place] else None,
            **figures,
            **more,
        )

    return make


def _wave_mean(course: Course, wave: str, matched: Numbers | None, everybody: Numbers | None) -> WaveMean:
    middle, interval = mean_interval([] if everybody is None else everybody.tolist())
    return WaveMean(
        wave=wave,
        name=course.plan.wave_name(wave),
        matched=None if matched is None else len(matched),
        mean_of_matched=None if matched is None else float(matched.mean()),
        answered=None if everybody is None else len(everybody),
        mean_of_all=middle,
        interval_of_all=interval,
    )


def looking_back(course: Course) -> list[tuple[ScaleResult, ...]]:
    """How ready people said at the end that they had been before, beside how ready they were then: never in a change."""
    about = {row["key"]: row["about"] for row in course.plan.document.get("then_test", {}).get("items", [])}
    found: list[list[ScaleResult]] = [[] for _ in course.slices]
    for key in scale_keys(course.plan.document, course.plan.primary):
        one = scale(course, key)
        back = [then for then, now in about.items() if now in one.items]
        if not back or not any(("end", then) in course.frame.numbers for then in back):
            continue
        both = changed(
            course, scores(course, one, "end", back), scores(course, one, "end"), ["end"], one.higher_is_better
        )
        for place in course.slices:
            if both.told[place]:
                ends = ("looking back", "end")
                found[place].append(_told(course, one, both, place, ends)(primary=False))
    return [tuple(one) for one in found]


def _groups(
    course: Course, what: str, first: tuple[str, Numbers, Flags], second: tuple[str, Numbers, Flags]
) -> list[tuple[TwoGroups, ...]]:
    """Two groups of different people, for every slice that may have figures of both."""
    told = course.figures(first[2]) & course.figures(second[2])
    found: list[tuple[TwoGroups, ...]] = []
    for place in course.slices:
        if not told[place]:
            found.append((TwoGroups(what, first[0], second[0], *[None] * 7),))
            continue
        people = course.cut.people(place)
        figures = two_groups(given(first[1], first[2] & people), given(second[1], second[2] & people))
        found.append(
            (
                TwoGroups(
                    what=what,
                    first_name=first[0],
                    second_name=second[0],
                    n_first=figures.n_first,
                    n_second=figures.n_second,
                    mean_first=figures.mean_first,
                    mean_second=figures.mean_second,
                    difference=figures.difference,
                    interval=figures.interval,
                    p=figures.p,
                ),
            )
        )
    return found


def stayed_or_not(course: Course) -> list[tuple[TwoGroups, ...]]:
    """The baseline of those who answered the deciding wave, and of those of the same sessions who did not."""
    one, deciding = scale(course, course.plan.primary), course.plan.deciding
    if deciding not in course.frame.answered:
        return [() for _ in course.slices]
    before = scores(course, one, "baseline")
    over = (course.frame.asked[deciding].sum(axis=1) > 0)[course.frame.session]
    there, later = np.isfinite(before) & over, course.frame.answered[deciding]
    name = course.plan.wave_name(deciding)
    return _groups(
        course,
        f"{one.name}, before the course",
        (f"Answered at {name} too", before, there & later),
        (f"Did not answer at {name}", before, there & ~later),
    )


def unpaired(course: Course) -> list[tuple[TwoGroups, ...]]:
    """Answers before and later of people who cannot be matched: two groups, and nobody's change."""
    one, deciding = scale(course, course.plan.primary), course.plan.deciding
    before, after = scores(course, one, "baseline"), scores(course, one, deciding)
    first, second = np.isfinite(before), np.isfinite(after)
    name = course.plan.wave_name(deciding)
    return _groups(
        course,
        f"{one.name}, people who cannot be matched",
        ("Before, no later answer", before, first & ~second),
        (f"{name}, no earlier answer", after, second & ~first),
    )


def agreement(course: Course) -> list[tuple[AgreementResult, ...]]:
    """People at 3 months and their managers on the same practice: each pair of questions, and the scale as a whole."""
    document, wave = course.plan.document, "m3"
    found: list[list[AgreementResult]] = [[] for _ in course.slices]
    if MANAGER not in course.frame.answered or wave not in course.frame.answered:
        return [() for _ in course.slices]
    one = scale(course, course.plan.primary)
    twins = [(row["twin_of"], row["key"]) for row in document["questions"] if row.get("twin_of") in one.items]
    for own, theirs in twins:
        question = questions.question(document, own)
        levels = sorted(choice.number for choice in question.choices if choice.number is not None)
        both = course.frame.number(wave, own), course.frame.number(MANAGER, theirs)
        for place, result in enumerate(_agreement(course, own, question.wording, both, levels, means=False)):
            found[place].append(result)
    if twins:
        whole = scores(course, one, wave), scores(course, one, MANAGER, [theirs for _, theirs in twins])
        rounded = [np.array([n if np.isnan(n) else float(round_half_up(n)) for n in values]) for values in whole]
        levels = [float(n) for n in range(one.highest + 1)]
        name = f"{one.name}, the scale as a whole, to the nearest answer"
        for place, result in enumerate(
            _agreement(course, one.key, name, (rounded[0], rounded[1]), levels, means=True, scores=whole)
        ):
            found[place].append(result)
    return [tuple(one) for one in found]


def _agreement(
    course: Course,
    key: str,
    name: str,
    both: tuple[Numbers, Numbers],
    levels: Sequence[float],
    *,
    means: bool,
    scores: tuple[Numbers, Numbers] | None = None,
) -> list[AgreementResult]:
    own, theirs = both
    of = np.isfinite(own) & np.isfinite(theirs)
    figures, told = course.figures(of), course.people(of, ["m3", MANAGER])
    same, counts = course.choices(of, (own == theirs).astype(np.int64), 2, told, np.array([[False, True]]))
    size = course.size(of)
    found = []
    for place in course.slices:
        if not figures[place]:
            found.append(AgreementResult(key, name, int(size[place]) if told[place] else None, *[None] * 5))
            continue
        here = of & course.cut.people(place)
        agreed = kappa(given(own, here), given(theirs, here), levels)
        middle = scores or both
        found.append(
            AgreementResult(
                key=key,
                name=name,
                pairs=int(size[place]),
                exactly_agree=Share(int(counts[place, 0]), int(size[place])) if same[place, 0] else None,
                kappa=agreed.kappa,
                interval=agreed.interval,
                delegates_mean=float(middle[0][here].mean()) if means else None,
                managers_mean=float(middle[1][here].mean()) if means else None,
            )
        )
    return found


def trend(course: Course, kinds: Sequence[str]) -> dict[int, TrendPoint]:
    """The primary scale, before to deciding wave, for each slice of these kinds: {place of the slice: point}."""
    one = scale(course, course.plan.primary)
    before, after = scores(course, one, "baseline"), scores(course, one, course.plan.deciding)
    both = changed(course, before, after, ["baseline"], one.higher_is_better)
    found = {}
    for place in course.slices:
        here = course.cut.slices[place]
        if here.kind not in kinds:
            continue
        change = both.change(course, place) if both.figures[place] else None
        within = course.cut.sessions(place, len(course.frame.sessions))
        found[place] = TrendPoint(
            key=here.key,
            name=here.name,
            dated=min(s.held_on for s, inside in zip(course.frame.sessions, within, strict=True) if inside),
            matched=int(both.size[place]) if both.told[place] else None,
            difference=change.mean_diff if change else None,
            interval=change.interval if change else None,
        )
    return found
