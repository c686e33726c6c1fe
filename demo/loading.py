"""From made-up records to rows. What both partnerships have in common; each has its own module for the rest.

Rows loaded here are marked as imported and wrote no letters, and the people are marked as made up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

import yaml

from demo.figures import FILES, contradictions_of, read_figures
from demo.people import Agency, SignInPerson, sign_in_people
from demo.people import Person as MadeUpPerson
from demo.records import AttendanceRecord, SessionRecord
from evaluation.impact.models import Contradiction, PublishedFigure
from lms import dates
from lms.accounts.models import Person, PersonRole
from lms.accounts.operations import set_password
from lms.attendance.models import AttendanceMark, Mark
from lms.bookings.models import Booking, BookingOrigin, BookingStatus, Ending
from lms.catalogue.models import (
    CountedBy,
    Course,
    CourseKind,
    CourseSession,
    Level,
    Mode,
    SessionHold,
    Venue,
)
from lms.db import db
from lms.due.operations import load_rules
from lms.organisations.models import (
    Organisation,
    OrganisationKind,
    Partnership,
    PartnershipGroup,
    Priority,
    Sector,
    WorkforceCount,
)
from lms.resources.models import Resource
from lms.roles import Role
from lms.set_up import (
    CONTENT,
    catalogue_document,
    load_levels,
    load_priority_reasons,
    load_sectors,
    rules_document,
)

#: When the demonstration begins: 9am on 8 October 2024 in London.
FIRST_MOMENT = dates.from_london(date(2024, 10, 8), 9)
#: The one password of everybody who can sign in to the demonstration, where nothing is real.
PASSWORD = "golden thread demo"  # noqa: S105
COUNTED_BY = {
    "people": CountedBy.PEOPLE,
    "schools": CountedBy.SCHOOLS,
    "sessions": CountedBy.SESSIONS,
    "bookings; starts and completions where known": CountedBy.BOOKINGS,
}
MARKS = {
    "attended": Mark.ATTENDED,
    "left_early": Mark.LEFT_EARLY,
    "apology": Mark.APOLOGY,
    "no_show": Mark.NO_SHOW,
}


@cache
def question_document() -> dict[str, Any]:
    """content/question-sets.yaml: the waves, questions, choices and scales."""
    document: dict[str, Any] = yaml.safe_load((CONTENT / "question-sets.yaml").read_text(encoding="utf-8"))
    return document


@dataclass
class Loaded:
    """What is in the database by now, by the keys the made-up records use."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    courses: dict[str, Course] = field(default_factory=dict)
    sessions: dict[str, CourseSession] = field(default_factory=dict)
    sectors: dict[str, Sector] = field(default_factory=dict)
    venues: dict[str, Venue] = field(default_factory=dict)


def at(day: date, clock: time = time(10)) -> datetime:
    """The instant of a day and a time of day in London."""
    return dates.from_london(day, clock.hour, clock.minute)


def load_partnership(loaded: Loaded, *, key: str, name: str, short_name: str, report: str) -> None:
    """The partnership, its sectors, groups and priorities, and the courses its report names."""
    document = catalogue_document()
    db.session.add(
        Partnership(
            key=key,
            name=name,
            short_name=short_name,
            team_name=f"{short_name} learning and development team",
            team_email=f"learning@{key}.example.org.uk",
            team_phone="01632 960 123",
            made_up=True,
            demo_now=FIRST_MOMENT,
        )
    )
    loaded.sectors |= load_sectors()
    priorities = {
        given["key"]: Priority(key=given["key"], number=given["number"], name=given["short_name"], plan=given["plan"])
        for given in document["priorities"]
        if given["plan"].lower().startswith(key)
    }
    groups = next(one["groups"] for one in document["partnership_groups"] if one["partnership"] == key)
    db.session.add_all(priorities.values())
    db.session.add_all(
        PartnershipGroup(key=one["key"], name=one["name"], short_name=one["short"], purpose=one["does"])
        for one in groups
    )
    levels = load_levels()
    load_priority_reasons()
    load_rules(rules_document(), now=FIRST_MOMENT)
    for position, given in enumerate(document["courses"]):
        if report in given["named_in"]:
            loaded.courses[given["code"]] = _course(given, position, priorities, levels)
    db.session.add_all(loaded.courses.values())
    db.session.add_all(
        Resource(code=one["code"], title=one["title"], kind=one["kind"], tags=one["tags"])
        for one in document["resources"]
    )
    db.session.flush()


def _course(given: dict[str, Any], position: int, priorities: dict[str, Priority], levels: dict[str, Level]) -> Course:
    return Course(
        code=given["code"],
        title=given["title"],
        kind=CourseKind(given["kind"]),
        aim=given["aim"],
        outcomes=given["outcomes"],
        audience=given["audience"],
        modes=given["mode"],
        hours=given["hours"],
        participatory_hours=given["participatory_hours"],
        refresh_months=given["refresh_months"],
        counted_by=COUNTED_BY.get(given["counted_by"], CountedBy.OTHER),
        provided_by=given["provided_by"],
        tags=given["tags"],
        position=position,
        priorities=[priorities[key] for key in given["priorities"] if key in priorities],
        levels=[levels[given["level"]]] if given["level"] in levels else [],
    )


