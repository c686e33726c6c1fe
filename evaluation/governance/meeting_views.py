"""Pages of a meeting: planning, moving and cancelling it, its agenda, who was there, its decisions and its board packs."""

from datetime import time
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from evaluation.governance import blueprint, forms, operations, queries, rules
from evaluation.governance.models import AgendaItem, BoardPack, GroupMeeting, Presence
from evaluation.governance.references import resolve
from evaluation.governance.views import today
from evaluation.governance.waiting import waiting_for
from lms import dates, files
from lms.errors import RuleBroken
from lms.permissions import Permission, me, requires


@blueprint.get("/improvement/meetings/<reference>")
@requires(Permission.ACCOUNT_VIEW)
def meeting(reference: str) -> ResponseReturnValue:
    """One meeting: when and where, its agenda, who was there, what was decided, and the packs drawn for it."""
    return _page(queries.meeting(me(), reference, today()) or abort(404))


def _page(found: GroupMeeting, form: Any = None) -> ResponseReturnValue:
    decisions = [one for one in queries.decisions_of(found.group) if one.meeting_id == found.id][::-1]
    about = {item.about for item in found.agenda} | {each.reference for one in decisions for each in one.about}
    page = render_template(
        "evaluation/governance/meeting.html",
        meeting=found,
        form=form,
        decisions=decisions,
        named=resolve(about),
        members=queries.members_of(found.group, dates.london(found.starts_at).date()),
        waits=waiting_for([found.group_id], today())[found.group_id],
        begun=found.starts_at <= dates.now(),
    )
    return page, 422 if form is not None and form.problems else 200


def _meeting(reference: str) -> GroupMeeting:
    return queries.meeting_by_reference(reference) or abort(404)


