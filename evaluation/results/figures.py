"""Every figure of a course's results in one flat list, from the same value as the page: which spreadsheet, CSV and JSON print.

A figure carries its numerator and denominator, or its value and how many people stand behind it, its interval, its period and
its rule. A hidden one carries no number.
"""

from collections.abc import Iterator
from dataclasses import replace

from evaluation.impact.figures import Figure
from evaluation.results import printed
from evaluation.results.report import (
    AgreementResult,
    ItemResult,
    ItemWave,
    Results,
    ScaleResult,
    Shift,
    TrendPoint,
    TwoGroups,
)
from evaluation.results.sentences import good_words, is_ranked, period
from evaluation.verdict import LEAST_MATCHED
from lms.statistics import Interval, Share

PAIRED = f"The same people before and after, joined by a code; none is given under {LEAST_MATCHED} of them."
EVERY_TIME = "Those who answered every wave of the scale."
EVERYBODY = "Everybody who answered that wave."
ASKED = "Answers that count, of the people asked. Late ones and those given in part are among them."
UNPAIRED = "Two groups of different people, second minus first; never the change of a person. Welch’s test."
CHOSEN = "People who chose this answer, of those who gave one of the ordered answers in that wave."
APART = "People who gave this answer, which stands outside the ordered ones."
KAPPA = "Cohen’s kappa with linear weights, of a person and their manager on the same practice."
LOOKED_BACK = "Asked afterwards how it was before. Never put together with answers given before the course."


def figures(results: Results) -> list[Figure]:
    """All figures, in the order of the page's parts."""
    when = period(results)
    found: list[Figure] = []
    for scale in results.scales:
        found += _scale("changed", scale, PAIRED)
    found += _answered(results)
    for item in results.items:
        found += _item(item)
    for agreement in results.agreement:
        found += _agreement(agreement)
    for scale in results.looking_back:
        found += _scale("looking-back", scale, LOOKED_BACK)
    for groups in results.unpaired:
        found += _groups("two-groups", groups)
    for points, what in ((results.by_year, "year"), (results.by_session_trend, "session")):
        for point in points:
            found += _point(point, what)
    return [replace(one, period=when) for one in found]


def _hidden(stage: str, name: str, rule: str) -> Figure:
    return Figure(stage, name, hidden=True, rule=rule)


def _share(stage: str, name: str, share: Share | None, rule: str) -> Figure:
    if share is None:
        return _hidden(stage, name, rule)
    return Figure(stage, name, share.numerator, share.denominator, interval=share.interval(), rule=rule)


def _count(stage: str, name: str, count: int | None, rule: str, base: int | None = None) -> Figure:
    """A number of people; with a base, of how many."""
    if count is None:
        return _hidden(stage, name, rule)
    if base is not None:
        return Figure(stage, name, count, base, rule=rule)
    return Figure(stage, name, value=count, unit="people", rule=rule)


def _mean(
    stage: str,
    name: str,
    value: float | None,
    people: int | None,
    unit: str,
    rule: str,
    interval: Interval | None = None,
) -> Figure:
    if value is None:
        return _hidden(stage, name, rule)
    return Figure(stage, name, None, people, value, unit, interval, rule=rule)


def _scale(stage: str, scale: ScaleResult, rule: str) -> Iterator[Figure]:
    unit, last = f"0 to {scale.highest}", printed.at(scale.last)
    yield _count(stage, f"{scale.name}: people matched", scale.matched, rule)
    yield _mean(stage, f"{scale.name}: mean {printed.at(scale.first)}", scale.mean_before, scale.matched, unit, rule)
    yield _mean(stage, f"{scale.name}: mean {last}", scale.mean_after, scale.matched, unit, rule)
    yield _mean(stage, f"{scale.name}: change, {last}", scale.difference, scale.matched, unit, rule, scale.interval)
    for word, count in (("improved", scale.improved), ("stayed the same", scale.same), ("got worse", scale.worse)):
        yield _count(stage, f"{scale.name}: {word}", count, rule, scale.matched)
    yield from _tests(stage, scale)
    for wave in scale.waves:
        when = printed.at(wave.wave, wave.name)
        name = f"{scale.name}: mean {when}, same people"
        yield _mean(stage, name, wave.mean_of_matched, wave.matched, unit, EVERY_TIME)
        name = f"{scale.name}: mean {when}, all who answered"
        yield _mean(stage, name, wave.mean_of_all, wave.answered, unit, EVERYBODY, wave.interval_of_all)


def _tests(stage: str, scale: ScaleResult) -> Iterator[Figure]:
    """What stands behind a change, where there is one."""
    if scale.difference is None:
        return
    for name, value, rule in (
        ("t", scale.t, f"Student’s t of the differences, {scale.df} degrees of freedom."),
        ("p of t", scale.p_t, "Two-sided."),
        ("p of Wilcoxon’s signed ranks", scale.p_wilcoxon, f"Two-sided; {scale.wilcoxon}."),
        ("d_z", scale.d_z, "Mean difference by the standard deviation of the differences."),
        ("d_av", scale.d_av, "Mean difference by the mean of the two standard deviations."),
        ("standard deviation before", scale.sd_before, "With n − 1."),
        ("standard deviation after", scale.sd_after, "With n − 1."),
    ):
        if value is not None:
            yield Figure(stage, f"{scale.name}: {name}", None, scale.matched, value, "", rule=rule)
    if scale.alpha is not None:
        rule = "Cronbach’s alpha, from 30 people on."
        yield Figure(stage, f"{scale.name}: alpha", None, scale.alpha_n, scale.alpha, "alpha", rule=rule)


