"""Reads of e-learning: one's own bookings, what a course holds, and how often it was booked, started and completed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import FunctionFilter, Select, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, contains_eager, joinedload, selectinload

from lms.accounts.models import Person
from lms.catalogue.models import Course, CourseKind
from lms.db import db
from lms.elearning.models import Content, ContentFile, Counts, ELearningRules, Enrolment, Launch, Progress, Unit


def rules_of(course: Course) -> ELearningRules:
    """What a course counts: as an officer said, or the defaults, which are no row yet."""
    found = db.session.get(ELearningRules, course.id)
    return found or ELearningRules(course_id=course.id, counts=Counts.EITHER, share=90)


def offered(course: Course) -> Sequence[Content]:
    """What a course gives to people who start now, in order."""
    return db.session.scalars(
        select(Content)
        .where(Content.course_id == course.id, Content.withdrawn_at.is_(None), Content.fault == "")
        .options(selectinload(Content.units))
        .order_by(Content.position, Content.version, Content.id)
    ).all()


def offered_units(course: Course) -> list[Unit]:
    """The parts of it, in order."""
    return [unit for content in offered(course) for unit in content.units]


def contents(course: Course) -> Sequence[Content]:
    """Every version of everything a course ever held: by place, the newest first."""
    return db.session.scalars(
        select(Content)
        .where(Content.course_id == course.id)
        .options(selectinload(Content.units), joinedload(Content.added_by))
        .order_by(Content.position, Content.version.desc(), Content.id.desc())
    ).all()


def content(reference: str) -> Content | None:
    """One version, for officers."""
    return db.session.scalar(select(Content).where(Content.reference == reference))


def last_position(course: Course) -> int:
    """The last place in the course that was ever taken; 0: none."""
    return db.session.scalar(select(func.max(Content.position)).where(Content.course_id == course.id)) or 0


def file(content_id: int, name: str) -> ContentFile | None:
    """A file of a content by what the content calls it."""
    return db.session.scalar(select(ContentFile).where(ContentFile.content_id == content_id, ContentFile.name == name))


def open_enrolment(person: Person, course: Course) -> Enrolment | None:
    """A person's booking of this course that is not completed."""
    return db.session.scalar(_own(person).where(Enrolment.course_id == course.id, Enrolment.completed_at.is_(None)))


def last_enrolment(person: Person, course: Course) -> Enrolment | None:
    """A person's latest booking of this course, completed or not; imported ones, which cannot be opened, left out."""
    return db.session.scalars(
        _own(person)
        .where(Enrolment.course_id == course.id)
        .order_by(Enrolment.booked_at.desc(), Enrolment.id.desc())
        .limit(1)
    ).first()


def enrolment(person: Person, reference: str) -> Enrolment | None:
    """A booking of one's own."""
    return db.session.scalar(_own(person).where(Enrolment.reference == reference).options(joinedload(Enrolment.course)))


def open_enrolments(person: Person) -> Sequence[Enrolment]:
    """What a person has booked and not completed, the latest first."""
    return db.session.scalars(
        _own(person)
        .where(Enrolment.completed_at.is_(None))
        .options(joinedload(Enrolment.course))
        .order_by(Enrolment.booked_at.desc(), Enrolment.id.desc())
    ).all()


def _own(person: Person) -> Select[Enrolment]:
    return select(Enrolment).where(Enrolment.person_id == person.id, Enrolment.imported.is_(False))


def parts(enrolment: Enrolment) -> Sequence[Progress]:
    """How far a person got with each part, in order; empty before the first start."""
    return db.session.scalars(
        select(Progress)
        .where(Progress.enrolment_id == enrolment.id)
        .join(Progress.unit)
        .options(contains_eager(Progress.unit).joinedload(Unit.content), selectinload(Progress.tries))
        .order_by(Progress.position)
    ).all()


def launch(reference: str) -> Launch | None:
    """What is open under this name, for the host that serves contents; it asks for the key first."""
    return db.session.scalar(select(Launch).where(Launch.reference == reference))


def own_launch(enrolment: Enrolment, reference: str) -> Launch | None:
    """A part of this booking that is or was open."""
    return db.session.scalar(
        select(Launch).join(Launch.progress).where(Launch.reference == reference, Progress.enrolment_id == enrolment.id)
    )


def own_preview(person: Person, reference: str) -> Launch | None:
    """A part an officer looks at."""
    return db.session.scalar(
        select(Launch).where(Launch.reference == reference, Launch.person_id == person.id, Launch.unit_id.is_not(None))
    )


@dataclass(frozen=True)
class Reach:
    """How often a course was booked, started and completed in a period: three counts, each by its own day."""

    course: Course
    booked: int
    started: int
    completed: int
    #: Those of the completed in which the person said of some part themselves that they had gone through it.
    declared: int
    offered: bool


def reach(first: datetime, until: datetime) -> list[Reach]:
    """Every e-learning course, in the partnership's own order: its counts from `first` to before `until`. One query."""

    def within(column: InstrumentedAttribute[Any]) -> FunctionFilter[int]:
        return func.count(Enrolment.id).filter(and_(column >= first, column < until))

    is_offered = (
        select(Content.id)
        .where(Content.course_id == Course.id, Content.withdrawn_at.is_(None), Content.fault == "")
        .exists()
    )
    said_so = (
        select(Progress.id).where(Progress.enrolment_id == Enrolment.id, Progress.declared_at.is_not(None)).exists()
    )
    completed = and_(Enrolment.completed_at >= first, Enrolment.completed_at < until)
    rows = db.session.execute(
        select(
            Course,
            within(Enrolment.booked_at),
            within(Enrolment.started_at),
            within(Enrolment.completed_at),
            func.count(Enrolment.id).filter(and_(completed, said_so)),
            is_offered,
        )
        .outerjoin(Enrolment, Enrolment.course_id == Course.id)
        .where((Course.kind == CourseKind.E_LEARNING) | is_offered)
        .group_by(Course.id)
        .order_by(Course.position, Course.title, Course.id)
    )
    return [Reach(*row) for row in rows]


def sentences_of(person: Person) -> list[tuple[str, str]]:
    """What is asked of a person: courses that are booked and not completed."""
    return [
        (
            f"{'Go on with' if one.started_at else 'Start'} “{one.course.title}”",
            url_for("elearning.enrolment", reference=one.reference),
        )
        for one in open_enrolments(person)
    ]
