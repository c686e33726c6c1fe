"""Who must hold what when the demonstration begins: duties by what people's jobs say, and a local rule the partnership decided.

What they hold comes from the made-up registers of the years before, so some are in date, some run out soon, some have run out.
"""

from datetime import date

from sqlalchemy import select

from demo.loading import FIRST_MOMENT, Loaded, at
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
#: When the made-up schools said so.
SAID_AT = at(date(2024, 9, 2))
#: When the made-up Strategic Group decided how long neglect training holds, and how many months it does.
DECIDED, NEGLECT_MONTHS = date(2024, 10, 3), 18


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
