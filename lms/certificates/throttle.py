"""How often codes may be asked about from one address: counts in the database, in side records, shared by all processes.

30 a minute from an address and 300 an hour from its neighbourhood (security.md 2.6): too few to find a code by trying, enough for
whoever checks a pile of certificates.
"""

import hmac
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

from flask import current_app
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.throttle import network
from lms.certificates.models import VerifyCount
from lms.db import side_record

A_MINUTE, AN_HOUR = timedelta(minutes=1), timedelta(hours=1)
FROM_ADDRESS, FROM_NEIGHBOURHOOD = 30, 300


def neighbourhood(address: str | None) -> str:
    """The /24 an IPv4 address is in, the /48 of an IPv6 address.

    >>> neighbourhood("192.0.2.77"), neighbourhood("2001:db8:1:2::3"), neighbourhood(None)
    ('192.0.2.0/24', '2001:db8:1::/48', '')
    """
    try:
        found = ip_address(address or "")
    except ValueError:
        return ""
    return str(ip_network((found, 24 if found.version == 4 else 48), strict=False))


def count_one(address: str | None) -> timedelta | None:
    """Count one look from this address. None when it may be made; else how long to wait, and nothing is counted."""
    now = datetime.now(UTC)
    counted = sorted(
        [
            (_name("address", network(address)), FROM_ADDRESS, A_MINUTE),
            (_name("neighbourhood", neighbourhood(address)), FROM_NEIGHBOURHOOD, AN_HOUR),
        ]
    )  # always in the same order, so that two processes never wait for each other
    with side_record() as own:
        rows = [(_row(own, name, now, lasts), most) for name, most, lasts in counted]
        waits = [row.ends_at - now for row, most in rows if row.tries >= most]
        if waits:
            return max(waits)
        for row, _ in rows:
            row.tries += 1
    return None


def _name(kind: str, of: str) -> str:
    """The database keeps only a keyed hash: no address."""
    return hmac.digest(current_app.config["SECRET_KEY"].encode(), f"verify:{kind}:{of}".encode(), "sha256").hex()


def _row(own: Session, name: str, now: datetime, lasts: timedelta) -> VerifyCount:
    """The count that runs now, locked; begun where the last one is over."""
    locked = select(VerifyCount).where(VerifyCount.key_hash == name).with_for_update()
    row = own.scalar(locked)
    if row is None:
        own.execute(delete(VerifyCount).where(VerifyCount.ends_at < now - AN_HOUR))
        try:
            with own.begin_nested():
                own.add(VerifyCount(key_hash=name, tries=0, ends_at=now + lasts))
        except IntegrityError:  # another process was faster; its row is there now
            pass
        row = own.scalars(locked).one()
    if row.ends_at <= now:
        row.tries, row.ends_at = 0, now + lasts
    return row
