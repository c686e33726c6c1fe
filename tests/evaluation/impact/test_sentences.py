"""The words of a thread: each lead carries its finding, what is missing is said, and nothing says why anything changed."""

from datetime import date

import pytest

from evaluation.impact import sentences
from evaluation.impact.queries import SectorReach
from evaluation.recommendations.models import RecommendationState, SourceKind
from tests.claims import FORBIDDEN
from tests.threads import a_change, a_thread, an_action


def leads(thread):
    return {stage.key: stage.lead for stage in sentences.stages(thread)}


def bare(**details):
    """A recommendation that has led to nothing yet."""
    nothing = {"actions": (), "courses": (), "other_offers": (), "sectors": (), "plan": None, "waves": ()}
    return a_thread(**nothing | {"change": None, "measures": (), "quotes": (), "next_actions": ()} | details)


def test_eight_stages_always_in_the_same_order():
    keys = ["why", "decided", "learned", "came", "changed", "did", "verdict", "next"]
    assert [stage.key for stage in sentences.stages(a_thread())] == keys
    assert [stage.key for stage in sentences.stages(bare())] == keys


def test_what_is_recorded_is_solid_and_what_comes_is_open():
    assert [stage.key for stage in sentences.stages(a_thread()) if stage.still_open] == ["next"]
    assert [stage.key for stage in sentences.stages(bare()) if not stage.still_open] == ["why"]


def test_a_stage_without_content_says_what_is_missing():
    said = {key: lead.words for key, lead in leads(bare()).items()}
    assert said == {
        "why": "A practice review found: Small signs were put together late. The child’s day was missing.",
        "decided": "No action has been decided yet.",
        "learned": "No session has been held yet.",
        "came": "Nobody has come yet.",
        "changed": "Nobody has been asked yet, so it cannot be said what changed.",
        "did": "No key measure has been agreed yet.",
        "verdict": "Not enough evidence. No course of this thread has been asked about yet.",
        "next": "The verdict is still to come. No action is open for it yet.",
    }


def test_the_lead_of_each_stage_is_its_finding():
    lead = leads(a_thread())
    assert lead["why"].finding == "Small signs were put together late."
    assert lead["decided"].words == "Action LDA-1: Launch a joint course."
    assert lead["learned"].words == (
        "One course, two sessions and one other offer. Of 64 booked places, 56 were used (88%); one more came without a booking."
    )
    assert lead["came"].words == (
        "58 people from 4 agencies and schools: 10% of the 580 people who work with children in these services."
    )
    assert lead["changed"].words.startswith(
        "Six months on, the answers of the same 40 people on “What I do about neglect” are better than before the course: mean "
    )
    assert lead["did"].words == "Three of three measures moved the way we wanted, clear of chance."
    assert lead["next"].words == (
        "One sector has still to be reached and four things asked about have faded. "
        "Two actions for the same learning are open, one of them past its date."
    )


@pytest.mark.parametrize("kind", SourceKind)
def test_every_kind_of_source_speaks_in_its_own_name(kind):
    thread = a_thread()
    thread.recommendation.source.kind = kind
    before = leads(thread)["why"].before
    assert before.endswith(": ")
    assert before[0].isupper()


def test_a_question_of_the_scrutineer_keeps_its_question_mark():
    thread = a_thread()
    thread.recommendation.source.learning = "What difference do champions make?"
    assert leads(thread)["why"].words.endswith("What difference do champions make?")


def test_what_was_declined_says_so():
    thread = bare()
    thread.recommendation.state = RecommendationState.DECLINED
    assert leads(thread)["decided"].words == "The recommendation was declined, so there is no action."
    assert sentences.answer(thread) == "The recommendation was declined."


def test_the_answer_tells_change_measures_and_who_is_missing():
    thread = a_thread()
    assert sentences.verdict_words(thread) == "Better, with limits"
    assert sentences.answer(thread) == (
        "Six months on, the answers of the same 40 people on “What I do about neglect” are better than before. "
        "Of five things asked about, four rose and then faded and one shows no clear change. "
        "Three of three key measures moved the way we wanted. Nobody came from housing."
    )


