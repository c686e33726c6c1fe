"""Two rows of the register that turn out to be one school, and whether anything here names a school."""

from collections.abc import Collection

from sqlalchemy import exists, select

from lms.db import Base, db
from lms.organisations.models import Organisation
from lms.schools.models import School, SchoolChange


def become_one(rows: list[School], by_urn: dict[str, School]) -> bool:
    """Rows that turn out to be one school: those not in use become part of the one that is. False where several are in use."""
    used = [one for one in rows if in_use(one)]
    if len(used) > 1:
        return False
    stays = used[0] if used else rows[0]
    for one in rows:
        if one is not stays:
            _absorb(stays, one, by_urn)
    rows[:] = [stays]
    return True


def _absorb(stays: School, goes: School, by_urn: dict[str, School]) -> None:
    db.session.flush()
    for number in list(goes.numbers):
        number.school, number.position = stays, len(stays.numbers) + 100
        by_urn[number.urn] = stays
    changes = db.session.scalars(select(SchoolChange).where(SchoolChange.school_id == goes.id))
    for one in changes:
        one.school_id, one.as_urn = stays.id, one.as_urn or goes.urn or ""
    organisation = goes.organisation
    goes.organisation = None
    db.session.flush()
    db.session.expire(goes, ["numbers"])
    db.session.delete(goes)
    db.session.flush()
    if organisation:
        if stays.organisation is None:
            stays.organisation = organisation
        else:
            db.session.delete(organisation)
        db.session.flush()


def in_use(school: School) -> bool:
    """Does anything here name this school or its organisation, but the register itself?"""
    own = {("school_number", "school_id"), ("school_change", "school_id"), ("school", "organisation_id")}
    return _named(School.__tablename__, school.id, own) or (
        school.organisation_id is not None and _named(Organisation.__tablename__, school.organisation_id, own)
    )


def organisation_in_use(organisation: Organisation) -> bool:
    """Does anything here name this organisation, but the register of schools?"""
    return _named(Organisation.__tablename__, organisation.id, {("school", "organisation_id")})


def _named(table_name: str, row_id: int, leaving_out: Collection[tuple[str, str]]) -> bool:
    """Read from the tables themselves, so that a new one cannot be forgotten."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            names = any(key.column.table.name == table_name for key in column.foreign_keys)
            if not names or (table.name, column.name) in leaving_out:
                continue
            if db.session.scalar(select(exists().where(column == row_id))):
                return True
    return False
