"""Places: asking for one, and one's own booking with everything that can still be done with it."""

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms import dates
from lms.attendance.queries import marks_of
from lms.bookings import blueprint, emails, operations, queries, rules
from lms.bookings.forms import AnswerForm, BookForm, CancelForm
from lms.bookings.models import Booking, BookingStatus, CancelReason
from lms.bookings.rules import PrerequisiteMissing, Standing
from lms.catalogue.models import CourseSession
from lms.catalogue.queries import session_by_reference
from lms.certificates.eligible import standing_of
from lms.errors import RuleBroken
from lms.forms import Form
from lms.hooks import panels_for
from lms.letters.calendar import invitation
from lms.needs import rules as needs_rules
from lms.needs.queries import of_booking as needs_of
from lms.permissions import Permission, me, requires


def _book_page(session: CourseSession, form: BookForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "lms/bookings/book.html",
        form=form,
        session=session,
        stand=queries.stand_of(me(), session, dates.now(), may_book=True),
        panel=panels_for([session.course]).get(session.course_id),
        place=emails.place_of(session),
        dates=[dates.when(date.starts_at, date.ends_at) for date in session.dates],
        # Also where the one we know will not do, so that another can be given.
        asks_manager=session.course.needs_approval and (not me().manager_email or form.manager_email.errors),
    )
    return page, status


@blueprint.route("/sessions/<reference>/book", methods=["GET", "POST"])
@requires(Permission.BOOKING_CREATE)
def book(reference: str) -> ResponseReturnValue:
    """See what I am about to book, and book it."""
    session, form = session_by_reference(reference) or abort(404), BookForm()
    if not form.validate_on_submit():
        if form.is_submitted():
            return _book_page(session, form, 422)
        if queries.stand_of(me(), session, dates.now(), may_book=True).standing in (Standing.OPEN, Standing.FULL):
            return _book_page(session, form)
        return redirect(url_for("catalogue.session", reference=reference), 303)
    try:
        booking = operations.book_place(
            session=session,
            person=me(),
            now=dates.now(),
            manager_name=form.manager_name.data or "",
            manager_email=form.manager_email.data or "",
            learned_elsewhere=bool(form.learned_elsewhere.data),
        )
    except RuleBroken as rule:
        form.refuse(str(rule), _field_of(rule))
        return _book_page(session, form, 422)
    flash(f"{BOOKED_WORDS[booking.status]}. {_letter_goes_to(booking)}", "success")
    return redirect(url_for(".booking", reference=booking.reference), 303)


BOOKED_WORDS = {
    BookingStatus.BOOKED: "You have a place",
    BookingStatus.WAITING: "You are on the waiting list",
    BookingStatus.APPROVAL: "A place is held for you, and we have asked your manager",
}


def _field_of(rule: RuleBroken) -> str | None:
    """Beside which field a rule's sentence stands."""
    if isinstance(rule, PrerequisiteMissing):
        return "learned_elsewhere"
    return "manager_email" if str(rule) in (rules.NO_MANAGER, rules.OWN_MANAGER) else None


def _letter_goes_to(booking: Booking) -> str:
    """What somebody who has just booked can expect."""
    what = "A letter with an invitation for your calendar" if booking.status is BookingStatus.BOOKED else "A letter"
    return f"{what} is on its way to {booking.person.email}."


def _own(reference: str) -> Booking:
    return queries.own_booking(me(), reference) or abort(404)


