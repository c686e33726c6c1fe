"""Pages of question sets: the list, one set with its versions, what a version asks, two of them compared, the library."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from evaluation.question_sets import blueprint, comparing, operations, queries, rules, writing
from evaluation.question_sets.forms import Compare, NewSet
from evaluation.surveys import languages
from evaluation.surveys.questions import Document
from lms import dates
from lms.forms import Choice, Form
from lms.permissions import Permission, me, requires

DRAFT = "draft"


def page(name: str, form: Form | None = None, **more: Any) -> tuple[str, int]:
    """A page; 422 when a form comes back with what is wrong. What the templates say of questions and waves comes along."""
    said = {
        "rules": rules,
        "comparing": comparing,
        "carried": languages.carried,
        "title_of": queries.title_of,
        "who": writing.WHO,
        **more,
    }
    status = 422 if request.method == "POST" else 200
    return render_template(f"evaluation/question_sets/{name}.html", form=form, **said), status


def kept_set(key: str) -> queries.KeptSet:
    """The set of an address."""
    return queries.one_set(key) or abort(404)


def document_of(key: str, which: str) -> Document:
    """What a version asks, or the draft."""
    if which == DRAFT:
        draft = queries.draft(key) or abort(404)
        return draft.document
    number = int(which) if which.isdecimal() and len(which) < 9 else abort(404)
    found = queries.version(key, number) or abort(404)
    return found.document


@blueprint.get("/surveys/question-sets")
@requires(Permission.SURVEY_DESIGN)
def index() -> ResponseReturnValue:
    """Every question set, its versions, where each is used, and drafts."""
    return page("index", sets=queries.sets())


@blueprint.route("/surveys/question-sets/new", methods=["GET", "POST"])
@requires(Permission.SURVEY_DESIGN)
def new() -> ResponseReturnValue:
    """Begin a set."""
    form = NewSet()
    if form.validate_on_submit():
        draft = operations.begin_set(
            title=form.title.data or "", from_library=form.begin.data == "library", by=me(), now=dates.now()
        )
        flash("The set is begun. Nobody is asked anything before it is published and a course is planned with it.")
        return redirect(url_for(".draft", key=draft.key), 303)
    return page("new", form)


@blueprint.get("/surveys/question-sets/library")
@requires(Permission.SURVEY_DESIGN)
def library() -> ResponseReturnValue:
    """The questions that come with the service, by level."""
    document = queries.library()
    return page("library", document=document, levels=by_level(document), looking_back=looking_back(document))


def by_level(document: Document) -> list[tuple[str, list[Any]]]:
    """The questions of a set by level of Kirkpatrick, from reaction to results; context and consent last."""
    order = ["1", "2", "3", "4", "context", "consent"]
    return [(level, [item for item in document["questions"] if str(item["level"]) == level]) for level in order]


def looking_back(document: Document) -> list[Any]:
    """The ratings that look back."""
    return list(document.get(rules.LOOKING_BACK, {}).get("items", []))


@blueprint.get("/surveys/question-sets/<key>")
@requires(Permission.SURVEY_DESIGN)
def one(key: str) -> ResponseReturnValue:
    """One set: its versions, what each changed, where it is used, and its draft."""
    return page("one", found=kept_set(key))


@blueprint.post("/surveys/question-sets/<key>/versions/<int:number>/begin")
@requires(Permission.SURVEY_DESIGN)
def begin(key: str, number: int) -> ResponseReturnValue:
    """Begin a draft of the next version from this one."""
    base = queries.version(key, number) or abort(404)
    operations.begin_draft(base=base, by=me(), now=dates.now())
    return redirect(url_for(".draft", key=key), 303)


@blueprint.get("/surveys/question-sets/<key>/versions/<which>")
@requires(Permission.SURVEY_DESIGN)
def version(key: str, which: str) -> ResponseReturnValue:
    """Everything a version asks, wave by wave, to read."""
    return page("version", key=key, which=which, document=document_of(key, which))


@blueprint.get("/surveys/question-sets/<key>/compare")
@requires(Permission.SURVEY_DESIGN)
def compare(key: str) -> ResponseReturnValue:
    """What was added, taken out and reworded between two versions."""
    found = kept_set(key)
    numbers = [str(one.question_set.version) for one in found.versions]
    names = ([DRAFT] if found.draft else []) + numbers
    presets = {"before": names[1] if len(names) > 1 else names[0], "after": names[0]}
    form = Compare()
    for field in (form.before, form.after):
        field.choices = [Choice(name, "The draft" if name == DRAFT else f"Version {name}") for name in names]
        if field.data not in names:
            field.data = presets[field.short_name]
    before, after = document_of(key, str(form.before.data)), document_of(key, str(form.after.data))
    coming = _coming(key, after) if form.after.data == DRAFT else []
    return page("compare", form, found=found, difference=comparing.compare(before, after), coming=coming)


def _coming(key: str, document: Document) -> list[comparing.Renewal]:
    newest = queries.newest(key)
    return comparing.renewals(document, queries.answered(), newest.version + 1 if newest else 1)
