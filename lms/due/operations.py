"""What is done about rules and duties: loaded, switched, added, changed from a day on, ended; given and ended."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from lms import dates
from lms.accounts.models import Person
from lms.activity.operations import record
from lms.db import db
from lms.due import queries, rules
from lms.due.models import DutyGroup, PersonDuty, RuleCourse, RuleStatus, TrainingRule
from lms.errors import RuleBroken
from lms.organisations.models import Organisation, OrganisationKind, Sector
from lms.roles import Role


@dataclass(frozen=True)
class RuleGiven:
    """What somebody wrote a rule to say. The names are those of `TrainingRule`."""

    title: str
    must_hold: str
    group: DutyGroup
    status: RuleStatus
    source: str
    edition: str = ""
    first_due: str = ""
    first_due_within_months: int | None = None
    renew_every_months: int | None = None
    times_needed: int = 1
    hours: float | None = None
    hours_over_months: int | None = None
    participatory_share: float | None = None
    any_course: bool = False
    codes: Collection[str] = field(default_factory=tuple)
    note: str = ""
    warn_days_before: int = 90


def load_rules(document: dict[str, Any], *, now: datetime) -> None:
    """The groups and rules of content/training-rules.yaml, into a database that has none."""
    sectors = {sector.key: sector for sector in db.session.scalars(select(Sector).order_by(Sector.position))}
    groups: dict[str, DutyGroup] = {}
    for position, given in enumerate(document["groups"]):
        groups[given["key"]] = DutyGroup(
            key=given["key"],
            name=given["name"],
            position=position,
            role=Role(given["role"]) if "role" in given else None,
            kind=OrganisationKind(given["kind"]) if "kind" in given else None,
            sector=sectors.get(given.get("sector", "")),
        )
    for given in document["groups"]:
        group = groups[given["key"]]
        group.parts = [groups[part] for part in given.get("parts", [])]
        group.without = groups.get(given.get("without", ""))
    db.session.add_all(groups.values())
    db.session.add_all(_loaded(given, groups, now) for given in document["rules"])
    db.session.flush()


def _loaded(given: dict[str, Any], groups: dict[str, DutyGroup], now: datetime) -> TrainingRule:
    counts = given.get("counts", [])
    return TrainingRule(
        key=given["key"],
        group=groups[given["who"]],
        title=given["title"],
        must_hold=given["must_hold"],
        first_due=given.get("first_due") or "",
        first_due_within_months=given.get("first_due_within_months"),
        renew_every_months=given.get("renew_every_months"),
        times_needed=given.get("times_needed", 1),
        hours=given.get("hours"),
        hours_over_months=given.get("hours_over_months"),
        participatory_share=given.get("participatory_share_at_least"),
        any_course=counts == "any",
        counts=[] if counts == "any" else [RuleCourse(code=code) for code in counts],
        status=RuleStatus(given["status"]),
        source=given["source"],
        edition=str(given.get("source_edition") or ""),
        valid_from=_day(given.get("valid_from")),
        valid_to=_day(given.get("valid_to")),
        confirmed=given["confirmed"],
        read_on=_day(given.get("read_on")),
        note=given.get("note") or "",
        warn_days_before=given["warn_days_before"],
        superseded_by=given.get("superseded_by") or "",
        active=given["active"],
        added_at=now,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


# Rules.


def switch_on(*, rule: TrainingRule, source_read: bool, by: Person, now: datetime) -> None:
    """From now on people are measured by this rule: somebody has read its source today."""
    db.session.refresh(rule, with_for_update={"of": TrainingRule})
    today = dates.london(now).date()
    rules.check_switch_on(source_read=source_read, ended=rule.valid_to is not None and rule.valid_to < today)
    rule.confirmed, rule.read_on = True, today
    _switch(rule, True, by, now)


def switch_off(*, rule: TrainingRule, by: Person, now: datetime) -> None:
    """Nobody is measured by this rule any more, until it is switched on again."""
    db.session.refresh(rule, with_for_update={"of": TrainingRule})
    _switch(rule, False, by, now)


def _switch(rule: TrainingRule, on: bool, by: Person, now: datetime) -> None:
    if rule.active is on:
        return
    rule.active, rule.switched_by, rule.switched_at = on, by, now
    db.session.flush()
    _note("rule:switched_on" if on else "rule:switched_off", rule, by, now)


def add_rule(*, given: RuleGiven, begins: date, source_read: bool, by: Person, now: datetime) -> TrainingRule:
    """A new rule from a day on. It is switched on at once where somebody has read its source."""
    _check(given)
    rule = _made(given, key=_free_key(given.title), begins=begins, read=source_read, by=by, now=now)
    _note("rule:added", rule, by, now, begins=begins.isoformat())
    return rule


def change_rule(
    *, rule: TrainingRule, given: RuleGiven, begins: date, source_read: bool, by: Person, now: datetime
) -> TrainingRule:
    """The next version of a rule. The one before ends the day before, and stays to be read."""
    _check(given)
    newest = queries.versions(rule.key, to_change=True)[0]
    if newest.id != rule.id:
        raise RuleBroken("Somebody has changed this rule already. Look at its latest version.")
    rules.check_next_begins(begins, today=dates.london(now).date(), valid_from=rule.valid_from, valid_to=rule.valid_to)
    if rule.active and not source_read:
        raise RuleBroken("Tick the box once you have read the source: otherwise nothing would hold from that day on.")
    if rule.valid_to is None:
        rule.valid_to = begins - timedelta(days=1)
    following = _made(given, key=rule.key, begins=begins, read=source_read, by=by, now=now, replaces=rule)
    _note("rule:changed", following, by, now, begins=begins.isoformat())
    return following


def end_rule(*, rule: TrainingRule, last: date, by: Person, now: datetime) -> None:
    """The last day on which this rule holds. It stays to be read."""
    db.session.refresh(rule, with_for_update={"of": TrainingRule})
    rules.check_last_day(last, today=dates.london(now).date(), valid_from=rule.valid_from)
    following = [one for one in queries.versions(rule.key, to_change=True) if one.replaces_id == rule.id]
    if following:
        raise RuleBroken("A later version follows this one, so its last day is the day before that begins.")
    rule.valid_to = last
    db.session.flush()
    _note("rule:ended", rule, by, now, last=last.isoformat())


def _check(given: RuleGiven) -> None:
    if (given.hours is None) != (given.hours_over_months is None):
        raise RuleBroken("Enter both the hours and the months they are counted over, or neither.")
    if given.participatory_share is not None and given.hours is None:
        raise RuleBroken("A share of learning with other people needs a number of hours.")
    if given.times_needed > 1 and given.renew_every_months is None and given.hours is None:
        raise RuleBroken("Enter within how many months it is needed that often.")


def _made(
    given: RuleGiven,
    *,
    key: str,
    begins: date,
    read: bool,
    by: Person,
    now: datetime,
    replaces: TrainingRule | None = None,
) -> TrainingRule:
    values = {name: value for name, value in vars(given).items() if name != "codes"}
    rule = TrainingRule(
        **values,
        key=key,
        counts=[] if given.any_course else [RuleCourse(code=code) for code in sorted(set(given.codes))],
        valid_from=begins,
        confirmed=read,
        read_on=dates.london(now).date() if read else None,
        active=read,
        switched_by=by if read else None,
        switched_at=now if read else None,
        added_by=by,
        added_at=now,
        replaces=replaces,
    )
    db.session.add(rule)
    db.session.flush()
    return rule


def _free_key(title: str) -> str:
    """A key made of a title: in small letters and hyphens, with a number where another rule has it."""
    stem = "-".join("".join(letter if letter.isalnum() else " " for letter in title.lower()).split())[:50] or "rule"
    key, number = stem, 2
    while db.session.scalar(select(func.count()).select_from(TrainingRule).where(TrainingRule.key == key)):
        key, number = f"{stem}-{number}", number + 1
    return key


def add_group(*, name: str, by: Person, now: datetime) -> DutyGroup:
    """A group of the partnership's own: those whose organisation names them."""
    if db.session.scalar(select(DutyGroup).where(func.lower(DutyGroup.name) == name.lower())):
        raise RuleBroken("There is a group of this name already. Choose it in the list.")
    last = db.session.scalar(select(func.max(DutyGroup.position))) or 0
    group = DutyGroup(key=f"own-{last + 1}", name=name, position=last + 1)
    db.session.add(group)
    db.session.flush()
    record("duty_group:added", actor=by, subject_kind="duty_group", subject=group.key, now=now, name=name)
    return group


