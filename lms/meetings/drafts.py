"""A report as the database keeps it between the upload and the register, and several reports of one meeting as one. Pure."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from lms.meetings.entries import Layout
from lms.meetings.headings import folded
from lms.meetings.reports import Absent, Attendee, Report, Stay


def as_document(report: Report) -> dict[str, Any]:
    """A report in what JSON knows: instants in ISO form."""
    document = asdict(report)
    for person in document["people"]:
        person["stays"] = [
            {name: value.isoformat() if isinstance(value, datetime) else value for name, value in stay.items()}
            for stay in person["stays"]
        ]
    return document


def from_document(document: dict[str, Any]) -> Report:
    """The report that was kept.

    >>> one = Report(Layout.ZOOM, (Attendee("Ann", stays=(Stay(seconds=60),)),), (Absent("Bob"),), ("read.ai",), ("A note",))
    >>> from_document(as_document(one)) == one
    True
    """
    return Report(
        layout=Layout(document["layout"]),
        people=tuple(Attendee(**{**one, "stays": tuple(map(_stay, one["stays"]))}) for one in document["people"]),
        absent=tuple(Absent(**one) for one in document["absent"]),
        set_aside=tuple(document["set_aside"]),
        notes=tuple(document["notes"]),
    )


def _stay(kept: dict[str, Any]) -> Stay:
    ends = {name: datetime.fromisoformat(kept[name]) if kept[name] else None for name in ("joined", "left")}
    return Stay(**ends, seconds=kept["seconds"])


def merged(reports: Sequence[Report]) -> Report:
    """One report of a meeting that was started again, which Teams reports in several files: everybody once, with all stays."""
    people: dict[str, Attendee] = {}
    for person in (one for report in reports for one in report.people):
        key = person.email or folded(person.name)
        known = people.get(key)
        stays = tuple(dict.fromkeys((*known.stays, *person.stays))) if known else person.stays
        people[key] = replace(known or person, stays=stays)
    absent = {one.email or folded(one.name): one for report in reports for one in report.absent}
    return Report(
        layout=reports[0].layout,
        people=tuple(people.values()),
        absent=tuple(one for key, one in absent.items() if key not in people),
        set_aside=tuple(dict.fromkeys(name for report in reports for name in report.set_aside)),
        notes=tuple(dict.fromkeys(note for report in reports for note in report.notes)),
    )
