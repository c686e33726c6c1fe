"""The register of schools for those who look after it, and one's own school."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms import dates
from lms.db import begin_writing
from lms.due.rules import asked
from lms.due.rules import said as due_said
from lms.errors import RuleBroken
from lms.exports import download
from lms.organisations.models import OrganisationKind
from lms.organisations.queries import organisation, partnership
from lms.permissions import Permission, can, me, requires, uploads
from lms.schools import blueprint, operations, queries, rules, sheets
from lms.schools.forms import ChooseOrganisation, FindSchools, SendFile, WriteSchool
from lms.schools.gias import MOST_BYTES
from lms.schools.models import School
from lms.schools.report import ended, from_document
from lms.words import plural


def _filters() -> FindSchools:
    return FindSchools(queries.types(), queries.trusts())


@blueprint.get("/schools")
@requires(Permission.SCHOOL_VIEW)
def index() -> ResponseReturnValue:
    """The schools, a page at a time."""
    filters = _filters()
    manages = can(me(), Permission.SCHOOL_MANAGE)
    return render_template(
        "lms/schools/index.html",
        filters=filters,
        found=queries.schools(filters.wanted, page=request.args.get("page", 1, type=int)),
        taken=next(iter(queries.files_taken()), None),
        without=queries.without_school() if manages else [],
        narrowed={
            key: value for key, value in request.args.items() if key in ("q", "phase", "type", "trust", "status")
        },
    )


@blueprint.get("/schools.<any(csv, xlsx):kind>")
@requires(Permission.SCHOOL_VIEW)
def file(kind: str) -> Response:
    """The same list, as it is narrowed, as a file."""
    content, content_type = sheets.file_of(queries.all_schools(_filters().wanted), kind)
    return download(content, f"schools {dates.london(dates.now()).date()}.{kind}", content_type)


@blueprint.get("/schools/<urn>")
@requires(Permission.SCHOOL_VIEW)
def school(urn: str) -> ResponseReturnValue:
    """One school; a number it had before leads to it."""
    found = _school(urn)
    if found.address != urn:
        return redirect(url_for(".school", urn=found.address), 302)
    return _page(found, names=can(me(), Permission.SCHOOL_MANAGE))


@blueprint.get("/school")
@requires(Permission.SCHOOL_OWN)
def own() -> ResponseReturnValue:
    """The school I work for, with its people by name; or why there is none to show."""
    found = queries.school_of(me().organisation)
    if found is None:
        here = me().organisation
        return render_template(
            "lms/schools/none.html", organisation=here, is_school=here.kind is OrganisationKind.SCHOOL
        )
    return _page(found, names=True, own=True)


def _school(address: str) -> School:
    return queries.school_by_address(address) or abort(404)


def _page(found: School, *, names: bool, own: bool = False) -> ResponseReturnValue:
    now, here = dates.now(), found.organisation
    return render_template(
        "lms/schools/school.html",
        school=found,
        own=own,
        names=names,
        connections=queries.connections(found),
        people=queries.people_of(here, now) if here else None,
        came=queries.sessions_of(here, now) if here else [],
        changes=queries.changes_of(found),
        labels=rules.FACTS,
        said=due_said,
        asked=asked,
    )


# By hand.


@blueprint.route("/schools/new", methods=["GET", "POST"])
@requires(Permission.SCHOOL_MANAGE)
def new() -> ResponseReturnValue:
    """Add what the national file does not have."""
    form = WriteSchool()
    if form.validate_on_submit():
        try:
            made = operations.add_school(given=form.given(), by=me(), now=dates.now())
        except RuleBroken as rule:
            form.refuse(str(rule), getattr(rule, "field", None))
        else:
            flash(f"{made.name} is in the register.", "success")
            return redirect(url_for(".school", urn=made.address), 303)
    return render_template("lms/schools/write.html", form=form, school=None), 422 if form.problems else 200


@blueprint.route("/schools/<urn>/edit", methods=["GET", "POST"])
@requires(Permission.SCHOOL_MANAGE)
def edit(urn: str) -> ResponseReturnValue:
    """Change what was added by hand."""
    found = _school(urn)
    if not found.by_hand:
        abort(404)
    form = WriteSchool.of(found)
    if form.validate_on_submit():
        try:
            changed = operations.change_school(school=found, given=form.given(), by=me(), now=dates.now())
        except RuleBroken as rule:
            form.refuse(str(rule), getattr(rule, "field", None))
        else:
            flash("The change is kept, and what was there before." if changed else "Nothing is different.", "success")
            return redirect(url_for(".school", urn=found.address), 303)
    return render_template("lms/schools/write.html", form=form, school=found), 422 if form.problems else 200


@blueprint.route("/schools/<urn>/organisation", methods=["GET", "POST"])
@requires(Permission.SCHOOL_MANAGE)
def choose_organisation(urn: str) -> ResponseReturnValue:
    """Say which organisation here it is, where it is called otherwise in the national file."""
    found = _school(urn)
    form = ChooseOrganisation(queries.without_school())
    if form.validate_on_submit():
        try:
            operations.set_organisation(
                school=found, organisation=organisation(int(form.organisation.data)), by=me(), now=dates.now()
            )
        except RuleBroken as rule:
            form.refuse(str(rule), "organisation")
        else:
            flash("The people of that organisation are now people of this school.", "success")
            return redirect(url_for(".school", urn=found.address), 303)
    return render_template("lms/schools/organisation.html", form=form, school=found), 422 if form.problems else 200


# The national file.


@blueprint.route("/schools/import", methods=["GET", "POST"])
@requires(Permission.SCHOOL_MANAGE)
@uploads(2 * MOST_BYTES)
def send() -> ResponseReturnValue:
    """Send the national file. It is read before anything waits for it."""
    form = SendFile(area=", ".join(queries.areas(partnership())))
    if form.validate_on_submit():
        try:
            data, links, name = form.given()
            areas = rules.areas_of(form.area.data or "")
            extract, chosen = operations.read_file(
                data=data,
                links=links,
                name=name,
                areas=areas,
                known=queries.known_numbers(),
                newest=queries.newest_extract(),
            )
            begin_writing()
            kept = operations.keep_waiting(
                extract=extract, links=chosen, name=name, areas=areas, by=me(), now=dates.now()
            )
            return redirect(url_for(".sent", reference=kept.reference), 303)
        except RuleBroken as rule:
            form.refuse(str(rule), "file")
    page = render_template("lms/schools/send.html", form=form, taken=queries.files_taken())
    return page, 422 if form.problems else 200


@blueprint.route("/schools/import/<reference>", methods=["GET", "POST"])
@requires(Permission.SCHOOL_MANAGE)
def sent(reference: str) -> ResponseReturnValue:
    """What a file would do, with the one button that does it; afterwards, what it did."""
    kept = queries.file_named(reference, me()) or abort(404)
    if request.method == "POST":
        try:
            report = operations.take_waiting(kept=kept, by=me(), now=dates.now())
        except RuleBroken as rule:
            flash(str(rule), "problem")
            return redirect(url_for(".sent", reference=reference), 303)
        flash(
            f"The file is taken: {report.added} added, {report.changed} changed, {report.unchanged} unchanged.",
            "success",
        )
        return redirect(url_for(".sent", reference=reference), 303)
    report = from_document(kept.report)
    urns = {one[0] for one in (*report.new, *report.changes, *report.missing)} | {one[1] for one in report.followed}
    return render_template(
        "lms/schools/sent.html",
        kept=kept,
        report=report,
        ends=[ended(one) for one in report.ends],
        pages=queries.names_of(urns) if kept.taken_at else {},
        summary=_summary(report.added, report.changed, report.unchanged),
    )


def _summary(added: int, changed: int, unchanged: int) -> list[tuple[str, Any]]:
    return [
        ("Added", plural(added, "school")),
        ("Changed", plural(changed, "school")),
        ("Unchanged", plural(unchanged, "school")),
    ]


@blueprint.post("/schools/import/<reference>/discard")
@requires(Permission.SCHOOL_MANAGE)
def discard(reference: str) -> ResponseReturnValue:
    """Throw a file away that waits."""
    if kept := queries.file_named(reference, me()):
        operations.discard(kept=kept)
        flash("The file was thrown away. Nothing was changed.")
    return redirect(url_for(".send"), 303)
