"""What a course's answers may say, made by hand: one large, one where everything is small, one that got worse.

Made-up answers of a fixed seed, counted by the product's own functions; what tells of fewer than five is None.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache
from random import Random

from evaluation.results.report import (
    AgreementResult,
    ChoiceCount,
    GroupResponse,
    ItemResult,
    ItemWave,
    Results,
    ScaleResult,
    Shift,
    Slice,
    TrendPoint,
    TwoGroups,
    WaveMean,
    WaveResponse,
)
from evaluation.scales import cronbach_alpha, two_groups
from evaluation.statistics import paired, shift_table
from evaluation.verdict import Outcome, kept_or_faded, meaningful_change, verdict
from lms.statistics import SMALL, Share, kappa

WAVES = ("baseline", "end", "m3", "m6")
NAMES = {"baseline": "When booking", "end": "End of the course", "m3": "3 months after", "m6": "6 months after"}
OFTEN = (
    "I missed it each time, or nearly",
    "I did it less often than I missed it",
    "I did it more often than I missed it",
    "I did it each time, or nearly",
)
READY = ("Not ready", "Ready with a lot of help", "Ready with some help", "Ready on my own", "Ready to show others")
ITEMS = {
    "neg_beh_toolkit": "Think of the last 3 months. When it was needed, how often have you used the neglect toolkit?",
    "neg_beh_day": "Think of the last 3 months. When it was needed, how often have you asked what a day is like for the child?",
    "neg_beh_list": "Think of the last 3 months. When it was needed, how often have you added to a dated list?",
}
IF_POOR = (
    "If mean at 3 months no higher than before, among the same people: Ask champions what gets in the way; look at it in the "
    "next case audit; change the exercise on the course."
)

#: One person's answers in one wave, one number for each item.
Answers = list[int] | None


def people(count: int, gain: float, seed: int) -> list[dict[str, Answers]]:
    """So many people; `gain` is how far they stand above their first answers at the end, a little less of it later."""
    dice = Random(seed)
    found = []
    for _ in range(count):
        level = dice.gauss(1.3, 0.6)
        given: dict[str, Answers] = {}
        for wave, share, chance in zip(WAVES, (0, 1, 0.8, 0.7), (0.85, 0.7, 0.5, 0.42), strict=True):
            middle = level + gain * share
            rated = [min(3, max(0, round(dice.gauss(middle, 0.7)))) for _ in ITEMS]
            given[wave] = rated if dice.random() < chance else None
        found.append(given)
    return found


def few(count: int | None) -> int | None:
    """The count, or nothing where it is small."""
    return count if count is not None and count >= SMALL else None


def share(numerator: int, denominator: int) -> Share | None:
    found = Share(numerator, denominator)
    return None if found.is_small() else found


def scores(answers: Sequence[dict[str, Answers]], wave: str) -> list[float | None]:
    return [sum(one) / len(one) if (one := given[wave]) else None for given in answers]


def scale(answers: Sequence[dict[str, Answers]], key: str, name: str, *, primary: bool = False) -> ScaleResult:
    columns = {wave: scores(answers, wave) for wave in WAVES}
    change = paired(columns["baseline"], columns["m6"])
    if change.n_pairs < 10:
        return ScaleResult(key, name, 3, True, primary, "baseline", "m6", few(change.n_pairs))
    kept = kept_or_faded([columns[wave] for wave in WAVES])
    moved = [few(count) for count in (change.n_improved, change.n_same, change.n_worse)]
    if None in moved:
        moved = [None, None, None]
    alpha = cronbach_alpha([one for given in answers if (one := given["baseline"])])
    waves = []
    for wave, found in zip(WAVES, kept.waves, strict=True):
        values = [value for value in columns[wave] if value is not None]
        interval = paired([0.0] * len(values), values).interval
        waves.append(
            WaveMean(
                wave, NAMES[wave], few(kept.matched), found.mean_of_matched, len(values), found.mean_of_all, interval
            )
        )
    return ScaleResult(
        key=key,
        name=name,
        highest=3,
        higher_is_better=True,
        primary=primary,
        first="baseline",
        last="m6",
        matched=change.n_pairs,
        mean_before=change.mean_pre,
        mean_after=change.mean_post,
        sd_before=change.sd_pre,
        sd_after=change.sd_post,
        difference=change.mean_diff,
        interval=change.interval,
        t=change.t,
        df=change.df,
        p_t=change.p_t,
        p_wilcoxon=change.p_wilcoxon_exact_with_ties,
        wilcoxon=change.wilcoxon_words,
        d_z=change.d_z,
        d_av=change.d_av_mean_sd,
        improved=moved[0],
        same=moved[1],
        worse=moved[2],
        kept=kept.word,
        waves=tuple(waves),
        alpha=alpha.alpha if alpha.n >= 30 else None,
        alpha_n=alpha.n if alpha.n >= 30 else None,
    )


def item(answers: Sequence[dict[str, Answers]], place: int, key: str) -> ItemResult:
    waves = []
    for wave in WAVES:
        given = [one[place] for person in answers if (one := person[wave])]
        counts = [given.count(value) for value in range(4)]
        shown: list[int | None] = [few(count) for count in counts]
        if shown.count(None) == 1:
            shown[min((value for value in range(4) if shown[value] is not None), key=lambda value: counts[value])] = (
                None
            )
        choices = [ChoiceCount(str(value), label, shown[value]) for value, label in enumerate(OFTEN)]
        choices.append(ChoiceCount("no_opportunity", "It was never needed", few(len(given) // 9), apart=True))
        waves.append(
            ItemWave(wave, NAMES[wave], few(len(given)), tuple(choices), share(counts[2] + counts[3], len(given)))
        )
    before, after = (
        [one[place] if (one := person[wave]) else None for person in answers] for wave in ("baseline", "m6")
    )
    table = shift_table(before, after, range(4))
    shift = None
    if table.n >= 10:
        bowker = table.bowker
        shift = Shift(
            first="baseline",
            last="m6",
            labels=OFTEN,
            cells=tuple(tuple(few(count) for count in row) for row in table.counts),
            matched=table.n,
            improved=few(table.improved),
            same=few(table.same),
            worse=few(table.worse),
            bowker_statistic=bowker.statistic if bowker else None,
            bowker_df=bowker.df if bowker else None,
            bowker_p=bowker.p if bowker else None,
        )
    return ItemResult(key, ITEMS[key], "3", "rating", "higher_is_better", IF_POOR, tuple(waves), shift)


def groups(
    what: str, names: tuple[str, str], first: Sequence[float | None], second: Sequence[float | None]
) -> TwoGroups:
    sizes = [sum(value is not None for value in group) for group in (first, second)]
    if min(sizes) < 10:
        return TwoGroups(what, *names, few(sizes[0]), few(sizes[1]), None, None, None, None, None)
    found = two_groups(first, second)
    return TwoGroups(
        what,
        *names,
        found.n_first,
        found.n_second,
        found.mean_first,
        found.mean_second,
        found.difference,
        found.interval,
        found.p,
    )


def agreement(answers: Sequence[dict[str, Answers]]) -> AgreementResult:
    dice = Random(5)
    own = [one[0] for person in answers if (one := person["m6"])]
    theirs = [min(3, max(0, value + dice.choice((-1, 0, 0, 0, 1)))) for value in own][: len(own) // 2]
    own = own[: len(theirs)]
    found = kappa(own, theirs, range(4))
    name = ITEMS["neg_beh_toolkit"]
    if found.n < 10:
        return AgreementResult("neg_beh_toolkit", name, few(found.n), None, None, None, None, None)
    return AgreementResult(
        "neg_beh_toolkit",
        name,
        found.n,
        found.same,
        found.kappa,
        found.interval,
        sum(own) / found.n,
        sum(theirs) / found.n,
    )


def point(key: str, name: str, dated: date, answers: Sequence[dict[str, Answers]]) -> TrendPoint:
    change = paired(scores(answers, "baseline"), scores(answers, "m6"))
    if change.n_pairs < 10:
        return TrendPoint(key, name, dated, few(change.n_pairs), None, None)
    return TrendPoint(key, name, dated, change.n_pairs, change.mean_diff, change.interval)


def make(count: int, gain: float, *, seed: int = 11, sessions: int = 6) -> Results:
    """Everything that is said of so many people."""
    answers = people(count, gain, seed)
    before, after = scores(answers, "baseline"), scores(answers, "m6")
    primary = scale(answers, "behaviour_neglect", "What I do about neglect", primary=True)
    answered = {wave: sum(given[wave] is not None for given in answers) for wave in WAVES}
    per = max(1, count // sessions)
    parts = [answers[start : start + per] for start in range(0, per * sessions, per)]
    days = [date(2023 + (place + 1) // 3, (4, 9, 1)[place % 3], 14) for place in range(sessions)]
    names = [f"NEG-{day:%Y-%m}" for day in days]
    stayed = [b for b, a in zip(before, after, strict=True) if a is not None]
    gone = [b for b, a in zip(before, after, strict=True) if a is None]
    later = people(count // 3, gain, seed + 1)
    return Results(
        course_code="NEG",
        course_title="Multi-agency neglect",
        slice=Slice("all", "all", "All sessions"),
        as_at=date(2026, 2, 2),
        first_session=days[0],
        last_session=days[-1],
        sessions=sessions,
        open_rounds=2,
        question_set="Multi-agency neglect, version 2",
        deciding_wave="m6",
        threshold=SMALL,
        slices=(
            Slice("all", "all", "All sessions"),
            Slice("year", "year:2023-24", "2023-24"),
            Slice("year", "year:2024-25", "2024-25"),
            *(Slice("session", f"session:{name}", name) for name in names[:4]),
            Slice("sector", "sector:health", "Health"),
        ),
        withheld=(
            Slice("session", f"session:{names[-1]}", names[-1]),
            Slice("sector", "sector:housing", "Housing"),
        ),
        response=tuple(
            WaveResponse(
                wave,
                NAMES[wave],
                count,
                share(answered[wave], count),
                few(answered[wave] // 20),
                few(answered[wave] // 12),
                few(count // 25),
            )
            for wave in WAVES
        ),
        by_sector=tuple(
            GroupResponse(name, key, tuple(share(int(answered[wave] * part), int(count * part)) for wave in WAVES))
            for key, name, part in (
                ("health", "Health", 0.4),
                ("education", "Schools and education", 0.35),
                ("police", "Police", 0.02),
            )
        ),
        by_session=tuple(
            GroupResponse(
                f"{day.day} {day:%B %Y}, {name}",
                f"session:{name}",
                tuple(share(sum(given[wave] is not None for given in some), len(some)) for wave in WAVES),
            )
            for day, name, some in zip(days, names, parts, strict=True)
        ),
        verdict=verdict(
            Outcome(name=primary.name, wave="6 months", unit="on a scale of 0 to 3", digits=2),
            change=paired(before, after),
            asked=count,
            answered=answered["m6"],
            meaningful=meaningful_change([b for b, a in zip(before, after, strict=True) if a is not None]),
            missing_sectors=("housing",) if count > 100 else (),
        ),
        scales=(primary, scale(answers, "confidence_neglect", "Ready to act on neglect")),
        items=tuple(item(answers, place, key) for place, key in enumerate(ITEMS)) + knowledge(answered),
        looking_back=(scale(people(count, gain, seed + 2), "then_neglect", "How ready I was before, looking back"),),
        stayed_or_not=(
            groups(
                "What I do about neglect, before the course",
                ("Answered at 6 months too", "Did not answer at 6 months"),
                stayed,
                gone,
            ),
        ),
        unpaired=(
            groups(
                "What I do about neglect",
                ("Before, no later answer", "6 months, no earlier answer"),
                gone,
                scores(later, "m6"),
            ),
        ),
        agreement=(agreement(answers),),
        by_year=tuple(
            point(f"year:{year}", year, day, some)
            for year, day, some in (
                ("2023-24", days[0], answers[: count // 2]),
                ("2024-25", days[-1], answers[count // 2 :]),
            )
        ),
        by_session_trend=tuple(
            point(f"session:{name}", name, day, some) for name, day, some in zip(names, days, parts, strict=True)
        ),
        made_up=True,
    )


def knowledge(answered: dict[str, int]) -> tuple[ItemResult, ...]:
    """A question with a right answer, and one where several may be chosen."""
    labels = ("Write down the facts today", "Wait for the next visit", "Ask a colleague", "I do not know yet")
    waves = []
    for wave, right in (("baseline", 0.42), ("end", 0.8)):
        n = answered[wave]
        counts = [int(n * right), int(n * (1 - right) / 2), int(n * (1 - right) / 4)]
        counts.append(n - sum(counts))
        shown = [few(count) for count in counts]
        waves.append(
            ItemWave(
                wave,
                NAMES[wave],
                few(n),
                tuple(
                    ChoiceCount(str(i), label, count)
                    for i, (label, count) in enumerate(zip(labels, shown, strict=True))
                ),
                share(counts[0], n),
            )
        )
    why = ("I was told to", "It is due again", "I had a case like this")
    several = ItemWave(
        "baseline",
        NAMES["baseline"],
        few(answered["baseline"]),
        tuple(ChoiceCount(str(i), label, few(answered["baseline"] // (i + 2))) for i, label in enumerate(why)),
        None,
        several=True,
    )
    return (
        ItemResult("neg_know_pattern", "What do you do first?", "2", "knowledge", "higher_is_better", "", tuple(waves)),
        ItemResult(
            "ctx_why",
            "Why did you book this course?",
            "context",
            "multiple",
            "none",
            "If 1 in 3 people or more were told to: Ask the managers of those agencies.",
            (several,),
        ),
    )


@cache
def large() -> Results:
    """Several hundred people who are better after six months."""
    return make(420, 0.7)


@cache
def small() -> Results:
    """So few people that next to everything is hidden."""
    return make(12, 0.7, sessions=2)


@cache
def worse() -> Results:
    """People whose answers are worse than before."""
    return make(160, -0.6, seed=3)


@cache
def unclear() -> Results:
    """People whose answers are much as they were."""
    return make(90, 0.02, seed=23)


@cache
def empty() -> Results:
    """A course somebody has made a plan for, and nobody has answered about."""
    return Results(
        course_code="NEG",
        course_title="Multi-agency neglect",
        slice=Slice("all", "all", "All sessions"),
        as_at=date(2024, 10, 8),
        first_session=None,
        last_session=None,
        sessions=0,
        open_rounds=1,
        question_set="Multi-agency neglect, version 2",
        deciding_wave="m6",
        threshold=SMALL,
        slices=(Slice("all", "all", "All sessions"),),
        withheld=(),
        response=(),
        by_sector=(),
        by_session=(),
        verdict=None,
        scales=(),
        items=(),
        looking_back=(),
        stayed_or_not=(),
        unpaired=(),
        agreement=(),
        by_year=(),
        by_session_trend=(),
    )
