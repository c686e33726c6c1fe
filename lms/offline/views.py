"""The page that works without a network, what keeps it on a device, and what the device sends."""

import hashlib
import json
from pathlib import Path

from flask import Response, abort, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from lms import dates
from lms.assets import static_url, theme_url
from lms.attendance.queries import date_or_404, register, session_or_404
from lms.catalogue.models import SessionDate
from lms.offline import blueprint, operations, queries
from lms.offline.forms import SentRegister
from lms.organisations.queries import organisations, partnership
from lms.permissions import Permission, me, public, requires

#: What the page is drawn with, beside the partnership's own colours. A name that changes changes the worker, which then keeps
#: everything anew.
STATIC = (
    "favicon.svg",
    "vendor/govuk.css",
    "look.css",
    "pages.css",
    "offline/page.css",
    "offline/rows.js",
    "offline/store.js",
    "offline/sending.js",
    "offline/page.js",
    "offline/icon-192.png",
    "offline/icon-512.png",
)
#: Named in a stylesheet, with its version there.
FONTS = (
    "/static/fonts/source-sans-3-latin.woff2?v=7a19a7027e12",
    "/static/fonts/source-sans-3-latin-ext.woff2?v=a85a7459bdb3",
)


@blueprint.get("/offline")
@public
def page() -> ResponseReturnValue:
    """The page itself: the same for everybody, with nobody's name in it. Its script fills it from what is kept on the device."""
    return render_template("lms/offline/page.html")


@blueprint.get("/sw.js")
@public
def worker() -> ResponseReturnValue:
    """The service worker: our script after the list of what it keeps. It changes when anything it keeps has changed."""
    here = partnership()
    theme = theme_url(here.key) if here else None
    files = [url_for(".page"), *map(static_url, STATIC), *FONTS, *([theme] if theme else [])]
    version = hashlib.sha256("\n".join([render_template("lms/offline/page.html"), *files]).encode()).hexdigest()[:12]
    ours = (Path(current_app.static_folder or "") / "offline" / "worker.js").read_text(encoding="utf-8")
    script = f"const VERSION = {json.dumps(version)};\nconst FILES = {json.dumps(files)};\n{ours}"
    return Response(script, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


@blueprint.get("/register.webmanifest")
@public
def manifest() -> ResponseReturnValue:
    """What a phone needs to know to put the page on its home screen."""
    here = partnership()
    icons = [
        {"src": static_url(f"offline/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    about = {
        "name": f"Registers, {here.short_name if here else 'Golden Thread'}",
        "short_name": "Registers",
        "id": url_for(".page"),
        "start_url": url_for(".page"),
        "scope": url_for(".page"),
        "display": "standalone",
        "lang": "en-GB",
        "background_color": "#ffffff",
        "theme_color": "#123f47",
        "icons": icons,
    }
    return Response(
        json.dumps(about), mimetype="application/manifest+json", headers={"Cache-Control": "public, max-age=300"}
    )


def _date(reference: str, number: int | None) -> SessionDate:
    return date_or_404(session_or_404(reference, me()), number, dates.now())


@blueprint.get("/sessions/<reference>/register/offline")
@blueprint.get("/sessions/<reference>/register/<int:number>/offline")
@requires(Permission.REGISTER_RECORD)
def take_along(reference: str, number: int | None = None) -> ResponseReturnValue:
    """From a register to the page that keeps it on this device."""
    date = _date(reference, number)
    return redirect(url_for(".page", register=f"{reference}/{queries.number_of(date)}"), 303)


def _state(date: SessionDate) -> dict[str, object]:
    """What the device hears each time: who it speaks for, the time here, and the register as it is now."""
    return {
        "csrf_token": generate_csrf(),
        "person": me().id,
        "person_name": me().name,
        "now": dates.now().isoformat(),
        "register": queries.register_data(date, register(date), organisations()),
    }


@blueprint.get("/sessions/<reference>/register/<int:number>/marks")
@requires(Permission.REGISTER_RECORD)
def marks(reference: str, number: int) -> ResponseReturnValue:
    """The register of a date as data, with the token that goes with what is sent next."""
    return jsonify(_state(_date(reference, number)))


@blueprint.post("/sessions/<reference>/register/<int:number>/marks")
@requires(Permission.REGISTER_RECORD)
def receive(reference: str, number: int) -> ResponseReturnValue:
    """Take what a device has kept, and answer for each mark by itself."""
    date, now = _date(reference, number), dates.now()
    bookings = {line.booking.reference: line.booking.id for line in register(date)}
    reading = SentRegister(date, bookings=bookings, organisations=organisations(), now=now)
    sent = reading.read(request.get_json(silent=True))
    if sent is None:
        abort(400)
    answers = operations.receive(date, sent=sent, by=me(), now=now)
    said = {key: {"answer": one.answer.value, "sentence": one.sentence} for key, one in answers.items()}
    return jsonify(answers=said, **_state(date))
