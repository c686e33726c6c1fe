"""The register as a table for a spreadsheet."""

from collections.abc import Sequence

from lms.exports import CSV, XLSX, Cell, Column, Sheet, csv_bytes, workbook
from lms.schools.models import Phase, School
from lms.words import tag_of

COLUMNS = (
    Column("URN"),
    Column("Name"),
    Column("Status"),
    Column("Phase"),
    Column("Type"),
    Column("Type group"),
    Column("Trust"),
    Column("Local authority number"),
    Column("Establishment number"),
    Column("UKPRN"),
    Column("Youngest age", "number"),
    Column("Oldest age", "number"),
    Column("Boys, girls or mixed"),
    Column("Boarding"),
    Column("Nursery classes"),
    Column("Pupils", "number"),
    Column("Town"),
    Column("Postcode"),
    Column("Opened"),
    Column("Why it opened"),
    Column("Closed"),
    Column("Why it closed"),
    Column("In the national file"),
    Column("Organisation here"),
)


def rows_of(schools: Sequence[School]) -> list[list[Cell]]:
    """One row a school."""
    return [_row(one) for one in schools]


def _row(one: School) -> list[Cell]:
    return [
        one.urn,
        one.name,
        tag_of(one.status).word,
        None if one.phase is Phase.NONE else one.phase.label,
        one.type_name,
        one.group_name,
        one.trust.name if one.trust else None,
        one.la_code,
        one.establishment_number,
        one.ukprn,
        one.low_age,
        one.high_age,
        one.gender,
        one.boarding,
        one.nursery,
        one.pupils,
        one.town,
        one.postcode,
        one.opened_on,
        one.opened_reason,
        one.closed_on,
        one.closed_reason,
        "Added by hand" if one.by_hand else "No longer" if one.missing_since else "Yes",
        one.organisation.name if one.organisation else None,
    ]


def file_of(schools: Sequence[School], kind: str) -> tuple[bytes, str]:
    """The register as CSV or as a workbook, and its content type."""
    if kind == "csv":
        return csv_bytes(COLUMNS, rows_of(schools)), CSV
    notes = ["From the national register and what was added by hand. An empty cell: not said."]
    return workbook([Sheet("Schools", COLUMNS, rows_of(schools), notes)], title="Schools"), XLSX
