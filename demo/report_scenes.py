"""Impact reports of Wakefield: words an officer edited, checked and published, a draft by rule that waits, a PDF, and a report
that goes to a group every three months. What the words say is made up; the figures in them are those of the records.
"""

from datetime import date, timedelta

from sqlalchemy import select

from demo.loading import FIRST_MOMENT
from evaluation.impact_reports import drawing, operations, queries
from evaluation.impact_reports.gather import report
from evaluation.impact_reports.models import Every
from evaluation.impact_reports.narrative import draft
from evaluation.impact_reports.report import ImpactReport
from evaluation.impact_reports.scopes import Scope
from lms.accounts.models import Person, PersonRole
from lms.db import db, writing
from lms.organisations.models import PartnershipGroup
from lms.roles import Role

PUBLISHED, WAITS = ("action", "LDA-014"), ("recommendation", "CSPR-2022-1.2")
#: What an officer wrote in place of the rule’s first section.
SHORT = (
    "We asked whether neglect is acted on earlier. {{people}} from {{organisations}} came to {{sessions}} together, and by the "
    "rule what people say they do is: {{verdict_neg}}.\n\n"
    "{{measures}} moved the way that was wanted. What we do not know yet is whether fewer families come back."
)
FIRST_LETTER = date(2024, 10, 14)


def set_reports() -> None:
    """Everything named above."""
    with writing():
        officer = db.session.scalars(
            select(Person)
            .join(PersonRole, PersonRole.person_id == Person.id)
            .where(PersonRole.role == Role.LD_OFFICER)
            .order_by(Person.id)
        ).first()
        found = _report(*PUBLISHED)
        when = FIRST_MOMENT - timedelta(days=6)
        sections = {**draft(found), "short": SHORT}
        operations.save_words(report=found, sections=sections, why="In plainer words", seen=0, by=officer, now=when)
        operations.check(report=found, seen=1, by=officer, now=when + timedelta(days=1))
        operations.publish(report=found, seen=2, by=officer, now=when + timedelta(days=2))
        operations.use_rule(report=_report(*WAITS), seen=0, by=officer, now=FIRST_MOMENT - timedelta(days=1))
        group = db.session.scalars(select(PartnershipGroup).where(PartnershipGroup.key == "ld_strategic")).one()
        operations.make_schedule(
            scope=found.scope, group=group, every=Every.QUARTER, first=FIRST_LETTER, by=officer, now=when
        )
        operations.ask_for_pdf(scope=found.scope, by=officer, now=FIRST_MOMENT)
    drawing.run(FIRST_MOMENT)


def _scope(kind: str, key: str) -> Scope:
    found = queries.scope(kind, key)
    if found is None:
        raise LookupError(f"There is no {kind} {key} in this demonstration.")
    return found


def _report(kind: str, key: str) -> ImpactReport:
    return report(_scope(kind, key), as_at=FIRST_MOMENT)
