"""How often somebody may try: counters in the database, so that all processes share them and a restart forgets nothing.

A try is counted before it is made, in a side record, so that a thousand tries at once are still counted one by one.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from flask import current_app
from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.models import FailedSignIn
from lms.accounts.rules import LONGEST_WAIT, REMEMBERED, is_forgotten, wait_after
from lms.db import side_record


@dataclass(frozen=True)
class Counter:
    """What is counted, and how many tries it has. The database keeps only a keyed hash of it: no name, no address."""

    kind: str
    of: str
    limit: int
    #: Where a wrong try costs little, nobody is kept waiting for longer than this.
    longest_wait: timedelta = LONGEST_WAIT

    @property
    def key_hash(self) -> str:
        """The name of its row."""
        return hmac.digest(current_app.config["SECRET_KEY"].encode(), f"{self.kind}:{self.of}".encode(), "sha256").hex()


def network(address: str | None) -> str:
    """What counts as one address: an IPv4 address, or the /64 an IPv6 customer is given."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return ""
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else str(found)


def _row(own: Session, counter: Counter, now: datetime) -> FailedSignIn:
    """The counter's row, locked; made if it is the first try."""
    locked = select(FailedSignIn).where(FailedSignIn.key_hash == counter.key_hash).with_for_update()
    if row := own.scalar(locked):
        return row
    old = now - REMEMBERED
    own.execute(
        delete(FailedSignIn).where(
            FailedSignIn.first_at < old, or_(FailedSignIn.blocked_until.is_(None), FailedSignIn.blocked_until < old)
        )
    )
    try:
        with own.begin_nested():
            own.add(FailedSignIn(key_hash=counter.key_hash, failures=0, first_at=now))
    except IntegrityError:  # another process was faster; its row is there now
        pass
    return own.scalars(locked).one()


def begin_try(*counters: Counter) -> timedelta | None:
    """Count one try against each counter. None when it may be made; else how long to wait, and nothing is counted."""
    now = datetime.now(UTC)
    with side_record() as own:
        # Always in the same order, so that two processes never wait for each other.
        rows = [(_row(own, counter, now), counter) for counter in sorted(counters, key=lambda one: one.key_hash)]
        waits = [row.blocked_until - now for row, _ in rows if row.blocked_until and row.blocked_until > now]
        if waits:
            return max(waits)
        for row, counter in rows:
            if is_forgotten(row.first_at, row.blocked_until, now):
                row.failures, row.first_at, row.blocked_until = 0, now, None
            row.failures += 1
            wait = wait_after(row.failures, counter.limit, counter.longest_wait)
            row.blocked_until = now + wait if wait else None
    return None


def succeeded(account: Counter, *others: Counter) -> None:
    """The try was right: the account's count ends, and the try is taken off the others'."""
    with side_record() as own:
        for counter in sorted((account, *others), key=lambda one: one.key_hash):
            row = _row(own, counter, datetime.now(UTC))
            if counter == account:
                own.delete(row)
            elif row.failures > 0:
                row.failures -= 1
                row.blocked_until = row.blocked_until if wait_after(row.failures, counter.limit) else None