def _note(verb: str, rule: TrainingRule, by: Person, now: datetime, **more: str) -> None:
    record(verb, actor=by, subject_kind="training_rule", subject=str(rule.id), now=now, key=rule.key, **more)


# Duties.


def give_duty(
    *,
    people: Sequence[Person],
    group: DutyGroup,
    organisation: Organisation,
    since: date | None,
    by: Person,
    now: datetime,
) -> int:
    """Name people of an organisation for a group; those who are in it already stay as they are. How many were named."""
    if not people:
        raise RuleBroken("Choose at least one person.")
    if any(one.organisation_id != organisation.id for one in people):
        raise RuleBroken("A duty is given to people of the organisation they work for.")
    if group.parts:
        raise RuleBroken("Choose one of the groups this one is made of.")
    if since is not None and since > dates.london(now).date():
        raise RuleBroken("Enter a day that is not in the future.")
    db.session.refresh(
        organisation, with_for_update={"of": Organisation}
    )  # two leads who press at once name nobody twice
    named = queries.named_already(group, organisation.id, [one.id for one in people])
    new = [one for one in people if one.id not in named]
    for one in new:
        db.session.add(
            PersonDuty(person=one, group=group, organisation=organisation, since=since, set_by_id=by.id, set_at=now)
        )
        _note_duty("duty:given", one.id, group, by, now)
    db.session.flush()
    return len(new)


def end_duty(*, duty: PersonDuty, last: date, by: Person, now: datetime) -> None:
    """The last day somebody has a duty."""
    if duty.until is not None:
        raise RuleBroken("This duty has ended already.")
    if duty.since is not None and last < duty.since:
        raise RuleBroken(f"The duty began on {dates.day(duty.since)}. Enter that day or a later one.")
    duty.until = last
    db.session.flush()
    _note_duty("duty:ended", duty.person_id, duty.group, by, now, last=last.isoformat())


def _note_duty(verb: str, person_id: int, group: DutyGroup, by: Person, now: datetime, **more: str) -> None:
    record(verb, actor=by, subject_kind="person", subject=str(person_id), now=now, group=group.key, **more)
