"""The parts of an impact report that print answers: who answered, reaction, learning, behaviour, results. Pure.

Every figure here stands in the released slice as it is (`results.report.Results`); nothing is worked out from two of them.
"""

from collections.abc import Iterator

from evaluation.impact.figures import Figure
from evaluation.impact_reports import grids
from evaluation.impact_reports.grids import Grid, Row
from evaluation.impact_reports.report import Answers
from evaluation.results import printed
from evaluation.results import sentences as answered
from evaluation.results.report import AgreementResult, ItemResult, ItemWave, ScaleResult
from evaluation.verdict import LEAST_MATCHED

STAGES = {"1": "reaction", "2": "learning", "3": "behaviour", "4": "results"}
PAIRED = f"The same people before and after, joined by a code; none is given under {LEAST_MATCHED} of them."
ASKED = "Answers that count, of the people asked."
GOOD = "Of those who answered it."
KAPPA = "Cohen’s kappa with linear weights, of a person and their manager on the same practice."


def named(answers: Answers, name: str) -> str:
    """A figure’s name with the course and the part of it that it is of."""
    return f"{answers.label}: {name}"


def responses(answers: Answers) -> Grid | None:
    """Wave by wave: how many were asked, and how many of them answered."""
    results = answers.results
    if results is None or not results.response:
        return None
    when = answered.period(results)
    rows = []
    for one in results.response:
        at = printed.at(one.wave, one.name)
        asked = Figure(
            "answered", named(answers, f"Asked {at}"), value=one.asked, unit="people", period=when, rule=ASKED
        )
        share = grids.share("answered", named(answers, f"Answered {at}"), one.answered, period=when, rule=ASKED)
        rows.append(Row(printed.short(one.wave, one.name), (asked, share)))
    return Grid(f"Who answered: {answers.label}", ("When", "Asked", "Answered"), tuple(rows))


def scales(answers: Answers, level: str) -> Grid | None:
    """The scales of a level before and at their last wave, among the same people."""
    results = answers.results
    found = [one for one in results.scales if (answers.levels or {}).get(one.key) == level] if results else []
    if not results or not found:
        return None
    when = answered.period(results)
    rows = tuple(_scale(answers, STAGES[level], one, when) for one in found)
    head = ("Scale", "People matched", "Before", "After", "Change, with its interval", "Improved", "The same", "Worse")
    return Grid(f"The same people before and after: {answers.label}", head, rows)


def _scale(answers: Answers, stage: str, one: ScaleResult, when: str) -> Row:
    unit, first, last = f"0 to {one.highest}", printed.at(one.first), printed.at(one.last)
    name = named(answers, one.name)

    def mean(what: str, value: float | None) -> Figure:
        return grids.mean(stage, f"{name}, mean {what}", value, one.matched, unit, period=when, rule=PAIRED)

    change = grids.mean(
        stage, f"{name}, change {last}", one.difference, one.matched, f"{grids.CHANGE}{unit}", interval=one.interval,
        period=when, rule=PAIRED,
    )  # fmt: skip
    moved = [
        grids.told(stage, f"{name}, {word}", number, of=one.matched, period=when, rule=PAIRED)
        if one.matched is not None
        else grids.told(stage, f"{name}, {word}", None, period=when, rule=PAIRED)
        for word, number in (("improved", one.improved), ("stayed the same", one.same), ("got worse", one.worse))
    ]
    return Row(
        f"{one.name} (0 to {one.highest}), {last}",
        (
            grids.told(stage, f"{name}, people matched {last}", one.matched, period=when, rule=PAIRED),
            mean(first, one.mean_before),
            mean(last, one.mean_after),
            change,
            *moved,
        ),
    )


def items(answers: Answers, level: str) -> Grid | None:
    """The questions of a level of which one answer is better than another: the share with a good answer, wave by wave."""
    results = answers.results
    found = (
        [one for one in results.items if one.level == level and answered.is_ranked(one) and one.waves]
        if results
        else []
    )
    if not results or not found:
        return None
    order = [one.wave for one in results.response]
    asked = {one.wave: one.name for item in found for one in item.waves}
    waves = sorted(asked, key=lambda one: (order.index(one) if one in order else len(order), one))
    rows = tuple(_item(answers, STAGES[level], item, waves, answered.period(results)) for item in found)
    head = ("Question", *(printed.short(one, asked[one]) for one in waves))
    return Grid(f"Gave the right answer, or one of those hoped for: {answers.label}", head, rows)


def _item(answers: Answers, stage: str, item: ItemResult, waves: list[str], when: str) -> Row:
    by_wave = {one.wave: one for one in item.waves}
    return Row(item.wording, tuple(_good(answers, stage, item, by_wave.get(wave), when) for wave in waves))


def _good(answers: Answers, stage: str, item: ItemResult, wave: ItemWave | None, when: str) -> Figure | str:
    if wave is None:
        return "not asked"
    name = named(answers, f"{item.wording} Gave {answered.good_words(item)} {printed.at(wave.wave, wave.name)}")
    return grids.share(stage, name, wave.good, period=when, rule=GOOD)


def managers(answers: Answers) -> Grid | None:
    """How far people and their managers agree."""
    results = answers.results
    if results is None or not results.agreement:
        return None
    when = answered.period(results)
    rows = tuple(_agreement(answers, one, when) for one in results.agreement)
    return Grid(
        f"People and their managers: {answers.label}", ("Practice", "Pairs", "The very same answer", "Kappa"), rows
    )


def _agreement(answers: Answers, one: AgreementResult, when: str) -> Row:
    name = named(answers, f"{one.name} With managers,")
    kappa = grids.mean(
        "behaviour", f"{name} kappa", one.kappa, one.pairs, "kappa", interval=one.interval, period=when, rule=KAPPA
    )
    return Row(
        one.name,
        (
            grids.told("behaviour", f"{name} pairs", one.pairs, period=when, rule=KAPPA),
            grids.share("behaviour", f"{name} the very same answer", one.exactly_agree, period=when, rule=KAPPA),
            kappa,
        ),
    )  # fmt: skip


def of_level(answers: Answers, level: str) -> Iterator[Grid]:
    """Every table of one level of one course."""
    found = [scales(answers, level), items(answers, level), managers(answers) if level == "3" else None]
    yield from (one for one in found if one is not None)


def said(answers: Answers, level: str) -> tuple[str, ...]:
    """What the scales of a level say in words."""
    results = answers.results
    found = [one for one in results.scales if (answers.levels or {}).get(one.key) == level] if results else []
    return tuple(f"{one.name}. {answered.change(one)}" for one in found)


def kept(answers: Answers, level: str) -> tuple[str, ...]:
    """What became of the change of the scale that decides, wave by wave."""
    primary = answers.primary
    if primary is None or (answers.levels or {}).get(primary.key) != level:
        return ()
    return (answered.wave_means(primary), answered.moved(primary))
