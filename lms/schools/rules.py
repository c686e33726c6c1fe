"""What can be known of a school, how it is said, and what may be typed of one. Pure."""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from lms.dates import day
from lms.errors import RuleBroken
from lms.schools.models import Phase, SchoolStatus
from lms.words import tag_of

#: Every fact of a school that is followed from year to year, and how it is called.
FACTS = {
    "urn": "URN",
    "name": "Name",
    "la_code": "Local authority number",
    "la_name": "Local authority",
    "establishment_number": "Establishment number",
    "status": "Status",
    "type_code": "Type code",
    "type_name": "Type",
    "group_name": "Type group",
    "phase": "Phase",
    "trust": "Trust",
    "opened_on": "Opened",
    "opened_reason": "Why it opened",
    "closed_on": "Closed",
    "closed_reason": "Why it closed",
    "low_age": "Youngest age",
    "high_age": "Oldest age",
    "gender": "Boys, girls or mixed",
    "boarding": "Boarding",
    "nursery": "Nursery classes",
    "sixth_form": "Sixth form",
    "town": "Town",
    "postcode": "Postcode",
    "pupils": "Pupils",
    "ukprn": "UKPRN",
    "organisation": "Organisation here",
    "in_file": "In the national file",
}
#: The groups of types by their code: the words of the file changed over the years, the codes did not.
GROUPS = {
    "1": "Colleges",
    "2": "Universities",
    "3": "Independent schools",
    "4": "Local authority maintained schools",
    "5": "Special schools",
    "6": "Welsh schools",
    "9": "Other types",
    "10": "Academies",
    "11": "Free Schools",
    "13": "Online provider",
}
OWN_GROUP = "Not in the national file"
#: What can be added by hand.
OWN_TYPES = {
    "own:alternative": "Alternative provider",
    "own:tuition": "Tuition or online provider",
    "own:other": "Other setting",
}
EXTRACT_DAY = re.compile(r"(20\d{2})(\d{2})(\d{2})")


def said(value: object) -> str:
    """A fact in words, as the history of changes keeps it.

    >>> said(None), said(True), said(date(2025, 9, 1)), said(SchoolStatus.CLOSING), said(Phase.SIXTEEN_PLUS), said(420)
    ('', 'Yes', '1 September 2025', 'Open, but to close', '16 plus', '420')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Phase):
        return value.label
    if isinstance(value, StrEnum):
        return tag_of(value).word
    if isinstance(value, date):
        return day(value)
    return str(value)[:200]


def areas_of(text: str) -> list[str]:
    """The local authorities somebody names: three figures each. RuleBroken where it is something else.

    >>> areas_of("384, 380")
    ['384', '380']
    """
    found = [one for one in re.split(r"[,;\s]+", text.strip()) if one]
    if not found or len(found) > 15 or any(not re.fullmatch(r"[0-9]{3}", one) for one in found):
        raise RuleBroken("Give the number of the local authority, three figures like 384; several with commas between")
    return list(dict.fromkeys(found))


def extract_day(name: str) -> date | None:
    """The day in the name of a file, such as edubasealldata20250422.csv; None where there is none.

    >>> extract_day("edubasealldata20250422.csv"), extract_day("schools.csv")
    (datetime.date(2025, 4, 22), None)
    """
    found = EXTRACT_DAY.search(name)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def check_not_older(extract_on: date | None, newest: date | None) -> None:
    """A file from before the newest that was taken would turn the register back."""
    if extract_on and newest and extract_on < newest:
        raise RuleBroken(
            f"This file is of {day(extract_on)}, and the register is that of {day(newest)} already. Take a newer file."
        )


def check_given(given: Mapping[str, object], today: date) -> None:
    """What somebody types of a school. RuleBroken with the field it is about."""
    low, high = given.get("low_age"), given.get("high_age")
    if isinstance(low, int) and isinstance(high, int) and low > high:
        raise RuleBroken("The oldest age must not be under the youngest", "high_age")
    opened, closed = given.get("opened_on"), given.get("closed_on")
    if isinstance(opened, date) and isinstance(closed, date) and closed < opened:
        raise RuleBroken("It cannot have closed before it opened", "closed_on")
    if given.get("status") is SchoolStatus.CLOSED and isinstance(closed, date) and closed > today:
        raise RuleBroken("Choose “Open, but to close” until that day", "closed_on")
    urn = given.get("urn")
    if urn and not re.fullmatch(r"[0-9]{5,7}", str(urn)):
        raise RuleBroken("A URN is a number of six figures, like 108270", "urn")
    postcode = str(given.get("postcode") or "")
    if postcode and not re.fullmatch(r"[A-Za-z]{1,2}[0-9][A-Za-z0-9]? ?[0-9][A-Za-z]{2}", postcode):
        raise RuleBroken("Enter a full postcode, like WF1 2AB", "postcode")