def _answered(results: Results) -> Iterator[Figure]:
    for wave in results.response:
        when = printed.at(wave.wave, wave.name)
        yield _count("answered", f"Asked {when}", wave.asked, "People a letter with the questions went to.")
        yield _share("answered", f"Answered {when}", wave.answered, ASKED)
        for word, count in (("late", wave.late), ("in part", wave.partial)):
            yield _count("answered", f"Answered {when}, {word}", count, ASKED)
        yield _count("answered", f"Would rather not answer, {when}", wave.refused, "They said so.")
    for group in (*results.by_sector, *results.by_session):
        for wave, share in zip(results.response, group.waves, strict=True):
            yield _share("answered", f"{group.name}: answered {printed.at(wave.wave, wave.name)}", share, ASKED)
    for groups in results.stayed_or_not:
        yield from _groups("answered", groups)


def _groups(stage: str, groups: TwoGroups) -> Iterator[Figure]:
    for name, people, value in (
        (groups.first_name, groups.n_first, groups.mean_first),
        (groups.second_name, groups.n_second, groups.mean_second),
    ):
        yield _count(stage, f"{groups.what}, {name}: people", people, UNPAIRED)
        yield _mean(stage, f"{groups.what}, {name}: mean", value, people, "", UNPAIRED)
    name = f"{groups.what}: between {groups.first_name} and {groups.second_name}"
    yield _mean(stage, name, groups.difference, None, "", UNPAIRED, groups.interval)
    if groups.difference is not None and groups.p is not None:
        yield Figure(stage, f"{name}, p", value=groups.p, rule=UNPAIRED)


def _item(item: ItemResult) -> Iterator[Figure]:
    for wave in item.waves:
        when = printed.at(wave.wave, wave.name)
        yield _count("questions", f"{item.wording} Answered {when}", wave.answered, EVERYBODY)
        yield from _choices(item, wave, when)
        if item.kind == "number":
            yield _mean(
                "questions", f"{item.wording} Mean {when}", wave.mean, wave.answered, "", EVERYBODY, wave.interval
            )
    if item.shift:
        yield from _shift(item, item.shift)


def _choices(item: ItemResult, wave: ItemWave, when: str) -> Iterator[Figure]:
    for choice in wave.choices:
        name = f"{item.wording} “{choice.label}” {when}"
        if wave.answered is None:
            yield _hidden("questions", name, CHOSEN)
        elif choice.apart:
            yield _count("questions", name, choice.count, APART)
        else:
            yield _count("questions", name, choice.count, CHOSEN, printed.base(wave))
    if is_ranked(item):
        yield _share(
            "questions", f"{item.wording} Gave {good_words(item)} {when}", wave.good, "Of those who answered it."
        )


def _shift(item: ItemResult, shift: Shift) -> Iterator[Figure]:
    for word, count in (
        ("moved to a better answer", shift.improved),
        ("gave the same answer", shift.same),
        ("moved to a poorer one", shift.worse),
    ):
        yield _count("questions", f"{item.wording} {word.capitalize()}", count, PAIRED, shift.matched)
    for label, row in zip(shift.labels, shift.cells, strict=True):
        for later, cell in zip(shift.labels, row, strict=True):
            name = f"{item.wording} From “{label}” to “{later}”"
            yield _count("questions", name, cell, PAIRED, shift.matched)
    for name, value in (("chi-squared", shift.bowker_statistic), ("p", shift.bowker_p)):
        if value is not None:
            rule = f"Bowker’s test of symmetry, {shift.bowker_df} degrees of freedom."
            yield Figure("questions", f"{item.wording} Bowker’s {name}", None, shift.matched, value, rule=rule)


def _agreement(found: AgreementResult) -> Iterator[Figure]:
    yield _count("managers", f"{found.name} Pairs", found.pairs, KAPPA)
    yield _share("managers", f"{found.name} The very same answer", found.exactly_agree, KAPPA)
    yield _mean("managers", f"{found.name} Weighted kappa", found.kappa, found.pairs, "kappa", KAPPA, found.interval)
    for name, value in (("people", found.delegates_mean), ("managers", found.managers_mean)):
        if value is None and found.kappa is not None:
            continue  # of single questions no means are given, so none is hidden
        yield _mean("managers", f"{found.name} Mean of {name}", value, found.pairs, "", KAPPA)


def _point(point: TrendPoint, what: str) -> Iterator[Figure]:
    name = f"{what.capitalize()} {point.name}"
    yield _count("over-time", f"{name}: people matched", point.matched, PAIRED)
    yield _mean("over-time", f"{name}: change", point.difference, point.matched, "", PAIRED, point.interval)
    if point.good:
        yield _share("over-time", f"{name}: answers hoped for", point.good, "Of those who answered it.")
