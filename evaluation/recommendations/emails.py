"""The letter to the members of a group to which a recommendation is offered."""

from datetime import datetime, timedelta

from flask import current_app

from evaluation.governance.queries import members_of
from evaluation.recommendations.models import Recommendation, RecommendationStep
from evaluation.recommendations.rules import ANSWER_WITHIN
from lms import dates
from lms.letters.operations import queue
from lms.permissions import Permission, can

#: The hour, London's time, at which it goes out on the day after: until then the step can be taken back.
HOUR = 7


def offered(recommendation: Recommendation, step: RecommendationStep, *, now: datetime) -> int:
    """Tell everybody who sits in the group today; how many got the letter. It waits until the step can no longer be undone."""
    today = dates.london(now).date()
    written = 0
    for member in members_of(recommendation.owner_group, today):
        link = f"{current_app.config['PUBLIC_URL']}/improvement/{recommendation.reference}"
        letter = queue(
            "recommendation-offered",
            to=member.person,
            values={
                "group_name": recommendation.owner_group.name,
                "action_reference": recommendation.reference,
                "action_wording": recommendation.wording,
                "reason": step.reason,
                "answer_until": dates.day(step.dated + ANSWER_WITHIN),
                # Not everybody who sits in a group may open the pages of the log.
                "action_link": link if can(member.person, Permission.IMPROVEMENT_VIEW) else "",
            },
            now=now,
            dedupe=name_of(step, member.person_id),
        )
        if letter is not None:
            letter.due_at = max(now, dates.from_london(today + timedelta(days=1), HOUR))
            written += 1
    return written


def name_of(step: RecommendationStep, person_id: int) -> str:
    """The name under which the letter about a step is written to somebody, once."""
    return f"recommendation:{step.id}:{person_id}"


def names_of(recommendation: Recommendation, step: RecommendationStep, *, now: datetime) -> list[str]:
    """The names of all letters about a step, to take them back with it."""
    return [name_of(step, one.person_id) for one in members_of(recommendation.owner_group, dates.london(now).date())]
