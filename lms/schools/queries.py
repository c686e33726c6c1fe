"""Reads of the register: the list, one school with its history and people, and the files it came from."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload

from lms import dates
from lms.accounts.models import Person, PersonRole
from lms.attendance.models import CAME, Attendance
from lms.bookings.models import Booking
from lms.catalogue.models import Course, CourseSession
from lms.db import db
from lms.due.models import DutyGroup, PersonDuty, TrainingRule
from lms.due.queries import holds_now
from lms.due.rules import Needs
from lms.due.standing import Line, standing
from lms.organisations.models import Organisation, OrganisationKind, Partnership
from lms.roles import Role
from lms.schools.models import (
    ALTERNATIVE_TYPES,
    SPECIAL_TYPES,
    Following,
    Phase,
    School,
    SchoolChange,
    SchoolFile,
    SchoolLink,
    SchoolNumber,
    SchoolStatus,
    SchoolTrust,
)

PAGE, LINES = 50, 50
#: How far back the page of a school looks for sessions, in months.
LOOKS_BACK = 24
OPEN = (SchoolStatus.OPEN, SchoolStatus.CLOSING)


def areas(here: Partnership | None) -> list[str]:
    """The local authorities whose schools are ours."""
    return [one for one in (here.school_areas if here else "").split(",") if one]


def known_numbers() -> set[str]:
    """Every number any school has or had."""
    return set(db.session.scalars(select(SchoolNumber.urn)))


def newest_extract() -> date | None:
    """The day of the newest national file that was taken, where its name says so."""
    found: date | None = db.session.scalar(
        select(func.max(SchoolFile.extract_on)).where(SchoolFile.taken_at.is_not(None))
    )
    return found


# The list.


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to. `status`: one of them, "now" for all that are open, "missing", or empty for all."""

    text: str = ""
    phase: Phase | None = None
    #: A type as its name, "special" or "alternative".
    type: str = ""
    trust_id: int | None = None
    status: str = "now"


@dataclass(frozen=True)
class SchoolsPage:
    """One page of schools by name; how many fit, how many there are, and how many that fit are of which phase."""

    schools: Sequence[School]
    total: int
    everything: int
    phases: Sequence[tuple[Phase, int]]
    number: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // PAGE))


