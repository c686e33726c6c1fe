"""One of several processes that issue, or draw, the same certificates at once: a module, because a spawned process imports what
it runs."""

from collections.abc import Sequence
from datetime import datetime
from multiprocessing.queues import Queue
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.app import create_app
from lms.bookings.models import Booking
from lms.catalogue.models import CourseSession
from lms.certificates import drawing, eligible, operations
from lms.certificates.eligible import Candidate
from lms.certificates.models import CertificateRule
from lms.db import db, writing
from lms.errors import RuleBroken
from tests.race import PATIENCE, one_more, wait_for


def let_go_of_the_lock(looked: "Synchronized[int]", all_of: int) -> None:
    """The control: everybody has looked before anybody issues, as if there were no lock."""
    look = eligible.candidates

    def unlocked(session_id: int) -> CourseSession:
        return db.session.get_one(CourseSession, session_id)

    def look_and_let_go(
        sessions: Sequence[CourseSession], rule: CertificateRule | None, **more: Any
    ) -> list[Candidate]:
        look(sessions, rule, **more)
        db.session.commit()
        one_more(looked)
        wait_for(looked, all_of, PATIENCE)
        return look_again(sessions, rule)

    def look_again(sessions: Sequence[CourseSession], rule: CertificateRule | None) -> list[Candidate]:
        """What was there when everybody looked: nobody had a certificate."""
        db.session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
        return [Candidate(one.booking, one.attended, None, None, had_one=False) for one in look(sessions, rule)]

    operations.lock_session = unlocked
    eligible.candidates = look_and_let_go


def issue(
    settings: dict[str, Any],
    session_id: int,
    now: datetime,
    guarded: bool,
    start: Barrier,
    answers: "Queue[str]",
    looked: "Synchronized[int]",
    all_of: int,
) -> None:
    """Issue what is due; then once more by itself and by hand, as impatient people do."""
    app = create_app(**settings)
    if not guarded:
        let_go_of_the_lock(looked, all_of)
    start.wait(PATIENCE)
    with app.app_context():
        try:
            with writing():
                answers.put(str(operations.issue_due(now)))
            if guarded:
                _again(session_id, now)
        except IntegrityError:
            answers.put("refused by the database")
        except Exception as fault:
            answers.put(f"{type(fault).__name__}: {fault}")
            raise
        finally:
            db.session.remove()
            db.engine.dispose()


def _again(session_id: int, now: datetime) -> None:
    with writing():
        assert operations.issue_due(now) == 0
    try:
        with writing():
            session = db.session.get_one(CourseSession, session_id)
            of = select(Booking).where(Booking.session_id == session_id).order_by(Booking.id).limit(1)
            somebody = db.session.scalars(of).one()
            operations.issue_by_hand(booking=somebody, reason="Again", by=session.trainers[0], now=now)
    except RuleBroken:
        return
    raise AssertionError("a second certificate was issued")


def draw(settings: dict[str, Any], now: datetime, start: Barrier, answers: "Queue[str]") -> None:
    """A worker that draws what waits."""
    app = create_app(**settings)
    start.wait(PATIENCE)
    with app.app_context():
        answers.put(str(drawing.run(now)))
        db.session.remove()
        db.engine.dispose()
