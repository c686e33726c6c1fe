"""Times and durations as meeting reports write them. Nothing here decides by itself whether the day or the month comes first."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from lms.dates import LONDON

#: How the words for a unit begin, in seconds. One letter stands for a unit only where it is the whole word.
_UNITS = {
    86_400: "day tag jour dia giorn dag dni d",
    3_600: "hour hr std stund heure hora ora ore godz uur tim hod t h u g ч 小时 時 时",
    60: "min mn m мин хв 分",
    1: "sec sek seg s сек с 秒",
}
_PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*([^\W\d_]+)\.?")
_CLOCK = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2}))?")
_MOMENT = re.compile(
    r"""(?P<a>\d{1,4})(?P<by>[./-])\s?(?P<b>\d{1,2})(?P=by)\s?(?P<c>\d{1,4})\.?
    (?:,?[\ T]\s*(?P<clock>\d{1,2}[:.]\d{2}(?:[:.]\d{2})?)(?:\.\d+)?
    \s*(?P<half>[ap]\.?\s?m\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?""",
    re.IGNORECASE | re.VERBOSE,
)
_TIME = re.compile(r"(?P<clock>\d{1,2}[:.]\d{2}(?:[:.]\d{2})?)\s*(?P<half>[ap]\.?\s?m\.?)?", re.IGNORECASE)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
#: Nov 19, 2021 and 19 November 2021, as older webinars and people write it.
_NAMED = re.compile(r"(?:([a-z]{3})[a-z]*\.? (\d{1,2})|(\d{1,2}) ([a-z]{3})[a-z]*\.?),? (\d{4})\b", re.IGNORECASE)
#: A day as Excel counts it, from 1990 to 2100, where a sheet lost the format of its cells.
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")


class Order(StrEnum):
    """Which comes first in 3/10/25."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


def seconds(text: str) -> int | None:
    """A duration in seconds; None for an empty one. ValueError for what is none.

    >>> [seconds(one) for one in ("10m 59s", "1 hr 2 min", "2 godz. 19 min 19 s", "59 Min. 0 Sek.", "01:02:30", "--")]
    [659, 3720, 8359, 3540, 3750, None]
    """
    text = unicodedata.normalize("NFKC", text).strip().casefold()
    if text in {"", "-", "--", "n/a"}:
        return None
    if clock := _CLOCK.fullmatch(text):
        hours_or_minutes, rest, last = int(clock[1]), int(clock[2]), clock[3]
        return hours_or_minutes * 60 + rest if last is None else (hours_or_minutes * 60 + rest) * 60 + int(last)
    parts = _PART.findall(text)
    if not parts or _PART.sub("", text).strip(" ,.und") != "":
        raise ValueError(text)
    return round(sum(float(number.replace(",", ".")) * _unit(word) for number, word in parts))


def _unit(word: str) -> int:
    for size, words in _UNITS.items():
        if any(word == one or (len(one) > 1 and word.startswith(one)) for one in words.split()):
            return size
    raise ValueError(word)


def minutes(text: str) -> int | None:
    """A number of minutes, as Zoom writes it, in seconds; a duration with its unit is taken as it stands.

    >>> [minutes(one) for one in ("29", "1,205", "12.5", "45 min", "")]
    [1740, 72300, 750, 2700, None]
    """
    plain = text.strip()
    if re.fullmatch(r"\d{1,3}(,\d{3})+", plain):
        plain = plain.replace(",", "")
    if re.fullmatch(r"\d+(\.\d+)?", plain):
        return round(float(plain) * 60)
    return seconds(text)


def moment(text: str, *, order: Order, day: date | None = None, utc: bool = False) -> datetime | None:
    """An instant; None for an empty text, and for a time of day where no day is known. Times are London’s, unless the report
    says otherwise. ValueError for what is no time, or no time in this order.

    >>> moment("3/10/25, 8:00:48 AM", order=Order.DAY_FIRST).isoformat()
    '2025-10-03T07:00:48+00:00'
    >>> moment("06.10.26, 18:01:00", order=Order.MONTH_FIRST).isoformat()
    '2026-10-06T17:01:00+00:00'
    >>> moment("Nov 19, 2021 10:08 AM", order=Order.DAY_FIRST) == moment("19 November 2021, 10:08", order=Order.MONTH_FIRST)
    True
    """
    text = _plain(text)
    if text in {"", "-", "--"}:
        return None
    if only := _TIME.fullmatch(text):
        clock = _clock(only["clock"], only["half"])
        return _instant(datetime.combine(day, clock), "", utc=utc) if day else None
    if serial := _SERIAL.fullmatch(text):
        if not 32_874 <= int(serial[1]) <= 73_050:
            raise ValueError(text)
        return _instant(datetime(1899, 12, 30) + timedelta(seconds=round(float(text) * 86_400)), "", utc=utc)  # noqa: DTZ001
    if not (found := _MOMENT.fullmatch(text)):
        raise ValueError(text)
    clock = _clock(found["clock"], found["half"]) if found["clock"] else time()
    return _instant(datetime.combine(_day(found, order), clock), found["zone"] or "", utc=utc)


def _plain(text: str) -> str:
    """A moment with spaces of one kind, and a month that has a name as figures: then nothing is left to settle."""
    text = unicodedata.normalize("NFKC", text).strip()
    named = _NAMED.match(text)
    if not named or (month := (named[1] or named[4]).lower()) not in _MONTHS:
        return text
    return f"{named[5]}-{_MONTHS.index(month) + 1:02}-{int(named[2] or named[3]):02}{text[named.end() :]}"


def _day(found: re.Match[str], order: Order) -> date:
    first, second, third = found["a"], found["b"], found["c"]
    if len(first) == 4:
        return date(int(first), int(second), int(third))
    if len(third) not in {2, 4}:
        raise ValueError(found[0])
    year = int(third) + (2000 if len(third) == 2 else 0)
    # Nobody writes the month first between dots.
    day_first = order is Order.DAY_FIRST or found["by"] == "."
    return date(year, int(second), int(first)) if day_first else date(year, int(first), int(second))


def _clock(text: str, half: str | None) -> time:
    hour, minute, second = (int(part) for part in [*re.split(r"[:.]", text), "0"][:3])
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(text)
        hour = hour % 12 + (12 if half[0] in "pP" else 0)
    return time(hour, minute, second)


def _instant(naive: datetime, zone: str, *, utc: bool) -> datetime:
    if zone and zone[0] in "+-":
        return datetime.fromisoformat(f"{naive.isoformat()}{zone[:3]}:{zone[-2:]}").astimezone(UTC)
    return naive.replace(tzinfo=UTC if utc or zone else LONDON).astimezone(UTC)


def is_moment(text: str) -> bool:
    """Is this a day with a time, in one order or the other?"""
    return bool(_MOMENT.fullmatch(_plain(text))) and any(_readable(text, one) for one in Order)


def _readable(text: str, order: Order) -> bool:
    try:
        return moment(text, order=order) is not None
    except ValueError:
        return False


def orders(texts: Iterable[str]) -> list[Order]:
    """The orders in which every one of these texts is a day that exists."""
    kept = [text for text in texts if _MOMENT.fullmatch(_plain(text))]
    return [order for order in Order if all(_readable(text, order) for text in kept)]


def union(intervals: Iterable[tuple[datetime, datetime]]) -> int:
    """Seconds covered by intervals that may overlap: who joined with two devices was there once.

    >>> at = lambda minute: datetime(2026, 1, 10, 10, minute, tzinfo=UTC)
    >>> union([(at(0), at(30)), (at(20), at(40)), (at(50), at(55))])
    2700
    """
    total, reached = timedelta(), datetime.min.replace(tzinfo=UTC)
    for start, end in sorted(intervals):
        if end > reached:
            total += end - max(start, reached)
            reached = end
    return round(total.total_seconds())


def clipped(
    intervals: Sequence[tuple[datetime, datetime]], start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """The parts of intervals that lie between two instants."""
    return [(max(one, start), min(other, end)) for one, other in intervals if one < end and other > start]