def _booking_page(booking: Booking, form: Form | None = None, status: int = 200) -> ResponseReturnValue:
    now, session = dates.now(), booking.session
    joining = rules.joining_shown(status=booking.status, starts_at=session.starts_at, ends_at=session.ends_at, now=now)
    has_place = booking.status is BookingStatus.BOOKED and now <= session.ends_at
    mark = marks_of([booking.id]).get(booking.id)
    can_cancel = session.cancelled_at is None and rules.can_cancel(session, booking, now=now)
    page = render_template(
        "lms/bookings/booking.html",
        form=form or CancelForm(),
        answer=AnswerForm(formdata=None),
        booking=booking,
        session=session,
        waiting_place=queries.positions([booking]).get(booking.id),
        ahead=queries.ahead_of(booking) if booking.status is BookingStatus.WAITING else None,
        clashes=queries.in_the_way(booking.person, session) if booking.status is BookingStatus.OFFERED else [],
        mark=mark.mark if mark else None,
        over=session.ends_at <= now,
        to_come=session.cancelled_at is None and now < session.starts_at,
        can_cancel=can_cancel,
        too_late=rules.too_late(session, booking) if has_place and not can_cancel and now < session.starts_at else None,
        free_until=rules.free_until(session, booking),
        joining=joining,
        place=emails.place_of(session, "The link to join is on this page" if has_place and not joining else ""),
        approval=booking.approval.value,
        asks_needs=needs_rules.asked(booking, now=now),
        needs=needs_of(booking),
        standing=standing_of(booking, now),
    )
    return page, status


@blueprint.get("/bookings/<reference>")
@requires(Permission.BOOKING_VIEW)
def booking(reference: str) -> ResponseReturnValue:
    """My booking: what, when, where, and what I can still do with it."""
    return _booking_page(_own(reference))


@blueprint.post("/bookings/<reference>/cancel")
@requires(Permission.BOOKING_VIEW)
def cancel(reference: str) -> ResponseReturnValue:
    """Give my place back, turn an offer down, or leave the waiting list."""
    booking, form = _own(reference), CancelForm()
    before = booking.status
    reason = form.reason.data if form.reason.data in set(CancelReason) else None
    try:
        operations.cancel_booking(
            booking=booking, by=me(), now=dates.now(), reason=CancelReason(reason) if reason else None
        )
    except RuleBroken as rule:
        form.refuse(str(rule))
        return _booking_page(booking, form, 422)
    flash(CANCELLED_WORDS[before], "success")
    return redirect(url_for(".booking", reference=reference), 303)


CANCELLED_WORDS = {
    BookingStatus.BOOKED: "Your place is cancelled.",
    BookingStatus.WAITING: "You are no longer on the waiting list.",
    BookingStatus.OFFERED: "You have turned the place down.",
    BookingStatus.APPROVAL: "You no longer ask for this place.",
}


@blueprint.post("/bookings/<reference>/take")
@requires(Permission.BOOKING_VIEW)
def take(reference: str) -> ResponseReturnValue:
    """Take the place that is offered to me."""
    booking, form = _own(reference), AnswerForm()
    try:
        operations.take_offer(booking=booking, now=dates.now())
    except RuleBroken as rule:
        form.refuse(str(rule))
        return _booking_page(booking, form, 422)
    flash(f"You have a place. {_letter_goes_to(booking)}", "success")
    return redirect(url_for(".booking", reference=reference), 303)


@blueprint.post("/bookings/<reference>/ask-again")
@requires(Permission.BOOKING_VIEW)
def ask_again(reference: str) -> ResponseReturnValue:
    """I let an offer lapse, and want a place after all."""
    booking, form = _own(reference), AnswerForm()
    try:
        operations.ask_again(booking=booking, now=dates.now())
    except RuleBroken as rule:
        form.refuse(str(rule))
        return _booking_page(booking, form, 422)
    flash("You are in the queue again. What becomes free goes to who asked first.", "success")
    return redirect(url_for(".booking", reference=reference), 303)


@blueprint.get("/bookings/<reference>/calendar.ics")
@requires(Permission.BOOKING_VIEW)
def calendar(reference: str) -> ResponseReturnValue:
    """The entry for my own calendar, the same as in the letter."""
    booking = _own(reference)
    if booking.status is not BookingStatus.BOOKED:
        abort(404)
    text = invitation(emails.entry_of(booking), now=dates.now())
    response = Response(text.encode(), mimetype="text/calendar")
    response.headers["Content-Disposition"] = f"attachment; filename={booking.session.reference}.ics"
    return response
