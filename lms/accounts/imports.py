"""People from another system: one row a person, known by their email address."""

from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import func, select

from lms.accounts import operations
from lms.accounts.models import Person
from lms.accounts.queries import person_by_email
from lms.activity.operations import record
from lms.db import db
from lms.imports import Kind, Outcome, Row, Wrong
from lms.organisations.models import Organisation, OrganisationKind, Sector
from lms.roles import Role

COLUMNS = {
    "email": ("email address", "e-mail", "work email"),
    "first_name": ("first name", "forename", "given name"),
    "last_name": ("last name", "surname", "family name"),
    "organisation": ("agency", "employer", "school"),
    "sector": (),
    "job": ("job title", "role title", "position"),
    "manager_name": ("manager", "line manager"),
    "manager_email": ("manager email", "line manager email"),
    "roles": (),
}
#: What a file may make of somebody; every other role is given on a page, by somebody who may.
BY_FILE = {Role.PRACTITIONER, Role.TRAINER, Role.TRAINING_LEAD, Role.DSL, Role.HEADTEACHER, Role.GOVERNOR}


def address_in(row: Row, name: str) -> str:
    """An email address in small letters; Wrong if it is none."""
    try:
        return validate_email(row.needed(name, longest=254), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise Wrong(name, f"“{row.text(name)}” is not an email address.") from None


def organisation_in(row: Row) -> Organisation:
    """The organisation of a row by its name; a new one is added where its sector is said."""
    name = row.needed("organisation", longest=200)
    found = db.session.scalar(select(Organisation).where(func.lower(Organisation.name) == name.lower()))
    if found:
        return found
    wanted = row.text("sector")
    if not wanted:
        raise Wrong("organisation", f"“{name}” is not known. Add it first, or give its sector in a column “sector”.")
    sector = db.session.scalar(
        select(Sector).where((func.lower(Sector.name) == wanted.lower()) | (Sector.key == wanted.lower()))
    )
    if sector is None:
        raise Wrong("sector", f"“{wanted}” is not one of the sectors.")
    kind = OrganisationKind.SCHOOL if sector.key == "education" else OrganisationKind.AGENCY
    made = Organisation(name=name, sector=sector, kind=kind)
    db.session.add(made)
    db.session.flush()
    return made


def person_in(row: Row, now: datetime) -> Person:
    """The person of a row: known by their address, or added without a role that needs one to sign in."""
    email = address_in(row, "email")
    return person_by_email(email) or operations.add_person(
        first_name=row.needed("first_name", longest=100),
        last_name=row.needed("last_name", longest=100),
        email=email,
        organisation=organisation_in(row),
        roles=[Role.PRACTITIONER],
        now=now,
    )


def _roles(row: Row) -> set[Role]:
    names = [name.strip().casefold().replace(" ", "_") for name in row.text("roles").replace(";", ",").split(",")]
    roles = {Role.PRACTITIONER}
    for name in filter(None, names):
        if name not in set(Role):
            raise Wrong("roles", f"“{name}” is not a role.")
        if Role(name) not in BY_FILE:
            raise Wrong("roles", f"The role “{Role(name).label}” is given on the page of the person, not by a file.")
        roles.add(Role(name))
    return roles


def take_person(row: Row, now: datetime) -> Outcome:
    """Add somebody, or bring what is known of them up to date. Roles are added, never taken away; no letter is written."""
    email, organisation, roles = address_in(row, "email"), organisation_in(row), _roles(row)
    given = {
        "first_name": row.needed("first_name", longest=100),
        "last_name": row.needed("last_name", longest=100),
        "job": row.text("job", longest=120),
        "manager_name": row.text("manager_name", longest=200),
        "manager_email": address_in(row, "manager_email") if row.text("manager_email") else "",
    }
    person = person_by_email(email)
    if person is None:
        operations.add_person(
            email=email,
            organisation=organisation,
            roles=roles,
            now=now,
            first_name=given["first_name"],
            last_name=given["last_name"],
            job=given["job"],
            manager_name=given["manager_name"],
            manager_email=given["manager_email"],
        )
        return Outcome.ADDED
    changed = {name: value for name, value in given.items() if value and value != getattr(person, name)}
    for name, value in changed.items():
        setattr(person, name, value)
    if person.organisation_id != organisation.id:
        operations.move(person=person, organisation=organisation, email=person.email, by=None, now=now)
        for name in ("manager_name", "manager_email"):
            setattr(person, name, given[name])
        changed["organisation"] = organisation.name
    if more := roles - set(person.roles):
        operations.add_roles(person=person, roles=more, now=now)
        changed["roles"] = ", ".join(sorted(more))
    if not changed:
        return Outcome.UNCHANGED
    record(
        "person:changed",
        actor=None,
        subject_kind="person",
        subject=str(person.id),
        now=now,
        fields=", ".join(sorted(changed)),
    )
    db.session.flush()
    return Outcome.CHANGED


KIND = Kind("people", "one row a person.", COLUMNS, ("email", "first_name", "last_name", "organisation"), take_person)
