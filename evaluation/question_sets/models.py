"""Question sets in the making, and what each published version changed. The versions are `surveys.models.QuestionSet`."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from evaluation.surveys.models import QuestionSet
from lms.accounts.models import Person
from lms.db import Base


class QuestionSetDraft(Base):
    """The next version of a set while officers work on it: one to a set. Discarded or published, it is gone."""

    __tablename__ = "question_set_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    #: The version it began from; empty for a set that has none yet.
    based_on_id: Mapped[int | None] = mapped_column(ForeignKey("question_set.id"))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: The document before the last step, so that one step can be taken back; empty where there is none.
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    #: What the last step did, in words.
    step: Mapped[str] = mapped_column(String(300))
    #: Counts the steps: a page that was opened before another officer's step is told so.
    revision: Mapped[int]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]

    based_on: Mapped[QuestionSet | None] = relationship()
    changed_by: Mapped[Person | None] = relationship()


class PublishedVersion(Base):
    """What a version changed, in one sentence, by whom and when. Versions that came with the service have none."""

    __tablename__ = "question_set_published"

    question_set_id: Mapped[int] = mapped_column(ForeignKey("question_set.id"), primary_key=True)
    changed: Mapped[str] = mapped_column(String(300))
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime]

    question_set: Mapped[QuestionSet] = relationship()
    published_by: Mapped[Person | None] = relationship()
