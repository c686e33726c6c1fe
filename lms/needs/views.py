"""What I need to take part in a session; and, for its trainers and officers, what everybody does."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms import dates
from lms.bookings.models import Booking
from lms.bookings.queries import own_booking
from lms.catalogue.queries import session_by_reference
from lms.needs import blueprint, operations, queries, rules
from lms.needs.forms import NeedsForm
from lms.permissions import Permission, me, requires


def _asked(reference: str) -> Booking:
    booking = own_booking(me(), reference)
    return booking if booking and rules.asked(booking, now=dates.now()) else abort(404)


@blueprint.route("/bookings/<reference>/needs", methods=["GET", "POST"])
@requires(Permission.BOOKING_VIEW)
def own(reference: str) -> ResponseReturnValue:
    """Say, change or take back what I need. Only the person themselves reads it here."""
    booking = _asked(reference)
    told, session = queries.of_booking(booking), booking.session
    form = NeedsForm(obj=told)
    if not session.asks_access:
        del form.access
    if not session.asks_diet:
        del form.diet
    if not form.validate_on_submit():
        page = render_template(
            "lms/needs/own.html",
            form=form,
            booking=booking,
            told=told,
            session=session,
            deleted_at=rules.deleted_at(session.ends_at),
        )
        return page, 422 if form.is_submitted() else 200
    typed = {name: form[name].data or "" if name in form else "" for name in ("access", "diet")}
    operations.tell(booking=booking, **typed, now=dates.now())
    flash("Saved. Thank you for telling us." if any(typed.values()) else "Deleted.", "success")
    return redirect(url_for("bookings.booking", reference=reference), 303)


@blueprint.post("/bookings/<reference>/needs/delete")
@requires(Permission.BOOKING_VIEW)
def delete(reference: str) -> ResponseReturnValue:
    """Take back what I told."""
    operations.tell(booking=_asked(reference), access="", diet="", now=dates.now())
    flash("Deleted.", "success")
    return redirect(url_for("bookings.booking", reference=reference), 303)


# Every role passes the door: whether the page is there depends on the session, and to whoever does not need it there is none.
@blueprint.get("/sessions/<reference>/needs")
@requires(Permission.ACCOUNT_VIEW)
def of_session(reference: str) -> ResponseReturnValue:
    """What the people with a place need, as a list to print."""
    session = session_by_reference(reference) or abort(404)
    if not queries.sees(me(), session, dates.now()):
        abort(404)
    return render_template(
        "lms/needs/session.html",
        session=session,
        all_told=queries.told_for(session),
        deleted_at=rules.deleted_at(session.ends_at),
    )
