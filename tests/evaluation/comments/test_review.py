"""An officer decides about a text: kept, words taken out, or taken out whole; it can be undone, and then it is final."""

from datetime import timedelta

import pytest

from evaluation.comments import checks, operations, rules
from evaluation.comments.models import Comment, Outcome
from lms.accounts.models import Person
from lms.db import db, writing
from lms.errors import RuleBroken
from tests.evaluation.comments.conftest import NAMED, OVER, Written, everywhere

CUT = "I rang […] about the list, and it helped."
#: Decided on the 13th, it can be undone on the 14th.
NEXT_DAY, FINAL = OVER + timedelta(days=1), OVER + timedelta(days=2)


def test_what_is_kept_is_read(written: Written) -> None:
    written.decide("Qzarian", outcome=Outcome.KEPT)
    assert NAMED in written.shown()


def test_what_was_taken_out_is_shown_to_nobody_at_once_and_is_gone_from_every_table_when_it_is_final(
    written: Written,
) -> None:
    written.decide("Qzarian", outcome=Outcome.CUT, typed=CUT)
    written.decide("Qzarian", "quote_text", outcome=Outcome.OUT)
    assert CUT in written.shown()
    assert not any("Qzarian" in words for words in [*written.shown(), *written.shown("quote_text")])
    written.life.until(NEXT_DAY)
    assert everywhere("Qzarian") == ["answer"]
    written.life.until(FINAL)
    assert everywhere("Qzarian") == []
    assert CUT in written.shown()
    assert checks.decisions_are_made_final() == []


def test_a_decision_can_be_undone_until_the_end_of_the_next_day(written: Written) -> None:
    comment = written.decide("Qzarian", outcome=Outcome.CUT, typed=CUT)
    with writing():
        operations.undo(comment=comment, by=written.officer, now=NEXT_DAY)
    assert written.comment("Qzarian").outcome is Outcome.WAITING
    assert CUT not in written.shown()
    assert NAMED not in written.shown()
    comment = written.decide("Qzarian", outcome=Outcome.KEPT)
    with pytest.raises(RuleBroken, match="final"):
        operations.undo(comment=comment, by=written.officer, now=FINAL)
    written.life.until(FINAL)
    with pytest.raises(RuleBroken, match="final"):
        operations.undo(comment=db.session.get_one(Comment, comment.id), by=written.officer, now=NEXT_DAY)


def test_the_second_of_two_officers_is_told_and_changes_nothing(written: Written, colleague: Person) -> None:
    comment = written.decide("Qzarian", outcome=Outcome.OUT)
    with pytest.raises(RuleBroken, match="Somebody else has decided"):
        operations.decide(comment=comment, outcome=Outcome.KEPT, by=colleague, now=OVER)
    assert db.session.get_one(Comment, comment.id).outcome is Outcome.OUT


def test_an_officer_who_sees_a_name_lets_the_text_wait(written: Written) -> None:
    with writing():
        operations.look_again(comment=written.comment("week 4"), by=written.officer, now=OVER)
    assert not any("week 4." in words for words in written.shown())
    waits = written.comment("week 4")
    assert waits.found == [rules.SOMEBODY_SAW]
    written.decide("week 4", outcome=Outcome.CUT, typed="I start a dated list […]")
    assert "I start a dated list […]" in written.shown()


@pytest.mark.parametrize(
    ("typed", "stands"),
    [
        ("I rang […] about the list, and it helped.", "I rang […] about the list, and it helped."),
        ("I rang [...] about […]", "I rang […] about […]"),
        ("and it helped.", "and it helped."),
        ("  […] about the\nlist ", "[…] about the\nlist"),
    ],
)
def test_words_may_be_taken_out(typed: str, stands: str) -> None:
    assert rules.cleaned(NAMED, typed) == stands


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "Nothing is left"),
        (" […]. ", "Nothing is left"),
        (NAMED, "No word was taken out"),
        ("I rang the mother about the list, and it helped.", "not what was written"),
        ("and it helped. […] I rang", "not what was written"),
    ],
)
def test_nothing_may_be_put_into_somebodys_mouth(typed: str, why: str) -> None:
    with pytest.raises(RuleBroken, match=why):
        rules.cleaned(NAMED, typed)


def test_what_was_noticed_is_taken_out_to_begin_with() -> None:
    assert rules.proposed(NAMED) == CUT
