"""What somebody stands at with a rule on a day, and who a rule is about. Pure: days and values in, an answer out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from lms.dates import day, months_after
from lms.errors import RuleBroken
from lms.organisations.models import OrganisationKind
from lms.roles import Role
from lms.words import plural, rounded


class DueState(StrEnum):
    """Where somebody stands with a rule; the order of the list is that of urgency."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    NOT_KNOWN = "not_known"
    IN_DATE = "in_date"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True)
class Held:
    """Something somebody learned: on which day, of which course (or as which it counts; empty: none of ours), and the hours it
    counts, those with other people apart."""

    on: date
    code: str = ""
    hours: float = 0.0
    participatory: float = 0.0


@dataclass(frozen=True, slots=True)
class Needs:
    """What a rule asks for, without who says so. Months as whole months; hours in any window of `hours_over_months`."""

    renew_every_months: int | None = None
    times: int = 1
    hours: float | None = None
    hours_over_months: int | None = None
    participatory_share: float | None = None
    first_due_within_months: int | None = None
    warn_days: int = 90
    codes: frozenset[str] = frozenset()
    any_course: bool = False

    @property
    def months(self) -> int | None:
        """The length of the window everything is counted in; None: for good."""
        return self.hours_over_months if self.hours is not None else self.renew_every_months

    @property
    def participatory(self) -> float:
        """How many of the hours must be with other people."""
        return (self.hours or 0) * (self.participatory_share or 0)

    def counts(self, one: Held) -> bool:
        """Does this learning count for the rule?"""
        return self.any_course or one.code in self.codes


@dataclass(frozen=True, slots=True)
class Stand:
    """Where somebody stands on a day. `expires_on` is the last day it holds; `due_by` the last day to hold it first, where
    nothing is held yet and a day can be said. Times and hours are those counted now."""

    state: DueState
    held_on: date | None = None
    expires_on: date | None = None
    due_by: date | None = None
    times: int = 0
    hours: float = 0.0
    participatory: float = 0.0

    @property
    def next_due(self) -> date | None:
        """By which day something is to be done; None where nothing is."""
        return self.due_by or self.expires_on


def stand(needs: Needs, held: Sequence[Held], *, today: date, since: date | None = None) -> Stand:
    """Where somebody stands today who holds this, and has had the duty since then (None: not known).

    What runs out on a day still holds on it. Learning after today is not counted.
    """
    counted = sorted(
        (one for one in held if one.on <= today and needs.counts(one)), key=lambda one: one.on, reverse=True
    )
    state, expires, first = _where(needs, counted, today, since)
    now = [one for one in counted if _still_counts(one, needs, today)]
    return Stand(
        state,
        held_on=counted[0].on if counted else None,
        expires_on=expires,
        due_by=first,
        times=len(now),
        hours=rounded(sum(one.hours for one in now), 2),
        participatory=rounded(sum(one.participatory for one in now), 2),
    )


def _where(
    needs: Needs, newest_first: Sequence[Held], today: date, since: date | None
) -> tuple[DueState, date | None, date | None]:
    """The state, the day until which what is held is enough, and the day by which there must first be enough."""
    enough, oldest = _enough(needs, newest_first)
    if enough and oldest:
        expires = months_after(oldest, needs.months) if needs.months else None
        return DueState.OVERDUE if expires and today > expires else _by(expires, needs, today), expires, None
    first = _first_due(needs, since, newest_first)
    if first is None:
        return DueState.OVERDUE if newest_first else DueState.NOT_KNOWN, None, None
    return DueState.OVERDUE if today > first else _by(first, needs, today), None, first


def _still_counts(one: Held, needs: Needs, today: date) -> bool:
    return needs.months is None or today <= months_after(one.on, needs.months)


def _by(last: date | None, needs: Needs, today: date) -> DueState:
    """In date, or due soon where the day is within the days people are warned."""
    if last is not None and last - today <= timedelta(days=needs.warn_days):
        return DueState.DUE_SOON
    return DueState.IN_DATE


def _enough(needs: Needs, newest_first: Sequence[Held]) -> tuple[bool, date | None]:
    """Is there a stretch of learning, counted back from the newest, that is enough and lies in one window? And the day of the
    oldest of it: once that is too long ago, it is enough no more."""
    times, hours, participatory = 0, 0.0, 0.0
    for one in newest_first:
        if needs.months is not None and newest_first[0].on > months_after(one.on, needs.months):
            return False, None
        times, hours, participatory = times + 1, hours + one.hours, participatory + one.participatory
        if needs.hours is not None:
            reached = hours >= needs.hours - 1e-9 and participatory >= needs.participatory - 1e-9
        else:
            reached = times >= needs.times
        if reached:
            return True, one.on
    return False, None


def _first_due(needs: Needs, since: date | None, newest_first: Sequence[Held]) -> date | None:
    """By when there must first be enough: the months the source names after the duty began, or a whole window after it, or after
    the first of what there is so far. None: nobody can say."""
    if since is not None and needs.first_due_within_months is not None:
        return months_after(since, needs.first_due_within_months)
    gathered = needs.hours is not None or needs.times > 1
    begun = since or (newest_first[-1].on if newest_first else None)
    return months_after(begun, needs.months) if gathered and begun and needs.months else None


