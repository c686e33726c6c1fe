"""Pages of papers: printed for the people of a session, and typed in one after the other."""

from functools import partial

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from evaluation.paper import blueprint, operations, queries, rules
from evaluation.paper.forms import PaperForm, paper_form
from evaluation.surveys import answers, questions
from evaluation.surveys.models import RoundStage, SurveyRound
from evaluation.surveys.queries import last_day
from evaluation.surveys.rules import takes_late
from lms import dates, db
from lms.catalogue.models import CourseSession
from lms.errors import RuleBroken
from lms.permissions import Permission, requires
from lms.programme.queries import session as session_by_reference
from lms.words import plural

#: So many papers are printed without a code where nobody says otherwise.
BLANKS = 5


def _session(reference: str) -> CourseSession:
    return session_by_reference(reference) or abort(404)


def _round(reference: str, wave: str) -> SurveyRound:
    return queries.round_of(_session(reference), wave) or abort(404)


@blueprint.get("/surveys/sessions/<reference>/paper")
@requires(Permission.SURVEY_DESIGN)
def session(reference: str) -> str:
    """The waves of a session that can be answered on paper."""
    found = _session(reference)
    return render_template(
        "evaluation/paper/session.html",
        session=found,
        rounds=queries.rounds_of(found),
        wave_of=questions.wave,
        last_day=last_day,
        typed_in=rules.TYPED_IN,
    )


@blueprint.get("/surveys/sessions/<reference>/paper/<wave>/print")
@requires(Permission.SURVEY_DESIGN)
def printed(reference: str, wave: str) -> ResponseReturnValue:
    """The papers of a wave, one for each person with their code, or some without a code. From the first paper that is typed in,
    codes are no longer printed: beside the papers, such a list would say whose is whose."""
    one = _round(reference, wave)
    blank = "blank" in request.args
    if one.stage is RoundStage.CLOSED or (one.paper_count and not blank):
        return redirect(url_for(".session", reference=reference), 303)
    people = (
        [] if blank else [(booking, queries.code_of(one, booking)) for booking in queries.people(_session(reference))]
    )
    return render_template(
        "evaluation/paper/print.html",
        wave=one,
        document=questions.wave(one.question_set.document, one.wave),
        sheets=people or [(None, "")] * BLANKS,
        pages=list(rules.on_paper(answers.asked_pages(one))),
        last_day=last_day(one.closes_at),
        words=questions.WORDS,
        many=questions.MANY,
    )


@blueprint.route("/surveys/sessions/<reference>/paper/<wave>", methods=["GET", "POST"])
@requires(Permission.SURVEY_DESIGN)
def typing(reference: str, wave: str) -> ResponseReturnValue:
    """Type in one paper after the other."""
    one = _round(reference, wave)
    try:
        rules.check_typed_in(one.asks, one.stage)
    except RuleBroken as no:
        flash(str(no), "problem")
        return redirect(url_for(".session", reference=reference), 303)
    pages = answers.asked_pages(one)
    form = paper_form(pages, takes_late=one.stage is RoundStage.LATE and takes_late(one.asks))
    if form.validate_on_submit() and _take_in(one, form):
        return redirect(url_for(".typing", reference=reference, wave=wave), 303)
    return _page(one, pages, form, 422 if request.method == "POST" else 200)


def _take_in(wave: SurveyRound, form: PaperForm) -> bool:
    """Take the paper in where everything of it can be read; otherwise the form says what cannot."""
    given = form.answers()
    readable = not any(form[item.key].errors for item in form.asked)
    if not (form.check_code() and readable and form.screen()):
        return False
    late = bool(form.late.data) if "late" in form else False
    code = "" if form.without_code.data else form.code.data or ""
    try:
        invitation = operations.type_in(wave=wave, code=code, given=given, late=late, now=dates.now())
    except RuleBroken as no:
        form.refuse(str(no), "code")
        return False
    if invitation:
        # As with a link: who answered is noted apart from what was answered, never in the same transaction.
        db.afterwards(partial(answers.mark_answered, invitation_id=invitation.id))
    flash(f"It is in. {plural(wave.paper_count, 'paper')} typed in so far. Now the next one.")
    return True


def _page(wave: SurveyRound, pages: list[questions.Page], form: PaperForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "evaluation/paper/typing.html",
        wave=wave,
        document=questions.wave(wave.question_set.document, wave.wave),
        pages=list(rules.on_paper(pages)),
        form=form,
        last_day=last_day,
    )
    return page, status
