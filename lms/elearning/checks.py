"""What `lms verify` checks of e-learning."""

from sqlalchemy import func, select

from lms import files
from lms.db import db
from lms.elearning.models import CheckTry, Content, ContentFile, Enrolment, Kind, Launch, Progress, Success, Unit


def problems() -> list[str]:
    """What cannot be, a sentence each."""
    return [*_files(), *_starts(), *_courses(), *_open(), *_completions(), *_declared(), *_checks()]


def _files() -> list[str]:
    """Each file once, however many versions hold it."""
    rows = db.session.execute(
        select(ContentFile.sha256, func.min(ContentFile.name)).group_by(ContentFile.sha256).order_by(ContentFile.sha256)
    )
    return [
        f"the file “{name}” of a content is gone from the disk"
        for sha256, name in rows
        if not files.path_of(sha256).is_file()
    ]


def _starts() -> list[str]:
    rows = db.session.scalars(
        select(Enrolment.reference)
        .join(Progress)
        .where(Progress.started_at.is_not(None), Enrolment.started_at.is_(None))
        .distinct()
        .order_by(Enrolment.reference)
    )
    return [f"a part of booking {one} was started, and the booking was not" for one in rows]


def _courses() -> list[str]:
    rows = db.session.scalars(
        select(Enrolment.reference)
        .join(Progress)
        .join(Unit, Unit.id == Progress.unit_id)
        .join(Content)
        .where(Content.course_id != Enrolment.course_id)
        .distinct()
        .order_by(Enrolment.reference)
    )
    return [f"booking {one} has a part of another course" for one in rows]


def _open() -> list[str]:
    rows = db.session.scalars(
        select(Enrolment.reference)
        .join(Progress)
        .join(Launch, Launch.progress_id == Progress.id)
        .where(Launch.ended_at.is_(None))
        .group_by(Enrolment.reference)
        .having(func.count(Launch.id) > 1)
        .order_by(Enrolment.reference)
    )
    return [f"booking {one} is open in two places at once" for one in rows]


def _completions() -> list[str]:
    """A course that was completed was so by something its parts said; imported ones have no parts."""
    rows = db.session.scalars(
        select(Enrolment.reference)
        .join(Progress)
        .where(Enrolment.completed_at.is_not(None))
        .group_by(Enrolment.reference)
        .having(func.count(Progress.started_at) == 0)
        .order_by(Enrolment.reference)
    )
    return [f"booking {one} is completed, and none of its parts was ever opened" for one in rows]


def _declared() -> list[str]:
    """Only what cannot say so itself is said by the person: a package, never a check, a video or a document."""
    rows = db.session.execute(
        select(Enrolment.reference, Progress.position)
        .join(Progress.enrolment)
        .join(Unit, Unit.id == Progress.unit_id)
        .join(Content)
        .where(Progress.declared_at.is_not(None), Content.kind.not_in([kind for kind in Kind if kind.is_package]))
        .order_by(Enrolment.reference, Progress.position)
    )
    return [f"part {number} of booking {one} says itself how far, and was declared" for one, number in rows]


def _checks() -> list[str]:
    passed = select(CheckTry.id).where(CheckTry.progress_id == Progress.id, CheckTry.passed).exists()
    rows = db.session.execute(
        select(Enrolment.reference, Progress.position)
        .join(Progress.enrolment)
        .join(Unit, Unit.id == Progress.unit_id)
        .join(Content)
        .where(
            Content.kind == Kind.CHECK,
            (Progress.success == Success.PASSED) != passed,
        )
        .order_by(Enrolment.reference, Progress.position)
    )
    return [
        f"part {number} of booking {one} and its tries do not agree on whether it was passed" for one, number in rows
    ]
