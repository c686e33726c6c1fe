"""How a change is said: bases and intervals beside every figure, and what is too small said to be hidden."""

from dataclasses import replace

import pytest

from evaluation.comments.queries import Quote
from evaluation.impact import change_words as words
from evaluation.impact.measures import judge_measure
from evaluation.impact.queries import WaveCount
from evaluation.scales import Reliability
from lms.statistics import Share
from tests.threads import a_change, some_measures

ASKED = (("baseline", WaveCount(60, 54)), ("m6", WaveCount(60, 40)), ("manager", WaveCount(60, 4)))


def test_what_became_of_the_things_asked_about():
    item = a_change().items[0]
    some = [replace(item, kept=kept) for kept in ("Kept", "Faded", "Faded")]
    assert words.kept_words(some) == "Of three things asked about, one was kept and two rose and then faded."
    assert words.kept_words(some[1:]) == "Of two things asked about, all rose and then faded."
    assert words.kept_words(some[:1]) == "The one thing asked about was kept."
    assert words.kept_words([]) == ""


@pytest.mark.parametrize(("value", "said"), [(0.2155, "+0.22"), (-0.104, "−0.10"), (0.0, "0.00"), (0.001, "0.00")])
def test_a_difference_of_means_has_its_sign(value, said):
    assert words.signed_mean(value) == said


def test_a_mean_carries_its_scale_and_its_interval():
    assert words.mean_words(a_change().primary) == (
        "mean 0.98 before, 1.52 after, on a scale of 0 to 3; +0.54, interval +0.42 to +0.66"
    )
    assert words.mean_words(a_change(8).primary) == "hidden"


def test_the_table_begins_with_what_decides():
    rows = words.change_rows(a_change())
    assert [row[0] for row in rows] == [
        "What I do about neglect (mean, 0 to 3)",
        "Used the neglect toolkit",
        "Found out what the child’s day is like",
        "Kept a dated list of the pattern",
        "Told a parent plainly what must change",
        "Challenged when nothing got better",
        "Ready to act on neglect (mean, 0 to 4)",
        "Knowledge about neglect (mean, 0 to 6)",
    ]
    assert rows[1][1] == "40"
    assert rows[1][2].endswith("%")
    assert rows[1][4].endswith("points")


def test_under_ten_people_every_figure_of_the_change_is_hidden():
    for row in words.change_rows(a_change(8)):
        assert row[2:] == ("hidden", "hidden", "hidden", "hidden")


def test_how_many_moved_is_hidden_as_far_as_it_would_tell_of_a_few():
    scale = a_change().primary
    assert words.counts_words(replace(scale, counts=(20, 9, 8), matched=37)) == (
        "What I do about neglect: of 37 people, 20 improved, 9 stayed the same and 8 got worse."
    )
    part = words.counts_words(replace(scale, counts=(28, None, None), matched=43), named=False)
    assert part.startswith("Of 43 people, 28 improved and 15 did not.")
    assert part.endswith("is hidden, since one of the two is under 5.")
    assert "hidden" in words.counts_words(replace(scale, counts=(None, None, None)))


def test_who_answered_of_those_asked():
    assert (
        words.answered_words(ASKED)
        == "Of those asked: before 54 of 60 (90%), 6 months 40 of 60 (67%), managers hidden."
    )
    assert words.matched_words(a_change()).startswith(
        "40 people answered before and at 6 months on “What I do about neglect”."
    )
    assert words.matched_words(a_change(3)).startswith("Fewer than 5 people")


def test_an_answer_of_somebody_who_is_not_asked_any_more_stays_inside_the_share():
    assert words.response(WaveCount(10, 11)) == Share(10, 10)


def test_what_managers_say():
    assert words.managers_words(a_change()).startswith(
        "20 of the 40 who could say saw it done more often than missed (50%, int"
    )
    assert words.managers_words(a_change(8)).startswith("hidden")
    assert words.managers_words(replace(a_change(), managers=None)) == ""


def test_alpha_is_not_said_of_fewer_than_30_people():
    scale = a_change().primary
    few = replace(scale, reliability=Reliability(29, 5, 0.8))
    assert (
        words.reliability_words(few) == "What I do about neglect: how well its questions go together is not known yet"
    )
    many = replace(scale, reliability=Reliability(30, 5, 0.8))
    assert (
        words.reliability_words(many) == "What I do about neglect: Cronbach’s alpha 0.80 of 30 people before the course"
    )


def test_a_wave_in_its_table_has_base_and_interval():
    item = a_change().items[0]
    assert words.wave_words(item, "baseline").startswith("13 of 40 (33%), interval ")
    assert words.wave_words(item, "end") == "not asked"
    assert words.wave_words(a_change(8).items[0], "baseline") == "hidden"
    assert words.item_waves(a_change()) == ["baseline", "m3", "m6"]


def test_a_quote_says_as_much_of_its_writer_as_was_allowed():
    assert words.quote_words(Quote("…", "m6", "Health"), made_up=False) == "Health, 6 months, printed with consent"
    assert words.quote_words(Quote("…", "end", None), made_up=True) == "End, printed with consent; made up"


def test_measures_month_by_month_and_audit_by_audit():
    months, audits, _ = (judge_measure(one, a_change()) for one in some_measures())
    assert words.series_rows(months.series)[0] == ("April 2022", "8 of 50 (16%)")
    gap = replace(months.series, counted=(None, *months.series.counted[1:]))
    assert words.series_rows(gap)[0] == ("April 2022", "no figure")
    numbers = replace(months.series, shares=False, counted=(), values=(None, *[1269.0] * 23))
    assert words.series_rows(numbers)[:2] == [("April 2022", "no figure"), ("May 2022", "1,269")]
    assert words.month_rows([months.series, numbers])[1] == ["May 2022", "9 of 50 (18%)", "1,269"]
    assert words.audit_rows(audits.audits)[0][1].startswith("9 of 24 (38%), interval ")
