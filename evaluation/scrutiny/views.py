"""What the independent scrutineer reads, and the challenges they raise. Everything is read by whoever may read the log; only the
scrutineer raises, judges, reopens and closes, and only an officer writes down what a group answered."""

from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from evaluation.scrutiny import blueprint, evidence, operations, queries, rules
from evaluation.scrutiny.forms import AnswerForm, JudgeForm, NoteForm, RaiseForm, ReopenForm, WhyForm
from evaluation.scrutiny.models import Challenge, ChallengeState
from evaluation.scrutiny.rules import Quarter
from lms import dates
from lms.errors import RuleBroken
from lms.permissions import Permission, can, me, requires


def today() -> date:
    """The day it is."""
    return dates.london(dates.now()).date()


def asked_quarter() -> Quarter:
    """The quarter of the address, or the one that runs; 404 for what is none."""
    key = request.args.get("quarter", "")
    return (rules.quarter_called(key) or abort(404)) if key else rules.quarter_of(today())


def quarters() -> list[Quarter]:
    """The quarter that runs and the three before."""
    found = [rules.quarter_of(today())]
    while len(found) < 4:
        found.append(rules.before(found[-1]))
    return found


@blueprint.get("/scrutiny")
@requires(Permission.IMPROVEMENT_VIEW)
def index() -> ResponseReturnValue:
    """The six steps with the evidence of a quarter, the challenges, and the reports."""
    quarter = asked_quarter()
    challenges = queries.challenges()
    own = can(me(), Permission.CHALLENGE_RAISE)
    return render_template(
        "evaluation/scrutiny/index.html",
        quarter=quarter,
        quarters=quarters(),
        steps=[(one, evidence.of_step(one.number, quarter, today())) for one in rules.STEPS],
        waiting=[one for one in challenges if one.state in rules.WAITS_FOR_GROUP],
        to_judge=[one for one in challenges if one.state is ChallengeState.ANSWERED],
        challenges=challenges,
        reports=[(one, rules.quarter_of(one.quarter)) for one in queries.reports() if own or one.signed],
        today=today(),
    )


@blueprint.get("/scrutiny/steps/<int:number>")
@requires(Permission.IMPROVEMENT_VIEW)
def step(number: int) -> ResponseReturnValue:
    """One of the six steps: its evidence, its challenges, and to the scrutineer their own notes."""
    found, quarter = rules.step(number) or abort(404), asked_quarter()
    own = can(me(), Permission.CHALLENGE_RAISE)
    return render_template(
        "evaluation/scrutiny/step.html",
        step=found,
        quarter=quarter,
        quarters=quarters(),
        found=evidence.of_step(number, quarter, today()),
        challenges=[one for one in queries.challenges() if one.framework_step == number],
        notes=queries.notes(quarter, number) if own else [],
        own=own,
    )


@blueprint.route("/scrutiny/steps/<int:number>/note", methods=["GET", "POST"])
@requires(Permission.CHALLENGE_RAISE)
def note(number: int) -> ResponseReturnValue:
    """Add a note on a step in a quarter."""
    found, quarter, form = rules.step(number) or abort(404), asked_quarter(), NoteForm()
    if form.validate_on_submit():
        operations.add_note(
            framework_step=number, quarter=quarter, text=form.text.data or "", actor=me(), now=dates.now()
        )
        flash("Your note is added.", "success")
        return redirect(url_for(".step", number=number, quarter=quarter.key), 303)
    page = render_template("evaluation/scrutiny/note.html", form=form, step=found, quarter=quarter)
    return page, 422 if form.errors else 200


@blueprint.get("/scrutiny/challenges")
@requires(Permission.IMPROVEMENT_VIEW)
def challenges() -> ResponseReturnValue:
    """Every challenge there ever was, and where it stands."""
    return render_template(
        "evaluation/scrutiny/challenges.html", challenges=queries.challenges(), today=today(), rules=rules
    )


