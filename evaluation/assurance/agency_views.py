"""An agency's own pages: what it is asked to show, what it writes, what the panel found. Nobody sees another agency's."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from evaluation.assurance import answering, blueprint, emails, queries, rules
from evaluation.assurance.forms import AnswerForm, ConfirmForm
from evaluation.assurance.models import Ask, InvitedAgency
from lms import dates, files
from lms.db import begin_writing
from lms.errors import RuleBroken
from lms.files import MOST_BYTES, Upload
from lms.permissions import Permission, me, requires, uploads


@blueprint.get("/agency/assurance")
@requires(Permission.AGENCY_ANSWER)
def own() -> ResponseReturnValue:
    """Every event my organisation was invited to."""
    return render_template("evaluation/assurance/own.html", agencies=queries.own_agencies(me()), rules=rules)


def _own(reference: str) -> InvitedAgency:
    return queries.own_agency(me(), reference) or abort(404)


def _ask(reference: str, ask_id: int) -> Ask:
    return next((one for one in _own(reference).asks if one.id == ask_id), None) or abort(404)


@blueprint.get("/agency/assurance/<reference>")
@requires(Permission.AGENCY_ANSWER)
def own_event(reference: str) -> ResponseReturnValue:
    """What is asked of my organisation, action by action."""
    agency, now = _own(reference), dates.now()
    return render_template(
        "evaluation/assurance/own_event.html",
        agency=agency,
        event=agency.event,
        asks=rules.asked(agency),
        rules=rules,
        when=emails.when_of(agency.event),
        late=now >= rules.deadline(agency.event),
    )


@blueprint.route("/agency/assurance/<reference>/<int:ask_id>", methods=["GET", "POST"])
@requires(Permission.AGENCY_ANSWER)
@uploads(MOST_BYTES)
def own_answer(reference: str, ask_id: int) -> ResponseReturnValue:
    """Write what was done about one action; save it and come back, or send it."""
    asked = _ask(reference, ask_id)
    if request.method == "POST" and (closed := _closed(asked)):
        flash(closed, "problem")
        return redirect(url_for(".own_answer", reference=reference, ask_id=ask_id), 303)
    form = AnswerForm(rules.draft(asked) or rules.sent(asked))
    send = request.form.get("then") == "send"
    if form.validate_on_submit():
        try:
            upload = files.read_upload(form.file.data) if form.file.data else None
        except RuleBroken as no:
            form.refuse(str(no), "file")
        else:
            begin_writing()
            asked = _ask(reference, ask_id)
            try:
                _save(form, asked, upload, send)
            except RuleBroken as no:
                form.refuse(no)
            else:
                return _go_on(asked, send)
    return _answer_page(asked, form)


def _closed(asked: Ask) -> str:
    """Why nothing more can be said about an action; empty where it can."""
    try:
        rules.check_can_answer(asked)
    except RuleBroken as no:
        return str(no)
    return ""


def _save(form: AnswerForm, asked: Ask, upload: Upload | None, send: bool) -> None:
    answering.save(
        asked=asked,
        statement=form.statement.data or "",
        nothing_yet=bool(form.nothing_yet.data),
        about_on=form.about_on.data,
        url=form.url.data or "",
        upload=upload,
        send=send,
        actor=me(),
        now=dates.now(),
    )


def _go_on(asked: Ask, send: bool) -> ResponseReturnValue:
    reference = asked.agency.reference
    if send:
        flash(f"{asked.action.reference} is sent to the panel.", "success")
        return redirect(url_for(".own_event", reference=reference), 303)
    flash("It is saved, and not sent yet. Come back whenever you like.", "success")
    return redirect(url_for(".own_answer", reference=reference, ask_id=asked.id), 303)


def _answer_page(asked: Ask, form: AnswerForm) -> ResponseReturnValue:
    writing = rules.draft(asked)
    page = render_template(
        "evaluation/assurance/own_answer.html",
        asked=asked,
        agency=asked.agency,
        event=asked.agency.event,
        form=form,
        again=ConfirmForm(formdata=None),
        writing=writing,
        shown=(writing or rules.sent(asked)),
        sent=rules.sent(asked),
        versions=[one for one in reversed(asked.answers) if one.sent_at],
        closed=_closed(asked),
        late=dates.now() >= rules.deadline(asked.agency.event),
    )
    return page, 422 if form.problems else 200


@blueprint.post("/agency/assurance/<reference>/<int:ask_id>/take-off/<int:shown_id>")
@requires(Permission.AGENCY_ANSWER)
def take_off(reference: str, ask_id: int, shown_id: int) -> ResponseReturnValue:
    """Take a piece of evidence off what is being written."""
    try:
        answering.take_off(asked=_ask(reference, ask_id), shown_id=shown_id, actor=me(), now=dates.now())
    except RuleBroken as no:
        flash(str(no), "problem")
    else:
        flash("It is taken off what you are writing. What you sent before keeps it.", "success")
    return redirect(url_for(".own_answer", reference=reference, ask_id=ask_id), 303)


@blueprint.post("/agency/assurance/<reference>/<int:ask_id>/discard")
@requires(Permission.AGENCY_ANSWER)
def discard(reference: str, ask_id: int) -> ResponseReturnValue:
    """Throw away what is written and not sent."""
    done = answering.discard(asked=_ask(reference, ask_id))
    flash("What you had not sent is thrown away." if done else "There was nothing that had not been sent.", "success")
    return redirect(url_for(".own_answer", reference=reference, ask_id=ask_id), 303)


@blueprint.get("/agency/assurance/<reference>/evidence/<int:shown_id>")
@requires(Permission.AGENCY_ANSWER)
def own_evidence(reference: str, shown_id: int) -> ResponseReturnValue:
    """A file of my own organisation, sent or not, as a download."""
    answers = (answer for ask in _own(reference).asks for answer in ask.answers)
    shown = next((one for answer in answers for one in answer.evidence if one.id == shown_id), None)
    return files.sent(shown.file) if shown and shown.file else abort(404)
