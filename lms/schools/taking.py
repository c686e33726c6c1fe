"""A national file becomes rows of the register. What vanished is reported and stays; what changed keeps its old value."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.accounts.models import Person
from lms.activity.operations import record
from lms.db import db
from lms.organisations.models import Sector
from lms.schools import rules, workplace
from lms.schools.gias import Entry, Extract
from lms.schools.joining import become_one
from lms.schools.models import (
    Following,
    Phase,
    School,
    SchoolChange,
    SchoolLink,
    SchoolNumber,
    SchoolStatus,
    SchoolTrust,
)
from lms.schools.report import Report
from lms.schools.succession import Chain, How, Link, chains, steps

DAYS = {"opened_on", "closed_on"}


@dataclass
class _Taking:
    """One file at work."""

    entries: dict[str, Entry]
    names: dict[str, str]
    by_urn: dict[str, School]
    trusts: dict[str, SchoolTrust]
    sector: Sector | None
    source: str
    by: Person | None
    now: datetime
    report: Report


def take(
    *,
    extract: Extract,
    links: Sequence[Link],
    areas: Collection[str],
    source: str,
    by: Person | None,
    now: datetime,
) -> Report:
    """Take the rows of a file. Where any of them is refused, the caller keeps nothing of it."""
    at = _Taking(
        entries={one.urn: one for one in extract.entries},
        names={one.to: one.name for one in links if one.name} | {one.urn: one.facts["name"] for one in extract.entries},
        by_urn=_schools_by_number(),
        trusts={
            one.number or one.name: one for one in db.session.scalars(select(SchoolTrust).order_by(SchoolTrust.id))
        },
        sector=db.session.scalar(select(Sector).where(Sector.key == "education")),
        source=source,
        by=by,
        now=now,
        report=Report(
            rows_in_file=extract.rows,
            rows=len(extract.entries) + len(extract.refused),
            refused=list(extract.refused),
            warnings=list(extract.warnings),
        ),
    )
    found = steps(links, closed=lambda urn: _closed(at, urn), begun=lambda urn: _begun(at, urn))
    for chain in chains(found, at.entries):
        _take_chain(at, chain)
    db.session.flush()
    for step in found:
        if step.how is not How.SAME:
            _link(at, step.before, step.after, Following(step.how.value), step.on)
    _report_missing(at, areas)
    db.session.flush()
    return at.report


def _schools_by_number() -> dict[str, School]:
    numbers = select(SchoolNumber).options(joinedload(SchoolNumber.school).selectinload(School.numbers))
    return {one.urn: one.school for one in db.session.scalars(numbers.order_by(SchoolNumber.id))}


def _closed(at: _Taking, urn: str) -> bool:
    """Has this number ended? One the file does not have, has: nothing is done before the one after it is there."""
    entry = at.entries.get(urn)
    return entry is None or entry.facts["status"] == SchoolStatus.CLOSED.value


def _begun(at: _Taking, urn: str) -> bool:
    """Is this a school of the file that has opened?"""
    entry = at.entries.get(urn)
    return entry is not None and entry.facts["status"] != SchoolStatus.PROPOSED.value


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _take_chain(at: _Taking, chain: Chain) -> None:
    """One school with all its numbers. Two rows of it become one where one of them is not in use here."""
    rows = list(dict.fromkeys(at.by_urn[urn] for urn in chain.urns if urn in at.by_urn))
    joined = len(rows) > 1
    if joined and not become_one(rows, at.by_urn):
        _stay_apart(at, chain)
        return
    mine = [at.entries[urn] for urn in chain.urns if urn in at.entries]
    newest, school = mine[-1], rows[0] if rows else None
    had = {one.urn for one in school.numbers} if school else set()
    if school and newest.urn in had and newest.urn != school.urn and not joined:
        _is_former(at, school, newest)
        at.report.unchanged += len(mine)
        return
    fresh = school is None
    if school is None:
        school = School(name=newest.facts["name"], added_at=at.now)
        db.session.add(school)
        at.report.new.append([newest.urn, newest.facts["name"]])
    old_urn = school.urn
    _number(at, school, chain)
    changed = _facts(at, school, newest, fresh=fresh) or joined
    if old_urn and old_urn != school.urn:
        at.report.followed.append([old_urn, school.urn or "", school.name])
    for entry in mine:
        if entry is newest:
            outcome = "added" if fresh else "changed" if changed else "unchanged"
        else:
            outcome = "unchanged" if entry.urn in had else "added"
        setattr(at.report, outcome, getattr(at.report, outcome) + 1)


def _is_former(at: _Taking, school: School, entry: Entry) -> None:
    """The row of a number the school had before. Where the file believes that it still has it, that is said."""
    if entry.facts["status"] != SchoolStatus.CLOSED.value:
        at.report.warnings.append(
            f"{entry.facts['name']} ({entry.urn}) has the number {school.urn} by now. This file is older: nothing is changed."
        )


def _number(at: _Taking, school: School, chain: Chain) -> None:
    """Every number of the chain, in order, with the days and the name it had."""
    have = {one.urn: one for one in school.numbers}
    last = chain.urns[-1]
    for place, urn in enumerate(chain.urns):
        entry = at.entries.get(urn)
        number = have.get(urn)
        if number is None:
            number = SchoolNumber(urn=urn, position=0, name=at.names.get(urn, "")[:200], type_name="")
            school.numbers.append(number)
            at.by_urn[urn] = school
        if entry:
            number.name = entry.facts["name"]
            number.type_name = entry.facts.get("type_name", number.type_name)
            number.since = _date(entry.facts.get("opened_on")) or number.since
        elif urn == school.urn and not number.name:
            number.name, number.type_name = school.name, school.type_name
        if urn != last:
            closed = _date(entry.facts.get("closed_on")) if entry else None
            number.until = number.until or closed or chain.ended[place]
    order = {urn: place for place, urn in enumerate(chain.urns)}
    # Numbers it had before those of this file stand in front of them.
    in_order = sorted(school.numbers, key=lambda one: (one.urn in order, order.get(one.urn, one.position)))
    for place, number in enumerate(in_order):
        number.position = place
    school.numbers.sort(key=lambda one: one.position)


def _facts(at: _Taking, school: School, entry: Entry, *, fresh: bool) -> bool:
    """What the file says of a school, with what it said before kept."""
    facts: dict[str, Any] = {"urn": entry.urn}
    for name, value in entry.facts.items():
        if name in DAYS:
            facts[name] = _date(value)
        elif name == "status":
            facts[name] = SchoolStatus(value)
        elif name == "phase":
            facts[name] = Phase(value)
        elif name not in ("trust_name", "trust_number"):
            facts[name] = value
    changed, old_name = False, school.name
    for name, value in facts.items():
        changed = (
            change(school, name, value, by=at.by, source=at.source, now=at.now, keep=not fresh, report=at.report)
            or changed
        )
    if "trust_name" in entry.facts:
        trust = _trust(at, entry)
        if trust is not school.trust:
            if not fresh:
                note(
                    school,
                    "trust",
                    school.trust and school.trust.name,
                    trust and trust.name,
                    at.by,
                    at.source,
                    at.now,
                    at.report,
                )
            school.trust, changed = trust, True
    if school.missing_since:
        note(school, "in_file", False, True, at.by, at.source, at.now, at.report)
        school.missing_since, changed = None, True
    school.by_hand = False
    _organisation(at, school, old_name)
    return changed


def change(
    school: School,
    name: str,
    value: Any,
    *,
    by: Person | None,
    source: str,
    now: datetime,
    keep: bool = True,
    report: Report | None = None,
) -> bool:
    """Set one fact; with `keep`, what it was before is written down. Whether it is another than before."""
    before = getattr(school, name)
    if before == value:
        return False
    setattr(school, name, value)
    if keep:
        note(school, name, before, value, by, source, now, report)
    return True


def note(
    school: School,
    name: str,
    old: object,
    new: object,
    by: Person | None,
    source: str,
    now: datetime,
    report: Report | None = None,
) -> None:
    """Write down that something changed."""
    words = rules.said(old), rules.said(new)
    db.session.add(
        SchoolChange(
            school_id=school.id,
            field=name,
            old=words[0],
            new=words[1],
            at=now,
            source=source,
            by_id=by.id if by else None,
        )
    )
    if report is not None and name not in ("type_code", "in_file"):
        report.changes.append([school.urn or "", school.name, rules.FACTS[name], *words])


def _trust(at: _Taking, entry: Entry) -> SchoolTrust | None:
    """The trust of a row; a new one is added, one that has another name now is named so."""
    number, name = entry.facts.get("trust_number", ""), entry.facts["trust_name"]
    if not name:
        return None
    trust = at.trusts.get(number or name)
    if trust is None:
        trust = at.trusts[number or name] = SchoolTrust(number=number or None, name=name)
        db.session.add(trust)
    elif trust.name != name:
        record(
            "trust:renamed",
            actor=at.by,
            subject_kind="trust",
            subject=str(trust.id),
            now=at.now,
            old=trust.name,
            new=name,
        )
        trust.name = name
    return trust


def _organisation(at: _Taking, school: School, old_name: str) -> None:
    """Where the people of a school work takes the school's new name with it, unless the partnership calls it something else."""
    here = school.organisation
    if here is None:
        workplace.give(school, at.sector)
    elif old_name != school.name and here.name == old_name:
        here.name = workplace.free_name(school, but=here)


