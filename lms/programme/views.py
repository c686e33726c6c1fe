"""Pages on which officers make and run sessions."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms import dates
from lms.bookings.emails import place_of
from lms.catalogue.models import Course, CourseSession
from lms.catalogue.queries import course_by_code
from lms.catalogue.rules import parse_month
from lms.demand.queries import interested_in
from lms.errors import RuleBroken
from lms.groups.queries import groups_to_come
from lms.organisations.queries import organisations, sectors
from lms.permissions import Permission, me, requires
from lms.programme import blueprint, operations, queries, rules
from lms.programme.forms import SHOWN, ConfirmForm, DiaryForm, SessionForm
from lms.programme.operations import Outcome
from lms.programme.queries import Wanted
from lms.programme.rules import Refused
from lms.words import plural


@blueprint.get("/programme")
@requires(Permission.SESSION_MANAGE)
def index() -> ResponseReturnValue:
    """Sessions to come and drafts, and on demand those that are over: how full, and what is to be done."""
    form, now = DiaryForm(), dates.now()
    show = form.show.data if form.show.data in SHOWN else ""
    wanted = Wanted(show, form.course.data or "", parse_month(form.month.data or ""))
    diary = queries.diary(wanted, now=now, page=request.args.get("page", 1, type=int))
    form.offer(queries.courses(), diary.months)
    return render_template(
        "lms/programme/index.html",
        form=None,
        filters=form,
        diary=diary,
        wanted=wanted,
        groups=groups_to_come(now),
        narrowed=bool(wanted.course or wanted.month),
    )


def _form(session: CourseSession | None = None, **given: object) -> SessionForm:
    """The form with what there is to choose from."""
    return SessionForm(
        venues=queries.venues(),
        trainers=queries.trainers([one.id for one in session.trainers] if session else ()),
        organisations=organisations(),
        sectors=sectors(),
        groups=queries.groups(),
        session=session,
        **given,
    )


def _page(
    form: SessionForm, course: Course, session: CourseSession | None, status: int | None = None
) -> ResponseReturnValue:
    booked = session is not None and queries.was_booked(session)
    page = render_template("lms/programme/session.html", form=form, course=course, session=session, booked=booked)
    return page, status or (422 if form.is_submitted() else 200)


def _pressed(form: SessionForm) -> str:
    """The button that sent the form: a row more, back from the page that asks, or to keep it."""
    do = request.form.get("do", "")
    if do.startswith("add-"):
        form.more(do.removeprefix("add-"))
        return "show"
    return "show" if do == "back" else do


def _venue_of(form: SessionForm) -> int | None:
    """The venue that was chosen, or that is new."""
    if form.venue_name.data:
        return operations.add_venue(
            name=form.venue_name.data,
            address=form.venue_address.data or "",
            access_notes=form.venue_access.data or "",
            by=me(),
            now=dates.now(),
        )
    return int(form.venue.data) if form.venue.data else None


@blueprint.route("/courses/<code>/sessions/new", methods=["GET", "POST"])
@requires(Permission.SESSION_MANAGE)
def new_session(code: str) -> ResponseReturnValue:
    """A new session of a course, as a draft."""
    course = course_by_code(code) or abort(404)
    form = _form(host=request.args.get("host", ""))
    if _pressed(form) == "show":
        return _page(form, course, None, 200)
    if form.validate_on_submit():
        try:
            said = form.said(venue_id=_venue_of(form))
            session = operations.add_session(course=course, said=said, by=me(), now=dates.now())
        except Refused as no:
            form.give_back(no)
        except RuleBroken as no:
            form.refuse(str(no))
        else:
            flash(f"The draft {session.reference} is saved. Nobody but officers sees it yet.", "success")
            return redirect(url_for(".publish", reference=session.reference), 303)
    return _page(form, course, None)


def _session(reference: str) -> CourseSession:
    return queries.session(reference) or abort(404)


@blueprint.route("/sessions/<reference>/edit", methods=["GET", "POST"])
@requires(Permission.SESSION_MANAGE)
def edit(reference: str) -> ResponseReturnValue:
    """Change a session; where people are to be told, a page asks first."""
    session = _session(reference)
    version = queries.version(session)
    form, do = _form(session, seen=version), request.form.get("do", "")
    if _pressed(form) == "show":
        return _page(form, session.course, session, 200)
    if form.seen.data and form.seen.data != version:
        form.validate()
        form.seen.data = version
        form.refuse(rules.CHANGED_MEANWHILE)
    elif form.validate_on_submit():
        try:
            said = form.said(venue_id=_venue_of(form))
            outcome = operations.change_session(
                session=session, said=said, by=me(), now=dates.now(), reason=form.reason.data or ""
            )
        except Refused as no:
            form.give_back(no)
        except RuleBroken as no:
            form.refuse(str(no))
        else:
            clashes = queries.clashes(session) if outcome.change.when else []
            if do != "confirmed" and (outcome.letters or outcome.over or clashes):
                return _confirm(session, outcome, clashes)
            told = f" {rules.told_words(outcome.with_place, outcome.on_list)}." if outcome.letters else ""
            flash(f"{session.reference} is saved.{told}", "success")
            return redirect(url_for("participants.people", reference=reference), 303)
    return _page(form, session.course, session)


def _confirm(session: CourseSession, outcome: Outcome, clashes: object) -> ResponseReturnValue:
    """Who would be told. What is shown is done and not kept: a page that is no redirect leaves no trace (`db.finish_request`)."""
    return render_template(
        "lms/programme/confirm.html",
        session=session,
        outcome=outcome,
        told=rules.told_words(outcome.with_place, outcome.on_list) if outcome.letters else "",
        clashes=clashes,
        elsewhere=queries.taken_elsewhere(session),
        place=place_of(session, ""),
        typed=[(name, value) for name, value in request.form.items(multi=True) if name not in ("csrf_token", "do")],
    )


@blueprint.route("/sessions/<reference>/publish", methods=["GET", "POST"])
@requires(Permission.SESSION_MANAGE)
def publish(reference: str) -> ResponseReturnValue:
    """A draft as it stands, what is missing, and the button that shows it to people."""
    session, form, now = _session(reference), ConfirmForm(), dates.now()
    if session.published_at is not None and not form.is_submitted():
        return redirect(url_for("catalogue.session", reference=reference), 303)
    if form.validate_on_submit():
        try:
            told = operations.publish(session=session, by=me(), now=now)
        except RuleBroken as no:
            form.refuse(str(no))
        else:
            letters = f" {plural(told, 'person', 'people')} who asked for a date get a letter." if told else ""
            flash(f"{reference} is published. People can book it now.{letters}", "success")
            return redirect(url_for(".index"), 303)
    page = render_template(
        "lms/programme/publish.html",
        session=session,
        form=form,
        row=queries.rows_of([session], now=now)[0],
        elsewhere=queries.taken_elsewhere(session),
        interested=0 if session.host_organisation_id else len(interested_in(session.course_id)),
        place=place_of(session, ""),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/sessions/<reference>/take-back")
@requires(Permission.SESSION_MANAGE)
def take_back(reference: str) -> ResponseReturnValue:
    """Make a draft of it again, while nobody has booked."""
    try:
        operations.take_back(session=_session(reference), by=me(), now=dates.now())
    except RuleBroken as no:
        flash(str(no), "problem")
        return redirect(url_for("catalogue.session", reference=reference), 303)
    flash(f"{reference} is a draft again. Nobody but officers sees it.", "success")
    return redirect(url_for(".publish", reference=reference), 303)


@blueprint.post("/sessions/<reference>/remove")
@requires(Permission.SESSION_MANAGE)
def remove(reference: str) -> ResponseReturnValue:
    """Delete a draft."""
    try:
        operations.remove_draft(session=_session(reference), by=me(), now=dates.now())
    except RuleBroken as no:
        flash(str(no), "problem")
        return redirect(url_for(".index"), 303)
    flash(f"The draft {reference} is deleted.", "success")
    return redirect(url_for(".index"), 303)
