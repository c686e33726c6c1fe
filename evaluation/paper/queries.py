"""Reads of papers: which waves have them, for whom, and whose a code is."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from evaluation.paper import rules
from evaluation.surveys import tokens
from evaluation.surveys.models import Audience, Invitation, RoundStage, SurveyRound
from lms.accounts.models import Person
from lms.bookings.models import Booking, BookingStatus
from lms.catalogue.models import CourseSession
from lms.db import db


def rounds_of(session: CourseSession) -> Sequence[SurveyRound]:
    """The waves of a session that people can answer on paper, in the order they open."""
    return db.session.scalars(
        select(SurveyRound)
        .where(
            SurveyRound.session_id == session.id,
            SurveyRound.asks != Audience.MANAGER,
            SurveyRound.stage != RoundStage.CLOSED,
        )
        .order_by(SurveyRound.opens_at, SurveyRound.id)
    ).all()


def round_of(session: CourseSession, wave: str) -> SurveyRound | None:
    """A wave of a session that people can answer on paper; None where there is none, whatever has become of it."""
    return db.session.scalar(
        select(SurveyRound).where(
            SurveyRound.session_id == session.id, SurveyRound.wave == wave, SurveyRound.asks != Audience.MANAGER
        )
    )


def people(session: CourseSession) -> Sequence[Booking]:
    """Whose place in a session is confirmed, by name."""
    return db.session.scalars(
        select(Booking)
        .join(Person, Person.id == Booking.person_id)
        .where(Booking.session_id == session.id, Booking.status == BookingStatus.BOOKED)
        .options(joinedload(Booking.person))
        .order_by(Person.last_name, Person.first_name, Booking.id)
    ).all()


def code_of(wave: SurveyRound, booking: Booking) -> str:
    """The code on somebody's paper of a wave: made of the secret, and kept nowhere."""
    return rules.code_from(tokens.paper_secret(booking.session_id, wave.wave, booking.asked_as))


def booking_of(wave: SurveyRound, code: str) -> Booking | None:
    """Whose paper this is: the codes of all people of the session are made again and compared."""
    session = wave.session
    if session is None:
        return None
    return next((one for one in people(session) if code_of(wave, one) == code), None)


def invitation_of(wave: SurveyRound, booking: Booking) -> Invitation | None:
    """How somebody was asked in a wave; None while they were not."""
    return db.session.scalar(
        select(Invitation).where(Invitation.round_id == wave.id, Invitation.booking_id == booking.id)
    )
