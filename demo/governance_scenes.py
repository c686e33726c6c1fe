"""Groups, meetings, proposals and yearly returns of the Wakefield demonstration. People are made up, as is what they decided.

The decisions of the example log stand under the minute references of the meetings that took them, and the log quotes them.
"""

from datetime import date, timedelta

from sqlalchemy import select

from demo.loading import FIRST_MOMENT, Loaded, at
from demo.people import person_in_role, seeded
from evaluation.governance import operations as groups
from evaluation.governance.models import GroupMeeting
from evaluation.governance.operations import When
from evaluation.recommendations.models import Recommendation, RecommendationStep
from evaluation.training_needs import operations as needs
from evaluation.training_needs import queries
from evaluation.training_needs.models import Asks, ProposalKind, ProposalState
from evaluation.training_needs.operations import Draft
from lms.accounts.models import Person
from lms.db import db, writing
from lms.organisations.models import Organisation, PartnershipGroup

SEED = 20240314
#: Agencies whose first person (by name) sits in a group, and the part they have.
STRATEGIC = (
    ("childrens-social-care", "Chair", date(2022, 9, 1)),
    ("police", "Deputy chair", date(2022, 9, 1)),
    ("community-health", "", date(2022, 9, 1)),
    ("early-help", "", date(2023, 1, 9)),
    ("probation", "", date(2023, 3, 1)),
    ("open-door-families", "", date(2023, 9, 4)),
)
DELIVERY = (
    ("early-help", "Chair", date(2022, 9, 1)),
    ("community-health", "", date(2022, 9, 1)),
    ("mental-health-trust", "", date(2023, 1, 9)),
    ("youth-justice", "", date(2023, 1, 9)),
    ("public-health", "", date(2024, 2, 1)),
)
TOPICS = (
    "Safeguarding children: induction or refresher",
    "Recognising neglect",
    "Safer recruitment",
    "Information sharing and recording",
)
#: Organisation, and for each topic (in scope, trained).
ANSWERS: dict[str, tuple[tuple[int, int], ...]] = {
    "mental-health-trust": ((45, 41), (45, 30), (6, 5), (45, 33)),
    "hospital-trust": ((120, 101), (120, 48), (18, 15), (120, 83)),
    "early-help": ((58, 57), (58, 49), (6, 6), (58, 50)),
    "police": ((140, 112), (140, 39), (0, 0), (140, 91)),
    "northmoor-homes": ((40, 29), (40, 8), (5, 3), (40, 17)),
    "northmoor-primary": ((27, 27), (27, 22), (4, 4), (27, 25)),
}
SAID = {
    "hospital-trust": (
        "Questions on the ward three months later.",
        "Neglect of older children: staff on adult wards ask what to look for.",
    ),
    "northmoor-homes": (
        "",
        "Housing officers see homes nobody else sees. They would like half a day with practice on what to ask.",
    ),
    "police": ("Dip samples of reports each quarter.", "The neglect toolkit in ten minutes, for response officers."),
}


def set_governance(loaded: Loaded) -> None:
    """Members, four meetings with their decisions, proposals, returns, and one pack that is drawn by the worker."""
    officer = loaded.people[person_in_role("wakefield", "ld_officer").key]
    with writing():
        strategic, delivery = _group("ld_strategic"), _group("ld_delivery")
        _members(
            loaded, strategic, STRATEGIC, {"ld_group": "", "ld_officer": "Minutes", "scrutineer": "Adviser"}, officer
        )
        _members(loaded, delivery, DELIVERY, {"ld_officer": "Minutes", "trainer": "", "education_adviser": ""}, officer)
    with writing():
        _meetings(strategic, delivery, officer)
    with writing():
        _returns(loaded, officer)
    with writing():
        _proposals(strategic, officer)


def _group(key: str) -> PartnershipGroup:
    return db.session.scalars(select(PartnershipGroup).where(PartnershipGroup.key == key)).one()


def _members(
    loaded: Loaded,
    group: PartnershipGroup,
    seats: tuple[tuple[str, str, date], ...],
    roles: dict[str, str],
    officer: Person,
) -> None:
    named = {role: loaded.people[person_in_role("wakefield", role).key] for role in roles}
    for agency, part, since in seats:
        person = db.session.scalars(
            select(Person)
            .where(
                Person.organisation_id == loaded.organisations[agency].id,
                Person.disabled_at.is_(None),
                Person.id.not_in([one.id for one in named.values()]),
            )
            .order_by(Person.last_name, Person.first_name, Person.id)
            .limit(1)
        ).one()
        groups.add_member(group=group, person=person, part=part, since=since, actor=officer, now=at(since))
    for role, part in roles.items():
        since = date(2022, 9, 1)
        groups.add_member(group=group, person=named[role], part=part, since=since, actor=officer, now=at(since))


