"""Pages of surveys: the questions behind a personal link, and the overview for those who look after learning."""

from functools import partial
from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from evaluation.occasions import queries as occasions
from evaluation.plans.queries import undecided
from evaluation.results.queries import told_responses
from evaluation.surveys import answers, blueprint, languages, operations, queries, questions, rules, tokens
from evaluation.surveys.forms import PageForm, page_form
from evaluation.surveys.models import Invitation, RoundStage, SurveyRound
from lms import dates, db
from lms.errors import RuleBroken
from lms.forms import Form
from lms.permissions import Permission, can, me, public, requires

CHECK, SENT, REFUSE, TAKE_BACK = "check", "sent", "refuse", "take-back"


@blueprint.after_request
def keep_private(response: Response) -> Response:
    """The address of a survey is its key: it is not kept, not passed on to other sites and not listed by search engines."""
    if request.endpoint in {"surveys.answer", "surveys.save"}:
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/s/<token>")
@public
def answer(token: str) -> ResponseReturnValue:
    """Where a survey is: its first page, a page of questions, the answers to check, or why it cannot be answered."""
    invitation = queries.invitation_of(token)
    if invitation is None:
        return _page("unknown", 404)
    if instead := _instead(invitation):
        return instead
    draft = answers.read_draft(invitation, token)
    pages = _pages(invitation)
    number = _page_number(len(pages))
    if request.args.get("page") == CHECK:
        return _check_page(invitation, pages, draft)
    if request.args.get("page") == REFUSE:
        return _page("refuse", invitation=invitation, form=Form(), **_words(invitation))
    if number is None:
        begun = min(set(range(1, len(pages) + 1)) - set(draft.pages), default=0) if draft.pages else 1
        return _page(
            "start",
            invitation=invitation,
            pages=pages,
            begun=bool(draft.pages),
            next=begun or CHECK,
            **_words(invitation),
        )
    form = page_form(pages[number - 1], draft.answers, tokens.order_of(token))
    return _questions_page(invitation, pages, number, form, draft)


@blueprint.post("/s/<token>")
@public
def save(token: str) -> ResponseReturnValue:
    """Keep a page of answers and go on, or send them all."""
    invitation = queries.invitation_of(token)
    if invitation is None:
        return _page("unknown", 404)
    if request.args.get("page") == TAKE_BACK:
        operations.take_refusal_back(invitation=invitation)
        return redirect(url_for("surveys.answer", token=token), 303)
    if instead := _instead(invitation):
        return instead
    if request.args.get("page") == REFUSE:
        operations.refuse(invitation=invitation)
        return redirect(url_for("surveys.answer", token=token), 303)
    draft = answers.read_draft(invitation, token)
    pages = _pages(invitation)
    number = _page_number(len(pages))
    if number is None:
        return _send(invitation, token, pages, draft)
    page = pages[number - 1]
    form = page_form(page, draft.answers, tokens.order_of(token))
    if not form.validate_on_submit() or not form.screen():
        return _questions_page(invitation, pages, number, form, draft, 422)
    for item in page.questions:
        draft.answers.pop(item.key, None)
    draft.answers |= form.answers()
    draft.pages = sorted({*draft.pages, number})
    answers.save_draft(invitation=invitation, token=token, draft=draft)
    following = number + 1 if number < len(pages) and request.form.get("to") != CHECK else CHECK
    return redirect(_address(token, following), 303)


def _send(invitation: Invitation, token: str, pages: list[questions.Page], draft: answers.Draft) -> ResponseReturnValue:
    try:
        answers.submit(invitation=invitation, token=token, answers=draft.answers, now=dates.now())
    except RuleBroken as no:
        return _instead(invitation) or _check_page(invitation, pages, draft, problem=str(no))
    # Who answered is noted apart from what was answered, never in the same transaction.
    db.afterwards(partial(answers.mark_answered, invitation_id=invitation.id))
    return redirect(_address(token, SENT), 303)


