"""Officers' pages of code books and coding, and the counts of themes."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from evaluation.comments import blueprint, coding, operations, queries, rules, sheets
from evaluation.comments.forms import CodingForm, book_form, coding_form
from evaluation.comments.models import CodeBook, Part
from evaluation.comments.queries import Topic
from evaluation.comments.views import page_of
from lms import dates
from lms.errors import RuleBroken
from lms.exports import download
from lms.permissions import Permission, can, me, requires
from lms.words import plural

PER_PAGE = 10
TOPIC = "/surveys/comments/<any(course, occasion):kind>/<key>/<question>"


def _topic(kind: str, key: str, question: str) -> Topic:
    return queries.topic(kind, key, question) or abort(404)


@blueprint.route(f"{TOPIC}/book", methods=["GET", "POST"])
@requires(Permission.SURVEY_DESIGN)
def book(kind: str, key: str, question: str) -> ResponseReturnValue:
    """The themes by which the words to a question are coded."""
    topic = _topic(kind, key, question)
    newest = next(iter(coding.books(topic)), None)
    form = book_form(
        newest.themes if newest else coding.default_themes(question), for_all=newest.about == "" if newest else True
    )
    if form.validate_on_submit():
        try:
            operations.write_book(
                topic=topic, themes=form.themes(), for_all=bool(form.for_all.data), by=me(), now=dates.now()
            )
        except RuleBroken as no:
            form.refuse(str(no), "t1_name")
        else:
            flash("The code book is kept.")
            return redirect(url_for(".code", **topic.place), 303)
    return render_template(
        "evaluation/comments/book.html",
        form=form,
        topic=topic,
        newest=newest,
        used=newest is not None and coding.is_used(newest),
        begun=newest is None and bool(coding.default_themes(question)),
    ), 422 if form.errors else 200


@blueprint.route(f"{TOPIC}/code", methods=["GET", "POST"])
@requires(Permission.SURVEY_DESIGN)
def code(kind: str, key: str, question: str) -> ResponseReturnValue:
    """Some texts with the themes of the code book, to be ticked."""
    topic = _topic(kind, key, question)
    newest = next(iter(coding.books(topic)), None)
    if newest is None:
        return redirect(url_for(".book", **topic.place), 303)
    part = Part.SECOND if request.args.get("as") == "second" else Part.FIRST
    wave = request.args.get("wave", "") if request.args.get("wave") in topic.waves else ""
    texts, mine = coding.to_code(topic, me(), part, wave)
    page, pages = page_of(len(texts), PER_PAGE)
    here = texts[(page - 1) * PER_PAGE : page * PER_PAGE]
    form = coding_form(here, newest, {key: one.themes for key, one in mine.items()})
    if form.validate_on_submit():
        try:
            return _keep(topic, newest, part, form, following=min(page + 1, pages), wave=wave)
        except RuleBroken as no:
            form.refuse(str(no))
    return render_template(
        "evaluation/comments/code.html",
        form=form,
        topic=topic,
        book=newest,
        part=part,
        wave=wave,
        texts=here,
        first=(page - 1) * PER_PAGE,
        done=len(mine),
        count=len(texts),
        page=page,
        pages=pages,
    ), 422 if form.problems else 200


def _keep(
    topic: Topic, book: CodeBook, part: Part, form: CodingForm, *, following: int, wave: str
) -> ResponseReturnValue:
    if form.book.data != str(book.id):
        raise RuleBroken("The code book has changed in the meantime. Look at the texts once more, nothing was kept.")
    changed = operations.code(topic=topic, book=book, part=part, chosen=form.chosen(), by=me(), now=dates.now())
    flash(f"{plural(changed, 'text')} coded." if changed else "Nothing was different, so nothing was changed.")
    more: dict[str, Any] = {"wave": wave or None, "as": "second" if part is Part.SECOND else None, "page": following}
    return redirect(url_for(".code", **topic.place, **more), 303)


@blueprint.get(f"{TOPIC}/themes")
@requires(Permission.COMMENT_VIEW)
def themes(kind: str, key: str, question: str) -> ResponseReturnValue:
    """The themes counted, by wave and by sector, with what is too small hidden."""
    topic = _topic(kind, key, question)
    report = sheets.report(topic)
    return render_template(
        "evaluation/comments/themes.html",
        topic=topic,
        report=report,
        drawing=sheets.drawing(report) if report else None,
        may_code=can(me(), Permission.SURVEY_DESIGN),
    )


@blueprint.get(f"{TOPIC}/themes.<any(csv, xlsx):kind_of_file>")
@requires(Permission.COMMENT_VIEW)
def themes_file(kind: str, key: str, question: str, kind_of_file: str) -> ResponseReturnValue:
    """The same as a table to keep."""
    topic = _topic(kind, key, question)
    report = sheets.report(topic) or abort(404)
    content, content_type = sheets.document(report, kind_of_file)
    return download(content, f"themes-{key}-{question}.{kind_of_file}", content_type)


@blueprint.route(f"{TOPIC}/agreement", methods=["GET", "POST"])
@requires(Permission.SURVEY_DESIGN)
def agreement(kind: str, key: str, question: str) -> ResponseReturnValue:
    """How far two coders agree, and the texts they read differently, to be settled."""
    topic = _topic(kind, key, question)
    newest = next(iter(coding.books(topic)), None) or abort(404)
    coded = coding.coded(topic)
    by_id = {one.id: one for one in queries.comments(topic)}
    texts = [by_id[key] for key in rules.differences(coded) if key in by_id]
    page, pages = page_of(len(texts), PER_PAGE)
    here = texts[(page - 1) * PER_PAGE : page * PER_PAGE]
    form = coding_form(here, newest, {})
    if form.validate_on_submit():
        try:
            return _settle(topic, newest, form)
        except RuleBroken as no:
            form.refuse(str(no))
    return render_template(
        "evaluation/comments/agreement.html",
        form=form,
        topic=topic,
        book=newest,
        texts=here,
        coded=coded,
        part=Part,
        count=len(texts),
        both=sum({Part.FIRST, Part.SECOND} <= one.themes.keys() for one in coded.values()),
        least=rules.LEAST_BY_BOTH,
        rows=[(theme["name"], rules.agreement(list(coded.values()), theme["key"])) for theme in newest.themes],
        page=page,
        pages=pages,
    ), 422 if form.problems else 200


def _settle(topic: Topic, book: CodeBook, form: CodingForm) -> ResponseReturnValue:
    chosen = form.chosen()
    operations.code(topic=topic, book=book, part=Part.SETTLED, chosen=chosen, by=me(), now=dates.now())
    flash(f"{plural(len(chosen), 'text')} settled." if chosen else "Nothing was ticked, so nothing was settled.")
    return redirect(url_for(".agreement", **topic.place), 303)
