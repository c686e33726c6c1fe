"""The register of Wakefield's made-up schools: two made-up national files, a year apart. No number, trust or fact in it is real.

Between them one school became an academy with a new number, and some joined a trust. One closed before and went on in another.
"""

from datetime import date
from typing import Any

from sqlalchemy import update

from demo.loading import at
from demo.people import Agency
from demo.wakefield_agencies import SCHOOLS
from lms.db import db, writing
from lms.schools import operations
from lms.schools.gias import Entry, Extract
from lms.schools.models import Phase, School, SchoolStatus, SchoolTrust
from lms.schools.rules import GROUPS
from lms.schools.succession import Link

AREA = "384"
TRUSTS = ("Five Rivers Learning Trust (made up)", "Aire Vale Academies (made up)", "St Hild’s Schools Trust (made up)")
#: The school that became an academy, with the number it had before; the one that closed, and the one it went on in.
BECAME, OLD_NUMBER = "thornbeck-primary", "900301"
CLOSED, WENT_ON = ("900302", "Old Mill Infant School (made up)"), "northmoor-primary"
PUPILS = {"primary": (3, 11, 210), "secondary": (11, 16, 940), "special": (5, 19, 96), "college": (16, 19, 1850)}
TYPES = {
    "primary": ("1", "Community school", "4"),
    "secondary": ("5", "Foundation school", "4"),
    "special": ("7", "Community special school", "5"),
    "college": ("18", "Further education", "1"),
}
PHASES = {"primary": Phase.PRIMARY, "secondary": Phase.SECONDARY, "college": Phase.SIXTEEN_PLUS}
ACADEMY = {"primary": "34", "secondary": "34", "special": "44"}


def set_schools() -> None:
    """Both files, taken as they would have been, and everything in them marked as made up."""
    (went_on,) = (one.urn for one in SCHOOLS if one.key == WENT_ON)
    (became,) = (one.urn for one in SCHOOLS if one.key == BECAME)
    merged = Link(went_on, CLOSED[0], CLOSED[1], "Predecessor - merged", date(2021, 8, 31))
    academy = Link(OLD_NUMBER, became, "Thornbeck Primary School (made up)", "Successor", date(2024, 8, 31))
    for name, taken_on, later, links in (
        ("made-up-schools-20230918.csv", date(2023, 9, 20), False, [merged]),
        ("made-up-schools-20240916.csv", date(2024, 9, 18), True, [merged, academy]),
    ):
        entries = [_entry(number, one, later=later) for number, one in enumerate(SCHOOLS)] + _others(later=later)
        with writing():
            operations.take_at_once(
                extract=Extract(rows=len(entries), entries=entries),
                links=links,
                name=name,
                areas=[AREA],
                by=None,
                now=at(taken_on),
            )
    with writing():
        db.session.execute(update(School).values(made_up=True))
        db.session.execute(update(SchoolTrust).values(made_up=True))


def _entry(number: int, one: Agency, *, later: bool) -> Entry:
    """A school as the file of a year has it."""
    low, high, pupils = PUPILS[one.phase]
    code, kind, group = TYPES[one.phase]
    urn, trust = one.urn, _trust(number, one, later=later)
    facts: dict[str, Any] = {"opened_on": None, "opened_reason": "", "closed_on": None, "closed_reason": ""}
    if trust:
        code, kind, group = ACADEMY[one.phase], "Academy converter", "10"
    if one.key == BECAME and not later:
        urn = OLD_NUMBER
    elif one.key == BECAME:
        facts |= {"opened_on": "2024-09-01", "opened_reason": "Academy Converter"}
    return Entry(
        number + 2,
        urn,
        {
            **facts,
            "name": one.name,
            "status": (SchoolStatus.CLOSING if number == 27 and later else SchoolStatus.OPEN).value,
            "la_code": AREA,
            "la_name": "Wakefield",
            "establishment_number": str(2001 + number),
            "type_code": code,
            "type_name": kind,
            "group_name": GROUPS[group],
            "phase": PHASES.get(one.phase, Phase.NONE).value,
            "low_age": low,
            "high_age": high,
            "gender": "Mixed",
            "boarding": False,
            "nursery": one.phase == "primary" and number % 3 == 0,
            "sixth_form": one.phase == "college",
            "town": "",
            "postcode": "",
            "pupils": pupils + number * 7 % 60 + (number % 5 if later else 0),
            "trust_number": f"MU{TRUSTS.index(trust) + 1}" if trust else "",
            "trust_name": trust,
        },
    )


def _trust(number: int, one: Agency, *, later: bool) -> str:
    """Every fourth school is an academy of a trust; the one that became an academy joined one between the files."""
    if one.phase == "college" or (one.key == BECAME and not later):
        return ""
    return TRUSTS[number % 3] if number % 4 == 2 or one.key == BECAME else ""


def _others(*, later: bool) -> list[Entry]:
    """The school that closed years ago; and, in the later file, the number the new academy had before."""
    place = {"la_code": AREA, "la_name": "Wakefield", "type_code": "1", "type_name": "Community school"}
    found = [(*CLOSED, "2021-08-31", "Result of amalgamation or merger")]
    if later:
        found.append((OLD_NUMBER, "Thornbeck Primary School (made up)", "2024-08-31", "Academy Converter"))
    return [
        Entry(
            len(SCHOOLS) + 2 + row,
            urn,
            {
                **place,
                "name": name,
                "status": SchoolStatus.CLOSED.value,
                "phase": Phase.PRIMARY.value,
                "group_name": GROUPS["4"],
                "closed_on": day,
                "closed_reason": why,
            },
        )
        for row, (urn, name, day, why) in enumerate(found)
    ]
