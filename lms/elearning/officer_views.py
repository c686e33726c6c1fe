"""Pages of officers: what a course holds, what it counts, and how often it was booked, started and completed."""

from contextlib import closing
from datetime import date, timedelta
from typing import Any

from flask import Response, abort, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms import dates
from lms.catalogue.models import Course
from lms.catalogue.queries import course_by_code
from lms.db import begin_writing
from lms.elearning import blueprint, forms, intake, operations, queries, rules
from lms.elearning import views as pages
from lms.elearning.models import Content, Counts, Kind, Launch
from lms.errors import RuleBroken
from lms.permissions import Permission, me, requires, uploads

#: How many years can be looked at one by one.
YEARS = 4


@blueprint.get("/elearning")
@requires(Permission.ELEARNING_MANAGE)
def index() -> ResponseReturnValue:
    """Every e-learning course: booked, started and completed, each counted by its own day."""
    today = dates.london(dates.now()).date()
    this = today.year if today.month >= 4 else today.year - 1
    form = forms.YearForm(range(this, this - YEARS, -1))
    every = form.year.data == "all"
    year = this if every else int(form.year.data)
    first, last = (date(2000, 1, 1), today) if every else (date(year, 4, 1), date(year + 1, 3, 31))
    found = queries.reach(dates.from_london(first), dates.from_london(last + timedelta(days=1)))
    return render_template(
        "lms/elearning/index.html",
        form=form,
        reach=found,
        period="in all years" if every else f"from {dates.day(first)} to {dates.day(last)}",
    )


def _course(code: str) -> Course:
    return course_by_code(code) or abort(404)


@blueprint.get("/courses/<code>/elearning/manage")
@requires(Permission.ELEARNING_MANAGE)
def manage(code: str) -> ResponseReturnValue:
    """What a course holds, every version of it, and what it counts."""
    course = _course(code)
    versions = queries.contents(course)
    return render_template(
        "lms/elearning/manage.html",
        course=course,
        current=[one for one in versions if one.withdrawn_at is None],
        earlier=[one for one in versions if one.withdrawn_at is not None],
        rules=queries.rules_of(course),
        counts_words=rules.COUNTS_WORDS,
        adds=forms.FORMS,
        no_host="" if current_app.config["CONTENT_URL"] else pages.NO_HOST,
    )


@blueprint.route("/courses/<code>/elearning/add/<any(package, video, document, check):what>", methods=["GET", "POST"])
@requires(Permission.ELEARNING_MANAGE)
@uploads(intake.MOST_BYTES)
def add(code: str, what: str) -> ResponseReturnValue:
    """Add a package, a video, a document or a knowledge check, or the next version of one."""
    course = _course(code)
    make, kind, title = forms.FORMS[what]
    current = [one for one in queries.contents(course) if one.withdrawn_at is None]
    form = make(current, kind, _replaced(current))
    if form.validate_on_submit():
        try:
            content, notes = _added(form, course.code, form.place.data)
        except RuleBroken as rule:
            form.refuse(str(rule), "questions" if isinstance(form, forms.CheckForm) else "file")
        else:
            _say(content, notes)
            return redirect(url_for("elearning.manage", code=code), 303)
    page = render_template("lms/elearning/add.html", form=form, course=_course(code), what=what, heading=title)
    return page, 422 if form.is_submitted() else 200


def _replaced(current: list[Content]) -> Content | None:
    wanted = request.args.get("replaces", "")
    return next((one for one in current if one.reference == wanted), None)


def _added(form: Any, code: str, place: str) -> tuple[Content, tuple[str, ...]]:
    """Look at what was sent, then write: nothing waits for an unpacking."""
    questions = rules.read_questions(form.questions.data or "") if isinstance(form, forms.CheckForm) else []
    taken = None if questions else _taken(form)
    begin_writing()
    course, by, now = _course(code), me(), dates.now()
    replaces = None if place == forms.AT_THE_END else queries.content(place)
    if place != forms.AT_THE_END and replaces is None:
        raise RuleBroken("What this was to replace is not there any more. Open the page again")
    if taken is not None:
        return operations.add_content(course=course, intake=taken, replaces=replaces, by=by, now=now), taken.notes
    content = operations.add_check(
        course=course,
        title=form.title.data,
        questions=questions,
        pass_mark=form.pass_mark.data,
        replaces=replaces,
        by=by,
        now=now,
    )
    return content, ()