def _stay_apart(at: _Taking, chain: Chain) -> None:
    """Both rows are in use: each is taken by itself, and a link says that they are one."""
    for place, urn in enumerate(chain.urns):
        if urn in at.entries:
            _take_chain(at, Chain([urn], []))
        if place:
            _link(at, chain.urns[place - 1], urn, Following.APART, chain.ended[place - 1])


def _link(at: _Taking, before: str, after: str, how: Following, on: date | None) -> None:
    """Keep that one school goes on in another, where at least one of them is ours."""
    if before not in at.by_urn and after not in at.by_urn:
        return
    found = db.session.scalar(select(SchoolLink).where(SchoolLink.before_urn == before, SchoolLink.after_urn == after))
    names = at.names.get(before, "")[:200], at.names.get(after, "")[:200]
    if found is None:
        db.session.add(
            SchoolLink(
                before_urn=before, after_urn=after, how=how, happened_on=on, before_name=names[0], after_name=names[1]
            )
        )
        at.report.ends.append([before, names[0], after, names[1], how.value])
    elif found.how is not how:
        found.how = how
        at.report.ends.append([before, names[0], after, names[1], how.value])


def _report_missing(at: _Taking, areas: Collection[str]) -> None:
    """Schools of the area that were in an earlier file, did not close, and are in this one no more."""
    numbers: dict[int, set[str]] = defaultdict(set)
    for urn, school in at.by_urn.items():
        numbers[school.id].add(urn)
    missing: Iterable[School] = db.session.scalars(
        select(School)
        .where(School.la_code.in_(list(areas)), ~School.by_hand, School.status != SchoolStatus.CLOSED)
        .order_by(School.name, School.id)
    )
    for school in missing:
        if not school.numbers or numbers[school.id] & at.entries.keys():
            continue
        at.report.missing.append([school.urn or "", school.name])
        if school.missing_since is None:
            school.missing_since = at.now
            note(school, "in_file", True, False, at.by, at.source, at.now)
