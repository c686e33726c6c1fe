"""Reads of code books and of how texts are coded: reading, apart from `queries.py`, which knows what may be read at all."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import yaml
from sqlalchemy import select

from evaluation.comments import queries, rules
from evaluation.comments.models import CodeBook, Coding, Comment, Part
from evaluation.surveys.models import Response, SurveyRound
from evaluation.surveys.names import CONTENT
from lms.accounts.models import Person
from lms.db import db
from lms.organisations.models import Sector


@cache
def _default_books() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((CONTENT / "code-books.yaml").read_text(encoding="utf-8"))[
        "code_books"
    ]
    return found


def default_themes(question_key: str) -> list[dict[str, str]]:
    """Themes to begin a code book with, for the questions we have written some for."""
    return next((list(one["themes"]) for one in _default_books() if question_key in one["questions"]), [])


def books(of: queries.Topic) -> Sequence[CodeBook]:
    """The versions of the code book by which a question is coded, the newest first: its own, otherwise that for all subjects."""
    here = select(CodeBook).where(CodeBook.set_key == of.set_key, CodeBook.question_key == of.question_key)
    own = db.session.scalars(here.where(CodeBook.about == of.subject.key).order_by(CodeBook.version.desc())).all()
    return own or db.session.scalars(here.where(CodeBook.about == "").order_by(CodeBook.version.desc())).all()


def is_used(book: CodeBook) -> bool:
    """Has anything been coded with this version?"""
    return db.session.scalar(select(Coding.comment_id).where(Coding.book_id == book.id).limit(1)) is not None


def codings(of: queries.Topic) -> dict[str, dict[Part, Coding]]:
    """How the readable comments of a topic are coded: {comment id: {part: coding}}."""
    found: dict[str, dict[Part, Coding]] = {}
    rows = (
        queries.joined(Coding)
        .join(Coding, Coding.comment_id == Comment.id)
        .where(queries.is_about(of.subject), Comment.question_key == of.question_key, queries.readable())
    )
    for coding in db.session.scalars(rows.order_by(Coding.comment_id, Coding.part)):
        found.setdefault(coding.comment_id, {})[coding.part] = coding
    return found


def coded(of: queries.Topic) -> dict[str, rules.Coded]:
    """Each readable comment of a topic as it is counted. The sector is there only for counting; no page shows it with words."""
    themes = codings(of)
    rows = db.session.execute(
        queries.joined(Comment.id, SurveyRound.wave, Sector.name)
        .join(Response, Response.id == Comment.response_id)
        .outerjoin(Sector, Sector.id == Response.sector_id)
        .where(queries.is_about(of.subject), Comment.question_key == of.question_key, queries.readable())
    )
    return {
        comment_id: rules.Coded(
            wave, sector, {part: frozenset(one.themes) for part, one in themes.get(comment_id, {}).items()}
        )
        for comment_id, wave, sector in rows
    }


def to_code(of: queries.Topic, person: Person, part: Part, wave: str = "") -> tuple[list[Comment], dict[str, Coding]]:
    """The texts a person codes, with what they found in them before. As second coder: those somebody else has coded first."""
    there = codings(of)
    mine: dict[str, Coding] = {}
    texts = []
    for one in queries.comments(of, wave):
        parts = there.get(one.id, {})
        first, own = parts.get(Part.FIRST), parts.get(part)
        if own and own.coder_id != person.id:
            continue
        if part is Part.SECOND and (first is None or first.coder_id == person.id):
            continue
        texts.append(one)
        if own:
            mine[one.id] = own
    return texts, mine