def test_before_anybody_was_asked_there_is_not_enough_evidence():
    assert sentences.verdict_words(bare()) == "Not enough evidence"
    assert sentences.answer(bare()) == "No session has been held yet, so nobody could be asked."
    assert sentences.answer(a_thread(change=None, measures=())).startswith("Nobody has been asked yet what changed.")


def test_under_ten_matched_people_nothing_is_said_of_the_change():
    thread = a_thread(change=a_change(8), measures=())
    assert leads(thread)["changed"].words == "Six months on, too few people could be matched to say what changed."
    assert sentences.answer(thread).startswith("Fewer than 10 people could be matched at 6 months")
    assert sentences.glance(thread)[4].figure == "Not yet"


def test_seven_figures_each_lead_to_a_stage():
    found = sentences.glance(a_thread())
    assert [figure.stage for figure in found] == ["why", "decided", "learned", "came", "changed", "did", "verdict"]
    assert [figure.figure for figure in found] == ["1", "1", "2", "58", "+0.54", "3 of 3", "Better"]
    assert found[6].words == "with limits"
    assert [figure.figure for figure in sentences.glance(bare())][1:4] == ["0", "0", "0"]


def test_who_is_missing_and_from_where_few_came():
    assert sentences.missing_words(a_thread()) == (
        "Housing: 40 people work with children there, nobody came. "
        "Less than half as often as everybody together: police, 1 of 140."
    )
    everybody = a_thread(sectors=(SectorReach("Education", 30, 9, 300), SectorReach("Other", 10, 3, 100)))
    assert sentences.missing_words(everybody) == "Every sector whose people work with children was reached."


def test_where_the_workforce_is_not_known_no_share_is_pretended():
    thread = a_thread(sectors=(SectorReach("Education", 30, 9, 300), SectorReach("Other", 10, 3, None)))
    assert leads(thread)["came"].words == (
        "40 people from 12 agencies and schools. How many work with children is not known for other services."
    )


def test_the_rule_was_named_before_only_where_it_was():
    assert sentences.rule_words(a_thread()) == "The rule, named on 20 January 2023, before the course began"
    late = a_thread()
    late.plan.decided_on = date(2023, 3, 7)
    assert sentences.rule_words(late) == "The rule, named on 7 March 2023"


def test_what_next_speaks_of_one_action_as_of_one():
    one = (an_action("LDA-2", done_on=None, due=date(2024, 9, 30)),)
    assert leads(a_thread(sectors=(), next_actions=one))["next"].words == (
        "Four things asked about have faded. One action for the same learning is open, past its date."
    )
    kept = a_thread(sectors=(), change=a_change(40, fades=False), next_actions=())
    assert leads(kept)["next"].words == "Nothing is open. The group can close this recommendation."


def every_kind_of_thread():
    yield from (
        a_thread(),
        bare(),
        a_thread(change=a_change(8)),
        a_thread(change=None),
        a_thread(change=a_change(40, missing=())),
    )
    yield a_thread(actions=(an_action(), an_action("LDA-9")), other_offers=())
    yield a_thread(measures=())


def test_no_sentence_claims_a_cause_or_praises():
    for thread in every_kind_of_thread():
        said = [sentences.answer(thread), sentences.missing_words(thread), sentences.rule_words(thread)]
        said += [figure.words for figure in sentences.glance(thread)]
        said += [stage.lead.words for stage in sentences.stages(thread)]
        for sentence in said:
            assert not [word for word in FORBIDDEN if word in sentence.lower()], sentence
            assert "None" not in sentence
            assert "  " not in sentence


def test_a_lead_is_a_sentence():
    for thread in every_kind_of_thread():
        for stage in sentences.stages(thread):
            assert stage.lead.words[0].isupper() or stage.lead.words[0].isdigit()
            assert stage.lead.words[-1] in ".?", stage.lead.words
