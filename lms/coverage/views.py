"""Who comes and who never does, and the numbers it is measured against."""

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms import charts, dates
from lms.coverage import blueprint, operations, queries, rules, sheets
from lms.coverage.forms import GiveNumber, PeriodForm
from lms.coverage.queries import Coverage
from lms.db import db
from lms.errors import RuleBroken
from lms.exports import download
from lms.organisations.models import Organisation
from lms.organisations.queries import organisations
from lms.permissions import Permission, me, requires
from lms.words import thousands


@blueprint.get("/coverage")
@requires(Permission.COVERAGE_VIEW)
def index() -> ResponseReturnValue:
    """By sector and by organisation, for a period."""
    form, today = PeriodForm(), dates.london(dates.now()).date()
    found = queries.coverage(*form.period(today))
    page = render_template(
        "lms/coverage/index.html",
        form=form,
        found=found,
        drawing=_drawing(found),
        is_old=rules.is_old,
        periods=[
            ("The last 12 months", rules.last_year(today)),
            ("This report year", rules.report_year(today)),
            ("The report year before", rules.report_year(today, back=1)),
        ],
    )
    return page, 422 if form.problems else 200


def _drawing(found: Coverage) -> Markup | None:
    """A bar for each sector: its share where there is a base, and the words that say why where there is none."""
    bars = [
        charts.Bar(
            one.name,
            one.came_of_given / one.workforce if one.workforce else None,
            f"{thousands(one.came_of_given)} of {thousands(one.workforce)}" if one.workforce else "no number",
        )
        for one in found.sectors
    ]
    title = "People who came, of the workforce given"
    return charts.bars(bars, chart_id="coverage", title=title)


@blueprint.get("/coverage.<any(csv, xlsx):kind>")
@requires(Permission.COVERAGE_VIEW)
def file(kind: str) -> Response:
    """The same figures as a file."""
    found = queries.coverage(*PeriodForm().period(dates.london(dates.now()).date()))
    content, content_type = sheets.file_of(found, kind)
    return download(content, f"coverage {found.first} to {found.last}.{kind}", content_type)


# The numbers.


@blueprint.get("/coverage/workforce")
@requires(Permission.RULE_MANAGE)
def numbers() -> ResponseReturnValue:
    """The latest number of every organisation."""
    latest = queries.latest_numbers(dates.london(dates.now()).date())
    return render_template("lms/coverage/numbers.html", organisations=organisations(), latest=latest)


@blueprint.route("/coverage/workforce/<int:organisation_id>", methods=["GET", "POST"])
@requires(Permission.RULE_MANAGE)
def number(organisation_id: int) -> ResponseReturnValue:
    """Give a number for one organisation."""
    organisation = db.session.get(Organisation, organisation_id) or abort(404)
    return _give(organisation, "lms/coverage/number.html", url_for(".numbers"))


@blueprint.route("/agency/workforce", methods=["GET", "POST"])
@requires(Permission.TEAM_BOOK)
def own_workforce() -> ResponseReturnValue:
    """How many people work at my own organisation."""
    return _give(me().organisation, "lms/coverage/own_number.html", url_for(".own_workforce"))


def _give(organisation: Organisation, template: str, back: str) -> ResponseReturnValue:
    form = GiveNumber()
    if form.validate_on_submit() and form.counted_on.data and form.people.data is not None:
        try:
            operations.give_workforce(
                organisation=organisation,
                people=form.people.data,
                counted_on=form.counted_on.data,
                by=me(),
                now=dates.now(),
            )
        except RuleBroken as rule:
            form.refuse(str(rule), "counted_on")
        else:
            flash(f"The number of {organisation.name} is kept.", "success")
            return redirect(back, 303)
    page = render_template(template, form=form, organisation=organisation, given=queries.numbers_of(organisation))
    return page, 422 if form.is_submitted() else 200
