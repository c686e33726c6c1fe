"""The report of a meeting: uploaded, looked at, put on the register."""

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms import dates
from lms.attendance import queries as attendance
from lms.attendance import rules as register_rules
from lms.attendance.forms import said
from lms.attendance.rules import AlreadyThere, MarksRefused, Opening, ReasonMissing
from lms.catalogue.models import SessionDate
from lms.db import begin_writing
from lms.errors import RuleBroken
from lms.exports import download
from lms.meetings import blueprint, drafts, operations, queries, reports
from lms.meetings import example as example_report
from lms.meetings.forms import BUTTONS, KEEP, LEAVE, WALK_IN, PreviewForm, UploadForm
from lms.meetings.models import MeetingReport
from lms.organisations.queries import organisations
from lms.permissions import Permission, me, requires, slow
from lms.words import plural


def _address(date: SessionDate, endpoint: str = ".report", **more: Any) -> str:
    number = date.session.dates.index(date) + 1
    return url_for(endpoint, reference=date.session.reference, number=number, **more)


def _opening(date: SessionDate) -> Opening:
    return register_rules.opening(starts_at=date.starts_at, ends_at=date.session.ends_at, now=dates.now())


def _may_mark(date: SessionDate) -> bool:
    opening = _opening(date)
    return opening is Opening.OPEN or (opening is Opening.LOCKED and attendance.is_officer(me()))


@blueprint.route("/sessions/<reference>/register/<int:number>/report", methods=["GET", "POST"])
@requires(Permission.REGISTER_RECORD)
@slow
def report(reference: str, number: int) -> ResponseReturnValue:
    """Upload the report of a meeting. It is read before anything waits for it."""
    date, form = queries.date_or_404(reference, number, me()), UploadForm()
    if form.validate_on_submit() and _may_mark(date):
        day, now = dates.london(date.starts_at).date(), dates.now()
        try:
            read = drafts.merged([reports.read(data, name, day=day) for name, data in form.given()])
            begin_writing()
            date = queries.date_or_404(reference, number, me())
            kept = operations.keep(date, report=read, by=me(), now=now)
            return redirect(_address(date, ".preview", draft=kept.reference), 303)
        except RuleBroken as broken:
            form.refuse(str(broken), "file")
            date = queries.date_or_404(reference, number, me())
    page = render_template(
        "lms/meetings/report.html",
        date=date,
        form=form,
        draft=queries.draft(date, me()),
        register=_address(date, "attendance.register"),
        may_mark=_may_mark(date),
        early=_opening(date) is Opening.EARLY,
        number=number,
        demo=current_app.config["DEMO"],
    )
    return page, 422 if form.problems else 200


@blueprint.get("/sessions/<reference>/register/<int:number>/example-report")
@requires(Permission.REGISTER_RECORD)
def example(reference: str, number: int) -> ResponseReturnValue:
    """A report to try it with, in a demonstration only."""
    if not current_app.config["DEMO"]:
        abort(404)
    date = queries.date_or_404(reference, number, me())
    people = [line.booking.person for line in attendance.register(date)]
    booked = [(one.name, one.email or "") for one in people]
    made = example_report.made(booked, starts_at=date.starts_at, ends_at=date.ends_at)
    return download(made, f"{reference}-attendance.csv", "text/csv; charset=utf-16")


def _form(kept: MeetingReport) -> PreviewForm:
    read = drafts.from_document(kept.read)
    known = queries.people_by_email(address for one in read.people for address in (one.email, one.upn))
    return PreviewForm(read, kept.date, attendance.register(kept.date), known, organisations())


def _page(
    kept: MeetingReport, form: PreviewForm, *, look_again: bool = False, status: int = 200
) -> ResponseReturnValue:
    date = kept.date
    page = render_template(
        "lms/meetings/preview.html",
        kept=kept,
        date=date,
        form=form,
        buttons=BUTTONS,
        words={"keep": KEEP, "leave": LEAVE, "walk_in": WALK_IN},
        said=lambda mark: said(mark, date.starts_at),
        look_again=look_again,
        locked=_opening(date) is Opening.LOCKED,
        minimum_share=date.session.course.minimum_share,
        addresses={
            "here": _address(date, ".preview", draft=kept.reference),
            "discard": _address(date, ".discard", draft=kept.reference),
            "register": _address(date, "attendance.register"),
        },
    )
    return page, status


def _gone(date: SessionDate) -> ResponseReturnValue:
    flash(operations.GONE + ".", "problem")
    return redirect(_address(date, "attendance.register"), 303)


@blueprint.route("/sessions/<reference>/register/<int:number>/report/<draft>", methods=["GET", "POST"])
@requires(Permission.REGISTER_RECORD)
def preview(reference: str, number: int, draft: str) -> ResponseReturnValue:
    """Whose row is whose booking, and what the register will say; one button puts all of it there."""
    date = queries.date_or_404(reference, number, me())
    kept = queries.draft_named(draft, date, me())
    if kept is None:
        return _gone(date)
    form = _form(kept)
    if request.method == "GET":
        return _page(kept, form)
    if request.form.get("do") != "apply":
        return _page(kept, form, look_again=bool(form.to_look_at))
    fine = form.validate()
    marks, walk_ins = form.read()
    if form.wrong or not fine:
        return _page(kept, form, status=422)
    if form.to_look_at:
        return _page(kept, form, look_again=True)
    try:
        new = operations.apply(
            kept, marks=marks, walk_ins=walk_ins, by=me(), now=dates.now(), reason=form.reason.data or ""
        )
    except operations.Gone:
        return _gone(date)
    except MarksRefused as broken:
        form.refuse_marks(broken, attendance.register(date))
    except AlreadyThere as broken:
        form.refuse(str(broken))
    except RuleBroken as broken:
        form.refuse(str(broken), "reason" if isinstance(broken, ReasonMissing) else None)
    else:
        flash(f"The report is on the register: {plural(new, 'mark is', 'marks are')} new.")
        return redirect(_address(date, "attendance.register"), 303)
    return _page(kept, form, status=422)


@blueprint.post("/sessions/<reference>/register/<int:number>/report/<draft>/discard")
@requires(Permission.REGISTER_RECORD)
def discard(reference: str, number: int, draft: str) -> ResponseReturnValue:
    """Throw a report away."""
    date = queries.date_or_404(reference, number, me())
    if kept := queries.draft_named(draft, date, me()):
        operations.discard(kept)
        flash("The report was thrown away. Nothing was changed.")
    return redirect(_address(date), 303)
