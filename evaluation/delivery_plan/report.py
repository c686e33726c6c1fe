"""The highlight report as one value, which page, PDF, spreadsheet and CSV print, and which is kept as it was printed. Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from evaluation.delivery_plan import rules
from evaluation.delivery_plan.models import DeliveryPlan, PlanAction, PlanProgress
from evaluation.delivery_plan.rules import NOT_REPORTED, Reached

NOTHING = "Nothing reported yet"


@dataclass(frozen=True)
class Said:
    """One report of an action in the period."""

    dated: date
    by: str
    words: str


@dataclass(frozen=True)
class ActionLine:
    """One action: its level now and at the last report, and what was said of it."""

    label: str
    wording: str
    lead: str
    due: date | None
    now: int
    #: None: it was not in the last report.
    then: int | None
    heard_on: date | None
    done: tuple[Said, ...]
    stuck: str
    asked: str

    @property
    def moved(self) -> str:
        """How its level stands to that of the last report."""
        return rules.moved(self.now, self.then)


@dataclass(frozen=True)
class PriorityLine:
    """One priority with its actions."""

    number: int
    title: str
    then: int | None
    actions: tuple[ActionLine, ...]

    @property
    def reached(self) -> Reached:
        """The level it has reached, with its base."""
        return rules.reached([one.now for one in self.actions])

    @property
    def moved(self) -> str:
        """How its level stands to that of the last report."""
        return rules.moved(self.reached.level, self.then)


@dataclass(frozen=True)
class Highlight:
    """The whole report: of a plan, for a meeting, over a period. `last_on` is the meeting of the report before."""

    plan: str
    begins: date
    until: date
    meeting_on: date | None
    period_from: date
    period_until: date
    last_on: date | None
    levels: tuple[str, ...]
    #: The place of the level from which on an action is delivered.
    delivered: int
    then: int | None
    priorities: tuple[PriorityLine, ...]
    made_up: bool

    @property
    def actions(self) -> tuple[ActionLine, ...]:
        """Every action, in order."""
        return tuple(one for each in self.priorities for one in each.actions)

    def level(self, position: int | None) -> str:
        """The name of a level."""
        if position is None:
            return "Not in the last report"
        return self.levels[position - 1] if position else NOTHING

    @property
    def reached(self) -> Reached:
        """The level of the plan as a whole, with its base."""
        return rules.reached([one.now for one in self.actions])

    @property
    def counts(self) -> list[tuple[str, int, int | None]]:
        """How many actions stand at each level now, and how many stood there at the last report (None: there was none)."""
        places = [*range(1, len(self.levels) + 1), NOT_REPORTED]
        found = []
        for place in places:
            now = sum(one.now == place for one in self.actions)
            then = sum(one.then == place for one in self.actions) if self.last_on else None
            if place or now or then:
                found.append((self.level(place), now, then))
        return found

    @property
    def moves(self) -> dict[str, int]:
        """How many actions moved up, stayed, moved down, or were not in the last report."""
        words = ("Moved up", "The same", "Moved down", "Not in the last report")
        return {word: sum(one.moved == word for one in self.actions) for word in words}

    @property
    def silent(self) -> tuple[ActionLine, ...]:
        """Actions of which nothing was reported in the period."""
        return tuple(one for one in self.actions if not one.done)

    @property
    def stuck(self) -> tuple[ActionLine, ...]:
        """Actions where something is stuck."""
        return tuple(one for one in self.actions if one.stuck)

    @property
    def asked(self) -> tuple[ActionLine, ...]:
        """Actions for which something is asked of the Executive."""
        return tuple(one for one in self.actions if one.asked)

    @property
    def overdue(self) -> tuple[ActionLine, ...]:
        """Actions whose date has passed before the end of the period and that are not delivered."""
        return tuple(
            one
            for one in self.actions
            if one.due is not None and one.due < self.period_until and one.now < self.delivered
        )


def highlight(plan: DeliveryPlan, *, last: Highlight | None, meeting_on: date | None, until: date) -> Highlight:
    """The report as at the end of `until`. Its priorities, actions and progress must be loaded; `last` is the report before."""
    before = {one.label: one.now for one in last.actions} if last else {}
    stood = {one.number: one.reached.level for one in last.priorities} if last else {}
    begins = last.period_until + timedelta(days=1) if last else plan.begins
    return Highlight(
        plan=plan.name,
        begins=plan.begins,
        until=plan.until,
        meeting_on=meeting_on,
        period_from=begins,
        period_until=until,
        last_on=(last.meeting_on or last.period_until) if last else None,
        levels=tuple(one.name for one in plan.levels),
        delivered=min((one.position for one in plan.levels if one.delivered), default=len(plan.levels)),
        then=last.reached.level if last else None,
        priorities=tuple(
            PriorityLine(
                number=priority.number,
                title=priority.title,
                then=stood.get(priority.number),
                actions=tuple(
                    _line(one, before.get(one.label), begins, until)
                    for one in priority.actions
                    if one.taken_out_on is None or one.taken_out_on > until
                ),
            )
            for priority in plan.priorities
        ),
        made_up=plan.made_up,
    )


def _line(action: PlanAction, then: int | None, begins: date, until: date) -> ActionLine:
    heard = [one for one in action.progress if one.dated <= until]
    newest = heard[-1] if heard else None
    return ActionLine(
        label=action.label,
        wording=action.wording,
        lead=action.lead,
        due=action.due,
        now=newest.level.position if newest else NOT_REPORTED,
        then=then,
        heard_on=newest.dated if newest else None,
        done=tuple(_said(one) for one in heard if one.dated >= begins),
        stuck=newest.stuck if newest else "",
        asked=newest.asked if newest else "",
    )


def _said(one: PlanProgress) -> Said:
    return Said(one.dated, one.by_words, one.done)


# As a document, and back.


def document(found: Highlight) -> dict[str, Any]:
    """The report as JSON, to be kept."""
    return _plain(asdict(found))  # type: ignore[no-any-return]


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def of_document(kept: dict[str, Any]) -> Highlight:
    """A kept report as the value it was."""
    return Highlight(
        plan=kept["plan"],
        begins=date.fromisoformat(kept["begins"]),
        until=date.fromisoformat(kept["until"]),
        meeting_on=_day(kept["meeting_on"]),
        period_from=date.fromisoformat(kept["period_from"]),
        period_until=date.fromisoformat(kept["period_until"]),
        last_on=_day(kept["last_on"]),
        levels=tuple(kept["levels"]),
        delivered=kept["delivered"],
        then=kept["then"],
        priorities=tuple(
            PriorityLine(
                number=each["number"],
                title=each["title"],
                then=each["then"],
                actions=tuple(_of_line(one) for one in each["actions"]),
            )
            for each in kept["priorities"]
        ),
        made_up=kept["made_up"],
    )


def _of_line(kept: dict[str, Any]) -> ActionLine:
    said: Sequence[dict[str, Any]] = kept["done"]
    return ActionLine(
        **kept
        | {
            "due": _day(kept["due"]),
            "heard_on": _day(kept["heard_on"]),
            "done": tuple(Said(date.fromisoformat(one["dated"]), one["by"], one["words"]) for one in said),
        }
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
