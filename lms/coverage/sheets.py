"""Who comes, as tables for a spreadsheet; every share with its numerator and its base."""

from lms import dates
from lms.coverage.queries import Agency, Coverage, SectorCoverage
from lms.exports import CSV, XLSX, Cell, Column, Sheet, csv_bytes, workbook

SECTORS = (
    Column("Sector"),
    Column("People who came", "number"),
    Column("Organisations", "number"),
    Column("Of these, sent somebody", "number"),
    Column("Of these, gave a number", "number"),
    Column("People who came from those that gave a number", "number"),
    Column("Workforce they gave", "number"),
    Column("Share", "share"),
    Column("Oldest number of"),
    Column("Newest number of"),
)
AGENCIES = (
    Column("Organisation"),
    Column("Sector"),
    Column("People who came", "number"),
    Column("Workforce given", "number"),
    Column("Share", "share"),
    Column("Counted on"),
    Column("Last came"),
)


def _sector(one: SectorCoverage) -> list[Cell]:
    oldest, newest = one.counted or (None, None)
    return [
        one.name,
        one.came,
        len(one.agencies),
        one.sent,
        one.given,
        one.came_of_given if one.workforce is not None else None,
        one.workforce,
        one.came_of_given / one.workforce if one.workforce else None,
        oldest,
        newest,
    ]


def _agency(sector: str, one: Agency) -> list[Cell]:
    share = one.came / one.workforce if one.workforce else None
    return [one.name, sector, one.came, one.workforce, share, one.counted_on, one.last_came]


def file_of(found: Coverage, kind: str) -> tuple[bytes, str]:
    """By organisation as CSV; as a workbook by sector and by organisation. And its content type."""
    rows = [_agency(sector.name, one) for sector in found.sectors for one in sector.agencies]
    if kind == "csv":
        return csv_bytes(AGENCIES, rows), CSV
    notes = [
        f"Sessions that ended from {dates.period(found.first, found.last)}. Each person once in each row, and once in the total.",
        "A share is of organisations that gave a number only: the latest they gave up to the last day of the period.",
    ]
    sectors = [_sector(one) for one in (*found.sectors, found.total)]
    sheets = [Sheet("By sector", SECTORS, sectors, notes), Sheet("By organisation", AGENCIES, rows, notes)]
    return workbook(sheets, title="Coverage"), XLSX
