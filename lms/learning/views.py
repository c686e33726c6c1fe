"""The pages of one's own learning, and of those who answer for others'."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms import dates, files, hooks, pdf
from lms.accounts.models import Person
from lms.catalogue.models import Course
from lms.db import begin_writing, db
from lms.due.sentences import due_lines
from lms.errors import RuleBroken
from lms.exports import download
from lms.files import MOST_BYTES, Upload
from lms.learning import blueprint, operations, queries, rules, sheets
from lms.learning.forms import Answer, Narrow, PastForm
from lms.learning.models import PastLearning
from lms.learning.operations import Told
from lms.learning.record import Record, filters, record_of
from lms.organisations.queries import partnership
from lms.permissions import Permission, me, requires, uploads

# One's own record.


def record(person: Person) -> tuple[queries.Learning, Record]:
    """Somebody's bookings and their record, narrowed as the address asks."""
    learning = queries.learning_of([person], dates.now())[person.id]
    year, kind = filters(request.args.get("year", ""), request.args.get("kind", ""))
    return learning, record_of(person, learning.past, year=year, kind=kind)


@blueprint.get("/learning")
@requires(Permission.LEARNING_VIEW)
def index() -> ResponseReturnValue:
    """My learning: what is asked of me, what is to come, and the record of everything I learned."""
    person = me()
    sentences = [sentence for ask in hooks.learning_panels for sentence in ask(person)]
    learning, mine = record(person)
    return render_template(
        "lms/learning/index.html",
        learning=learning,
        record=mine,
        filters=Narrow().offer(mine),
        sentences=sentences,
        today=dates.london(dates.now()).date(),
    )


@blueprint.get("/learning/record.<any(pdf, csv, xlsx):form>")
@requires(Permission.LEARNING_VIEW)
def record_file(form: str) -> ResponseReturnValue:
    """My record to keep, or to show an employer."""
    return sent(record(me())[1], form)


def sent(mine: Record, form: str) -> ResponseReturnValue:
    """A record in one of its forms."""
    here = partnership()
    name = here.name if here else ""
    makers: dict[str, Callable[[Record, str], tuple[bytes, str]]] = {
        "pdf": _pdf_of,
        "csv": sheets.csv_of,
        "xlsx": sheets.xlsx_of,
    }
    content, media_type = makers[form](mine, name)
    today = f"{dates.london(dates.now()):%Y-%m-%d}"
    return download(content, f"Learning record {mine.person.name} {today}.{form}", media_type)


def _pdf_of(mine: Record, name: str) -> tuple[bytes, str]:
    here = partnership()
    content = pdf.render(
        "pdf/record.html",
        title=f"Learning record of {mine.person.name}",
        author=name,
        theme=here.key if here else "",
        record=mine,
        partnership=name,
        produced=dates.day_time(dates.now()),
        made_up=mine.person.made_up,
        note=sheets.NOTE,
        today=dates.london(dates.now()).date(),
        due=due_lines(mine.person, dates.now()),
    )
    return content, "application/pdf"


# Training elsewhere.


@blueprint.route("/learning/add", methods=["GET", "POST"])
@requires(Permission.LEARNING_VIEW)
@uploads(MOST_BYTES)
def add() -> ResponseReturnValue:
    """Enter something I learned elsewhere, with what shows it."""
    return _told(None)


@blueprint.route("/learning/past/<reference>/change", methods=["GET", "POST"])
@requires(Permission.LEARNING_VIEW)
@uploads(MOST_BYTES)
def change(reference: str) -> ResponseReturnValue:
    """Say it differently while it is not approved."""
    past = _own(reference)
    rules.check_can_change(past.state, past.origin)
    return _told(past)


def _told(past: PastLearning | None) -> ResponseReturnValue:
    """The form about training elsewhere; its file is looked at before anything is written."""
    form = PastForm(courses=queries.courses_to_choose(), past=past)
    if form.validate_on_submit():
        try:
            evidence = files.read_upload(form.evidence.data) if form.evidence.data else None
        except RuleBroken as refusal:
            form.refuse(str(refusal), "evidence")
        else:
            reference = past.reference if past else None
            begin_writing()
            try:
                kept = _keep(form, evidence, reference)
            except rules.Wrong as wrong:
                form.refuse(str(wrong), wrong.field)
            else:
                flash(
                    "Your training is kept. It counts once somebody who answers for your organisation has approved it."
                )
                return redirect(url_for(".past", reference=kept.reference), 303)
    page = render_template("lms/learning/told.html", form=form, past=past)
    return page, 422 if form.is_submitted() else 200


