"""A plan of three levels, two priorities and four actions, of which two were reported by the summer of 2024."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from evaluation.delivery_plan import operations, queries, reporting
from evaluation.delivery_plan.models import DeliveryPlan, PlanAction
from lms import dates
from lms.accounts.models import Person
from lms.dates import from_london
from lms.db import db, writing
from lms.organisations.models import PartnershipGroup
from lms.roles import Role
from tests.factories import organisation, person

MADE = from_london(date(2024, 1, 8), 10)
NOW = from_london(date(2024, 9, 10), 9)
LEVELS = [("L1 – Not started", "", False), ("L2 – In Development", "", False), ("L3 – Delivered", "", True)]
SUMMER, AUTUMN = date(2024, 6, 12), date(2024, 9, 11)


@dataclass
class Plan:
    """One plan, read anew each time."""

    plan_id: int
    officer_id: int

    @property
    def row(self) -> DeliveryPlan:
        db.session.expire_all()
        found = queries.plan(self.plan_id)
        assert found
        return found

    @property
    def officer(self) -> Person:
        return db.session.get_one(Person, self.officer_id)

    def action(self, label: str) -> PlanAction:
        return next(one for each in self.row.priorities for one in each.actions if one.label == label)

    def report(self, label: str, level: int, day: date, **more: str) -> None:
        """Report an action as the page does."""
        said = {"done": f"Work on {label}.", "stuck": "", "asked": ""} | more
        with writing():
            row, action = self.row, self.action(label)
            operations.add_progress(
                action=action, dated=day, level=row.levels[level - 1], **said, actor=self.officer, now=NOW
            )

    def keep(self, meeting: date, until: date, now: datetime = NOW) -> str:
        with writing():
            return reporting.keep_report(
                plan=self.row, meeting_on=meeting, until=until, actor=self.officer, now=now
            ).reference


@pytest.fixture
def plan(app: Flask) -> Plan:
    """Priority 1 has actions 1.1 to 1.3, priority 2 has 2.1."""
    officer = person("Siân", "Morgan", Role.LD_OFFICER)
    group = PartnershipGroup(key="ld", name="Learning and Development Group", short_name="L&D", purpose="")
    agency = organisation("Police")
    db.session.add(group)
    db.session.commit()
    with writing():
        made = operations.make(
            name="Plan 2024 to 2026", begins=date(2024, 1, 1), until=date(2026, 3, 31), report_every=2, levels=LEVELS,
            actor=officer, now=MADE,
        )  # fmt: skip
        for title, wordings in (("Neglect is seen early", "abc"), ("Babies are safe", "d")):
            priority = operations.add_priority(
                plan=made, priority=None, short_name=title, title=title, actor=officer, now=MADE
            )
            for letter in wordings:
                operations.add_action(
                    priority=priority, wording=f"Do {letter}", group=None if letter == "d" else group,
                    organisation=agency if letter == "d" else None, due=date(2024, 8, 1) if letter == "b" else None,
                    measure=("Fewer late referrals", "20 records looked at"), actor=officer, now=MADE,
                )  # fmt: skip
        reporting.add_meetings(
            plan=made, days=[date(2024, 4, 10), SUMMER, date(2024, 7, 10), AUTUMN], actor=officer, now=MADE
        )
        found = Plan(made.id, officer.id)
    found.report("1.1", 2, date(2024, 3, 1))
    found.report("1.2", 1, date(2024, 5, 1), stuck="No trainer.")
    return found


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set the clock of the pages."""

    def set_clock(moment: datetime) -> None:
        monkeypatch.setattr(dates, "now", lambda: moment)

    set_clock(NOW)
    return set_clock


def send(client: FlaskClient, url: str, fields: dict[str, Any], page: str = "") -> Any:
    """Fill in the form of a page and send it, with the token the page carries."""
    shown = client.get(page or url).text
    token = shown.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    return client.post(url, data={"csrf_token": token, **fields})
