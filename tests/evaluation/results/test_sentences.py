"""The words of a course's results: of every value there can be, a careful sentence that names no cause and prints no hole."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

from evaluation.results import sentences as said
from evaluation.results.parts import parts
from evaluation.results.report import (
    AgreementResult,
    ChoiceCount,
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
from lms.statistics import Share
from tests.claims import FORBIDDEN
from tests.evaluation.results import example

WAVES = ("baseline", "start", "end", "w6", "m3", "m6", "manager", "practice_review")
EXAMPLES = (example.large, example.small, example.worse, example.unclear, example.empty)


def careful(sentence: str) -> None:
    """What every sentence keeps: no cause, no praise, no hole, a capital at its beginning and a stop at its end."""
    low = sentence.lower()
    assert not [word for word in FORBIDDEN if word in low], sentence
    assert not re.search(r"None|nan|\binf\b|  |\.\.|,\.|\( |\{", sentence), sentence
    assert sentence[0].isupper() or sentence[0] in "“0123456789", sentence
    assert sentence.endswith("."), sentence
    assert not re.search(r"(?<!of )\b1 people\b|\b1 sessions\b", sentence), sentence


class Dice:
    """Made-up figures of every kind there can be: hidden, tiny, on either side of zero."""

    def __init__(self, seed: int) -> None:
        self.roll = Random(seed)

    def people(self) -> int | None:
        return self.roll.choice((None, 5, 9, 10, 31, 1058))

    def number(self) -> float | None:
        return self.roll.choice((None, 0.0, -0.004, self.roll.uniform(-3, 3), self.roll.uniform(-3, 3)))

    def interval(self) -> tuple[float, float] | None:
        return self.roll.choice((None, (-0.4, 0.5), (0.1, 0.5), (-0.5, -0.1), (0.0, 0.2)))

    def chance(self) -> float | None:
        return self.roll.choice((None, 0.0, 0.0004, 0.049, 0.05, 0.7, 1.0))

    def share(self) -> Share | None:
        return self.roll.choice(
            (None, Share(0, 0), Share(1, 1), Share(5, 9), Share(0, 40), Share(40, 40), Share(700, 1200))
        )

    def wave(self) -> str:
        return self.roll.choice(WAVES)

    def several(self, make: Callable[[], Any], most: int) -> tuple[Any, ...]:
        return tuple(make() for _ in range(self.roll.randint(0, most)))

    def mean(self) -> WaveMean:
        return WaveMean(
            self.wave(), "Some wave", self.people(), self.number(), self.people(), self.number(), self.interval()
        )

    def scale(self) -> ScaleResult:
        return ScaleResult(
            key="k",
            name="Ready to act",
            highest=self.roll.randint(1, 10),
            higher_is_better=self.roll.random() < 0.5,
            primary=self.roll.random() < 0.5,
            first="baseline",
            last=self.wave(),
            matched=self.people(),
            mean_before=self.number(),
            mean_after=self.number(),
            difference=self.number(),
            interval=self.interval(),
            t=self.number(),
            df=12,
            p_t=self.chance(),
            p_wilcoxon=self.chance(),
            wilcoxon=self.roll.choice(("", "exact, equal changes share their rank")),
            d_z=self.number(),
            d_av=self.number(),
            improved=self.people(),
            same=self.people(),
            worse=self.people(),
            kept=self.roll.choice(("Kept", "Faded", "No clear change", "Worse", "Not enough evidence")),
            waves=self.several(self.mean, 4),
            alpha=self.number(),
            alpha_n=self.people(),
        )

    def response(self) -> WaveResponse:
        asked = self.roll.choice((0, 1, 40))
        return WaveResponse(
            self.wave(), "Some wave", asked, self.share(), self.people(), self.people(), self.roll.choice((None, 1, 6))
        )

    def groups(self) -> TwoGroups:
        names = ("Ready to act, before the course", "answered at 6 months", "did not answer at 6 months")
        means = (self.number(), self.number(), self.number())
        return TwoGroups(*names, self.people(), self.people(), *means, self.interval(), self.chance())

    def agreement(self) -> AgreementResult:
        said_by_both = (self.number(), self.number())
        return AgreementResult(
            "k", "How often?", self.people(), self.share(), self.number(), self.interval(), *said_by_both
        )

    def shift(self) -> Shift | None:
        counts = (self.people(), self.people(), self.people())
        test = (self.number(), 3, self.chance())
        labels, cells = ("never", "often"), ((None, 7), (9, 12))
        return self.roll.choice((None, Shift("baseline", self.wave(), labels, cells, 40, *counts, *test)))

    def item(self) -> ItemResult:
        choices = (ChoiceCount("0", "never", 7), ChoiceCount("1", "often", None))
        return ItemResult(
            key="k",
            wording="How often?",
            level=self.roll.choice(("1", "2", "3", "4", "context")),
            kind=self.roll.choice(("rating", "knowledge", "single", "multiple", "number")),
            direction=self.roll.choice(("higher_is_better", "lower_is_better", "none")),
            if_poor=self.roll.choice(("", "Ask champions what gets in the way")),
            waves=self.several(lambda: ItemWave(self.wave(), "Some wave", self.people(), choices, self.share()), 4),
            shift=self.shift(),
        )

    def point(self) -> TrendPoint:
        figures = (self.people(), self.number(), self.interval(), self.share())
        return TrendPoint("year:2023-24", "2023-24", date(2023, 4, 14), *figures)

    def report(self) -> Results:
        return replace(
            self.roll.choice(EXAMPLES)(),
            slice=self.roll.choice(
                (
                    Slice("all", "all", "All sessions"),
                    Slice("session", "session:X", "Session X"),
                    Slice("sector", "sector:health", "Health"),
                )
            ),
            sessions=self.roll.randint(1, 70),
            open_rounds=self.roll.randint(0, 12),
            withheld=self.several(lambda: Slice("session", "session:X", "Session X"), 3),
            response=self.several(self.response, 5),
            by_sector=(),
            by_session=(),
            scales=self.several(self.scale, 3),
            items=self.several(self.item, 3),
            looking_back=self.several(self.scale, 1),
            stayed_or_not=self.several(self.groups, 2),
            unpaired=self.several(self.groups, 2),
            agreement=self.several(self.agreement, 2),
            by_year=self.several(self.point, 5),
            by_session_trend=self.several(self.point, 5),
        )


def sentences(results: Results) -> Iterator[str]:
    """Everything that is said of a report, but for the questions' own words."""
    yield from (said.scope(results), said.in_short(results), said.answer(results), said.hidden(results.threshold))
    yield from filter(None, [said.still_open(results), said.withheld(results.withheld)])
    yield f"{said.rule_words(results)}."
    for part in parts(results):
        yield part.lead
        for block in part.blocks:
            yield from (*block.said, *block.small)


