"""Question sets, waves, who was asked, and what was answered. The last two are never joined by a row, a key or a time.

Who was asked: SurveyRound, Invitation. What was answered: HeldAnswers for a while, then Response and Answer. The tables share
no key: a pairing code joins one person's waves, and only somebody with both the secret and the list could work it out again.

A wave is of one session of a course, or of one occasion (evaluation/occasions): a week, a review, a resource, the bulletin.
"""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from evaluation.occasions.models import Occasion
from lms.accounts.models import Person
from lms.bookings.models import Booking, BookingStatus
from lms.bulletin.models import Subscriber
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
    #: Whether people are asked at the end to look back at how ready they were before (kept apart: questions.is_looking_back).
    then_test: Mapped[bool] = mapped_column(default=False)
    #: The days of waves that differ from the question set's own: {wave: see evaluation.plans.rules.Days}.
    days: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    course: Mapped[Course] = relationship()
    question_set: Mapped[QuestionSet] = relationship()


class RoundStage(StrEnum):
    """How far a wave of one session or occasion has got."""

    PLANNED = "planned"
    OPEN = "open"
    REMINDED = "reminded"
    LAST_CALLED = "last_called"
    #: The questions have closed, and late answers (or papers filled in before) still count.
    LATE = "late"
    CLOSED = "closed"


class Audience(StrEnum):
    """Who a wave asks: those whose place is confirmed, those who came, the managers of those who came, or (of an occasion) those
    whom an officer chose."""

    BOOKED = "booked"
    CAME = "came"
    MANAGER = "manager"
    CHOSEN = "chosen"