def _held(
    group: PartnershipGroup, reference: str, on: date, officer: Person, items: tuple[tuple[str, str], ...]
) -> GroupMeeting:
    planned_at, starts_at = at(on - timedelta(days=28)), at(on)
    meeting = groups.plan(
        group=group,
        reference=reference,
        when=When(starts_at, starts_at + timedelta(hours=2), "Town hall, room 3", "https://meet.example/learning"),
        actor=officer,
        now=planned_at,
        made_up=True,
        letters=False,
    )
    for title, about in items:
        groups.add_item(meeting=meeting, title=title, about=about, actor=officer, now=planned_at)
    people = [one.id for one in groups.members_on_the_day(meeting)]
    away = set(seeded(SEED, reference).sample(people, 2)) if len(people) > 4 else set()
    groups.hold(
        meeting=meeting, present=set(people) - away, apologies=away, actor=officer, now=starts_at + timedelta(hours=3)
    )
    return meeting


def _decide(
    meeting: GroupMeeting,
    number: int,
    wording: str,
    about: tuple[str, ...],
    by: str,
    officer: Person,
    until: date | None = None,
) -> str:
    reference = f"{meeting.reference}.{number}"
    on = meeting.starts_at.date()
    groups.decide(
        meeting=meeting, reference=reference, wording=wording, decided_on=on, about=about, carried_out_by=by,
        until=until, replaces=None, actor=officer, now=meeting.starts_at + timedelta(hours=4), made_up=True,
    )  # fmt: skip
    return reference


def _quote(recommendation: str, on: date, minute: str) -> None:
    """Let the step the example log has on that day quote its minute."""
    step = db.session.scalars(
        select(RecommendationStep)
        .join(Recommendation, Recommendation.id == RecommendationStep.recommendation_id)
        .where(Recommendation.reference == recommendation, RecommendationStep.dated == on)
        .order_by(RecommendationStep.id.desc())
        .limit(1)
    ).first()
    if step is not None and not step.minute:
        step.minute = minute


def _meetings(strategic: PartnershipGroup, delivery: PartnershipGroup, officer: Person) -> None:
    first = _held(
        strategic, "LDS-2022-09", date(2022, 9, 22), officer,
        (("The neglect toolkit", "MAA-2022-2.1"), ("Learning from the review on late recognition", "CSPR-2022-1.2")),
    )  # fmt: skip
    minute = _decide(
        first, 1, "We take on the recommendation to make the neglect toolkit easier to use, and to see that it is used.",
        ("MAA-2022-2.1",), "L&D Delivery", officer, date(2023, 3, 31),
    )  # fmt: skip
    _quote("MAA-2022-2.1", date(2022, 9, 22), minute)
    groups.agree_minutes(meeting=first, minutes="LDS minutes 2022-09", actor=officer, now=at(date(2022, 11, 24)))
    second = _held(
        strategic, "LDS-2023-03", date(2023, 3, 1), officer,
        (("Supervision of DSL teams", "S175-2022.1"), ("Progress of the delivery plan", "P11")),
    )  # fmt: skip
    minute = _decide(
        second, 1, "We take on the theme of the schools’ returns: help schools to set up supervision for DSL teams.",
        ("S175-2022.1", "P11"), "Safeguarding education adviser", officer, date(2023, 9, 30),
    )  # fmt: skip
    _quote("S175-2022.1", date(2023, 3, 1), minute)
    groups.agree_minutes(meeting=second, minutes="LDS minutes 2023-03", actor=officer, now=at(date(2023, 5, 11)))
    third = _held(
        strategic, "LDS-2024-03", date(2024, 3, 14), officer,
        (("What the joint neglect course changed", "LDA-014"), ("Trust across services", "LDA-018"), ("Other things", "")),
    )  # fmt: skip
    _decide(
        third, 3, "The log keeps action LDA-018 as long-term cultural change. The staff survey of spring is looked at each May.",
        ("LDA-018",), "L&D Delivery", officer,
    )  # fmt: skip
    _decide(
        third, 4, "Assessments are attached more often; repeat referrals show no clear change. We look again in six months.",
        ("LDA-014", "CSPR-2022-1.2"), "Learning and development officer", officer, date(2024, 11, 14),
    )  # fmt: skip
    groups.agree_minutes(meeting=third, minutes="LDS minutes 2024-03", actor=officer, now=at(date(2024, 6, 20)))
    fourth = _held(
        delivery, "LDD-2024-09", date(2024, 9, 12), officer,
        (("Toolkit one click from the sign-in page", "LDA-017"), ("Dates of the autumn", "")),
    )  # fmt: skip
    _decide(
        fourth, 1, "Three agencies are asked for the date on which the toolkit is linked from their sign-in page.",
        ("LDA-017",), "Learning and development officer", officer, date(2024, 10, 31),
    )  # fmt: skip
    coming = at(date(2024, 11, 14))
    meeting = groups.plan(
        group=strategic,
        reference="LDS-2024-11",
        when=When(coming, coming + timedelta(hours=2), "Town hall, room 3", "https://meet.example/learning"),
        actor=officer,
        now=FIRST_MOMENT - timedelta(days=5),
        made_up=True,
        letters=False,
    )
    for title, about in (
        ("Evidence on the neglect action, looked at again", "LDA-014"),
        ("The toolkit was learned and then not used", "EVAL-2023-1.1"),
        ("Proposals from the training needs analysis", ""),
    ):
        groups.add_item(meeting=meeting, title=title, about=about, actor=officer, now=FIRST_MOMENT - timedelta(days=5))
    winter = at(date(2024, 12, 5))
    groups.plan(
        group=delivery, reference="LDD-2024-12", when=When(winter, winter + timedelta(hours=2), "", "https://meet.example/delivery"),
        actor=officer, now=FIRST_MOMENT - timedelta(days=5), made_up=True, letters=False,
    )  # fmt: skip
    groups.ask_for_pack(meeting=meeting, actor=officer, now=FIRST_MOMENT)


