"""Pages on which the questions of a draft are written, made to follow one another, and taken in from the library."""

from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from evaluation.question_sets import blueprint, editing, queries, rules, writing
from evaluation.question_sets.draft_views import draft_of, opened, step, to_step
from evaluation.question_sets.forms import OnlyAfter, TakeIn
from evaluation.question_sets.models import QuestionSetDraft
from evaluation.question_sets.question_forms import question_form
from evaluation.question_sets.views import by_level, looking_back, page
from evaluation.question_sets.writing import Kind
from lms.forms import Choice
from lms.permissions import Permission, requires


@blueprint.get("/surveys/question-sets/<key>/draft/add-question")
@requires(Permission.SURVEY_DESIGN)
def choose_kind(key: str) -> ResponseReturnValue:
    """What kind of question to add."""
    return page("kinds", draft=draft_of(key), kinds=writing.KINDS, where=_where())


def _where() -> dict[str, str]:
    """The page of a wave that a question is added to, as its address says."""
    return {name: request.args[name] for name in ("wave", "course", "page") if request.args.get(name)}


def _back(key: str) -> str:
    where = _where()
    if "wave" in where:
        return url_for(".wave", key=key, wave=where["wave"], course=where.get("course"))
    return url_for(".draft", key=key)


@blueprint.route("/surveys/question-sets/<key>/draft/add-question/<name>", methods=["GET", "POST"])
@requires(Permission.SURVEY_DESIGN)
def new_question(key: str, name: str) -> ResponseReturnValue:
    """Write a question of one kind."""
    kind = writing.KINDS.get(name) or abort(404)
    return _question_page(key, kind, None)


@blueprint.route("/surveys/question-sets/<key>/draft/questions/<name>", methods=["GET", "POST"])
@requires(Permission.SURVEY_DESIGN)
def question(key: str, name: str) -> ResponseReturnValue:
    """Change a question."""
    item = rules.question_of(draft_of(key).document, name) or abort(404)
    return _question_page(key, writing.kind_of(item), item)


def _question_page(key: str, kind: Kind, item: dict[str, Any] | None) -> ResponseReturnValue:
    found = draft_of(key)
    form = question_form(kind, found.document, item)
    opened(form, found)
    if form.validate_on_submit():
        name = (
            item["key"]
            if item
            else editing.free_key(form.wording.data or "", queries.question_keys(key), kind.construct[:4])
        )
        words = f"The question “{form.wording.data}” was {'changed' if item else 'added'}."
        if step(key, form, lambda draft: _written(draft, kind, name, form.given(), item), words):
            return redirect(_back(key), 303)
    asked_as = queries.answered().get(item["key"]) if item else None
    return page(
        "question",
        form,
        draft=found,
        document=found.document,
        kind=kind,
        item=item,
        answered=bool(asked_as),
        back=_back(key),
    )


def _written(
    draft: QuestionSetDraft, kind: Kind, name: str, given: dict[str, Any], item: dict[str, Any] | None
) -> dict[str, Any]:
    """The document with the question as it was written, on the page it was added to."""
    written = writing.question_from(kind, name, given, item)
    with_it = [writing.consent_of(name, f"{name[:30]}_consent")] if kind.type == "quote" and not item else []
    document = editing.put_question(draft.document, written, then=with_it)
    where = _where()
    if item is None and "wave" in where:
        number = int(where["page"]) if where.get("page", "").isdecimal() else 0
        for one in (written, *with_it):
            document = editing.place(document, where["wave"], where.get("course", ""), number, one["key"])
    return document


@blueprint.post("/surveys/question-sets/<key>/draft/questions/<name>/remove")
@requires(Permission.SURVEY_DESIGN)
def remove_question(key: str, name: str) -> ResponseReturnValue:
    """Take a question out of the set."""
    to_step(key, lambda draft: editing.remove_question(draft.document, name), "A question was taken out of the set.")
    return redirect(_back(key), 303)


@blueprint.route("/surveys/question-sets/<key>/draft/questions/<name>/only-after", methods=["GET", "POST"])
@requires(Permission.SURVEY_DESIGN)
def only_after(key: str, name: str) -> ResponseReturnValue:
    """Ask a question only after certain answers to an earlier one."""
    found = draft_of(key)
    item = rules.question_of(found.document, name) or abort(404)
    earlier = editing.may_follow(found.document, name)
    now = item.get("show_if") or {}
    asked = request.args.get("question", now.get("question", ""))
    source = next((one for one in earlier if one["key"] == asked), None)
    choices = rules.choices_of(found.document, source) if source else []
    form = OnlyAfter(data={"answers": [str(value) for value in now.get("in", [])]})
    form.answers.choices = [Choice(rules.code_of(choice), choice["label"]) for choice in choices]
    opened(form, found)
    if form.validate_on_submit():
        follows = asked if source else ""
        if choices and not form.answers.data:
            form.refuse("Choose at least one answer", "answers")
        elif step(
            key,
            form,
            lambda draft: editing.set_condition(draft.document, name, follows, form.answers.data or []),
            "When a question is asked was changed.",
        ):
            return redirect(url_for(".question", key=key, name=name), 303)
    return page("only_after", form, draft=found, item=item, earlier=earlier, source=source)


# The library.


@blueprint.get("/surveys/question-sets/<key>/draft/library")
@requires(Permission.SURVEY_DESIGN)
def draft_library(key: str) -> ResponseReturnValue:
    """The library beside a draft: what is in the set already, and what may be taken in."""
    found = draft_of(key)
    form = TakeIn()
    form.offer(_places(found))
    document = queries.library()
    there = {item["key"] for item in [*found.document["questions"], *looking_back(found.document)]}
    return page(
        "library",
        form,
        draft=found,
        document=document,
        levels=by_level(document),
        looking_back=looking_back(document),
        there=there,
    )


def _places(draft: QuestionSetDraft) -> list[tuple[str, str]]:
    return [
        (f"{wave['key']} {course} {number}", rules.at_page(wave, course, one))
        for wave in draft.document["waves"]
        for course, pages in rules.page_lists(wave)
        for number, one in enumerate(pages)
    ]


@blueprint.post("/surveys/question-sets/<key>/draft/library/<name>/take-in")
@requires(Permission.SURVEY_DESIGN)
def take_in(key: str, name: str) -> ResponseReturnValue:
    """Take a question of the library into the set, and ask it on the page that was chosen."""
    where = request.form.get("where", "").split(" ")

    def take(draft: QuestionSetDraft) -> dict[str, Any]:
        document = editing.take_from(queries.library(), draft.document, name)
        if len(where) == 3 and rules.question_of(document, name):
            new = [
                item["key"] for item in document["questions"] if rules.question_of(draft.document, item["key"]) is None
            ]
            for one in new:
                document = editing.place(document, where[0], where[1], int(where[2]), one)
        return document

    to_step(key, take, "A question was taken in from the library.")
    return redirect(url_for(".draft_library", key=key, where=request.form.get("where"), _anchor=name), 303)
