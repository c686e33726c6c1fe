"""Two pages of a booking: a colleague instead, and another date. For the person, their training lead, and officers."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms import dates
from lms.accounts.models import Person
from lms.bookings.models import Booking, BookingStatus
from lms.bookings.rules import PrerequisiteMissing
from lms.errors import RuleBroken
from lms.permissions import Permission, me, requires
from lms.swaps import blueprint, operations, queries, rules
from lms.swaps.forms import MoveForm, SwapForm
from lms.swaps.queries import Acting


def _acting(reference: str) -> Acting:
    return queries.acting(me(), reference) or abort(404)


def _back(found: Acting, booking: Booking) -> str:
    """The page that shows a booking to whoever acts: their own, the session, or that of a colleague,
    who may have left the agency since."""
    if found.own:
        return url_for("bookings.booking", reference=booking.reference)
    if found.staff:
        return url_for("catalogue.session", reference=booking.session.reference)
    if booking.person.organisation_id == booking.organisation_id:
        return url_for("teams.booking", reference=booking.reference)
    return url_for("teams.index")


def _page(
    template: str, found: Acting, form: SwapForm | MoveForm | None, status: int = 200, **more: Any
) -> ResponseReturnValue:
    booking = found.booking
    page = render_template(
        f"lms/swaps/{template}.html",
        found=found,
        booking=booking,
        session=booking.session,
        form=form,
        back=_back(found, booking),
        dates=[dates.when(date.starts_at, date.ends_at) for date in booking.session.dates],
        **more,
    )
    return page, status


def _swap_page(found: Acting, form: SwapForm, status: int = 200, **more: Any) -> ResponseReturnValue:
    """`colleague`, `before` and `asks` say what there is to say about who was chosen."""
    refusal = None
    try:
        rules.check_pass_on(found.booking.session, found.booking, now=dates.now())
    except RuleBroken as rule:
        refusal = str(rule)
    return _page("swap", found, None if refusal else form, status, refusal=refusal, **{"colleague": None, **more})


@blueprint.route("/bookings/<reference>/swap", methods=["GET", "POST"])
@requires(Permission.BOOKING_VIEW)
def swap(reference: str) -> ResponseReturnValue:
    """Give a place to a colleague. What there is to say about them is said before."""
    found = _acting(reference)
    form = SwapForm(queries.colleagues(found.booking) if found.by_list else None)
    if not form.validate_on_submit():
        return _swap_page(found, form, 422 if form.is_submitted() else 200)
    colleague = queries.colleague(form.chosen, by_number=found.by_list)
    if colleague is None:
        form.refuse(rules.NOBODY_HERE.format(found.booking.organisation.name), form.field)
        return _swap_page(found, form, 422)
    return _pass_on(found, form, colleague)


def _pass_on(found: Acting, form: SwapForm, colleague: Person) -> ResponseReturnValue:
    booking, learned = found.booking, bool(form.learned_elsewhere.data)
    given = {"booking": booking, "colleague": colleague, "by": me(), "now": dates.now(), "staff": found.staff}
    said: dict[str, Any] = {}
    try:
        _, asks = operations.check_substitute(**given, learned_elsewhere=True)
        before = queries.before_passing_on(booking, colleague)
        said = {"colleague": colleague, "before": before, "asks": asks}
        # Whoever was typed is shown by name first; whoever was chosen from a list only where there is something to say.
        if form.sure.data != form.chosen and (before.anything or not found.by_list):
            form.sure.data = form.chosen
            return _swap_page(found, form, **said)
        operations.substitute(**given, learned_elsewhere=learned)
    except RuleBroken as rule:
        form.refuse(str(rule), "learned_elsewhere" if isinstance(rule, PrerequisiteMissing) else form.field)
        return _swap_page(found, form, 422, **said)
    flash(f"{colleague.name} has the place. Letters are on their way.", "success")
    return redirect(_back(found, booking), 303)


def _move_page(found: Acting, form: MoveForm, status: int = 200) -> ResponseReturnValue:
    booking, now = found.booking, dates.now()
    refusal, others = None, []
    try:
        rules.check_can_move(booking.session, booking, now=now, staff=found.staff)
        others = queries.other_dates(booking, now, staff=found.staff)
    except RuleBroken as rule:
        refusal = str(rule)
    return _page("move", found, None if refusal else form, status, refusal=refusal, others=others)


@blueprint.route("/bookings/<reference>/move", methods=["GET", "POST"])
@requires(Permission.BOOKING_VIEW)
def move(reference: str) -> ResponseReturnValue:
    """Move a booking to another date of the course."""
    found, form = _acting(reference), MoveForm()
    if not form.validate_on_submit():
        return _move_page(found, form, 422 if form.is_submitted() else 200)
    try:
        to = queries.date_of(found.booking, form.to.data or "")
        if to is None:
            raise RuleBroken(rules.NO_DATE)
        moved = operations.transfer(booking=found.booking, to=to, by=me(), now=dates.now(), staff=found.staff)
    except RuleBroken as rule:
        form.refuse(str(rule))
        return _move_page(found, form, 422)
    flash(f"{MOVED_WORDS[moved.status]} {dates.when(to.starts_at, to.ends_at)}. A letter is on its way.", "success")
    return redirect(_back(found, moved), 303)


MOVED_WORDS = {
    BookingStatus.BOOKED: "The place is now on",
    BookingStatus.APPROVAL: "A place is held, and the manager is asked, for",
    BookingStatus.WAITING: "Now on the waiting list for",
}
