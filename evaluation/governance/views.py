"""Pages of groups and of who sits in them, and of decisions. Who sits in a group reads its pages; officers change them."""

from datetime import date

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from evaluation.governance import blueprint, forms, operations, queries
from evaluation.governance.quoting import quotes_of
from evaluation.governance.references import resolve
from evaluation.governance.rules import sits
from evaluation.governance.waiting import waiting_for
from lms import dates
from lms.accounts.queries import person as person_by_id
from lms.errors import RuleBroken
from lms.organisations.models import PartnershipGroup
from lms.permissions import Permission, me, requires


def today() -> date:
    """The day it is in London."""
    return dates.london(dates.now()).date()


@blueprint.get("/improvement/groups")
@requires(Permission.ACCOUNT_VIEW)
def groups() -> str:
    """Every group for who reads the log; for others those they sit in."""
    rows = queries.overview(me(), dates.now())
    waits = waiting_for([one.group.id for one in rows], today())
    return render_template("evaluation/governance/groups.html", rows=rows, waits=waits)


@blueprint.get("/improvement/groups/<key>")
@requires(Permission.ACCOUNT_VIEW)
def group(key: str) -> str:
    """One group: what waits for it, its meetings and decisions, who sits in it and which agencies nobody comes from."""
    found = queries.group(me(), key, today()) or abort(404)
    everybody = queries.all_members_of(found)
    members = [one for one in everybody if sits(one, today())]
    decisions = queries.decisions_of(found)
    return render_template(
        "evaluation/governance/group.html",
        group=found,
        members=members,
        coming=[one for one in everybody if one.since > today()],
        ended=[one for one in everybody if one.until is not None and one.until < today()],
        sectors=queries.represented(members),
        meetings=queries.meetings_of(found),
        decisions=decisions,
        named=resolve({about.reference for one in decisions for about in one.about}),
        waits=waiting_for([found.id], today())[found.id],
        now=dates.now(),
        today=today(),
    )


def _group(key: str) -> PartnershipGroup:
    return queries.group_by_key(key) or abort(404)


@blueprint.route("/improvement/groups/<key>/members/add", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def add_member(key: str) -> ResponseReturnValue:
    """Find somebody by name, address or organisation, and let them sit in the group."""
    found, find = _group(key), forms.FindForm()
    people = queries.people_found(find.q.data or "")
    form = forms.MemberForm(people, today())
    if people and form.validate_on_submit() and form.since.data:
        who = person_by_id(int(form.person.data)) or abort(404)
        try:
            operations.add_member(
                group=found, person=who, part=form.part.data or "", since=form.since.data, actor=me(), now=dates.now()
            )
        except RuleBroken as no:
            form.refuse(str(no), "since")
        else:
            flash(f"{who.name} sits in {found.name}.", "success")
            return redirect(url_for(".group", key=key), 303)
    page = render_template("evaluation/governance/add_member.html", group=found, find=find, people=people, form=form)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/improvement/groups/<key>/members/<int:member_id>/end", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def end_member(key: str, member_id: int) -> ResponseReturnValue:
    """Say which day is somebody's last in the group."""
    found = _group(key)
    member = queries.membership(found, member_id) or abort(404)
    form = forms.EndForm(data={"until": today()})
    if form.validate_on_submit() and form.until.data:
        try:
            operations.end_member(member=member, until=form.until.data, actor=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(str(no), "until")
        else:
            flash(f"{member.person.name} leaves {found.name} on {dates.day(member.until)}.", "success")
            return redirect(url_for(".group", key=key), 303)
    page = render_template("evaluation/governance/end_member.html", group=found, member=member, form=form)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/improvement/groups/<key>/members/<int:member_id>/part", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def part(key: str, member_id: int) -> ResponseReturnValue:
    """Say what part somebody has from today on."""
    found = _group(key)
    member = queries.membership(found, member_id) or abort(404)
    form = forms.PartForm(data={"part": member.part})
    if form.validate_on_submit():
        try:
            operations.change_part(member=member, part=form.part.data or "", actor=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(str(no), "part")
        else:
            flash(f"The part of {member.person.name} is saved.", "success")
            return redirect(url_for(".group", key=key), 303)
    page = render_template("evaluation/governance/part.html", group=found, member=member, form=form)
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/improvement/decisions/<reference>")
@requires(Permission.ACCOUNT_VIEW)
def decision(reference: str) -> str:
    """One decision, what it is about, what it replaced or was replaced by, and everything that quotes its minute reference."""
    found = queries.decision(me(), reference, today()) or abort(404)
    return render_template(
        "evaluation/governance/decision.html",
        decision=found,
        named=resolve(about.reference for about in found.about),
        quotes=quotes_of(found.reference),
    )
