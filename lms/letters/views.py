"""What letters say, for officers; and in the demonstration the outbox: every letter as its reader gets it."""

import re
from dataclasses import replace

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from lms import dates
from lms.errors import RuleBroken
from lms.letters import blueprint, delivery, operations, queries, rules
from lms.letters.calendar import read
from lms.letters.forms import OutboxForm, WordingForm
from lms.letters.models import Letter, LetterWording
from lms.letters.words import Placeholder, Template, examples, fill, known_of, themes
from lms.organisations.queries import partnership
from lms.permissions import Permission, me, public, requires

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


@blueprint.get("/letters")
@requires(Permission.LETTER_EDIT)
def wordings() -> ResponseReturnValue:
    """Every letter that is sent, by what it is about: who gets it, when, and whose words it has."""
    letters, ours = queries.listed(), queries.all_current()
    groups = [(heading, [letter for letter in letters if letter.theme == theme]) for theme, heading in themes().items()]
    unused = {key for key, wording in ours.items() if _fault(key, wording)}
    return render_template(
        "lms/letters/wordings.html", groups=[(about, some) for about, some in groups if some], ours=ours, unused=unused
    )


def _fault(key: str, wording: LetterWording) -> str:
    return rules.fault(queries.default(key), wording.subject, wording.body)


def _default(key: str) -> Template:
    if key not in {letter.key for letter in queries.listed()}:
        abort(404)
    return queries.default(key)


def _shown(letter: Template) -> list[Placeholder]:
    """The placeholders a page names, the letter's own first. Where nothing is charged, nobody reads about charges."""
    here = partnership()
    shown = [one for one in letter.placeholders.values() if one.name != "charge_line" or (here and here.charges)]
    return sorted(shown, key=lambda one: one.always)


def _preview(letter: Template) -> tuple[str, str]:
    """Subject and text as somebody made up would get them; the links lead nowhere, so they are plain words."""
    here = partnership()
    known = examples() | (known_of(here, examples()["first_name"]) if here else {})
    return " ".join(fill(letter.subject, known).split()), fill(letter.body, known)


@blueprint.route("/letters/<key>", methods=["GET", "POST"])
@requires(Permission.LETTER_EDIT)
def wording(key: str) -> ResponseReturnValue:
    """Read and change what a letter says; look at it filled in before it is kept."""
    default, form = _default(key), WordingForm()
    if not form.is_submitted():
        return _wording_page(default, form)
    form.validate()
    subject, body = form.subject.data or "", form.body.data or ""
    for field, fault in (
        ("subject", rules.subject_fault(default, subject)),
        ("body", rules.body_fault(default, body)),
    ):
        if fault and not form[field].errors:
            form.refuse(fault, field)
    if form.errors:
        return _wording_page(default, form), 422
    if "look" in request.form:
        return _wording_page(default, form, preview=_preview(replace(default, subject=subject, body=body)))
    try:
        changed = operations.reword(
            key=key, subject=subject, body=body, seen=form.begun_from(), by=me(), now=dates.now()
        )
    except RuleBroken as rule:
        form.refuse(str(rule))
        return _wording_page(default, form, look_again=True), 422
    flash("The new wording is kept. Letters from now on have it." if changed else "Nothing was changed.")
    return redirect(url_for(".wording", key=key), 303)


def _wording_page(
    default: Template, form: WordingForm, *, preview: tuple[str, str] | None = None, look_again: bool = False
) -> str:
    """The page of a letter. `look_again`: somebody else has changed it, and is now seen."""
    ours = queries.current(default.key)
    if not form.is_submitted():
        form.subject.data, form.body.data = (ours or default).subject, (ours or default).body
    if look_again or not form.is_submitted():
        form.seen.data = str(ours.id if ours else 0)
    return render_template(
        "lms/letters/wording.html",
        form=form,
        letter=default,
        ours=ours,
        unused=_fault(default.key, ours) if ours else "",
        placeholders=_shown(default),
        preview=preview,
        history=queries.history(default.key),
    )


@blueprint.post("/letters/<key>/default")
@requires(Permission.LETTER_EDIT)
def use_default(key: str) -> ResponseReturnValue:
    """Take the default wording again."""
    changed = operations.use_default(key=_default(key).key, by=me(), now=dates.now())
    flash("The default wording is used again. Yours stays below." if changed else "Nothing was changed.")
    return redirect(url_for(".wording", key=key), 303)


@blueprint.post("/letters/<key>/restore/<int:wording_id>")
@requires(Permission.LETTER_EDIT)
def restore(key: str, wording_id: int) -> ResponseReturnValue:
    """Take an earlier wording again."""
    earlier = queries.wording(_default(key).key, wording_id) or abort(404)
    try:
        changed = operations.restore(wording=earlier, by=me(), now=dates.now())
    except RuleBroken as rule:
        flash(f"This wording cannot be used again. {rule}.", "problem")
    else:
        flash("The earlier wording is used again." if changed else "Nothing was changed.")
    return redirect(url_for(".wording", key=key), 303)
