"""The end of one session of the neglect course: twelve people wrote something, one of them a name, and the wave is over."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from evaluation.comments import coding, operations, queries
from evaluation.comments.models import CodeBook, Comment
from lms.accounts.models import Person, PersonRole
from lms.dates import from_london
from lms.db import Base, db, writing
from lms.organisations.models import Organisation
from lms.roles import Role
from tests.evaluation.surveys.conftest import Life, at, life, officer, taught

__all__ = ["at", "life", "officer", "taught"]

EVENING = from_london(date(2024, 11, 5), 20)
#: The end wave closes at the end of 12 November, and late answers count for a week more.
OVER = from_london(date(2024, 11, 20), 9)
NAMED = "I rang Mrs Qzarian about the list, and it helped."
LISTS = "I start a dated list for two families"


def quotes() -> dict[int, tuple[str, str]]:
    """Who wrote a sentence, and what they said to its being published. Of the twelve only the first six are of a sector told."""
    return {
        0: ("Mrs Qzarian taught me to listen.", "none"),
        1: ("I ask about breakfast now.", "sector"),
        2: ("Please keep this one to yourselves.", "no"),
        3: ("The list made it plain.", "none"),
        7: ("It helped to hear the others.", "sector"),
    }


@dataclass
class Written:
    """What was written, and an officer who decides about it."""

    life: Life
    officer: Person

    def comments(self, question: str = "int_first") -> list[Comment]:
        return list(db.session.scalars(select(Comment).where(Comment.question_key == question).order_by(Comment.id)))

    def comment(self, words: str, question: str = "int_first") -> Comment:
        return next(one for one in self.comments(question) if words in (one.answer.text or ""))

    def topic(self, question: str = "int_first") -> queries.Topic:
        found = queries.topic("course", "NEG", question)
        assert found
        return found

    def shown(self, question: str = "int_first") -> list[str]:
        """Everything a page could show of a question."""
        db.session.expire_all()
        found = queries.topic("course", "NEG", question)
        return sorted(one.words for one in queries.comments(found)) if found else []

    def decide(self, words: str, question: str = "int_first", now: datetime = OVER, **given: Any) -> Comment:
        comment = self.comment(words, question)
        with writing():
            operations.decide(comment=comment, by=self.officer, now=now, **given)
        return db.session.get_one(Comment, comment.id)

    def book(self) -> CodeBook:
        topic = self.topic()
        with writing():
            book = operations.write_book(
                topic=topic, themes=coding.default_themes("int_first"), for_all=True, by=self.officer, now=OVER
            )
        return db.session.get_one(CodeBook, book.id)


def write(taught: Life) -> None:
    """Twelve people answer at the end; the first names somebody."""
    for number in range(12):
        said = {"rea_use": "3", "int_first": NAMED if number == 0 else f"{LISTS}, by week {number}."}
        if number in quotes():
            said["quote_text"], said["quote_consent"] = quotes()[number]
        taught.answer("end", number, EVENING, **said)


@pytest.fixture
def written(taught: Life, officer: Person) -> Written:
    """The wave is over, and its words were looked through."""
    write(taught)
    taught.until(OVER)
    return Written(taught, officer)


@pytest.fixture
def colleague(officer: Person) -> Person:
    """A second officer."""
    works_at = db.session.scalars(select(Organisation).order_by(Organisation.id).limit(1)).one()
    person = Person(email="colleague@example.org.uk", first_name="Cole", last_name="Madeup", organisation=works_at)
    person.held = [PersonRole(role=Role.LD_OFFICER)]
    db.session.add(person)
    db.session.commit()
    return person


def everywhere(words: str) -> list[str]:
    """The tables in which these words stand."""
    return [
        table.name
        for table in Base.metadata.sorted_tables
        if any(words in str(value) for row in db.session.execute(select(table)) for value in row)
    ]
