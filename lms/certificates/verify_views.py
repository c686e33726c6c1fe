"""The public pages on which anybody checks a certificate. They say what is needed to trust it, and no more."""

from datetime import date, timedelta

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms import dates
from lms.certificates import blueprint, codes, paper, queries, rules, throttle
from lms.certificates.forms import NameForm, VerifyForm
from lms.certificates.models import Certificate
from lms.errors import RuleBroken
from lms.permissions import public, slow
from lms.words import plural


def _answer(page: str, status: int = 200) -> Response:
    """A page no search engine keeps and no cache holds: withdrawn is seen at once."""
    response = make_response(page, status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response


def _too_many(wait: timedelta) -> Response:
    minutes = plural(-(-int(wait.total_seconds() + 1) // 60), "minute")
    response = _answer(render_template("lms/certificates/too_many.html", minutes=minutes), 429)
    response.headers["Retry-After"] = str(int(wait.total_seconds()) + 1)
    return response


@blueprint.route("/verify", methods=["GET", "POST"])
@public
@slow
def verify() -> ResponseReturnValue:
    """Where the number of a certificate is typed."""
    form = VerifyForm()
    if form.validate_on_submit():
        try:
            code = codes.read(form.code.data or "")
        except RuleBroken as no:
            form.refuse(str(no), "code")
        else:
            return redirect(url_for(".verify_code", code=codes.spaced(code)), 303)
    return _answer(render_template("lms/certificates/verify.html", form=form), 422 if form.is_submitted() else 200)


@blueprint.route("/verify/<code>", methods=["GET", "POST"])
@public
@slow
def verify_code(code: str) -> ResponseReturnValue:
    """What a certificate with this code is: by the square on it, or by its number. The name is confirmed to who types it."""
    if wait := throttle.count_one(request.remote_addr):
        return _too_many(wait)
    try:
        one = queries.by_code(code)
    except RuleBroken:
        one = None
    if one is None:
        return _answer(
            render_template("lms/certificates/verify.html", form=VerifyForm(formdata=None), unknown=True), 404
        )
    form, confirmed = NameForm(), None
    if form.validate_on_submit():
        confirmed = rules.same_name(form.name.data or "", one.name)
    return _answer(_result(one, form, confirmed), 422 if form.errors else 200)


def _result(one: Certificate, form: NameForm, confirmed: bool | None) -> str:
    return render_template(
        "lms/certificates/result.html",
        one=one,
        said=paper.in_words(one),
        status=rules.status(
            revoked=one.revoked_at is not None, valid_until=one.valid_until, today=dates.london(dates.now()).date()
        ),
        first_day=min(date.fromisoformat(day) for day in one.days),
        initials=rules.initials(one.name),
        form=form,
        confirmed=confirmed,
    )
