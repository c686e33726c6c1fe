"""What must always be true of rules and duties; `lms verify` says where it is not."""

from itertools import combinations, groupby

from sqlalchemy import select

from lms.db import db
from lms.due.models import DutyGroup, PersonDuty, TrainingRule
from lms.due.queries import groups
from lms.due.rules import overlap


def rules_and_duties() -> list[str]:
    """No two versions of a rule hold on the same day; nobody is named for a group that is made of others."""
    found = []
    every = db.session.scalars(select(TrainingRule).order_by(TrainingRule.key, TrainingRule.id)).all()
    for key, versions in groupby(every, key=lambda rule: rule.key):
        for one, other in combinations(list(versions), 2):
            if overlap((one.valid_from, one.valid_to), (other.valid_from, other.valid_to)):
                found.append(f"Two versions of the rule “{key}” hold on the same day: {one.id} and {other.id}.")
    whole = {group.id for group in groups() if group.parts}
    named = db.session.execute(
        select(PersonDuty.person_id, DutyGroup.key)
        .join(DutyGroup, DutyGroup.id == PersonDuty.group_id)
        .where(PersonDuty.group_id.in_(whole))
        .order_by(PersonDuty.id)
    )
    found += [f"Person {person_id} is named for “{key}”, which is made of other groups." for person_id, key in named]
    return found