class SurveyRound(Base):
    """One wave for one session or one occasion: when it opens, reminds and closes."""

    __tablename__ = "survey_round"
    __table_args__ = (
        UniqueConstraint("session_id", "wave"),
        UniqueConstraint("occasion_id", "wave"),
        CheckConstraint("(session_id IS NULL) != (occasion_id IS NULL)", name="session_or_occasion"),
        CheckConstraint(
            "(session_id IS NULL) = (session_starts_at IS NULL) AND (session_id IS NULL) = (session_ends_at IS NULL)",
            name="timed_from_session",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("course_session.id"))
    occasion_id: Mapped[int | None] = mapped_column(ForeignKey("survey_occasion.id"))
    question_set_id: Mapped[int] = mapped_column(ForeignKey("question_set.id"))
    wave: Mapped[str] = mapped_column(String(20))
    asks: Mapped[Audience]
    #: Whether people are asked to look back too (as the plan said when the round opened).
    then_test: Mapped[bool] = mapped_column(default=False)
    #: The session's times it was timed from. Where they differ from the session's own, it is timed again.
    session_starts_at: Mapped[datetime | None]
    session_ends_at: Mapped[datetime | None]
    opens_at: Mapped[datetime]
    reminder_at: Mapped[datetime | None]
    last_call_at: Mapped[datetime | None]
    closes_at: Mapped[datetime]
    #: Until when late answers count and papers are typed in; empty where neither is so.
    late_until: Mapped[datetime | None]
    stage: Mapped[RoundStage] = mapped_column(default=RoundStage.PLANNED)
    #: When the next stage is due; empty once closed.
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    #: When its waiting answers are moved on: its end. Empty while it is open, and afterwards.
    moves_on_at: Mapped[datetime | None] = mapped_column(index=True)
    #: Counted when the wave ends, and then nobody can say who it was: begun and not sent, refused, late. Empty before.
    begun_count: Mapped[int | None]
    refused_count: Mapped[int | None]
    late_count: Mapped[int | None]
    #: Papers typed in so far, and those of them without a code, which join no other wave.
    paper_count: Mapped[int] = mapped_column(default=0)
    unpaired_count: Mapped[int] = mapped_column(default=0)

    session: Mapped[CourseSession | None] = relationship()
    occasion: Mapped[Occasion | None] = relationship()
    question_set: Mapped[QuestionSet] = relationship()

    @property
    def title(self) -> str:
        """What the questions are about: the title of the course, or of the occasion."""
        return self.session.course.title if self.session else self.occasion.title if self.occasion else ""

    @property
    def reference(self) -> str:
        """The session or the occasion as people name it."""
        return self.session.reference if self.session else self.occasion.reference if self.occasion else ""

    @property
    def course_code(self) -> str:
        """Whose pages of a wave are asked; empty for an occasion, which has those that name no course."""
        return self.session.course.code if self.session else ""


class Invitation(Base):
    """Somebody was asked. The link is derived from this id and a secret; only its hash is here.

    A wave of a session asks bookings. A wave of an occasion asks people, or subscribers of the bulletin, and names each by
    `asked_as`: it stays when two accounts become one, so that nobody is asked twice and their answers are found again.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("round_id", "booking_id"),
        UniqueConstraint("round_id", "asked_as"),
        CheckConstraint(
            "(CASE WHEN booking_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN person_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN subscriber_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_asked",
        ),
        CheckConstraint(
            "(booking_id IS NULL) = (asked_as IS NOT NULL) AND (booking_id IS NULL) = (sector_id IS NOT NULL)",
            name="named_as_asked",
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=lambda: uuid.uuid4().hex)
    round_id: Mapped[int] = mapped_column(ForeignKey("survey_round.id"))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    subscriber_id: Mapped[int | None] = mapped_column(ForeignKey("subscriber.id"), index=True)
    #: “person-12” or “subscriber-7”: whom an occasion asked, whatever becomes of the account.
    asked_as: Mapped[str | None] = mapped_column(String(40))
    #: The sector of whom an occasion asked, on the day. Of a booking it is that of its organisation.
    sector_id: Mapped[int | None] = mapped_column(ForeignKey("sector.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: Whether the one submission was made: no time, no order. Set in a transaction of its own, and forgotten when the wave
    #: closes: who answered which waves would otherwise be a pattern that the pairing codes repeat.
    answered: Mapped[bool] = mapped_column(default=False)
    #: Whether they said that they do not want to answer: no more reminders. Counted and forgotten at the end like `answered`.
    refused: Mapped[bool] = mapped_column(default=False)
    #: What was typed so far, encrypted under the link itself; shed at submission.
    draft: Mapped[str] = mapped_column(Text, default="")

    round: Mapped[SurveyRound] = relationship()
    booking: Mapped[Booking | None] = relationship()
    person: Mapped[Person | None] = relationship()
    subscriber: Mapped[Subscriber | None] = relationship()

    @property
    def learner(self) -> Person | None:
        """The person asked, or whose manager is asked; none behind a subscription."""
        return self.booking.person if self.booking else self.person

    @property
    def holds(self) -> bool:
        """Does whoever was asked still belong to the wave? A place given back ends it."""
        return self.booking is None or self.booking.status is BookingStatus.BOOKED

    @property
    def sector_asked(self) -> int | None:
        """The sector known when they were asked: a move between two waves changes nobody's."""
        return self.booking.organisation.sector_id if self.booking else self.sector_id


class HeldAnswers(Base):
    """A submission under a random-looking key, until its wave is over and the worker moves all of them on. The payload is
    sealed with the secret, so that the order and the place of these rows tell nothing of what is in them."""

    __tablename__ = "held_answers"
    __table_args__ = (CheckConstraint("(session_id IS NULL) != (occasion_id IS NULL)", name="session_or_occasion"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("course_session.id"), index=True)
    occasion_id: Mapped[int | None] = mapped_column(ForeignKey("survey_occasion.id"), index=True)
    wave: Mapped[str] = mapped_column(String(20))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)


class Response(Base):
    """One submission: which session or occasion, wave and sector, the week, and the code that joins one person's waves."""

    __tablename__ = "response"
    __table_args__ = (
        UniqueConstraint("session_id", "wave", "pairing_code"),
        UniqueConstraint("occasion_id", "wave", "pairing_code"),
        CheckConstraint(
            "(session_id IS NULL) != (occasion_id IS NULL) AND (session_id IS NULL) = (course_id IS NULL)",
            name="session_or_occasion",
        ),
        Index("ix_response_course_wave", "course_id", "wave"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=lambda: uuid.uuid4().hex)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("course_session.id"))
    occasion_id: Mapped[int | None] = mapped_column(ForeignKey("survey_occasion.id"))
    question_set_id: Mapped[int] = mapped_column(ForeignKey("question_set.id"))
    wave: Mapped[str] = mapped_column(String(20))
    pairing_code: Mapped[str] = mapped_column(String(64))
    #: Empty where fewer than 5 people of the sector were asked in any wave so far: “other sectors”.
    sector_id: Mapped[int | None] = mapped_column(ForeignKey("sector.id"))
    #: The Monday of the week its batch was moved on in, and in the end the wave's last: the finest time an answer has.
    week: Mapped[date]
    #: Was a question left out that could have been ticked?
    partial: Mapped[bool] = mapped_column(default=False)
    #: Did it come after the closing day? Told only where nobody stands apart by it (`rules.tells_late`).
    late: Mapped[bool] = mapped_column(default=False)

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
