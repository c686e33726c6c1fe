"""The training needs analysis on one page, what is proposed from it and decided, and analyses that were kept."""

from datetime import date

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from evaluation.governance.queries import all_groups, decisions_about
from evaluation.governance.references import page
from evaluation.training_needs import analysis as needs
from evaluation.training_needs import blueprint, forms, operations, queries, sheets
from evaluation.training_needs.analysis import Line
from evaluation.training_needs.models import Proposal
from lms import dates
from lms.charges.rules import pounds
from lms.errors import RuleBroken
from lms.exports import CSV, XLSX, download
from lms.permissions import Permission, can, me, requires


def today() -> date:
    """The day it is in London."""
    return dates.london(dates.now()).date()


def source_url(line: Line) -> str:
    """The page a line is read from; empty where this person may not open it."""
    view = current_app.view_functions.get(line.endpoint)
    if view is None or not can(me(), getattr(view, "permission", "")):  # type: ignore[arg-type]
        return ""
    return url_for(line.endpoint, **dict(line.values))  # type: ignore[arg-type]


@blueprint.get("/improvement/needs")
@requires(Permission.IMPROVEMENT_VIEW)
def index() -> str:
    """Everything that says what people need to learn, each line with its base and the page it is read from."""
    return render_template(
        "evaluation/training_needs/index.html",
        analysis=queries.analysis(dates.now()),
        sections=needs.SECTIONS,
        proposals=queries.proposals(),
        snapshots=queries.snapshots(),
        source_url=source_url,
        form=None,
    )


@blueprint.get("/improvement/needs/analysis.<any(csv, xlsx):kind>")
@requires(Permission.IMPROVEMENT_VIEW)
def file(kind: str) -> ResponseReturnValue:
    """The same lines as a file."""
    found = queries.analysis(dates.now())
    name = f"Training-needs-{found.on.isoformat()}.{kind}"
    return download(sheets.needs_file(found, kind), name, CSV if kind == "csv" else XLSX)


# Proposals.


@blueprint.route("/improvement/needs/propose", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def propose() -> ResponseReturnValue:
    """Put something to the group that decides, from a line of the analysis or from none."""
    groups = all_groups()
    deciding = queries.deciding_group(groups)
    key = request.args.get("line", "")
    line = queries.analysis(dates.now()).line(key) if key else None
    opened: dict[str, object] = {"group": deciding.key if deciding else None}
    if line is not None:
        opened |= {"title": line.title[:120], "expected": line.count if line.many == "people" else None}
    form = forms.ProposalForm(opened, groups)
    if form.validate_on_submit() and (draft := form.draft()):
        try:
            made = operations.propose(
                draft=draft,
                line=line,
                group=next(one for one in groups if one.key == form.group.data),
                actor=me(),
                now=dates.now(),
            )
        except RuleBroken as no:
            form.refuse(no)
        else:
            flash(f"{made.reference} is proposed to {made.group.name}.", "success")
            return redirect(url_for(".proposal", reference=made.reference), 303)
    html = render_template("evaluation/training_needs/propose.html", form=form, line=line, groups=groups)
    return html, 422 if form.is_submitted() else 200


def _proposal(reference: str) -> Proposal:
    return queries.proposal(reference) or abort(404)


@blueprint.get("/improvement/needs/proposals/<reference>")
@requires(Permission.IMPROVEMENT_VIEW)
def proposal(reference: str) -> str:
    """One proposal: what, why, what was decided under which minute, what it became, and its history."""
    found = _proposal(reference)
    became = queries.recommendation_of(found)
    return render_template(
        "evaluation/training_needs/proposal.html",
        proposal=found,
        became=became,
        decisions=decisions_about([found.reference]),
        pounds=pounds,
        ways_on=[
            (words, url)
            for words, url in (
                ("Make a course", page("courses.new")),
                ("Plan sessions of a course", page("programme.index")),
                ("Add an action", page("actions.new")),
            )
            if url and can(me(), Permission.COURSE_MANAGE)
        ],
    )


@blueprint.route("/improvement/needs/proposals/<reference>/decide", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def decide(reference: str) -> ResponseReturnValue:
    """What the group decided, under its minute reference."""
    found = _proposal(reference)
    form = forms.DecideForm(data={"by": found.group.name, "decided_on": today()})
    if form.validate_on_submit() and form.decided_on.data:
        try:
            operations.decide(
                made=found,
                outcome=form.chosen(),
                decided_on=form.decided_on.data,
                by=form.by.data or "",
                minute=form.minute.data or "",
                why=form.why.data or "",
                again_on=form.again_on.data,
                actor=me(),
                now=dates.now(),
            )
        except RuleBroken as no:
            form.refuse(no)
        else:
            flash(f"{reference}: what was decided is written down.", "success")
            return redirect(url_for(".proposal", reference=reference), 303)
    html = render_template("evaluation/training_needs/decide.html", proposal=found, form=form)
    return html, 422 if form.is_submitted() else 200


@blueprint.route("/improvement/needs/proposals/<reference>/withdraw", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def withdraw(reference: str) -> ResponseReturnValue:
    """Take it back before it is decided."""
    found, form = _proposal(reference), forms.WithdrawForm()
    if form.validate_on_submit():
        try:
            operations.withdraw(made=found, why=form.why.data or "", actor=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(str(no))
        else:
            flash(f"{reference} is withdrawn.", "success")
            return redirect(url_for(".proposal", reference=reference), 303)
    html = render_template("evaluation/training_needs/withdraw.html", proposal=found, form=form)
    return html, 422 if form.is_submitted() else 200


@blueprint.route("/improvement/needs/proposals/<reference>/source", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def make_source(reference: str) -> ResponseReturnValue:
    """Let an accepted proposal go on as a source and a recommendation of the log."""
    found = _proposal(reference)
    form = forms.SourceForm(data={"headline": found.title, "wording": found.reason[:1000], "due": found.needed_by})
    if form.validate_on_submit():
        try:
            taken = operations.make_source(
                made=found,
                headline=form.headline.data or "",
                wording=form.wording.data or "",
                due=form.due.data,
                actor=me(),
                now=dates.now(),
            )
        except RuleBroken as no:
            form.refuse(str(no))
        else:
            flash(f"{taken.reference} is in the log.", "success")
            return redirect(url_for(".proposal", reference=reference), 303)
    html = render_template("evaluation/training_needs/source.html", proposal=found, form=form)
    return html, 422 if form.is_submitted() else 200


# Kept analyses.


@blueprint.route("/improvement/needs/keep", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def keep() -> ResponseReturnValue:
    """Keep the analysis as it is today."""
    form = forms.SnapshotForm()
    if form.validate_on_submit():
        kept = operations.keep_snapshot(note=form.note.data or "", actor=me(), now=dates.now())
        flash("The analysis is kept as it is today.", "success")
        return redirect(url_for(".snapshot", number=kept.id), 303)
    html = render_template("evaluation/training_needs/keep.html", form=form)
    return html, 422 if form.is_submitted() else 200


@blueprint.get("/improvement/needs/kept/<int:number>")
@requires(Permission.IMPROVEMENT_VIEW)
def snapshot(number: int) -> str:
    """An analysis that was kept, line by line beside today's."""
    kept = queries.snapshot(number) or abort(404)
    then, now = needs.read(kept.document), queries.analysis(dates.now())
    return render_template(
        "evaluation/training_needs/snapshot.html",
        kept=kept,
        then=then,
        now_=now,
        differences=needs.compared(then, now),
        sections=needs.SECTIONS,
    )