def _taken(form: Any) -> intake.Intake:
    sent = form.file.data
    with closing(sent.stream) as stream:
        if isinstance(form, forms.VideoForm):
            return intake.video(
                stream, sent.filename, title=form.title.data or "", transcript=form.transcript.data or ""
            )
        if isinstance(form, forms.DocumentForm):
            return intake.document(stream, sent.filename, title=form.title.data or "")
        return intake.package(stream, sent.filename)


def _say(content: Content, notes: tuple[str, ...]) -> None:
    if content.fault:
        flash(f"It is kept for you to see, but people are not given it. {content.fault}", "problem")
    else:
        flash(" ".join([f"“{content.title}” is added. Whoever starts from now on gets it.", *notes]), "success")


def _content(reference: str) -> Content:
    return queries.content(reference) or abort(404)


@blueprint.post("/elearning/contents/<reference>/withdraw")
@requires(Permission.ELEARNING_MANAGE)
def withdraw(reference: str) -> ResponseReturnValue:
    """Take something out of a course, for whoever starts from now on."""
    content = _content(reference)
    operations.withdraw(content=content, by=me(), now=dates.now())
    flash(f"“{content.title}” is taken out. Whoever has started keeps it.", "success")
    return redirect(url_for("elearning.manage", code=content.course.code), 303)


@blueprint.route("/courses/<code>/elearning/rules", methods=["GET", "POST"])
@requires(Permission.ELEARNING_MANAGE)
def set_rules(code: str) -> ResponseReturnValue:
    """What a course takes for a completion."""
    course = _course(code)
    found = queries.rules_of(course)
    form = forms.RulesForm(data={"counts": found.counts.value, "share": found.share})
    if form.validate_on_submit():
        operations.set_rules(
            course=course, counts=Counts(form.counts.data), share=form.share.data or 0, by=me(), now=dates.now()
        )
        flash("Kept. It holds for what people do from now on; what was counted stays counted.", "success")
        return redirect(url_for("elearning.manage", code=code), 303)
    page = render_template("lms/elearning/rules.html", form=form, course=course)
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/elearning/contents/<reference>/parts/<int:number>/preview")
@requires(Permission.ELEARNING_MANAGE)
def open_preview(reference: str, number: int) -> ResponseReturnValue:
    """Look at a part as people see it."""
    unit = next((one for one in _content(reference).units if one.position == number), None) or abort(404)
    launch = operations.preview(unit=unit, by=me(), now=dates.now(), heard=pages.machine_now())
    return redirect(url_for("elearning.preview", launch=launch.reference), 303)


def _preview(reference: str) -> Launch:
    return queries.own_preview(me(), reference) or abort(404)


@blueprint.get("/elearning/previews/<launch>")
@requires(Permission.ELEARNING_MANAGE)
def preview(launch: str) -> ResponseReturnValue:
    """The part that is looked at."""
    return pages.page(_preview(launch), None, None)


@blueprint.post("/elearning/previews/<launch>/save")
@requires(Permission.ELEARNING_MANAGE)
def keep_preview(launch: str) -> ResponseReturnValue:
    """Nothing of a preview is kept, but that it is still open, and that its package does speak with us."""
    opened, given = _preview(launch), request.get_json(silent=True)
    try:
        operations.hear(launch=opened, heard=pages.machine_now())
    except RuleBroken as rule:
        return jsonify(message=str(rule)), 422
    if isinstance(given, dict) and "cmi" in given:
        operations.spoke(unit=opened.unit)
    return jsonify(stands="A preview: nothing is saved.", done=False)


@blueprint.get("/elearning/previews/<launch>/document")
@requires(Permission.ELEARNING_MANAGE)
def preview_document(launch: str) -> Response:
    """The document that is looked at."""
    opened = _preview(launch)
    if opened.unit.content.kind is not Kind.DOCUMENT:
        abort(404)
    return pages.document_of(opened.unit)
