"""E-learning: what a course holds, who booked it, how far they got, and where it is open at the moment.

A booking is not a start, and a start is not a completion; completion and success are kept apart, as the package said them.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.catalogue.models import Course
from lms.db import Base, random_reference


class Counts(StrEnum):
    """What a course takes for a completion, of what its parts say."""

    COMPLETED = "completed"
    PASSED = "passed"
    EITHER = "either"
    BOTH = "both"


class Completion(StrEnum):
    """How far somebody got with a part. What nobody has said is unknown, and stays so."""

    UNKNOWN = "unknown"
    NOT_ATTEMPTED = "not_attempted"
    INCOMPLETE = "incomplete"
    COMPLETED = "completed"


class Success(StrEnum):
    """How well somebody did in a part; it says nothing of how far they got."""

    UNKNOWN = "unknown"
    PASSED = "passed"
    FAILED = "failed"


class Kind(StrEnum):
    """What a content is. `label` is the word people read."""

    SCORM_12 = "scorm_12"
    SCORM_2004 = "scorm_2004"
    VIDEO = "video"
    DOCUMENT = "document"
    CHECK = "check"

    @property
    def label(self) -> str:
        """The kind in words."""
        return KIND_LABELS[self]

    @property
    def is_package(self) -> bool:
        """Is it played by a package of its own, which says how far somebody got?"""
        return self in {Kind.SCORM_12, Kind.SCORM_2004}


KIND_LABELS = {
    Kind.SCORM_12: "SCORM 1.2 package",
    Kind.SCORM_2004: "SCORM 2004 package",
    Kind.VIDEO: "Video",
    Kind.DOCUMENT: "Document",
    Kind.CHECK: "Knowledge check",
}


class ELearningRules(Base):
    """What a course counts, where an officer has said so; without a row the defaults here hold."""

    __tablename__ = "elearning_rules"
    __table_args__ = (CheckConstraint("share BETWEEN 1 AND 100", name="share_is_percentage"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    counts: Mapped[Counts] = mapped_column(default=Counts.EITHER)
    #: How much of a video or a document, in per cent, makes it completed.
    share: Mapped[int] = mapped_column(default=90)


class Content(Base):
    """One version of something a course holds. A new one stands in the place of the one before; people under way keep theirs."""

    __tablename__ = "elearning_content"
    __table_args__ = (
        CheckConstraint("version > 0", name="version_positive"),
        CheckConstraint("pass_mark IS NULL OR pass_mark BETWEEN 1 AND 100", name="pass_mark_is_percentage"),
        CheckConstraint("(kind = 'check') = (pass_mark IS NOT NULL)", name="check_has_pass_mark"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(24), unique=True, default=random_reference)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    kind: Mapped[Kind]
    title: Mapped[str] = mapped_column(String(200))
    #: Where it stands in the course, and which version of what stands there it is.
    position: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    #: The name and size in bytes of the file it came in; what the package calls its edition.
    file_name: Mapped[str] = mapped_column(String(200), default="")
    size: Mapped[int] = mapped_column(default=0)
    edition: Mapped[str] = mapped_column(String(40), default="")
    #: Why people are not given it, such as a start page that is missing; empty: they are.
    fault: Mapped[str] = mapped_column(String(500), default="")
    #: A knowledge check's questions (`rules.Question`), and the share of right answers, in per cent, it is passed with.
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    pass_mark: Mapped[int | None]
    #: What a video says, for those who do not hear it.
    transcript: Mapped[str] = mapped_column(Text, default="")
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: Since when nobody new is given it.
    withdrawn_at: Mapped[datetime | None]

    course: Mapped[Course] = relationship()
    added_by: Mapped[Person | None] = relationship()
    units: Mapped[list["Unit"]] = relationship(
        back_populates="content", order_by="Unit.position", cascade="all, delete-orphan"
    )


class Unit(Base):
    """One thing to start in a content: an item of a package, or the whole of a video, a document or a check."""

    __tablename__ = "elearning_unit"
    __table_args__ = (UniqueConstraint("content_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    content_id: Mapped[int] = mapped_column(ForeignKey("elearning_content.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    #: The page it starts with and what follows its address; the file of a video or document.
    page: Mapped[str] = mapped_column(String(300), default="")
    parameters: Mapped[str] = mapped_column(String(1000), default="")
    #: Does it say how far somebody got? Otherwise opening it is all there is.
    tracked: Mapped[bool] = mapped_column(default=True)
    mastery: Mapped[float | None]
    launch_data: Mapped[str] = mapped_column(Text, default="")
    #: Is it completed only where it says so? Otherwise one that ends without a word of it is (`runtime.at_the_end`).
    by_content: Mapped[bool] = mapped_column(default=False)
    #: Did its package ever open its connection with us, with anybody?
    speaks: Mapped[bool] = mapped_column(default=False)
    #: The seconds of a video or the pages of a document, once known.
    length: Mapped[int | None]

    content: Mapped[Content] = relationship(back_populates="units")


class ContentFile(Base):
    """A file of a content: what the package calls it, and the SHA-256 under which its bytes lie."""

    __tablename__ = "elearning_file"
    __table_args__ = (UniqueConstraint("content_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    content_id: Mapped[int] = mapped_column(ForeignKey("elearning_content.id"))
    name: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]


class Enrolment(Base):
    """One person's booking of one e-learning course."""

    __tablename__ = "enrolment"
    __table_args__ = (
        Index("ix_enrolment_course_booked", "course_id", "booked_at"),
        # Booked twice at the same moment is booked once.
        Index(
            "uq_enrolment_open",
            "course_id",
            "person_id",
            unique=True,
            sqlite_where=text("completed_at IS NULL AND imported = 0"),
            postgresql_where=text("completed_at IS NULL AND NOT imported"),
        ),
        CheckConstraint("completed_at IS NULL OR started_at IS NOT NULL", name="started_before_completed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The public name nobody can guess.
    reference: Mapped[str] = mapped_column(String(24), unique=True, default=random_reference)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    booked_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    imported: Mapped[bool] = mapped_column(default=False)

    course: Mapped[Course] = relationship()
    person: Mapped[Person] = relationship()
    progress: Mapped[list["Progress"]] = relationship(back_populates="enrolment", order_by="Progress.position")


class Progress(Base):
    """How far one person got with one part. The rows are made at the first start, and so fix which versions they work through."""

    __tablename__ = "elearning_progress"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "unit_id"),
        UniqueConstraint("enrolment_id", "position"),
        CheckConstraint("seconds >= 0", name="seconds_not_negative"),
        CheckConstraint("share BETWEEN 0 AND 100", name="share_is_percentage"),
        # A person's own word is of how far they got with what they opened, and of nothing else.
        CheckConstraint(
            "declared_at IS NULL OR (started_at IS NOT NULL AND completion = 'completed' AND success = 'unknown')",
            name="declared_is_completion_alone",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("elearning_unit.id"), index=True)
    #: Its number in the course, from 1.
    position: Mapped[int]
    completion: Mapped[Completion] = mapped_column(default=Completion.UNKNOWN)
    success: Mapped[Success] = mapped_column(default=Success.UNKNOWN)
    score_raw: Mapped[float | None]
    score_min: Mapped[float | None]
    score_max: Mapped[float | None]
    score_scaled: Mapped[float | None]
    #: How long it was open, by what the package says of each visit.
    seconds: Mapped[int] = mapped_column(default=0)
    location: Mapped[str] = mapped_column(String(1000), default="")
    suspend_data: Mapped[str] = mapped_column(Text, default="")
    #: Did the package say that it will go on from here?
    suspended: Mapped[bool] = mapped_column(default=False)
    #: The seconds of a video that were watched, as [from, until] in order; and the share watched or read, in per cent.
    watched: Mapped[list[list[int]]] = mapped_column(JSON, default=list)
    share: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    #: When the person said that they have gone through it, because its package says nothing at all.
    declared_at: Mapped[datetime | None]

    enrolment: Mapped[Enrolment] = relationship(back_populates="progress")
    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)
    tries: Mapped[list["CheckTry"]] = relationship(order_by="CheckTry.number")

    @property
    def may_be_declared(self) -> bool:
        """May the person say themselves that they have gone through it? Only of a package that was opened and never spoke."""
        opened = self.started_at is not None and self.completion is not Completion.COMPLETED
        return opened and self.unit.content.kind.is_package and not self.unit.speaks


