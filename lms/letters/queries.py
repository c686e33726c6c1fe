"""Reads of letters, for the demonstration's outbox."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, or_, select

from lms.db import db
from lms.letters.models import Letter

PAGE = 50


def _to(words: Sequence[str]) -> list[ColumnElement[bool]]:
    """Every word stands in the name, the address or the subject."""
    columns = (Letter.to_name, Letter.to_email, Letter.subject)
    return [or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in words]


def outbox(words: Sequence[str], page: int) -> tuple[Sequence[Letter], int]:
    """One page of letters, newest first, and how many there are in all."""
    count = db.session.scalar(select(func.count()).select_from(Letter).where(*_to(words))) or 0
    letters = db.session.scalars(
        select(Letter)
        .where(*_to(words))
        .order_by(Letter.queued_at.desc(), Letter.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return letters.all(), count


def letter(reference: str) -> Letter | None:
    """A letter by its reference."""
    return db.session.scalar(select(Letter).where(Letter.reference == reference))
