"""A trainer's sessions and their registers."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms import dates
from lms.attendance import blueprint, operations, paper, queries, rules, sheets
from lms.attendance.forms import BUTTONS, RegisterForm, finished, said, saved
from lms.attendance.models import Mark
from lms.attendance.rules import MarkGiven, MarksRefused, Opening
from lms.catalogue.models import SessionDate
from lms.certificates.queries import issued_counts
from lms.errors import RuleBroken
from lms.exports import CSV, XLSX, download
from lms.needs.queries import how_many_told
from lms.organisations.queries import organisations
from lms.pdf import PdfError
from lms.permissions import Permission, me, requires


@blueprint.get("/teaching")
@requires(Permission.TEACHING_VIEW)
def teaching() -> ResponseReturnValue:
    """The sessions I teach: those to come, and those whose register may need finishing."""
    now = dates.now()
    past = queries.taught(me(), now=now, past=True, limit=20)
    return render_template(
        "lms/attendance/teaching.html",
        coming=queries.taught(me(), now=now, past=False),
        past=past,
        certificates=issued_counts([one.session.id for one in past]),
        officer=queries.is_officer(me()),
    )


def _page(date: SessionDate, form: RegisterForm, status: int = 200) -> ResponseReturnValue:
    session, now = date.session, dates.now()
    opening = rules.opening(starts_at=date.starts_at, ends_at=session.ends_at, now=now)
    early, locked = opening is Opening.EARLY, opening is Opening.LOCKED
    registers, number = queries.registers_of(session, now=now), session.dates.index(date) + 1
    page = render_template(
        "lms/attendance/register.html",
        session=session,
        date=date,
        address=_address(date),
        form=form,
        number=number,
        count=registers[number - 1].count,
        registers=registers,
        buttons=[button for button in BUTTONS if not early or button[0] is Mark.APOLOGY],
        next_to_mark=next((line.booking for line in form.lines if line.waits), None),
        opens_at=date.starts_at - rules.OPENS_BEFORE if early else None,
        locked=locked,
        may_mark=not locked or queries.is_officer(me()),
        said=lambda mark: said(mark, date.starts_at),
        needs_told=how_many_told(session, me(), now),
    )
    return page, status


def _address(date: SessionDate) -> str:
    """Where the register of a date is; the only date of a session needs no number."""
    session = date.session
    if len(session.dates) == 1:
        return url_for(".register", reference=session.reference)
    return url_for(".register", reference=session.reference, number=session.dates.index(date) + 1)


@blueprint.route("/sessions/<reference>/register", methods=["GET", "POST"])
@blueprint.route("/sessions/<reference>/register/<int:number>", methods=["GET", "POST"])
@requires(Permission.REGISTER_RECORD)
def register(reference: str, number: int | None = None) -> ResponseReturnValue:
    """The register of one date of a session, the date at hand where none is named: a row for each person, made for a phone."""
    session = queries.session_or_404(reference, me())
    date = queries.date_or_404(session, number, dates.now())
    form = RegisterForm(queries.register(date), date, organisations())
    if request.method == "GET":
        return _page(date, form)
    given = form.read()
    if not form.validate():
        return _page(date, form, 422)
    try:
        return _keep(date, form, given)
    except MarksRefused as broken:
        form.refuse_marks(broken, queries.register(date))
    except RuleBroken as broken:
        form.refuse_rule(broken)
    return _page(date, form, 422)


def _keep(date: SessionDate, form: RegisterForm, given: list[MarkGiven]) -> ResponseReturnValue:
    now, reason, walk_in = dates.now(), form.reason.data or "", form.walk_in
    new, added = operations.record_marks(date, given=given, by=me(), now=now, reason=reason), ""
    if walk_in.filled_in:
        added = operations.add_walk_in(
            date,
            first_name=walk_in.first_name.data or "",
            last_name=walk_in.last_name.data or "",
            email=walk_in.email.data or "",
            organisation_id=int(walk_in.organisation.data),
            by=me(),
            now=now,
            reason=reason,
            known=walk_in.recognised,
        ).person.name
    finishing = request.form.get("do") == "finish"
    if finishing and not operations.finish(date, by=me(), now=now, reason=reason):
        flash(finished(date))
        return redirect(url_for(".teaching"), 303)
    left = [line.booking.person.name for line in queries.register(date) if line.waits]
    flash(saved(new, added=added, left=left, finishing=finishing), "problem" if finishing else "message")
    return redirect(_address(date), 303)


# On paper and as a table.


@blueprint.get("/sessions/<reference>/register/<int:number>/<any('sign-in-sheet', badges):what>.pdf")
@requires(Permission.REGISTER_RECORD)
def printed(reference: str, number: int, what: str) -> ResponseReturnValue:
    """The sign-in sheet or the name badges of a date. A page that only reads holds no lock while they are drawn."""
    now = dates.now()
    date = queries.date_or_404(queries.session_or_404(reference, me()), number, now)
    room = paper.room_of(date, queries.register(date), now)
    try:
        drawn = paper.badges(room) if what == "badges" else paper.sign_in_sheet(room)
    except PdfError as error:
        flash(str(error), "problem")
        return redirect(_address(date), 303)
    return download(drawn, f"{reference}-{number}-{what}.pdf", "application/pdf")


@blueprint.get("/sessions/<reference>/register/<int:number>.<any(csv, xlsx):kind>")
@requires(Permission.REGISTER_RECORD)
def table(reference: str, number: int, kind: str) -> ResponseReturnValue:
    """The register of a date as a table."""
    session = queries.session_or_404(reference, me())
    date = queries.date_or_404(session, number, dates.now())
    count = queries.counts_of([session])[date.id]
    made = sheets.register_file(date, queries.register(date), count, kind)
    return download(made, f"{reference}-register-{number}.{kind}", CSV if kind == "csv" else XLSX)
