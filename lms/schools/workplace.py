"""The organisation the people of a school work for: found by its name, or made."""

from sqlalchemy import exists, func, select

from lms.db import db
from lms.organisations.models import Organisation, OrganisationKind, Sector
from lms.schools.models import School


def give(school: School, sector: Sector | None) -> None:
    """Where the people of a school work: found by its name, or made once the school is open."""
    here = _organisation_named(school.name)
    if here is None and school.is_open and sector:
        here = Organisation(name=free_name(school), kind=OrganisationKind.SCHOOL, sector=sector)
        db.session.add(here)
    school.organisation = here
    db.session.flush()


def _organisation_named(name: str) -> Organisation | None:
    """An organisation of kind school that has this name and is no other school yet."""
    return db.session.scalar(
        select(Organisation).where(
            func.lower(Organisation.name) == name.lower(),
            Organisation.kind == OrganisationKind.SCHOOL,
            ~exists().where(School.organisation_id == Organisation.id),
        )
    )


def free_name(school: School, *, but: Organisation | None = None) -> str:
    """The name of a school as nobody else has it here (`but` itself): with its town, or else its number, where two are called
    the same."""
    for name in (
        school.name,
        f"{school.name}, {school.town}" if school.town else "",
        f"{school.name} ({school.address})",
    ):
        taken = select(Organisation.id).where(func.lower(Organisation.name) == name[:200].lower())
        if but is not None:
            taken = taken.where(Organisation.id != but.id)
        if name and db.session.scalar(taken) is None:
            return name[:200]
    return f"{school.name[:170]} ({school.address}, school)"
