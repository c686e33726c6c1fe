"""What is done about schools: a national file is read and taken, a school is added or changed by hand."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from lms import dates
from lms.accounts.models import Person
from lms.activity.operations import record
from lms.db import db
from lms.errors import RuleBroken
from lms.organisations.models import Organisation, OrganisationKind, Partnership, Sector
from lms.schools import gias, joining, queries, rules, taking, workplace
from lms.schools.gias import Entry, Extract
from lms.schools.models import School, SchoolFile, SchoolNumber, SchoolTrust
from lms.schools.report import Report
from lms.schools.succession import Link, touching
from lms.words import listing, thousands

#: So many areas are named to choose from.
AREAS_SAID = 12


def read_file(
    *, data: bytes, links: bytes | None, name: str, areas: Sequence[str], known: Collection[str], newest: date | None
) -> tuple[Extract, list[Link]]:
    """Look at the bytes: the rows of the areas, and the links that touch them. Writes nothing; slow for all of England."""
    rules.check_not_older(rules.extract_day(name), newest)
    extract = gias.read(data, areas, known)
    if not areas:
        raise RuleBroken(
            f"Say which area is yours: the number of its local authority. In this file are {_areas(extract)}."
        )
    if not any(one.facts.get("la_code") in areas for one in extract.entries) and not extract.refused:
        raise RuleBroken(f"This file has no school of the area {listing(areas)}. In it are {_areas(extract)}.")
    if links is None:
        extract.warnings.append(
            "There was no links file: a school that became an academy stands as a new school until the links file says otherwise."
        )
        return extract, []
    urns = {one.urn for one in extract.entries} | set(known)
    return extract, touching(gias.read_links(links), urns)


def _areas(extract: Extract) -> str:
    most = sorted(extract.areas.items(), key=lambda one: (-one[1][1], one[0]))
    said = [f"{code} {name} ({thousands(count)})" for code, (name, count) in most[:AREAS_SAID]]
    return listing([*said, *(["others"] if len(most) > AREAS_SAID else [])]) or "no areas"


def take_file(
    *, extract: Extract, links: Sequence[Link], name: str, areas: Sequence[str], by: Person | None, now: datetime
) -> Report:
    """Take a file that was read. Where a row is refused the report says so, and the caller keeps nothing."""
    report = taking.take(extract=extract, links=links, areas=areas, source=name[:200], by=by, now=now)
    if not report.refused:
        _keep_areas(areas)
    return report


def take_at_once(
    *, extract: Extract, links: Sequence[Link], name: str, areas: Sequence[str], by: Person | None, now: datetime
) -> Report:
    """Take a file, and keep that it was taken."""
    report = take_file(extract=extract, links=links, name=name, areas=areas, by=by, now=now)
    kept = SchoolFile(
        name=name[:200],
        extract_on=rules.extract_day(name),
        areas=",".join(areas),
        read_at=now,
        read_by_id=by.id if by else None,
        report=report.as_document(),
        taken_at=now,
    )
    db.session.add(kept)
    db.session.flush()
    _record_taken(kept, report, by, now)
    return report


def _keep_areas(areas: Sequence[str]) -> None:
    here = db.session.get(Partnership, 1)
    if here:
        here.school_areas = ",".join(areas)


def _record_taken(kept: SchoolFile, report: Report, by: Person | None, now: datetime) -> None:
    record(
        "schools:file_taken",
        actor=by,
        subject_kind="school_file",
        subject=kept.reference,
        now=now,
        name=kept.name,
        added=report.added,
        changed=report.changed,
        unchanged=report.unchanged,
    )


# On pages: looked at first.


def keep_waiting(
    *, extract: Extract, links: Sequence[Link], name: str, areas: Sequence[str], by: Person, now: datetime
) -> SchoolFile:
    """Keep a file that was read until somebody says yes, with what it would do. Earlier ones of theirs that wait are gone."""
    trial = db.session.begin_nested()
    report = take_file(extract=extract, links=links, name=name, areas=areas, by=by, now=now)
    trial.rollback()
    for one in db.session.scalars(
        select(SchoolFile).where(SchoolFile.read_by_id == by.id, SchoolFile.taken_at.is_(None))
    ):
        db.session.delete(one)
    kept = SchoolFile(
        name=name[:200],
        extract_on=rules.extract_day(name),
        areas=",".join(areas),
        read_at=now,
        read_by_id=by.id,
        waiting=_document(extract, links),
        report=report.as_document(),
    )
    db.session.add(kept)
    db.session.flush()
    return kept


def _document(extract: Extract, links: Sequence[Link]) -> dict[str, Any]:
    return {
        "rows": extract.rows,
        "entries": [asdict(one) for one in extract.entries],
        "warnings": extract.warnings,
        "links": [{**asdict(one), "on": one.on.isoformat() if one.on else None} for one in links],
    }


def take_waiting(*, kept: SchoolFile, by: Person, now: datetime) -> Report:
    """Take a file that waits. What it does is worked out anew: the register may have changed since it was looked at."""
    db.session.refresh(kept, with_for_update={"of": SchoolFile})
    if kept.waiting is None:
        raise RuleBroken("This file was taken already.")
    if kept.report["refused"]:
        raise RuleBroken("Some rows of this file cannot be taken. Put them right and upload it again.")
    rules.check_not_older(kept.extract_on, queries.newest_extract())
    extract = Extract(
        rows=kept.waiting["rows"],
        entries=[Entry(**one) for one in kept.waiting["entries"]],
        warnings=list(kept.waiting["warnings"]),
    )
    links = [
        Link(**{**one, "on": date.fromisoformat(one["on"]) if one["on"] else None}) for one in kept.waiting["links"]
    ]
    report = take_file(extract=extract, links=links, name=kept.name, areas=kept.areas.split(","), by=by, now=now)
    kept.report, kept.waiting, kept.taken_at = report.as_document(), None, now
    db.session.flush()
    _record_taken(kept, report, by, now)
    return report


def discard(*, kept: SchoolFile) -> None:
    """Throw away a file that waits. One that was taken stays, as what happened."""
    if kept.waiting is not None:
        db.session.delete(kept)
        db.session.flush()


# By hand.


def add_school(*, given: Mapping[str, Any], by: Person | None, now: datetime) -> School:
    """Add a school the national file does not have, such as an alternative provider, and the organisation its people work for."""
    rules.check_given(given, dates.london(now).date())
    _check_number(given.get("urn"), None)
    school = School(
        added_at=now, by_hand=True, group_name=rules.OWN_GROUP, name=given["name"], type_code=given["type_code"]
    )
    db.session.add(school)
    _set(school, given, by=by, now=now, keep=False)
    db.session.flush()
    if school.is_open:
        workplace.give(school, db.session.scalar(select(Sector).where(Sector.key == "education")))
    record("school:added", actor=by, subject_kind="school", subject=str(school.id), now=now, name=school.name)
    return school


def change_school(*, school: School, given: Mapping[str, Any], by: Person | None, now: datetime) -> bool:
    """Change what somebody typed of a school. What was there before is kept. Whether anything changed."""
    if not school.by_hand:
        raise RuleBroken("The national file says what is true of this school. The next file would turn this back.")
    rules.check_given(given, dates.london(now).date())
    _check_number(given.get("urn"), school)
    if not _set(school, given, by=by, now=now, keep=True):
        return False
    db.session.flush()
    if school.is_open and school.organisation is None:
        workplace.give(school, db.session.scalar(select(Sector).where(Sector.key == "education")))
    record("school:changed", actor=by, subject_kind="school", subject=str(school.id), now=now)
    return True


def _set(school: School, given: Mapping[str, Any], *, by: Person | None, now: datetime, keep: bool) -> bool:
    changed, old_name = False, school.name
    facts = {**given, "type_name": rules.OWN_TYPES[given["type_code"]]}
    urn = facts.pop("urn", None) or None
    for name, value in facts.items():
        changed = taking.change(school, name, value, by=by, source="", now=now, keep=keep) or changed
    if urn != school.urn and urn:
        changed = taking.change(school, "urn", urn, by=by, source="", now=now, keep=keep) or changed
        for place, number in enumerate(school.numbers):
            number.position = place
            number.until = number.until or dates.london(now).date()
        school.numbers.append(
            SchoolNumber(
                urn=urn,
                position=len(school.numbers),
                since=school.opened_on,
                name=school.name,
                type_name=school.type_name,
            )
        )
    here = school.organisation
    if here and old_name != school.name and here.name == old_name:
        here.name = workplace.free_name(school, but=here)
    return changed


def _check_number(urn: str | None, school: School | None) -> None:
    """A number belongs to one school."""
    found = queries.school_by_address(urn) if urn else None
    if found and found is not school:
        raise RuleBroken(f"This is the number of {found.name}", "urn")


def set_organisation(*, school: School, organisation: Organisation, by: Person | None, now: datetime) -> None:
    """Say which organisation here a school is. The one that was made for it goes, where nobody ever worked there."""
    if organisation.kind is not OrganisationKind.SCHOOL:
        raise RuleBroken("Choose one of the schools.")
    other = db.session.scalar(select(School).where(School.organisation_id == organisation.id))
    if other is not None:
        raise RuleBroken(f"This is {other.name} already.")
    before = school.organisation
    if before is not None and joining.organisation_in_use(before):
        raise RuleBroken(f"People, sessions or numbers are kept under “{before.name}”. Move them first.")
    taking.note(school, "organisation", before and before.name, organisation.name, by, "", now)
    school.organisation = organisation
    db.session.flush()
    if before is not None:
        db.session.delete(before)
    db.session.flush()
    record(
        "school:organisation_set",
        actor=by,
        subject_kind="school",
        subject=str(school.id),
        now=now,
        name=organisation.name,
    )


def add_trust(*, name: str, number: str | None = None, made_up: bool = False) -> SchoolTrust:
    """A trust by its name; the one that is there already, where there is one."""
    found = db.session.scalar(select(SchoolTrust).where(func.lower(SchoolTrust.name) == name.lower()))
    if found is None:
        found = SchoolTrust(name=name, number=number, made_up=made_up)
        db.session.add(found)
        db.session.flush()
    return found
