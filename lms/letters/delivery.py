"""Sending the letters that wait. A row is claimed with a lease, handed to the mail server, and marked under the same token.

A worker that is killed loses nothing: its lease ends and the letter is taken up again. A worker that lost its lease marks
nothing. Somebody gets a second copy only if the worker dies between the mail server's yes and the mark; both copies then
carry the same Message-ID.
"""

import secrets
import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from time import monotonic
from urllib.parse import parse_qs, unquote, urlsplit

from flask import current_app
from sqlalchemy import ColumnElement, Update, and_, case, func, or_, select, update

from lms.db import db, writing
from lms.letters import links
from lms.letters.models import Letter, LetterState
from lms.organisations.models import Partnership
from lms.organisations.queries import partnership

#: How long one letter may take before another worker takes it up; the mail server is given up long before.
LEASE = timedelta(minutes=5)
TIMEOUT_SECONDS = 30
#: How long to wait after each try that did not work; the last one again and again.
BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
)
#: After so many tries, about six days, a letter is given up.
MOST_TRIES = 12


@dataclass(frozen=True)
class Route:
    """How letters leave: the mail server, and whether to speak encrypted from the start or after STARTTLS."""

    host: str
    port: int
    user: str
    password: str
    starttls: bool
    tls: bool


def route_of(url: str) -> Route:
    """Read smtp://user:password@host:587?starttls=1 or smtps://…; ValueError says how it should look."""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("LMS_SMTP_URL must look like smtp://user:password@host:587?starttls=1.")
    tls = parts.scheme == "smtps"
    starttls = parse_qs(parts.query).get("starttls", ["0"])[-1].lower() in {"1", "true", "yes", "on"}
    return Route(
        host=parts.hostname,
        port=parts.port or (465 if tls else 587 if starttls else 25),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=starttls and not tls,
        tls=tls,
    )


def can_send() -> bool:
    """Is there a way for letters to leave? In the demonstration they always do: to the outbox page."""
    return bool(current_app.config["SMTP_URL"] or current_app.config["DEMO"])


def next_at() -> datetime | None:
    """The next moment with a letter to send: when it is due, or when the lease of a worker that went away ends."""
    if not can_send():
        return None
    ready = case((Letter.lease_until > Letter.due_at, Letter.lease_until), else_=Letter.due_at)
    earliest: datetime | None = db.session.scalar(select(func.min(ready)).where(Letter.state == LetterState.WAITING))
    return earliest


def run(now: datetime) -> int:
    """Send every letter due at `now`; how many were sent, put off or given up. Commits by itself, letter by letter."""
    url = current_app.config["SMTP_URL"]
    if not url:
        return _keep_in_outbox(now) if current_app.config["DEMO"] else 0
    route = route_of(url)
    began = monotonic()
    done = 0
    server: smtplib.SMTP | None = None
    try:
        while claimed := _claim(now, until=now + timedelta(seconds=monotonic() - began) + LEASE):
            done += 1
            try:
                if message := _composed(claimed, now):
                    server = server or _connect(route)
                    _hand_over(server, message, claimed, now)
            except _ServerTrouble as trouble:
                _put_off(claimed, str(trouble), now)
                done += _put_off_others(now)
                server = None
    finally:
        if server is not None:
            _quit(server)
    return done


class _ServerTrouble(Exception):
    """The mail server as a whole cannot be used now; no letter is to blame."""


def _due(now: datetime) -> ColumnElement[bool]:
    return and_(
        Letter.state == LetterState.WAITING,
        Letter.due_at <= now,
        or_(Letter.lease_until.is_(None), Letter.lease_until <= now),
    )


def _keep_in_outbox(now: datetime) -> int:
    """Without a mail server the demonstration's letters are sent the moment they are due: they show on the outbox page."""
    with writing():
        return _rows(update(Letter).where(_due(now)).values(state=LetterState.SENT, sent_at=now, attempts=1))


def _rows(statement: Update) -> int:
    result = db.session.execute(statement.execution_options(synchronize_session=False))
    return int(result.rowcount)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class _Claimed:
    """A letter that is ours until its lease ends, and the token that proves it."""

    letter_id: int
    token: str
    attempts: int


def _claim(now: datetime, until: datetime) -> _Claimed | None:
    """The letter that is due longest, ours alone `until` the lease ends; None when nothing is due."""
    first = select(Letter.id, Letter.attempts).where(_due(now)).order_by(Letter.due_at, Letter.id).limit(1)
    with writing():
        found = db.session.execute(first.with_for_update(skip_locked=True)).one_or_none()
        if found is None:
            return None
        claimed = _Claimed(found.id, secrets.token_hex(16), found.attempts + 1)
        lease = {"lease_token": claimed.token, "lease_until": until, "attempts": claimed.attempts}
        _rows(update(Letter).where(Letter.id == claimed.letter_id).values(lease))
    return claimed


def _mark(claimed: _Claimed, **values: object) -> bool:
    """Write what became of a letter, if it is still ours. False: another worker has taken it up since."""
    ours = update(Letter).where(
        Letter.id == claimed.letter_id, Letter.lease_token == claimed.token, Letter.state == LetterState.WAITING
    )
    with writing():
        return bool(_rows(ours.values(lease_token=None, lease_until=None, **values)))