def _instead(invitation: Invitation) -> ResponseReturnValue | None:
    """The page that says why nothing can be answered here: sent already, not open yet, or over. None while it can be."""
    wave, now = invitation.round, dates.now()
    if invitation.answered or queries.sent_already(wave, [invitation]):
        just_now = request.args.get("page") == SENT
        return _page(
            "sent", invitation=invitation, just_now=just_now, **_words(invitation), right=_right_answers(invitation)
        )
    standing = rules.standing(
        wave.stage,
        invitation.booking.status if invitation.booking else None,
        wave.opens_at,
        wave.closes_at,
        now,
        until=rules.takes_until(wave.asks, wave.closes_at, wave.late_until),
    )
    if standing in (rules.Standing.OPEN, rules.Standing.LATE):
        return _page("refused", invitation=invitation, form=Form()) if invitation.refused else None
    return _page(standing.value, invitation=invitation, last_day=queries.last_day(wave.closes_at))


def _questions_page(
    invitation: Invitation,
    pages: list[questions.Page],
    number: int,
    form: PageForm,
    draft: answers.Draft,
    status: int = 200,
) -> ResponseReturnValue:
    return _page(
        "questions",
        status,
        invitation=invitation,
        pages=pages,
        number=number,
        form=form,
        seen_pages=draft.pages,
        last_day=_last_day(invitation.round),
        late=_late_words(invitation.round),
    )


def _check_page(
    invitation: Invitation, pages: list[questions.Page], draft: answers.Draft, problem: str = ""
) -> ResponseReturnValue:
    kept = questions.kept(pages, draft.answers)
    form = Form()
    if problem:
        form.refuse(problem)
    return _page("check", 422 if problem else 200, invitation=invitation, pages=pages, kept=kept, form=form)


def _speech(invitation: Invitation) -> languages.Speech:
    """The language the page is read in: the one its address names, if the set carries it."""
    return languages.speech(invitation.round.question_set.document, request.args.get("lang"))


def _pages(invitation: Invitation) -> list[questions.Page]:
    return _speech(invitation).pages(answers.asked_pages(invitation.round))


def _address(token: str, page: int | str | None = None, lang: str | None = None) -> str:
    """The address of a page of a survey, in the language of this page or in another."""
    lang = request.args.get("lang") if lang is None else lang
    return url_for("surveys.answer", token=token, page=page, lang=lang or None)


def _page_number(most: int) -> int | None:
    number = request.args.get("page", type=int)
    return number if number is not None and 1 <= number <= most else None


def _words(invitation: Invitation) -> dict[str, Any]:
    wave = invitation.round
    document = questions.wave(wave.question_set.document, wave.wave)
    return {
        "late": _late_words(wave),
        "untold": document["intro"],
        "intro": _speech(invitation).say(document["intro"]).replace("{{course_title}}", wave.title),
        "minutes": document["minutes"],
        "last_day": _last_day(wave),
    }


def _last_day(wave: SurveyRound) -> str:
    """The last day these questions can be answered on, by now."""
    late = dates.now() >= wave.closes_at
    return queries.last_day(rules.takes_until(wave.asks, wave.closes_at, wave.late_until) if late else wave.closes_at)


def _late_words(wave: SurveyRound) -> str:
    """What whoever comes late is told; empty while the questions are open."""
    if dates.now() < wave.closes_at:
        return ""
    closed = queries.last_day(wave.closes_at)
    return f"The questions closed on {closed}. Your answers still count, as late, until {_last_day(wave)}."


def _right_answers(invitation: Invitation) -> list[questions.Question]:
    """The knowledge items with their right answers, for those who have sent the wave after which they are told."""
    if invitation.round.wave != "end":
        return []
    asked = [item for page in _pages(invitation) for item in page.questions]
    return [item for item in asked if item.type == "knowledge"]


def _page(name: str, status: int = 200, **values: Any) -> ResponseReturnValue:
    if invitation := values.get("invitation"):
        token = (request.view_args or {})["token"]
        values |= {"speech": _speech(invitation), "at": partial(_address, token), "previewed": ""}
    return make_response(render_template(f"evaluation/surveys/{name}.html", **values), status)


@blueprint.get("/surveys")
@requires(Permission.SURVEY_VIEW)
def index() -> str:
    """Each evaluated course: who was asked and how many answered, by session and wave. And each survey of no course."""
    courses = queries.overview()
    return render_template(
        "evaluation/surveys/index.html",
        courses=courses,
        told={one.plan.course.code: told_responses(one.plan.course.code) for one in courses},
        undecided=undecided(dates.now()),
        closed=RoundStage.CLOSED,
        may_design=can(me(), Permission.SURVEY_DESIGN),
        occasions=occasions.overview(),
        wave_of=questions.wave,
        scale_of=questions.scale,
        last_day=queries.last_day,
    )
