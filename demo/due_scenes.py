"""Who must hold what when the demonstration begins: duties by what people's jobs say, and a local rule the partnership decided.

What they hold comes from the made-up registers of the years before, so some are in date, some run out soon, some have run out.
"""

from collections.abc import Iterable
from datetime import date, time, timedelta

from sqlalchemy import select

from demo.loading import FIRST_MOMENT, Loaded, at, load_attendances, load_sessions
from demo.people import Person as MadeUpPerson
from demo.records import CLASSROOM, DELIVERED, VIRTUAL, AttendanceRecord, SessionRecord
from lms.accounts.models import Person
from lms.db import db, writing
from lms.due import operations
from lms.due.models import DutyGroup, PersonDuty, RuleStatus
from lms.due.operations import RuleGiven
from lms.organisations.models import Organisation, OrganisationKind

#: What the job of somebody in a school says about their duties.
BY_JOB = {
    "Designated safeguarding lead": ("dsl",),
    "Deputy safeguarding lead": ("dsl_deputy",),
    "Headteacher": ("headteachers", "safer_recruitment_panel"),
    "Governor": ("governors_and_trustees",),
    "Chair of governors": ("governors_and_trustees",),
    "Safeguarding governor": ("governors_and_trustees",),
    "Early career teacher": ("early_career_teachers",),
}
#: The school of the lead, headteacher and governor who can sign in.
OUR_SCHOOL = "northmoor-primary"
#: When the made-up schools said so.
SAID_AT = at(date(2024, 9, 2))
#: When the made-up Strategic Group decided how long neglect training holds, and how many months it does.
DECIDED, NEGLECT_MONTHS = date(2024, 10, 3), 18


def recent_training() -> tuple[list[SessionRecord], dict[str, tuple[str, ...]]]:
    """What two sessions of the last months gave: a staff meeting of one school, and a forum of leads; and whose
    jobs came to which: {reference: jobs}."""
    meeting = SessionRecord(
        "BAR-2024-09", "BAR", date(2024, 9, 3), time(15, 30), time(17, 30), CLASSROOM, DELIVERED, 60, host=OUR_SCHOOL
    )
    forum = SessionRecord("DSF-2024-06", "DSF", date(2024, 6, 12), time(10), time(11, 30), VIRTUAL, DELIVERED, 80)
    leads = ("Designated safeguarding lead", "Deputy safeguarding lead")
    return [meeting, forum], {meeting.ref: ("Teacher", "Headteacher", *leads), forum.ref: leads}


def load_recent_training(loaded: Loaded, people: Iterable[MadeUpPerson]) -> None:
    """Those sessions with who came: of our school whoever has such a job, of the leads of other schools every third."""
    sessions, jobs = recent_training()
    load_sessions(loaded, sessions, imported=True)
    load_attendances(
        loaded,
        [
            AttendanceRecord(session.ref, one.key, one.agency, "attended", session.day - timedelta(days=20))
            for session in sessions
            for number, one in enumerate(person for person in people if person.job_title in jobs[session.ref])
            if one.agency == OUR_SCHOOL or (not session.host and number % 3 == 0)
        ],
    )


def set_duties() -> None:
    """The duties of everybody in a school, for either partnership."""
    groups = _groups()
    with writing():
        people = db.session.scalars(
            select(Person)
            .join(Organisation, Organisation.id == Person.organisation_id)
            .where(Organisation.kind == OrganisationKind.SCHOOL, Person.job.in_(BY_JOB))
            .order_by(Person.id)
        )
        db.session.add_all(
            PersonDuty(person_id=one.id, group_id=groups[key], organisation_id=one.organisation_id, set_at=SAID_AT)
            for one in people
            for key in BY_JOB[one.job]
        )


def set_neglect_rule(loaded: Loaded) -> None:
    """The partnership decided after its evaluation that neglect training holds for a year and a half, and a training lead says
    who of her people it is about."""
    with writing():
        officer = db.session.get_one(Person, loaded.people["w-sian-morgan"].id)
        helen = db.session.get_one(Person, loaded.people["w-helen-ward"].id)
        group = db.session.scalars(select(DutyGroup).where(DutyGroup.key == "neglect_core")).one()
        operations.add_rule(
            given=RuleGiven(
                title="Neglect update",
                must_hold="Multi-agency neglect, or the champion programme",
                group=group,
                status=RuleStatus.LOCAL_EXAMPLE,
                source="Learning and Development Strategic Group, 3 October 2024, minute 5 (made up)",
                renew_every_months=NEGLECT_MONTHS,
                codes=["NEG", "NCH"],
                note="Follow-up answers show that what people do differently fades after a year.",
            ),
            begins=DECIDED,
            source_read=True,
            by=officer,
            now=at(DECIDED),
        )
        colleagues = db.session.scalars(
            select(Person).where(Person.organisation_id == helen.organisation_id).order_by(Person.id)
        ).all()
        operations.give_duty(
            people=colleagues,
            group=group,
            organisation=helen.organisation,
            since=DECIDED,
            by=helen,
            now=FIRST_MOMENT,
        )


def _groups() -> dict[str, int]:
    return {group.key: group.id for group in db.session.scalars(select(DutyGroup).order_by(DutyGroup.id))}
