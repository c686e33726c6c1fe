"""Pages of certificates: one's own, and those an officer issues, corrects and withdraws."""

import io
import zipfile
from datetime import datetime

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms import dates, files
from lms.catalogue.models import Course, CourseSession
from lms.catalogue.queries import course_by_code
from lms.certificates import blueprint, eligible, operations, paper, queries, rules, verify_views  # noqa: F401 (its pages)
from lms.certificates.forms import IssueForm, ReasonForm, ReissueForm, RuleForm, WithdrawForm
from lms.certificates.models import Certificate, IssueRun
from lms.errors import RuleBroken
from lms.exports import download, safe_filename
from lms.forms import Form
from lms.permissions import Permission, can, me, requires
from lms.programme import queries as programme
from lms.words import plural

#: So often the progress page looks again by itself, in seconds.
LOOK_AGAIN = 4


def links_of(course: Course) -> list[tuple[str, str]]:
    """The way from the page of a course to its certificates."""
    return [
        ("What it asks for before it gives a certificate", url_for("certificates.rule", code=course.code)),
        ("Its certificates", url_for("certificates.of_course", code=course.code)),
    ]


# One certificate.


def _certificate(reference: str) -> Certificate:
    return queries.certificate(me(), reference) or abort(404)


def _page(one: Certificate, **sent: Form) -> ResponseReturnValue:
    """One certificate; `sent` is the form that comes back with what is wrong."""
    officer = can(me(), Permission.CERTIFICATE_MANAGE)
    page = render_template(
        "lms/certificates/certificate.html",
        one=one,
        said=paper.in_words(one),
        status=_status(one),
        own=one.booking.person_id == me().id,
        officer=officer,
        held_back=eligible.held_back(one, me(), dates.now()),
        history=queries.history(one) if officer else [],
        verify=paper.verify_address(),
        withdraw=sent.get("withdraw") or WithdrawForm(formdata=None),
        reissue=sent.get("reissue") or ReissueForm(formdata=None, data={"name": one.name}),
        form=next(iter(sent.values()), None),
    )
    return page, 422 if sent else 200


def _status(one: Certificate) -> rules.Status:
    return rules.status(
        revoked=one.revoked_at is not None, valid_until=one.valid_until, today=dates.london(dates.now()).date()
    )


@blueprint.get("/certificates/<reference>")
@requires(Permission.LEARNING_VIEW)
def certificate(reference: str) -> ResponseReturnValue:
    """One certificate: what it says, its number, and its PDF."""
    one = _certificate(reference)
    return _looking_again(_page(one), until_done=one.file_id is not None or one.revoked_at is not None)


@blueprint.get("/certificates/<reference>/pdf")
@requires(Permission.LEARNING_VIEW)
def pdf(reference: str) -> ResponseReturnValue:
    """The PDF, as it was frozen; while it is being made, or held back, the page that says so."""
    one = _certificate(reference)
    if one.file is None or one.revoked_at is not None or eligible.held_back(one, me(), dates.now()):
        return redirect(url_for(".certificate", reference=reference), 303)
    return files.sent(one.file)


@blueprint.post("/certificates/<reference>/withdraw")
@requires(Permission.CERTIFICATE_MANAGE)
def withdraw(reference: str) -> ResponseReturnValue:
    """Withdraw a certificate, with a reason."""
    one, form = _certificate(reference), WithdrawForm()
    if not form.validate():
        return _page(one, withdraw=form)
    try:
        operations.revoke(certificate=one, reason=form.why.data or "", by=me(), now=dates.now())
    except RuleBroken as no:
        form.refuse(str(no))
        return _page(one, withdraw=form)
    flash("The certificate is withdrawn. Whoever checks it is told so from now on.", "success")
    return redirect(url_for(".certificate", reference=reference), 303)


@blueprint.post("/certificates/<reference>/reissue")
@requires(Permission.CERTIFICATE_MANAGE)
def reissue(reference: str) -> ResponseReturnValue:
    """Withdraw a certificate and issue it again with the name put right."""
    one, form = _certificate(reference), ReissueForm()
    if not form.validate():
        return _page(one, reissue=form)
    try:
        new = operations.reissue(
            certificate=one, name=form.name.data or "", reason=form.reason.data or "", by=me(), now=dates.now()
        )
    except RuleBroken as no:
        form.refuse(str(no))
        return _page(one, reissue=form)
    flash("The corrected certificate is issued, and the one before is withdrawn. A letter is on its way.", "success")
    return redirect(url_for(".certificate", reference=new.reference), 303)


# Issuing many.


def _session(reference: str) -> CourseSession:
    return programme.session(reference) or abort(404)


def _course(code: str) -> Course:
    return course_by_code(code) or abort(404)


