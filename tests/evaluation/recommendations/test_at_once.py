"""Two officers press at the same moment, each in a transaction of their own."""

import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from evaluation.recommendations import operations
from evaluation.recommendations.models import RecommendationStep, StepKind
from evaluation.recommendations.operations import Decision
from lms.app import create_app
from lms.db import db, writing
from lms.errors import RuleBroken
from tests.evaluation.recommendations.desk import found
from tests.factories import NOW
from tests.threads import a_log


def test_one_of_them_accepts_it_and_the_other_is_told(
    settings: dict[str, Any], fresh_database: Callable[[], str]
) -> None:
    app = create_app(**settings, SQLALCHEMY_DATABASE_URI=fresh_database())
    together, answers = threading.Barrier(2, timeout=20), []

    def press() -> None:
        with app.app_context():
            together.wait()
            try:
                with writing():
                    one = found("FOR-1.1")
                    decision = Decision(NOW.date(), "We do it.")
                    operations.decide(
                        recommendation=one, kind=StepKind.ACCEPTED, decision=decision, seen=1, by=None, now=NOW
                    )
                answers.append("done")
            except RuleBroken as no:
                answers.append(str(no))

    with app.app_context():
        with writing():
            a_log()
        threads = [threading.Thread(target=press) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        steps = select(func.count()).select_from(RecommendationStep).where(RecommendationStep.kind == StepKind.ACCEPTED)
        accepted = db.session.scalar(steps.where(RecommendationStep.recommendation_id == found("FOR-1.1").id))
        db.session.remove()
        db.engine.dispose()
    told = "FOR-1.1 was accepted already, by Learning and Development Group on 8 October 2024. Nothing has changed."
    assert sorted(answers) == [told, "done"]
    assert accepted == 1
