"""What may be known of a change: small counts are hidden before anybody sees them, and what would give them away with them."""

from dataclasses import replace

import pytest

from evaluation.impact import change
from evaluation.impact.change import as_told, measure_change
from tests.evaluation.results.example import large
from tests.threads import BEHAVIOUR, DOCUMENT, a_change

WAVES = ("baseline", "end", "m3", "m6", "manager")


def changed(before: list[float], after: list[float], managers: list[float] | None = None):
    """People who gave the same answer to each question about what they do, before and at both follow-ups."""
    said = {
        wave: {f"p{n}": dict.fromkeys(BEHAVIOUR, value) for n, value in enumerate(values)}
        for wave, values in (("baseline", before), ("m3", after), ("m6", after))
    }
    said["manager"] = {f"p{n}": {f"mgr_{key}": value for key in BEHAVIOUR} for n, value in enumerate(managers or [])}
    return measure_change(
        DOCUMENT,
        said,
        primary="behaviour_neglect",
        deciding_wave="m6",
        waves=WAVES,
        asked=len(before),
        answered=len(after),
        missing_sectors=(),
    )


@pytest.mark.parametrize(
    ("improved", "same", "worse", "shown"),
    [
        (10, 8, 6, (10, 8, 6)),
        (12, 9, 2, (12, None, None)),  # 2 would come back as 23 less 12 less 9
        (20, 3, 1, (None, None, None)),  # 4 who did not improve are too few to tell of
        (3, 12, 8, (None, None, None)),
        (24, 0, 0, (None, None, None)),  # “nobody got worse” tells of everybody
    ],
)
def test_counts_of_people_are_shown_only_where_none_of_them_tells_of_a_few(improved, same, worse, shown) -> None:
    before = [1.0] * (improved + same + worse)
    after = [2.0] * improved + [1.0] * same + [0.0] * worse
    assert changed(before, after).primary.counts == shown


def test_a_share_of_a_few_people_or_of_all_but_a_few_is_hidden_and_so_is_what_is_compared_with_it() -> None:
    few_before = changed([3.0] * 4 + [0.0] * 26, [3.0] * 15 + [0.0] * 15).items[0]
    assert [(wave.wave, wave.hidden, wave.share is None) for wave in few_before.waves] == [
        ("baseline", True, True),
        ("m3", False, False),
        ("m6", False, False),
    ]
    assert few_before.first_to_last is None
    all_but_a_few = changed([3.0] * 10 + [0.0] * 20, [3.0] * 27 + [0.0] * 3).items[0]
    assert [wave.hidden for wave in all_but_a_few.waves] == [False, True, True]


def test_a_share_of_the_same_people_is_hidden_where_it_leaves_a_handful_of_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The report of the course tells of everybody who answered a wave; here are the same people only. The rest is subtraction."""
    before = [3.0] * 12 + [0.0] * 12 + [3.0, 0.0]  # the last two answered before the course only
    after = [3.0] * 14 + [0.0] * 10
    shown = {wave.wave: wave.share for wave in changed(before, after).items[0].waves}
    assert shown["baseline"] is None
    assert shown["m6"] is not None
    monkeypatch.setattr(change, "_gives_away", lambda *_: False)
    shown = {wave.wave: wave.share for wave in changed(before, after).items[0].waves}
    assert shown["baseline"] is not None


def test_what_the_report_of_the_course_hides_is_hidden_in_its_thread_too() -> None:
    found = a_change(40)
    assert found.primary.change is not None
    report = large()
    told = replace(report, scales=(replace(report.scales[0], key=found.primary.key, difference=None),))
    hidden = as_told(found, told)
    assert (hidden.primary.change, hidden.primary.counts, hidden.primary.matched) == (None, (None, None, None), 0)
    assert all(one.change is None for one in hidden.secondary)


def test_under_ten_matched_people_there_is_no_figure_of_a_change_and_no_verdict() -> None:
    found = a_change(9)
    assert found.primary.change is None
    assert [wave.share for item in found.items for wave in item.waves] == [None] * 15
    assert found.verdict.word == "not enough evidence"
    assert a_change(10).primary.change is not None


def test_only_people_who_answered_every_wave_are_in_a_chart() -> None:
    item = changed([1.0] * 30, [3.0] * 12 + [0.0] * 8).items[0]
    assert item.matched == 20
    assert {wave.share.denominator for wave in item.waves if wave.share} == {20}


def test_worse_is_a_result() -> None:
    found = changed([2.0, 3.0] * 15, [1.0, 1.0] * 15)
    assert found.verdict.word == "worse"
    assert found.primary.kept == "Worse"


def test_managers_are_counted_apart_and_hidden_when_few() -> None:
    people = [1.0] * 30
    shown = changed(people, people, managers=[3.0] * 7 + [1.0] * 6).managers
    assert shown is not None
    assert shown.share is not None
    assert (shown.share.numerator, shown.share.denominator) == (7, 13)
    for few in ([3.0] * 5 + [1.0] * 4, [3.0] * 10 + [1.0] * 4):
        hidden = changed(people, people, managers=few).managers
        assert hidden is not None
        assert hidden.share is None
