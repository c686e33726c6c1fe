"""Slow work off the request. A row that waits is claimed with a lease, worked on with no transaction open, and kept under the
same token.

A worker that is killed loses nothing: its lease ends, and the row is taken up by the next. A worker that lost its lease keeps
nothing. So each row is worked on by one at a time, and its result kept once.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, func, select

from lms.db import Base, db, writing

#: How long the work on one row may take before another worker takes it up; drawing a PDF is given up long before.
LEASE = timedelta(minutes=5)
#: How long to wait after each try that did not work; the last one again and again.
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=4), timedelta(days=1))


Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True)
class Claim:
    """A row that is ours until its lease ends, and the token that proves it."""

    row_id: int
    token: str


class Leases(Generic[Row]):
    """The rows of one table for which `waits` holds, worked on one by one. Its table has `draw_at` (when a row is next to be
    worked on), `lease_token` (whose it is) and `attempts` (how often it was tried)."""

    def __init__(self, model: type[Row], waits: ColumnElement[bool]) -> None:
        self.model: Any = model
        self.waits = waits

    def next_at(self) -> datetime | None:
        """When the next row is to be worked on, or the lease of a worker that went away ends."""
        earliest: datetime | None = db.session.scalar(select(func.min(self.model.draw_at)).where(self.waits))
        return earliest

    def run(self, now: datetime, work: Callable[[Claim, datetime], None]) -> int:
        """Work on every row that waits at `now`; how many were tried. Commits by itself, row by row."""
        began, done = monotonic(), 0
        while claim := self.claim(now, until=now + timedelta(seconds=monotonic() - began) + LEASE):
            done += 1
            work(claim, now)
        return done

    def claim(self, now: datetime, until: datetime) -> Claim | None:
        """The row that waits longest, ours alone `until` the lease ends; None when none waits."""
        first = select(self.model).where(self.waits, self.model.draw_at <= now)
        first = (
            first.order_by(self.model.draw_at, self.model.id).limit(1).with_for_update(skip_locked=True, of=self.model)
        )
        with writing():
            one = db.session.scalar(first)
            if one is None:
                return None
            claim = Claim(one.id, secrets.token_hex(16))
            one.lease_token, one.draw_at, one.attempts = claim.token, until, one.attempts + 1
            return claim

    def ours(self, claim: Claim) -> Row | None:
        """The row, locked, if it still is ours: it still waits, and no other worker has taken it up since."""
        found: Row | None = db.session.scalar(
            select(self.model)
            .where(self.model.id == claim.row_id, self.model.lease_token == claim.token, self.waits)
            .with_for_update(of=self.model)
            .execution_options(populate_existing=True)
        )
        return found

    def put_off(self, claim: Claim, now: datetime) -> None:
        """It did not work: try again later, and later each time."""
        with writing():
            one: Any = self.ours(claim)
            if one is not None:
                one.draw_at = now + BACK_OFF[min(one.attempts, len(BACK_OFF)) - 1]
                one.lease_token = None
