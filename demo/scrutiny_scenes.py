"""The independent scrutineer of Wakefield: two challenges, one of them answered; notes on the six steps; and the report
of the last quarter as a draft with one part edited. All of it is made up."""

from datetime import date, datetime

from sqlalchemy import select

from demo.loading import FIRST_MOMENT, Loaded
from evaluation.scrutiny import drafting, evidence, operations, queries, rules
from evaluation.scrutiny.models import Challenge
from lms import dates
from lms.accounts.models import Person, PersonRole
from lms.dates import from_london
from lms.db import db, writing
from lms.organisations.models import PartnershipGroup
from lms.roles import Role

QUARTER = rules.quarter_of(date(2024, 9, 30))
NOTES = (
    (1, "The rotating chair has changed hands. Minutes show that each open action was asked about by name."),
    (2, "Housing and adult services are still thin in the rooms. I asked two managers why: cover on the day."),
    (3, "I met the youth panel. They asked what became of what they said in spring, and nobody could tell them."),
    (5, "The wording of recommendations is plainer than a year ago. Owners are named."),
    (
        6,
        "Six months after the neglect course people still say what they do differently. I want to see it in audits too.",
    ),
)


def set_scrutiny(loaded: Loaded) -> None:
    """Everything named above."""
    with writing():
        scrutineer, officer = _holder(Role.SCRUTINEER), _holder(Role.LD_OFFICER)
        first = _raise(
            "ld_strategic",
            6,
            "Who sends nobody to neglect training",
            "Which services have sent nobody to the neglect course since it began, what is in the way, and what will be done "
            "about it by when?",
            scrutineer,
            raised=from_london(date(2024, 7, 9), 10),
            wanted_by=date(2024, 8, 30),
        )
        operations.answer(
            challenge=first,
            text="Two services sent nobody. Both say that they cannot release people for a whole morning. A session of ninety "
            "minutes on screen is planned for November, with places held for them.",
            dated=date(2024, 8, 22),
            minute="LDS-2024-08.2",
            actor=officer,
            now=from_london(date(2024, 8, 23), 9),
        )
        operations.judge(
            challenge=first,
            satisfied=True,
            why="The reason is named and something is planned for it. I will look at who came in the spring.",
            actor=scrutineer,
            now=from_london(date(2024, 9, 2), 14),
        )
        _raise(
            "seg",
            3,
            "What became of what young people said",
            "Young people told the partnership in spring what makes a first visit bearable. What was done about it, and who "
            "told them?",
            scrutineer,
            raised=from_london(date(2024, 9, 24), 11),
            wanted_by=date(2024, 10, 31),
        )
        for step, text in NOTES:
            operations.add_note(
                framework_step=step,
                quarter=QUARTER,
                text=text,
                actor=scrutineer,
                now=from_london(date(2024, 9, 27), 15),
            )
        _report(scrutineer)


def _holder(role: Role) -> Person:
    """The first person made up for this role."""
    held = select(Person).join(PersonRole).where(PersonRole.role == role).order_by(Person.id).limit(1)
    return db.session.scalars(held).one()


def _raise(
    group: str, step: int, title: str, question: str, by: Person, *, raised: datetime, wanted_by: date
) -> Challenge:
    asked = db.session.scalars(select(PartnershipGroup).where(PartnershipGroup.key == group)).one()
    return operations.raise_challenge(
        group=asked,
        framework_step=step,
        title=title,
        question=question,
        wanted_by=wanted_by,
        actor=by,
        now=raised,
        made_up=True,
    )


def _report(scrutineer: Person) -> None:
    """Drafted by rule on the first working day after the quarter, and one part said in other words."""
    today = dates.london(FIRST_MOMENT).date()
    gathered = {one.number: evidence.of_step(one.number, QUARTER, today) for one in rules.STEPS}
    drafted = drafting.draft(QUARTER, queries.challenges(), gathered, queries.notes(QUARTER), today=today)
    report = operations.draft_report(quarter=QUARTER, drafted=drafted, actor=scrutineer, now=FIRST_MOMENT)
    words = (
        f"{drafted['next']}\nI will ask about young people’s views first, because they are waiting for an answer too."
    )
    operations.edit_report(report=report, texts={"next": words}, seen=1, actor=scrutineer, now=FIRST_MOMENT)
