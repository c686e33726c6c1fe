"""Interest in courses, sessions asked for, and what officers see of both."""

from datetime import timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms import dates
from lms.catalogue.models import Course
from lms.catalogue.queries import course_by_code
from lms.demand import blueprint, forms, operations, queries
from lms.demand.models import DeliveryRequest, DeliveryState
from lms.errors import RuleBroken
from lms.permissions import Permission, can, me, requires


def _course(code: str) -> Course:
    return course_by_code(code) or abort(404)


@blueprint.route("/courses/<code>/interest", methods=["GET", "POST"])
@requires(Permission.BOOKING_CREATE)
def interest(code: str) -> ResponseReturnValue:
    """Tell me when there is a new date."""
    course, there = _course(code), None
    there = queries.open_interest_of(me(), course)
    form = forms.InterestForm(wish=there.wish if there else "")
    if form.validate_on_submit():
        try:
            operations.show_interest(course=course, person=me(), wish=form.wish.data or "", now=dates.now())
        except RuleBroken as rule:
            form.refuse(str(rule))
        else:
            flash(f"We write to you when there is a new date for {course.title}.", "success")
            return redirect(url_for("catalogue.course", code=code), 303)
    page = render_template("lms/demand/interest.html", course=course, form=form, there=there)
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/courses/<code>/interest/end")
@requires(Permission.BOOKING_CREATE)
def end_interest(code: str) -> ResponseReturnValue:
    """Take my name off."""
    course = _course(code)
    operations.end_interest(course=course, person=me(), now=dates.now())
    flash("Your name is off the list.", "success")
    return redirect(url_for("catalogue.course", code=code), 303)


@blueprint.route("/courses/<code>/ask-for-session", methods=["GET", "POST"])
@requires(Permission.TEAM_BOOK)
def ask(code: str) -> ResponseReturnValue:
    """Ask for a session at our own place."""
    course, form = _course(code), forms.AskForm()
    if form.validate_on_submit():
        outside = form.where.data == "outside"
        try:
            made = operations.ask_for_session(
                course=course,
                by=me(),
                organisation=None if outside else me().organisation,
                outside_name=(form.outside_name.data or "") if outside else "",
                people=form.people.data or 1,
                wish=form.wish.data or "",
                now=dates.now(),
            )
        except RuleBroken as rule:
            form.refuse(str(rule), "outside_name" if outside else None)
        else:
            flash("We have your request, and write to you when it is answered.", "success")
            return redirect(url_for(".request_page", reference=made.reference), 303)
    page = render_template("lms/demand/ask.html", course=course, form=form, organisation=me().organisation)
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/requests")
@requires(Permission.TEAM_BOOK)
def own_requests() -> ResponseReturnValue:
    """What my organisation has asked for."""
    return render_template("lms/demand/requests.html", requests=queries.own_requests(me()), officer=False)


def _request(reference: str) -> DeliveryRequest:
    """A request this person may see: an officer any, others their organisation's."""
    if can(me(), Permission.SESSION_MANAGE):
        return queries.request(reference) or abort(404)
    return queries.own_request(me(), reference) or abort(404)


@blueprint.get("/requests/<reference>")
@requires(Permission.BOOKING_VIEW)
def request_page(reference: str) -> ResponseReturnValue:
    """One request: what was asked, and what was answered."""
    found = _request(reference)
    officer = can(me(), Permission.SESSION_MANAGE)
    sessions = queries.sessions_for(found, dates.now()) if officer else []
    return _request_page(found, forms.AnswerForm(sessions, formdata=None))


def _request_page(found: DeliveryRequest, form: forms.AnswerForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "lms/demand/request.html",
        request=found,
        form=form,
        withdraw=forms.WithdrawForm(formdata=None),
        officer=can(me(), Permission.SESSION_MANAGE),
        may_withdraw=found.state is DeliveryState.ASKED and queries.own_request(me(), found.reference) is not None,
    )
    return page, status


@blueprint.post("/requests/<reference>/answer")
@requires(Permission.SESSION_MANAGE)
def answer(reference: str) -> ResponseReturnValue:
    """Yes, with a session; or no, with the reason."""
    found = _request(reference)
    sessions = queries.sessions_for(found, dates.now())
    form = forms.AnswerForm(sessions)
    if not form.validate_on_submit():
        return _request_page(found, form, 422)
    words = form.words.data or ""
    try:
        if form.answer.data == "agree":
            session = next((one for one in sessions if one.reference == form.session.data), None)
            operations.agree(request=found, session=session, answer=words, by=me(), now=dates.now())
        else:
            operations.decline(request=found, answer=words, by=me(), now=dates.now())
    except RuleBroken as rule:
        form.refuse(str(rule), "session" if form.answer.data == "agree" else "words")
        return _request_page(found, form, 422)
    flash(f"{found.asked_by.name} gets a letter.", "success")
    return redirect(url_for(".request_page", reference=reference), 303)


@blueprint.post("/requests/<reference>/withdraw")
@requires(Permission.TEAM_BOOK)
def withdraw(reference: str) -> ResponseReturnValue:
    """We no longer want it."""
    found = queries.own_request(me(), reference) or abort(404)
    try:
        operations.withdraw(request=found, by=me(), now=dates.now())
    except RuleBroken as rule:
        flash(str(rule), "problem")
        return redirect(url_for(".request_page", reference=reference), 303)
    flash("The request is withdrawn.", "success")
    return redirect(url_for(".own_requests"), 303)


@blueprint.get("/demand")
@requires(Permission.SESSION_MANAGE)
def index() -> ResponseReturnValue:
    """What people would come to, what is asked for, and what was held at people's own places."""
    now = dates.now()
    year = request.args.get("months", 12, type=int)
    months = min(max(year, 1), 60)
    return render_template(
        "lms/demand/index.html",
        demand=queries.demand(now),
        requests=queries.requests(open_only=True),
        delivered=queries.delivered(now - timedelta(days=round(months * 30.44)), now),
        months=months,
    )


@blueprint.get("/demand/requests")
@requires(Permission.SESSION_MANAGE)
def requests() -> ResponseReturnValue:
    """Every request, those to be answered first."""
    return render_template("lms/demand/requests.html", requests=queries.requests(), officer=True)


@blueprint.get("/demand/<code>")
@requires(Permission.SESSION_MANAGE)
def course(code: str) -> ResponseReturnValue:
    """Who would come to one course."""
    found = _course(code)
    return render_template("lms/demand/course.html", course=found, interested=queries.interested_in(found.id))
