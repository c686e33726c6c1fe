"""What is drawn of a thread: each chart from the figures that stand beside it, none where nothing may be shown."""

from dataclasses import replace

from evaluation.impact.drawings import draw
from evaluation.impact.queries import SectorReach, WaveCount
from tests.threads import a_change, a_thread


def test_one_dot_is_one_person_until_there_are_too_many():
    thread = a_thread()
    drawings = draw(thread)
    assert drawings.people_per_dot == 1
    assert drawings.sectors["Education"].count("<circle") == 37
    assert drawings.sectors["Housing"] is None
    many = draw(replace(thread, sectors=(SectorReach("Education", 901, 18, 3000),)))
    assert many.people_per_dot == 5
    assert many.sectors["Education"].count("<circle") == 181


def test_a_question_is_drawn_with_its_counts_and_what_is_left():
    drawings = draw(a_thread())
    faded = drawings.items["neg_beh_toolkit"]
    assert "13 of 40" in faded
    assert "c-fade" in faded
    assert draw(a_thread(change=a_change(40, fades=False))).items["neg_beh_toolkit"].count("c-keep") == 1


def test_what_is_hidden_is_not_drawn():
    drawings = draw(a_thread(change=a_change(8)))
    assert set(drawings.items.values()) == {None}
    assert drawings.measures["I1"] is None
    answered = draw(a_thread(waves=(("baseline", WaveCount(60, 40)), ("m6", WaveCount(60, 3))))).response
    assert "6 months: hidden" in answered
    assert "3 of 60" not in answered


def test_the_learning_is_marked_on_a_measure_and_on_nothing_it_does_not_belong_to():
    months = draw(a_thread()).measures["A1"]
    assert months.count('class="c-gold"') == 3
    assert "start and two sessions" in months
    assert "14 in a row above" in months
    assert "c-gold" not in draw(a_thread()).measures["Q1"]


def test_on_paper_no_drawing_needs_a_stylesheet():
    drawings = draw(a_thread(), paper=True)
    drawn = [*drawings.items.values(), *drawings.measures.values(), *drawings.sectors.values(), drawings.response]
    assert all("class=" not in one for one in drawn if one)
    assert sum(one is not None for one in drawn) == 5 + 3 + 3 + 1
