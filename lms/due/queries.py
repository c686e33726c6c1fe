"""Reads of rules, groups and duties."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import selectinload

from lms.accounts.models import Person
from lms.catalogue.models import Course
from lms.db import db
from lms.due.models import DutyGroup, PersonDuty, TrainingRule
from lms.due.rules import Group, Needs


def _in_order() -> tuple[Any, ...]:
    return (DutyGroup.position, TrainingRule.title, TrainingRule.valid_from.is_not(None), TrainingRule.id)


def all_rules() -> Sequence[TrainingRule]:
    """Every version of every rule, by the group it is about."""
    return db.session.scalars(
        select(TrainingRule).join(DutyGroup, DutyGroup.id == TrainingRule.group_id).order_by(*_in_order())
    ).all()


def rule(rule_id: int) -> TrainingRule | None:
    """One version of one rule, for those who look after rules."""
    return db.session.get(TrainingRule, rule_id)


def versions(key: str, *, to_change: bool = False) -> Sequence[TrainingRule]:
    """All versions of a rule, the latest first; `to_change`: on PostgreSQL nobody else changes one until this request ends."""
    found = select(TrainingRule).where(TrainingRule.key == key).order_by(TrainingRule.id.desc())
    return db.session.scalars(found.with_for_update(of=TrainingRule) if to_change else found).all()


def rules_on(day: date) -> Sequence[TrainingRule]:
    """The rules that are switched on and hold on this day."""
    return db.session.scalars(
        select(TrainingRule)
        .join(DutyGroup, DutyGroup.id == TrainingRule.group_id)
        .where(
            TrainingRule.active,
            or_(TrainingRule.valid_from.is_(None), TrainingRule.valid_from <= day),
            or_(TrainingRule.valid_to.is_(None), TrainingRule.valid_to >= day),
        )
        .order_by(*_in_order())
    ).all()


def needs_of(rule: TrainingRule) -> Needs:
    """What a rule asks for, as a value to decide with."""
    return Needs(
        renew_every_months=rule.renew_every_months,
        times=rule.times_needed,
        hours=rule.hours,
        hours_over_months=rule.hours_over_months,
        participatory_share=rule.participatory_share,
        first_due_within_months=rule.first_due_within_months,
        warn_days=rule.warn_days_before,
        codes=frozenset(rule.codes),
        any_course=rule.any_course,
    )


# Groups.


def groups() -> Sequence[DutyGroup]:
    """Every group, in the order of content."""
    return db.session.scalars(
        select(DutyGroup).options(selectinload(DutyGroup.parts)).order_by(DutyGroup.position, DutyGroup.id)
    ).all()


def group(group_id: int) -> DutyGroup | None:
    """One group."""
    return db.session.get(DutyGroup, group_id)


def groups_to_give() -> list[DutyGroup]:
    """The groups somebody can be named for. Who is in one that is made of parts follows from these."""
    return [one for one in groups() if not one.parts]


def group_values() -> dict[int, Group]:
    """Every group as a value to decide with: {id: group}."""
    return {
        one.id: Group(
            one.id, one.role, one.kind, one.sector_id, one.without_id, frozenset(part.id for part in one.parts)
        )
        for one in groups()
    }


# Duties.


def holds_now(today: date) -> ColumnElement[bool]:
    """Is this duty one of today, at the organisation its person works for today? For queries that join both."""
    return and_(
        PersonDuty.organisation_id == Person.organisation_id,
        or_(PersonDuty.since.is_(None), PersonDuty.since <= today),
        or_(PersonDuty.until.is_(None), PersonDuty.until >= today),
    )


def duties_of(person: Person) -> Sequence[PersonDuty]:
    """The duties somebody has or had at the organisation they work for, those without an end first."""
    return db.session.scalars(
        select(PersonDuty)
        .join(PersonDuty.group)
        .where(PersonDuty.person_id == person.id, PersonDuty.organisation_id == person.organisation_id)
        .order_by(PersonDuty.until.is_not(None), DutyGroup.position, PersonDuty.id)
    ).all()


def duty_of_colleague(lead: Person, duty_id: int) -> PersonDuty | None:
    """A duty at the lead's own organisation."""
    return db.session.scalar(
        select(PersonDuty).where(PersonDuty.id == duty_id, PersonDuty.organisation_id == lead.organisation_id)
    )


def named_already(group: DutyGroup, organisation_id: int, person_ids: Collection[int]) -> set[int]:
    """Those of these people who have this duty there, without an end."""
    return set(
        db.session.scalars(
            select(PersonDuty.person_id).where(
                PersonDuty.group_id == group.id,
                PersonDuty.organisation_id == organisation_id,
                PersonDuty.person_id.in_(person_ids),
                PersonDuty.until.is_(None),
            )
        )
    )


# Courses that count.


@dataclass(frozen=True)
class Counting:
    """A course that counts, as rules name it and as people know it."""

    code: str
    title: str


def courses_that_count(codes: Collection[str]) -> dict[str, Counting]:
    """Those of these courses that are offered: {code: course}."""
    rows = db.session.execute(
        select(Course.code, Course.title)
        .where(Course.code.in_(codes), Course.retired_at.is_(None))
        .order_by(Course.position, Course.code)
    )
    return {code: Counting(code, title) for code, title in rows}


def courses_to_choose() -> Sequence[tuple[str, str]]:
    """Every course that can be made to count: its code and title, by title."""
    found = db.session.execute(
        select(Course.code, Course.title)
        .where(Course.retired_at.is_(None))
        .order_by(func.lower(Course.title), Course.id)
    )
    return [(code, title) for code, title in found]
