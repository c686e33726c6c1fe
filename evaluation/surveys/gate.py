"""The gate before a certificate, for courses that ask it: the questions at the end come first.

It asks whether somebody has answered, never what. It is shut only while the wave is open: when it closes, who answered is
forgotten (`operations._close`), and the gate is open to everybody. It is asked each time somebody comes to fetch a certificate
and nothing of it is kept: a list of who got theirs early would be a list of who answered.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from evaluation.surveys.models import Audience, Invitation, RoundStage, SurveyRound
from evaluation.surveys.queries import last_day
from lms.bookings.models import Booking
from lms.db import db
from lms.hooks import Gate

ASKED = (
    "Answer the questions at the end of the course first: the link is in a letter we sent you. They are open until {}. After "
    "that your certificate is here all the same. Your answers carry no name."
)
TO_BE_ASKED = (
    "First come the questions at the end of the course: a letter with the link is on its way to you. They are open until {}. "
    "After that your certificate is here all the same."
)


def certificate_gates(bookings: Sequence[Booking], now: datetime) -> dict[int, Gate]:
    """The gates of these bookings: {booking id: gate}; none where the course asks nothing at its end, or the questions are over.
    Two queries."""
    waves = _at_the_end({one.session_id for one in bookings}, now)
    asked = db.session.execute(
        select(Invitation.booking_id, Invitation.answered).where(
            Invitation.round_id.in_([wave.id for wave in waves.values()]),
            Invitation.booking_id.in_([one.id for one in bookings]),
        )
    )
    answered = {row.booking_id: row.answered for row in asked}
    return {
        one.id: _gate(wave, one, answered.get(one.id))
        for one in bookings
        if (wave := waves.get(one.session_id)) is not None
    }


def _gate(wave: SurveyRound, booking: Booking, answered: bool | None) -> Gate:
    """`answered`: None where they have not been asked. Whoever has no address never will be, and passes."""
    passed = booking.person.email is None if answered is None else answered
    return Gate(passed, wave.closes_at, (TO_BE_ASKED if answered is None else ASKED).format(last_day(wave.closes_at)))


def _at_the_end(session_ids: set[int], now: datetime) -> dict[int, SurveyRound]:
    """The wave at the end of each session, until its closing day: of those that ask who came, the first to close. While late
    answers still count the gate is open already, as its sentence promised."""
    found: dict[int, SurveyRound] = {}
    for wave in db.session.scalars(
        select(SurveyRound)
        .where(
            SurveyRound.session_id.in_(session_ids),
            # Not those at the start: of a short session they close after its end.
            SurveyRound.asks == Audience.CAME,
        )
        .order_by(SurveyRound.closes_at, SurveyRound.id)
    ):
        if wave.session_id is not None:
            found.setdefault(wave.session_id, wave)
    return {
        session_id: wave
        for session_id, wave in found.items()
        if wave.stage is not RoundStage.CLOSED and now < wave.closes_at
    }
