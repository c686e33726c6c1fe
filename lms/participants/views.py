"""Pages on which officers look after the people of a session, and keep the reasons to go first."""

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms import dates
from lms.accounts.queries import person as person_by_id
from lms.attendance.queries import registers_begun
from lms.bookings import rules as booking_rules
from lms.bookings.models import Booking, BookingStatus, CancelReason, PriorityReason
from lms.bookings.queries import in_the_way, positions
from lms.catalogue.models import CourseSession
from lms.errors import RuleBroken
from lms.exports import CSV, csv_bytes, download
from lms.forms import Form
from lms.participants import blueprint, operations, queries
from lms.participants.forms import (
    BookForForm,
    CancelForForm,
    FindForm,
    PriorityForm,
    PromoteForm,
    ReasonForm,
)
from lms.permissions import Permission, me, requires
from lms.programme import queries as programme


def _session(reference: str) -> CourseSession:
    return programme.session(reference) or abort(404)


@blueprint.get("/sessions/<reference>/people")
@requires(Permission.SESSION_MANAGE)
def people(reference: str) -> ResponseReturnValue:
    """Who has a place, who waits and in which order, and who had one."""
    session, now = _session(reference), dates.now()
    return render_template(
        "lms/participants/people.html",
        session=session,
        people=queries.people_of(session),
        row=programme.rows_of([session], now=now)[0],
        to_come=session.cancelled_at is None and now < session.starts_at,
        registers=registers_begun(session, now=now),
    )


@blueprint.get("/sessions/<reference>/people.csv")
@requires(Permission.SESSION_MANAGE)
def people_csv(reference: str) -> Response:
    """The same as a table."""
    session = _session(reference)
    rows = queries.rows_of(queries.people_of(session))
    return download(csv_bytes(queries.COLUMNS, rows), f"{session.reference}-people.csv", CSV)


# Booking somebody.


@blueprint.get("/sessions/<reference>/people/add")
@requires(Permission.SESSION_MANAGE)
def find(reference: str) -> ResponseReturnValue:
    """Look for somebody to book."""
    session, form = _session(reference), FindForm()
    found, total = queries.find(form.q.data or "", session)
    return render_template(
        "lms/participants/find.html", session=session, filters=form, found=found, total=total, asked=form.q.data
    )


@blueprint.route("/sessions/<reference>/people/add/<int:person_id>", methods=["GET", "POST"])
@requires(Permission.SESSION_MANAGE)
def book(reference: str, person_id: int) -> ResponseReturnValue:
    """What booking this person would do, and doing it."""
    session, person = _session(reference), person_by_id(person_id) or abort(404)
    before = queries.before(person, session)
    form = BookForForm(
        asks_manager=session.course.needs_approval,
        names_manager=not (person.manager_name and person.manager_email),
        missing=bool(before.missing),
    )
    if form.validate_on_submit():
        try:
            made = operations.book_for(session=session, person=person, by=me(), now=dates.now(), **form.given())
        except RuleBroken as no:
            form.refuse(str(no), _field_of(form, no))
        else:
            flash(BOOKED_WORDS[made.status].format(person.name), "success")
            return redirect(url_for(".people", reference=reference), 303)
    page = render_template("lms/participants/book.html", session=session, person=person, before=before, form=form)
    return page, 422 if form.is_submitted() else 200


BOOKED_WORDS = {
    BookingStatus.BOOKED: "{} has a place. A letter with an invitation is on its way.",
    BookingStatus.WAITING: "{} is on the waiting list. A letter is on its way.",
    BookingStatus.APPROVAL: "A place is held for {}, and their manager is asked.",
}


def _field_of(form: Form, no: RuleBroken) -> str | None:
    """Beside which field a rule's sentence stands."""
    wanted = "learned_elsewhere" if isinstance(no, booking_rules.PrerequisiteMissing) else "manager_email"
    about_manager = wanted == "manager_email" and "manager" in str(no)
    return wanted if wanted in form and (about_manager or wanted == "learned_elsewhere") else None


# One person.


def _booking(session: CourseSession, reference: str) -> Booking:
    return queries.booking_of(session, reference) or abort(404)


def _booking_page(session: CourseSession, booking: Booking, **forms: Form) -> ResponseReturnValue:
    """One person's booking with what can be done with it; `forms` is the one that was sent."""
    now = dates.now()
    waits = booking.status is BookingStatus.WAITING
    given = {
        "cancel": CancelForForm(formdata=None),
        "promote": PromoteForm(formdata=None),
        "priority": None if forms else PriorityForm(booking, queries.priorities()),
    }
    given |= forms
    sent = next(iter(forms.values()), None)
    page = render_template(
        "lms/participants/booking.html",
        session=session,
        booking=booking,
        forms=given,
        form=sent,
        place=positions([booking]).get(booking.id),
        clashes=in_the_way(booking.person, session) if waits else [],
        to_come=session.cancelled_at is None and now < session.starts_at,
        late=booking_rules.is_late(session, booking, now=now),
    )
    return page, 422 if sent else 200


