"""Fields for dates and times of day, read as people write them. Use them through `lms.forms`."""

import re
from collections.abc import Sequence
from datetime import date, time
from typing import Any

from wtforms.fields.core import Field

from lms.form_checks import cleaned, needed
from lms.widgets import DateBoxes, Draw

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
PARTS = ("day", "month", "year")


def read_date(typed: Sequence[str], called: str) -> date:
    """A date from the three boxes as typed. ValueError with the sentence to show, and the boxes it is about.

    >>> read_date(["5", "November", "2024"], "the first day")
    datetime.date(2024, 11, 5)
    >>> read_date(["31", "2", "2024"], "the first day")
    Traceback (most recent call last):
    ValueError: ('Enter a day that exists for the first day', ('day', 'month', 'year'))
    """
    missing = tuple(part for part, value in zip(PARTS, typed, strict=True) if not value)
    if missing:
        raise ValueError(f"Enter {called} with a {' and a '.join(missing)}", missing)
    day, month, year = typed
    if month.lower()[:3] in MONTHS and month.isalpha():
        month = str(MONTHS.index(month.lower()[:3]) + 1)
    if not re.fullmatch(r"[0-9]{4}", year):
        raise ValueError(f"Enter {called} with a year of four numbers, like 2024", ("year",))
    numbers = [int(value) if re.fullmatch(r"[0-9]{1,2}", value) else 0 for value in (day, month)]
    if not 1 <= numbers[1] <= 12:
        raise ValueError(f"Enter {called} with a month from 1 to 12", ("month",))
    try:
        return date(int(year), numbers[1], numbers[0])
    except ValueError:
        raise ValueError(f"Enter a day that exists for {called}", PARTS) from None


class DateField(Field):
    """A date in three boxes, sent as name-day, name-month and name-year. `called` is how sentences name it."""

    widget = DateBoxes()

    def __init__(
        self,
        label: str,
        more: Sequence[Any] = (),
        *,
        called: str = "the date",
        required: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, needed(required, more), **kwargs)
        self.called = called
        self.typed: list[str] = ["", "", ""]
        self.wrong_parts: tuple[str, ...] = ()
        self.data: date | None

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Read the three boxes, or the date the form was opened with."""
        self.process_errors = []
        default = self.default() if callable(self.default) else self.default
        self.data = data if isinstance(data, date) else default
        self.object_data = self.data
        self.raw_data = []
        if self.data:
            self.typed = [str(self.data.day), str(self.data.month), str(self.data.year)]
        names = [f"{self.name}-{part}" for part in PARTS]
        if formdata is None or not any(name in formdata for name in names):
            if formdata is not None:
                self.data = None
            return
        self.typed = [cleaned(formdata.get(name, "")) for name in names]
        self.data = None
        self.raw_data = [" ".join(self.typed).strip()]
        if self.raw_data[0]:
            try:
                self.data = read_date(self.typed, self.called)
            except ValueError as problem:
                sentence, self.wrong_parts = problem.args
                self.process_errors.append(sentence)


def read_time(typed: str) -> time:
    """A time of day as people write it. ValueError if it is none, or could be morning or evening.

    >>> [read_time(t).isoformat("minutes") for t in ("9:30am", "9.30", "13:00", "1 pm", "noon", "12am")]
    ['09:30', '09:30', '13:00', '13:00', '12:00', '00:00']
    """
    text = typed.strip().lower().replace(" ", "")
    if text in {"noon", "midday", "12noon"}:
        return time(12)
    found = re.fullmatch(r"(\d{1,2})(?:[:.](\d{2}))?(am|pm|a\.m\.?|p\.m\.?)?", text)
    if not found or (found[2] is None and found[3] is None):
        raise ValueError
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if found[3].startswith("p") else 0)
    return time(hour, minute)


class TimeField(Field):
    """A time of day in one box, written as people write it: 9:30am, 13:00, midday."""

    widget = Draw("input", type="text", width=5, spellcheck=False)

    def __init__(self, label: str, more: Sequence[Any] = (), *, required: str | None = None, **kwargs: Any) -> None:
        super().__init__(label, needed(required, more), **kwargs)
        self.data: time | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if not self.data:
            return ""
        minutes = f":{self.data:%M}" if self.data.minute else ""
        return f"{self.data.hour % 12 or 12}{minutes}{'am' if self.data.hour < 12 else 'pm'}"

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = read_time(valuelist[0])
            except ValueError:
                raise ValueError("Enter a time, like 9:30am or 1pm") from None
