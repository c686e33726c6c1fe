"""Workforce numbers from a file: one row an organisation and a day."""

from datetime import datetime

from lms.accounts.imports import organisation_in
from lms.coverage import operations
from lms.imports import Kind, Outcome, Row, Wrong

COLUMNS = {
    "organisation": ("agency", "employer", "school"),
    "sector": (),
    "counted_on": ("counted on", "date", "as at"),
    "people": ("workforce", "number of people", "staff", "headcount"),
}


def take_number(row: Row, now: datetime) -> Outcome:
    """Add a number, put one of the same day right, or leave it alone."""
    people = row.number_of("people")
    if people is None:
        raise Wrong("people", "This must not be empty.")
    added = operations.give_workforce(
        organisation=organisation_in(row), people=people, counted_on=row.day("counted_on"), by=None, now=now
    )
    return Outcome.UNCHANGED if added is None else Outcome.ADDED if added else Outcome.CHANGED


KIND = Kind(
    "workforce", "one row an organisation and a day.", COLUMNS, ("organisation", "counted_on", "people"), take_number
)