def schools(wanted: Wanted, *, page: int = 1) -> SchoolsPage:
    """A page of the register, in the same number of queries for any number of schools."""
    by_phase = select(School.phase, func.count()).where(*_where(wanted)).group_by(School.phase)
    counted: Counter[Phase] = Counter()
    for phase, schools_of_it in db.session.execute(by_phase):
        counted[phase] = schools_of_it
    total = counted.total()
    number = min(max(1, page), max(1, -(-total // PAGE)))
    return SchoolsPage(
        schools=db.session.scalars(_listed(wanted).limit(PAGE).offset((number - 1) * PAGE)).all(),
        total=total,
        everything=db.session.scalar(select(func.count()).select_from(School)) or 0,
        phases=[(phase, counted[phase]) for phase in Phase if counted[phase]],
        number=number,
    )


def all_schools(wanted: Wanted) -> Sequence[School]:
    """Everything that fits, for a file."""
    return db.session.scalars(_listed(wanted)).all()


def _listed(wanted: Wanted) -> Select[Any]:
    return select(School).where(*_where(wanted)).order_by(func.lower(School.name), School.id)


def _where(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        or_(
            *(
                column.icontains(word, autoescape=True)
                for column in (School.name, School.town, School.postcode, School.urn)
            ),
            # An earlier number or name leads to the school too.
            School.id.in_(
                select(SchoolNumber.school_id).where(
                    or_(*(column.icontains(word, autoescape=True) for column in (SchoolNumber.urn, SchoolNumber.name)))
                )
            ),
        )
        for word in wanted.text.split()
    ]
    if wanted.phase:
        found.append(School.phase == wanted.phase)
    if wanted.type == "special":
        found.append(School.type_code.in_(SPECIAL_TYPES))
    elif wanted.type == "alternative":
        found.append(School.type_code.in_(ALTERNATIVE_TYPES))
    elif wanted.type:
        found.append(School.type_name == wanted.type)
    if wanted.trust_id is not None:
        found.append(School.trust_id == wanted.trust_id)
    if wanted.status == "now":
        found.append(School.status.in_(OPEN))
    elif wanted.status == "missing":
        found.append(School.missing_since.is_not(None))
    elif wanted.status:
        found.append(School.status == SchoolStatus(wanted.status))
    return found


def types() -> Sequence[str]:
    """The types there are, by name."""
    return db.session.scalars(
        select(School.type_name).where(School.type_name != "").distinct().order_by(School.type_name)
    ).all()


def trusts() -> Sequence[SchoolTrust]:
    """The trusts there are, by name."""
    return db.session.scalars(select(SchoolTrust).order_by(func.lower(SchoolTrust.name), SchoolTrust.id)).all()


def without_school() -> Sequence[Organisation]:
    """Organisations of kind school that are no school of the register yet, by name."""
    return db.session.scalars(
        select(Organisation)
        .where(
            Organisation.kind == OrganisationKind.SCHOOL,
            Organisation.id.not_in(select(School.organisation_id).where(School.organisation_id.is_not(None))),
        )
        .order_by(func.lower(Organisation.name), Organisation.id)
    ).all()


# One school.


def school_by_address(address: str) -> School | None:
    """A school by a number it has or had, or by ours (L12) where it has none."""
    if address[:1] == "L" and address[1:].isascii() and address[1:].isdigit() and len(address) < 10:
        return db.session.get(School, int(address[1:]))
    return db.session.scalar(
        select(School).join(SchoolNumber, SchoolNumber.school_id == School.id).where(SchoolNumber.urn == address)
    )


def school_of(organisation: Organisation) -> School | None:
    """The school an organisation is."""
    return db.session.scalar(select(School).where(School.organisation_id == organisation.id))


@dataclass(frozen=True)
class Connection:
    """Another school this one goes on in, or that goes on in this one; `school` where it is in the register."""

    forward: bool
    how: Following
    urn: str
    name: str
    school: School | None
    on: date | None


def connections(school: School) -> list[Connection]:
    """What merged into it, what it merged into, and where it was split."""
    mine = {one.urn for one in school.numbers}
    links = db.session.scalars(
        select(SchoolLink)
        .where(or_(SchoolLink.before_urn.in_(mine), SchoolLink.after_urn.in_(mine)))
        .order_by(SchoolLink.happened_on, SchoolLink.id)
    ).all()
    others = {one.after_urn if one.before_urn in mine else one.before_urn for one in links}
    numbers = select(SchoolNumber).options(joinedload(SchoolNumber.school)).where(SchoolNumber.urn.in_(others))
    at = {one.urn: one.school for one in db.session.scalars(numbers)}
    found = []
    for one in links:
        forward = one.before_urn in mine
        urn, name = (one.after_urn, one.after_name) if forward else (one.before_urn, one.before_name)
        found.append(Connection(forward, one.how, urn, name, at.get(urn), one.happened_on))
    return found


def changes_of(school: School) -> Sequence[SchoolChange]:
    """What changed, the latest first."""
    return db.session.scalars(
        select(SchoolChange)
        .options(joinedload(SchoolChange.by))
        .where(SchoolChange.school_id == school.id, SchoolChange.field != "type_code")
        .order_by(SchoolChange.at.desc(), SchoolChange.id.desc())
        .limit(LINES)
    ).all()


# Its people.

#: Whom the page of a school shows, and the roles and groups of duties that say so.
PARTS: tuple[tuple[str, frozenset[Role], frozenset[str]], ...] = (
    ("Safeguarding leads and deputies", frozenset({Role.DSL}), frozenset({"dsl", "dsl_deputy"})),
    ("Headteacher", frozenset({Role.HEADTEACHER}), frozenset({"headteachers"})),
    ("Governors", frozenset({Role.GOVERNOR}), frozenset({"governors_and_trustees"})),
)


@dataclass(frozen=True)
class Part:
    """People of a school who answer for safeguarding in one way, each with where they stand."""

    title: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class People:
    """Those people, the rules about them, and how many others work there."""

    parts: Sequence[Part]
    rules: dict[int, TrainingRule]
    needs: dict[int, Needs]
    others: int


def people_of(organisation: Organisation, now: datetime) -> People:
    """Leads, head and governors of a school, with where they stand with every rule about them."""
    found = standing(Person.organisation_id == organisation.id, now)
    roles = _roles_of(organisation, found.today)
    parts, shown = [], set[int]()
    for title, by_role, by_duty in PARTS:
        lines = [line for line in found.lines if roles.get(line.id, set()) & (by_role | by_duty)]
        parts.append(Part(title, lines))
        shown |= {line.id for line in lines}
    return People(parts, {rule.id: rule for rule in found.rules}, found.needs, len(found.lines) - len(shown))


def _roles_of(organisation: Organisation, today: date) -> dict[int, set[str]]:
    """The roles people hold and the groups they were named for: {person id: keys}."""
    found: dict[int, set[str]] = {}
    held = select(PersonRole.person_id, PersonRole.role).join(Person, Person.id == PersonRole.person_id)
    for person_id, role in db.session.execute(held.where(Person.organisation_id == organisation.id)):
        found.setdefault(person_id, set()).add(role)
    named = (
        select(PersonDuty.person_id, DutyGroup.key)
        .join(DutyGroup, DutyGroup.id == PersonDuty.group_id)
        .join(Person, Person.id == PersonDuty.person_id)
        .where(Person.organisation_id == organisation.id, holds_now(today))
    )
    for person_id, key in db.session.execute(named):
        found.setdefault(person_id, set()).add(key)
    return found


@dataclass(frozen=True)
class Came:
    """A session, and how many people of the school came to it."""

    reference: str
    title: str
    on: date
    people: int


def sessions_of(organisation: Organisation, now: datetime) -> list[Came]:
    """The sessions people of a school came to in the last two years, the latest first; nobody is named."""
    since = dates.from_london(dates.months_after(dates.london(now).date(), -LOOKS_BACK))
    rows = db.session.execute(
        select(CourseSession.reference, Course.title, CourseSession.starts_at, func.count(Booking.person_id.distinct()))
        .join(Course, Course.id == CourseSession.course_id)
        .join(Booking, Booking.session_id == CourseSession.id)
        .join(Attendance, Attendance.booking_id == Booking.id)
        .where(
            Booking.organisation_id == organisation.id,
            Attendance.mark.in_(CAME),
            CourseSession.cancelled_at.is_(None),
            CourseSession.starts_at >= since,
            CourseSession.starts_at <= now,
        )
        .group_by(CourseSession.id, CourseSession.reference, Course.title, CourseSession.starts_at)
        .order_by(CourseSession.starts_at.desc(), CourseSession.id.desc())
        .limit(LINES)
    )
    return [Came(reference, title, dates.london(starts).date(), number) for reference, title, starts, number in rows]


# Files.


def files_taken() -> Sequence[SchoolFile]:
    """The national files that were taken, the latest first."""
    return db.session.scalars(
        select(SchoolFile)
        .options(joinedload(SchoolFile.read_by))
        .where(SchoolFile.taken_at.is_not(None))
        .order_by(SchoolFile.taken_at.desc(), SchoolFile.id.desc())
        .limit(LINES)
    ).all()


def file_named(reference: str, person: Person) -> SchoolFile | None:
    """A file that was taken, or that waits for this person's yes; nobody else sees one that waits."""
    return db.session.scalar(
        select(SchoolFile).where(
            SchoolFile.reference == reference,
            or_(SchoolFile.taken_at.is_not(None), SchoolFile.read_by_id == person.id),
        )
    )


def names_of(urns: Collection[str]) -> dict[str, str]:
    """The address of the page of each number that is in the register."""
    rows = db.session.execute(
        select(SchoolNumber.urn, School.urn)
        .join(School, School.id == SchoolNumber.school_id)
        .where(SchoolNumber.urn.in_(urns))
    )
    return {old: new or old for old, new in rows}