class CheckTry(Base):
    """One try at a knowledge check."""

    __tablename__ = "elearning_try"
    __table_args__ = (
        UniqueConstraint("progress_id", "number"),
        CheckConstraint("right_answers BETWEEN 0 AND questions", name="right_of_all"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    progress_id: Mapped[int] = mapped_column(ForeignKey("elearning_progress.id"))
    number: Mapped[int]
    at: Mapped[datetime]
    #: {number of the question: numbers of the answers given}, as given.
    answers: Mapped[dict[str, list[int]]] = mapped_column(JSON)
    right_answers: Mapped[int]
    questions: Mapped[int]
    passed: Mapped[bool]


class Launch(Base):
    """A part that is open in a browser. Opening it elsewhere ends it; what an ended one still sends is not kept.

    The key in the content's address is derived from `reference` with the secret, and never lies in the database.
    """

    __tablename__ = "elearning_launch"
    __table_args__ = (
        CheckConstraint("(progress_id IS NULL) != (unit_id IS NULL)", name="for_one"),
        Index(
            "uq_elearning_launch_open",
            "progress_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(24), unique=True, default=random_reference)
    progress_id: Mapped[int | None] = mapped_column(ForeignKey("elearning_progress.id"))
    #: An officer's look at a part, of which nothing is kept.
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("elearning_unit.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    opened_at: Mapped[datetime]
    #: When the person's own page last said that it is still open: the machine's time, as for sign-ins.
    heard_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    #: How long this visit was, by what the package says.
    seconds: Mapped[int] = mapped_column(default=0)
    #: How many messages came in the second of `heard_at`.
    messages: Mapped[int] = mapped_column(default=0)

    progress: Mapped[Progress | None] = relationship()
    preview: Mapped[Unit | None] = relationship()

    @property
    def unit(self) -> Unit:
        """What is open."""
        found = self.preview if self.progress is None else self.progress.unit
        if found is None:
            raise LookupError(self.reference)  # the constraint `for_one` forbids it
        return found
