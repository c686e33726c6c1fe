"""The Kirklees demonstration: single records behind the published table of core training and the e-learning bookings."""

from datetime import date
from pathlib import Path
from typing import Any

import yaml

from demo.cost_scenes import set_published_budget
from demo.elearning import add_elearning
from demo.kirklees_records import kirklees_records
from demo.loading import (
    Loaded,
    at,
    load_agencies,
    load_attendances,
    load_partnership,
    load_people,
    load_published,
    load_sessions,
)
from evaluation.improvement.operations import load_log
from lms.charges.models import ChargeKind, ChargeRule, Length
from lms.db import db
from lms.elearning.models import Enrolment
from lms.organisations.models import Partnership

LOG = Path(__file__).parent / "kirklees_log.yaml"


def load() -> None:
    """Everything of Kirklees, into an empty database, in the caller's transaction."""
    records = kirklees_records()
    loaded = Loaded()
    load_partnership(
        loaded,
        key="kirklees",
        name="Kirklees Safeguarding Children Partnership",
        short_name="KSCP",
        report="kirklees-2023-24",
    )
    load_agencies(loaded, records.agencies, counted_on=date(2023, 4, 1))
    load_people(loaded, records.people, "kirklees", sessions=records.sessions)
    load_sessions(loaded, records.sessions, imported=True)
    load_attendances(loaded, records.attendances)
    db.session.add_all(
        Enrolment(
            course=loaded.courses[one.course],
            person=loaded.people[one.person],
            booked_at=at(one.booked_on),
            started_at=at(one.started_on) if one.started_on else None,
            completed_at=at(one.completed_on) if one.completed_on else None,
            imported=True,
        )
        for one in records.enrolments
    )
    add_elearning(loaded)
    document: dict[str, Any] = yaml.safe_load(LOG.read_text(encoding="utf-8"))
    load_log(document)
    load_published("kirklees")
    set_published_budget()
    # That it charges is made up, to show both ways; the sums are of the kind other partnerships have published.
    db.session.get_one(Partnership, 1).charges = True
    db.session.add_all(
        ChargeRule(kind=kind, length=length, pence=pence, valid_from=date(2024, 10, 1))
        for kind in (ChargeKind.NO_SHOW, ChargeKind.LATE_CANCELLATION)
        for length, pence in ((Length.HALF, 3500), (Length.FULL, 5000))
    )
    db.session.flush()