@blueprint.route("/sessions/<reference>/certificates", methods=["GET", "POST"])
@requires(Permission.CERTIFICATE_MANAGE)
def of_session(reference: str) -> ResponseReturnValue:
    """Who of a session has a certificate, who would be given one, and who not and why; and giving them."""
    session, form = _session(reference), IssueForm()
    if request.method == "POST":
        if made := _issued([session], None, form):
            return redirect(url_for(".run", reference=made.reference), 303)
        form.seen.data = None
    found = eligible.candidates([session], queries.rule_of(session.course_id))
    page = render_template(
        "lms/certificates/session.html",
        session=session,
        form=form,
        get_one=[one for one in found if one.gets_one],
        have_one=[one for one in found if one.certificate],
        not_given=[(one, one.why_not[1]) for one in found if one.why_not],
        runs=queries.runs_of(session=session),
        over=session.ends_at <= dates.now(),
        rule=queries.rule_of(session.course_id),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/courses/<code>/certificates", methods=["GET", "POST"])
@requires(Permission.CERTIFICATE_MANAGE)
def of_course(code: str) -> ResponseReturnValue:
    """The same for all sessions of a course that are over, counted by session."""
    course, form = _course(code), IssueForm()
    sessions = queries.over(course, dates.now())
    if request.method == "POST":
        if made := _issued(list(sessions), course, form):
            return redirect(url_for(".run", reference=made.reference), 303)
        form.seen.data = None
    counted = eligible.counted(sessions, queries.rule_of(course.id))
    page = render_template(
        "lms/certificates/course.html",
        course=course,
        form=form,
        counted=counted,
        left=sum(one.get_one for one in counted),
        runs=queries.runs_of(course=course),
        rule=queries.rule_of(course.id),
    )
    return page, 422 if form.is_submitted() else 200


def _issued(sessions: list[CourseSession], course: Course | None, form: IssueForm) -> IssueRun | None:
    """The mass issue; None where the form says what was wrong."""
    if not form.validate():
        return None
    try:
        return operations.issue_many(sessions=sessions, course=course, seen=form.number, by=me(), now=dates.now())
    except RuleBroken as no:
        form.refuse(str(no))
        return None


@blueprint.route("/sessions/<reference>/certificates/<booking>", methods=["GET", "POST"])
@requires(Permission.CERTIFICATE_MANAGE)
def by_hand(reference: str, booking: str) -> ResponseReturnValue:
    """One certificate for somebody who is given none by the rules, with the reason."""
    session, form = _session(reference), ReasonForm()
    found = eligible.candidates([session], queries.rule_of(session.course_id))
    one = next((each for each in found if each.booking.reference == booking), None) or abort(404)
    if form.validate_on_submit():
        try:
            made = operations.issue_by_hand(
                booking=one.booking, reason=form.reason.data or "", by=me(), now=dates.now()
            )
        except RuleBroken as no:
            form.refuse(str(no))
        else:
            flash(f"The certificate of {made.name} is issued.", "success")
            return redirect(url_for(".of_session", reference=reference), 303)
    page = render_template("lms/certificates/by_hand.html", session=session, one=one, form=form)
    return page, 422 if form.is_submitted() else 200


# A mass issue that is being drawn.


def _run(reference: str) -> IssueRun:
    return queries.run(reference) or abort(404)


@blueprint.get("/certificates/runs/<reference>")
@requires(Permission.CERTIFICATE_MANAGE)
def run(reference: str) -> ResponseReturnValue:
    """How far a mass issue has got; undoing it; all of it as one file."""
    found, now = _run(reference), dates.now()
    progress = queries.progress(found)
    page = render_template(
        "lms/certificates/run.html", run=found, progress=progress, form=Form(), can_undo=_can_undo(found, now)
    )
    return _looking_again(page, until_done=progress.done or found.undone_at is not None)


def _can_undo(found: IssueRun, now: datetime) -> bool:
    return found.undone_at is None and now < found.undo_until


def _looking_again(page: ResponseReturnValue, *, until_done: bool) -> ResponseReturnValue:
    """Let the browser look again by itself while something is being made, unless somebody asked for a page that stands still."""
    response = make_response(page)
    if not until_done and "still" not in request.args:
        response.headers["Refresh"] = str(LOOK_AGAIN)
    return response


@blueprint.post("/certificates/runs/<reference>/undo")
@requires(Permission.CERTIFICATE_MANAGE)
def undo(reference: str) -> ResponseReturnValue:
    """Take a mass issue back."""
    count = operations.undo(run=_run(reference), by=me(), now=dates.now())
    flash(f"{plural(count, 'certificate')} taken back. Nobody had heard of them.", "success")
    return redirect(url_for(".run", reference=reference), 303)


@blueprint.get("/certificates/runs/<reference>/zip")
@requires(Permission.CERTIFICATE_MANAGE)
def run_zip(reference: str) -> ResponseReturnValue:
    """All certificates of a mass issue as one file, once all are drawn. They are read, not drawn."""
    found = _run(reference)
    if not queries.progress(found).done:
        return redirect(url_for(".run", reference=reference), 303)
    out, taken = io.BytesIO(), set[str]()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for one in queries.drawn_of(found):
            if one.file is not None:
                archive.writestr(_name_in_zip(one, taken), files.contents(one.file))
    return download(out.getvalue(), f"Certificates {found.made_at:%Y-%m-%d}.zip", files.ZIP.media_type)


def _name_in_zip(one: Certificate, taken: set[str]) -> str:
    """A name every system keeps; two people of one name are told apart by the number of their certificate."""
    name = safe_filename(paper.file_name(one))
    if name in taken:
        name = safe_filename(f"{one.printed_code} {paper.file_name(one)}")
    taken.add(name)
    return name


# What a course asks for.


@blueprint.route("/courses/<code>/certificates/rule", methods=["GET", "POST"])
@requires(Permission.COURSE_MANAGE)
def rule(code: str) -> ResponseReturnValue:
    """Whether a course gives certificates, and what it asks for."""
    course = _course(code)
    found = queries.rule_of(course.id)
    form = RuleForm(found)
    if form.validate_on_submit():
        changed = operations.set_rule(
            course=course,
            gives=bool(form.gives.data),
            conditions=form.conditions,
            after_questions=bool(form.after_questions.data),
            by=me(),
            now=dates.now(),
        )
        flash("That is kept." if changed else "Nothing was different, so nothing was changed.")
        return redirect(url_for(".of_course", code=code), 303)
    page = render_template("lms/certificates/rule.html", course=course, form=form, rule=found)
    return page, 422 if form.is_submitted() else 200
