"""The delivery plan of 2022 to 2025 and two assurance events, for Wakefield: what was reported, shown and judged by now, and
what is to come. The titles of the priorities are the published ones; everything else is made up (content/delivery-plan.yaml).

Everything happens through the doors people use, in the months before the first moment.
"""

from datetime import date, datetime
from typing import Any

import yaml
from sqlalchemy import select

from demo.loading import FIRST_MOMENT, Loaded
from evaluation.actions.models import Action
from evaluation.assurance import answering
from evaluation.assurance import operations as assurance
from evaluation.assurance import queries as events
from evaluation.assurance.models import Ask, AssuranceEvent, Found
from evaluation.assurance.operations import Draft
from evaluation.assurance.rules import remind_times
from evaluation.delivery_plan import operations as plans
from evaluation.delivery_plan import queries, reporting
from evaluation.delivery_plan.models import DeliveryPlan, PlanAction
from evaluation.measures.models import Measure
from lms import jobs
from lms.accounts.models import Person, PersonRole
from lms.dates import from_london
from lms.db import db, writing
from lms.organisations.models import Organisation, PartnershipGroup, Priority
from lms.roles import Role
from lms.set_up import CONTENT

#: Who is asked at the event of June 2024 about which actions, what they said, and what the panel found; made up.
ASKED: dict[str, dict[str, tuple[str, Found | None, str]]] = {
    "community-health": {
        "LDA-013": (
            "The dated list is part of the record of every health visitor. In 20 records looked at in April, 18 had one and 15 "
            "had been shared with the school or nursery.",
            Found.IMPACT_SHOWN,
            "The list is there, it is shared, and the audit shows that it was acted on in 11 of the 15.",
        ),
        "LDA-014": (
            "41 of 52 health visitors came to the neglect course. Supervision asks about the child’s day in each talk.",
            Found.IMPACT_SHOWN,
            "What people say after six months and the re-audit agree.",
        ),
        "LDA-017": (
            "The toolkit is one click from the sign-in page since March.",
            Found.IMPLEMENTED,
            "It is done. How often it is opened with a family is not known yet.",
        ),
    },
    "childrens-social-care": {
        "LDA-013": (
            "The list is used in assessments. Team managers look at two a month.",
            Found.IMPLEMENTED,
            "It is in use. An audit of what became of the lists is still to come.",
        ),
        "LDA-014": (
            "Plans say what will be different for the child in 10 of 24 files, 8 of 24 before.",
            Found.FURTHER_WORK,
            "The files describe the child’s day more often, and the plans hardly changed.",
        ),
    },
    "early-help": {
        "LDA-014": (
            "23 workers came to the course, and three champions ask about neglect in each team meeting.",
            Found.IMPLEMENTED,
            "Done. The champions’ survey will show more.",
        ),
        "LDA-017": (
            "The link stands on our pages, and managers got the two questions for supervision.",
            Found.IMPLEMENTED,
            "It is done. Nobody has looked yet whether the questions are asked.",
        ),
    },
    "police": {
        "LDA-013": (
            "There is nothing to show yet. The list needs a field in our system, which comes in October; until then officers "
            "write it into the log.",
            Found.FURTHER_WORK,
            "The field is to come by October, and 20 logs are to be looked at after it.",
        ),
    },
    "hospital-trust": {
        "LDA-013": (
            "Ward staff add to the list at discharge. 30 records looked at: 21 had an entry.",
            Found.IMPLEMENTED,
            "It is in use on the wards. The emergency department has still to follow.",
        ),
    },
}
#: What is asked at the event that is to come.
COMING = {
    "community-health": ("LDA-016",),
    "northmoor-primary": ("LDA-015",),
    "early-help": ("LDA-015", "LDA-016"),
    "mental-health-trust": ("LDA-016",),
}


def set_plan_scenes(loaded: Loaded) -> None:
    """Everything named above. After it the plan's two reports wait for the worker, which draws them."""
    _somebody_answers(loaded)
    _event_of_june(loaded)
    _coming_event(loaded)
    jobs.run_due(FIRST_MOMENT)
    _plan(loaded)


def _at(day: date, hour: int = 10) -> datetime:
    return from_london(day, hour)


def _officer(loaded: Loaded) -> Person:
    return db.session.get_one(Person, loaded.people["w-sian-morgan"].id)


def _lead(loaded: Loaded, agency: str) -> Person:
    """Who answers for an agency: a training lead or safeguarding lead."""
    organisation = loaded.organisations[agency].id
    return events.contacts([organisation])[organisation][0]


def _somebody_answers(loaded: Loaded) -> None:
    """Each of these agencies has a training lead."""
    with writing():
        for agency in sorted({*ASKED, *COMING}):
            organisation = loaded.organisations[agency].id
            if not events.contacts([organisation])[organisation]:
                first = db.session.scalars(
                    select(Person)
                    .where(
                        Person.organisation_id == organisation, Person.email.is_not(None), Person.password_hash == ""
                    )
                    .order_by(Person.id)
                ).first()
                if first is not None:
                    db.session.add(PersonRole(person_id=first.id, role=Role.TRAINING_LEAD))