@blueprint.get("/sessions/<reference>/people/<booking>")
@requires(Permission.SESSION_MANAGE)
def booking(reference: str, booking: str) -> ResponseReturnValue:
    """One person of a session."""
    session = _session(reference)
    return _booking_page(session, _booking(session, booking))


@blueprint.post("/sessions/<reference>/people/<booking>/cancel")
@requires(Permission.SESSION_MANAGE)
def cancel(reference: str, booking: str) -> ResponseReturnValue:
    """End somebody's booking for them."""
    session, form = _session(reference), CancelForForm()
    found = _booking(session, booking)
    reason = CancelReason(form.reason.data) if form.reason.data in set(CancelReason) else None
    try:
        operations.cancel_for(booking=found, by=me(), now=dates.now(), reason=reason)
    except RuleBroken as no:
        form.refuse(str(no))
        return _booking_page(session, found, cancel=form)
    flash(f"The booking of {found.person.name} is cancelled. A letter is on its way.", "success")
    return redirect(url_for(".people", reference=reference), 303)


@blueprint.post("/sessions/<reference>/people/<booking>/promote")
@requires(Permission.SESSION_MANAGE)
def promote(reference: str, booking: str) -> ResponseReturnValue:
    """Give a free place to somebody who waits."""
    session, form = _session(reference), PromoteForm()
    found = _booking(session, booking)
    try:
        operations.promote(booking=found, by=me(), now=dates.now(), reason=form.why.data or "")
    except RuleBroken as no:
        form.refuse(str(no), "why" if _listed(found) else None)
        return _booking_page(session, found, promote=form)
    flash(f"{found.person.name} has a place. A letter with an invitation is on its way.", "success")
    return redirect(url_for(".people", reference=reference), 303)


def _listed(booking: Booking) -> bool:
    """Does the page still show what can be done about their place in the list?"""
    session = booking.session
    return booking.status is BookingStatus.WAITING and session.cancelled_at is None and dates.now() < session.starts_at


@blueprint.post("/sessions/<reference>/people/<booking>/priority")
@requires(Permission.SESSION_MANAGE)
def set_priority(reference: str, booking: str) -> ResponseReturnValue:
    """Say why somebody goes before others."""
    session = _session(reference)
    found = _booking(session, booking)
    form = PriorityForm(found, queries.priorities())
    reason = queries.priority(int(form.priority.data)) if (form.priority.data or "").isdecimal() else None
    if not form.validate():
        return _booking_page(session, found, priority=form)
    try:
        operations.set_priority(booking=found, reason=reason, by=me(), now=dates.now())
    except RuleBroken as no:
        form.refuse(str(no), "priority" if _listed(found) else None)
        return _booking_page(session, found, priority=form)
    flash(f"The list is in its new order. {found.person.name} is number {positions([found])[found.id]}.", "success")
    return redirect(url_for(".people", reference=reference), 303)


# The reasons to go first.


@blueprint.route("/programme/priorities", methods=["GET", "POST"])
@requires(Permission.SESSION_MANAGE)
def priorities() -> ResponseReturnValue:
    """The reasons for which somebody goes before others, and a new one."""
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            reason = operations.add_priority(name=form.name.data or "", by=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(str(no), "name")
        else:
            flash(f"“{reason.name}” is added.", "success")
            return redirect(url_for(".priorities"), 303)
    every = queries.priorities(retired=True)
    page = render_template(
        "lms/participants/priorities.html",
        form=form,
        given=[one for one in every if one.retired_at is None],
        retired=[one for one in every if one.retired_at is not None],
    )
    return page, 422 if form.is_submitted() else 200


def _priority(priority_id: int) -> PriorityReason:
    return queries.priority(priority_id) or abort(404)


@blueprint.route("/programme/priorities/<int:priority_id>", methods=["GET", "POST"])
@requires(Permission.SESSION_MANAGE)
def priority(priority_id: int) -> ResponseReturnValue:
    """The words of a reason, and whether it is still given."""
    reason = _priority(priority_id)
    form = ReasonForm(obj=reason)
    if form.validate_on_submit():
        try:
            operations.rename_priority(reason=reason, name=form.name.data or "", by=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(str(no), "name")
        else:
            flash(f"“{reason.name}” is saved.", "success")
            return redirect(url_for(".priorities"), 303)
    page = render_template("lms/participants/priority.html", form=form, reason=reason)
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/programme/priorities/<int:priority_id>/<any(up, down, retire, bring_back):do>")
@requires(Permission.SESSION_MANAGE)
def change_priority(priority_id: int, do: str) -> ResponseReturnValue:
    """Move a reason in the list, or give it no longer, or again."""
    reason, now = _priority(priority_id), dates.now()
    if do in ("up", "down"):
        operations.move_priority(reason=reason, up=do == "up", by=me(), now=now)
    elif do == "retire":
        operations.retire_priority(reason=reason, by=me(), now=now)
    else:
        operations.bring_back_priority(reason=reason, by=me(), now=now)
    return redirect(url_for(".priorities"), 303)
