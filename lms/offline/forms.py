"""What a device sends, read strictly: anybody can send anything."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from lms import dates
from lms.attendance.forms import WalkInForm
from lms.attendance.models import Mark
from lms.attendance.rules import OPENS_BEFORE, MarkGiven
from lms.catalogue.models import SessionDate
from lms.offline import rules
from lms.offline.rules import Sent, WalkIn
from lms.organisations.models import Organisation

MARKS = {mark.value: mark for mark in Mark}


class SentRegister:
    """Reads one document of a device: `{"marks": [{"key", "made_at", "booking", "mark", …}, {"key", "made_at", "walk_in"}]}`."""

    def __init__(
        self, date: SessionDate, *, bookings: Mapping[str, int], organisations: Sequence[Organisation], now: datetime
    ) -> None:
        self.date, self.bookings, self.organisations, self.now = date, bookings, organisations, now

    def read(self, document: Any) -> list[Sent] | None:
        """Everything that was sent, in the order in which it was made; None if the document is none of ours."""
        given = document.get("marks") if isinstance(document, dict) else None
        if not isinstance(given, list) or not 0 < len(given) <= rules.AT_ONCE:
            return None
        if not all(isinstance(one, dict) and _is_key(one.get("key")) for one in given):
            return None
        return sorted((self._read(one) for one in given), key=lambda one: one.made_at)

    def _read(self, given: dict[str, Any]) -> Sent:
        made_at = rules.made_at(
            _moment(given.get("made_at")) or self.now, opens_at=self.date.starts_at - OPENS_BEFORE, now=self.now
        )
        walk_in = given.get("walk_in")
        what = self._walk_in(walk_in) if isinstance(walk_in, dict) else self._mark(given, made_at)
        return Sent(given["key"], made_at, what)

    def _mark(self, given: dict[str, Any], made_at: datetime) -> MarkGiven | str:
        mark, seen = MARKS.get(str(given.get("mark"))), given.get("seen")
        if mark is None or type(seen) is not int:
            return rules.UNREADABLE
        booking_id = self.bookings.get(str(given.get("booking")))
        if booking_id is None:
            return rules.NOT_ON_REGISTER
        return MarkGiven(
            booking_id,
            mark,
            until_at=self._time(given.get("until")),
            seen=seen,
            from_at=self._time(given.get("from")),
            device_key=given["key"],
            made_at=made_at,
        )

    def _time(self, typed: Any) -> datetime | None:
        """A time of the day of this date, as a browser gives it: 11:15."""
        clock = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", typed) if isinstance(typed, str) else None
        return dates.from_london(dates.london(self.date.starts_at).date(), *map(int, clock.groups())) if clock else None

    def _walk_in(self, given: dict[str, Any]) -> WalkIn | str:
        typed = MultiDict({name: str(given.get(name) or "") for name in WalkIn.__dataclass_fields__})
        typed["organisation"] = typed["organisation_id"]
        form = WalkInForm(
            [], self.organisations, asks=False, formdata=typed, meta={"csrf": False}
        )  # the request's token was looked at
        if not form.validate():
            return form.problems[0][0]
        return WalkIn(
            form.first_name.data or "", form.last_name.data or "", int(form.organisation.data), form.email.data or ""
        )


def _is_key(key: Any) -> bool:
    return isinstance(key, str) and bool(re.fullmatch(rf"[A-Za-z0-9-]{{8,{rules.LONGEST_KEY}}}", key))


def _moment(said: Any) -> datetime | None:
    """An instant as a browser writes it; None for anything else."""
    try:
        moment = datetime.fromisoformat(said)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None
