"""The letters about a challenge: to the members of the group that is asked, and to the scrutineer who asked."""

from datetime import datetime

from flask import current_app

from evaluation.governance.queries import members_of
from evaluation.scrutiny.models import Challenge
from lms import dates
from lms.letters.operations import queue


def _about(challenge: Challenge) -> dict[str, str]:
    return {
        "challenge_reference": challenge.reference,
        "group_name": challenge.group.name,
        "challenge_link": f"{current_app.config['PUBLIC_URL']}/scrutiny/challenges/{challenge.reference}",
    }


def raised(challenge: Challenge, *, now: datetime) -> int:
    """Ask every member of the group, each once; how many got the letter."""
    step = challenge.history[-1]
    values = _about(challenge) | {"question": step.text, "answer_until": dates.day(challenge.due)}
    people = {one.person_id: one.person for one in members_of(challenge.group, dates.london(now).date())}
    letters = [
        queue("challenge-raised", to=one, values=values, now=now, dedupe=f"challenge:{step.id}:{one.id}")
        for one in people.values()
        if one.disabled_at is None
    ]
    return len([one for one in letters if one])


def answered(challenge: Challenge, *, now: datetime) -> None:
    """Tell the scrutineer what the group answered."""
    step = challenge.history[-1]
    if challenge.raised_by is not None:
        queue(
            "challenge-answered",
            to=challenge.raised_by,
            values=_about(challenge) | {"question": challenge.question, "group_answer": step.text},
            now=now,
            dedupe=f"challenge:{step.id}:answered",
        )
