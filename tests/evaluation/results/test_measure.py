"""From columns of answers to figures, without a database: a made course whose figures are known."""

import copy
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import yaml

from evaluation.results import items
from evaluation.results.course import Course, Plan
from evaluation.results.frame import Frame, SectorFacts, SessionFacts, cut
from evaluation.results.measure import measure
from evaluation.results.report import Results
from evaluation.statistics import paired
from evaluation.surveys import questions
from tests.databases import ROOT

DOCUMENT = yaml.safe_load((ROOT / "content" / "question-sets.yaml").read_text(encoding="utf-8"))
ITEMS = ("neg_beh_toolkit", "neg_beh_day", "neg_beh_list", "neg_beh_parent", "neg_beh_challenge")
PLAN = Plan(
    code="NEG", title="Neglect", document=DOCUMENT, question_set="q, version 1", waves=("baseline", "end", "m3", "m6", "manager"),
    primary="behaviour_neglect", deciding="m6", as_at=date(2025, 1, 1),
)  # fmt: skip
WAVES = ("baseline", "m3", "m6", "manager")


def made(people: int = 60, *, gain: int = 1, stay: int = 40, sessions: int = 3) -> Course:
    """People in turn in each session and sector; those before `stay` answered the last wave too, one step higher by `gain`."""
    number = np.arange(people)
    asked = np.zeros((sessions, 3), np.int64)
    np.add.at(asked, (number % sessions, number % 2), 1)
    there = {wave: number < (people if wave in ("baseline", "m3") else stay) for wave in WAVES}
    frame = Frame(
        sessions=[
            SessionFacts(
                n + 1, f"NEG-{n}", date(2023 + n % 2, 5, n + 1), f"{2023 + n % 2}-{24 + n % 2}", ((n % 2, f"T{n % 2}"),)
            )
            for n in range(sessions)
        ],
        sectors=[SectorFacts(n + 1, f"s{n}", f"Sector {n}") for n in range(2)],
        session=number % sessions,
        sector=number % 2,
        answered=there,
        asked=dict.fromkeys(WAVES, asked),
        late={wave: np.full(sessions, -1) for wave in WAVES},
        refused={wave: np.full(sessions, -1) for wave in WAVES},
        partial={wave: np.zeros(people, bool) for wave in WAVES},
    )
    for wave in WAVES:
        for place, key in enumerate(ITEMS):
            value = 1 + (number // 7 + place * (number % 5)) % 2 + (gain if wave == "m6" else 0)
            name = f"mgr_{key}" if wave == "manager" else key
            frame.numbers[wave, name] = np.where(there[wave], value, np.nan)
            # “No opportunity” stands first on the list, and “not seen” second on the managers’.
            frame.codes[wave, name] = np.where(there[wave], value + (2 if wave == "manager" else 1), -1)
    return Course(PLAN, frame, cut(frame), 5, [1] * sessions)


def of(course: Course, key: str = "all") -> Results:
    return next(one for one in measure(course) if one.slice.key == key)


def test_the_change_is_that_of_the_same_people() -> None:
    course = made()
    scale = of(course).scales[0]
    before = np.mean([course.frame.numbers["baseline", key][:40] for key in ITEMS], axis=0)
    after = np.mean([course.frame.numbers["m6", key][:40] for key in ITEMS], axis=0)
    change = paired(list(before), list(after))
    assert (scale.matched, scale.difference, scale.mean_before) == (40, change.mean_diff, change.mean_pre)
    assert (scale.primary, scale.first, scale.last, scale.highest) == (True, "baseline", "m6", 3)


def test_beside_those_who_answered_every_wave_stands_everybody() -> None:
    waves = of(made()).scales[0].waves
    assert [(one.wave, one.matched, one.answered) for one in waves] == [
        ("baseline", 40, 60),
        ("m3", 40, 60),
        ("m6", 40, 40),
    ]


@pytest.mark.parametrize(("gain", "word"), [(1, "better"), (-1, "worse"), (0, "no clear change")])
def test_the_verdict_follows_the_rule(gain: int, word: str) -> None:
    verdict = of(made(gain=gain)).verdict
    assert verdict
    assert verdict.word == word


def test_under_ten_matched_people_there_is_no_figure_and_no_verdict_but_that() -> None:
    found = of(made(stay=9))
    assert found.verdict
    assert found.verdict.word == "not enough evidence"
    assert (found.scales[0].difference, found.scales[0].improved, found.scales[0].kept) == (
        None,
        None,
        "Not enough evidence",
    )


def test_every_slice_is_judged_by_the_same_rule() -> None:
    course = made(people=120, stay=90)
    kinds = {one.slice.kind for one in measure(course) if one.verdict and one.verdict.word == "better"}
    assert kinds == {"all", "year", "session", "trainer", "sector"}


def test_those_who_stayed_are_set_beside_those_who_did_not() -> None:
    groups = of(made()).stayed_or_not[0]
    assert (groups.n_first, groups.n_second) == (40, 20)
    assert of(made(stay=55)).stayed_or_not[0].n_second is None


def test_people_who_cannot_be_matched_are_two_groups() -> None:
    course = made(people=80, stay=60)
    for key in ITEMS:  # the first 20 did not answer before the course
        course.frame.numbers["baseline", key][:20] = np.nan
    groups = of(course).unpaired[0]
    assert (groups.n_first, groups.n_second) == (20, 20)
    assert of(course).scales[0].matched == 40


def test_delegates_and_managers_are_compared_pair_by_pair() -> None:
    found = of(made()).agreement
    assert [one.pairs for one in found] == [40] * 6
    assert found[0].kappa == pytest.approx(1.0)
    assert found[0].delegates_mean is None  # beside its distribution a mean would give hidden counts back
    assert found[-1].managers_mean is not None


def test_alpha_is_printed_from_thirty_people_on() -> None:
    assert of(made()).scales[0].alpha_n == 60
    assert of(made(people=29, stay=20)).scales[0].alpha is None


def test_where_one_question_alone_hides_something_the_mean_of_its_scale_is_not_told() -> None:
    course = made(people=90, stay=90)
    assert of(course).scales[0].waves[0].mean_of_all is not None
    course.frame.codes["baseline", ITEMS[0]][:3] = 4  # three people at the top of one question
    course.frame.codes["baseline", ITEMS[0]][3:] = 1 + np.arange(87) % 2
    told = [any(c.count is None for c in one.waves[0].choices[1:]) for one in of(course).items if one.key in ITEMS]
    alone = sum(told) == 1
    assert (of(course).scales[0].waves[0].mean_of_all is None) == alone


def test_the_shift_of_a_question_is_told_as_far_as_nothing_small_comes_back() -> None:
    shift = next(one for one in of(made(people=200, stay=200)).items if one.key == ITEMS[0]).shift
    assert shift
    assert shift.matched == 200
    assert all(cell is None or cell >= 5 for row in shift.cells for cell in row)


def test_the_trend_has_each_session_and_year_that_may_be_told() -> None:
    course = made(people=120, stay=90)
    found = of(course)
    assert [one.key for one in found.by_year] == ["year:2023-24", "year:2024-25"]
    assert [one.matched for one in found.by_session_trend] == [30, 30, 30]
    assert [one.difference for one in found.by_session_trend] == pytest.approx([1, 1, 1])
    assert of(course, "sector:s0").by_session_trend == ()


def test_a_higher_limit_hides_more() -> None:
    course = made(people=120, stay=90)
    many = {one.slice.key for one in measure(course)}
    few = {one.slice.key for one in measure(replace(course, threshold=50, _told={}))}
    assert few < many


def test_rows_of_a_matrix_are_counted_each_and_questions_that_look_back_are_not() -> None:
    document = questions.with_options(DOCUMENT, {"sgw_which": [("neglect", "Neglect")]})
    asked = items.asked_by(replace(PLAN, document=document, waves=("sgw",)))
    assert "sgw_best.neglect" in asked
    assert not any(key.startswith("then_") for key in items.asked_by(PLAN))
    assert len(items.looking_back_keys(PLAN)) == 6


def with_a_number(course: Course) -> Course:
    """The same course, in which the last wave also asks how many families somebody used it with."""
    document = copy.deepcopy(DOCUMENT)
    asked = {
        "key": "families",
        "type": "number",
        "wording": "With how many families?",
        "level": 3,
        "least": 0,
        "most": 99,
    }
    document["questions"].append(asked)
    wave = next(one for one in document["waves"] if one["key"] == "m6")
    for pages in (wave["pages"], *wave.get("variant_pages", {}).values()):
        pages[0]["questions"].append("families")
    course.frame.numbers["m6", "families"] = np.where(
        course.frame.answered["m6"], np.arange(course.frame.people) % 4, np.nan
    )
    course.frame.codes["m6", "families"] = np.full(course.frame.people, -1)
    return replace(course, plan=replace(course.plan, document=document))


def test_a_number_has_a_mean_with_its_interval_where_enough_people_gave_one() -> None:
    [told] = next(one for one in of(with_a_number(made())).items if one.key == "families").waves
    assert (told.wave, told.answered, told.mean, told.choices) == ("m6", 40, 1.5, ())
    assert told.interval == pytest.approx((1.138, 1.862), abs=0.001)


def test_of_fewer_than_ten_people_a_number_has_no_mean() -> None:
    [told] = next(one for one in of(with_a_number(made(stay=8))).items if one.key == "families").waves
    assert (told.mean, told.interval) == (None, None)
