"""Actions as rows, through the operations of the log."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from evaluation.actions import operations, queries
from evaluation.actions.models import Action, EvidenceKind
from evaluation.actions.operations import Told
from evaluation.governance.models import GroupMember
from evaluation.recommendations.models import Recommendation, RecommendationState, Source, SourceKind
from lms import dates
from lms.accounts.models import Person
from lms.db import db
from lms.organisations.models import PartnershipGroup
from lms.roles import Role
from tests.factories import partnership, person

SignIn = Callable[[Person], FlaskClient]
#: A morning in June 2024; most here happens from then on.
START = dates.from_london(date(2024, 6, 3), 10)


def after(days: int) -> datetime:
    """So many days after the start."""
    return START + timedelta(days=days)


def day(days: int) -> date:
    return dates.london(after(days)).date()


def group(key: str = "ld", name: str = "Learning and Development Group") -> PartnershipGroup:
    found = db.session.scalar(select(PartnershipGroup).where(PartnershipGroup.key == key))
    if found is None:
        found = PartnershipGroup(key=key, name=name, short_name=key.upper(), purpose="")
        db.session.add(found)
        db.session.flush()
    return found


def recommendation(reference: str = "REV-1.1") -> Recommendation:
    found = db.session.scalar(select(Recommendation).where(Recommendation.reference == reference))
    if found is None:
        source = Source(
            reference=f"S-{reference}",
            kind=SourceKind.PRACTICE_REVIEW,
            title="A review",
            dated=day(-90),
            learning="Ask.",
        )
        found = Recommendation(
            reference=reference, source=source, headline="Seen late", wording="Act early.", owner_group=group(),
            state=RecommendationState.ACCEPTED,
        )  # fmt: skip
        db.session.add(found)
        db.session.flush()
    return found


def told(**more: Any) -> Told:
    return Told(
        **{
            "wording": "Run four sessions on neglect.",
            "success": "16 of 24 files describe the child’s day.",
            "owner_group": group(),
            "recommendations": [recommendation()],
            "due": day(200),
            **more,
        }
    )


def an_action(reference: str = "LDA-001", now: datetime = START, **more: Any) -> Action:
    """An action agreed on the start, due 200 days later, unless told otherwise."""
    partnership()
    decided = more.pop("decided_on", dates.london(now).date())
    return operations.add(reference=reference, told=told(**more), decided_on=decided, actor=None, now=now)


def evidence(action: Action, kind: EvidenceKind = EvidenceKind.EFFECT, days: int = 10, **more: Any) -> None:
    given = {"shows": "A re-audit.", "url": "https://example.org/audit", "about_on": day(days), **more}
    operations.add_evidence(action=action, kind=kind, actor=None, now=after(days), **given)


def steps(action: Action) -> list[tuple[str, str]]:
    """The history of an action: what, and the state after it."""
    return [(one.what, one.after.value) for one in action.steps]


def sits_in(who: Person, where: PartnershipGroup) -> Person:
    db.session.add(GroupMember(group_id=where.id, person_id=who.id, since=day(-400)))
    db.session.flush()
    return who


def fresh(reference: str = "LDA-001") -> Action:
    db.session.expire_all()
    found = queries.action(reference)
    assert found
    return found


@pytest.fixture
def officer(app: Flask) -> Person:
    return person("Joan", "Field", Role.LD_OFFICER)


@pytest.fixture
def desk(officer: Person, sign_in: SignIn) -> FlaskClient:
    return sign_in(officer)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the time it is."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(dates, "now", lambda: moment)

    return set_to
