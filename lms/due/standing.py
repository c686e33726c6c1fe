"""Where people stand with every rule that is about them: read once for the page, the file, the person and the partnership.

The number of queries is the same for any number of people; the figures are counted here, and a page shows a part of the lines.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from lms import dates
from lms.accounts.models import Person, PersonRole
from lms.db import db
from lms.due import rules
from lms.due.holdings import holdings
from lms.due.models import PersonDuty, TrainingRule
from lms.due.queries import group_values, holds_now, needs_of, rules_on
from lms.due.rules import DueState, Needs, Stand, Who
from lms.organisations.models import Organisation
from lms.roles import Role


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody, where they stand with each rule that is about them ({rule id: stand}), and the last day they learned anything."""

    id: int
    first_name: str
    last_name: str
    job: str
    email: str
    organisation_id: int
    stands: dict[int, Stand]
    last_learned: date | None

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True)
class Standing:
    """People by name, with the rules that are about any of them, as they stand on a day."""

    today: date
    rules: Sequence[TrainingRule]
    needs: dict[int, Needs]
    lines: list[Line]

    def counts(self, rule: TrainingRule) -> dict[DueState, int]:
        """How many of those a rule is about stand where."""
        return rules.counted([line.stands[rule.id].state for line in self.lines if rule.id in line.stands])

    def fitting(
        self, *, text: str, rule_id: int | None, wanted: DueState | None, away_since: date | None
    ) -> list[Line]:
        """The lines whose name or job holds every word; that a rule is about; with that state (of the rule, or of any); of people
        who learned nothing since a day."""
        words = text.casefold().split()
        return [
            line
            for line in self.lines
            if all(word in f"{line.name} {line.job}".casefold() for word in words)
            and (rule_id is None or rule_id in line.stands)
            and (wanted is None or _has(line, rule_id, wanted))
            and (away_since is None or line.last_learned is None or line.last_learned < away_since)
        ]

    def organisations(self, rule: TrainingRule) -> int:
        """In how many organisations a rule is about somebody."""
        return len({line.organisation_id for line in self.lines if rule.id in line.stands})


def _has(line: Line, rule_id: int | None, wanted: DueState) -> bool:
    if rule_id is None:
        return any(stand.state is wanted for stand in line.stands.values())
    return line.stands[rule_id].state is wanted


def standing(whose: ColumnElement[bool], now: datetime, *, only: Sequence[TrainingRule] | None = None) -> Standing:
    """Where the people of this condition on `Person` stand with the rules of today, or with `only` these. Closed accounts are
    left out."""
    today = dates.london(now).date()
    everything = rules_on(today) if only is None else only
    needs = {rule.id: needs_of(rule) for rule in everything}
    whose = and_(whose, Person.disabled_at.is_(None))
    held = holdings(whose, now)
    lines = []
    for row, groups in _people_in_groups(whose, today):
        mine = held.get(row.id, [])
        stands = {
            rule.id: rules.stand(needs[rule.id], mine, today=today, since=groups[rule.group_id])
            for rule in everything
            if rule.group_id in groups
        }
        lines.append(
            Line(
                row.id,
                row.first_name,
                row.last_name,
                row.job,
                row.email or "",
                row.organisation_id,
                stands,
                max((one.on for one in mine), default=None),
            )
        )
    about = {rule_id for line in lines for rule_id in line.stands}
    return Standing(today, [rule for rule in everything if rule.id in about], needs, lines)


def standing_of(person: Person, now: datetime) -> Standing:
    """Where one person stands."""
    return standing(Person.id == person.id, now)


def _people_in_groups(whose: ColumnElement[bool], today: date) -> Iterator[tuple[Any, dict[int, date | None]]]:
    """Everybody with their groups and since when, by name. People alike in everything that decides are decided once."""
    groups = group_values()
    roles = _roles(whose, {group.role for group in groups.values() if group.role})
    duties = _duties(whose, today)
    decided: dict[object, dict[int, date | None]] = {}
    rows = db.session.execute(
        select(
            Person.id,
            Person.first_name,
            Person.last_name,
            Person.job,
            Person.email,
            Person.organisation_id,
            Organisation.kind,
            Organisation.sector_id,
        )
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(whose)
        .order_by(Person.last_name, Person.first_name, Person.id)
    )
    for row in rows:
        mine = duties.get(row.id, {})
        who = Who(frozenset(roles.get(row.id, ())), row.kind, row.sector_id, mine)
        alike = (who.roles, who.kind, who.sector_id, tuple(sorted(mine.items(), key=lambda one: one[0])))
        if alike not in decided:
            decided[alike] = rules.groups_of(who, groups)
        yield row, decided[alike]


def _roles(whose: ColumnElement[bool], of: Collection[Role]) -> dict[int, set[Role]]:
    found: dict[int, set[Role]] = defaultdict(set)
    for person_id, role in db.session.execute(
        select(PersonRole.person_id, PersonRole.role)
        .join(Person, Person.id == PersonRole.person_id)
        .where(whose, PersonRole.role.in_(of))
        .order_by(PersonRole.person_id, PersonRole.role)
    ):
        found[person_id].add(role)
    return found


def _duties(whose: ColumnElement[bool], today: date) -> dict[int, dict[int, date | None]]:
    found: dict[int, dict[int, date | None]] = defaultdict(dict)
    for person_id, group_id, since in db.session.execute(
        select(PersonDuty.person_id, PersonDuty.group_id, PersonDuty.since)
        .join(Person, Person.id == PersonDuty.person_id)
        .where(whose, holds_now(today))
        .order_by(PersonDuty.id)
    ):
        found[person_id][group_id] = since
    return found
