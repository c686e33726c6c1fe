"""Several processes issue and draw the same certificates at once: one for each person, and each drawn once (security.md, D7)."""

import multiprocessing
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask

from lms.app import create_app
from lms.attendance import operations as registers
from lms.attendance.models import Mark
from lms.attendance.rules import MarkGiven
from lms.certificates import checks
from lms.certificates.operations import issue_due
from lms.db import db, writing
from tests.lms.certificates import issuing
from tests.lms.certificates.scene import certificates, crowd, hold, letters

#: For the whole of D7, and where two are enough to see it.
MANY, TWO = 3, 2
PEOPLE = 500


def _shop(url: str, settings: dict[str, Any], people: int) -> tuple[Flask, dict[str, Any], int, datetime]:
    """An application whose one session is over, with so many people who were there; its register is finished."""
    settings = settings | {"SQLALCHEMY_DATABASE_URI": url}
    app = create_app(**settings)
    with app.app_context():
        with writing():
            held = hold(names=[("P", "0", None)], finish=False, capacity=people)
            agency = held.people[0].person.organisation
            held.people += crowd(held.session, agency, people - 1)
            date = held.session.dates[0]
            given = [MarkGiven(one.id, Mark.ATTENDED) for one in held.people]
            registers.record_marks(date, given=given, by=held.officer, now=date.ends_at)
            held.finish()
            session_id, at = held.session.id, held.finished_at
        db.session.remove()
        db.engine.dispose()
    return app, settings, session_id, at


def _all_at_once(number: int, target: Callable[..., None], *arguments: Any) -> list[str]:
    context = multiprocessing.get_context("spawn")
    start, answers = context.Barrier(number), context.Queue()
    looked = context.Value("i", 0)
    more = (looked, number) if target is issuing.issue else ()
    processes = [context.Process(target=target, args=(*arguments, start, answers, *more)) for _ in range(number)]
    for process in processes:
        process.start()
    answered = sorted(answers.get(timeout=180) for _ in processes)
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0] * number
    return answered


def test_five_hundred_are_issued_once_however_many_issue_them(
    fresh_database: Callable[[], str], settings: dict[str, Any]
) -> None:
    app, settings, session_id, at = _shop(fresh_database(), settings, PEOPLE)
    answered = _all_at_once(MANY, issuing.issue, settings, session_id, at, True)
    assert answered == ["0", "0", str(PEOPLE)]
    with app.app_context():
        issued = certificates(live=False)
        assert len(issued) == PEOPLE
        assert len({one.booking_id for one in issued}) == PEOPLE
        assert len({one.printed_code for one in issued}) == len({one.code_hash for one in issued}) == PEOPLE
        assert checks.one_each() == checks.only_who_came() == []
        db.session.remove()
        db.engine.dispose()


def test_without_the_lock_the_database_still_refuses_a_second_one(
    fresh_database: Callable[[], str], settings: dict[str, Any]
) -> None:
    app, settings, session_id, at = _shop(fresh_database(), settings, 20)
    answered = _all_at_once(TWO, issuing.issue, settings, session_id, at, False)
    assert answered == ["20", "refused by the database"], "the control: without the lock two issue the same"
    with app.app_context():
        assert len(certificates(live=False)) == 20
        db.session.remove()
        db.engine.dispose()


def test_several_workers_draw_each_once(
    fresh_database: Callable[[], str], settings: dict[str, Any], tmp_path: Path
) -> None:
    settings = settings | {"FILES": str(tmp_path / "files")}
    app, settings, _, at = _shop(fresh_database(), settings, 12)
    with app.app_context(), writing():
        assert issue_due(at) == 12
    answered = _all_at_once(TWO, issuing.draw, settings, at)
    assert sum(int(one) for one in answered) == 12
    with app.app_context():
        drawn = certificates()
        assert [one.attempts for one in drawn] == [1] * 12
        assert len({one.file_id for one in drawn if one.file_id}) == 12
        assert len(letters()) == 12
        db.session.remove()
        db.engine.dispose()
