"""States are total, advice is gentle, circles are named, and the clock looks again when it has to."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.actions import rules, smart
from evaluation.actions.models import (
    Action,
    ActionEvidence,
    ActionState,
    ActionUpdate,
    Escalation,
    EvidenceKind,
    Outcome,
    Outlook,
)
from lms.errors import RuleBroken
from lms.organisations.models import PartnershipGroup

TODAY = date(2024, 10, 8)
days = st.integers(-400, 400).map(lambda number: TODAY + timedelta(days=number))
past = st.integers(-400, 0).map(lambda number: TODAY + timedelta(days=number))
maybe = st.one_of(st.none(), days)
updates = st.lists(
    st.builds(ActionUpdate, dated=past, text=st.just("Heard."), outlook=st.sampled_from([None, *Outlook])), max_size=3
)
taken = datetime(2024, 1, 1, tzinfo=UTC)
pieces = st.lists(
    st.builds(
        ActionEvidence,
        kind=st.sampled_from(EvidenceKind),
        shows=st.just("Seen."),
        about_on=past,
        expires_on=maybe,
        taken_back_at=st.sampled_from([None, taken]),
    ),
    max_size=3,
)
needed = st.builds(Action, reference=st.just("LDA-2"), decided_on=past, due=maybe, done_on=st.one_of(st.none(), past))
actions = st.builds(
    Action,
    reference=st.just("LDA-1"),
    decided_on=past,
    due=maybe,
    long_term=st.booleans(),
    done_on=st.one_of(st.none(), past),
    review_on=maybe,
    outcome=st.sampled_from([None, Outcome.BETTER, Outcome.NOT_ENOUGH_EVIDENCE]),
    updates=updates,
    evidence=pieces,
    needs=st.lists(needed, max_size=2),
)


@given(actions)
def test_every_action_has_one_state_with_a_reason_and_none_is_on_track_beside_a_date_that_passed(
    action: Action,
) -> None:
    found = rules.stand(action, TODAY)
    assert found.state in ActionState
    assert found.because
    if action.due is not None and action.due < TODAY:
        assert found.state not in {ActionState.ON_TRACK, ActionState.OPEN, ActionState.SLIPPING}
    if found.state is ActionState.ON_TRACK:
        assert rules.waits(action, TODAY) is None or action.due is None or action.due >= TODAY


@given(actions)
def test_no_state_changes_by_the_clock_before_the_day_of_the_next_look(action: Action) -> None:
    state, until = rules.stand(action, TODAY).state, rules.next_look(action, TODAY)
    assert until > TODAY
    day = min(until, TODAY + timedelta(days=900))
    for one in (day - timedelta(days=1), TODAY + (day - TODAY) // 2):
        if TODAY <= one < until:
            assert rules.stand(action, one).state is state


def test_a_late_word_of_the_future_is_never_written_twice_or_too_late() -> None:
    action = Action(reference="LDA-1", decided_on=TODAY, due=TODAY + timedelta(days=100))
    found = {day: list(rules.letters_due(action, TODAY + timedelta(days=day))) for day in (71, 72, 86, 87, 91, 101)}
    assert found[71] == []
    assert found[72] == found[86] == [rules.Occasion.SOON]
    assert found[87] == []
    assert found[91] == [rules.Occasion.QUIET]
    assert set(found[101]) == {rules.Occasion.QUIET, rules.Occasion.OVERDUE}


def test_what_waits_says_why_and_a_question_waits_until_it_is_answered() -> None:
    executive = PartnershipGroup(name="Executive")
    asked = Escalation(group=executive, asked_on=date(2024, 9, 3), question="Who pays?")
    action = Action(reference="LDA-1", decided_on=TODAY, due=date(2025, 12, 31), escalations=[asked])
    found = rules.waits(action, TODAY)
    assert found == rules.Waiting(
        "Question not answered", "warn", ("The Executive has not answered the question of 3 September 2024.",)
    )
    action.updates = [ActionUpdate(dated=TODAY, text="Late.", outlook=Outlook.SLIPPING)]
    slipping = rules.waits(action, TODAY)
    assert slipping is not None
    assert slipping.because[0] == "The report of 8 October 2024 says that it is slipping."
    assert len(slipping.because) == 2
    asked.answered_on, action.updates = TODAY, []
    assert rules.waits(action, TODAY) is None


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        (
            {"wording": "Raise awareness of neglect and ensure good practice."},
            "wording",
            "“raise awareness” and “ensure”",
        ),
        ({"wording": "Publish a guide and run four sessions by May 2025."}, "wording", "(publish and run)"),
        ({"wording": "Do it."}, "wording", "very short"),
        ({"wording": "word " * 46}, "wording", "longer than 45 words"),
        ({"success": ""}, "success", "by what it will be seen"),
        ({"success": "People feel better."}, "success", "No number or measure"),
        ({"success": "An audit shows improved practice; we improve."}, "success", "“improve”"),
        ({"due": None}, "ends", "No time is named"),
        ({"due": None, "wording": "Run four sessions by March 2025."}, "ends", "no day is set"),
    ],
)
def test_advice_says_what_could_be_sharper(typed: dict[str, Any], field: str, said: str) -> None:
    fine = {"wording": "Run four sessions on neglect.", "success": "16 of 24 files.", "due": TODAY, "long_term": False}
    assert smart.advice(**fine) == {}
    found = smart.advice(**fine | typed)
    assert said in " ".join(found[field])


def test_a_circle_is_named_from_end_to_end() -> None:
    edges = {("A-1", "B-2"), ("B-2", "C-3"), ("X-9", "A-1")}
    rules.check_circle("A-1", "C-3", edges)
    with pytest.raises(RuleBroken, match="C-3 needs A-1, which needs B-2, which needs C-3"):
        rules.check_circle("C-3", "A-1", edges)
    with pytest.raises(RuleBroken, match="cannot need itself"):
        rules.check_circle("A-1", "A-1", ())
