"""Reads of the partnership."""

from collections.abc import Sequence

from flask import g
from sqlalchemy import select

from lms.db import db
from lms.organisations.models import Organisation, Partnership, Priority, Sector


def partnership() -> Partnership | None:
    """Whose database this is; None before anything is loaded. Held in hand, so that one request reads it once: the session
    forgets what nobody holds."""
    g.partnership = here = db.session.get(Partnership, 1)
    return here


def sectors() -> Sequence[Sector]:
    """Every sector, in the partnership's order."""
    return db.session.scalars(select(Sector).order_by(Sector.position)).all()


def organisations() -> Sequence[Organisation]:
    """Every agency and school, by name."""
    return db.session.scalars(select(Organisation).order_by(Organisation.name)).all()


def organisation(organisation_id: int) -> Organisation:
    """One agency or school that was chosen from the list. LookupError if it is not there any more."""
    return db.session.get_one(Organisation, organisation_id)


def priorities() -> Sequence[Priority]:
    """The priorities of the delivery plan, by number."""
    return db.session.scalars(select(Priority).order_by(Priority.number)).all()
