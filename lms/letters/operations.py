"""Writing letters. The worker sends them later; see delivery.py."""

import uuid
from datetime import datetime
from urllib.parse import urlsplit

from flask import current_app, has_request_context
from sqlalchemy import select

from lms import jobs
from lms.accounts.models import Person
from lms.db import db, then
from lms.letters.models import Letter
from lms.letters.words import fill, templates
from lms.organisations.queries import partnership


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
    `link_kind` and `link_to` say which personal link replaces `{{survey_link}}` at the moment of sending. With a `dedupe`
    that was used before, or to somebody without an address, nothing is written and None comes back. KeyError if a placeholder
    has no value.
    """
    address = to.email if to else to_email
    if not address:
        return None
    if dedupe and db.session.scalar(select(Letter.id).where(Letter.dedupe == dedupe)):
        return None
    template = templates()[key]
    here = partnership()
    if here is None:
        raise RuntimeError("Letters are written only once a partnership is loaded.")
    name = to.name if to else to_name
    known = {
        "first_name": (to.first_name if to else name.split(" ")[0]) or "colleague",
        "partnership_name": here.name,
        "team_email": here.team_email,
        "team_phone": here.team_phone,
        "sign_off": f"{here.team_name}\n{here.team_email}, {here.team_phone}",
        **({"survey_link": "{{survey_link}}"} if link_kind else {}),
        **values,
    }
    letter = Letter(
        key=key,
        person_id=to.id if to else None,
        to_name=name,
        to_email=address,
        subject=" ".join(fill(template.subject, known).split()),
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
