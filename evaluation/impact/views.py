"""The thread of a recommendation as a page, and in the formats people take away."""

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from evaluation.impact import blueprint, formats, queries
from evaluation.impact.course import course_thread as follow_course
from evaluation.impact.thread import thread as follow
from evaluation.improvement import queries as improvement
from lms import dates
from lms.catalogue.queries import course_by_code
from lms.exports import download
from lms.pdf import PdfError
from lms.permissions import Permission, requires


@blueprint.get("/improvement/<reference>")
@requires(Permission.IMPROVEMENT_VIEW)
def thread(reference: str) -> ResponseReturnValue:
    """One recommendation, from the learning behind it to what is still to be done."""
    if queries.is_action(reference):
        return redirect(url_for("actions.action", reference=reference))
    found = follow(improvement.recommendation_or_404(reference), as_at=dates.now())
    return render_template("evaluation/impact/thread.html", **formats.context(found))


@blueprint.get("/improvement/courses/<code>/thread")
@requires(Permission.IMPROVEMENT_VIEW)
def course_thread(code: str) -> ResponseReturnValue:
    """The thread backwards: why a course exists, and what it changed."""
    found = follow_course(course_by_code(code) or abort(404), as_at=dates.now())
    return render_template("evaluation/impact/course.html", **formats.names(), thread=found)


@blueprint.get("/improvement/<reference>.<any(pdf, xlsx, csv, json):kind>")
@requires(Permission.IMPROVEMENT_VIEW)
def thread_download(reference: str, kind: str) -> ResponseReturnValue:
    """The same thread as a file."""
    found = follow(improvement.recommendation_or_404(reference), as_at=dates.now())
    try:
        document = formats.document(found, kind)
    except PdfError as error:
        abort(503, str(error))
    return download(document.content, f"thread-{reference}.{kind}", document.content_type)
