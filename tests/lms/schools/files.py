"""National files for tests: the real extract where it is there, and small ones written here."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from lms.schools import operations, queries
from lms.schools.report import Report
from tests.factories import NOW

GIAS = Path(__file__).resolve().parents[4] / "shared" / "data" / "gias"
WAKEFIELD = "edubasealldata20250422_wakefield384"
LINKS = "links_edubasealldata20250422_subset.csv"
HEADINGS = (
    "URN", "LA (code)", "LA (name)", "EstablishmentNumber", "EstablishmentName", "TypeOfEstablishment (code)",
    "TypeOfEstablishment (name)", "EstablishmentTypeGroup (code)", "EstablishmentStatus (code)", "EstablishmentStatus (name)",
    "OpenDate", "CloseDate", "PhaseOfEducation (code)", "StatutoryLowAge", "StatutoryHighAge", "Boarders (name)",
    "NurseryProvision (name)", "NumberOfPupils", "Trusts (code)", "Trusts (name)", "Town", "Postcode", "HeadLastName",
)  # fmt: skip
PLAIN = {
    "LA (code)": "384",
    "LA (name)": "Wakefield",
    "EstablishmentNumber": "2001",
    "TypeOfEstablishment (code)": "01",
    "TypeOfEstablishment (name)": "Community school",
    "EstablishmentTypeGroup (code)": "4",
    "EstablishmentStatus (code)": "1",
    "PhaseOfEducation (code)": "2",
    "StatutoryLowAge": "3",
    "StatutoryHighAge": "11",
    "Boarders (name)": "No boarders",
    "NurseryProvision (name)": "Has Nursery Classes",
    "NumberOfPupils": "200",
    "Town": "Wakefield",
    "Postcode": "WF1 2AB",
    "HeadLastName": "Secretname",
}


def shared(name: str) -> bytes:
    """A file of the shared data; the test skips where it is absent."""
    path = GIAS / name
    if not path.exists():
        pytest.skip(f"{name} is not here: it is in the data shared between projects")
    return path.read_bytes()


def school(urn: str, name: str, **facts: str) -> dict[str, str]:
    """One row: a plain primary school, but for what is said. `status="2"`, `closed="31-08-2025"` and the like for short."""
    short = {
        "status": "EstablishmentStatus (code)",
        "closed": "CloseDate",
        "opened": "OpenDate",
        "la": "LA (code)",
        "town": "Town",
    }
    short |= {"trust": "Trusts (name)", "trust_code": "Trusts (code)", "pupils": "NumberOfPupils"}
    return {
        **PLAIN,
        "URN": urn,
        "EstablishmentName": name,
        **{short.get(key, key): value for key, value in facts.items()},
    }


def file_of(*rows: Mapping[str, str], headings: Sequence[str] = HEADINGS) -> bytes:
    """A national file with these rows, as it comes: Windows-1252, quotes, CR LF."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(
        out, headings, extrasaction="ignore", quoting=csv.QUOTE_ALL, lineterminator="\r\n", restval=""
    )
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("cp1252")


def links_of(*links: tuple[str, str, str]) -> bytes:
    """A links file: (URN, LinkURN, LinkType), all of 31 August 2025."""
    lines = [f'"{urn}",{to},"Linked {to}","{kind}","31-08-2025"' for urn, to, kind in links]
    return "\r\n".join(['"URN","LinkURN","LinkName","LinkType","LinkEstablishedDate"', *lines]).encode("cp1252")


def take(data: bytes, links: bytes | None = None, *, name: str = "schools.csv", area: str = "384") -> Report:
    """Take a file at once, as the command does."""
    extract, chosen = operations.read_file(
        data=data, links=links, name=name, areas=[area], known=queries.known_numbers(), newest=queries.newest_extract()
    )
    return operations.take_at_once(extract=extract, links=chosen, name=name, areas=[area], by=None, now=NOW)


def counts(report: Report) -> tuple[int, int, int]:
    """Added, changed, unchanged; together every row of the area."""
    assert report.added + report.changed + report.unchanged + len(report.refused) == report.rows
    return report.added, report.changed, report.unchanged
