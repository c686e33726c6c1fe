"""Every figure of a thread in one flat list, from the same value as the page: what spreadsheet, CSV and JSON are written from.

A figure carries its base, its interval where it is an estimate, its period and its rule. A hidden one carries no number.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from evaluation.impact.change import WAVE_NAMES, Change, ItemChange, ScaleChange
from evaluation.impact.change_words import asked_name, response
from evaluation.impact.measures import MeasureResult
from evaluation.impact.offer_words import EVIDENCE_WORDS
from evaluation.impact.thread import Thread
from evaluation.statistics import ShareChange
from evaluation.verdict import LEAST_MATCHED
from lms import dates
from lms.statistics import SMALL, Interval, Share

HIDE = f"Fewer than {SMALL} people are never shown, nor what would tell of them."
PAIRED = f"The same people before and after; no figure under {LEAST_MATCHED} of them. {HIDE}"


@dataclass(frozen=True)
class Figure:
    """One number: a share (numerator of denominator), or a value in a unit, of `denominator` people where it is of people."""

    stage: str
    name: str
    numerator: int | None = None
    denominator: int | None = None
    value: float | None = None
    unit: str = ""
    interval: Interval | None = None
    hidden: bool = False
    period: str = ""
    rule: str = ""

    @property
    def share(self) -> float | None:
        """From 0 to 1, where it is a share."""
        if self.numerator is None or not self.denominator:
            return None
        return self.numerator / self.denominator

    def to_json(self) -> dict[str, Any]:
        """The figure with what is needed to check it; a suppressed one has no number anywhere."""
        said: dict[str, Any] = {"stage": self.stage, "figure": self.name, "period": self.period, "rule": self.rule}
        if self.hidden:
            return said | {"suppressed": True}
        if self.value is None:
            said |= {"numerator": self.numerator, "denominator": self.denominator, "share": self.share}
        else:
            said |= {"value": self.value, "unit": self.unit, "denominator": self.denominator}
        return said | {"interval": list(self.interval) if self.interval else None, "suppressed": False}


def figures(thread: Thread) -> list[Figure]:
    """All figures, in the order of the stages."""
    found = [*_decided(thread), *_learned(thread), *_came(thread)]
    if thread.change:
        found += [*_answered(thread), *_changed(thread.change)]
    for result in thread.measures:
        found += [replace(one, rule=one.rule or result.rule) for one in _measure(result)]
    return found + list(_evidence(thread))


def _decided(thread: Thread) -> Iterator[Figure]:
    yield Figure("why", "Steps of the recommendation", value=len(thread.recommendation.history), unit="steps")
    yield Figure("decided", "Actions", value=len(thread.actions), unit="actions")
    for action in thread.actions:
        yield Figure("decided", f"Action {action.reference}: reports", value=len(action.updates), unit="reports")


def _evidence(thread: Thread) -> Iterator[Figure]:
    rule = "Evidence that was not taken back and has not expired."
    for action in thread.actions:
        for kind, words in EVIDENCE_WORDS.items():
            held = sum(of is action and one.kind is kind for of, one in thread.evidence)
            yield Figure(
                "did", f"Evidence of {action.reference}: {words.lower()}", value=held, unit="pieces", rule=rule
            )


def _hidden(stage: str, name: str, **more: str) -> Figure:
    return Figure(stage, name, hidden=True, **more)  # type: ignore[arg-type]


def _share(stage: str, name: str, share: Share | None, **more: str) -> Figure:
    """An estimated share; None is hidden."""
    if share is None:
        return _hidden(stage, name, **more)
    return Figure(stage, name, share.numerator, share.denominator, interval=share.interval(), **more)  # type: ignore[arg-type]


def _learned(thread: Thread) -> Iterator[Figure]:
    yield Figure("learned", "Sessions held", value=thread.sessions, unit="sessions")
    rule = "Came, of those booked. Whoever walked in was not booked and is counted apart."
    for course in thread.courses:
        for session in course.sessions:
            name, period = f"Session {session.reference}", dates.day(session.starts_at)
            yield Figure("learned", f"{name}: came", session.came_expected, session.expected, period=period, rule=rule)
            yield Figure(
                "learned", f"{name}: walked in", value=session.walked_in, unit="people", period=period, rule=rule
            )
        name = f"All sessions of {course.code}"
        yield Figure("learned", f"{name}: came", course.came_expected, course.expected, rule=rule)
        yield Figure("learned", f"{name}: walked in", value=course.walked_in, unit="people", rule=rule)
    yield from _reached(thread)


def _reached(thread: Thread) -> Iterator[Figure]:
    """Every offer with its reach; what nobody counted has no figure."""
    for offer in thread.offers:
        if offer.count is not None:
            name = f"{offer.kind} “{offer.title}”: reached"
            yield Figure("learned", name, value=offer.count, unit=offer.unit, rule=f"From {offer.source}.")


def _came(thread: Thread) -> Iterator[Figure]:
    rule = "People reached, each counted once over all offers that know them, of those who work with children there."
    for sector in thread.sectors:
        if sector.workforce is None:
            yield Figure("came", f"People from {sector.sector}", value=sector.people, unit="people", rule=rule)
        else:
            yield Figure("came", f"People from {sector.sector}", sector.people, sector.workforce, rule=rule)
    if thread.workforce is not None and all(sector.workforce is not None for sector in thread.sectors):
        yield Figure("came", "People from all sectors", thread.people, thread.workforce, rule=rule)
    else:
        yield Figure("came", "People from all sectors", value=thread.people, unit="people", rule=rule)
    yield Figure("came", "Agencies and schools", value=thread.organisations, unit="agencies and schools", rule=rule)


def _answered(thread: Thread) -> Iterator[Figure]:
    for wave, count in thread.waves:
        name = f"Answered: {asked_name(wave).lower()}"
        yield _share("changed", name, response(count), rule=f"Answers, of those asked. {HIDE}")


def _changed(change: Change) -> Iterator[Figure]:
    yield from _scale(change.primary)
    for item in change.items:
        yield from _item(item)
    for scale in change.secondary:
        yield from _scale(scale)
    if change.managers:
        yield _share(
            "changed",
            "Managers who saw it done more often than missed",
            change.managers.share,
            rule=f"Of those managers who could say. {HIDE}",
        )


def _scale(scale: ScaleChange) -> Iterator[Figure]:
    """Means and their difference, how many moved, and whether the questions go together."""
    last = WAVE_NAMES[scale.last].lower()
    names = [f"{scale.name}: mean before", f"{scale.name}: mean at {last}", f"{scale.name}: change to {last}"]
    change, unit = scale.change, f"0 to {scale.highest}"
    if change is None:
        yield from (_hidden("changed", name, rule=PAIRED) for name in names)
    else:
        values = (change.mean_pre, change.mean_post, change.mean_diff)
        for name, value, interval in zip(names, values, (None, None, change.interval), strict=True):
            yield Figure("changed", name, None, scale.matched, value, unit, interval, rule=PAIRED)
    for word, count in zip(("improved", "stayed the same", "got worse"), scale.counts, strict=True):
        name = f"{scale.name}: {word}"
        if count is None:
            yield _hidden("changed", name, rule=PAIRED)
        else:
            yield Figure("changed", name, count, scale.matched, rule=PAIRED)
    found = scale.reliability
    if found.alpha is not None and found.n >= 30:
        rule = "Cronbach’s alpha of the answers before; not given under 30 people."
        yield Figure("changed", f"{scale.name}: alpha", None, found.n, found.alpha, "alpha", rule=rule)


def _item(item: ItemChange) -> Iterator[Figure]:
    rule = f"Share with one of the two highest answers. {PAIRED}"
    for wave in item.waves:
        yield _share("changed", f"{item.name}: {wave.name.lower()}", wave.share, rule=rule)
    name = f"{item.name}: change to {item.waves[-1].name.lower()}"
    if item.first_to_last is None:
        yield _hidden("changed", name, rule=rule)
    else:
        yield _difference("changed", name, item.first_to_last, item.matched, rule)


def _difference(stage: str, name: str, change: ShareChange, people: int | None, rule: str = "") -> Figure:
    """A difference of two shares, in points."""
    if change.difference is None or change.interval is None:
        return _hidden(stage, name, rule=rule)
    low, high = change.interval
    return Figure(stage, name, None, people, 100 * change.difference, "points", (100 * low, 100 * high), rule=rule)


def _measure(result: MeasureResult) -> Iterator[Figure]:
    name = f"{result.key} {result.name}"
    if result.series and result.series.shares:
        for month, share in zip(result.series.months, result.series.counted, strict=True):
            if share:
                yield _share("did", name, share, period=dates.month(month))
    elif result.series:
        for month, value in zip(result.series.months, result.series.values, strict=True):
            if value is not None:
                yield Figure("did", name, value=value, unit="in the month", period=dates.month(month))
    if result.audits:
        for label, share in result.audits.findings:
            yield _share("did", name, share, period=label)
    if result.comparison:
        yield _share("did", f"{name}: before", result.comparison.before)
        yield _share("did", f"{name}: after", result.comparison.after)
        yield _difference("did", f"{name}: difference", result.comparison, None)
    if result.latest:
        yield _share("did", name, result.latest, period="last wave")
    if result.scale and result.scale.change and result.scale.change.mean_diff is not None:
        change = result.scale.change
        yield Figure(
            "did",
            f"{name}: change",
            None,
            result.scale.matched,
            change.mean_diff,
            f"0 to {result.scale.highest}",
            change.interval,
        )
