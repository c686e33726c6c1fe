"""The days of a wave: what the question set says, what an officer may change of it, and both in plain words. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from evaluation.surveys import questions
from evaluation.surveys.models import Audience
from evaluation.surveys.rules import is_timed, wave_times
from lms.dates import from_london, london
from lms.errors import RuleBroken
from lms.words import listing, plural

Wave = Mapping[str, Any]
#: What a plan keeps of a wave whose days an officer has changed: `Days` as a dictionary.
Changes = Mapping[str, Mapping[str, Any]]

#: The latest day a late answer may come, counted from the end, and the earliest reminder before a session.
MOST_LATE, EARLIEST_REMINDER = 28, 28
#: How long before the session of the preview its first learner books.
BOOKS_BEFORE = timedelta(days=28)
#: How far ahead the session of the preview is, where a course has none to come.
USUAL_NOTICE = timedelta(days=42)


@dataclass(frozen=True)
class Days:
    """What is counted in days of a wave. `opens` and `open_for` are None where the wave is not counted in days there."""

    opens: int | None
    open_for: int | None
    reminders: tuple[int, ...]
    late: int


@dataclass(frozen=True)
class Limits:
    """From and until how many days an officer may set something; None where it cannot be changed."""

    opens: tuple[int, int] | None
    open_for: tuple[int, int] | None
    reminders: tuple[int, int] | None
    late: tuple[int, int] | None

    @property
    def any(self) -> bool:
        """Can anything of this wave be changed?"""
        return any(value is not None for value in (self.opens, self.open_for, self.reminders, self.late))


def days_of(wave: Wave) -> Days:
    """The days a wave has.

    >>> days_of({"opens_rule": {"after_session_days": 42}, "closes_rule": {"after_session_days": 56}, "reminders": []})
    Days(opens=42, open_for=14, reminders=(), late=0)
    """
    opens = wave["opens_rule"].get("after_session_days")
    closes = wave["closes_rule"].get("after_session_days")
    return Days(
        opens=opens,
        open_for=None if closes is None else closes - (opens or 0),
        reminders=tuple(day for rule in wave["reminders"][:2] for day in rule.values()),
        late=wave.get("late_days", 0),
    )


def limits(wave: Wave) -> Limits:
    """What an officer may change: a quarter earlier or later, half or twice as long, so that its letters stay true ("three
    months ago") and the waves of different courses can still be read together."""
    usual = days_of(wave)
    before_session = any("days_before_session" in rule for rule in wave["reminders"])
    reminders = (1, EARLIEST_REMINDER) if before_session else (1, max((usual.open_for or 1) * 2 - 1, 1))
    return Limits(
        opens=None if usual.opens is None else (-(-usual.opens * 3 // 4), usual.opens * 5 // 4),
        open_for=None if usual.open_for is None else (max(usual.open_for // 2, 1), usual.open_for * 2),
        reminders=reminders if wave["reminders"] else None,
        # A “before” that comes after the course is no “before”: see `evaluation.surveys.rules.takes_late`.
        late=None if Audience(wave["asks"]) is Audience.BOOKED else (0, MOST_LATE),
    )


def check_days(wave: Wave, days: Days) -> None:
    """RuleBroken with a sentence that says which days do not fit. The question set's own always do."""
    if days == days_of(wave):
        return
    most, name = limits(wave), wave["name"]
    for what, value, allowed in (
        ("opens", days.opens, most.opens),
        ("stays open for", days.open_for, most.open_for),
        ("takes late answers for", days.late, most.late),
    ):
        if allowed and not (value is not None and allowed[0] <= value <= allowed[1]):
            after = " after the session" if what == "opens" else ""
            raise RuleBroken(f"“{name}”: choose from {allowed[0]} to {allowed[1]} days for when it {what}{after}.")
    _check_reminders(wave, days, most.reminders)


def _check_reminders(wave: Wave, days: Days, allowed: tuple[int, int] | None) -> None:
    if not days.reminders:
        return
    name = wave["name"]
    if allowed is None or len(days.reminders) > 2:
        raise RuleBroken(f"“{name}” reminds {'twice at most' if allowed else 'nobody'}.")
    before = "days_before_session" in wave["reminders"][0]
    most = allowed[1] if before or days.open_for is None else days.open_for - 1
    if not all(allowed[0] <= day <= most for day in days.reminders):
        raise RuleBroken(f"“{name}”: choose reminders from {allowed[0]} to {most} days, while the questions are open.")
    if list(days.reminders) != sorted(set(days.reminders), reverse=before):
        raise RuleBroken(f"“{name}”: the second reminder comes after the first.")


def changes_of(wave: Wave, days: Days) -> dict[str, Any] | None:
    """What a plan keeps of these days; None where they are the question set's own."""
    return None if days == days_of(wave) else {**asdict(days), "reminders": list(days.reminders)}


def with_changes(wave: Wave, changes: Mapping[str, Any] | None) -> Wave:
    """The wave with the days an officer chose in place of its own."""
    if not changes:
        return wave
    days = Days(changes["opens"], changes["open_for"], tuple(changes["reminders"]), changes["late"])
    opens, closes = dict(wave["opens_rule"]), dict(wave["closes_rule"])
    if days.opens is not None:
        opens["after_session_days"] = days.opens
    if days.open_for is not None:
        closes["after_session_days"] = (days.opens or 0) + days.open_for
    kind = next((name for rule in wave["reminders"] for name in rule), "days_after_open")
    return {
        **wave,
        "opens_rule": opens,
        "closes_rule": closes,
        "reminders": [{kind: day} for day in days.reminders],
        "late_days": days.late,
    }


def window_words(wave: Wave) -> list[str]:
    """When a wave opens and closes, how often it reminds, and how long late answers count: one sentence each.

    >>> window_words({"asks": "came", "opens_rule": {"after_session_days": 90, "at": "09:00"}, "late_days": 14,
    ...     "closes_rule": {"after_session_days": 118}, "reminders": [{"days_after_open": 7}, {"days_after_open": 18}]})
    ... # doctest: +NORMALIZE_WHITESPACE
    ['Opens 90 days after the session at 9am and closes 28 days later.', 'Reminders after 7 and 18 days, then none.',
     'Late answers count for another 14 days and are marked as late.']
    """
    days = days_of(wave)
    said = [
        f"Opens {_opens(wave['opens_rule'])} and closes {_closes(wave['closes_rule'], days)}.",
        _reminders(wave, days),
    ]
    if days.late and Audience(wave["asks"]) is Audience.BOOKED:
        said.append(f"Papers filled in by then can be typed in for another {plural(days.late, 'day')}.")
    elif days.late:
        said.append(f"Late answers count for another {plural(days.late, 'day')} and are marked as late.")
    return said


def _opens(rule: Mapping[str, Any]) -> str:
    if rule.get("place_confirmed"):
        return "when a place is confirmed"
    if "minutes_after_start" in rule:
        return _minutes(rule["minutes_after_start"], "the session", "the start of the session")
    if "minutes_after_end" in rule:
        return _minutes(rule["minutes_after_end"], "the end of the session", "the end of the session")
    return f"{plural(rule['after_session_days'], 'day')} after the session at 9am"


def _minutes(minutes: int, before: str, after: str) -> str:
    if minutes == 0:
        return f"at {after}"
    return f"{plural(abs(minutes), 'minute')} {'before' if minutes < 0 else 'after'} {before if minutes < 0 else after}"


def _closes(rule: Mapping[str, Any], days: Days) -> str:
    if "minutes_after_start" in rule:
        minutes = rule["minutes_after_start"]
        return _minutes(minutes, "its start", "its start") if minutes else "when the session starts"
    if "minutes_after_end" in rule:
        return _minutes(rule["minutes_after_end"], "its end", "its end")
    if days.opens is None:
        return f"{plural(days.open_for or 0, 'day')} after the session"
    return f"{plural(days.open_for or 0, 'day')} later"


def _reminders(wave: Wave, days: Days) -> str:
    if not days.reminders:
        return "No reminders."
    word = "Reminders" if len(days.reminders) > 1 else "One reminder"
    numbers = listing([str(day) for day in days.reminders])
    kind = next(iter(wave["reminders"][0]))
    if kind == "days_before_session":
        return f"{word} {numbers} days before the session, then none."
    if kind == "days_after_session":
        return f"{word} {numbers} days after the session, then none."
    return f"{word} after {numbers} days, then none."


def questions_in(document: questions.Document, key: str, course_code: str, *, then_test: bool) -> int:
    """How many questions a wave asks for a course."""
    return sum(len(page.questions) for page in questions.pages(document, key, course_code, then_test=then_test))


def timed_waves(document: questions.Document) -> list[Wave]:
    """The waves that follow a session by themselves, in the order of the document."""
    return [wave for wave in document["waves"] if is_timed(wave)]


def deciding_scales(document: questions.Document, course_code: str) -> dict[str, list[str]]:
    """Which scales can decide for a course: asked whole at booking, and in which later waves: {scale key: [wave key]}."""
    asked = {wave["key"]: questions.keys_asked(document, wave["key"], course_code) for wave in timed_waves(document)}
    found = {}
    for scale in document["scales"]:
        items = set(scale["items"])
        later = [key for key, keys in asked.items() if key not in ("baseline", "start") and items <= keys]
        if items <= asked.get("baseline", set()) and later:
            found[scale["key"]] = later
    return found


@dataclass(frozen=True)
class Event:
    """One thing a learner, or their manager, lives through: when, in which wave, and what."""

    at: datetime
    wave: str
    words: str


def life_of(document: questions.Document, waves: Sequence[str], changes: Changes, *, session_on: date) -> list[Event]:
    """What somebody lives through who books 4 weeks before a session on that day (9:30am to 1pm) and answers nothing until they
    are left alone: the most that can happen to anybody."""
    starts, ends = from_london(session_on, 9, 30), from_london(session_on, 13)
    booked = from_london(session_on - BOOKS_BEFORE, 9, 30)
    events = []
    for key in waves:
        wave = with_changes(questions.wave(document, key), changes.get(key))
        found = wave_times(wave, starts_at=starts, ends_at=ends, added_at=booked)
        whose = "their manager’s" if Audience(wave["asks"]) is Audience.MANAGER else "their"
        events.append(
            Event(found.opens_at, key, f"A letter asks for {whose} answers, {plural(wave['minutes'], 'minute')}")
        )
        for moment, words in ((found.reminder_at, "First reminder"), (found.last_call_at, "Last reminder")):
            if moment:
                events.append(Event(moment, key, f"{words}, if not answered"))
        # A wave that closes at midnight closes on the day that ends then.
        midnight = london(found.closes_at).hour == 0
        events.append(Event(found.closes_at - timedelta(minutes=midnight), key, "The questions close"))
    events.append(Event(starts, "", "The session"))
    # What happens at one moment stays in the order of the waves.
    return sorted(events, key=lambda event: event.at)
