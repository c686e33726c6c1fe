"""The letters that ask. The link is not in them: it is made from the invitation's id at the moment of sending."""

from datetime import datetime

from evaluation.surveys import queries, questions
from evaluation.surveys.models import Audience, Invitation, RoundStage
from lms.letters import operations as letters

#: The stage of a wave and the ending of its letter's key.
ENDINGS = {
    RoundStage.OPEN: "invitation",
    RoundStage.REMINDED: "reminder",
    RoundStage.LAST_CALLED: "last-call",
}


def letter_key(wave: str, stage: RoundStage) -> str:
    """Which letter of content/letters.yaml asks at this stage: survey-m3-reminder."""
    return f"survey-{wave}-{ENDINGS[stage]}"


def ask(invitation: Invitation, stage: RoundStage, *, answered_line: str = "", now: datetime) -> bool:
    """Write the letter of a stage to the person asked, or to their manager; False if it was written before."""
    wave, person = invitation.round, invitation.booking.person
    to_manager = wave.asks is Audience.MANAGER
    manager = person.manager_name or "colleague"
    letter = letters.queue(
        letter_key(wave.wave, stage),
        to=None if to_manager else person,
        to_name=person.manager_name if to_manager else "",
        to_email=person.manager_email if to_manager else "",
        values={
            "course_title": wave.session.course.title,
            "survey_minutes": str(questions.wave(wave.question_set.document, wave.wave)["minutes"]),
            "survey_until": queries.last_day(wave.closes_at),
            "answered_line": answered_line,
            "manager_name": manager,
            "learner_name": person.name,
        },
        now=now,
        link_kind="survey",
        link_to=invitation.id,
        dedupe=f"survey:{wave.wave}:{ENDINGS[stage]}:{invitation.id}",
    )
    return letter is not None
