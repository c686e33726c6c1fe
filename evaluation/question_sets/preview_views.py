"""A wave as the person will see it, by the pages they will see, with nothing kept; and the whole set on paper."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from evaluation.question_sets import blueprint, queries, rules
from evaluation.question_sets.views import DRAFT, document_of, page
from evaluation.surveys import languages, questions
from evaluation.surveys.forms import PageForm, page_form
from evaluation.surveys.models import Audience, Invitation, QuestionSet, SurveyRound
from evaluation.surveys.queries import last_day
from evaluation.surveys.questions import Document
from lms import dates
from lms.catalogue.models import Course, CourseSession
from lms.catalogue.queries import course_by_code
from lms.forms import Form
from lms.permissions import Permission, requires

CHECK = "check"
ORDER = b"as in a preview"


@blueprint.get("/surveys/question-sets/<key>/versions/<which>/preview/<wave>")
@requires(Permission.SURVEY_DESIGN)
def preview(key: str, which: str, wave: str) -> ResponseReturnValue:
    """A page of a wave as people will see it: what they read first, the questions, the answers to check."""
    document = document_of(key, which)
    pages = _pages(document, wave)
    asked = request.args.get("page", "")
    if asked == CHECK:
        return _as_people_see_it("check", document, wave, pages=pages, kept={}, form=Form())
    if not asked:
        return _first_page(document, wave, pages)
    number = _number(asked, pages)
    return _questions_page(document, wave, pages, number, page_form(pages[number - 1], {}, ORDER))


@blueprint.post("/surveys/question-sets/<key>/versions/<which>/preview/<wave>")
@requires(Permission.SURVEY_DESIGN)
def try_preview(key: str, which: str, wave: str) -> ResponseReturnValue:
    """What happens when people save a page: what is wrong is said, nothing is kept."""
    document = document_of(key, which)
    pages = _pages(document, wave)
    asked = request.args.get("page", "")
    if asked == CHECK:
        flash("That was the end of the preview. Nothing was kept, and nobody was asked.")
        if which == DRAFT:
            return redirect(url_for(".wave", key=key, wave=wave, course=request.args.get("course") or None), 303)
        return redirect(url_for(".version", key=key, which=which), 303)
    number = _number(asked, pages)
    form = page_form(pages[number - 1], {}, ORDER)
    if not form.validate_on_submit() or not form.screen():
        return _questions_page(document, wave, pages, number, form), 422
    return redirect(_address(number + 1 if number < len(pages) else CHECK), 303)


def _pages(document: Document, wave: str) -> list[questions.Page]:
    """The pages of a wave for the course of the address, looking back included, in its language."""
    if rules.wave_of(document, wave) is None:
        abort(404)
    asked = questions.pages(document, wave, request.args.get("course", ""), then_test=True)
    return [_readable(page) for page in _speech(document).pages(asked)]


def _readable(page: questions.Page) -> questions.Page:
    """What only an occasion knows is said in brackets."""
    items = (replace(item, wording=rules.readable(item.wording)) for item in page.questions)
    return replace(page, questions=tuple(items))


def _speech(document: Document) -> languages.Speech:
    return languages.speech(document, request.args.get("lang"))


def _number(asked: str, pages: Sequence[questions.Page]) -> int:
    number = int(asked) if asked.isdecimal() and len(asked) < 4 else 0
    return number if 1 <= number <= len(pages) else abort(404)


def _address(page: int | str | None = None, lang: str | None = None, *, narrow: bool | None = None) -> str:
    """The address of a page of the preview; language, course and width stay unless they are given."""
    given = {name: request.args.get(name) for name in ("lang", "course", "narrow")}
    given["lang"] = given["lang"] if lang is None else lang
    given["narrow"] = given["narrow"] if narrow is None else ("yes" if narrow else "")
    kept: dict[str, Any] = {name: value for name, value in given.items() if value}
    return url_for(".preview", **{**(request.view_args or {}), **kept}, page=page)


def _first_page(document: Document, wave: str, pages: Sequence[questions.Page]) -> ResponseReturnValue:
    said = rules.wave_of(document, wave) or abort(404)
    intro = _speech(document).say(said["intro"])
    return _as_people_see_it(
        "start",
        document,
        wave,
        pages=pages,
        begun=False,
        next=1 if pages else CHECK,
        untold=said["intro"],
        intro=rules.readable(intro.replace("{{course_title}}", _course().title)),
        minutes=said["minutes"],
    )


def _questions_page(document: Document, wave: str, pages: Sequence[questions.Page], number: int, form: PageForm) -> str:
    return _as_people_see_it("questions", document, wave, pages=pages, number=number, form=form, seen_pages=[])


def _as_people_see_it(name: str, document: Document, wave: str, **values: Any) -> str:
    """A page of `surveys`, with a made-up invitation to a made-up session. None of it is a row."""
    invitation = _made_up(document, wave)
    here = request.args.get("page")
    shown = render_template(
        "evaluation/question_sets/_previewed.html",
        **(request.view_args or {}),
        narrow=bool(request.args.get("narrow")),
        wide_address=_address(here, narrow=False),
        narrow_address=_address(here, narrow=True),
        draft=DRAFT,
    )
    return render_template(
        f"evaluation/surveys/{name}.html",
        invitation=invitation,
        speech=_speech(document),
        at=partial(_address),
        previewed=Markup(shown),  # noqa: S704  our own template, which escapes
        last_day=last_day(invitation.round.closes_at),
        **values,
    )


def _course() -> Course:
    """The course of the address, or one that stands for any."""
    found = course_by_code(request.args.get("course", ""))
    return found or Course(code="", title="The title of the course")


def _made_up(document: Document, wave: str) -> Invitation:
    now = dates.now()
    asks = str((rules.wave_of(document, wave) or {}).get("asks") or "came")
    times = {"starts_at": now + timedelta(days=14), "ends_at": now + timedelta(days=14, hours=3)}
    session = CourseSession(course=Course(code="", title=_course().title), **times)
    made_up = SurveyRound(
        wave=wave,
        asks=Audience(asks),
        session=session,
        question_set=QuestionSet(key="preview", version=0, document=document),
        opens_at=now,
        closes_at=now + timedelta(days=14),
    )
    return Invitation(id="preview", round=made_up, draft="", answered=False)


@blueprint.get("/surveys/question-sets/<key>/versions/<which>/paper")
@requires(Permission.SURVEY_DESIGN)
def paper(key: str, which: str) -> ResponseReturnValue:
    """The whole set as it is printed: every wave with its questions, and boxes to tick."""
    document = document_of(key, which)
    course = request.args.get("course", "")
    speech = _speech(document)
    waves = [
        (wave, speech.pages(questions.pages(document, wave["key"], course, then_test=True)))
        for wave in document["waves"]
        if request.args.get("wave") in (None, wave["key"])
    ]
    return page(
        "paper",
        key=key,
        which=which,
        document=document,
        waves=waves,
        course=course,
        speech=speech,
        title=queries.title_of(document, key),
        courses=sorted({code for wave in document["waves"] for code in wave.get("variant_pages", {})}),
    )