def _actions(*references: str) -> list[Action]:
    found = db.session.scalars(select(Action).where(Action.reference.in_(references)).order_by(Action.reference))
    return list(found)


def _group(key: str) -> PartnershipGroup:
    return db.session.scalars(select(PartnershipGroup).where(PartnershipGroup.key == key)).one()


def _made(loaded: Loaded, draft: Draft, asked: dict[str, tuple[str, ...]], made: datetime, invited: datetime) -> str:
    officer = _officer(loaded)
    event = assurance.make(draft=draft, actor=officer, now=made, made_up=True)
    put = _actions(*sorted({one for each in asked.values() for one in each}))
    assurance.put_actions(event=event, actions=put, actor=officer, now=made)
    for agency, references in asked.items():
        organisation = db.session.get_one(Organisation, loaded.organisations[agency].id)
        chosen = [one for one in put if one.reference in references]
        assurance.ask(event=event, organisation=organisation, actions=chosen, actor=officer, now=made)
    assurance.invite(event=event, actor=officer, now=invited)
    return event.reference


def _event(reference: str) -> AssuranceEvent:
    found = events.event(reference)
    if found is None:
        raise LookupError(reference)
    return found


def _ask(loaded: Loaded, event: AssuranceEvent, agency: str, reference: str) -> Ask:
    organisation = loaded.organisations[agency].id
    return next(
        ask
        for one in event.agencies
        if one.organisation_id == organisation
        for ask in one.asks
        if ask.action.reference == reference
    )


def _event_of_june(loaded: Loaded) -> None:
    """Held, judged, told, and followed by a new action."""
    judith = db.session.get_one(Person, loaded.people["w-judith-hargreave"].id)
    with writing():
        draft = Draft(
            title="Assurance event on late recognition of neglect",
            about="A year after the practice review on late recognition and the audit beside it: was it done, and what changed?",
            first_day=date(2024, 6, 18),
            last_day=date(2024, 6, 18),
            evidence_until=date(2024, 6, 4),
            place="Civic Centre, room 2",
            group=_group("cspr"),
            panel=[(judith.name, judith)],
        )
        asked = {agency: tuple(said) for agency, said in ASKED.items()}
        event = _event(_made(loaded, draft, asked, _at(date(2024, 4, 30)), _at(date(2024, 5, 7))))
        for place, (agency, said) in enumerate(ASKED.items()):
            for reference, (words, _, _) in said.items():
                nothing = words.startswith("There is nothing")
                # The last agency is two days late.
                day = date(2024, 6, 6) if agency == "hospital-trust" else date(2024, 5, 20 + 3 * place)
                for moment in remind_times(event):
                    if moment < _at(day):
                        assurance.remind(moment)
                answering.save(
                    asked=_ask(loaded, event, agency, reference),
                    statement=words,
                    nothing_yet=nothing,
                    about_on=None if nothing else date(2024, 4, 22),
                    url="" if nothing else f"https://{agency}.example.org.uk/audit-{reference.lower()}",
                    send=True,
                    actor=_lead(loaded, agency),
                    now=_at(day),
                )
        _judged(loaded, event)


def _judged(loaded: Loaded, event: AssuranceEvent) -> None:
    officer, at = _officer(loaded), _at(date(2024, 6, 18), 15)
    for agency, said in ASKED.items():
        for reference, (_, found, reason) in said.items():
            if found is not None:
                asked = _ask(loaded, event, agency, reference)
                assurance.judge(asked=asked, found=found, reason=reason, anew_because="", actor=officer, now=at)
    late = _ask(loaded, event, "hospital-trust", "LDA-013")
    assurance.judge(
        asked=late,
        found=Found.IMPACT_SHOWN,
        reason="The emergency department uses it too, and 17 of 21 entries were read by the next service.",
        anew_because="The hospital trust showed more records in the week after the event.",
        actor=officer,
        now=_at(date(2024, 6, 25)),
    )
    assurance.add_action(
        event=event,
        follows=next(one for one in event.actions if one.reference == "LDA-014"),
        wording="Say in every child in need and child protection plan what will be different for the child, and look at 24 plans "
        "by January 2025.",
        success="At least 18 of 24 plans say what will be different for the child; by the same audit as before.",
        group=_group("seg"),
        organisation=db.session.get_one(Organisation, loaded.organisations["childrens-social-care"].id),
        due=date(2025, 1, 31),
        actor=officer,
        now=_at(date(2024, 6, 25), 11),
        made_up=True,
    )
    told = {one.reference for one in event.agencies}
    assurance.send_outcomes(event=event, agencies=told, actor=officer, now=_at(date(2024, 7, 2)))


