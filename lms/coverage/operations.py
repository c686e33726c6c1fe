"""What is done about workforce numbers: given, and put right."""

from datetime import date, datetime

from lms import dates
from lms.accounts.models import Person
from lms.activity.operations import record
from lms.coverage import rules
from lms.coverage.queries import number_on
from lms.db import db
from lms.organisations.models import Organisation, WorkforceCount


def give_workforce(
    *, organisation: Organisation, people: int, counted_on: date, by: Person | None, now: datetime
) -> bool | None:
    """How many people of an organisation work with children or families, as counted on a day. A number of the same day is put
    right, one of another day is added. True: added; False: put right; None: it was there already."""
    rules.check_workforce(people, counted_on, dates.london(now).date())
    db.session.refresh(
        organisation, with_for_update={"of": Organisation}
    )  # one number a day, also where two give it at once
    found = number_on(organisation, counted_on)
    if found and found.people == people:
        return None
    if found:
        found.people = people
    else:
        db.session.add(WorkforceCount(organisation=organisation, counted_on=counted_on, people=people))
    db.session.flush()
    record(
        "organisation:workforce_given",
        actor=by,
        subject_kind="organisation",
        subject=str(organisation.id),
        now=now,
        people=people,
        counted_on=counted_on.isoformat(),
    )
    return found is None
