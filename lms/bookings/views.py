"""Places: asking for one, one's own booking, one's own learning, and the learning of one's agency."""

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms import dates, hooks
from lms.bookings import blueprint, emails, operations, queries, rules
from lms.bookings.forms import BookForm, CancelForm
from lms.bookings.models import Booking, BookingStatus
from lms.bookings.rules import Standing
from lms.catalogue.models import CourseSession
from lms.catalogue.queries import session_by_reference
from lms.errors import RuleBroken
from lms.hooks import panels_for
from lms.letters.calendar import invitation
from lms.permissions import Permission, me, requires


def _book_page(session: CourseSession, form: BookForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "lms/bookings/book.html",
        form=form,
        session=session,
        stand=queries.stand_of(me(), session, dates.now(), may_book=True),
        panel=panels_for([session.course]).get(session.course_id),
        place=emails.place_of(session),
    )
    return page, status


@blueprint.route("/sessions/<reference>/book", methods=["GET", "POST"])
@requires(Permission.BOOKING_CREATE)
def book(reference: str) -> ResponseReturnValue:
    """See what I am about to book, and book it."""
    session, form = session_by_reference(reference) or abort(404), BookForm()
    if not form.validate_on_submit():
        if queries.stand_of(me(), session, dates.now(), may_book=True).standing in (Standing.OPEN, Standing.FULL):
            return _book_page(session, form)
        return redirect(url_for("catalogue.session", reference=reference), 303)
    try:
        booking = operations.book_place(session=session, person=me(), now=dates.now())
    except RuleBroken as rule:
        form.refuse(str(rule))
        return _book_page(session, form, 422)
    said = "You have a place" if booking.status is BookingStatus.BOOKED else "You are on the waiting list"
    flash(f"{said}. {_letter_goes_to(booking)}", "success")
    return redirect(url_for(".booking", reference=booking.reference), 303)


def _letter_goes_to(booking: Booking) -> str:
    """What somebody who has just booked can expect."""
    what = "A letter with an invitation for your calendar" if booking.status is BookingStatus.BOOKED else "A letter"
    return f"{what} is on its way to {booking.person.email}."


def _own(reference: str) -> Booking:
    return queries.own_booking(me(), reference) or abort(404)


def _booking_page(booking: Booking, form: CancelForm, status: int = 200) -> ResponseReturnValue:
    now, session = dates.now(), booking.session
    joining = rules.joining_shown(status=booking.status, starts_at=session.starts_at, ends_at=session.ends_at, now=now)
    has_place = booking.status is BookingStatus.BOOKED and now <= session.ends_at
    mark = queries.marks_of([booking.id]).get(booking.id)
    page = render_template(
        "lms/bookings/booking.html",
        form=form,
        booking=booking,
        session=session,
        waiting_place=queries.positions([booking]).get(booking.id),
        mark=mark.mark if mark else None,
        over=session.ends_at <= now,
        can_cancel=session.cancelled_at is None
        and rules.can_cancel(status=booking.status, starts_at=session.starts_at, now=now),
        tell_us_by=rules.tell_us_by(session.starts_at, now),
        joining=joining,
        place=emails.place_of(session, "The link to join is on this page" if has_place and not joining else ""),
    )
    return page, status


@blueprint.get("/bookings/<reference>")
@requires(Permission.BOOKING_VIEW)
def booking(reference: str) -> ResponseReturnValue:
    """My booking: what, when, where, and what I can still do with it."""
    return _booking_page(_own(reference), CancelForm())


@blueprint.post("/bookings/<reference>/cancel")
@requires(Permission.BOOKING_VIEW)
def cancel(reference: str) -> ResponseReturnValue:
    """Give my place back, or leave the waiting list."""
    booking = _own(reference)
    had_place = booking.status is BookingStatus.BOOKED
    try:
        operations.cancel_booking(booking=booking, by=me(), now=dates.now())
    except RuleBroken as rule:
        form = CancelForm()
        form.refuse(str(rule))
        return _booking_page(booking, form, 422)
    flash("Your place is cancelled." if had_place else "You are no longer on the waiting list.", "success")
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


@blueprint.get("/learning")
@requires(Permission.LEARNING_VIEW)
def learning() -> ResponseReturnValue:
    """My learning: to come, waiting, over, and what is asked of me."""
    person = me()
    sentences = [sentence for ask in hooks.learning_panels for sentence in ask(person)]
    mine = queries.learning_of([person], dates.now())[person.id]
    return render_template("lms/bookings/learning.html", learning=mine, sentences=sentences)


@blueprint.get("/agency")
@requires(Permission.AGENCY_VIEW)
def agency() -> ResponseReturnValue:
    """The bookings of the people of my own organisation."""
    return render_template(
        "lms/bookings/agency.html", organisation=me().organisation, agency=queries.agency_of(me(), dates.now())
    )