def _coming_event(loaded: Loaded) -> None:
    """Invited a week ago; one agency has sent what it has, one has begun."""
    with writing():
        draft = Draft(
            title="Assurance event on supervision and champions",
            about="What the schools’ yearly returns and the scrutineer’s challenge asked for: is it done, and what changed?",
            first_day=date(2024, 11, 27),
            last_day=date(2024, 11, 27),
            evidence_until=date(2024, 11, 13),
            starts=_at(date(2024, 11, 27), 10).time(),
            ends=_at(date(2024, 11, 27), 13).time(),
            place="Online",
            group=_group("cspr"),
        )
        event = _event(_made(loaded, draft, COMING, _at(date(2024, 9, 24)), _at(date(2024, 10, 1))))
        answering.save(
            asked=_ask(loaded, event, "early-help", "LDA-015"),
            statement="All seven teams have a supervisor from another service. Minutes of 12 talks were looked at: the child’s "
            "day comes up in 10.",
            nothing_yet=False,
            about_on=date(2024, 9, 20),
            url="https://early-help.example.org.uk/supervision-2024",
            send=True,
            actor=_lead(loaded, "early-help"),
            now=_at(date(2024, 10, 4)),
        )
        answering.save(
            asked=_ask(loaded, event, "community-health", "LDA-016"),
            statement="First answers of the champions’ teams are in; we are still reading them.",
            nothing_yet=False,
            about_on=None,
            send=False,
            actor=_lead(loaded, "community-health"),
            now=_at(date(2024, 10, 7)),
        )


# The delivery plan.


def _plan(loaded: Loaded) -> None:
    document: dict[str, Any] = yaml.safe_load((CONTENT / "delivery-plan.yaml").read_text(encoding="utf-8"))
    groups = {one.key: one for one in db.session.scalars(select(PartnershipGroup))}
    with writing():
        officer = _officer(loaded)
        begins = date.fromisoformat(document["begins"])
        plan = plans.make(
            name=document["name"],
            begins=begins,
            until=date.fromisoformat(document["until"]),
            report_every=document["report_every"],
            levels=[(one["name"], one["meaning"], one["delivered"]) for one in document["levels"]],
            actor=officer,
            now=_at(date(2022, 11, 15)),
            made_up=document["made_up"],
        )
        made = _plan_actions(loaded, plan, document, {key: group.id for key, group in groups.items()}, officer)
        for label, references in document["log"].items():
            plans.link(action=made[label], log=_actions(*references), actor=officer, now=_at(date(2023, 4, 4)))
        for label, key in document["measures"].items():
            measure = db.session.scalars(select(Measure).where(Measure.key == key)).one_or_none()
            made[label].measures[0].measure = measure
        _dives(plan, document, officer)
        days = [date.fromisoformat(one) for one in document["meetings"]]
        reporting.add_meetings(plan=plan, days=days, actor=officer, now=_at(date(2024, 4, 9)))
        plan_id = plan.id
    with writing():
        for one in document["reports"]:
            db.session.expire_all()
            found = queries.plan(plan_id)
            until = date.fromisoformat(one["until"])
            if found is not None:
                meeting = date.fromisoformat(one["meeting"])
                reporting.keep_report(
                    plan=found, meeting_on=meeting, until=until, actor=_officer(loaded), now=_at(until, 16)
                )


def _plan_actions(
    loaded: Loaded, plan: DeliveryPlan, document: dict[str, Any], groups: dict[str, int], officer: Person
) -> dict[str, PlanAction]:
    """The priorities with their actions and everything that was reported: {label: action}."""
    levels = {one.position: one for one in plan.levels}
    made: dict[str, PlanAction] = {}
    for given in document["priorities"]:
        priority = plans.add_priority(
            plan=plan,
            priority=db.session.scalars(select(Priority).where(Priority.key == given["key"])).one(),
            short_name="",
            title=given["title"],
            actor=officer,
            now=_at(date(2022, 11, 15)),
        )
        for one in given["actions"]:
            lead = one["lead"]
            action = plans.add_action(
                priority=priority,
                wording=one["wording"],
                group=db.session.get_one(PartnershipGroup, groups[lead]) if lead in groups else None,
                organisation=None
                if lead in groups
                else db.session.get_one(Organisation, loaded.organisations[lead].id),
                due=date.fromisoformat(one["due"]) if "due" in one else None,
                measure=(one["different"], one["seen_by"]),
                actor=officer,
                now=_at(date(2022, 11, 15)),
                made_up=True,
            )
            made[action.label] = action
            for said in one["progress"]:
                day = date.fromisoformat(said["day"])
                plans.add_progress(
                    action=action,
                    dated=day,
                    level=levels[said["level"]],
                    done=said["done"],
                    stuck=said.get("stuck", ""),
                    asked=said.get("asked", ""),
                    by_words=action.lead,
                    actor=officer,
                    now=_at(day, 16),
                )
    return made


def _dives(plan: DeliveryPlan, document: dict[str, Any], officer: Person) -> None:
    priorities = {one.number: one for one in plan.priorities}
    for given in document["deep_dives"]:
        day = date.fromisoformat(given["day"])
        dive = reporting.plan_dive(
            priority=priorities[given["priority"]],
            group=_group(given["group"]),
            held_on=day,
            actor=officer,
            now=_at(date(2023, 12, 5)),
        )
        if "found" in given:
            reporting.dive_found(dive=dive, found=given["found"], actor=officer, now=_at(day, 16))
