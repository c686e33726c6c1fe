"""Pages about who did not come."""

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms import dates
from lms.absences import blueprint, operations, queries, rules, sheets
from lms.absences.forms import SpokenForm
from lms.errors import RuleBroken
from lms.exports import CSV, csv_bytes, download
from lms.permissions import Permission, me, requires


def _year() -> int:
    """The year asked for, where there are registers of it; else the one we are in."""
    known = queries.years(dates.now())
    asked = request.args.get("year", "")
    return int(asked) if asked in {str(year) for year in known} else known[0]


@blueprint.get("/absences")
@requires(Permission.ABSENCE_VIEW)
def index() -> ResponseReturnValue:
    """Who did not come in a year, and why; and who is away again and again."""
    now, year = dates.now(), _year()
    return render_template(
        "lms/absences/index.html",
        found=queries.absences(year, now),
        year=year,
        years=queries.years(now),
        repeated=queries.repeated(now),
        fewest=rules.REPEATED,
    )


@blueprint.get("/absences.csv")
@requires(Permission.ABSENCE_VIEW)
def table() -> Response:
    """The figures as a table."""
    year = _year()
    rows = sheets.rows_of(queries.absences(year, dates.now()))
    return download(csv_bytes(sheets.COLUMNS, rows), f"absences-{year}-{year + 1}.csv", CSV)


@blueprint.route("/absences/<int:person_id>/spoken", methods=["GET", "POST"])
@requires(Permission.ABSENCE_VIEW)
def spoken(person_id: int) -> ResponseReturnValue:
    """What somebody on the list missed, and that they were spoken with."""
    now = dates.now()
    found = queries.repeated_of(person_id, now) or abort(404)
    form = SpokenForm(spoken_on=dates.london(now).date())
    if form.validate_on_submit() and form.spoken_on.data:
        try:
            operations.note_talk(person=found.person, spoken_on=form.spoken_on.data, by=me(), now=now)
        except RuleBroken as rule:
            form.refuse(str(rule), "spoken_on")
        else:
            flash(f"{found.person.name} is off the list until they miss another session.", "success")
            return redirect(url_for(".index"), 303)
    page = render_template("lms/absences/spoken.html", form=form, one=found)
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/agency/absences")
@requires(Permission.AGENCY_VIEW)
def own() -> ResponseReturnValue:
    """What the people of my own organisation missed."""
    now = dates.now()
    return render_template(
        "lms/absences/own.html",
        organisation=me().organisation,
        missed=queries.missed_by_colleagues(me(), now),
        repeated=queries.repeated(now, organisation_id=me().organisation_id),
    )
