"""Pages on which a draft is put into other languages, English beside them, question by question."""

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from evaluation.question_sets import blueprint, editing, rules
from evaluation.question_sets.draft_views import draft_of, opened, step, to_step
from evaluation.question_sets.forms import AddLanguage, words_form
from evaluation.question_sets.rules import Item
from evaluation.question_sets.views import looking_back, page
from evaluation.surveys import languages
from evaluation.surveys.languages import LANGUAGES, Language
from evaluation.surveys.questions import Document
from lms.permissions import Permission, requires

#: The words around the questions are translated on a page of their own, under this name.
AROUND = "around"


@blueprint.route("/surveys/question-sets/<key>/draft/languages", methods=["GET", "POST"])
@requires(Permission.SURVEY_DESIGN)
def all_languages(key: str) -> ResponseReturnValue:
    """The languages a set carries, how much of each is still missing, and one more."""
    found = draft_of(key)
    carried = languages.carried(found.document)
    form = AddLanguage()
    form.offer(
        (one.code, f"{one.name} ({one.own_name})")
        for one in sorted(LANGUAGES.values(), key=lambda language: language.name)
        if one not in carried
    )
    opened(form, found)
    if form.validate_on_submit():
        code = form.language.data or ""
        words = f"{LANGUAGES[code].name} was added."
        if step(key, form, lambda draft: editing.add_language(draft.document, code), words):
            return redirect(url_for(".language", key=key, lang=code), 303)
    counted = [(one, len(_missing(found.document, one)), len(_items(found.document))) for one in carried]
    return page("languages", form, draft=found, counted=counted)


def _items(document: Document) -> list[Item]:
    """The questions that may be asked, those that look back among them."""
    asked = editing.asked_somewhere(document)
    back = looking_back(document) if rules.LOOKING_BACK in asked else []
    return [item for item in document["questions"] if item["key"] in asked] + back


def _missing(document: Document, language: Language) -> list[Item]:
    """The questions that people still read in English."""
    speech = languages.speech(document, language.code)
    return [item for item in _items(document) if not speech.has(*languages.texts_of(document, item["key"]))]


def _language(document: Document, code: str) -> Language:
    return next((one for one in languages.carried(document) if one.code == code), None) or abort(404)


@blueprint.get("/surveys/question-sets/<key>/draft/languages/<lang>")
@requires(Permission.SURVEY_DESIGN)
def language(key: str, lang: str) -> ResponseReturnValue:
    """Every question in one language: which are there, and which are still missing."""
    found = draft_of(key)
    chosen = _language(found.document, lang)
    speech = languages.speech(found.document, lang)
    around = languages.texts_around(found.document)
    return page(
        "language",
        draft=found,
        language=chosen,
        items=_items(found.document),
        missing={item["key"] for item in _missing(found.document, chosen)},
        say=speech.say,
        around=len(around),
        around_missing=sum(not speech.has(text) for text in around),
    )


@blueprint.route("/surveys/question-sets/<key>/draft/languages/<lang>/words/<name>", methods=["GET", "POST"])
@requires(Permission.SURVEY_DESIGN)
def translate(key: str, lang: str, name: str) -> ResponseReturnValue:
    """One question in another language, English beside it; or the words around the questions."""
    found = draft_of(key)
    chosen = _language(found.document, lang)
    items = {item["key"]: item for item in _items(found.document)}
    if name != AROUND and name not in items:
        abort(404)
    texts = languages.texts_around(found.document) if name == AROUND else languages.texts_of(found.document, name)
    form = words_form(texts, found.document["translations"][lang])
    opened(form, found)
    words = f"Words in {chosen.name} were changed."
    if form.validate_on_submit() and step(
        key, form, lambda draft: editing.translate(draft.document, lang, form.said(texts)), words
    ):
        following = _following(draft_of(key).document, chosen, name)
        flash("Kept." if following else f"Kept. Every question is there in {chosen.name}.")
        to = url_for(".translate", key=key, lang=lang, name=following) if following else None
        return redirect(to or url_for(".language", key=key, lang=lang), 303)
    return page("translate", form, draft=found, language=chosen, item=items.get(name), texts=texts)


def _following(document: Document, language: Language, name: str) -> str:
    """The next question that is still missing: the first after this one, or from the beginning; none if all are there."""
    keys = [item["key"] for item in _items(document)]
    here = keys.index(name) + 1 if name in keys else 0
    missing = {item["key"] for item in _missing(document, language)}
    return next((key for key in [*keys[here:], *keys[:here]] if key in missing), "")


@blueprint.post("/surveys/question-sets/<key>/draft/languages/<lang>/remove")
@requires(Permission.SURVEY_DESIGN)
def remove_language(key: str, lang: str) -> ResponseReturnValue:
    """Carry a language no longer."""
    chosen = _language(draft_of(key).document, lang)
    to_step(key, lambda draft: editing.remove_language(draft.document, lang), f"{chosen.name} was taken out.")
    return redirect(url_for(".all_languages", key=key), 303)