def _returns(loaded: Loaded, officer: Person) -> None:
    opened_at = at(date(2024, 9, 2))
    found = needs.open_round(
        year=2024, deadline=date(2024, 10, 25), asks=Asks.EVERYBODY, topics=TOPICS, actor=officer, now=opened_at,
        made_up=True, letters=False,
    )  # fmt: skip
    topics = [topic.id for topic in found.topics]
    mine = {one.organisation_id: one for one in found.returns}
    for number, (key, figures) in enumerate(ANSWERS.items()):
        organisation: Organisation = loaded.organisations[key]
        evaluates, wished = SAID.get(key, ("", ""))
        needs.send(
            one=mine[organisation.id],
            figures=dict(zip(topics, figures, strict=True)),
            evaluates=evaluates,
            needs=wished,
            actor=None,
            now=opened_at + timedelta(days=9 + 4 * number),
        )
    # The training lead who signs in has begun, and comes back.
    lead = loaded.people[person_in_role("wakefield", "training_lead").key]
    begun = {
        f"scope_{topics[0]}": 110,
        f"trained_{topics[0]}": 98,
        f"scope_{topics[1]}": 110,
        "evaluates": "",
        "needs": "",
    }
    needs.save_draft(one=mine[lead.organisation_id], typed=begun, actor=lead, now=FIRST_MOMENT - timedelta(days=1))


def _proposals(strategic: PartnershipGroup, officer: Person) -> None:
    spring = at(date(2024, 2, 20))
    accepted = needs.propose(
        draft=Draft(
            ProposalKind.RESOURCE, "A briefing on the toolkit for response officers",
            "Officers meet families at night and have ten minutes. They need the first page of the toolkit, not a course.",
            140, 60_000, date(2024, 12, 1),
        ),
        line=None, group=strategic, actor=officer, now=spring, made_up=True,
    )  # fmt: skip
    needs.decide(
        made=accepted, outcome=ProposalState.ACCEPTED, decided_on=date(2024, 3, 14), by=strategic.name, minute="LDS-2024-03.2",
        why="It costs little and reaches a sector few of whom come to courses.", again_on=None, actor=officer,
        now=at(date(2024, 3, 15)),
    )  # fmt: skip
    meeting = db.session.scalars(select(GroupMeeting).where(GroupMeeting.reference == "LDS-2024-03")).one()
    _decide(
        meeting,
        2,
        "The briefing for response officers is made.",
        (accepted.reference,),
        "L&D Delivery",
        officer,
        date(2024, 12, 1),
    )
    put_off = needs.propose(
        draft=Draft(
            ProposalKind.COMMISSION, "A day on working with parents who misuse alcohol",
            "Two audits name it. Nobody in the partnership teaches it at this depth.", 60, 240_000, date(2025, 3, 31),
        ),
        line=None, group=strategic, actor=officer, now=spring, made_up=True,
    )  # fmt: skip
    needs.decide(
        made=put_off, outcome=ProposalState.PUT_OFF, decided_on=date(2024, 3, 14), by=strategic.name, minute="LDS-2024-03.5",
        why="The budget of the coming year is not settled yet.", again_on=date(2024, 11, 14), actor=officer,
        now=at(date(2024, 3, 15)),
    )  # fmt: skip
    _decide(
        meeting,
        5,
        "The day on working with parents who misuse alcohol is put off until the budget is settled.",
        (put_off.reference,),
        "Business manager",
        officer,
    )
    now = FIRST_MOMENT - timedelta(days=4)
    lines = queries.analysis(now)
    line = lines.line(f"return:{TOPICS[1]}")
    needs.propose(
        draft=Draft(
            ProposalKind.SESSIONS, "Two more neglect sessions, one of them for housing and police",
            "The returns show that fewer than half of the staff in scope have had training on neglect.", 40, 90_000,
            date(2025, 2, 28),
        ),
        line=line, group=strategic, actor=officer, now=now, made_up=True,
    )  # fmt: skip
    needs.keep_snapshot(note="For the meeting of November (made up)", actor=officer, now=now)
