"""The code on the wall, and what those do who see it."""

from flask import flash, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms import dates
from lms.accounts import throttle
from lms.accounts.throttle import Counter
from lms.attendance.queries import date_or_404, session_or_404
from lms.catalogue.models import SessionDate
from lms.checkin import blueprint, codes, forms, operations, queries, rules
from lms.db import begin_writing
from lms.errors import RuleBroken
from lms.permissions import Permission, me, requires, slow


def _date(reference: str, number: int) -> SessionDate:
    return date_or_404(session_or_404(reference, me()), number, dates.now())


def _closed(date: SessionDate) -> str:
    """Why there is no code to show; empty while there is."""
    try:
        rules.check_time(starts_at=date.starts_at, ends_at=date.ends_at, now=dates.now(), cancelled=False)
    except RuleBroken as broken:
        return str(broken)
    return ""


@blueprint.get("/sessions/<reference>/register/<int:number>/check-in")
@requires(Permission.REGISTER_RECORD)
def show(reference: str, number: int) -> ResponseReturnValue:
    """The code of a date for everybody in the room, made for a projector."""
    date = _date(reference, number)
    closed = _closed(date)
    return render_template(
        "lms/checkin/show.html",
        session=date.session,
        date=date,
        number=number,
        closed=closed,
        shown=None if closed else codes.shown(date),
        present=queries.present(date),
        address=url_for(".typed", _external=True).split("://")[1],
    )


@blueprint.get("/sessions/<reference>/register/<int:number>/check-in/code")
@requires(Permission.REGISTER_RECORD)
def code(reference: str, number: int) -> ResponseReturnValue:
    """The code of this moment, for the page that shows it."""
    date = _date(reference, number)
    if _closed(date):
        return jsonify(closed=True)
    shown, present = codes.shown(date), queries.present(date)
    return jsonify(
        link=shown.link,
        picture=shown.picture,
        code=shown.spaced,
        changes_in=shown.changes_in,
        came=present.came,
        expected=present.expected,
    )


@blueprint.route("/check-in/<token>", methods=["GET", "POST"])
@requires(Permission.LEARNING_VIEW)
def scanned(token: str) -> ResponseReturnValue:
    """Where a scanned code leads: one button. Opening it changes nothing."""
    there = codes.read_link(token)
    date = queries.date_of(there[0]) if there else None
    if there is None or date is None:
        return _typing(rules.NO_CODE)
    form = forms.Here()
    if form.validate_on_submit():
        if codes.proven(token, form.proof.data or "", me()):
            return _check_in(date)
        return _typing(rules.TOO_LONG_AGO)
    if not codes.counts(there[1]):
        return _typing(rules.CHANGED)
    form.proof.data = codes.proof(date, me())
    return render_template("lms/checkin/scanned.html", form=form, date=date, session=date.session, closed=_closed(date))


@blueprint.route("/check-in", methods=["GET", "POST"])
@requires(Permission.LEARNING_VIEW)
@slow
def typed() -> ResponseReturnValue:
    """For those who cannot scan: the six characters."""
    form = forms.TypeCode()
    if not form.validate_on_submit():
        return render_template("lms/checkin/typed.html", form=form), 422 if form.is_submitted() else 200
    counter = Counter("check-in", str(me().id), rules.TRIES, longest_wait=rules.WAIT)
    if wait := throttle.begin_try(counter):
        form.refuse(
            f"Wait {max(1, round(wait.total_seconds()))} seconds, then type the code that is shown then", "code"
        )
        return render_template("lms/checkin/typed.html", form=form), 422
    there = codes.find(form.code.data or "", queries.open_dates(dates.now()))
    date = queries.date_of(there[0]) if there else None
    if there is None or date is None or not codes.counts(there[1]):
        form.refuse(rules.CHANGED if there else rules.NO_CODE, "code")
        return render_template("lms/checkin/typed.html", form=form), 422
    throttle.succeeded(counter)
    begin_writing()
    return _check_in(date)


def _check_in(date: SessionDate) -> ResponseReturnValue:
    try:
        booking = operations.check_in(date, person=me(), now=dates.now())
    except RuleBroken as broken:
        return _typing(str(broken))
    flash(f"You are checked in: {date.session.course.title}, {dates.when(date.starts_at, date.ends_at)}.")
    return redirect(url_for("bookings.booking", reference=booking.reference), 303)


def _typing(sentence: str) -> ResponseReturnValue:
    """Why it did not work, and the other way: never an end."""
    form = forms.TypeCode(formdata=None)
    return render_template("lms/checkin/typed.html", form=form, why=sentence), 422
