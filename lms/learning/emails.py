"""The letters about training elsewhere."""

from datetime import datetime

from flask import current_app

from lms.learning.models import PastLearning
from lms.letters.models import Letter
from lms.letters.operations import queue


def approved(past: PastLearning, *, now: datetime) -> Letter | None:
    """It counts now."""
    return _write("past-learning-approved", past, now=now)


def refused(past: PastLearning, *, now: datetime) -> Letter | None:
    """It does not count, and why."""
    return _write("past-learning-refused", past, now=now, reason=past.reason)


def _write(key: str, past: PastLearning, *, now: datetime, **more: str) -> Letter | None:
    """Once for each answer: what was refused can be sent again, and is answered again."""
    link = f"{current_app.config['PUBLIC_URL']}/learning/past/{past.reference}"
    return queue(
        key,
        to=past.person,
        values={"course_title": past.title, "account_link": link, **more},
        now=now,
        dedupe=f"past-learning:{past.id}:{past.decided_at.isoformat() if past.decided_at else ''}",
    )