def _give_up(claimed: _Claimed, reason: str) -> None:
    _mark(claimed, state=LetterState.FAILED, error=reason[:400])


def _composed(claimed: _Claimed, now: datetime) -> EmailMessage | None:
    """The e-mail of a claimed letter; None when the letter has been given up because there can be none."""
    letter = db.session.get_one(Letter, claimed.letter_id, populate_existing=True)
    try:
        message = compose(letter, now)
    except UnicodeError:
        message = None
        _give_up(claimed, "Its address has letters that mail servers cannot read.")
    except (LookupError, ValueError) as fault:
        message = None
        _give_up(claimed, f"It could not be put together: {fault}")
    if claimed.attempts > MOST_TRIES:
        message = None
        _give_up(claimed, f"Given up after {MOST_TRIES} tries. {letter.error}".strip())
    db.session.rollback()  # nothing is held while the mail server is spoken to
    return message


def _hand_over(server: smtplib.SMTP, message: EmailMessage, claimed: _Claimed, now: datetime) -> None:
    """Send one letter and mark it: sent, put off (4xx), or given up with the reason (5xx)."""
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as refused:
        code, said = next(iter(refused.recipients.values()))
        _answer(claimed, code, said, now)
    except smtplib.SMTPDataError as refused:
        _answer(claimed, refused.smtp_code, refused.smtp_error, now)
    except (smtplib.SMTPNotSupportedError, ValueError) as fault:
        _give_up(claimed, f"The mail server cannot send to this address: {fault}")
    except (smtplib.SMTPException, OSError) as fault:
        raise _ServerTrouble(_said(fault)) from fault
    else:
        _mark(claimed, state=LetterState.SENT, sent_at=now, error="")


def _answer(claimed: _Claimed, code: int, said: bytes | str, now: datetime) -> None:
    """The mail server refused this one letter: for now (4xx), or for good (5xx). 421 says that it is closing."""
    reason = f"{code} {_text(said)}"
    if code == 421:
        raise _ServerTrouble(reason)
    if code >= 500:
        _give_up(claimed, reason)
    else:
        _put_off(claimed, reason, now)


def _put_off(claimed: _Claimed, reason: str, now: datetime) -> None:
    """Try again later, and later still; after the last try give up, with the reason."""
    if claimed.attempts >= MOST_TRIES:
        _give_up(claimed, f"Given up after {claimed.attempts} tries. {reason}")
    else:
        wait = BACK_OFF[min(claimed.attempts, len(BACK_OFF)) - 1]
        _mark(claimed, due_at=now + wait, error=reason[:400])


def _put_off_others(now: datetime) -> int:
    """The mail server is away: the rest need not find that out one by one."""
    with writing():
        return _rows(update(Letter).where(_due(now)).values(due_at=now + BACK_OFF[0]))


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said


def _said(fault: Exception) -> str:
    if isinstance(fault, smtplib.SMTPResponseException):
        return f"{fault.smtp_code} {_text(fault.smtp_error)}"
    return f"The mail server could not be reached: {fault}"


def _connect(route: Route) -> smtplib.SMTP:
    trusted = ssl.create_default_context()
    try:
        if route.tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(route.host, route.port, timeout=TIMEOUT_SECONDS, context=trusted)
        else:
            server = smtplib.SMTP(route.host, route.port, timeout=TIMEOUT_SECONDS)
        if route.starttls:
            server.starttls(context=trusted)
        if route.user:
            server.login(route.user, route.password)
    except (smtplib.SMTPException, OSError) as fault:
        raise _ServerTrouble(_said(fault)) from fault
    return server


def _quit(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()


def text_of(letter: Letter) -> str:
    """The letter's words as its reader gets them: with the personal link, made now. KeyError for a link nobody makes."""
    return links.put_into(letter.body, letter.link_kind, letter.link_to) if letter.link_kind else letter.body


def _here() -> Partnership:
    here = partnership()
    if here is None:
        raise LookupError("no partnership is loaded")
    return here


def sender() -> tuple[str, str]:
    """Whose name and mailbox letters come from."""
    here = _here()
    return here.team_name, current_app.config["MAIL_FROM"] or here.team_email


def compose(letter: Letter, now: datetime) -> EmailMessage:
    """The letter as an e-mail. ValueError for an address that is none (a line break in it, say)."""
    here = _here()
    message = EmailMessage(policy=SMTP)
    message["From"] = formataddr(sender())
    message["To"] = formataddr((letter.to_name, letter.to_email))
    message["Reply-To"] = formataddr((here.team_name, here.team_email))
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text_of(letter), cte="quoted-printable")
    if letter.calendar:
        # Outlook shows an invitation only if it stands beside the text as an alternative; others look for the file.
        message.add_alternative(
            letter.calendar, subtype="calendar", params={"method": letter.calendar_method}, cte="base64"
        )
        message.add_attachment(
            letter.calendar.encode(), maintype="application", subtype="ics", filename="invitation.ics"
        )
    return message


def broken() -> list[str]:
    """For `lms verify`: letters that wait although nothing can send them."""
    if can_send():
        return []
    waiting = db.session.scalar(select(func.count()).where(Letter.state == LetterState.WAITING)) or 0
    if not waiting:
        return []
    said = "1 letter waits" if waiting == 1 else f"{waiting:,} letters wait"
    return [f"{said} and no mail server is set. Set LMS_SMTP_URL."]