def test_whatever_the_figures_are_the_sentences_are_careful() -> None:
    for seed in range(400):
        for sentence in sentences(Dice(seed).report()):
            careful(sentence)


def test_the_standing_sentences_are_careful() -> None:
    standing = {name: getattr(said, name) for name in dir(said) if name.isupper()}
    told = [words for name, words in standing.items() if isinstance(words, str) and name not in ("HIDDEN", "REFUSED")]
    assert len(told) > 8
    for sentence in (*told, f"{said.REFUSED}."):
        careful(sentence)


def test_the_finding_is_in_the_leads() -> None:
    leads = {part.key: part.lead for part in parts(example.large())}
    assert leads["changed"].startswith(
        "What I do about neglect. The same 169 people stood at 1.36 before the course and at 1.76 "
    )
    assert leads["changed"].endswith("at 6 months, on a scale of 0 to 3: +0.39, interval +0.30 to +0.49.")
    assert leads["answered"].startswith(
        "At 6 months, 186 of 420 people asked answered (44%, interval 40 to 49): 15 of them late and"
    )


def test_what_is_worse_is_said_as_plainly_as_what_is_better() -> None:
    (primary, *_) = example.worse().scales
    assert said.moved(primary) == "Of 66 people, 10 improved, 15 stayed the same and 41 got worse."
    assert (
        said.kept(primary)
        == "At 6 months, their answers are clearly lower than before, which is not the way that was wanted."
    )
    falls = replace(primary, higher_is_better=False)
    assert "clearly higher than before, which is not" in said.kept(falls)


def test_two_groups_are_never_called_a_change() -> None:
    results = example.large()
    (groups,) = [part for part in parts(results) if part.key == "two-groups"]
    told = " ".join([groups.lead, *(sentence for block in groups.blocks for sentence in block.said)])
    assert "not the change of anybody" in told
    assert not re.search(r"improved|got worse|rose|fell|gained", told)


def test_people_and_managers_agree_only_where_the_interval_says_so() -> None:
    found = AgreementResult("k", "n", 40, Share(20, 40), 0.3, (0.1, 0.5), 1.2, 1.1)
    assert "agree more than chance would bring: weighted kappa 0.30, interval 0.10 to 0.50." in said.agrees(found)
    assert "do not clearly agree more, or less" in said.agrees(replace(found, interval=(-0.1, 0.5)))
    assert "agree less than chance" in said.agrees(replace(found, kappa=-0.3, interval=(-0.5, -0.1)))
    assert (
        said.agrees(replace(found, pairs=None))
        == "Too few pairs answered to say how far people and their managers agree."
    )
    assert said.both_means(replace(found, managers_mean=None)) == ""


def test_who_is_missing_is_said_with_care() -> None:
    (groups,) = example.large().stayed_or_not
    assert said.missing(groups).endswith("the two are not clearly different. In other things they may be.")
    apart = replace(groups, interval=(-0.4, -0.1))
    assert "those who answered may not speak for those who did not" in said.missing(apart)
    assert "it is not known how those who are missing stood before" in said.missing(
        replace(groups, mean_first=None, difference=None)
    )


def test_years_are_named_in_order_of_time_and_many_sessions_are_not_ranked() -> None:
    results = example.large()
    assert said.trend(results.by_year, "year").startswith(
        "The change from before the course was +0.37 in 2023-24 (87 people, "
    )
    assert said.trend(results.by_session_trend, "session") == (
        "In six sessions the change from before the course lies between +0.27 and +0.53."
    )
    few = (*results.by_session_trend, replace(results.by_session_trend[0], difference=None, interval=None))
    assert said.trend(few, "session").endswith("One session more cannot be shown alone.")
