"""Courses from another system: one row a course, known by its code. Columns the file lacks, and empty cells, leave things as they
are; a new course gets what most courses have."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from lms.catalogue.models import CountedBy, Course, CourseKind
from lms.catalogue.queries import course_by_code
from lms.catalogue.rules import MODES_OF_COURSES
from lms.courses import operations, rules
from lms.courses.rules import Details
from lms.imports import Kind, Outcome, Row, Wrong

COLUMNS = {
    "code": ("course code", "reference"),
    "title": ("course", "course title", "name"),
    "kind": ("type",),
    "aim": ("description", "about"),
    "outcomes": ("learning outcomes",),
    "audience": ("for", "target audience"),
    "modes": ("delivery", "how"),
    "tags": ("keywords",),
    "hours": ("duration hours",),
    "participatory_hours": ("participatory",),
    "refresh_months": ("refresh", "renew months"),
    "minimum_share": ("least share",),
    "provided_by": ("provider",),
    "booking_url": ("booking link",),
    "content_note": (),
}
_RELATED = {"level_ids": "levels", "prerequisite_ids": "prerequisites", "priority_ids": "priorities"}
_NEW: dict[str, Any] = {
    "kind": CourseKind.SUBJECT,
    "aim": "",
    "outcomes": [],
    "audience": "",
    "modes": ["classroom"],
    "tags": [],
    "counted_by": CountedBy.PEOPLE,
    "provided_by": rules.OURS,
}


def _said_of(course: Course | None) -> Details:
    """What is known of a course, or what most new ones have."""
    said: dict[str, Any] = {}
    for one in fields(Details):
        if one.name in _RELATED:
            said[one.name] = frozenset(row.id for row in getattr(course, _RELATED[one.name])) if course else frozenset()
        elif course:
            said[one.name] = getattr(course, one.name)
        else:
            said[one.name] = _NEW.get(one.name, _usual(one.name))
    return Details(**said)


def _usual(column: str) -> Any:
    """A column's own default, where it has one."""
    found = Course.__table__.c[column]
    default = found.default.arg if found.default is not None else None
    made = default(None) if callable(default) else default
    return made if made is not None or found.nullable else ""


def _kind(row: Row) -> CourseKind:
    typed = row.text("kind").casefold()
    for kind in CourseKind:
        if typed in (kind.value, kind.label.casefold(), kind.value.replace("_", " "), kind.value.replace("_", "-")):
            return kind
    raise Wrong("kind", f"“{row.text('kind')}” is not a kind of course.")


def _modes(row: Row) -> list[str]:
    modes = [one.strip().casefold().replace(" ", "_").replace("-", "_") for one in _parts(row, "modes")]
    for mode in modes:
        if mode not in MODES_OF_COURSES:
            raise Wrong("modes", f"“{mode}” is not one of {', '.join(MODES_OF_COURSES)}.")
    return modes


def _parts(row: Row, name: str) -> list[str]:
    return [one.strip() for one in row.text(name, longest=3000).replace("|", ";").split(";") if one.strip()]


def _hours(row: Row, name: str) -> float:
    try:
        return rules.hours_of(row.text(name))
    except ValueError:
        raise Wrong(name, f"“{row.text(name)}” is not a number of hours.") from None


def _given(row: Row) -> dict[str, Any]:
    """What the row says: only what it holds."""
    read: dict[str, Callable[[], Any]] = {
        "title": lambda: row.text("title", longest=200),
        "kind": lambda: _kind(row),
        "aim": lambda: row.text("aim", longest=2000),
        "outcomes": lambda: _parts(row, "outcomes"),
        "audience": lambda: row.text("audience", longest=300),
        "modes": lambda: _modes(row),
        "tags": lambda: rules.tags_of("\n".join(_parts(row, "tags"))),
        "hours": lambda: _hours(row, "hours"),
        "participatory_hours": lambda: _hours(row, "participatory_hours"),
        "refresh_months": lambda: row.number_of("refresh_months"),
        "minimum_share": lambda: row.number_of("minimum_share"),
        "provided_by": lambda: row.text("provided_by", longest=120),
        "booking_url": lambda: row.text("booking_url", longest=500),
        "content_note": lambda: row.text("content_note", longest=500),
    }
    return {name: value() for name, value in read.items() if row.fields.get(name)}


def take_course(row: Row, now: datetime) -> Outcome:
    """Add a course, or bring it up to date."""
    code = row.needed("code", longest=12).upper()
    course = course_by_code(code)
    row.needed("title", longest=200)
    said = replace(_said_of(course), **_given(row))
    if course is None:
        operations.add_course(code=code, said=said, actor=None, now=now)
        return Outcome.ADDED
    changed = operations.change_course(course=course, code=code, said=said, actor=None, now=now)
    return Outcome.CHANGED if changed else Outcome.UNCHANGED


KIND = Kind("courses", "one row a course.", COLUMNS, ("code", "title"), take_course)
