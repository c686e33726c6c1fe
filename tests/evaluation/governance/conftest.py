"""Two groups, an officer, members, and a log with one thing of each kind that can wait for a group."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from evaluation.actions.models import Action, Escalation
from evaluation.governance import operations
from evaluation.governance.models import GroupMeeting, GroupMember
from evaluation.governance.operations import When
from evaluation.recommendations.models import (
    Recommendation,
    RecommendationState,
    RecommendationStep,
    Source,
    SourceKind,
    StepKind,
)
from lms import dates
from lms.accounts.models import Person
from lms.db import db
from lms.organisations.models import PartnershipGroup
from lms.roles import Role
from tests.factories import NOW, organisation, partnership, person


@dataclass
class House:
    """What every test begins with."""

    strategic: PartnershipGroup
    delivery: PartnershipGroup
    officer: Person
    member: Person


@pytest.fixture
def house(app: Flask, monkeypatch: pytest.MonkeyPatch) -> House:
    """Two groups, an officer, and somebody who sits in the strategic group since 2023; the clock stands on 8 October 2024."""
    partnership()
    monkeypatch.setattr(dates, "now", lambda: NOW)
    strategic = PartnershipGroup(
        key="ld_strategic", name="L&D Strategic Group", short_name="L&D Strategic", purpose="Decides"
    )
    delivery = PartnershipGroup(
        key="ld_delivery", name="L&D Delivery Group", short_name="L&D Delivery", purpose="Delivers"
    )
    db.session.add_all([strategic, delivery])
    found = House(
        strategic,
        delivery,
        person("Siân", "Morgan", Role.LD_OFFICER),
        person("Amina", "Yusuf", organisation=organisation("Health Trust")),
    )
    db.session.add(GroupMember(group=strategic, person=found.member, part="Chair", since=date(2023, 1, 9)))
    db.session.commit()
    return found


def held(house: House, reference: str = "LDS-2024-03", on: date = date(2024, 3, 14), **more: Any) -> GroupMeeting:
    """A meeting of the strategic group."""
    starts_at = dates.from_london(on, 10)
    return operations.plan(
        group=house.strategic,
        reference=reference,
        when=When(starts_at, starts_at + timedelta(hours=2), "Town hall"),
        actor=house.officer,
        now=NOW,
        **more,
    )


def a_log(house: House) -> Action:
    """A recommendation offered to the strategic group, an overdue action of it, and a question put to it."""
    source = Source(
        reference="MAA-1", kind=SourceKind.MULTI_AGENCY_AUDIT, title="An audit", dated=date(2024, 1, 5), learning="Ask."
    )
    offered = Recommendation(
        reference="MAA-1.1", source=source, headline="Ask at every visit", wording="Ask.",
        owner_group=house.strategic, state=RecommendationState.OFFERED,
        history=[
            RecommendationStep(
                dated=date(2024, 3, 14), kind=StepKind.STEPPED_ACROSS, by="Audit group", what="stepped across",
                minute="lds-2024-03.1",
            )
        ],
    )  # fmt: skip
    taken = Recommendation(
        reference="MAA-1.2", source=source, headline="Write it down", wording="Write.", owner_group=house.strategic,
        state=RecommendationState.ACCEPTED,
    )  # fmt: skip
    action = Action(
        reference="LDA-1", wording="Make a guide.", owner_group=house.strategic, decided_on=date(2024, 1, 8),
        due=date(2024, 6, 3), recommendations=[taken],
    )  # fmt: skip
    db.session.add_all([offered, action])
    db.session.flush()
    db.session.add(
        Escalation(
            action_id=action.id, group_id=house.strategic.id, asked_on=date(2024, 7, 1), question="Who pays?",
            answer="", minute="",
        )
    )  # fmt: skip
    db.session.commit()
    return action


def day(name: str, value: date) -> dict[str, str]:
    """A date in its three boxes."""
    return {f"{name}-day": str(value.day), f"{name}-month": str(value.month), f"{name}-year": str(value.year)}