@blueprint.route("/scrutiny/challenges/new", methods=["GET", "POST"])
@requires(Permission.CHALLENGE_RAISE)
def raise_challenge() -> ResponseReturnValue:
    """Put a question to a group. It becomes a source of learning."""
    groups = queries.groups()
    form = RaiseForm(groups)
    if form.validate_on_submit() and form.wanted_by.data:
        try:
            made = operations.raise_challenge(
                group=next(one for one in groups if str(one.id) == form.group.data),
                framework_step=int(form.framework_step.data or 0),
                title=form.title.data or "",
                question=form.question.data or "",
                wanted_by=form.wanted_by.data,
                actor=me(),
                now=dates.now(),
            )
        except RuleBroken as no:
            form.refuse(str(no), "wanted_by")
        else:
            flash(f"{made.reference} is raised, and is a source of learning from now on.", "success")
            return redirect(url_for(".challenge", reference=made.reference), 303)
    page = render_template("evaluation/scrutiny/raise.html", form=form, groups=groups)
    return page, 422 if form.errors else 200


def _found(reference: str) -> Challenge:
    return queries.challenge(reference) or abort(404)


@blueprint.get("/scrutiny/challenges/<reference>")
@requires(Permission.IMPROVEMENT_VIEW)
def challenge(reference: str) -> ResponseReturnValue:
    """One challenge: the question, the answers, and everything that became of it, with who, when and why."""
    return render_template(
        "evaluation/scrutiny/challenge.html", challenge=_found(reference), rules=rules, today=today()
    )


@blueprint.route("/scrutiny/challenges/<reference>/answer", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def answer(reference: str) -> ResponseReturnValue:
    """Write down what the group answered."""
    found, form = _found(reference), AnswerForm()
    if form.validate_on_submit() and form.dated.data:
        try:
            operations.answer(
                challenge=found,
                text=form.text.data or "",
                dated=form.dated.data,
                minute=form.minute.data or "",
                actor=me(),
                now=dates.now(),
            )
        except RuleBroken as no:
            form.refuse(no)
        else:
            return _done(found, "The answer is written down, and the scrutineer gets a letter.")
    return _form(found, form, "What the group answered", "Write down the answer")


@blueprint.route("/scrutiny/challenges/<reference>/judge", methods=["GET", "POST"])
@requires(Permission.CHALLENGE_RAISE)
def judge(reference: str) -> ResponseReturnValue:
    """Say whether the answer satisfies."""
    found, form = _found(reference), JudgeForm()
    if form.validate_on_submit():
        try:
            operations.judge(
                challenge=found,
                satisfied=form.satisfied.data == "yes",
                why=form.why.data or "",
                actor=me(),
                now=dates.now(),
            )
        except RuleBroken as no:
            form.refuse(str(no), "satisfied")
        else:
            return _done(found, "What you think of the answer is kept.")
    return _form(found, form, "What you think of the answer", "Keep it")


@blueprint.route("/scrutiny/challenges/<reference>/reopen", methods=["GET", "POST"])
@requires(Permission.CHALLENGE_RAISE)
def reopen(reference: str) -> ResponseReturnValue:
    """Ask again."""
    found, form = _found(reference), ReopenForm()
    if form.validate_on_submit() and form.wanted_by.data:
        try:
            operations.reopen(
                challenge=found, why=form.why.data or "", wanted_by=form.wanted_by.data, actor=me(), now=dates.now()
            )
        except RuleBroken as no:
            form.refuse(no)
        else:
            return _done(found, "It is open again, and the group gets a letter.")
    return _form(found, form, "Ask again", "Reopen it")


@blueprint.route("/scrutiny/challenges/<reference>/close", methods=["GET", "POST"])
@requires(Permission.CHALLENGE_RAISE)
def close(reference: str) -> ResponseReturnValue:
    """Ask nothing more."""
    found, form = _found(reference), WhyForm()
    if form.validate_on_submit():
        try:
            operations.close(challenge=found, why=form.why.data or "", actor=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(str(no), "why")
        else:
            return _done(found, "It is closed. You can reopen it.")
    return _form(found, form, "Close it", "Close it")


def _done(found: Challenge, words: str) -> ResponseReturnValue:
    flash(words, "success")
    return redirect(url_for(".challenge", reference=found.reference), 303)


def _form(
    found: Challenge, form: AnswerForm | JudgeForm | ReopenForm | WhyForm, title: str, button: str
) -> ResponseReturnValue:
    page = render_template(
        "evaluation/scrutiny/challenge_form.html", form=form, challenge=found, title=title, button_words=button
    )
    return page, 422 if form.errors else 200
