"""What is done with actions, and the history it leaves."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from evaluation.actions import checks, operations
from evaluation.actions.models import Action, ActionState, EvidenceKind, Outcome, Outlook
from evaluation.actions.rules import stand
from lms import jobs
from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.db import db
from lms.errors import RuleBroken
from lms.letters.models import Letter
from tests.evaluation.actions.conftest import (
    START,
    after,
    an_action,
    day,
    evidence,
    fresh,
    group,
    recommendation,
    sits_in,
    steps,
    told,
)
from tests.factories import person


def report(action: Action, days: int, outlook: Outlook | None = None, **more: Any) -> None:
    given = {"text": "Two of four are held.", "dated": day(days), "actor": None, "now": after(days), **more}
    operations.report(action=action, outlook=outlook, **given)


def run(days: int) -> None:
    """Let the clock run until that many days after the start, as the worker does."""
    db.session.commit()
    jobs.run_due(after(days))


def verified() -> list[str]:
    return [sentence for _, check in checks.CHECKS for sentence in check()]


@pytest.fixture(autouse=True)
def time_stands_there(clock: Any) -> None:
    clock(after(300))


def test_from_agreed_to_closed_every_change_is_in_the_history(app: Flask, officer: Person) -> None:
    action = an_action()
    report(action, 20, Outlook.ON_TRACK, actor=officer)
    report(action, 60, Outlook.SLIPPING)
    why = "The audit comes later."
    seen = operations.queries.fingerprint(action)
    assert operations.change(action=action, told=told(due=day(260)), why=why, seen=seen, actor=officer, now=after(61))
    report(action, 70, Outlook.ON_TRACK)
    evidence(action, EvidenceKind.DOING, 80)
    operations.finish(action=action, done_on=day(80), what="Four sessions held.", actor=officer, now=after(81))
    evidence(action, days=90)
    operations.judge(
        action=action, outcome=Outcome.BETTER, said="16 of 24.", minute="LDS-1.2", actor=officer, now=after(95)
    )
    action = fresh()
    assert [state for _, state in steps(action)] == [
        "open", "on_track", "slipping", "slipping", "on_track", "on_track", "done", "evidence_of_impact", "closed"
    ]  # fmt: skip
    moved = action.steps[3]
    assert moved.what == "Changed: due date from 20 December 2024 to 18 February 2025"
    assert (moved.why, moved.by, moved.actor_id) == (why, "Joan Field", officer.id)
    assert action.steps[-1].what == "Closed. What the evidence says: better. Minute LDS-1.2."
    assert all(one.before is (action.steps[i - 1].after if i else None) for i, one in enumerate(action.steps))
    assert verified() == []
    verbs = db.session.scalars(select(Activity.verb).where(Activity.subject == "LDA-001").order_by(Activity.id)).all()
    assert verbs[0] == "action:added"
    assert verbs[-1] == "action:closed"

    operations.reopen(action=action, whole=False, why="It faded.", actor=officer, now=after(99))
    operations.reopen(action=action, whole=True, why="Two more sessions.", actor=officer, now=after(99))
    assert [state for _, state in steps(fresh())][-2:] == ["evidence_of_impact", "on_track"]
    assert len(fresh().updates) == 3
    assert verified() == []


def test_what_only_the_clock_changes_is_written_down_once_with_letters_to_the_owner(app: Flask) -> None:
    owner = person("Ravi", "Patel")
    other = an_action("LDA-002", due=day(30))
    action = an_action(owner_person=owner)
    evidence(action, days=5, expires_on=day(250))
    report(action, 5)
    operations.need(action=action, needs=other, actor=None, now=after(6))
    run(240)
    found = fresh()
    # Something it needs is late on day 31; nothing heard on day 96; its own date passes on day 201.
    assert steps(found)[-2:] == [("Something it needs is late.", "slipping"), ("Its date passed.", "overdue")]
    assert found.steps[-1].why == "It was due on 20 December 2024."
    assert (found.steps[-1].by, found.steps[-1].actor) == ("The calendar", None)
    assert steps(fresh("LDA-002"))[-1] == ("Its date passed.", "overdue")
    keys = select(Letter.key).where(Letter.person_id == owner.id).order_by(Letter.id)
    assert db.session.scalars(keys).all() == ["action-assigned", "action-quiet", "action-due-soon", "action-overdue"]
    body = db.session.scalars(select(Letter.body).where(Letter.key == "action-quiet")).one()
    assert "for 91 days" in body
    assert "/actions/LDA-001" in body
    before = len(found.steps)
    run(245)
    assert len(fresh().steps) == before
    assert len(db.session.scalars(keys).all()) == 4

    operations.finish(action=fresh(), done_on=day(245), what="Held.", actor=None, now=after(246))
    assert steps(fresh())[-1][1] == "evidence_of_impact"
    run(260)
    assert steps(fresh())[-1] == ("Evidence expired.", "done")
    assert verified() == []


def test_a_quiet_action_slips_and_one_nobody_looked_at_is_taken_in(app: Flask) -> None:
    an_action()
    db.session.add(Action(reference="LDA-9", wording="Old.", owner_group=group(), decided_on=day(0), due=day(150)))
    run(301)
    assert ("Nothing was heard for 90 days.", "slipping") in steps(fresh())
    old = fresh("LDA-9")
    assert steps(old) == [("Taken into the history, as it stood.", "overdue")]
    assert not db.session.scalars(
        select(Letter).where(Letter.key == "action-overdue", Letter.body.contains("Old."))
    ).all()
    assert verified() == []


def test_moving_what_is_needed_is_in_the_history_of_what_needs_it(app: Flask, officer: Person) -> None:
    first, second = an_action("LDA-001"), an_action("LDA-002")
    operations.need(action=second, needs=first, actor=officer, now=after(1))
    seen = operations.queries.fingerprint(first)
    operations.change(action=first, told=told(due=day(250)), why="Later.", seen=seen, actor=officer, now=after(2))
    assert steps(fresh("LDA-002"))[-1] == ("LDA-001, which it needs, has changed.", "slipping")
    assert "due later" in fresh("LDA-002").steps[-1].why
    with pytest.raises(RuleBroken, match="LDA-001 needs LDA-002, which needs LDA-001"):
        operations.need(action=fresh("LDA-001"), needs=fresh("LDA-002"), actor=officer, now=after(3))
    operations.need_no_more(action=fresh("LDA-002"), needs=fresh("LDA-001"), actor=officer, now=after(4))
    assert steps(fresh("LDA-002"))[-1] == ("It no longer needs LDA-001.", "open")
    assert verified() == []


@pytest.mark.parametrize("outcome", [Outcome.BETTER, Outcome.NO_CLEAR_CHANGE, Outcome.WORSE])
def test_only_evidence_of_effect_closes_an_action(app: Flask, officer: Person, outcome: Outcome) -> None:
    action = an_action()
    with pytest.raises(RuleBroken, match="not done yet"):
        operations.judge(action=action, outcome=outcome, said="So.", actor=officer, now=after(1))
    with pytest.raises(RuleBroken, match="Nothing shows yet that it was done"):
        operations.finish(action=action, done_on=day(1), what="Held.", actor=officer, now=after(1))
    operations.finish(action=action, done_on=day(1), what="Held.", why="I was there.", actor=officer, now=after(1))
    evidence(action, EvidenceKind.DOING)
    evidence(action, days=12, expires_on=day(20))
    evidence(action, days=13)
    operations.take_back(action=action, evidence=action.evidence[-1], why="Wrong file.", actor=officer, now=after(14))
    with pytest.raises(RuleBroken, match="what was done is not yet what it changed"):
        operations.judge(action=action, outcome=outcome, said="So.", actor=officer, now=after(21))
    evidence(action, days=22)
    operations.judge(action=action, outcome=outcome, said="So.", actor=officer, now=after(23))
    assert fresh().outcome is outcome
    with pytest.raises(RuleBroken, match="was closed with its evidence"):
        operations.take_back(action=action, evidence=action.evidence[-1], why="No.", actor=officer, now=after(24))
    with pytest.raises(RuleBroken, match="LDA-001 is closed"):
        report(action, 25)
    assert len(fresh().evidence) == 4
    assert verified() == []


def test_not_enough_evidence_keeps_it_done_and_brings_it_up_again(app: Flask, officer: Person) -> None:
    action = an_action(owner_person=officer)
    operations.finish(action=action, done_on=day(1), what="Held.", why="I was there.", actor=officer, now=after(1))
    evidence(action, days=2)
    for review, said in ((None, "Enter the day"), (day(3), "in the future")):
        with pytest.raises(RuleBroken, match=said):
            operations.judge(
                action=action, outcome=Outcome.NOT_ENOUGH_EVIDENCE, said="4 answers.", review_on=review, actor=officer,
                now=after(3),
            )  # fmt: skip
    operations.judge(
        action=action,
        outcome=Outcome.NOT_ENOUGH_EVIDENCE,
        said="4 answers.",
        review_on=day(100),
        actor=officer,
        now=after(3),
    )
    found = stand(fresh(), day(4))
    assert found.state is ActionState.DONE
    assert "not enough evidence" in found.because[0]
    run(101)
    assert db.session.scalars(select(Letter.key).where(Letter.key == "action-evidence-review")).all()
    assert verified() == []


def test_a_question_to_a_group_waits_for_its_answer(app: Flask, officer: Person) -> None:
    owner, member = person("Ravi"), person("Mina")
    executive = group("executive", "Executive")
    sits_in(member, executive)
    action = an_action(owner_person=owner)
    asked = operations.escalate(action=action, group=executive, question="Who pays?", actor=officer, now=after(1))
    with pytest.raises(RuleBroken, match="has a question about it already"):
        operations.escalate(action=action, group=executive, question="Who?", actor=officer, now=after(1))
    letter = db.session.scalars(select(Letter).where(Letter.key == "action-escalated")).one()
    assert letter.person_id == member.id
    assert "What we ask you: Who pays?" in letter.body
    with pytest.raises(RuleBroken, match="after it was asked"):
        operations.answer(
            action=action, escalation=asked, answered_on=day(0), text="We do.", actor=officer, now=after(9)
        )
    operations.answer(
        action=action,
        escalation=asked,
        answered_on=day(8),
        text="We do.",
        minute="EXE-1.2",
        actor=officer,
        now=after(9),
    )
    assert steps(fresh())[-1][0] == "The Executive answered on 11 June 2024. Minute EXE-1.2."
    answer = db.session.scalars(select(Letter).where(Letter.key == "action-escalation-answered")).one()
    assert (answer.person_id, "We do." in answer.body) == (owner.id, True)


def test_an_action_goes_only_where_nothing_depends_on_it(app: Flask, officer: Person) -> None:
    action, other = an_action(), an_action("LDA-002")
    operations.need(action=other, needs=action, actor=officer, now=after(1))
    report(action, 2)
    with pytest.raises(RuleBroken, match=r"LDA-001 cannot be removed: .*1 action needs it \(LDA-002\)"):
        operations.remove(action=action, actor=officer, now=after(3))
    operations.remove(action=other, actor=officer, now=after(3))
    assert operations.queries.action("LDA-002") is None
    assert fresh().needed_by == []


def test_verify_sees_a_history_that_ends_otherwise_a_closing_without_evidence_and_a_circle(app: Flask) -> None:
    one, other = an_action(), an_action("LDA-002")
    one.done_on = one.closed_on = day(1)
    one.needs, other.needs = [other], [one]
    other.steps[-1].after = ActionState.SLIPPING
    db.session.flush()
    found = " ".join(verified())
    for sentence in (
        "LDA-001: its history ends with open, its facts say closed",
        "LDA-001 is closed without an outcome",
        "LDA-001 is closed without evidence of effect",
        "LDA-002: its history ends with slipping",
        "in a circle: LDA-001, LDA-002, LDA-001",
    ):
        assert sentence in found


def test_two_who_add_the_same_reference_at_once_get_a_sentence(app: Flask) -> None:
    an_action()
    with pytest.raises(RuleBroken, match="LDA-001 is used already"):
        an_action()
    with pytest.raises(RuleBroken, match=r"REV-1\.1 is used|capital letters"):
        operations.add(
            reference=recommendation().reference,
            told=told(),
            decided_on=day(0),
            actor=None,
            now=START + timedelta(hours=1),
        )
