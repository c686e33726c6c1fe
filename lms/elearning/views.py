"""Pages of whoever learns: book, start, go on, and where one stands. Officers' pages are in officer_views.py; what the host of
contents serves is in content_views.py."""

from datetime import UTC, datetime

from flask import (
    Response,
    abort,
    current_app,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from lms import dates, exports, files
from lms.catalogue.queries import course_by_code
from lms.elearning import blueprint, operations, queries, rules, runtime
from lms.elearning.models import Enrolment, Kind, Launch, Progress, Unit
from lms.elearning.standing import stands_words
from lms.errors import RuleBroken
from lms.headers import CONTENT_SECURITY_POLICY
from lms.permissions import Permission, me, requires

#: What the frame of a package may do on the host of contents: run, keep what is there, use forms; nothing with our page.
SANDBOX = "allow-scripts allow-same-origin allow-forms"
NO_HOST = (
    "This cannot be played here yet: the address packages and videos come from is not set. Tell the training team."
)


def machine_now() -> datetime:
    """The machine's time: how long an address is worth something does not follow the demonstration's clock."""
    return datetime.now(UTC)


@blueprint.post("/courses/<code>/elearning")
@requires(Permission.BOOKING_CREATE)
def book(code: str) -> ResponseReturnValue:
    """Book an e-learning course: there is room for everybody."""
    course = course_by_code(code) or abort(404)
    enrolment = operations.book(course=course, person=me(), now=dates.now())
    flash("It is booked. Start whenever you like.", "success")
    return redirect(url_for("elearning.enrolment", reference=enrolment.reference), 303)


def _enrolment(reference: str) -> Enrolment:
    return queries.enrolment(me(), reference) or abort(404)


@blueprint.get("/elearning/<reference>")
@requires(Permission.LEARNING_VIEW)
def enrolment(reference: str) -> ResponseReturnValue:
    """One's booking of a course: its parts, and where one stands in each."""
    found = _enrolment(reference)
    parts = queries.parts(found)
    return render_template(
        "lms/elearning/enrolment.html",
        enrolment=found,
        course=found.course,
        parts=parts,
        units=[part.unit for part in parts] or queries.offered_units(found.course),
        next_number=rules.next_part([(one.position, one.completion, one.success) for one in parts]),
        rules=queries.rules_of(found.course),
        counts_words=rules.COUNTS_WORDS,
        stands=stands_words,
    )


@blueprint.post("/elearning/<reference>/parts/<int:number>")
@requires(Permission.LEARNING_VIEW)
def start(reference: str, number: int) -> ResponseReturnValue:
    """Start a part, or go on with it, on this device; elsewhere it ends."""
    found = _enrolment(reference)
    try:
        launch = operations.start(enrolment=found, number=number, now=dates.now(), heard=machine_now())
    except LookupError:
        abort(404)
    return redirect(url_for("elearning.part", reference=reference, launch=launch.reference), 303)


@blueprint.post("/elearning/<reference>/parts/<int:number>/declare")
@requires(Permission.LEARNING_VIEW)
def declare(reference: str, number: int) -> ResponseReturnValue:
    """Say that one has gone through a part whose package says nothing."""
    try:
        operations.declare(enrolment=_enrolment(reference), number=number, now=dates.now())
    except LookupError:
        abort(404)
    flash("Kept: you have gone through this part, as you said yourself.", "success")
    return redirect(url_for("elearning.enrolment", reference=reference), 303)


def _launch(enrolment: Enrolment, reference: str) -> tuple[Launch, Progress]:
    found = queries.own_launch(enrolment, reference)
    if found is None or found.progress is None:
        abort(404)
    return found, found.progress


@blueprint.get("/elearning/<reference>/open/<launch>")
@requires(Permission.LEARNING_VIEW)
def part(reference: str, launch: str) -> ResponseReturnValue:
    """A part that is open here."""
    enrolment = _enrolment(reference)
    opened, progress = _launch(enrolment, launch)
    if opened.ended_at is not None:
        return render_template("lms/elearning/ended.html", enrolment=enrolment, part=progress)
    return page(opened, progress, enrolment)


def page(
    opened: Launch, progress: Progress | None, enrolment: Enrolment | None, status: int = 200, **more: object
) -> Response:
    """The page of a part by its kind: for the person (`progress`), or as an officer looks at it."""
    unit = opened.unit
    kind = unit.content.kind
    needs_host = kind.is_package or kind is Kind.VIDEO
    response = make_response(
        render_template(
            f"lms/elearning/part_{'package' if kind.is_package else kind.value}.html",
            opened=opened,
            unit=unit,
            part=progress,
            enrolment=enrolment,
            stands=stands_words(progress) if progress else "",
            no_host=NO_HOST if needs_host and not current_app.config["CONTENT_URL"] else "",
            contents=current_app.config["CONTENT_URL"],
            address=_address(opened, unit),
            opening=runtime.opening(unit, runtime.standing_of(progress) if progress else None),
            sandbox=SANDBOX,
            questions=rules.questions_of(unit.content.questions),
            **more,
        ),
        status,
    )
    if needs_host and current_app.config["CONTENT_URL"]:
        contents = current_app.config["CONTENT_URL"]
        allowed = f"{CONTENT_SECURITY_POLICY}; frame-src {contents}; media-src {contents}"
        response.headers["Content-Security-Policy"] = allowed
    return response


def _address(opened: Launch, unit: Unit) -> str:
    """Where the host of contents serves this open part."""
    key = operations.key_of(opened, current_app.config["SECRET_KEY"])
    if unit.content.kind.is_package:
        return f"{current_app.config['CONTENT_URL']}/play/{key}/"
    return f"{current_app.config['CONTENT_URL']}/play/{key}/files/{unit.page}"


@blueprint.post("/elearning/<reference>/open/<launch>/save")
@requires(Permission.LEARNING_VIEW)
def save(reference: str, launch: str) -> ResponseReturnValue:
    """Keep what the open part says: JSON, from our own script. An empty message says only that the page is still open."""
    enrolment = _enrolment(reference)
    opened, progress = _launch(enrolment, launch)
    if opened.ended_at is not None:
        return jsonify(message=rules.OPENED_ELSEWHERE), 409
    given = request.get_json(silent=True)
    try:
        _keep(opened, progress.unit.content.kind, given)
    except RuleBroken as rule:
        return jsonify(message=str(rule)), 422
    return jsonify(stands=stands_words(progress), done=enrolment.completed_at is not None)


def _keep(opened: Launch, kind: Kind, given: object) -> None:
    now, heard = dates.now(), machine_now()
    if given == {}:
        operations.hear(launch=opened, heard=heard)
    elif kind.is_package and isinstance(given, dict) and set(given) - {"ended"} == {"cmi"}:
        ended = given.get("ended", False) is True
        operations.save(launch=opened, given=given["cmi"], ended=ended, now=now, heard=heard)
    elif kind is Kind.VIDEO:
        operations.save_watched(launch=opened, given=given, now=now, heard=heard)
    else:
        raise RuleBroken(runtime.NOT_UNDERSTOOD)


@blueprint.get("/elearning/<reference>/open/<launch>/document")
@requires(Permission.LEARNING_VIEW)
def document(reference: str, launch: str) -> Response:
    """The document of an open part: a download, never a page."""
    opened, _ = _launch(_enrolment(reference), launch)
    return document_of(opened.unit)


def document_of(unit: Unit) -> Response:
    """The document of a part, to whoever may have it. 404 for a part that has none."""
    kept = queries.file(unit.content_id, unit.page) if unit.content.kind is Kind.DOCUMENT else None
    if kept is None or not files.path_of(kept.sha256).is_file():
        abort(404)
    return exports.download(files.path_of(kept.sha256).read_bytes(), f"{unit.title}.pdf", kept.media_type)


@blueprint.post("/elearning/<reference>/open/<launch>/read")
@requires(Permission.LEARNING_VIEW)
def read(reference: str, launch: str) -> ResponseReturnValue:
    """Say up to which page one has read a document."""
    enrolment = _enrolment(reference)
    opened, progress = _launch(enrolment, launch)
    typed = request.form.get("pages", "").strip()
    pages = progress.unit.length or 1
    if opened.ended_at is not None or progress.unit.content.kind is not Kind.DOCUMENT:
        return redirect(url_for("elearning.enrolment", reference=reference), 303)
    if not typed.isascii() or not typed.isdigit() or not 1 <= int(typed[:9]) <= pages:
        return page(opened, progress, enrolment, 422, problem=f"Enter a page from 1 to {pages}", typed=typed[:20])
    operations.read_pages(launch=opened, pages=int(typed), now=dates.now(), heard=machine_now())
    flash(f"Kept: {stands_words(progress)}.", "success")
    return redirect(url_for("elearning.enrolment", reference=reference), 303)


@blueprint.post("/elearning/<reference>/open/<launch>/answers")
@requires(Permission.LEARNING_VIEW)
def answers(reference: str, launch: str) -> ResponseReturnValue:
    """Hand in a knowledge check."""
    enrolment = _enrolment(reference)
    opened, progress = _launch(enrolment, launch)
    if opened.ended_at is not None or progress.unit.content.kind is not Kind.CHECK:
        return redirect(url_for("elearning.enrolment", reference=reference), 303)
    questions = rules.questions_of(progress.unit.content.questions)
    given = [_chosen(number, len(one.answers)) for number, one in enumerate(questions)]
    missing = [number for number, chosen in enumerate(given) if not chosen]
    if missing:
        return page(opened, progress, enrolment, 422, missing=missing, given=given)
    one, _ = operations.answer(launch=opened, answers=given, now=dates.now(), heard=machine_now())
    if one.passed:
        flash(f"Passed: {one.right_answers} of {one.questions} right.", "success")
    else:
        flash(f"{one.right_answers} of {one.questions} right. That is not enough yet. You can try again.", "problem")
    return redirect(url_for("elearning.enrolment", reference=reference), 303)


def _chosen(number: int, answers: int) -> frozenset[int]:
    known = {str(place): place for place in range(answers)}
    return frozenset(known[typed] for typed in request.form.getlist(f"question-{number}") if typed in known)


# Put on the blueprint before it is registered.
from lms.elearning import content_views, officer_views  # noqa: E402, F401
