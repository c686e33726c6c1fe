"""The monthly file for finance: one row a charge, with everything an invoice needs and nothing about anybody's health."""

from collections.abc import Sequence
from datetime import date

from lms import dates
from lms.charges.models import Charge
from lms.exports import Cell, Column, Sheet, csv_bytes, workbook

COLUMNS = [
    Column("Charge"),
    Column("Made on"),
    Column("Organisation"),
    Column("Sector"),
    Column("For"),
    Column("Course"),
    Column("Session"),
    Column("Date"),
    Column("Person"),
    Column("Pounds", "number"),
    Column("To be paid, pounds", "number"),
    Column("Waived because"),
    Column("Waived by"),
    Column("Paid by a trainer’s credit"),
]


def _row(charge: Charge) -> list[Cell]:
    booking, enrolment = charge.booking, charge.enrolment
    session = booking.session if booking else None
    course = session.course if session else enrolment.course if enrolment else None
    person = booking.person if booking else enrolment.person if enrolment else None
    return [
        charge.reference,
        dates.london(charge.made_at).date(),
        charge.organisation.name,
        charge.organisation.sector.name,
        charge.kind.label,
        course.title if course else "",
        session.reference if session else "",
        dates.london(session.starts_at).date() if session else None,
        person.name if person else "",
        charge.pence / 100,
        charge.due / 100,
        charge.waived_why,
        charge.waived_by.name if charge.waived_by else "",
        charge.credit_id is not None,
    ]


def charge_file(charges: Sequence[Charge], month: date, kind: str) -> bytes:
    """The charges of a month as CSV, or as a workbook with a second sheet that sums them by organisation."""
    rows = [_row(charge) for charge in charges]
    if kind == "csv":
        return csv_bytes(COLUMNS, rows)
    due: dict[str, int] = {}
    for charge in charges:
        due[charge.organisation.name] = due.get(charge.organisation.name, 0) + charge.due
    title = f"Charges {dates.month(month)}"
    return workbook(
        [
            Sheet(title, COLUMNS, rows),
            Sheet(
                "By organisation",
                [Column("Organisation"), Column("To be paid, pounds", "number")],
                [[name, pence / 100] for name, pence in due.items()],
            ),
        ],
        title=title,
    )
