"""What the answers of a course say: for those who read reports, and for trainers of their own sessions; as pages and as files."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from evaluation.results import blueprint, formats, queries, sentences
from evaluation.results.forms import SliceForm
from evaluation.results.report import Results
from lms.accounts.models import Person
from lms.attendance.queries import session_or_404
from lms.catalogue.models import Course
from lms.exports import download
from lms.pdf import PdfError
from lms.permissions import Permission, me, requires
from lms.roles import Role

FILES = "any(pdf, xlsx, csv, json)"


@blueprint.get("/reports/courses")
@requires(Permission.REPORT_VIEW)
def index() -> str:
    """Every evaluated course, with its verdict and how many answered."""
    courses = [(course, queries.results(course.code)) for course in queries.evaluated()]
    return render_template("evaluation/results/index.html", courses=courses, said=sentences)


@blueprint.get("/reports/courses/<code>")
@requires(Permission.REPORT_VIEW)
def course(code: str) -> ResponseReturnValue:
    """What the answers of one course say, or those of one part of its sessions."""
    found = queries.results(code, _asked())
    return _course(found) if found else _not_shown(code)


@blueprint.get(f"/reports/courses/<code>.<{FILES}:kind>")
@requires(Permission.REPORT_VIEW)
def course_file(code: str, kind: str) -> ResponseReturnValue:
    """The same as a file."""
    found = queries.results(code, _asked())
    if found is None:
        return _not_shown(code)
    return _file(found, kind, url_for(".course", code=code, **slice_in_address(found)))


@blueprint.get("/teaching/results")
@requires(Permission.TEACHING_VIEW)
def own() -> str:
    """The sessions somebody taught, of courses that are evaluated."""
    return render_template("evaluation/results/teaching.html", courses=queries.taught(me()))


@blueprint.get("/teaching/results/<reference>")
@requires(Permission.TEACHING_VIEW)
def own_session(reference: str) -> ResponseReturnValue:
    """What was said of one session somebody teaches."""
    session = session_or_404(reference, me())
    found = _alone(queries.results(session.course.code, f"session:{reference}"))
    back = (url_for(".own"), "What people said about your sessions")
    if found is None:
        return _nothing(session.course, back, f"Session {reference}", sentences.NOT_ALONE)
    return _page(found, back, lambda kind: url_for(".own_session_file", reference=reference, kind=kind))


@blueprint.get(f"/teaching/results/<reference>.<{FILES}:kind>")
@requires(Permission.TEACHING_VIEW)
def own_session_file(reference: str, kind: str) -> ResponseReturnValue:
    """The same as a file."""
    session = session_or_404(reference, me())
    found = _alone(queries.results(session.course.code, f"session:{reference}")) or abort(404)
    return _file(found, kind, url_for(".own_session", reference=reference))


@blueprint.get("/teaching/results/courses/<code>")
@requires(Permission.TEACHING_VIEW)
def own_course(code: str) -> ResponseReturnValue:
    """What was said of all sessions of a course that somebody taught."""
    course = queries.taught_or_404(me(), code)
    found = _alone(queries.results(code, f"trainer:{me().id}"))
    back = (url_for(".own"), "What people said about your sessions")
    if found is None:
        return _nothing(course, back, "All your sessions", sentences.NOT_ALONE)
    return _page(found, back, lambda kind: url_for(".own_course_file", code=code, kind=kind))


@blueprint.get(f"/teaching/results/courses/<code>.<{FILES}:kind>")
@requires(Permission.TEACHING_VIEW)
def own_course_file(code: str, kind: str) -> ResponseReturnValue:
    """The same as a file."""
    queries.taught_or_404(me(), code)
    found = _alone(queries.results(code, f"trainer:{me().id}")) or abort(404)
    return _file(found, kind, url_for(".own_course", code=code))


def links_of(course: Course) -> list[tuple[str, str]]:
    """For whoever changes a course: what its answers say."""
    return [("What the answers say", url_for("results.course", code=course.code))]


def panel_of(person: Person) -> list[tuple[str, str]]:
    """For a trainer, on their own pages: where they read what was said of their sessions."""
    if Role.TRAINER not in person.roles:
        return []
    return [("What people said about the sessions you taught, all answers together.", url_for("results.own"))]


def slice_in_address(results: Results) -> dict[str, Any]:
    """What follows the address of a report that is not of all sessions."""
    return {} if results.slice.key == "all" else {"slice": results.slice.key}


def _asked() -> str:
    return request.args.get("slice", "") or "all"


def _alone(results: Results | None) -> Results | None:
    """A trainer’s own sessions, without the names of other parts of the course."""
    return replace(results, slices=(), withheld=()) if results else None


def _course(results: Results, refused: str = "") -> ResponseReturnValue:
    """The page for those who read reports, who may choose whose answers; or all sessions, and why another part is not shown."""
    form = SliceForm(results)
    if refused:
        form.refuse(refused, "slice")
    where = {"code": results.course_code} | slice_in_address(results)
    back = (url_for(".index"), "What the answers say, course by course")
    page = _page(results, back, lambda kind: url_for(".course_file", kind=kind, **where), form=form)
    return page, 422 if refused else 200


def _page(results: Results, back: tuple[str, str], files: Callable[[str], str], **more: Any) -> str:
    return render_template("evaluation/results/course.html", back=back, files=files, **formats.context(results), **more)


def _not_shown(code: str) -> ResponseReturnValue:
    """Why there is nothing: the part cannot stand alone, nothing was released yet, or there is no such course."""
    course = queries.evaluated_or_404(code)
    everything = queries.results(code)
    if everything:
        return _course(everything, sentences.REFUSED)
    back = (url_for(".index"), "What the answers say, course by course")
    return _nothing(course, back, code, sentences.NOTHING_YET)


def _nothing(course: Course, back: tuple[str, str], reference: str, sentence: str) -> str:
    return render_template(
        "evaluation/results/nothing.html", name=course.title, back=back, reference=reference, sentence=sentence
    )


def _file(results: Results, kind: str, address: str) -> ResponseReturnValue:
    public: str = current_app.config["PUBLIC_URL"]
    try:
        document = formats.document(results, kind, address=public + address)
    except PdfError as error:
        abort(503, str(error))
    return download(document.content, f"{formats.stem(results)}.{kind}", document.content_type)
