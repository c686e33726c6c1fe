"""What a key impact measure says: moved, not clear of chance, no change, the wrong way, or nothing to compare with."""

from datetime import date

import pytest

from evaluation.impact.measures import judge_measure
from evaluation.measures.models import Direction, Measure, MeasureFigure, MeasureKind

UP, DOWN = Direction.HIGHER_IS_BETTER, Direction.LOWER_IS_BETTER


def measure(kind: MeasureKind, figures: list[MeasureFigure], direction: Direction = UP) -> Measure:
    return Measure(
        key="LDA-1-A1", kind=kind, name="A measure", unit="", direction=direction, target=None, source="", caution="",
        learning_dates=["2023-02-06"], question_keys=[], scale="", waves=[], least_matched=10, made_up=True, figures=figures,
    )  # fmt: skip


def months(before: int, after: int, base: int = 50) -> list[MeasureFigure]:
    """Ten months before February 2023 and fourteen from then on, wobbling by one round each level."""
    levels = [before + n % 2 for n in range(10)] + [after + n % 2 for n in range(14)]
    return [
        MeasureFigure(
            dated=date(2022 + (3 + n) // 12, (3 + n) % 12 + 1, 1), method="", numerator=level, denominator=base
        )
        for n, level in enumerate(levels)
    ]


def audits(*findings: tuple[str, int, int]) -> list[MeasureFigure]:
    return [
        MeasureFigure(dated=date(2022, 9 + n, 15), method=method, numerator=k, denominator=base)
        for n, (method, k, base) in enumerate(findings)
    ]


@pytest.mark.parametrize(
    ("direction", "before", "after", "found"),
    [
        (UP, 8, 20, "Moved"),
        (DOWN, 20, 8, "Moved"),
        (UP, 20, 8, "Moved the wrong way"),
        (DOWN, 8, 20, "Moved the wrong way"),
        (UP, 12, 12, "No clear change"),
    ],
)
def test_a_series_moved_only_the_way_it_was_wanted(direction: Direction, before: int, after: int, found: str) -> None:
    assert judge_measure(measure(MeasureKind.ANALYTICAL_DATA, months(before, after), direction)).found == found


def test_a_jump_of_a_few_months_is_not_called_moved_without_the_run() -> None:
    figures = months(10, 10)
    for figure in figures[-3:]:
        figure.numerator = 48
    result = judge_measure(measure(MeasureKind.ANALYTICAL_DATA, figures))
    assert result.comparison is not None
    assert result.comparison.interval is not None
    assert result.comparison.interval[0] > 0  # the pooled shares alone would say that it moved
    assert result.found == "Moved, not clear of chance"


def test_counts_without_a_base_before_the_learning_have_nothing_to_be_compared_with() -> None:
    figures = [MeasureFigure(dated=date(2023, 2 + n, 1), method="", value=100.0 + n) for n in range(3)]
    result = judge_measure(measure(MeasureKind.ANALYTICAL_DATA, figures))
    assert result.found == "Nothing to compare"
    assert result.sentence.startswith("303 from February 2023 to April 2023")


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ((9, 24), (16, 24), "Moved"),
        ((8, 24), (10, 24), "No clear change"),
        ((12, 30), (18, 30), "Moved, not clear of chance"),
        ((16, 24), (5, 24), "Moved the wrong way"),
    ],
)
def test_an_audit_is_compared_with_its_re_audit(first: tuple[int, int], second: tuple[int, int], found: str) -> None:
    figures = audits(("audit", *first), ("re-audit", *second))
    assert judge_measure(measure(MeasureKind.QUALITY_ASSURANCE, figures)).found == found


def test_a_dip_sample_is_shown_and_never_compared() -> None:
    result = judge_measure(measure(MeasureKind.QUALITY_ASSURANCE, audits(("audit", 9, 24), ("dip sample", 12, 12))))
    assert result.found == "Nothing to compare"
    assert result.audits is not None
    assert len(result.audits.findings) == 2


def test_an_evaluation_nobody_has_answered_is_not_enough_evidence() -> None:
    assert judge_measure(measure(MeasureKind.IMPACT_EVALUATION, []), None).found == "Not enough evidence"


@pytest.mark.parametrize(
    ("direction", "after", "found"),
    [
        (UP, 60, "Moved"),
        (DOWN, 60, "Moved the wrong way"),
        (UP, 40, "No clear change"),
        (Direction.NONE, 60, "Nothing to compare"),
    ],
)
def test_plain_numbers_are_judged_by_the_run_alone(direction: Direction, after: int, found: str) -> None:
    values = [40.0 + n % 3 for n in range(10)] + [after + n % 3 for n in range(9)]
    figures = [
        MeasureFigure(dated=date(2022 + (3 + n) // 12, (3 + n) % 12 + 1, 1), method="", value=value)
        for n, value in enumerate(values)
    ]
    result = judge_measure(measure(MeasureKind.ANALYTICAL_DATA, figures, direction))
    assert result.found == found
    assert ("from February 2023 on, 9 months in a row were above it" in result.sentence) is (after == 60)
