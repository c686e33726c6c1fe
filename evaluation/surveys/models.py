"""Question sets, waves, who was asked, and what was answered. The last two are never joined by a row, a key or a time.

Who was asked: SurveyRound, Invitation. What was answered: HeldAnswers for a while, then Response and Answer. The tables share
no key: a pairing code joins one person's waves, and only somebody with both the secret and the list could work it out again.
"""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.bookings.models import Booking
from lms.catalogue.models import Course, CourseSession
from lms.db import Base
from lms.organisations.models import Sector


class QuestionSet(Base):
    """One version of a set of questions: waves, questions, choices and scales as one document. It never changes."""

    __tablename__ = "question_set"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    #: The shape of content/question-sets.yaml.
    document: Mapped[dict[str, Any]] = mapped_column(JSON)


class EvaluationPlan(Base):
    """How a course is evaluated: which questions, in which waves, and what decides. Named before the first answer."""

    __tablename__ = "evaluation_plan"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    question_set_id: Mapped[int] = mapped_column(ForeignKey("question_set.id"))
    waves: Mapped[list[str]] = mapped_column(JSON)
    #: The scale and the wave whose change is the verdict; everything else is shown as secondary.
    primary_scale: Mapped[str] = mapped_column(String(60))
    deciding_wave: Mapped[str] = mapped_column(String(20))
    decided_on: Mapped[date]

    course: Mapped[Course] = relationship()
    question_set: Mapped[QuestionSet] = relationship()


class RoundStage(StrEnum):
    """How far a wave of one session has got."""

    PLANNED = "planned"
    OPEN = "open"
    REMINDED = "reminded"
    LAST_CALLED = "last_called"
    CLOSED = "closed"


class Audience(StrEnum):
    """Who a wave asks: those whose place is confirmed, those who came, or the managers of those who came."""

    BOOKED = "booked"
    CAME = "came"
    MANAGER = "manager"


class SurveyRound(Base):
    """One wave for one session: when it opens, reminds and closes."""

    __tablename__ = "survey_round"
    __table_args__ = (UniqueConstraint("session_id", "wave"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("course_session.id"))
    question_set_id: Mapped[int] = mapped_column(ForeignKey("question_set.id"))
    wave: Mapped[str] = mapped_column(String(20))
    asks: Mapped[Audience]
    #: The session's times it was timed from. Where they differ from the session's own, it is timed again.
    session_starts_at: Mapped[datetime]
    session_ends_at: Mapped[datetime]
    opens_at: Mapped[datetime]
    reminder_at: Mapped[datetime | None]
    last_call_at: Mapped[datetime | None]
    closes_at: Mapped[datetime]
    stage: Mapped[RoundStage] = mapped_column(default=RoundStage.PLANNED)
    #: When the next stage is due; empty once closed.
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    #: The full hour at which waiting answers are moved on; empty while too few wait.
    moves_on_at: Mapped[datetime | None] = mapped_column(index=True)

    session: Mapped[CourseSession] = relationship()
    question_set: Mapped[QuestionSet] = relationship()


class Invitation(Base):
    """Somebody was asked. The link is derived from this id and a secret; only its hash is here."""

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("round_id", "booking_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=lambda: uuid.uuid4().hex)
    round_id: Mapped[int] = mapped_column(ForeignKey("survey_round.id"))
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: Whether the one submission was made: no time, no order. Set in a transaction of its own, and forgotten when the wave
    #: closes: who answered which waves would otherwise be a pattern that the pairing codes repeat.
    answered: Mapped[bool] = mapped_column(default=False)
    #: What was typed so far, encrypted under the link itself; shed at submission.
    draft: Mapped[str] = mapped_column(Text, default="")

    round: Mapped[SurveyRound] = relationship()
    booking: Mapped[Booking] = relationship()


class HeldAnswers(Base):
    """A submission under a random-looking key, until the worker moves it on in a shuffled batch. The payload is sealed with the
    secret, so that the order and the place of these rows tell nothing of what is in them."""

    __tablename__ = "held_answers"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("course_session.id"), index=True)
    wave: Mapped[str] = mapped_column(String(20))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)


class Response(Base):
    """One submission: which session, wave and sector, the week, and the code that joins one person's waves."""

    __tablename__ = "response"
    __table_args__ = (
        UniqueConstraint("session_id", "wave", "pairing_code"),
        Index("ix_response_course_wave", "course_id", "wave"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=lambda: uuid.uuid4().hex)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("course_session.id"))
    question_set_id: Mapped[int] = mapped_column(ForeignKey("question_set.id"))
    wave: Mapped[str] = mapped_column(String(20))
    pairing_code: Mapped[str] = mapped_column(String(64))
    #: Empty where fewer than 5 people of the sector were asked in any wave so far: “other sectors”.
    sector_id: Mapped[int | None] = mapped_column(ForeignKey("sector.id"))
    #: The Monday of the week its batch was moved on in, and in the end the wave's last: the finest time an answer has.
    week: Mapped[date]

    sector: Mapped[Sector | None] = relationship()
    answers: Mapped[list["Answer"]] = relationship(order_by="Answer.question_key")


class Answer(Base):
    """One answer to one question. `number` for ratings and counts (and 1 or 0 for right or not right), `choice` for a choice
    without a number (such as no_opportunity), of a list (several: “time,tools”) or of a knowledge item, `text` for words."""

    __tablename__ = "answer"
    __table_args__ = (Index("ix_answer_question_key", "question_key", "response_id"),)

    response_id: Mapped[str] = mapped_column(ForeignKey("response.id"), primary_key=True)
    question_key: Mapped[str] = mapped_column(String(60), primary_key=True)
    number: Mapped[float | None]
    choice: Mapped[str | None] = mapped_column(String(200))
    text: Mapped[str | None] = mapped_column(Text)
