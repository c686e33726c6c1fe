"""Results are worked out by the worker, from waves that are over, and kept: real rows in, documents out."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from evaluation.results import checks, operations, queries
from evaluation.results.documents import read, write
from evaluation.results.models import Release, ReleasedSlice
from evaluation.results.report import Results
from evaluation.surveys.models import RoundStage, SurveyRound
from lms import jobs
from lms.db import db
from tests.evaluation.results.conftest import LATER, Evaluated


def run() -> dict[str, int]:
    return jobs.run_due(LATER)


def results(key: str = "all") -> Results:
    found = queries.results("NEG", key)
    assert found is not None
    return found


def test_run_due_makes_the_results_and_a_second_time_does_nothing_more(evaluated: Evaluated) -> None:
    assert queries.results("NEG") is None
    assert run()["results: releases"] >= 1
    made = db.session.scalar(select(func.count()).select_from(Release))
    assert "results: releases" not in run()
    assert db.session.scalar(select(func.count()).select_from(Release)) == made
    found = results()
    assert [(one.wave, one.answered.numerator if one.answered else None) for one in found.response] == [
        ("baseline", 72), ("end", 72), ("m6", 72),
    ]  # fmt: skip
    assert found.verdict
    assert found.verdict.word == "better"
    assert (found.sessions, found.open_rounds, found.scales[0].matched) == (3, 0, 72)
    assert sorted(one.key for one in found.slices) == [
        "all", "sector:sector-0", "sector:sector-1", "session:NEG-0", "session:NEG-1", "session:NEG-2",
        *sorted(one.key for one in found.slices if one.kind == "trainer"), "year:2023-24",
    ]  # fmt: skip
    assert results("session:NEG-0").scales[0].matched == 24
    assert queries.results("NEG", "session:NEG-9") is None
    assert queries.results("OTHER") is None


def test_only_waves_that_are_over_are_counted(evaluated: Evaluated) -> None:
    db.session.execute(
        update(SurveyRound)
        .where(SurveyRound.wave == "m6")
        .values(stage=RoundStage.OPEN, closes_at=LATER + timedelta(1))
    )
    db.session.commit()
    run()
    found = results()
    assert [one.wave for one in found.response] == ["baseline", "end"]
    assert found.open_rounds == 3
    assert found.verdict
    assert found.verdict.word == "not enough evidence"


def test_answers_before_a_course_count_once_those_who_did_not_come_are_forgotten(evaluated: Evaluated) -> None:
    db.session.execute(
        update(SurveyRound)
        .where(SurveyRound.wave != "baseline")
        .values(stage=RoundStage.OPEN, closes_at=LATER + timedelta(1))
    )
    db.session.commit()
    run()
    assert queries.results("NEG") is None


def test_fewer_than_ten_new_answers_wait_for_others(evaluated: Evaluated) -> None:
    run()
    newest = db.session.scalar(select(func.max(Release.id)))
    evaluated.add_session(4, people=9)
    db.session.commit()
    assert "results: releases" not in jobs.run_due(LATER + timedelta(days=300))
    evaluated.add_session(5, people=9)
    db.session.commit()
    assert jobs.run_due(LATER + timedelta(days=300))["results: releases"] >= 1
    assert db.session.scalar(select(func.max(Release.id))) != newest
    assert results().response[0].answered.numerator == 72 + 18  # type: ignore[union-attr]


def test_a_course_rests_between_two_releases(evaluated: Evaluated) -> None:
    operations.release(course=evaluated.course, now=LATER)
    evaluated.add_session(4)
    db.session.commit()
    assert operations.next_release() is not None
    assert "results: releases" not in jobs.run_due(LATER + timedelta(days=20))
    assert jobs.run_due(LATER + timedelta(days=40))["results: releases"] == 1


def test_only_the_last_two_releases_keep_their_figures(evaluated: Evaluated) -> None:
    for number in range(4, 8):
        operations.release(course=evaluated.course, now=LATER)
        evaluated.add_session(number)
    operations.release(course=evaluated.course, now=LATER)
    kept = db.session.scalars(select(ReleasedSlice.release_id).distinct().order_by(ReleasedSlice.release_id)).all()
    every = db.session.scalars(select(Release.id).order_by(Release.id)).all()
    assert (len(every), list(kept)) == (5, list(every[-2:]))


def test_looking_back_stands_apart_and_in_no_change(evaluated: Evaluated) -> None:
    run()
    found = results()
    assert [(one.first, one.last) for one in found.looking_back] == [("looking back", "end")]
    assert (found.looking_back[0].difference or 0) > 1
    assert not any(one.key.startswith("then_") for one in found.items)
    assert all(one.first == "baseline" for one in found.scales)


def test_a_small_session_is_not_told_and_does_not_come_back_by_subtraction(evaluated: Evaluated) -> None:
    evaluated.add_session(4, people=8, answering=0.4)
    db.session.commit()
    run()
    found = results()
    assert "session:NEG-4" in {one.key for one in found.withheld}
    by_session = [one.waves[0] for one in found.by_session]
    assert by_session.count(None) >= 2
    assert queries.results("NEG", "session:NEG-4") is None


def test_a_document_is_read_back_as_it_was_written(evaluated: Evaluated) -> None:
    run()
    found = results()
    assert read(Results, write(found)) == found


def broken(change: dict[str, Any]) -> list[str]:
    row = db.session.scalars(
        select(ReleasedSlice).where(ReleasedSlice.key == "all").order_by(ReleasedSlice.id.desc())
    ).first()
    assert row is not None
    row.document = row.document | change
    db.session.flush()
    return [sentence for _, check in checks.CHECKS for sentence in check()]


def test_verify_is_clean_and_says_where_a_small_number_is_told(evaluated: Evaluated) -> None:
    run()
    assert [sentence for _, check in checks.CHECKS for sentence in check()] == []
    response = [{"wave": "m6", "name": "6 months", "asked": 72, "answered": {"numerator": 4, "denominator": 72}}]
    assert broken({"response": response}) == ["the results of NEG (all) tell a number under 5: numerator."]


def test_verify_says_which_document_cannot_be_read(evaluated: Evaluated) -> None:
    run()
    assert broken({"slice": None}) == ["the results of NEG (all) cannot be read."]


def test_verify_says_where_a_wave_is_counted_that_is_not_over(evaluated: Evaluated) -> None:
    run()
    db.session.execute(update(SurveyRound).where(SurveyRound.wave == "m6").values(stage=RoundStage.OPEN))
    assert len(checks.only_what_is_over()) == 3


def test_the_number_can_be_set_and_never_goes_under_three(
    evaluated: Evaluated, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flask import current_app

    monkeypatch.setitem(current_app.config, "SMALL_NUMBER", 30)
    run()
    assert "session:NEG-0" in {one.key for one in results().withheld}


def test_answers_are_read_question_by_question_and_not_person_by_person(
    evaluated: Evaluated, count_queries: list[str]
) -> None:
    assert operations.release(course=evaluated.course, now=LATER)
    count_queries.clear()
    operations.measured(evaluated.course, [], LATER)
    assert len(count_queries) < 72
