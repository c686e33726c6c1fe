"""Reads of the action log. Nothing here is personal: who may see one may see all."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from evaluation.actions.models import Action
from lms.db import db


def facts() -> tuple[Any, ...]:
    """Loads what `rules.stand` reads beside the action's own row."""
    return selectinload(Action.updates), selectinload(Action.evidence), selectinload(Action.needs)


def actions() -> Sequence[Action]:
    """The action log, by reference, with the facts of every action."""
    return db.session.scalars(
        select(Action)
        .options(
            joinedload(Action.owner_group),
            joinedload(Action.priority),
            selectinload(Action.recommendations),
            *facts(),
        )
        .order_by(Action.reference)
    ).all()
