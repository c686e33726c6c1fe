"""When a wave opens, reminds and closes, who may be reminded, what may be moved on and what may be told of an answer. Pure."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from evaluation.surveys import questions
from evaluation.surveys.models import Audience, RoundStage
from lms.bookings.models import BookingStatus
from lms.dates import from_london, london
from lms.errors import RuleBroken
from lms.working_days import add_working_days

#: Follow-ups and reminders go out at this hour, London's time.
MORNING = 9
#: Somebody who was asked less than this long ago is not reminded yet.
REST = timedelta(hours=12)
#: The fewest people of a sector for it to be named.
LEAST = 5


@dataclass(frozen=True)
class WaveTimes:
    """The moments of one wave of one session. A reminder that would come too early or too late does not exist."""

    opens_at: datetime
    reminder_at: datetime | None
    last_call_at: datetime | None
    closes_at: datetime
    #: Until when late answers still count, or papers are typed in; None where the end is the end.
    late_until: datetime | None = None

    def steps(self) -> list[tuple[RoundStage, datetime]]:
        """Each stage with the moment it is reached, in order of time."""
        found = [
            (RoundStage.OPEN, self.opens_at),
            (RoundStage.REMINDED, self.reminder_at),
            (RoundStage.LAST_CALLED, self.last_call_at),
            *([(RoundStage.LATE, self.closes_at)] if self.late_until else []),
            (RoundStage.CLOSED, self.late_until or self.closes_at),
        ]
        return [(stage, moment) for stage, moment in found if moment is not None]


def wave_times(wave: Mapping[str, Any], *, starts_at: datetime, ends_at: datetime, added_at: datetime) -> WaveTimes:
    """When a wave opens, reminds (at most twice) and closes for a session that starts, ends and was announced then.

    Days are counted on London's calendar, so that 9 in the morning stays 9 in the morning when the clocks change.
    """
    first, last = london(starts_at).date(), london(ends_at).date()

    def moment(rule: Mapping[str, Any]) -> datetime:
        if rule.get("place_confirmed"):
            return added_at
        if "minutes_after_start" in rule:
            return starts_at + timedelta(minutes=rule["minutes_after_start"])
        if "minutes_after_end" in rule:
            return ends_at + timedelta(minutes=rule["minutes_after_end"])
        hour, minute = (int(part) for part in str(rule["at"]).split(":"))
        on = last + timedelta(days=rule["after_session_days"] + hour // 24)
        return from_london(on, hour % 24, minute)

    opens_at, closes_at = moment(wave["opens_rule"]), moment(wave["closes_rule"])

    def reminder(rule: Mapping[str, int]) -> datetime | None:
        if "days_before_session" in rule:
            on = first - timedelta(days=rule["days_before_session"])
        elif "days_after_session" in rule:
            on = last + timedelta(days=rule["days_after_session"])
        else:
            on = london(opens_at).date() + timedelta(days=rule["days_after_open"])
        at = from_london(on, MORNING)
        return at if opens_at < at < closes_at else None

    reminders = [reminder(rule) for rule in wave["reminders"][:2]] + [None, None]
    return WaveTimes(opens_at, reminders[0], reminders[1], closes_at, _late_until(closes_at, wave.get("late_days", 0)))


def _late_until(closes_at: datetime, days: int) -> datetime | None:
    here = london(closes_at)
    return from_london(here.date() + timedelta(days=days), here.hour, here.minute) if days else None


def takes_late(asks: Audience) -> bool:
    """May people answer late, after the closing day? Only where they were on the course: a “before” that comes after the start
    is no before, and would make the change look smaller than it was. Papers filled in before are typed in after it all the same.
    """
    return asks is not Audience.BOOKED


def takes_until(asks: Audience, closes_at: datetime, late_until: datetime | None) -> datetime:
    """Until when people may answer by their links: the closing day, or the last for late answers where a wave takes them."""
    return late_until if late_until and takes_late(asks) else closes_at


def chosen_times(wave: Mapping[str, Any], *, opens_at: datetime, closes_at: datetime) -> WaveTimes:
    """When a wave reminds that opens and closes when somebody says: so many days, or working days, after it opens."""
    first = london(opens_at).date()

    def reminder(rule: Mapping[str, int]) -> datetime | None:
        if "working_days_after_open" in rule:
            on = add_working_days(first, rule["working_days_after_open"])
        else:
            on = first + timedelta(days=rule["days_after_open"])
        at = from_london(on, MORNING)
        return at if opens_at < at < closes_at else None

    reminders = [reminder(rule) for rule in wave["reminders"][:2]] + [None, None]
    return WaveTimes(opens_at, reminders[0], reminders[1], closes_at)


def is_timed(wave: Mapping[str, Any]) -> bool:
    """Does the wave open and close by itself, counted from a session?"""
    return "opens_rule" in wave and "closes_rule" in wave


def move(times: WaveTimes, stage: RoundStage, now: datetime) -> tuple[RoundStage, datetime | None]:
    """The stage a wave has reached by `now`, and when its next one is due (None: it is over).

    A wave that opens late does not remind in the same breath, and reminders that were missed are not made up for.
    """
    steps, order = times.steps(), list(RoundStage)
    reached = stage
    for step, moment in steps:
        if moment <= now and order.index(step) > order.index(stage):
            reached = step
    if stage is RoundStage.PLANNED and reached in (RoundStage.REMINDED, RoundStage.LAST_CALLED):
        reached = RoundStage.OPEN
    if reached is RoundStage.CLOSED:
        return reached, None
    if reached is RoundStage.PLANNED:
        return reached, times.opens_at
    return reached, min(moment for step, moment in steps if moment > now and step is not RoundStage.OPEN)


class Standing(StrEnum):
    """Whether a survey can be answered now; the value names the page that says so."""

    OPEN = "open"
    LATE = "late"
    EARLY = "early"
    CLOSED = "closed"


def standing(
    stage: RoundStage,
    booking: BookingStatus | None,
    opens_at: datetime,
    closes_at: datetime,
    now: datetime,
    *,
    until: datetime | None = None,
) -> Standing:
    """Can somebody with this booking answer a wave at this stage now? A place given back ends it too. An occasion has no places:
    there `booking` is None. `until` is the end of late answers, where they are taken (`takes_until`)."""
    if stage is RoundStage.CLOSED or now >= (until or closes_at) or booking not in (None, BookingStatus.BOOKED):
        return Standing.CLOSED
    if now >= closes_at:
        return Standing.LATE
    return Standing.EARLY if now < opens_at else Standing.OPEN


def may_be_reminded(asked_at: datetime, now: datetime) -> bool:
    """Has somebody had the letter long enough for a reminder to be fair?"""
    return now - asked_at >= REST


def named_sectors(asked: Mapping[int, int]) -> frozenset[int]:
    """The sectors that may be named, given how many people of each were asked ({sector id: people}).

    At least five of the sector itself, and the others together nobody or at least five: otherwise “other sectors” would
    be the name of one or two people.
    """
    named = {sector for sector, people in asked.items() if people >= LEAST}
    others = sum(people for sector, people in asked.items() if sector not in named)
    while named and 0 < others < LEAST:
        smallest = min(named, key=lambda sector: (asked[sector], sector))
        named.remove(smallest)
        others += asked[smallest]
    return frozenset(named)


def tells_late(marks: Iterable[tuple[Hashable, bool]]) -> bool:
    """May the answers of a wave say which of them came late? For each answer: (the sector told with it, late).

    Only where no sector's answers are cut into parts of fewer than five: a lone late answer is that of whoever is known to have
    been late. How many were late is counted for the wave in any case.
    """
    parts: dict[Hashable, Counter[bool]] = {}
    for sector, late in marks:
        parts.setdefault(sector, Counter())[late] += 1
    return all(len(part) == 1 or min(part.values()) >= LEAST for part in parts.values())


def check_plan(
    document: questions.Document, course_code: str, waves: Collection[str], *, primary_scale: str, deciding_wave: str
) -> None:
    """Can a course be evaluated like this? RuleBroken says what does not fit together."""
    try:
        questions.check_apart(document)
    except ValueError:
        raise RuleBroken(
            "In this question set looking-back ratings are mixed with others, so it cannot be used."
        ) from None
    for key in waves:
        try:
            asked = questions.wave(document, key)
        except KeyError:
            raise RuleBroken(f"There is no wave “{key}” in this question set.") from None
        if not is_timed(asked):
            raise RuleBroken(
                f"The wave “{asked['name']}” does not follow a session, so it cannot be part of this plan."
            )
    if "baseline" not in waves or deciding_wave not in waves or deciding_wave == "baseline":
        raise RuleBroken("Choose the baseline and a later wave that decides.")
    try:
        items = set(questions.scale(document, primary_scale)["items"])
    except KeyError:
        raise RuleBroken(f"There is no scale “{primary_scale}” in this question set.") from None
    for key in ("baseline", deciding_wave):
        if not items <= questions.keys_asked(document, key, course_code):
            name = questions.wave(document, key)["name"]
            raise RuleBroken(f"The questions that decide are not all asked in the wave “{name}”.")


def week_of(now: datetime) -> date:
    """The Monday of London's week: the finest time an answer has."""
    today = london(now).date()
    return today - timedelta(days=today.weekday())
