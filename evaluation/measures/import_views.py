"""A file of figures: looked at first, then taken, and undone until the end of the next day."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from evaluation.measures import blueprint, imports, operations, queries, rules
from evaluation.measures.forms import MOST_BYTES, ConfirmForm, TakeForm, UploadForm
from lms import dates
from lms.db import begin_writing
from lms.errors import RuleBroken
from lms.imports import text_of
from lms.permissions import Permission, me, requires, uploads
from lms.words import plural

PAGE = "/improvement/measures/import"
#: So many rows of a long list are shown.
SHOWN = 200


@blueprint.route(PAGE, methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
@uploads(1_000_000)
def import_file() -> ResponseReturnValue:
    """Look at what a file would do, row by row. Nothing is kept yet."""
    form = UploadForm()
    if form.validate_on_submit():
        sent = form.file.data
        try:
            text = text_of(sent.read())
            if len(text.encode()) > MOST_BYTES:
                raise RuleBroken(
                    "This file is too long for a page. Whoever looks after the service can import it by command."
                )
            begin_writing()
            result, changes = imports.looked_at(text.encode(), sent.filename, actor=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(str(no), "file")
        else:
            take = TakeForm(formdata=None, data={"text": text, "name": sent.filename})
            page = render_template(
                "evaluation/measures/preview.html",
                form=take,
                result=result,
                changes=changes,
                name=sent.filename,
                shown=SHOWN,
            )
            return page, 422 if result.refused else 200
    page = render_template(
        "evaluation/measures/import.html", form=form, files=queries.imports(), columns=imports.COLUMNS
    )
    return page, 422 if form.problems else 200


@blueprint.post(f"{PAGE}/take")
@requires(Permission.IMPROVEMENT_EDIT)
def take_file() -> ResponseReturnValue:
    """Take a file that was looked at: all of it, or nothing."""
    form = TakeForm()
    if form.validate_on_submit():
        try:
            taken = imports.take((form.text.data or "").encode(), form.name.data or "", actor=me(), now=dates.now())
            if taken.result.refused:
                raise RuleBroken(
                    "Something has changed since you looked at this file, so nothing was taken. Look at it again."
                )
            if not taken.changes:
                raise RuleBroken("Everything in this file is there already, so nothing was changed.")
        except RuleBroken as no:
            flash(f"{no}", "problem")
            return redirect(url_for(".import_file"), 303)
        flash(f"{plural(len(taken.changes), 'figure')} taken. You can undo it until the end of tomorrow.", "success")
        return redirect(url_for(".imported", reference=taken.file.reference), 303)
    flash("The file did not arrive whole. Choose it again.", "problem")
    return redirect(url_for(".import_file"), 303)


@blueprint.get("/improvement/measures/imports/<reference>")
@requires(Permission.IMPROVEMENT_VIEW)
def imported(reference: str) -> str:
    """What a file changed, and undoing it."""
    return _page(reference)


def _page(reference: str, form: ConfirmForm | None = None) -> str:
    file = queries.import_or_404(reference)
    changes = queries.changes_of(file)
    return render_template(
        "evaluation/measures/imported.html",
        form=form,
        file=file,
        changes=[imports.change_words(one) for one in changes[:SHOWN]],
        many=len(changes),
        keys=sorted({one.measure.key for one in changes}),
        may_undo=rules.may_undo(file.at, file.undone_at, dates.now()),
        shown=SHOWN,
    )


@blueprint.post("/improvement/measures/imports/<reference>/undo")
@requires(Permission.IMPROVEMENT_EDIT)
def undo(reference: str) -> ResponseReturnValue:
    """Put back what stood there before."""
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            done = operations.undo_import(file=queries.import_or_404(reference), actor=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(str(no))
        else:
            flash(f"The import is undone: {plural(done, 'figure')} put back.")
            return redirect(url_for(".imported", reference=reference), 303)
    return _page(reference, form), 422
