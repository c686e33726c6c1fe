"""Visits kept on the server (security.md 2.1). The cookie holds a random name, the row its SHA-256; Flask-Login stands on top.

A row is a side record: it has a short transaction of its own, before the response is handed over and after the request's own
transaction has ended. Only where the request itself is kept does the row go along with it. Times here are the machine's, in the
demonstration too: moving the stored clock signs nobody out.
"""

import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, cast

import flask_login
from flask import Flask, Request, Response, current_app, g, request, session
from flask.sessions import SessionInterface, SessionMixin
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import Row, bindparam, delete, select, update
from sqlalchemy.orm import Session, contains_eager, scoped_session
from werkzeug.datastructures import CallbackDict

from lms.accounts.models import Person, PersonRole, ServerSession
from lms.db import db, ended_well, side_record
from lms.headers import for_contents

#: How often a visit that changes nothing says that it is still there.
SEEN_EVERY = timedelta(minutes=1)
DEVICE_KNOWN_FOR = timedelta(days=365)

login = flask_login.LoginManager()


class Visit(CallbackDict[str, Any], SessionMixin):
    """Flask's `session`: what one browser's visit holds. `name_hash` is empty until a row is written."""

    def __init__(self, row: Row[Any] | None = None) -> None:
        def changed(visit: "Visit") -> None:
            visit.modified = True

        super().__init__(row.data if row else None, changed)
        self.name_hash = row.name_hash if row else ""
        self.last_seen_at = row.last_seen_at if row else None
        self.modified = False
        self.new = row is None

    def renew(self) -> None:
        """Forget everything, and go by a new name: at sign-in and at sign-out, so that a name known before is worth nothing."""
        self.clear()
        self.renewed = True

    #: Set by `renew`: the row of the old name is removed, and what the visit holds now gets a new one.
    renewed = False


def hash_of(name: str) -> str:
    """What the database keeps of a visit's name."""
    return sha256(name.encode()).hexdigest()


# What every page asks first, built once.
_VISIT = select(
    ServerSession.name_hash, ServerSession.data, ServerSession.created_at, ServerSession.last_seen_at
).where(ServerSession.name_hash == bindparam("name"))
_SEEN = (
    update(ServerSession.__table__)  # type: ignore[arg-type]
    .where(ServerSession.name_hash == bindparam("name"))
    .values(last_seen_at=bindparam("last_seen_at"))
)
_CHANGED = _SEEN.values(data=bindparam("data"), person_id=bindparam("person_id"))
_PERSON = (
    select(Person)
    .outerjoin(Person.held)
    .where(Person.id == bindparam("person"))
    .options(contains_eager(Person.held))
    .order_by(PersonRole.role)
)


class ServerSessions(SessionInterface):
    """Reads a visit before the request, writes it after, if there is anything to write."""

    def open_session(self, app: Flask, request: Request) -> Visit:
        if for_contents(request.environ):
            return Visit()
        name = request.cookies.get(self.get_cookie_name(app))
        row = db.session.execute(_VISIT, {"name": hash_of(name)}).one_or_none() if name else None
        return Visit(row if row and not ended(row, datetime.now(UTC), app) else None)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if for_contents(request.environ):
            return
        response.vary.add("Cookie")
        name = self._write(app, cast(Visit, session), datetime.now(UTC))
        if name is None:
            return
        settings: dict[str, Any] = {
            "path": "/",
            "secure": self.get_cookie_secure(app),
            "httponly": True,
            "samesite": "Lax",
        }
        if name:
            response.set_cookie(self.get_cookie_name(app), name, **settings)
        else:
            response.delete_cookie(self.get_cookie_name(app), **settings)

    def _write(self, app: Flask, visit: Visit, now: datetime) -> str | None:
        """Keep the visit; the new name for the cookie, "" when there is no visit any more, None when the cookie stays."""
        if g.get("along") is not None and g.get("kept"):
            return None if g.along else ""
        if visit.name_hash and not visit.renewed:
            seen = visit.last_seen_at is not None and now - visit.last_seen_at < SEEN_EVERY
            if not visit.modified and seen:
                return None
            with side_record() as own:
                kept = _update(own, visit, now)
            return None if kept else ""
        if not visit and not visit.name_hash:
            return None
        name = secrets.token_urlsafe(32) if visit else ""
        with side_record() as own:
            if visit.name_hash:
                own.execute(delete(ServerSession).where(ServerSession.name_hash == visit.name_hash))
            if name:
                own.execute(
                    delete(ServerSession).where(ServerSession.last_seen_at < now - app.config["SESSION_ABSOLUTE"])
                )
                own.add(
                    ServerSession(
                        name_hash=hash_of(name),
                        person_id=_person_id(visit),
                        data=dict(visit),
                        created_at=now,
                        last_seen_at=now,
                    )
                )
        return name


