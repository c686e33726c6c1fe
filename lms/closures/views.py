"""The pages on which officers cancel a session, or let it join another."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms import dates
from lms.catalogue.models import CourseSession
from lms.closures import blueprint, operations, queries
from lms.closures.forms import CancelSessionForm, MergeForm
from lms.closures.operations import Joined
from lms.errors import RuleBroken
from lms.permissions import Permission, me, requires
from lms.programme import queries as programme
from lms.programme.rules import told_words
from lms.words import plural


def _session(reference: str) -> CourseSession:
    return programme.session(reference) or abort(404)


@blueprint.route("/sessions/<reference>/cancel", methods=["GET", "POST"])
@requires(Permission.SESSION_MANAGE)
def cancel(reference: str) -> ResponseReturnValue:
    """Call a session off: whom it concerns, and why."""
    session, form = _session(reference), CancelSessionForm()
    concerned = queries.concerned(session)
    if form.validate_on_submit():
        try:
            done = operations.cancel_session(session=session, why=form.why.data or "", by=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(str(no), "why")
        else:
            told = f" {told_words(done.with_place, done.without)}." if done.letters else " Nobody had booked it."
            flash(f"{reference} is cancelled.{told}", "success")
            return redirect(url_for("catalogue.session", reference=reference), 303)
    elif session.cancelled_at is not None and not form.is_submitted():
        return redirect(url_for("catalogue.session", reference=reference), 303)
    page = render_template(
        "lms/closures/cancel.html",
        session=session,
        form=form,
        concerned=concerned,
        told=told_words(concerned.with_place, concerned.without) if concerned.letters else "",
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/sessions/<reference>/merge", methods=["GET", "POST"])
@requires(Permission.SESSION_MANAGE)
def merge(reference: str) -> ResponseReturnValue:
    """Let a session join another: choose it, see what becomes of everybody, do it."""
    session, now = _session(reference), dates.now()
    others = queries.could_join(session, now)
    form = MergeForm(session, others)
    if form.validate_on_submit():
        into = next(one for one in others if one.reference == form.into.data)
        try:
            done = operations.merge_sessions(
                source=session,
                into=into,
                by=me(),
                now=now,
                other_course="other_course" in form and bool(form.other_course.data),
            )
        except RuleBroken as no:
            form.refuse(str(no), "into")
        else:
            if request.form.get("do") != "confirmed":
                return _confirm(session, into, done)
            flash(
                f"{reference} has joined {into.reference}. {plural(done.letters, 'person gets', 'people get')} a letter.",
                "success",
            )
            return redirect(url_for("catalogue.session", reference=into.reference), 303)
    elif session.cancelled_at is not None and not form.is_submitted():
        return redirect(url_for("catalogue.session", reference=reference), 303)
    page = render_template("lms/closures/merge.html", session=session, form=form, others=others)
    return page, 422 if form.is_submitted() else 200


def _confirm(session: CourseSession, into: CourseSession, done: Joined) -> ResponseReturnValue:
    """What it would do. What is shown is done and not kept: a page that is no redirect leaves no trace (`db.finish_request`)."""
    typed = [(name, value) for name, value in request.form.items(multi=True) if name not in ("csrf_token", "do")]
    return render_template(
        "lms/closures/confirm.html",
        session=session,
        into=into,
        done=done,
        typed=typed,
        row=programme.rows_of([into], now=dates.now())[0],
        clashes=programme.clashes(into),
    )
