"""Words are looked through once, when their wave is over; before that, and while something in them waits, nobody reads them."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, select

from evaluation.comments import checks, operations, queries
from evaluation.comments.models import Comment, CommentsLooked, Outcome
from evaluation.surveys.models import Answer, Response, RoundStage
from lms import jobs
from lms.activity.models import Activity
from lms.db import Base, db, writing
from tests.evaluation.comments.conftest import EVENING, LISTS, NAMED, OVER, Written, write
from tests.evaluation.surveys.conftest import Life


def test_while_people_can_answer_nothing_is_there_to_read(taught: Life) -> None:
    write(taught)
    taught.until(EVENING + timedelta(days=2))
    assert queries.overview() == []
    assert db.session.query(Comment).count() == 0


def test_even_a_text_that_was_looked_through_is_shown_nowhere_while_its_wave_is_open(written: Written) -> None:
    assert written.shown()
    with writing():
        written.life.round("end").stage = RoundStage.OPEN
    assert written.shown() == []
    assert queries.overview() == []
    assert checks.only_of_waves_that_are_over() == ["17 texts of a wave that is not over."]


def test_once_it_is_over_clean_words_are_read_and_a_name_waits(written: Written) -> None:
    assert len(written.shown()) == 11
    assert all(LISTS in words for words in written.shown())
    waits = written.comment("Qzarian")
    assert (waits.outcome, waits.found) == (Outcome.WAITING, ["a name"])
    assert queries.waiting_count() == 2
    assert [check() for _, check in checks.CHECKS] == [[], [], [], []]


def test_without_the_search_the_name_would_be_read(taught: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "screening", SimpleNamespace(findings=lambda text: []))
    write(taught)
    taught.until(OVER)
    topic = queries.topic("course", "NEG", "int_first")
    assert topic
    assert NAMED in [one.words for one in queries.comments(topic)]


def test_looking_twice_finds_nothing_new(written: Written) -> None:
    before = [(one.id, one.outcome) for one in written.comments()]
    jobs.run_due(OVER + timedelta(hours=1))
    with writing():
        assert operations.look_through(OVER) == 0
    assert [(one.id, one.outcome) for one in written.comments()] == before


def test_words_of_answers_that_are_deleted_go_with_them(written: Written) -> None:
    gone = written.comment("week 5").response_id
    with writing():
        db.session.execute(delete(Answer).where(Answer.response_id == gone))
        db.session.execute(delete(Response).where(Response.id == gone))
    assert len(written.comments()) == 11


def test_a_wave_without_words_is_looked_through_too(written: Written) -> None:
    looked = db.session.scalars(select(CommentsLooked.round_id)).all()
    assert written.life.round("baseline").id in looked
    assert written.life.round("m3").id not in looked


def test_no_order_puts_the_comments_of_one_person_together(written: Written) -> None:
    ids = {one.id for key in ("int_first", "quote_text") for one in written.comments(key)}
    assert not ids & set(db.session.scalars(select(Response.id)))
    assert len(ids) == 17


def test_the_list_of_what_people_did_holds_no_words(written: Written) -> None:
    written.decide("Qzarian", outcome=Outcome.KEPT)
    lines = db.session.scalars(select(Activity).where(Activity.verb.like("comment:%"))).all()
    assert [(line.verb, line.subject) for line in lines] == [("comment:kept", "NEG")]
    assert "Qzarian" not in str(lines[0].details)
    assert all(one.id not in str(lines[0].details) for one in written.comments())


def test_nothing_of_words_stands_beside_people(written: Written) -> None:
    written.decide("Qzarian", outcome=Outcome.CUT, typed="I rang […] about the list")
    apart = {"response", "answer", "comment", "comments_looked", "coding", "code_book", "published_quote"}
    values: dict[bool, set[str]] = {True: set(), False: set()}
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(select(table)):
            values[table.name in apart] |= {value for value in row if isinstance(value, str) and len(value) >= 16}
    assert values[True]
    assert not values[True] & values[False]
