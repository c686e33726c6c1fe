"""What was found in the words people wrote, what became of it, how the words are coded, and which are published.

None of these tables names the person who wrote, and none has a time finer than a day. A row is made only once its wave is over
and the answers have been written for the last time under new ids. What has no row here is shown to nobody.
"""

import uuid
from datetime import date
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from evaluation.surveys.models import Answer, SurveyRound
from lms.accounts.models import Person
from lms.db import Base


class Outcome(StrEnum):
    """What became of the words of an answer: nothing was found in them, or an officer has to decide, or has decided."""

    CLEAR = "clear"
    WAITING = "waiting"
    KEPT = "kept"
    CUT = "cut"
    OUT = "out"


#: The words of these may be read. Of those that were cut, as they are without what was taken out.
READABLE = (Outcome.CLEAR, Outcome.KEPT, Outcome.CUT)


class CommentsLooked(Base):
    """The words of this wave have been looked through."""

    __tablename__ = "comments_looked"

    round_id: Mapped[int] = mapped_column(ForeignKey("survey_round.id"), primary_key=True)


class Comment(Base):
    """The words of one answer, by their place in Answer. The id is random, so that the order of comments tells nothing, and two
    comments of one person have nothing in common but the response, which no page shows."""

    __tablename__ = "comment"
    __table_args__ = (
        UniqueConstraint("response_id", "question_key"),
        ForeignKeyConstraint(
            ["response_id", "question_key"], ["answer.response_id", "answer.question_key"], ondelete="CASCADE"
        ),
        Index("ix_comment_round_question", "round_id", "question_key"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=lambda: uuid.uuid4().hex)
    round_id: Mapped[int] = mapped_column(ForeignKey("survey_round.id"))
    response_id: Mapped[str] = mapped_column(String(32))
    question_key: Mapped[str] = mapped_column(String(60))
    outcome: Mapped[Outcome] = mapped_column(index=True)
    #: What kinds of things were found, never the words: “a name”.
    found: Mapped[list[str]] = mapped_column(JSON)
    #: What is to stand instead of the answer's words, until the decision is final and it stands there.
    instead: Mapped[str | None] = mapped_column(Text)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    decided_on: Mapped[date | None]
    #: The first day on which the decision can no longer be undone; empty once it is final.
    final_on: Mapped[date | None] = mapped_column(index=True)

    round: Mapped[SurveyRound] = relationship()
    answer: Mapped[Answer] = relationship()
    decided_by: Mapped[Person | None] = relationship()

    @property
    def words(self) -> str:
        """The words as they may be read by those who may read them."""
        return (self.instead if self.instead is not None else self.answer.text or "").strip()


class CodeBook(Base):
    """One version of the themes by which the words of a question are coded. It never changes once something is coded with it."""

    __tablename__ = "code_book"
    __table_args__ = (UniqueConstraint("set_key", "question_key", "about", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    set_key: Mapped[str] = mapped_column(String(60))
    question_key: Mapped[str] = mapped_column(String(60))
    #: The code of the course (or the reference of the occasion) it is for alone; empty: for all.
    about: Mapped[str] = mapped_column(String(60), default="")
    version: Mapped[int]
    #: [{key, name, belongs, example}] in the order of the page.
    themes: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    made_on: Mapped[date]

    @property
    def keys(self) -> list[str]:
        """The keys of the themes."""
        return [theme["key"] for theme in self.themes]

    def names(self, keys: list[str]) -> list[str]:
        """The names of these themes, in the order of the book."""
        return [theme["name"] for theme in self.themes if theme["key"] in keys]


class Part(StrEnum):
    """Whose coding it is: of whoever coded the text first, of somebody who did it without seeing that, or what was settled on."""

    FIRST = "first"
    SECOND = "second"
    SETTLED = "settled"


class Coding(Base):
    """The themes somebody found in one comment; an empty list: none of these."""

    __tablename__ = "coding"

    comment_id: Mapped[str] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True)
    part: Mapped[Part] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("code_book.id"), index=True)
    coder_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    themes: Mapped[list[str]] = mapped_column(JSON)

    book: Mapped[CodeBook] = relationship()
    comment: Mapped[Comment] = relationship()


class PublishedQuote(Base):
    """An officer chose to publish this comment, which its writer allowed."""

    __tablename__ = "published_quote"

    comment_id: Mapped[str] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    published_on: Mapped[date]

    comment: Mapped[Comment] = relationship()
