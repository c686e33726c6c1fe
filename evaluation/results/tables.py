"""The tables of a course's results: every figure that is said or drawn, in words, row by row. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.results import printed
from evaluation.results.report import (
    AgreementResult,
    GroupResponse,
    ItemResult,
    Results,
    ScaleResult,
    Shift,
    TrendPoint,
    TwoGroups,
    WaveResponse,
)
from evaluation.results.sentences import good_words, is_ranked
from lms.statistics import Interval
from lms.words import thousands

ALL_ALIKE = "all alike"
NO_TEST = "no test"


@dataclass(frozen=True, slots=True)
class Table:
    """One table; `numbers` are the columns set to the right. `folded`: the words a page opens it by, for whoever asks."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()
    folded: str = ""
    total: bool = False


def _all_but_first(head: Sequence[str]) -> tuple[int, ...]:
    return tuple(range(1, len(head)))


def _difference_ends(difference: float | None, interval: Interval | None) -> str:
    """The interval of a change; where everybody moved by the same there is none."""
    return ALL_ALIKE if difference is not None and interval is None else printed.ends(interval, sign=True)


def waves(scale: ScaleResult) -> Table:
    """One scale wave by wave: those who answered every time, beside all who answered."""
    rows = tuple(
        (
            printed.short(one.wave, one.name),
            printed.count(one.matched),
            printed.value(one.mean_of_matched),
            printed.count(one.answered),
            printed.value(one.mean_of_all),
            printed.ends(one.interval_of_all),
        )
        for one in scale.waves
    )
    head = ("Wave", "Answered every time", "Their mean", "All who answered", "Mean of all", "95% interval of all")
    caption = f"{scale.name}: mean on a scale of 0 to {scale.highest}"
    return Table(caption, head, rows, _all_but_first(head), folded="See the figures of every wave")


def changes(scales: Sequence[ScaleResult]) -> Table:
    """All scales before and at their last wave, among the same people."""
    rows = tuple(
        (
            f"{one.name} (0 to {one.highest})",
            printed.count(one.matched),
            printed.value(one.mean_before),
            printed.value(one.mean_after),
            printed.signed(one.difference),
            _difference_ends(one.difference, one.interval),
            printed.count(one.improved),
            printed.count(one.same),
            printed.count(one.worse),
        )
        for one in scales
    )
    last = " or ".join(dict.fromkeys(printed.short(one.last) for one in scales))
    head = ("Scale", "People", "Before", last, "Change", "95% interval", "Improved", "The same", "Worse")
    return Table("The same people before and after", head, rows, _all_but_first(head))


def tests(scales: Sequence[ScaleResult]) -> Table:
    """The tests behind the changes, their sizes against their spread, and how well the questions of a scale go together."""
    rows = tuple(
        (
            one.name,
            NO_TEST if one.t is None else f"{printed.number(one.t)} ({one.df})",
            printed.probability(one.p_t),
            printed.probability(one.p_wilcoxon),
            printed.number(one.d_z, NO_TEST),
            printed.number(one.d_av, NO_TEST),
            "not known" if one.alpha is None else f"{printed.number(one.alpha)} of {printed.count(one.alpha_n)}",
        )
        for one in scales
    )
    head = (
        "Scale",
        "t (degrees of freedom)",
        "p of t",
        "p of Wilcoxon",
        "d_z",
        "d_av",
        "Alpha, of people",
    )
    folded = "See the tests, and how well the questions go together"
    return Table("Tests, sizes and reliability", head, rows, _all_but_first(head), folded=folded)


def response(found: Sequence[WaveResponse]) -> Table:
    """Who answered, of those asked, and in what state."""
    rows = tuple(
        (
            printed.short(one.wave, one.name),
            thousands(one.asked),
            printed.count(one.answered.numerator if one.answered else None),
            printed.percent(one.answered),
            printed.share_ends(one.answered),
            printed.count(one.late),
            printed.count(one.partial),
            printed.count(one.refused),
        )
        for one in found
    )
    head = ("Wave", "Asked", "Answered", "Share", "95% interval", "Of them late", "Of them in part", "Would rather not")
    return Table("Who answered, of those asked", head, rows, _all_but_first(head))