def _keep(form: PastForm, evidence: Upload | None, reference: str | None) -> PastLearning:
    course_id = form.course.data or ""
    told = Told(
        title=form.title.data or "",
        provider=form.provider.data or "",
        done_on=form.day,
        hours=form.numbers.get("hours"),
        participatory_hours=form.numbers.get("participatory_hours"),
        expires_on=form.expires_on.data,
        course=db.session.get(Course, int(course_id)) if course_id.isascii() and course_id.isdigit() else None,
    )
    if reference is None:
        return operations.add_past(person=me(), told=told, evidence=evidence, now=dates.now())
    past = _own(reference)
    operations.change_past(past=past, told=told, evidence=evidence, now=dates.now())
    return past


def _own(reference: str) -> PastLearning:
    return queries.own_past(me(), reference) or abort(404)


@blueprint.get("/learning/past/<reference>")
@requires(Permission.LEARNING_VIEW)
def past(reference: str) -> ResponseReturnValue:
    """One entry of mine, and where it stands."""
    found = _own(reference)
    changeable = rules.can_change(found.state, found.origin)
    return render_template("lms/learning/past.html", past=found, changeable=changeable)


@blueprint.get("/learning/past/<reference>/evidence")
@requires(Permission.LEARNING_VIEW)
def evidence(reference: str) -> ResponseReturnValue:
    """What I sent to show it."""
    return _evidence(_own(reference))


@blueprint.post("/learning/past/<reference>/take-back")
@requires(Permission.LEARNING_VIEW)
def take_back(reference: str) -> ResponseReturnValue:
    """It was a slip: away with it and its file."""
    found = _own(reference)
    title = found.title
    operations.take_back(past=found, now=dates.now())
    flash(f"“{title}” is no longer in your record.")
    return redirect(url_for(".index"), 303)


def _evidence(past: PastLearning) -> ResponseReturnValue:
    return files.sent(past.evidence) if past.evidence else abort(404)


# For those who answer for others.


@blueprint.get("/agency/people/<int:person_id>/record.<any(pdf, csv, xlsx):form>")
@requires(Permission.TEAM_BOOK)
def colleague_record(person_id: int, form: str) -> ResponseReturnValue:
    """The same record of somebody of my own organisation."""
    return sent(record(queries.colleague(me(), person_id) or abort(404))[1], form)


@blueprint.get("/agency/records")
@requires(Permission.RECORD_APPROVE)
def to_decide() -> ResponseReturnValue:
    """What waits for my yes or no, who has waited longest first."""
    return render_template("lms/learning/to_decide.html", waiting=queries.to_decide(me()))


def _theirs(reference: str) -> PastLearning:
    return queries.past_to_see(me(), reference) or abort(404)


@blueprint.get("/agency/records/<reference>")
@requires(Permission.RECORD_APPROVE)
def decide(reference: str) -> ResponseReturnValue:
    """One entry of a colleague, with its evidence."""
    return _decision(_theirs(reference), Answer(formdata=None))


def _decision(past: PastLearning, form: Answer) -> ResponseReturnValue:
    form.seen.data = queries.fingerprint(past)
    page = render_template("lms/learning/decide.html", past=past, form=form)
    return page, 422 if form.problems else 200


@blueprint.get("/agency/records/<reference>/evidence")
@requires(Permission.RECORD_APPROVE)
def evidence_of(reference: str) -> ResponseReturnValue:
    """What a colleague sent to show it."""
    return _evidence(_theirs(reference))


@blueprint.post("/agency/records/<reference>/<any(approve, refuse):answer>")
@requires(Permission.RECORD_APPROVE)
def answer(reference: str, answer: str) -> ResponseReturnValue:
    """Yes: it counts. No: it does not, and why."""
    past, form = _theirs(reference), Answer()
    seen = form.seen.data or ""
    if not form.validate_on_submit():
        return _decision(past, form)
    try:
        if answer == "approve":
            operations.approve(past=past, by=me(), seen=seen, now=dates.now())
        else:
            operations.refuse(past=past, by=me(), reason=form.reason.data or "", seen=seen, now=dates.now())
    except RuleBroken as refusal:
        form.refuse(str(refusal), "reason" if answer == "refuse" and not (form.reason.data or "").strip() else None)
        return _decision(past, form)
    word = "approved" if answer == "approve" else "not approved"
    flash(f"“{past.title}” of {past.person.name} is {word}. We have written to them.")
    return redirect(url_for(".to_decide"), 303)