def _update(session: Session | scoped_session[Any], visit: Visit, now: datetime) -> bool:
    """Bring the row of a visit up to date; was it still there? Never inserted again: what was ended elsewhere stays ended."""
    values: dict[str, Any] = {"name": visit.name_hash, "last_seen_at": now}
    if visit.modified:
        values |= {"data": dict(visit), "person_id": _person_id(visit)}
    done = session.execute(_CHANGED if visit.modified else _SEEN, values)
    return bool(done.rowcount)  # type: ignore[attr-defined]


def keep_along(response: Response) -> Response:
    """Where the request is kept, the visit goes along in its transaction (what is said on the next page, mostly), which spares
    a second one. Runs before `db.finish_request`; where nothing is kept, `save_session` writes the visit by itself."""
    visit = _this_visit()
    goes = ended_well(response) and not g.get("slow_view") and visit.name_hash and visit.modified and not visit.renewed
    g.along = _update(db.session, visit, datetime.now(UTC)) if goes else None
    return response


def ended(row: Row[Any], now: datetime, app: Flask) -> bool:
    """Is this visit over: idle for too long, or too long altogether?"""
    idle: timedelta = app.config["SESSION_IDLE"]
    absolute: timedelta = app.config["SESSION_ABSOLUTE"]
    return bool(now >= row.last_seen_at + idle or now >= row.created_at + absolute)


def _person_id(visit: Visit) -> int | None:
    return int(visit["_user_id"]) if "_user_id" in visit else None


def sign_in(person: Person) -> None:
    """From now on this visit is this person's, under a new name."""
    _this_visit().renew()
    flask_login.login_user(person)


def sign_out() -> None:
    """Nobody is signed in any more; the old name is worth nothing, and a new one holds what is said next."""
    flask_login.logout_user()
    _this_visit().renew()


def leave_nothing(response: Response) -> Response:
    """With the visit goes what our pages have kept in this browser: a register without a network, with names. The cookie stays,
    because it holds what is said next."""
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def this_name_hash() -> str:
    """Which row is the visit of the browser that asks."""
    return _this_visit().name_hash


def _this_visit() -> Visit:
    return cast(Visit, session._get_current_object())  # type: ignore[attr-defined]


def _devices() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="lms.accounts:device")


def remember_device(response: Response, person: Person) -> Response:
    """Let this browser prove that this person has signed in with it before: whoever floods their account from elsewhere then
    cannot keep them out. It proves nothing else."""
    proof = str(_devices().dumps([person.id, secrets.token_urlsafe(12)]))
    response.set_cookie(
        f"{current_app.session_interface.get_cookie_name(current_app)}-device",
        proof,
        max_age=DEVICE_KNOWN_FOR,
        path="/",
        secure=current_app.session_interface.get_cookie_secure(current_app),
        httponly=True,
        samesite="Lax",
    )
    return response


def known_device(person: Person | None) -> str:
    """The name of this browser, if this person has signed in with it before; else empty."""
    name = f"{current_app.session_interface.get_cookie_name(current_app)}-device"
    try:
        person_id, device = _devices().loads(request.cookies.get(name, ""))
    except (BadSignature, ValueError, TypeError):
        return ""
    return str(device) if person and person.id == person_id else ""


@login.user_loader
def load_person(person_id: str) -> Person | None:
    """Who this visit belongs to; nobody, once the person is disabled."""
    person = db.session.scalars(_PERSON, {"person": int(person_id)}).unique().one_or_none()
    return person if person and person.is_active else None


def init_app(app: Flask) -> None:
    """Keep visits on the server and know who is signed in."""
    demo = app.config["DEMO"]
    app.config["SESSION_COOKIE_NAME"] = "lms" if demo else "__Host-lms"
    app.config["SESSION_COOKIE_SECURE"] = not demo
    app.session_interface = ServerSessions()
    # The name is random and lives here: a change of address on the train is no reason to sign somebody out.
    login.session_protection = None
    login.init_app(app)
