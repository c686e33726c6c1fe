"""Writing letters, and wording them. The worker sends them later; see delivery.py."""

import uuid
from collections.abc import Collection
from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app, has_request_context
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from lms import dates, jobs
from lms.accounts.models import Person
from lms.activity.operations import record
from lms.db import db, then
from lms.errors import RuleBroken
from lms.letters import links, queries, rules
from lms.letters.models import Letter, LetterState, LetterWording
from lms.letters.words import fill, known_of
from lms.organisations.queries import partnership

#: The longest subject a row holds: course titles are long, and one may stand in a wording twice.
LONGEST = 300


def queue(
    key: str,
    *,
    to: Person | None = None,
    to_name: str = "",
    to_email: str = "",
    values: dict[str, str],
    now: datetime,
    calendar: str = "",
    link_kind: str = "",
    link_to: str = "",
    dedupe: str | None = None,
) -> Letter | None:
    """Write letter `key` to a person (or to a name and address), in the transaction that causes it.

    `values` fills the letter's placeholders; first_name, partnership_name, team_email, team_phone and sign_off are known here.
    `link_kind` and `link_to` say which personal link replaces its placeholder at the moment of sending. With a `dedupe` that was
    used before, or to somebody without an address, nothing is written and None comes back. KeyError if a placeholder has no
    value.
    """
    address = to.email if to else to_email
    if not address:
        return None
    if dedupe and queries.written(dedupe):
        return None
    template = queries.template(key)
    here = partnership()
    if here is None:
        raise RuntimeError("Letters are written only once a partnership is loaded.")
    name = to.name if to else to_name
    first_name = to.first_name if to else name.split(" ")[0]
    known = known_of(here, first_name) | (links.unmade(link_kind) if link_kind else {}) | values
    letter = Letter(
        key=key,
        person_id=to.id if to else None,
        to_name=name,
        to_email=address,
        subject=_one_line(fill(template.subject, known)),
        body=fill(template.body, known),
        calendar=calendar,
        calendar_method=template.calendar.upper() if calendar else "",
        link_kind=link_kind,
        link_to=link_to,
        dedupe=dedupe,
        message_id=f"<{uuid.uuid4().hex}@{urlsplit(current_app.config['PUBLIC_URL']).hostname}>",
        queued_at=now,
        due_at=now,
    )
    db.session.add(letter)
    db.session.flush()
    if has_request_context():
        then(jobs.ring)
    return letter


def withdraw(dedupes: Collection[str]) -> int:
    """Take back letters that nobody has got yet, by the names they were written under; how many. One the worker has in hand just
    now goes out."""
    gone = db.session.execute(
        delete(Letter).where(
            Letter.dedupe.in_(dedupes), Letter.state == LetterState.WAITING, Letter.lease_token.is_(None)
        ),
        execution_options={"synchronize_session": False},
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _one_line(subject: str) -> str:
    words = " ".join(subject.split())
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def reword(*, key: str, subject: str, body: str, seen: int, by: Person, now: datetime) -> bool:
    """Give a letter words of the partnership's own. Earlier ones stay, and letters that are written already do not change.

    `seen` is the wording they began from (its id; 0: the default). False where these are the words already. RuleBroken where they
    do not fit, or somebody else has changed them since.
    """
    default, ours = queries.default(key), queries.current(key, lock=True)
    rules.check_wording(default, subject, body)
    used = ours or default
    if (subject, body) == (used.subject, used.body.rstrip("\n")):
        return False
    rules.check_newest(
        seen,
        ours.id if ours else 0,
        by=ours.written_by.name if ours and ours.written_by else "",
        at=dates.day_time(ours.written_at) if ours else "",
    )
    if (subject, body) == (default.subject, default.body.rstrip("\n")):
        return use_default(key=key, by=by, now=now)
    _end(ours, now)
    wording = LetterWording(key=key, subject=subject, body=body, written_by=by, written_at=now)
    try:
        with db.session.begin_nested():
            db.session.add(wording)
    except IntegrityError:
        raise RuleBroken("Somebody else has changed this letter at the same moment. Save once more") from None
    record("letter:reworded", actor=by, subject_kind="letter", subject=key, now=now, wording=wording.id)
    return True


def use_default(*, key: str, by: Person, now: datetime) -> bool:
    """Take the default wording again; ours stays with the earlier ones. False where the default is in use already."""
    ours = queries.current(key, lock=True)
    if ours is None:
        return False
    _end(ours, now)
    record("letter:reworded", actor=by, subject_kind="letter", subject=key, now=now, wording="default")
    return True


def restore(*, wording: LetterWording, by: Person, now: datetime) -> bool:
    """Take an earlier wording again, as a new one with the same words. False where they are in use. RuleBroken where they no
    longer fit."""
    ours = queries.current(wording.key, lock=True)
    seen = ours.id if ours else 0
    return reword(key=wording.key, subject=wording.subject, body=wording.body, seen=seen, by=by, now=now)


def _end(wording: LetterWording | None, now: datetime) -> None:
    """No longer used. A clock that was set back does not end it before it was written."""
    if wording is not None:
        wording.replaced_at = max(now, wording.written_at)
        db.session.flush()