def grouped(results: Results, groups: Sequence[GroupResponse], head: str) -> Table:
    """The same by sector or by session, wave by wave."""
    rows = tuple((group.name, *(printed.share_cell(one) for one in group.waves)) for group in groups)
    named = tuple(printed.short(one.wave, one.name) for one in results.response)
    return Table(f"Who answered, by {head.lower()}, with 95% intervals", (head, *named), rows)


def groups(found: Sequence[TwoGroups], caption: str) -> Table:
    """Groups of different people, two to a row."""
    rows = tuple(
        (
            f"{one.what}: {one.first_name}, and {one.second_name}",
            printed.count(one.n_first),
            printed.value(one.mean_first),
            printed.count(one.n_second),
            printed.value(one.mean_second),
            printed.signed(one.difference),
            _difference_ends(one.difference, one.interval),
            printed.HIDDEN if one.difference is None else printed.probability(one.p),
        )
        for one in found
    )
    head = (
        "The two groups",
        "People, first",
        "Mean, first",
        "People, second",
        "Mean, second",
        "Difference",
        "95% interval",
        "p",
    )
    return Table(caption, head, rows, _all_but_first(head))


def choices(item: ItemResult) -> Table:
    """The worded answers of a question, wave by wave."""
    labels = {choice.code: choice.label for wave in item.waves for choice in wave.choices}
    rows = [(label, *(printed.choice(wave, code) for wave in item.waves)) for code, label in labels.items()]
    if is_ranked(item):
        rows.append((f"Gave {good_words(item)}", *(printed.share_cell(wave.good) for wave in item.waves)))
    if item.kind == "number":
        rows.append(("Mean", *(printed.number(wave.mean) for wave in item.waves)))
        rows.append(("95% interval of the mean", *(printed.ends(wave.interval) for wave in item.waves)))
    rows.append(("People who answered", *(printed.count(wave.answered) for wave in item.waves)))
    head = ("Answer", *(printed.short(wave.wave, wave.name) for wave in item.waves))
    return Table("Answers, wave by wave", head, tuple(rows), folded="See the figures of every answer", total=True)


def shift(found: Shift) -> Table:
    """Before × after of one question, the same people."""
    lines = zip(found.labels, found.cells, strict=True)
    rows = tuple((label, *(printed.count(cell) for cell in row)) for label, row in lines)
    head = ("Answer before", *found.labels)
    caption = (
        f"From the answer {printed.at(found.first)} (down) to that {printed.at(found.last)} (across), the same people"
    )
    return Table(caption, head, rows, _all_but_first(head), folded="See who moved from which answer to which")


def agreement(found: Sequence[AgreementResult]) -> Table:
    """People and their managers on the same practice."""
    rows = tuple(
        (
            one.name,
            printed.count(one.pairs),
            printed.share_cell(one.exactly_agree),
            printed.number(one.kappa),
            "–" if one.kappa is not None and one.interval is None else printed.ends(one.interval),
            *("–" if one.kappa is not None and mean is None else printed.value(mean) for mean in _means(one)),
        )
        for one in found
    )
    head = (
        "Question",
        "Pairs",
        "The very same answer",
        "Weighted kappa",
        "95% interval",
        "Mean of people",
        "Mean of managers",
    )
    return Table("People and their managers", head, rows, (1, 3, 4, 5, 6))


def _means(one: AgreementResult) -> tuple[float | None, float | None]:
    """What each side says on the whole; given of a scale, not of its single questions."""
    return one.delegates_mean, one.managers_mean


def trend(points: Sequence[TrendPoint], head: str) -> Table:
    """Years or sessions in order of time."""
    with_good = any(one.good for one in points)
    rows = tuple(
        (
            one.name,
            printed.count(one.matched),
            printed.signed(one.difference),
            _difference_ends(one.difference, one.interval),
            *((printed.share_cell(one.good),) if with_good else ()),
        )
        for one in points
    )
    columns = (head, "People", "Change", "95% interval", *(("Answers hoped for",) if with_good else ()))
    return Table(
        f"Change from before the course by {head.lower()}, the same people", columns, rows, _all_but_first(columns)
    )
