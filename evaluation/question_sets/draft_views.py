"""Pages of a draft: its waves and pages, its questions, what is taken in from the library, publishing and taking back."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from evaluation.question_sets import blueprint, comparing, editing, operations, queries, rules
from evaluation.question_sets.forms import (
    DraftForm,
    NameSet,
    OwnPages,
    PageTitle,
    Publish,
    WaveForm,
)
from evaluation.question_sets.models import QuestionSetDraft
from evaluation.question_sets.views import looking_back, page
from lms import dates
from lms.courses.queries import courses
from lms.errors import RuleBroken
from lms.permissions import Permission, me, requires

Step = Callable[[QuestionSetDraft], dict[str, Any]]


def draft_of(key: str) -> QuestionSetDraft:
    """The draft of an address."""
    return queries.draft(key) or abort(404)


def step(key: str, form: DraftForm, change: Step, words: str) -> bool:
    """Take a step in a draft. Where that is refused the form says why, and is good for another try."""
    try:
        draft = draft_of(key)
        operations.take_step(key=key, revision=form.seen, document=change(draft), step=words, by=me(), now=dates.now())
    except RuleBroken as no:
        form.refuse(str(no))
        form.revision.data = str(draft_of(key).revision)
        return False
    return True


def opened(form: DraftForm, draft: QuestionSetDraft) -> None:
    """Note in a form at which revision it was opened."""
    if not form.revision.data:
        form.revision.data = str(draft.revision)


def to_step(key: str, change: Step, words: str) -> None:
    """Take a step that is only a button. Where it is refused, the next page says why."""
    form = DraftForm()
    if not form.validate_on_submit() or not step(key, form, change, words):
        flash(next((sentence for sentence, _ in form.problems), "Go back and try again."), "problem")


# The draft as a whole.


@blueprint.get("/surveys/question-sets/<key>/draft")
@requires(Permission.SURVEY_DESIGN)
def draft(key: str) -> ResponseReturnValue:
    """The draft: its waves, what is still wrong, what publishing it will do."""
    return _draft_page(key, Publish(), NameSet())


def _draft_page(key: str, form: Publish, naming: NameSet) -> ResponseReturnValue:
    found = draft_of(key)
    for one in (form, naming):
        opened(one, found)
    if not naming.title.raw_data:
        naming.title.data = queries.title_of(found.document, key)
    newest = queries.newest(key)
    asked = {
        name
        for wave in found.document["waves"]
        for _, pages in rules.page_lists(wave)
        for one in pages
        for name in one["questions"]
    }
    return page(
        "draft",
        form,
        naming=naming,
        draft=found,
        document=found.document,
        newest=newest,
        wrong=rules.check_document(found.document),
        coming=comparing.renewals(found.document, queries.answered(), newest.version + 1 if newest else 1),
        unasked=[item for item in found.document["questions"] if item["key"] not in asked],
    )


@blueprint.post("/surveys/question-sets/<key>/draft/name")
@requires(Permission.SURVEY_DESIGN)
def name_set(key: str) -> ResponseReturnValue:
    """Call the set something else."""
    form = NameSet()
    title = form.title.data or ""
    if form.validate_on_submit() and step(
        key, form, lambda draft: editing.name_set(draft.document, title), "The set was given another name."
    ):
        return redirect(url_for(".draft", key=key), 303)
    return _draft_page(key, Publish(formdata=None), form)


@blueprint.post("/surveys/question-sets/<key>/draft/publish")
@requires(Permission.SURVEY_DESIGN)
def publish(key: str) -> ResponseReturnValue:
    """Make the draft the next version."""
    form = Publish()
    if form.validate_on_submit():
        try:
            added = operations.publish(
                key=key, revision=form.seen, changed=form.changed.data or "", by=me(), now=dates.now()
            )
        except RuleBroken as no:
            form.refuse(str(no))
            form.revision.data = str(draft_of(key).revision)
        else:
            flash(f"Version {added.version} is published. Courses are asked with it once they are planned with it.")
            return redirect(url_for(".one", key=key), 303)
    return _draft_page(key, form, NameSet(formdata=None))


@blueprint.post("/surveys/question-sets/<key>/draft/take-back")
@requires(Permission.SURVEY_DESIGN)
def take_back(key: str) -> ResponseReturnValue:
    """Take the last step back."""
    form = DraftForm()
    try:
        operations.take_back(key=key, revision=form.seen, by=me(), now=dates.now())
    except RuleBroken as no:
        flash(str(no), "problem")
    return redirect(url_for(".draft", key=key), 303)


@blueprint.post("/surveys/question-sets/<key>/draft/discard")
@requires(Permission.SURVEY_DESIGN)
def discard(key: str) -> ResponseReturnValue:
    """Throw the draft away."""
    form = DraftForm()
    try:
        operations.discard(key=key, revision=form.seen, by=me(), now=dates.now())
    except RuleBroken as no:
        flash(str(no), "problem")
        return redirect(url_for(".draft", key=key), 303)
    flash("The draft is discarded. Every published version is as it was.")
    return redirect(url_for(".one" if queries.newest(key) else ".index", key=key if queries.newest(key) else None), 303)


# Waves and their pages.


@blueprint.route("/surveys/question-sets/<key>/draft/add-wave", methods=["GET", "POST"])
@requires(Permission.SURVEY_DESIGN)
def new_wave(key: str) -> ResponseReturnValue:
    """Add a wave."""
    found = draft_of(key)
    form = WaveForm(data={"opens": "after_session_days", "closes": "after_session_days", "asks": "came"})
    opened(form, found)
    if form.validate_on_submit():
        said = {name: value for name, value in form.wave(None).items() if value is not None}
        if step(
            key, form, lambda draft: editing.add_wave(draft.document, said), f"The wave “{form.name.data}” was added."
        ):
            return redirect(url_for(".wave", key=key, wave=draft_of(key).document["waves"][-1]["key"]), 303)
    return page("wave_form", form, draft=found, wave=None)


@blueprint.route("/surveys/question-sets/<key>/draft/waves/<wave>/edit", methods=["GET", "POST"])
@requires(Permission.SURVEY_DESIGN)
def edit_wave(key: str, wave: str) -> ResponseReturnValue:
    """When a wave opens, reminds and closes, whom it asks, and what people read first."""
    found = draft_of(key)
    old = rules.wave_of(found.document, wave) or abort(404)
    form = WaveForm(data={name: old.get(name) for name in ("name", "called", "asks", "minutes", "intro")})
    opened(form, found)
    if not form.is_submitted():
        form.fill(old)
    if form.validate_on_submit() and step(
        key,
        form,
        lambda draft: editing.change_wave(draft.document, wave, form.wave(old)),
        f"The wave “{form.name.data}” was changed.",
    ):
        return redirect(url_for(".wave", key=key, wave=wave), 303)
    return page("wave_form", form, draft=found, wave=old)


@blueprint.get("/surveys/question-sets/<key>/draft/waves/<wave>")
@requires(Permission.SURVEY_DESIGN)
def wave(key: str, wave: str) -> ResponseReturnValue:
    """The pages of a wave and their questions, for every course or for one with pages of its own."""
    return _wave_page(key, wave, PageTitle(), OwnPages())


def _wave_page(key: str, wave: str, form: PageTitle, own: OwnPages) -> ResponseReturnValue:
    found = draft_of(key)
    there = rules.wave_of(found.document, wave) or abort(404)
    course = request.args.get("course", "")
    lists = dict(rules.page_lists(there))
    pages = lists.get(course)
    if pages is None:
        abort(404)
    for one in (form, own):
        opened(one, found)
    own.offer((one.code, one.title) for one in courses() if one.code not in lists)
    asked = {name for one in pages for name in one["questions"]}
    return page(
        "wave",
        form,
        own=own,
        draft=found,
        document=found.document,
        wave=there,
        course=course,
        variants=[code for code in lists if code],
        pages=pages,
        others=[item for item in found.document["questions"] if item["key"] not in asked],
        looks_back=bool(looking_back(found.document)) and rules.LOOKING_BACK not in asked,
    )


@blueprint.post("/surveys/question-sets/<key>/draft/waves/<wave>/pages")
@requires(Permission.SURVEY_DESIGN)
def add_page(key: str, wave: str) -> ResponseReturnValue:
    """Add a page to a wave, or give one another title."""
    form, course = PageTitle(), request.args.get("course", "")
    number, title = request.args.get("page", type=int), form.title.data or ""

    def change(draft: QuestionSetDraft) -> dict[str, Any]:
        if number is None:
            return editing.add_page(draft.document, wave, course, title)
        return editing.name_page(draft.document, wave, course, number, title)

    if form.validate_on_submit() and step(
        key, form, change, f"The page “{title}” was {'added' if number is None else 'named'}."
    ):
        return redirect(url_for(".wave", key=key, wave=wave, course=course or None), 303)
    return _wave_page(key, wave, form, OwnPages(formdata=None))


@blueprint.post("/surveys/question-sets/<key>/draft/waves/<wave>/own-pages")
@requires(Permission.SURVEY_DESIGN)
def own_pages(key: str, wave: str) -> ResponseReturnValue:
    """Give a course pages of its own in this wave."""
    form = OwnPages()
    form.offer((one.code, one.title) for one in courses())
    course = form.course.data or ""
    if form.validate_on_submit() and step(
        key,
        form,
        lambda draft: editing.own_pages(draft.document, wave, course),
        f"{course} was given pages of its own.",
    ):
        return redirect(url_for(".wave", key=key, wave=wave, course=course), 303)
    return _wave_page(key, wave, PageTitle(formdata=None), form)


@blueprint.post("/surveys/question-sets/<key>/draft/waves/<wave>/step")
@requires(Permission.SURVEY_DESIGN)
def wave_step(key: str, wave: str) -> ResponseReturnValue:
    """One of the buttons of a wave: move, take off, put on, take out."""
    course = request.args.get("course", "")
    what, _, which = request.form.get("do", "").partition(" ")
    number = int(which) if which.isdecimal() else -1
    steps: dict[str, tuple[Step, str]] = {
        "up": (
            lambda draft: editing.move_question(draft.document, wave, course, which, -1),
            "A question was moved up.",
        ),
        "down": (
            lambda draft: editing.move_question(draft.document, wave, course, which, 1),
            "A question was moved down.",
        ),
        "off": (
            lambda draft: editing.take_off(draft.document, wave, course, which),
            "A question was taken off a wave.",
        ),
        "page-up": (lambda draft: editing.move_page(draft.document, wave, course, number, -1), "A page was moved up."),
        "page-down": (
            lambda draft: editing.move_page(draft.document, wave, course, number, 1),
            "A page was moved down.",
        ),
        "page-out": (lambda draft: editing.remove_page(draft.document, wave, course, number), "A page was taken out."),
        "put": (_put(wave, course), "A question was put on a page."),
        "drop-own": (
            lambda draft: editing.drop_own_pages(draft.document, wave, course),
            f"The pages of {course} were taken out.",
        ),
        "wave-out": (lambda draft: editing.remove_wave(draft.document, wave), "A wave was taken out."),
    }
    if what not in steps:
        abort(404)
    to_step(key, *steps[what])
    if what == "wave-out":
        return redirect(url_for(".draft", key=key), 303)
    there = None if what == "drop-own" else course or None
    anchor = which if what in ("up", "down") else None
    return redirect(url_for(".wave", key=key, wave=wave, course=there, _anchor=anchor), 303)


def _put(wave: str, course: str) -> Step:
    number = int(request.form["page"]) if request.form.get("page", "").isdecimal() else 0
    chosen = request.form.get(f"question-{number}", "")

    def put(draft: QuestionSetDraft) -> dict[str, Any]:
        if chosen != rules.LOOKING_BACK and rules.question_of(draft.document, chosen) is None:
            raise RuleBroken("Choose a question of the set first.")
        return editing.place(draft.document, wave, course, number, chosen)

    return put
