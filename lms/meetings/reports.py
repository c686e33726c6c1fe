"""An attendance report of an online meeting: bytes in, who was there and when out, or the sentence why it cannot be read.

The formats: Microsoft Teams (lists of joins and leaves since 2020, tables with numbered sections since 2022, live events),
Zoom (people, every join, webinars), Google Meet, and plain tables. The day of the session settles which number is the month.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from lms import dates
from lms.errors import RuleBroken
from lms.meetings import entries, headings, sheets, times
from lms.meetings.entries import Entry, Layout, Tables
from lms.meetings.headings import Word, folded
from lms.meetings.times import Order
from lms.words import listing, plural

#: Two ways a report gives the same time differ by less than this: Zoom counts whole minutes, Teams cuts off seconds.
SAME = timedelta(seconds=61)


@dataclass(frozen=True)
class Stay:
    """From joining to leaving. Without `left` the report ends before they left. `seconds` is what the report says where that
    is less: a first join and a last leave with time away in between, or no times at all."""

    joined: datetime | None = None
    left: datetime | None = None
    seconds: int | None = None

    @property
    def interval(self) -> tuple[datetime, datetime] | None:
        """Both ends, where both are known."""
        return (self.joined, self.left) if self.joined and self.left else None

    @property
    def whole(self) -> bool:
        """Were they there from its beginning to its end?"""
        if self.interval is None:
            return False
        return self.seconds is None or self.interval[1] - self.interval[0] - timedelta(seconds=self.seconds) < SAME


@dataclass(frozen=True)
class Attendee:
    """Somebody the report says was there."""

    name: str
    email: str = ""
    #: The name they sign in with, which may be an address of theirs.
    upn: str = ""
    role: str = ""
    #: From outside the organisation that held the meeting, or not signed in.
    guest: bool = False
    stays: tuple[Stay, ...] = ()
    #: The first row that names them.
    row: int = 0

    @cached_property
    def first_join(self) -> datetime | None:
        """When they came."""
        return min((stay.joined for stay in self.stays if stay.joined), default=None)

    @cached_property
    def last_leave(self) -> datetime | None:
        """When they left; None where the report ends before."""
        if any(stay.joined and not stay.left for stay in self.stays):
            return None
        return max((stay.left for stay in self.stays if stay.left), default=None)

    @property
    def away(self) -> bool:
        """Were they gone for a while between joining and leaving?"""
        if not (self.first_join and self.last_leave and self.seconds is not None):
            return False
        return self.last_leave - self.first_join - timedelta(seconds=self.seconds) >= SAME

    @property
    def seconds(self) -> int | None:
        """How long they were there, overlapping stays counted once. None where the report does not say: they came."""
        return self._seconds(None)

    def seconds_within(self, starts_at: datetime, ends_at: datetime) -> int | None:
        """How much of the time between two instants they were there."""
        return self._seconds((starts_at, ends_at))

    def _seconds(self, bounds: tuple[datetime, datetime] | None) -> int | None:
        known = [stay for stay in self.stays if stay.interval or stay.seconds is not None]
        if not known or len(known) < len(self.stays):
            return None
        intervals = [stay.interval for stay in known if stay.interval]
        whole = [stay.interval for stay in known if stay.interval and stay.whole]
        if bounds:
            intervals, whole = times.clipped(intervals, *bounds), times.clipped(whole, *bounds)
        total = times.union(whole) + sum(stay.seconds or 0 for stay in known if not stay.whole)
        if len([stay for stay in known if stay.interval]) == len(known):
            return min(total, times.union(intervals))
        return min(total, round((bounds[1] - bounds[0]).total_seconds())) if bounds else total

    @property
    def names(self) -> list[str]:
        """The ways this name may be meant: “Doe, Jane” is Jane Doe, “Jane D (Jane Doe)” is either."""
        parts = [self.name]
        if self.name.endswith(")") and "(" in self.name:
            outer, _, inner = self.name[:-1].partition("(")
            parts += [outer.strip(), inner.strip()]
        turned = [
            f"{first.strip()} {last.strip()}" for last, _, first in (one.partition(",") for one in parts) if first
        ]
        return [one for one in (*parts, *turned) if one]


@dataclass(frozen=True)
class Absent:
    """Somebody the report lists and says was not there."""

    name: str
    email: str = ""
    apology: bool = False
    row: int = 0


@dataclass(frozen=True)
class Report:
    """A report that was read."""

    layout: Layout
    people: tuple[Attendee, ...]
    absent: tuple[Absent, ...] = ()
    #: Names that are no people: software that takes notes, whoever was never let in from the waiting room.
    set_aside: tuple[str, ...] = ()
    #: What a person should know of the reading, in sentences.
    notes: tuple[str, ...] = ()


def read(data: bytes, name: str, *, day: date | None = None) -> Report:
    """Read a report. `day` is the day of the session in London; it settles which of 3/10 is the month.

    Without it (only where durations are all that is asked) the order is the one usual in that report, and a note says so.
    RuleBroken, with a sentence, for whatever cannot be read or is of another day.
    """
    tables = entries.read(sheets.rows(data, name))
    order, notes = _order(tables, day)
    return _report(tables, order, day, notes)


def _order(tables: Tables, day: date | None) -> tuple[Order, list[str]]:
    """In which order this report writes day and month."""
    texts = [text for entry in tables.entries for text in entry.moments]
    possible = times.orders(texts)
    if not possible:
        raise RuleBroken(
            "The dates in this report cannot be read: they fit neither day before month nor month before day"
        )
    days = {order: _days(tables, order) for order in possible}
    if not any(days.values()) or len(set(days.values())) == 1:
        # Times only, or the same in both orders.
        _check_day(days[possible[0]], day)
        return possible[0], []
    if day is None:
        usual = (
            Order.MONTH_FIRST
            if tables.layout is Layout.ZOOM or any(text[-1:] in "mM" for text in texts if text)
            else Order.DAY_FIRST
        )
        if len(possible) == 1:
            return possible[0], []
        words = listing([dates.day(min(found)) for found in days.values()], "or")
        return usual, [f"Its date can be read as {words}. The day of the session decides"]
    fitting = [order for order in possible if day in days[order]]
    if not fitting:
        _check_day(set().union(*days.values()), day)
    if len(fitting) == 2:
        raise RuleBroken(
            f"This report has rows that are of {dates.day(day)} only if the day comes first, and others only if the month does. "
            "Choose a report of one meeting"
        )
    return fitting[0], []


def _days(tables: Tables, order: Order) -> tuple[date, ...]:
    """The day of each row, in London; where rows hold none, the days of the lines about the meeting."""
    found = tuple(
        dates.london(moment).date()
        for entry in tables.entries
        for text in entry.moments
        if (moment := _moment(entry, text, order, None)) is not None
    )
    if found:
        return found
    return tuple(dates.london(moment).date() for text in tables.facts if (moment := _readable(text, order)) is not None)


def _readable(text: str, order: Order) -> datetime | None:
    try:
        return times.moment(text, order=order)
    except ValueError:
        return None


def _check_day(found: Iterable[date], day: date | None) -> None:
    said = sorted(set(found))
    if day is not None and said and day not in said:
        some = listing([dates.day(one) for one in said[:3]], "or")
        raise RuleBroken(
            f"This report is of {some}, and the session is on {dates.day(day)}. Choose the report of that meeting"
        )


def _moment(entry: Entry, text: str, order: Order, day: date | None) -> datetime | None:
    try:
        return times.moment(text, order=order, day=day, utc=entry.utc)
    except ValueError:
        raise RuleBroken(f"Row {entry.row}: “{text}” is not a time that can be read") from None


def _report(tables: Tables, order: Order, day: date | None, notes: list[str]) -> Report:
    main = [entry for entry in tables.entries if not entry.activity] or tables.entries
    aside: list[str] = []
    people: dict[str, list[Entry]] = {}
    absent: dict[str, Absent] = {}
    unnamed = other_days = 0
    for entry in main:
        if headings.takes_notes(entry.name) and not entry.email:
            aside.append(entry.name)
        elif not entry.email and (not entry.name or headings.is_unnamed(entry.name)):
            unnamed += 1
        elif entry.came in {Word.NO, Word.APOLOGY}:
            absent[_key(entry)] = Absent(entry.name, entry.email, entry.came is Word.APOLOGY, entry.row)
        elif day is not None and not _of_day(entry, order, day):
            other_days += 1
        else:
            people.setdefault(_key(entry), []).append(entry)
    for key, found in list(people.items()):
        if all(entry.waiting for entry in found):
            aside.append(f"{found[0].name} (only in the waiting room)")
            del people[key]
    singles = _singles(tables.entries, order, day)
    everybody = tuple(_attendee(found, singles.get(key, []), order, day) for key, found in people.items())
    return Report(
        layout=tables.layout,
        people=everybody,
        absent=tuple(one for key, one in absent.items() if key not in people),
        set_aside=tuple(dict.fromkeys(aside)),
        notes=(*notes, *_notes(everybody, unnamed, other_days, (tables.counted or 0) - len(aside))),
    )


def _key(entry: Entry) -> str:
    """Two rows with one address are one person; so are two without an address and with one name."""
    return entry.email or folded(entry.name)


def _of_day(entry: Entry, order: Order, day: date) -> bool:
    moments = [_moment(entry, text, order, day) for text in entry.moments]
    return all(moment is None for moment in moments) or any(
        moment and dates.london(moment).date() == day for moment in moments
    )


def _singles(found: Sequence[Entry], order: Order, day: date | None) -> dict[str, list[Stay]]:
    """The single stays Teams lists below the people, for each of them."""
    singles: dict[str, list[Stay]] = {}
    for entry in found:
        if entry.activity:
            singles.setdefault(_key(entry), []).extend(_stays([entry], order, day))
    return singles


def _attendee(found: list[Entry], singles: list[Stay], order: Order, day: date | None) -> Attendee:
    inside = [entry for entry in found if not entry.waiting]
    first = inside[0]
    one = Attendee(
        name=first.name,
        email=first.email,
        upn=next((entry.upn for entry in inside if entry.upn), ""),
        role=next((entry.role for entry in inside if entry.role), ""),
        guest=all(entry.guest for entry in inside),
        stays=_stays(inside, order, day),
        row=first.row,
    )
    # Single stays say more than a first join and a last leave, if none of them is missing.
    detailed = replace(one, stays=tuple(singles))
    if one.first_join and detailed.first_join and one.last_leave and detailed.last_leave:
        ends = abs(one.first_join - detailed.first_join), abs(one.last_leave - detailed.last_leave)
        return detailed if max(ends) < SAME else one
    return one


def _stays(found: list[Entry], order: Order, day: date | None) -> tuple[Stay, ...]:
    if any(entry.action for entry in found):
        return _paired(found, order, day)
    stays = []
    for entry in found:
        joined, left = _moment(entry, entry.joined, order, day), _moment(entry, entry.left, order, day)
        if joined and left and left < joined:
            if ":" not in entry.left or any(one in entry.left for one in "/-"):
                raise RuleBroken(f"Row {entry.row}: {entry.name} leaves before joining")
            left += timedelta(days=1)  # times without a day, over midnight
        if joined or entry.seconds is not None:
            stays.append(Stay(joined, left if joined else None, entry.seconds))
    return tuple(dict.fromkeys(stays))


def _paired(found: list[Entry], order: Order, day: date | None) -> tuple[Stay, ...]:
    """A list of joins and leaves as stays. Whoever joins twice before leaving has two devices in one stay."""
    events = sorted(
        (moment, entry.action is Word.JOINED)
        for entry in found
        if (moment := _moment(entry, entry.joined, order, day)) is not None
    )
    stays: list[Stay] = []
    since: datetime | None = None
    for moment, joins in events:
        if joins:
            since = since or moment
        elif since:
            stays.append(Stay(since, moment))
            since = None
    return (*stays, Stay(since)) if since else tuple(stays)


def _notes(people: Sequence[Attendee], unnamed: int, other_days: int, counted: int) -> list[str]:
    notes = []
    silent = sum(one.seconds is None for one in people)
    if silent:
        notes.append(
            f"The report does not say how long {plural(silent, 'person', 'people')} stayed. They are read as having come"
        )
    missing = max(unnamed, counted - len(people))
    if missing > 0:
        notes.append(
            f"The report counts {plural(missing, 'person', 'people')} it does not name, such as people who opted out. "
            "Mark them on the register by hand"
        )
    if other_days:
        notes.append(f"{plural(other_days, 'row')} of another day left out")
    return notes
