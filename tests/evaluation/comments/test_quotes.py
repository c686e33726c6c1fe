"""A sentence is printed only with its writer’s yes, once its wave is over, once it was looked through, and if it was chosen."""

import pytest
from sqlalchemy import update

from evaluation.comments import operations, queries
from evaluation.comments.models import Comment, Outcome, PublishedQuote
from evaluation.impact import queries as impact
from evaluation.surveys.models import Answer, RoundStage
from lms.db import db, writing
from lms.errors import RuleBroken
from tests.evaluation.comments.conftest import OVER, Written


def publish(written: Written, words: str) -> Comment:
    comment = written.comment(words, "quote_text")
    with writing():
        operations.publish(comment=comment, by=written.officer, now=OVER)
    return db.session.get_one(Comment, comment.id)


def published(written: Written) -> list[tuple[str, str | None]]:
    db.session.expire_all()
    course_id = written.life.session.course_id
    found = queries.published_quotes(course_id=course_id)
    assert impact.quotes(course_id, 99) == found
    return sorted((one.text, one.sector) for one in found)


def put_into_the_table(words: str, written: Written) -> None:
    """What a mistake elsewhere could do: publish without asking."""
    with writing():
        comment = written.comment(words, "quote_text")
        db.session.add(PublishedQuote(comment_id=comment.id, published_by_id=None, published_on=OVER.date()))


def test_nothing_is_printed_before_an_officer_has_chosen(written: Written) -> None:
    assert published(written) == []
    assert sorted(one.text for one in queries.quotes_to_choose(written.topic("quote_text").subject)) == [
        "I ask about breakfast now.",
        "It helped to hear the others.",
        "The list made it plain.",
    ]


def test_the_sector_stands_there_only_where_it_is_allowed_and_told(written: Written) -> None:
    for words in ("breakfast", "the others", "plain"):
        publish(written, words)
    assert published(written) == [
        ("I ask about breakfast now.", "Sector 0"),
        # Their writer allowed the sector, but it is not told of so few.
        ("It helped to hear the others.", None),
        ("The list made it plain.", None),
    ]


def test_what_is_taken_back_is_printed_no_longer(written: Written) -> None:
    comment = publish(written, "breakfast")
    with writing():
        operations.take_back(comment=comment, by=written.officer, now=OVER)
    assert published(written) == []


def test_without_a_yes_nothing_is_printed_whatever_stands_in_the_table(written: Written) -> None:
    with pytest.raises(RuleBroken):
        publish(written, "to yourselves")
    put_into_the_table("to yourselves", written)
    assert published(written) == []
    with writing():
        db.session.execute(
            update(Answer).where(Answer.question_key == "quote_consent", Answer.choice == "no").values(choice="none")
        )
    assert published(written) == [("Please keep this one to yourselves.", None)]


def test_what_waits_is_not_printed_and_after_a_cut_only_what_is_left(written: Written) -> None:
    with pytest.raises(RuleBroken):
        publish(written, "Qzarian")
    put_into_the_table("Qzarian", written)
    assert published(written) == []
    written.decide("Qzarian", "quote_text", outcome=Outcome.CUT, typed="[…] taught me to listen.")
    assert published(written) == [("[…] taught me to listen.", None)]


def test_a_published_sentence_in_which_somebody_sees_a_name_goes_at_once(written: Written) -> None:
    comment = publish(written, "breakfast")
    with writing():
        operations.look_again(comment=comment, by=written.officer, now=OVER)
    assert published(written) == []
    written.decide("breakfast", "quote_text", outcome=Outcome.KEPT)
    assert published(written) == []


def test_nothing_is_printed_of_an_open_wave(written: Written) -> None:
    publish(written, "breakfast")
    with writing():
        written.life.round("end").stage = RoundStage.OPEN
    assert published(written) == []
