"""The one page of a manager, who needs no account. Looking at it answers nothing: mail programs open links by themselves."""

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms import dates
from lms.approvals import blueprint, links, operations, rules
from lms.approvals.forms import AnswerForm
from lms.bookings.emails import place_of, reason_of, when_of
from lms.bookings.models import Booking
from lms.errors import RuleBroken
from lms.permissions import public


def _answer_page(booking: Booking, form: AnswerForm, status: int = 200) -> ResponseReturnValue:
    over = None
    try:
        rules.check_answerable(booking, now=dates.now())
    except RuleBroken as rule:
        over = str(rule)
    page = render_template(
        "lms/approvals/answer.html",
        form=form,
        booking=booking,
        over=over,
        why=reason_of(booking.session),
        when=when_of(booking.session),
        place=place_of(booking.session, link_is=""),
    )
    return page, status


@blueprint.route("/approve/<token>", methods=["GET", "POST"])
@public
def answer(token: str) -> ResponseReturnValue:
    """Say yes or no to somebody's place."""
    booking, form = links.open_link(token) or abort(404), AnswerForm()
    if not form.validate_on_submit():
        return _answer_page(booking, form, 422 if form.is_submitted() else 200)
    try:
        if form.answer.data == "yes":
            operations.approve(booking=booking, now=dates.now())
        else:
            operations.refuse(booking=booking, reason=form.reason.data or "", now=dates.now())
    except RuleBroken as rule:
        form.refuse(str(rule), "reason" if form.answer.data == "no" and not (form.reason.data or "").strip() else None)
        return _answer_page(booking, form, 422)
    return redirect(url_for(".answer", token=token), 303)
