"""The outbox: in the demonstration, every letter as its reader gets it. Anywhere else there is no such page."""

import re

from flask import Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from lms.letters import blueprint, delivery, queries
from lms.letters.calendar import read
from lms.letters.forms import OutboxForm
from lms.letters.models import Letter
from lms.permissions import public

#: An address inside a letter; what ends a sentence does not belong to it.
LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")


def with_links(text: str) -> Markup:
    """The text of a letter with its links to click, everything else as it was written.

    >>> with_links("<b> See http://127.0.0.1/x.")
    Markup('&lt;b&gt; See <a class="gt-link" href="http://127.0.0.1/x">http://127.0.0.1/x</a>.')
    """
    parts, end = [], 0
    for found in LINK.finditer(text):
        link = Markup('<a class="gt-link" href="{0}">{0}</a>').format(found[0])
        parts += [escape(text[end : found.start()]), link]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])


def _only_in_demo() -> None:
    if not current_app.config["DEMO"]:
        abort(404)


@blueprint.get("/outbox")
@public
def outbox() -> ResponseReturnValue:
    """Every letter, newest first."""
    _only_in_demo()
    form, page = OutboxForm(), min(max(request.args.get("page", 1, type=int), 1), 10**6)
    letters, count = queries.outbox(form.words(), page)
    pages = max(-(-count // queries.PAGE), 1)
    if page > pages:
        abort(404)
    return render_template(
        "lms/letters/outbox.html", form=form, letters=letters, count=count, page=page, pages=pages, asked=form.words()
    )


def _letter(reference: str) -> Letter:
    _only_in_demo()
    return queries.letter(reference) or abort(404)


@blueprint.get("/outbox/<reference>")
@public
def letter(reference: str) -> ResponseReturnValue:
    """One letter, with the personal link made now, as it is at sending."""
    found = _letter(reference)
    return render_template(
        "lms/letters/letter.html",
        letter=found,
        sender=delivery.sender(),
        text=with_links(delivery.text_of(found)),
        entry=read(found.calendar) if found.calendar else None,
    )


@blueprint.get("/outbox/<reference>/invitation.ics")
@public
def invitation(reference: str) -> ResponseReturnValue:
    """The calendar part of a letter, as the file that is attached to it."""
    found = _letter(reference)
    if not found.calendar:
        abort(404)
    response = Response(found.calendar.encode(), mimetype="text/calendar")
    response.headers["Content-Disposition"] = "attachment; filename=invitation.ics"
    return response
