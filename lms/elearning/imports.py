"""`lms import package --course CODE FILE`: a SCORM package into a course, as an officer adds it on the page."""

import io
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from lms.catalogue.models import Course
from lms.catalogue.queries import course_by_code
from lms.db import db
from lms.elearning import intake, operations, queries
from lms.elearning.intake import Intake
from lms.elearning.models import Content, ContentFile
from lms.errors import RuleBroken
from lms.imports import Result, Whole


def take(data: bytes, name: str, options: Mapping[str, str], now: datetime) -> Result:
    """Add the package, in place of the one package the course holds if it holds one. The same package again adds nothing.

    RuleBroken for a package that cannot be played, and where it is not clear which of several packages it is a version of.
    """
    if not options.get("course"):
        raise RuleBroken("Say which course: --course CODE.")
    course = course_by_code(options["course"])
    if course is None:
        raise RuleBroken(f"There is no course {options['course']}.")
    taken = intake.package(io.BytesIO(data), name)
    if taken.fault:
        raise RuleBroken(taken.fault)
    before = _before(course)
    if before and _same(before, taken):
        return Result(rows=1, unchanged=1)
    operations.add_content(course=course, intake=taken, replaces=before, by=None, now=now)
    return Result(rows=1, changed=1) if before else Result(rows=1, added=1)


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


PACKAGE = Whole("package", "A SCORM package, as a ZIP file, for the course named with --course.", ("course",), take)
