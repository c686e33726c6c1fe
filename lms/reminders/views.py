"""One click of somebody who did not come."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms import dates
from lms.bookings.queries import own_booking
from lms.permissions import Permission, me, requires
from lms.reminders import blueprint, operations


@blueprint.post("/bookings/<reference>/missed")
@requires(Permission.BOOKING_VIEW)
def missed(reference: str) -> ResponseReturnValue:
    """Say what got in the way. The form is on the page of the booking; its buttons are the answers."""
    booking = own_booking(me(), reference) or abort(404)
    operations.say_why(booking=booking, reason=request.form.get("reason"), now=dates.now())
    flash("Thank you. That helps us to plan.", "success")
    return redirect(url_for("bookings.booking", reference=reference), 303)
