"""Reads of letters: their wording, and the demonstration's outbox."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from lms.db import db
from lms.letters import rules
from lms.letters.models import Letter, LetterWording
from lms.letters.words import Template, templates
from lms.organisations.queries import partnership

PAGE = 50


def default(key: str) -> Template:
    """A letter in its default wording, without a word about charges where the partnership makes none. KeyError for a letter there
    is not."""
    letter, here = templates()[key], partnership()
    if here is not None and not here.charges:
        return replace(letter, body=letter.body.replace("{{charge_line}}\n\n", ""))
    return letter


def listed() -> list[Template]:
    """The letters officers see: those that are sent, and none about charges where the partnership makes none."""
    here = partnership()
    return [
        letter
        for letter in templates().values()
        if letter.when and (letter.theme != "charges" or (here is not None and here.charges))
    ]


# Every letter asks these, so they are built once.
_OURS = select(LetterWording.subject, LetterWording.body).where(
    LetterWording.key == bindparam("key"), LetterWording.replaced_at.is_(None)
)
_WRITTEN = select(Letter.id).where(Letter.dedupe == bindparam("dedupe"))


def written(dedupe: str) -> bool:
    """Is there a letter for this cause already?"""
    return db.session.scalar(_WRITTEN, {"dedupe": dedupe}) is not None


def template(key: str) -> Template:
    """A letter in the partnership's words if it has its own, else in the default ones. KeyError for a letter there is not.

    Words that no longer fit, because a newer version of the letter has other placeholders, are left alone: `broken` names them.
    """
    letter = default(key)
    ours = db.session.execute(_OURS, {"key": key}).one_or_none()
    if ours is None or rules.fault(letter, ours.subject, ours.body):
        return letter
    return replace(letter, subject=ours.subject, body=ours.body)


def current(key: str, *, lock: bool = False) -> LetterWording | None:
    """The partnership's own wording of a letter now; None: the default's. `lock` keeps others from replacing it."""
    asked = select(LetterWording).where(LetterWording.key == key, LetterWording.replaced_at.is_(None))
    return db.session.scalar(asked.with_for_update() if lock else asked)


def all_current() -> dict[str, LetterWording]:
    """The partnership's own wordings now, by key."""
    found = db.session.scalars(
        select(LetterWording).where(LetterWording.replaced_at.is_(None)).options(joinedload(LetterWording.written_by))
    )
    return {wording.key: wording for wording in found}


def history(key: str) -> Sequence[LetterWording]:
    """Every wording a letter has had here, the newest first."""
    return db.session.scalars(
        select(LetterWording)
        .where(LetterWording.key == key)
        .order_by(LetterWording.written_at.desc(), LetterWording.id.desc())
        .options(joinedload(LetterWording.written_by))
    ).all()


def wording(key: str, wording_id: int) -> LetterWording | None:
    """One of a letter's wordings."""
    return next((one for one in history(key) if one.id == wording_id), None)


def broken() -> list[str]:
    """For `lms verify`: wordings that are kept and not used, because they do not fit their letter any more."""
    return [
        f"The partnership’s wording of “{key}” is not used. {fault}."
        for key, ours in sorted(all_current().items())
        if key in templates() and (fault := rules.fault(templates()[key], ours.subject, ours.body))
    ]


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
