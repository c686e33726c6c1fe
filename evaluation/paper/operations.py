"""What is done about papers. No line of what people did is written: it would stand beside an answer."""

from datetime import datetime

from evaluation.paper import queries, rules
from evaluation.surveys import answers, questions
from evaluation.surveys.models import Invitation, SurveyRound
from lms.errors import RuleBroken

NOT_HERE = "This code belongs to nobody of this session, or to another wave. Look at the paper again."
NOT_ASKED = (
    "Whoever this paper is from has not been asked these questions yet. "
    "Say on the register that they came, and then type it in."
)


def type_in(*, wave: SurveyRound, code: str, given: questions.Answers, late: bool, now: datetime) -> Invitation | None:
    """Take a paper in: its answers wait sealed like those that came by link. Without a code they join no other wave.

    The invitation whose mark is to be set afterwards, in a transaction of its own (`answers.mark_answered`). RuleBroken where the
    code is not one of this wave, where its answers are here already, and once the wave is over.
    """
    rules.check_typed_in(wave.asks, wave.stage)
    invitation = _asked(wave, rules.read_code(code)) if code else None
    answers.type_in(wave=wave, invitation=invitation, answers=given, late=late, now=now)
    return invitation


def _asked(wave: SurveyRound, code: str) -> Invitation:
    booking = queries.booking_of(wave, code)
    if booking is None:
        raise RuleBroken(NOT_HERE)
    invitation = queries.invitation_of(wave, booking)
    if invitation is None:
        raise RuleBroken(NOT_ASKED)
    return invitation
