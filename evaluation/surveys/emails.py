"""The letters that ask. The link is not in them: it is made from the invitation's id at the moment of sending."""

from datetime import datetime

from evaluation.surveys import queries, questions
from evaluation.surveys.models import Audience, Invitation, RoundStage, SurveyRound
from lms.letters import operations as letters
from lms.letters import queries as templates
from lms.letters.words import examples, fill, known_of
from lms.organisations.queries import partnership

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
    wave, person = invitation.round, invitation.learner
    to_manager = wave.asks is Audience.MANAGER and person is not None
    manager = (person.manager_name if person else "") or "colleague"
    if person and to_manager:
        name, address = person.manager_name, person.manager_email
    else:
        name, address = "", invitation.subscriber.email if invitation.subscriber else ""
    letter = letters.queue(
        letter_key(wave.wave, stage),
        to=None if to_manager else person,
        to_name=name,
        to_email=address,
        values=words_of(wave)
        | {
            "answered_line": answered_line,
            "manager_name": manager,
            "learner_name": person.name if person else "",
        },
        now=now,
        link_kind="survey",
        link_to=invitation.id,
        dedupe=f"survey:{wave.wave}:{ENDINGS[stage]}:{invitation.id}",
    )
    return letter is not None


def example(wave: SurveyRound) -> tuple[str, str]:
    """Subject and text of the letter that asks, as somebody made up would get it; the link leads nowhere."""
    template, here = templates.template(letter_key(wave.wave, RoundStage.OPEN)), partnership()
    known = examples() | (known_of(here, examples()["first_name"]) if here else {}) | words_of(wave)
    return " ".join(fill(template.subject, known).split()), fill(template.body, known)


def words_of(wave: SurveyRound) -> dict[str, str]:
    """What every letter of a wave says in place of its placeholders, whoever gets it."""
    return {
        "course_title": wave.title,
        "survey_minutes": str(questions.wave(wave.question_set.document, wave.wave)["minutes"]),
        "survey_until": queries.last_day(wave.closes_at),
    } | (wave.occasion.words if wave.occasion else {})
