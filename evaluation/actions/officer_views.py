"""What officers do with an action: report, evidence, done, what the evidence says, open again, ask a group, needs, remove."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from evaluation.actions import blueprint, forms, operations, queries
from evaluation.actions.models import Action, EvidenceKind, Outcome, Outlook
from evaluation.actions.views import found_or_404, today
from lms import dates, files
from lms.db import begin_writing
from lms.errors import RuleBroken
from lms.files import MOST_BYTES
from lms.permissions import Permission, me, requires, uploads


def acted(
    found: Action,
    form: forms.ActForm,
    act: Callable[[], object],
    *,
    title: str,
    button: str,
    said: str,
    out: str,
    lead: tuple[str, ...] = (),
    sends_file: bool = False,
    gone_to: str = "",
) -> ResponseReturnValue:
    """A page with the form of one thing, which is done where the form is right and no rule says no."""
    reference, wording = found.reference, found.wording
    if form.validate_on_submit():
        try:
            act()
        except RuleBroken as no:
            form.refuse(no)
        else:
            flash(said, "success")
            return redirect(gone_to or out, 303)
    page = render_template(
        "evaluation/actions/act.html",
        form=form,
        reference=reference,
        wording=wording,
        title=title,
        button_text=button,
        lead=lead,
        out=out,
        sends_file=sends_file,
    )
    return page, 422 if form.problems else 200


def _page(reference: str) -> str:
    return url_for("actions.action", reference=reference)


def reported(found: Action, out: str) -> ResponseReturnValue:
    """The form of a report, for officers and for those who carry it out."""
    form = forms.UpdateForm(data={"dated": today(), "outlook": ""})

    def act() -> None:
        if form.dated.data is None:
            abort(400)
        operations.report(
            action=found,
            text=form.text.data or "",
            dated=form.dated.data,
            outlook=Outlook(form.outlook.data) if form.outlook.data else None,
            actor=me(),
            now=dates.now(),
        )

    return acted(
        found,
        form,
        act,
        title="Report on it",
        button="Keep this report",
        said="Your report is kept. It stays as it is: what changes later is reported anew.",
        out=out,
        lead=("A report is never changed afterwards. What was wrong is put right by the next one.",),
    )


def evidenced(found: Action, out: str, again: Callable[[], Action]) -> ResponseReturnValue:
    """The form of a piece of evidence. A file is looked at before anything is written; then the action is read `again`."""
    form = forms.EvidenceForm(data={"about_on": today()})

    def act() -> None:
        upload = files.read_upload(form.file.data) if form.file.data else None
        begin_writing()
        if form.about_on.data is None:
            abort(400)
        operations.add_evidence(
            action=again(),
            kind=EvidenceKind(form.kind.data),
            shows=form.shows.data or "",
            about_on=form.about_on.data,
            expires_on=form.expires_on.data,
            url=form.url.data or "",
            upload=upload,
            actor=me(),
            now=dates.now(),
        )

    return acted(
        found,
        form,
        act,
        title="Add evidence",
        button="Add this evidence",
        said="The evidence is added.",
        out=out,
        lead=(
            "A file or a link, one of the two. It is never deleted; what turns out wrong is taken back with the reason.",
        ),
        sends_file=True,
    )


@blueprint.route("/improvement/actions/<reference>/report", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def report(reference: str) -> ResponseReturnValue:
    """Write down what was reported."""
    return reported(found_or_404(reference), _page(reference))


@blueprint.route("/improvement/actions/<reference>/evidence", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
@uploads(MOST_BYTES)
def evidence(reference: str) -> ResponseReturnValue:
    """Add a file or a link."""
    return evidenced(found_or_404(reference), _page(reference), lambda: found_or_404(reference))


@blueprint.route("/improvement/actions/<reference>/evidence/<int:number>/take-back", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def take_back(reference: str, number: int) -> ResponseReturnValue:
    """A piece of evidence no longer counts."""
    found, form = found_or_404(reference), forms.TakeBackForm()
    piece = queries.evidence_of(found, number) or abort(404)
    return acted(
        found,
        form,
        lambda: operations.take_back(
            action=found, evidence=piece, why=form.why.data or "", actor=me(), now=dates.now()
        ),
        title="Take evidence back",
        button="Take it back",
        said="It no longer counts. It stays in sight, with your reason.",
        out=_page(reference),
        lead=(piece.shows,),
    )


@blueprint.route("/improvement/actions/<reference>/done", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def done(reference: str) -> ResponseReturnValue:
    """It is done."""
    found, form = found_or_404(reference), forms.DoneForm(data={"done_on": today()})

    def act() -> None:
        if form.done_on.data is None:
            abort(400)
        operations.finish(
            action=found,
            done_on=form.done_on.data,
            what=form.what.data or "",
            why=form.why.data or "",
            actor=me(),
            now=dates.now(),
        )

    return acted(
        found,
        form,
        act,
        title="It is done",
        button="Say that it is done",
        said=f"{reference} is done. What it changed is another question: add what shows it.",
        out=_page(reference),
        lead=("Done is not closed: an action is closed once its evidence says what it changed.",),
    )


@blueprint.route("/improvement/actions/<reference>/close", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def close(reference: str) -> ResponseReturnValue:
    """What the evidence says; that closes it, or names the day on which it is looked at again."""
    found, form = found_or_404(reference), forms.JudgeForm()

    def act() -> None:
        operations.judge(
            action=found,
            outcome=Outcome(form.outcome.data),
            said=form.said.data or "",
            review_on=form.review_on.data,
            minute=form.minute.data or "",
            actor=me(),
            now=dates.now(),
        )

    return acted(
        found,
        form,
        act,
        title="What does the evidence say?",
        button="Keep this answer",
        said=f"What the evidence says of {reference} is kept.",
        out=_page(reference),
        lead=(
            "Better, no clear change and worse close the action; each needs evidence of its effect, not only of what was done.",
        ),
    )


@blueprint.route("/improvement/actions/<reference>/open-again", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def reopen(reference: str) -> ResponseReturnValue:
    """It was closed or done too early."""
    found = found_or_404(reference)
    form = forms.ReopenForm(closed=found.closed_on is not None)
    return acted(
        found,
        form,
        lambda: operations.reopen(
            action=found,
            whole="whole" not in form or form.whole.data == "whole",
            why=form.why.data or "",
            actor=me(),
            now=dates.now(),
        ),
        title="Open it again",
        button="Open it again",
        said=f"{reference} is open again. Its history stays.",
        out=_page(reference),
    )


@blueprint.route("/improvement/actions/<reference>/ask", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def ask(reference: str) -> ResponseReturnValue:
    """Put a question to the Executive, or to another group."""
    found = found_or_404(reference)
    executive = next((one for one in queries.groups() if one.key == "executive"), None)
    form = forms.AskForm(proposed=str(executive.id) if executive else "")

    def act() -> None:
        group = queries.group(int(form.group.data or 0)) or abort(404)
        operations.escalate(action=found, group=group, question=form.question.data or "", actor=me(), now=dates.now())

    return acted(
        found,
        form,
        act,
        title="Ask a group",
        button="Put the question",
        said="The question is put. Everybody who sits in the group gets a letter, and it waits until it is answered.",
        out=_page(reference),
    )


@blueprint.route("/improvement/actions/<reference>/questions/<int:number>/answer", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def answer(reference: str, number: int) -> ResponseReturnValue:
    """What the group answered."""
    found = found_or_404(reference)
    asked = queries.escalation_of(found, number) or abort(404)
    form = forms.AnswerForm(data={"answered_on": today()})

    def act() -> None:
        if form.answered_on.data is None:
            abort(400)
        operations.answer(
            action=found,
            escalation=asked,
            answered_on=form.answered_on.data,
            text=form.text.data or "",
            minute=form.minute.data or "",
            actor=me(),
            now=dates.now(),
        )

    return acted(
        found,
        form,
        act,
        title="The answer of a group",
        button="Keep this answer",
        said="The answer stands beside the question. Whoever carries the action out gets a letter.",
        out=_page(reference),
        lead=(f"The {asked.group.name} was asked on {dates.day(asked.asked_on)}: {asked.question}",),
    )


@blueprint.route("/improvement/actions/<reference>/needs", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def needs(reference: str) -> ResponseReturnValue:
    """Another action has to be done first."""
    found = found_or_404(reference)
    form = forms.NeedForm(action=found, log=queries.actions())
    return acted(
        found,
        form,
        lambda: operations.need(action=found, needs=found_or_404(form.needs.data or ""), actor=me(), now=dates.now()),
        title="What has to be done first",
        button="It needs this action",
        said=f"{reference} slips when what it needs is late.",
        out=_page(reference),
    )


@blueprint.post("/improvement/actions/<reference>/needs/<needed>/remove")
@requires(Permission.IMPROVEMENT_EDIT)
def needs_no_more(reference: str, needed: str) -> ResponseReturnValue:
    """It can be done without."""
    found, other = found_or_404(reference), found_or_404(needed)
    operations.need_no_more(action=found, needs=other, actor=me(), now=dates.now())
    flash(f"{reference} no longer needs {needed}.")
    return redirect(_page(reference), 303)


@blueprint.route("/improvement/actions/<reference>/remove", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def remove(reference: str) -> ResponseReturnValue:
    """It was a slip."""
    found, form = found_or_404(reference), forms.SureForm()
    return acted(
        found,
        form,
        lambda: operations.remove(action=found, actor=me(), now=dates.now()),
        title="Remove it",
        button="Remove it",
        said=f"{reference} is no longer in the log.",
        out=_page(reference),
        lead=("Only an action that was added by mistake can go: nothing was reported, and nothing depends on it.",),
        gone_to=url_for("actions.index"),
    )
