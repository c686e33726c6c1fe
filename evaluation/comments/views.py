"""Pages of what people wrote: what there is, a text to decide about, reading, and which sentences are published."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from evaluation.comments import blueprint, operations, queries, rules
from evaluation.comments.forms import QuotesForm, ReviewForm
from evaluation.comments.models import Comment, Outcome
from evaluation.surveys import screening
from lms import dates, db
from lms.errors import RuleBroken
from lms.forms import Choice
from lms.permissions import Permission, can, me, requires
from lms.words import plural

PER_PAGE = 50
SAID = {
    Outcome.KEPT: "The words are kept as they are.",
    Outcome.CUT: "The words were taken out.",
    Outcome.OUT: "The whole text is taken out.",
}


@blueprint.get("/surveys/comments")
@requires(Permission.COMMENT_VIEW)
def index() -> str:
    """What people wrote, by course and question, and how much of it waits for an officer."""
    return render_template(
        "evaluation/comments/index.html", subjects=queries.overview(), waiting=queries.waiting_count()
    )


@blueprint.route("/surveys/comments/review", methods=["GET", "POST"])
@requires(Permission.COMMENT_REVIEW)
def review() -> ResponseReturnValue:
    """One text in which something was found, and what is to become of it."""
    form = ReviewForm()
    comment = _asked_for() or queries.next_waiting(request.args.get("after", ""))
    if request.method == "POST" and comment is not None and form.validate_on_submit():
        try:
            with db.apart():
                operations.decide(
                    comment=comment,
                    outcome=Outcome(form.outcome.data),
                    typed=form.typed.data or "",
                    by=me(),
                    now=dates.now(),
                )
        except RuleBroken as no:
            if comment.outcome is not Outcome.WAITING:
                flash(str(no), "problem")
                return redirect(url_for(".review"), 303)
            form.refuse(str(no), "typed")
        else:
            last = dates.day(rules.last_to_undo(dates.london(dates.now()).date()))
            flash(f"{SAID[comment.outcome]} You can undo this until the end of {last}.")
            return redirect(url_for(".review"), 303)
    if comment is not None and not form.is_submitted():
        form.typed.data = rules.proposed(comment.answer.text or "")
    return _review_page(form, comment)


def _review_page(form: ReviewForm, comment: Comment | None) -> ResponseReturnValue:
    return render_template(
        "evaluation/comments/review.html",
        form=form,
        comment=comment,
        parts=_marked(comment) if comment else [],
        asked=queries.asked,
        waiting=queries.waiting_count(),
        decided=queries.undoable(),
        last_to_undo=rules.last_to_undo,
        today=dates.london(dates.now()).date(),
    ), 422 if form.errors else 200


def _marked(comment: Comment) -> list[tuple[str, bool]]:
    text = comment.answer.text or ""
    return screening.parts(text, screening.findings(text))


def _asked_for() -> Comment | None:
    """The waiting text the address or the form names."""
    found = queries.comment(request.values.get("text", ""))
    # One that was decided meanwhile is handed on, so that whoever sends a decision is told.
    return found if found and (found.outcome is Outcome.WAITING or request.method == "POST") else None


@blueprint.post("/surveys/comments/<comment_id>/undo")
@requires(Permission.COMMENT_REVIEW)
def undo(comment_id: str) -> ResponseReturnValue:
    """Let a text wait for a decision again."""
    comment = queries.comment(comment_id) or abort(404)
    try:
        operations.undo(comment=comment, by=me(), now=dates.now())
    except RuleBroken as no:
        flash(str(no), "problem")
        return redirect(url_for(".review"), 303)
    return redirect(url_for(".review", text=comment_id), 303)


@blueprint.post("/surveys/comments/<comment_id>/again")
@requires(Permission.COMMENT_REVIEW)
def again(comment_id: str) -> ResponseReturnValue:
    """Something in a text was not noticed: it waits for a decision."""
    comment = queries.comment(comment_id) or abort(404)
    try:
        operations.look_again(comment=comment, by=me(), now=dates.now())
    except RuleBroken as no:
        flash(str(no), "problem")
        return redirect(url_for(".index"), 303)
    return redirect(url_for(".review", text=comment_id), 303)


@blueprint.get("/surveys/comments/<any(course, occasion):kind>/<key>/<question>")
@requires(Permission.COMMENT_VIEW)
def read(kind: str, key: str, question: str) -> str:
    """The words to one question, of one wave or of all."""
    topic = queries.topic(kind, key, question) or abort(404)
    wave = request.args.get("wave", "")
    texts = queries.comments(topic, wave if wave in topic.waves else "")
    page, pages = page_of(len(texts), PER_PAGE)
    return render_template(
        "evaluation/comments/read.html",
        topic=topic,
        wave=wave if wave in topic.waves else "",
        texts=texts[(page - 1) * PER_PAGE : page * PER_PAGE],
        count=len(texts),
        page=page,
        pages=pages,
        may_review=can(me(), Permission.COMMENT_REVIEW),
    )


def page_of(count: int, per_page: int) -> tuple[int, int]:
    """The page the address asks for, and how many there are."""
    pages = max(1, -(-count // per_page))
    return min(max(request.args.get("page", 1, type=int), 1), pages), pages


@blueprint.route("/surveys/comments/<any(course, occasion):kind>/<key>/quotes", methods=["GET", "POST"])
@requires(Permission.COMMENT_REVIEW)
def quotes(kind: str, key: str) -> ResponseReturnValue:
    """Which of the sentences that may be published are."""
    about = queries.subject(kind, key) or abort(404)
    found = queries.quotes_to_choose(about)
    shown = [one.comment_id for one in found if one.published]
    form = QuotesForm(data={"quotes": shown, "were": " ".join(shown)})
    form.quotes.choices = [Choice(one.comment_id, f"“{one.text}”", queries.said_by(about, one)) for one in found]
    if form.validate_on_submit():
        changed = _choose(form, {one.comment_id for one in found})
        flash(
            f"{plural(changed, 'sentence')} changed." if changed else "Nothing was different, so nothing was changed."
        )
        return redirect(url_for(".quotes", kind=kind, key=key), 303)
    return render_template("evaluation/comments/quotes.html", form=form, about=about, found=found), (
        422 if form.errors else 200
    )


def _choose(form: QuotesForm, there: set[str]) -> int:
    """Publish what was ticked here and take back what was unticked; how many that was."""
    ticked, were = form.ticked() & there, form.were_ticked() & there
    for comment_id in sorted(ticked - were):
        operations.publish(comment=queries.comment(comment_id) or abort(404), by=me(), now=dates.now())
    for comment_id in sorted(were - ticked):
        operations.take_back(comment=queries.comment(comment_id) or abort(404), by=me(), now=dates.now())
    return len(ticked ^ were)
