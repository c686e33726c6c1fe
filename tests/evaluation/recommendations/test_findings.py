"""What our own surveys found becomes a source: the cycle closes, and nothing that is hidden is told."""

from dataclasses import replace
from typing import Any

import pytest

from evaluation.recommendations.findings import finding, findings, poor
from evaluation.recommendations.models import SourceKind
from evaluation.results.report import ChoiceCount, ItemResult, ItemWave
from evaluation.surveys import screening
from lms.statistics import Share
from tests.browsing import send
from tests.evaluation.recommendations.desk import Desk, day, source, words_of
from tests.evaluation.results import example
from tests.evaluation.results.kept import evaluated, released
from tests.factories import NOW

LOWEST = "lowest two answers given by 1 in 4 people or more"


COUNTS = (5, 5, 20, 10)


def item(counts: tuple[int | None, ...] = COUNTS, when: str = LOWEST, **more: Any) -> ItemResult:
    """A question of which so many people chose each answer at the end of the course."""
    choices = tuple(ChoiceCount(str(n), f"Answer {n}", count) for n, count in enumerate(counts))
    wave = ItemWave("end", "End of the course", sum(count or 0 for count in counts), choices, None)
    known = replace(wave, **more)
    return ItemResult(
        "rea_use", "How much will it help?", "1", "rating", "higher_is_better", f"If {when}: Change it.", (known,)
    )


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (item(), "At the end, 10 of 40 (25%) gave one of the two lowest answers."),
        (item((5, 5, 21, 10)), ""),
        (item((None, 12, 20, 10)), ""),
        (item((2, 2, 1, 0)), ""),
        (item(several=True), ""),
        (item(when=f"{LOWEST} in a sector"), ""),
        (item(when=f"{LOWEST} at 3 months"), ""),
        (item(when="lowest answer from 1 in 8 people or more"), "At the end, 5 of 40 (13%) gave the lowest answer."),
        (item((5, 5, 30, 10), when="highest two answers from fewer than 9 in 10"), ""),
        (item((15, 15, 5, 5), when="highest two answers from fewer than 1 in 3 of those who used it"),
         "At the end, 10 of 40 (25%) gave one of the two highest answers."),
        (item(when="highest two answers from fewer than 1 in 3 of those who used it"), ""),
        (item(when="“answer 2” from half the people or more"), "At the end, 20 of 40 (50%) gave the answer “Answer 2”."),
        (item(when="“answer 3” from half the people or more"), ""),
        (item(when="fewer than 8 in 10 right at the end", good=Share(31, 40)),
         "At the end, 31 of 40 (78%) gave one of the answers hoped for."),
        (item(when="fewer than 8 in 10 right at the end", good=Share(32, 40)), ""),
        (item(when="fewer than 8 in 10 right at the end"), ""),
        (item(when="the same point is made 3 times or more"), ""),
    ],
)  # fmt: skip
def test_poor_answers_are_found_by_rule_and_never_where_a_count_is_hidden(asked: ItemResult, words: str) -> None:
    assert poor(asked) == words


def test_a_course_that_does_well_asks_for_nothing_and_one_that_got_worse_does() -> None:
    assert not [one for one in findings(example.large()) if one.key == "NEG:verdict"]
    worse = findings(example.worse())
    assert worse[0].key == "NEG:verdict"
    assert worse[0].title == "Multi-agency neglect: worse, with limits"
    assert "6 sessions, April 2023 to January 2025; counted in February 2026" in worse[0].found
    items = [one for one in worse if one.key.startswith("NEG:item:")]
    assert items
    assert "gave a better answer than before and" in items[0].found
    assert "Ask champions what gets in the way" in items[0].learning
    assert [screening.findings(one.learning) for one in worse if screening.findings(one.learning)] == []
    assert finding(example.worse(), "NEG:nothing") is None


def test_a_scale_that_has_faded_is_said_and_one_that_is_hidden_is_not() -> None:
    large = example.large()
    faded = replace(large, scales=(replace(large.scales[0], kept="Faded"),))
    assert "has faded" in findings(faded)[0].title
    hidden = replace(large, verdict=None, items=tuple(replace(one, shift=None, waves=()) for one in large.items))
    assert findings(hidden) == []


def test_one_press_makes_a_source_of_a_finding_which_the_officer_edits_first(desk: Desk) -> None:
    released(evaluated("SLEEP", title="Safer sleep"), replace(example.worse(), course_code="SLEEP"))
    page = desk.browser.get("/improvement/sources/from-results")
    assert "Safer sleep" in words_of(page)
    path = "/improvement/sources/new?finding=SLEEP:verdict"
    assert 'href="/improvement/sources/new?finding=SLEEP:verdict"' in page.text.replace("%3A", ":")
    form = desk.browser.get(path).text
    assert 'value="EVAL-2024-1"' in form
    assert 'value="Safer sleep: worse, with limits"' in form
    fields = {
        "kind": "evaluation_finding",
        "reference": "EVAL-2024-1",
        "title": "Safer sleep: worse",
        "learning": "What people say they do was lower at 6 months.",
        "seen": "",
        **day("dated", NOW.date()),
    }
    assert send(desk.browser, path, **fields).status_code == 303
    kept = source("EVAL-2024-1")
    assert (kept.kind, kept.finding) == (SourceKind.EVALUATION_FINDING, "SLEEP:verdict")
    assert 'href="/reports/courses/SLEEP"' in desk.browser.get("/improvement/sources/EVAL-2024-1").text
    assert "Written down as EVAL-2024-1" in words_of(desk.browser.get("/improvement/sources/from-results"))
    assert desk.browser.get("/improvement/sources/new?finding=SLEEP:nothing").status_code == 404
    assert desk.browser.get("/improvement/sources/new?finding=x").status_code == 404