def said(needs: Needs, at: Stand) -> str:
    """A stand in a few words, after the word of its state: until when, since when, or how much of how much.

    >>> said(Needs(renew_every_months=24), Stand(DueState.IN_DATE, date(2024, 2, 29), date(2026, 2, 28)))
    'until 28 February 2026'
    >>> needs = Needs(hours=8, hours_over_months=36, participatory_share=0.5)
    >>> said(needs, Stand(DueState.OVERDUE, date(2023, 5, 1), hours=5.5, participatory=3))
    '5.5 of 8 hours, 3 of 4 with other people'
    """
    words = []
    short = at.held_on is not None and (at.expires_on is None or at.state is DueState.OVERDUE)
    if needs.hours is not None and short:
        words.append(f"{at.hours:g} of {needs.hours:g} hours")
        if needs.participatory:
            words.append(f"{at.participatory:g} of {needs.participatory:g} with other people")
    elif needs.times > 1 and short:
        words.append(f"{at.times} of {needs.times} times")
    if at.expires_on:
        words.append(f"{'ran out on' if at.state is DueState.OVERDUE else 'until'} {day(at.expires_on)}")
    elif at.due_by:
        words.append(f"{'was due by' if at.state is DueState.OVERDUE else 'by'} {day(at.due_by)}")
    elif at.held_on and not words:
        words.append(f"since {day(at.held_on)}")
    return ", ".join(words) or ("nothing on record" if at.state is DueState.NOT_KNOWN else "")


def asked(needs: Needs) -> str:
    """What a rule asks for, in one phrase.

    >>> asked(Needs(renew_every_months=24)), asked(Needs()), asked(Needs(renew_every_months=12, times=3))
    ('every 2 years', 'once', '3 times in 12 months')
    >>> asked(Needs(hours=12, hours_over_months=36, participatory_share=0.5))
    '12 hours in 3 years, at least 6 of them with other people'
    """
    if needs.hours is not None and needs.hours_over_months:
        some = f", at least {needs.participatory:g} of them with other people" if needs.participatory else ""
        return f"{needs.hours:g} hours in {_length(needs.hours_over_months)}{some}"
    if needs.renew_every_months is None:
        return "once"
    if needs.times > 1:
        return f"{needs.times} times in {_length(needs.renew_every_months)}"
    length = _length(needs.renew_every_months)
    return f"every {length.removeprefix('1 ')}"


def _length(months: int) -> str:
    return plural(months // 12, "year") if months % 12 == 0 and months > 12 else plural(months, "month")


# Who a rule is about.


@dataclass(frozen=True, slots=True)
class Group:
    """A group as values: `parts` and `without` are ids of groups."""

    id: int
    role: Role | None = None
    kind: OrganisationKind | None = None
    sector_id: int | None = None
    without: int | None = None
    parts: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Who:
    """What decides which groups somebody is in: `duties` are the groups they were named for, each with its first day."""

    roles: frozenset[Role] = frozenset()
    kind: OrganisationKind = OrganisationKind.AGENCY
    sector_id: int | None = None
    duties: Mapping[int, date | None] = field(default_factory=dict)


def groups_of(who: Who, groups: Mapping[int, Group]) -> dict[int, date | None]:
    """The groups somebody is in: {group: since when, None where nobody said}."""
    found: dict[int, date | None] = {}
    for group in groups.values():
        since = _since(who, group, groups, frozenset())
        if since is not _NOT_IN:
            found[group.id] = since if isinstance(since, date) else None
    return found


_NOT_IN = object()


def _since(who: Who, group: Group, groups: Mapping[int, Group], seen: frozenset[int]) -> object:
    """Since when somebody is in a group (None: not known), or _NOT_IN. A group that is part of itself adds nothing."""
    if group.id in who.duties:
        return who.duties[group.id]
    seen |= {group.id}
    parts = [_since(who, groups[part], groups, seen) for part in sorted(group.parts - seen) if part in groups]
    days = [one for one in parts if one is not _NOT_IN]
    if days:
        return min((one for one in days if isinstance(one, date)), default=None)
    if group.role is not None and group.role in who.roles:
        return None
    everybody = (group.kind is not None and group.kind is who.kind) or (
        group.sector_id is not None and group.sector_id == who.sector_id
    )
    if not everybody:
        return _NOT_IN
    other = groups.get(group.without or 0)
    out = other is not None and other.id not in seen and _since(who, other, groups, seen) is not _NOT_IN
    return _NOT_IN if out else None


# What may be done with rules and duties.


def overlap(one: tuple[date | None, date | None], other: tuple[date | None, date | None]) -> bool:
    """Do two versions hold on the same day?"""
    starts = max(one[0] or date.min, other[0] or date.min)
    return starts <= min(one[1] or date.max, other[1] or date.max)


def check_switch_on(*, source_read: bool, ended: bool) -> None:
    """RuleBroken unless somebody says that they have read the source of a rule that has not ended."""
    if ended:
        raise RuleBroken("This version has ended. Change the rule from a day on instead.")
    if not source_read:
        raise RuleBroken("Tick the box once you have read the source. Until then the rule stays off.")


def check_next_begins(begins: date, *, today: date, valid_from: date | None, valid_to: date | None) -> None:
    """RuleBroken unless the next version can begin on this day: not in the past, and after the version it replaces began."""
    if begins < today:
        raise RuleBroken("A change begins today or later: what was due in the past stays as it was.")
    if valid_from is not None and begins <= valid_from:
        raise RuleBroken("The change must begin after the first day of the version it replaces.")
    if valid_to is not None and begins <= valid_to:
        raise RuleBroken("This version ends already on a later day. The change must begin after that day.")


def check_last_day(last: date, *, today: date, valid_from: date | None) -> None:
    """RuleBroken unless a rule can end on this day."""
    if last < today - timedelta(days=1):
        raise RuleBroken("A rule ends yesterday at the earliest: what was due before stays as it was.")
    if valid_from is not None and last < valid_from:
        raise RuleBroken("The last day must not be before the first.")


def counted(states: Collection[DueState]) -> dict[DueState, int]:
    """How many stand where, every state there."""
    return {state: sum(one is state for one in states) for state in DueState}
