"""A trainer's sessions and their registers."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms import dates
from lms.attendance import blueprint, operations, queries, rules
from lms.attendance.forms import BUTTONS, RegisterForm, WalkInForm
from lms.catalogue.models import CourseSession
from lms.errors import RuleBroken
from lms.forms import Choice
from lms.organisations.queries import organisations
from lms.permissions import Permission, me, requires


@blueprint.get("/teaching")
@requires(Permission.TEACHING_VIEW)
def teaching() -> ResponseReturnValue:
    """The sessions I teach: those to come, and those whose register may need finishing."""
    now = dates.now()
    return render_template(
        "lms/attendance/teaching.html",
        coming=queries.taught(me(), now=now, past=False),
        past=queries.taught(me(), now=now, past=True, limit=20),
        officer=queries.is_officer(me()),
    )


def _page(session: CourseSession, form: RegisterForm, walk_in: WalkInForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "lms/attendance/register.html",
        session=session,
        form=walk_in if walk_in.errors or walk_in.form_errors else form,
        register=form,
        walk_in=walk_in,
        count=queries.count(form.lines),
        buttons=BUTTONS,
        typed=request.form.to_dict(),
        locked=rules.is_locked(session.ends_at, dates.now()),
    )
    return page, status


def _walk_in_form() -> WalkInForm:
    form = WalkInForm()
    form.organisation.choices = [Choice(value=str(one.id), label=one.name) for one in organisations()]
    return form


@blueprint.route("/sessions/<reference>/register", methods=["GET", "POST"])
@requires(Permission.REGISTER_RECORD)
def register(reference: str) -> ResponseReturnValue:
    """The register of a session: a row for each person, made for a phone."""
    session = queries.session_or_404(reference, me())
    form, walk_in = RegisterForm(queries.register(session), session.starts_at), _walk_in_form()
    if request.method == "GET":
        return _page(session, form, walk_in)
    given = form.read(request.form.to_dict())
    if not form.validate() or form.wrong:
        return _page(session, form, walk_in, 422)
    try:
        new = operations.record_marks(session, given=given, by=me(), now=dates.now(), reason=form.reason.data or "")
        if request.form.get("do") == "finish":
            operations.finish(session, by=me(), now=dates.now())
    except RuleBroken as broken:
        form.refuse_mark(broken)
        return _page(session, form, walk_in, 422)
    done = request.form.get("do") == "finish"
    flash("The register is finished. Thank you." if done else f"Saved. {new} new {'mark' if new == 1 else 'marks'}.")
    return redirect(url_for(".teaching") if done else url_for(".register", reference=reference))


@blueprint.post("/sessions/<reference>/register/walk-in")
@requires(Permission.REGISTER_RECORD)
def add_walk_in(reference: str) -> ResponseReturnValue:
    """Somebody who is not on the list goes on it, as having come."""
    session = queries.session_or_404(reference, me())
    form, walk_in = RegisterForm(queries.register(session), session.starts_at), _walk_in_form()
    if not walk_in.validate():
        return _page(session, form, walk_in, 422)
    try:
        operations.add_walk_in(
            session,
            first_name=walk_in.first_name.data or "",
            last_name=walk_in.last_name.data or "",
            email=walk_in.email.data or "",
            organisation_id=int(walk_in.organisation.data),
            by=me(),
            now=dates.now(),
        )
    except RuleBroken as broken:
        walk_in.refuse(str(broken))
        return _page(session, form, walk_in, 422)
    flash(f"{walk_in.first_name.data} {walk_in.last_name.data} is on the register.")
    return redirect(url_for(".register", reference=reference))
