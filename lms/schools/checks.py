"""What must always be true of the register; `lms verify` says where it is not."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from lms.db import db
from lms.organisations.models import OrganisationKind
from lms.schools.models import School, SchoolChange
from lms.schools.rules import said


def problems() -> list[str]:
    """A school has the last of its numbers and no other; it is a school where people work; its history leads to what it is."""
    found = []
    schools = db.session.scalars(select(School).options(selectinload(School.numbers)).order_by(School.id)).all()
    for one in schools:
        last = one.numbers[-1].urn if one.numbers else None
        if last != one.urn:
            found.append(f"The school {one.address} has the number {one.urn}, and its last number is {last}.")
        if one.organisation and one.organisation.kind is not OrganisationKind.SCHOOL:
            found.append(f"The school {one.address} is the organisation “{one.organisation.name}”, which is no school.")
    return found + _histories({one.id: one for one in schools})


def _histories(schools: dict[int, School]) -> list[str]:
    """The latest change of each fact ends with what the school is now. Trusts and organisations may be called otherwise since."""
    latest = {
        (one.school_id, one.field): one
        for one in db.session.scalars(select(SchoolChange).where(SchoolChange.as_urn == "").order_by(SchoolChange.id))
        if one.field not in ("trust", "organisation")
    }
    found = []
    for (school_id, field), one in latest.items():
        school = schools[school_id]
        now = said(school.missing_since is None if field == "in_file" else getattr(school, field))
        if now != one.new:
            found.append(f"The school {school.address}: {field} is “{now}”, and its history ends with “{one.new}”.")
    return found
