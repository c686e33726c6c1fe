"""`lms import package --course CODE FILE`: a SCORM package into a course, as an officer adds it on the page."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from lms.catalogue.models import Course
from lms.catalogue.queries import course_by_code
from lms.db import db, writing
from lms.elearning import intake, operations, packages, queries
from lms.elearning.intake import Intake
from lms.elearning.models import Content, ContentFile
from lms.errors import RuleBroken
from lms.imports import Document, Outcome, Wrong


def take(file: Path, code: str, now: datetime, check: bool) -> Outcome:
    """Add the package, in place of the one package the course holds if it holds one. The same package again adds nothing.

    RuleBroken for a package that cannot be played, and where it is not clear which of several packages it is a version of.
    """
    course = course_by_code(code)
    if course is None:
        raise Wrong("course", f"There is no course “{code}”.")
    with file.open("rb") as stream:
        if check:
            _check_playable(packages.read(stream).missing)
            return Outcome.CHANGED if _before(course) else Outcome.ADDED
        taken = intake.package(stream, file.name)
    _check_playable(taken.fault)
    before = _before(course)
    if before and _same(before, taken):
        return Outcome.UNCHANGED
    with writing():
        replaces = db.session.get(Content, before.id) if before else None
        course = db.session.get_one(Course, course.id)
        operations.add_content(course=course, intake=taken, replaces=replaces, by=None, now=now)
    return Outcome.CHANGED if before else Outcome.ADDED


def _check_playable(fault: str) -> None:
    if fault:
        raise RuleBroken(fault)


def _before(course: Course) -> Content | None:
    found = [one for one in queries.offered(course) if one.kind.is_package]
    if len(found) > 1:
        raise RuleBroken(
            "This course holds several packages. Add it on the page of the course, where you can say which it replaces."
        )
    return found[0] if found else None


def _same(before: Content, taken: Intake) -> bool:
    held = db.session.execute(
        select(ContentFile.name, ContentFile.sha256)
        .where(ContentFile.content_id == before.id)
        .order_by(ContentFile.name)
    )
    return {(name, sha256) for name, sha256 in held} == {(one.name, one.sha256) for one in taken.files}


PACKAGE = Document("package", "A SCORM package for a course, as a ZIP file.", "course", take)
