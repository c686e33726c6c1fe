"""What people read when something cannot be answered: kind words, a way on, and never a word of the machinery.

A fault of ours gets a reference; the same reference stands in the log, so that a telephone call finds the line.
"""

import math
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError, TooManyRequests

from lms.db import db
from lms.errors import RuleBroken
from lms.words import plural


@dataclass(frozen=True)
class Words:
    """What one kind of error page says."""

    title: str
    sentences: tuple[str, ...]


WORDS = {
    400: Words(
        "We could not read what was sent",
        ("Something in the address or the form was not complete.", "Go back, check what you typed, and try again."),
    ),
    403: Words(
        "You cannot open this page",
        ("Your role here does not include it. If you need it for your work, ask the training team.",),
    ),
    404: Words(
        "We cannot find this page",
        (
            "If you typed the address, check that it is right. If you pasted it, check that you copied all of it.",
            "If you followed a link in a letter, what it led to may be over or may have moved.",
        ),
    ),
    405: Words("This page cannot do that", ("Go back to the page you came from and use its buttons.",)),
    413: Words(
        "What you sent is too large",
        ("Nothing was kept. Go back, make the text shorter or the file smaller, and send it again.",),
    ),
    422: Words("That cannot be done", ()),
    429: Words("Too many tries in a short time", ("For safety we stop for a while. Nothing you had before is lost.",)),
    500: Words(
        "Something went wrong on our side",
        ("What you last sent was not kept; everything before it is safe.", "Try again in a few minutes."),
    ),
    503: Words(
        "The service is not available just now", ("Nothing is lost. Try again in a few minutes.",)
    ),
}  # fmt: skip
EXPIRED = Words(
    "Send it once more",
    (
        "This form was open for a long time, or you signed in again since you opened it. For safety nothing was kept.",
        "Go back, open the page again, and send the form once more.",
    ),
)
#: Headers an error must keep, because programs rely on them.
KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")
#: Fields whose content is never shown again.
SECRET_FIELDS = ("password", "token", "secret", "code", "pin")


def _page(status: int, words: Words, **more: object) -> Response:
    if request.path.startswith("/api/"):
        return make_response(
            jsonify(error={"status": status, "message": words.title, "details": list(words.sentences)}), status
        )
    try:
        return make_response(render_template("errors/error.html", status=status, words=words, **more), status)
    except Exception:
        # The page around the words needs the database; the words themselves must not.
        current_app.logger.exception("The page of error %s could not be drawn", status)
        db.session.rollback()
        return _plain(status, words, **more)


def _plain(status: int, words: Words, **more: object) -> Response:
    """The words alone: no menu, no database, no address of another page."""
    plain = current_app.jinja_env.get_template("errors/plain.html")
    return make_response(plain.render(status=status, words=words, **more), status)


def http_error(error: HTTPException) -> ResponseReturnValue:
    """Any refusal of the web framework, in our words."""
    if error.response is not None or error.code is None or error.code < 400:
        return error
    if error.code >= 500:
        return fault(error)
    if isinstance(error, SecurityError):  # asked under a name that is not ours: no page of ours can be linked to
        return _plain(error.code, WORDS[400])
    words = WORDS.get(error.code) or Words(WORDS[400].title, WORDS[400].sentences)
    if isinstance(error, TooManyRequests) and isinstance(error.retry_after, int):
        minutes = math.ceil(error.retry_after / 60)
        words = Words(words.title, (*words.sentences, f"You can try again in {plural(minutes, 'minute')}."))
    response = _page(error.code, words)
    for name, value in error.get_headers():
        if name in KEPT_HEADERS:
            response.headers[name] = value
    return response


def fault(error: HTTPException) -> Response:
    """Our own fault: say so, with a reference that is in the log."""
    reference = secrets.token_hex(4).upper()
    current_app.logger.error("Fault %s in %s", reference, request.endpoint)
    db.session.rollback()
    status = error.code or 500
    return _page(status, WORDS.get(status, WORDS[500]), reference=f"{reference[:4]} {reference[4:]}")


def refused(error: RuleBroken) -> Response:
    """A rule said no and the page did not show it itself: its sentence, on a page of its own."""
    return _page(422, Words(WORDS[422].title, (str(error),)), back=_came_from())


def _came_from() -> str | None:
    """The page of ours the person was on, without its host; None if it is not known or not ours."""
    there = urlsplit(request.referrer or "")
    if there.netloc != request.host:
        return None
    return there.path + (f"?{there.query}" if there.query else "")


def _typed() -> list[tuple[str, str]]:
    """What was typed into a form of ours that has expired, to be copied: never a secret, never what another site sent."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin" or _came_from() is None:
        return []
    return [
        (name.replace("_", " ").replace("-", " ").capitalize(), value.strip())
        for name, value in request.form.items(multi=True)
        if value.strip() and not any(word in name.lower() for word in SECRET_FIELDS)
    ]


def expired(error: CSRFError) -> Response:
    """A form without a valid token: nothing is done, nothing typed is lost."""
    return _page(400, EXPIRED, back=_came_from(), typed=_typed())


def init_app(app: Flask) -> None:
    """Answer every error with a page of ours."""

    def log_exception(exc_info: Any) -> None:
        # Flask would log the address, and an address can be somebody's personal link (/s/…).
        app.logger.error("Fault in %s (%s)", request.endpoint, request.method, exc_info=exc_info)

    app.log_exception = log_exception  # type: ignore[method-assign]
    app.register_error_handler(CSRFError, expired)
    app.register_error_handler(RuleBroken, refused)
    app.register_error_handler(HTTPException, http_error)