@blueprint.route("/improvement/groups/<key>/meetings/new", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def plan(key: str) -> ResponseReturnValue:
    """Plan a meeting of a group; its members are invited."""
    found = queries.group_by_key(key) or abort(404)
    last = next(iter(queries.meetings_of(found)), None)
    taken = queries.meeting_references()
    opened: dict[str, object] = {"starts": time(10), "ends": time(12)}
    if last is not None:
        opened = forms.opened_with(last.starts_at, last.ends_at, last.place, last.link) | {"on": None}
    start = rules.prefix(found.short_name)
    form = forms.PlanForm(rules.proposed_meeting(start, today(), taken), opened)
    if form.validate_on_submit() and form.on.data:
        usual = rules.proposed_meeting(start, form.on.data, taken)
        try:
            made = operations.plan(
                group=found, reference=form.reference.data or usual, when=form.when(), actor=me(), now=dates.now()
            )
        except RuleBroken as no:
            form.refuse(no)
        else:
            flash(f"{made.reference} is planned. Members have been written to.", "success")
            return redirect(url_for(".meeting", reference=made.reference), 303)
    return _when_page(form, group=found, found=None)


def _when_page(form: Any, *, group: Any, found: GroupMeeting | None) -> ResponseReturnValue:
    page = render_template("evaluation/governance/when.html", form=form, group=group, meeting=found)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/improvement/meetings/<reference>/move", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def move(reference: str) -> ResponseReturnValue:
    """Give it another time or place; its members are told."""
    found = _meeting(reference)
    form = forms.MoveForm(data=forms.opened_with(found.starts_at, found.ends_at, found.place, found.link))
    if form.validate_on_submit():
        try:
            changed = operations.move(
                meeting=found, when=form.when(), why=form.why.data or "", actor=me(), now=dates.now()
            )
        except RuleBroken as no:
            form.refuse(no)
        else:
            flash("It is changed, and its members have been written to." if changed else "Nothing was different.")
            return redirect(url_for(".meeting", reference=reference), 303)
    return _when_page(form, group=found.group, found=found)


@blueprint.route("/improvement/meetings/<reference>/cancel", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def cancel(reference: str) -> ResponseReturnValue:
    """Call it off; its members are told."""
    found, form = _meeting(reference), forms.CancelForm()
    if form.validate_on_submit():
        try:
            operations.cancel(meeting=found, why=form.why.data or "", actor=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(str(no))
        else:
            flash(f"{reference} is cancelled. Its members have been written to.", "success")
            return redirect(url_for(".meeting", reference=reference), 303)
    page = render_template("evaluation/governance/cancel.html", meeting=found, form=form)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/improvement/meetings/<reference>/held", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def held(reference: str) -> ResponseReturnValue:
    """Say that it was held, who was there and who sent apologies."""
    found = _meeting(reference)
    sitting = queries.members_of(found.group, dates.london(found.starts_at).date())
    people = list(dict.fromkeys([*(one.person for one in sitting), *(one.person for one in found.presences)]))
    said = {
        kind: [one.person_id for one in found.presences if one.presence is kind]
        for kind in (Presence.PRESENT, Presence.APOLOGIES)
    }
    form = forms.HeldForm(people, said[Presence.PRESENT], said[Presence.APOLOGIES])
    if form.validate_on_submit():
        present, apologies = form.chosen()
        try:
            if both := present & apologies:
                name = next(one.name for one in people if one.id in both)
                raise RuleBroken(
                    f"{name} is ticked twice. Say either that they were there, or that they sent apologies", "apologies"
                )
            operations.hold(meeting=found, present=present, apologies=apologies, actor=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(no)
        else:
            flash("It is kept that the meeting was held.", "success")
            return redirect(url_for(".meeting", reference=reference), 303)
    page = render_template("evaluation/governance/held.html", meeting=found, form=form, people=people)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/improvement/meetings/<reference>/minutes", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def minutes(reference: str) -> ResponseReturnValue:
    """Say that the minutes are agreed, and where they are kept."""
    found, form = _meeting(reference), forms.MinutesForm()
    if form.validate_on_submit():
        try:
            operations.agree_minutes(meeting=found, minutes=form.minutes.data or "", actor=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(str(no), "minutes")
        else:
            flash("The minutes are agreed.", "success")
            return redirect(url_for(".meeting", reference=reference), 303)
    page = render_template("evaluation/governance/minutes.html", meeting=found, form=form)
    return page, 422 if form.is_submitted() else 200


# The agenda.


@blueprint.route("/improvement/meetings/<reference>/agenda", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def agenda(reference: str) -> ResponseReturnValue:
    """What is talked about, in order; what waits for the group can be put on it with one press."""
    found, form = _meeting(reference), forms.ItemForm()
    if form.validate_on_submit():
        try:
            operations.add_item(
                meeting=found, title=form.title.data or "", about=form.about.data or "", actor=me(), now=dates.now()
            )
        except RuleBroken as no:
            form.refuse(no)
        else:
            flash("It is on the agenda.", "success")
            return redirect(url_for(".agenda", reference=reference), 303)
    page = render_template(
        "evaluation/governance/agenda.html",
        meeting=found,
        form=form,
        named=resolve(item.about for item in found.agenda),
        waits=waiting_for([found.group_id], today())[found.group_id],
        taken={item.about for item in found.agenda},
    )
    return page, 422 if form.is_submitted() else 200


def _item(found: GroupMeeting, item_id: int) -> AgendaItem:
    return next((one for one in found.agenda if one.id == item_id), None) or abort(404)


@blueprint.post("/improvement/meetings/<reference>/agenda/<int:item_id>/<any(up, off):what>")
@requires(Permission.IMPROVEMENT_EDIT)
def change_agenda(reference: str, item_id: int, what: str) -> ResponseReturnValue:
    """Move something up, or take it off."""
    found = _meeting(reference)
    item = _item(found, item_id)
    try:
        if what == "up":
            operations.raise_item(meeting=found, item=item, actor=me(), now=dates.now())
        else:
            operations.take_off(meeting=found, item=item, actor=me(), now=dates.now())
            flash(f"“{item.title}” is off the agenda.", "success")
    except RuleBroken as no:
        flash(str(no), "problem")
    return redirect(url_for(".agenda", reference=reference), 303)


# Decisions.


@blueprint.route("/improvement/meetings/<reference>/decisions/new", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def decide(reference: str) -> ResponseReturnValue:
    """Write down a decision under its minute reference, or one that corrects an earlier one."""
    found = _meeting(reference)
    earlier = [one for one in queries.decisions_of(found.group) if one.replaced_by is None]
    replaced = request.args.get("replaces", "")
    form = forms.DecisionForm(
        {
            "reference": rules.proposed_decision(found.reference, queries.decision_references()),
            "decided_on": dates.london(found.starts_at).date(),
            "about": request.args.get("about", ""),
            "replaces": replaced if replaced in {one.reference for one in earlier} else "",
        },
        earlier,
    )
    if form.validate_on_submit() and form.decided_on.data:
        try:
            made = operations.decide(
                meeting=found,
                reference=form.reference.data or "",
                wording=form.wording.data or "",
                decided_on=form.decided_on.data,
                about=form.references(),
                carried_out_by=form.carried_out_by.data or "",
                until=form.until.data,
                replaces=next((one for one in earlier if one.reference == form.replaces.data), None),
                actor=me(),
                now=dates.now(),
            )
        except RuleBroken as no:
            form.refuse(no)
        else:
            flash(f"{made.reference} is written down.", "success")
            return redirect(url_for(".meeting", reference=reference), 303)
    page = render_template("evaluation/governance/decide.html", meeting=found, form=form)
    return page, 422 if form.is_submitted() else 200


# Board packs.


@blueprint.post("/improvement/meetings/<reference>/packs")
@requires(Permission.IMPROVEMENT_EDIT)
def ask_for_pack(reference: str) -> ResponseReturnValue:
    """Have the board pack drawn; the page that comes next shows how far it is."""
    found = _meeting(reference)
    try:
        pack = operations.ask_for_pack(meeting=found, actor=me(), now=dates.now())
    except RuleBroken as no:
        flash(str(no), "problem")
        return redirect(url_for(".meeting", reference=reference), 303)
    return redirect(url_for(".pack", reference=pack.reference), 303)


def _pack(reference: str) -> BoardPack:
    return queries.board_pack(me(), reference, today()) or abort(404)


@blueprint.get("/improvement/packs/<reference>")
@requires(Permission.ACCOUNT_VIEW)
def pack(reference: str) -> ResponseReturnValue:
    """How far a pack is; drawn, where it can be downloaded."""
    found = _pack(reference)
    page = render_template("evaluation/governance/pack.html", pack=found, meeting=found.meeting)
    waits = found.file is None and request.args.get("still") is None
    return page, 200, {"Refresh": "3"} if waits else {}


@blueprint.get("/improvement/packs/<reference>/pdf")
@requires(Permission.ACCOUNT_VIEW)
def pack_file(reference: str) -> ResponseReturnValue:
    """The pack as it was drawn."""
    found = _pack(reference)
    if found.file is None:
        return redirect(url_for(".pack", reference=reference), 303)
    return files.sent(found.file)
