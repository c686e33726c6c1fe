"""Who holds what: one's own page, the pages of an organisation, and by rule_views.py those of officers."""

from collections.abc import Sequence

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import true

from lms import dates
from lms.accounts.models import Person
from lms.due import (
    blueprint,
    operations,
    queries,
    rule_views,  # noqa: F401 (its pages are part of this feature)
    rules,
    sheets,
)
from lms.due.forms import AWAY, AWAY_MONTHS, EndDuty, FindTraining, GiveDuty
from lms.due.models import DutyGroup, TrainingRule
from lms.due.standing import Line, Standing, standing, standing_of
from lms.errors import RuleBroken
from lms.exports import download
from lms.permissions import Permission, me, requires
from lms.teams.queries import Open, colleague, colleagues_by_id, sessions_to_book

#: So many people stand on a page.
PAGE = 50


@blueprint.get("/learning/due")
@requires(Permission.LEARNING_VIEW)
def own() -> ResponseReturnValue:
    """What I must hold, and by when."""
    found = standing_of(me(), dates.now())
    return render_template("lms/due/own.html", found=found, line=found.lines[0], **_words(found))


@blueprint.get("/agency/training")
@requires(Permission.AGENCY_VIEW)
def agency() -> ResponseReturnValue:
    """Who of my organisation holds what, and what runs out soon."""
    found = _of_mine()
    form = FindTraining(found.rules)
    lines = _narrowed(found, form)
    pages = max(1, -(-len(lines) // PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    shown = [rule for rule in found.rules if form.rule_id in (None, rule.id)]
    return render_template(
        "lms/due/agency.html",
        organisation=me().organisation,
        filters=form,
        found=found,
        rules=shown,
        lines=lines[(page - 1) * PAGE : page * PAGE],
        total=len(lines),
        page=page,
        pages=pages,
        away=len(_away(found)),
        away_months=AWAY_MONTHS,
        sessions=_sessions(shown),
        **_words(found),
    )


@blueprint.get("/agency/training.<any(csv, xlsx):kind>")
@requires(Permission.AGENCY_VIEW)
def agency_file(kind: str) -> Response:
    """The same list, as it is narrowed, as a file."""
    found = _of_mine()
    title = f"{me().organisation.name} who holds what {found.today:%Y-%m-%d}"
    content, content_type = sheets.file_of(found, _narrowed(found, FindTraining(found.rules)), kind, title)
    return download(content, f"{title}.{kind}", content_type)


def _of_mine() -> Standing:
    return standing(Person.organisation_id == me().organisation_id, dates.now())


def _narrowed(found: Standing, form: FindTraining) -> list[Line]:
    since = dates.months_after(found.today, -AWAY_MONTHS) if form.show.data == AWAY else None
    return found.fitting(text=form.q.data or "", rule_id=form.rule_id, wanted=form.state, away_since=since)


def _away(found: Standing) -> list[Line]:
    since = dates.months_after(found.today, -AWAY_MONTHS)
    return found.fitting(text="", rule_id=None, wanted=None, away_since=since)


def _words(found: Standing) -> dict[str, object]:
    """What templates say a stand and a rule with."""
    return {"said": rules.said, "asked": rules.asked, "counts": {rule.id: found.counts(rule) for rule in found.rules}}


def _sessions(shown: Sequence[TrainingRule]) -> list[Open]:
    """The next session of each course that counts for one of these rules: those with places first, then the earliest."""
    any_course = any(rule.any_course for rule in shown)
    codes = {code for rule in shown for code in rule.codes}
    first: dict[int, Open] = {}
    for one in sessions_to_book(me(), dates.now()):
        if any_course or one.session.course.code in codes:
            first.setdefault(one.session.course_id, one)
    return sorted(first.values(), key=lambda one: not one.ready)


@blueprint.get("/agency/training/ticked")
@requires(Permission.TEAM_BOOK)
def ticked() -> ResponseReturnValue:
    """From the list to what is to be done with those who are ticked."""
    people = [one.id for one in _chosen()]
    if not people:
        flash("Tick at least one person first.", "problem")
        return redirect(url_for(".agency"), 303)
    if request.args.get("do") == "duty":
        return redirect(url_for(".give", people=people), 303)
    reference = request.args.get("session", "")
    if reference:
        return redirect(url_for("teams.book_team", reference=reference, people=people), 303)
    return redirect(url_for("teams.choose_session", people=people), 303)


def _chosen() -> Sequence[Person]:
    """Those of the people in the address who are of my organisation."""
    ids = [int(one) for one in request.args.getlist("people") if one.isascii() and one.isdigit() and len(one) < 10]
    return colleagues_by_id(me(), ids)


@blueprint.get("/coverage/training")
@requires(Permission.COVERAGE_VIEW)
def partnership() -> ResponseReturnValue:
    """How many of all those a rule is about hold what it asks for; nobody is named."""
    found = standing(true(), dates.now())
    return render_template("lms/due/partnership.html", found=found, **_words(found))


# One colleague, and duties.


@blueprint.get("/agency/training/<int:person_id>")
@requires(Permission.AGENCY_VIEW)
def person(person_id: int) -> ResponseReturnValue:
    """One colleague: what they must hold and where they stand, and their duties."""
    found = colleague(me(), person_id) or abort(404)
    return _person_page(found, GiveDuty(queries.groups_to_give(), formdata=None))


def _person_page(found: Person, form: GiveDuty) -> ResponseReturnValue:
    at = standing_of(found, dates.now())
    page = render_template(
        "lms/due/person.html",
        person=found,
        found=at,
        line=at.lines[0] if at.lines else None,
        duties=queries.duties_of(found),
        form=form,
        **_words(at),
    )
    return page, 422 if form.problems else 200


@blueprint.route("/agency/training/duties", methods=["GET", "POST"])
@requires(Permission.TEAM_BOOK)
def give() -> ResponseReturnValue:
    """Name colleagues for a duty: deputy, interview panel, a level of the health service, and so on."""
    people, form = _chosen(), GiveDuty(queries.groups_to_give())
    if not people:
        abort(404)
    if form.validate_on_submit():
        group: DutyGroup = queries.group(int(form.group.data)) or abort(404)
        try:
            named = operations.give_duty(
                people=people,
                group=group,
                organisation=me().organisation,
                since=form.since.data,
                by=me(),
                now=dates.now(),
            )
        except RuleBroken as rule:
            form.refuse(str(rule), "since")
        else:
            flash(_named(named, len(people), group), "success")
            back = url_for(".person", person_id=people[0].id) if len(people) == 1 else url_for(".agency")
            return redirect(back, 303)
    if len(people) == 1:
        return _person_page(people[0], form)
    page = render_template("lms/due/give.html", form=form, people=people)
    return page, 422 if form.is_submitted() else 200


def _named(named: int, of: int, group: DutyGroup) -> str:
    if not named:
        return f"{'They are' if of == 1 else 'All of them are'} in “{group.name}” already."
    return f"{'1 person is' if named == 1 else f'{named} people are'} now in “{group.name}”."


@blueprint.route("/agency/training/duties/<int:duty_id>", methods=["GET", "POST"])
@requires(Permission.TEAM_BOOK)
def end(duty_id: int) -> ResponseReturnValue:
    """Somebody no longer has a duty."""
    duty, form = queries.duty_of_colleague(me(), duty_id) or abort(404), EndDuty()
    if form.validate_on_submit() and form.last.data:
        try:
            operations.end_duty(duty=duty, last=form.last.data, by=me(), now=dates.now())
        except RuleBroken as rule:
            form.refuse(str(rule), "last")
        else:
            flash("The duty ends on that day.", "success")
            return redirect(url_for(".person", person_id=duty.person_id), 303)
    return render_template("lms/due/end_duty.html", form=form, duty=duty), 422 if form.is_submitted() else 200