def load_agencies(loaded: Loaded, agencies: Iterable[Agency], *, counted_on: date) -> None:
    """Agencies and schools, with the workforce each gave on a day."""
    for agency in agencies:
        organisation = Organisation(
            name=agency.name,
            kind=OrganisationKind.SCHOOL if agency.kind == "school" else OrganisationKind.AGENCY,
            sector=loaded.sectors[agency.sector],
            made_up=True,
        )
        loaded.organisations[agency.key] = organisation
        db.session.add(organisation)
        if agency.workforce:
            db.session.add(WorkforceCount(organisation=organisation, counted_on=counted_on, people=agency.workforce))
    db.session.flush()


def load_people(
    loaded: Loaded, people: Sequence[MadeUpPerson], partnership: str, *, sessions: Iterable[SessionRecord] = ()
) -> None:
    """Everybody, each a practitioner, and a trainer who teaches one of the sessions; the named ones can sign in."""
    teaching = {key for session in sessions for key in session.trainers}
    signing_in: dict[str, SignInPerson] = {one.person.key: one for one in sign_in_people(partnership)}
    for given in people:
        roles = {Role.PRACTITIONER}
        if given.key in signing_in:
            role = Role(signing_in[given.key].role)
            # The scrutineer and the administrator do not book: they hold their own role alone.
            roles = {role} if role in (Role.SCRUTINEER, Role.ADMINISTRATOR) else {Role.PRACTITIONER, role}
        if given.key in teaching:
            roles.add(Role.TRAINER)
        loaded.people[given.key] = Person(
            email=given.email,
            first_name=given.first_name,
            last_name=given.last_name,
            job=given.job_title,
            organisation=loaded.organisations[given.agency],
            made_up=True,
            held=[PersonRole(role=role) for role in sorted(roles)],
        )
    db.session.add_all(loaded.people.values())
    db.session.flush()
    for key in signing_in:
        set_password(person=loaded.people[key], password=PASSWORD, now=FIRST_MOMENT)


def load_sessions(loaded: Loaded, sessions: Iterable[SessionRecord], *, imported: bool) -> list[CourseSession]:
    """Sessions with their venue, trainers and host, announced eight weeks before they are held."""
    made = []
    for given in sessions:
        if given.venue and given.venue not in loaded.venues:
            loaded.venues[given.venue] = Venue(name=given.venue, access_notes="Step-free, hearing loop, free parking.")
        session = CourseSession(
            reference=given.ref,
            course=loaded.courses[given.course],
            starts_at=at(given.day, given.starts),
            ends_at=at(given.day, given.ends),
            mode=Mode(given.mode),
            venue=loaded.venues.get(given.venue),
            joining_link="" if given.mode == "classroom" else f"https://meet.example.org.uk/{given.ref.lower()}",
            capacity=given.capacity,
            host_organisation=loaded.organisations[given.host] if given.host else None,
            added_at=at(given.day) - timedelta(weeks=8),
            published_at=at(given.day) - timedelta(weeks=8),
            cancelled_at=at(given.day) - timedelta(days=4) if given.status == "cancelled" else None,
            trainers=[loaded.people[key] for key in given.trainers],
            holds=[
                SessionHold(
                    sector=loaded.sectors[hold.sector],
                    places=hold.places,
                    release_at=release_at,
                    released_at=release_at if release_at <= FIRST_MOMENT else None,
                )
                for hold in given.holds
                for release_at in [at(hold.released_on, time(9))]
            ],
            imported=imported,
        )
        loaded.sessions[given.ref] = session
        made.append(session)
    db.session.add_all(made)
    db.session.flush()
    return made


def load_attendances(loaded: Loaded, attendances: Iterable[AttendanceRecord]) -> None:
    """Bookings as another system would hand them over, with what became of them. No letter is written."""
    for given in attendances:
        session, person = loaded.sessions[given.session], loaded.people[given.person]
        asked_at = at(given.booked_on)
        late = given.state == "cancelled_late" or session.cancelled_at is not None
        status = (
            BookingStatus.CANCELLED
            if late
            else BookingStatus.WAITING
            if given.state == "waiting"
            else BookingStatus.BOOKED
        )
        booking = Booking(
            session=session,
            person=person,
            status=status,
            origin=BookingOrigin.WALK_IN if given.walk_in else BookingOrigin.IMPORTED,
            asked_at=asked_at,
            held_at=None if status is BookingStatus.WAITING else asked_at,
            booked_at=None if status is BookingStatus.WAITING else asked_at,
            ending=(Ending.SESSION_CANCELLED if session.cancelled_at else Ending.CANCELLED) if late else None,
            cancelled_at=max(asked_at, session.starts_at - timedelta(days=1)) if late else None,
        )
        db.session.add(booking)
        if not late and given.state in MARKS:
            mark = AttendanceMark(booking=booking, mark=MARKS[given.state], marked_at=session.ends_at)
            mark.until_at = at(dates.london(session.starts_at).date(), given.left_at) if given.left_at else None
            db.session.add(mark)
    db.session.flush()


def load_published(partnership: str) -> None:
    """The figures as they were published, and where they contradict themselves."""
    db.session.add_all(
        PublishedFigure(
            table=figure.table,
            key=figure.key,
            label=figure.label,
            qualifier=figure.qualifier,
            value=str(figure.value),
            unit=figure.unit,
            period_start=figure.period_start,
            period_end=figure.period_end,
            document=figure.source_document,
            place=figure.source_page_or_line,
        )
        for name in FILES
        if name.startswith(partnership)
        for figure in read_figures(name)
    )
    db.session.add_all(
        Contradiction(
            reference=one.number,
            table=one.table,
            stated=one.stated,
            counted=one.counted,
            difference=one.difference,
            rule=one.rule,
        )
        for one in contradictions_of(partnership)
    )
    db.session.flush()
