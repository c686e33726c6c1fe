"""Officers' pages of assurance events, which everybody who reads the log can read: the event, its actions, its agencies."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from evaluation.actions.models import Action
from evaluation.actions.queries import actions as action_log
from evaluation.assurance import blueprint, emails, operations, queries, rules, sheets
from evaluation.assurance.forms import ActionsForm, AgencyForm, ChangeForm, ConfirmForm, EventForm, WhyForm
from evaluation.assurance.models import AssuranceEvent, InvitedAgency
from lms import dates
from lms.accounts.models import Person
from lms.errors import RuleBroken
from lms.exports import CSV, XLSX, download
from lms.organisations.queries import organisation as organisation_by_id
from lms.organisations.queries import organisations, partnership
from lms.permissions import Permission, me, requires
from lms.words import plural


@blueprint.get("/improvement/assurance")
@requires(Permission.IMPROVEMENT_VIEW)
def index() -> ResponseReturnValue:
    """Every event, and where it stands."""
    now = dates.now()
    found = [(one, rules.stage_of(one, now), rules.counted(one.agencies)) for one in queries.events()]
    return render_template("evaluation/assurance/index.html", events=found)


def found_event(reference: str) -> AssuranceEvent:
    """An event by its reference; 404 where there is none."""
    return queries.event(reference) or abort(404)


def to_action(action: Action) -> str:
    """The address of an action."""
    return url_for("actions.action", reference=action.reference)


@blueprint.get("/improvement/assurance/<reference>")
@requires(Permission.IMPROVEMENT_VIEW)
def event(reference: str) -> ResponseReturnValue:
    """One event: who has answered, what was judged, and everything that happened."""
    found, now = found_event(reference), dates.now()
    live = rules.live(found.agencies)
    people = queries.contacts([one.organisation_id for one in live])
    return render_template(
        "evaluation/assurance/event.html",
        event=found,
        stage=rules.stage_of(found, now),
        counted=rules.counted(found.agencies),
        agencies=live,
        withdrawn=[one for one in found.agencies if one.withdrawn_at],
        rules=rules,
        when=emails.when_of(found),
        panel=queries.panel_words(found, min(found.first_day, dates.london(now).date())),
        unreachable=[one.organisation.name for one in live if not people[one.organisation_id]],
        to_invite=[one for one in live if one.invited_at is None],
        to_tell=[one for one in live if rules.outcome_due(one)],
        progress=queries.outcome_progress(found),
        to_action=to_action,
        open=now < rules.deadline(found),
    )


@blueprint.route("/improvement/assurance/new", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def new() -> ResponseReturnValue:
    """Make an event. Nobody hears of it before the invitations are sent."""
    form = EventForm()
    if form.validate_on_submit() and (draft := form.draft()):
        try:
            made = operations.make(draft=draft, actor=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(no)
        else:
            flash(f"{made.reference} is made. Nobody has been written to yet.", "success")
            return redirect(url_for(".actions", reference=made.reference), 303)
    return _form_page(form)


def _form_page(form: EventForm, found: AssuranceEvent | None = None) -> ResponseReturnValue:
    page = render_template("evaluation/assurance/form.html", form=form, event=found)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/improvement/assurance/<reference>/change", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def change(reference: str) -> ResponseReturnValue:
    """Say something else of an event; agencies that were invited are written to where it concerns them."""
    found = found_event(reference)
    form = ChangeForm(found)
    if form.validate_on_submit() and (draft := form.draft()):
        try:
            done = operations.change(event=found, draft=draft, why=form.why.data or "", actor=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(no)
        else:
            flash(f"{reference} is changed." if done else "Nothing was different, so nothing was changed.", "success")
            return redirect(url_for(".event", reference=reference), 303)
    return _form_page(form, found)


@blueprint.route("/improvement/assurance/<reference>/actions", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def actions(reference: str) -> ResponseReturnValue:
    """Which actions of the log are put to the event."""
    found, log = found_event(reference), action_log()
    form = ActionsForm(log, found.actions)
    if form.validate_on_submit():
        chosen = [one for one in log if str(one.id) in (form.actions.data or ())]
        try:
            operations.put_actions(event=found, actions=chosen, actor=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(str(no), "actions")
        else:
            flash(f"{plural(len(chosen), 'action')} put to the event.", "success")
            return redirect(url_for(".event", reference=reference), 303)
    page = render_template("evaluation/assurance/actions.html", form=form, event=found, any=bool(log))
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/improvement/assurance/<reference>/agencies", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def add_agency(reference: str) -> ResponseReturnValue:
    """Add an agency, and say which actions it is asked about."""
    return _agency_form(found_event(reference), None)


@blueprint.route("/improvement/assurance/<reference>/agencies/<agency>", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def change_agency(reference: str, agency: str) -> ResponseReturnValue:
    """Change which actions an agency is asked about."""
    found = found_event(reference)
    return _agency_form(found, queries.agency_of(found, agency) or abort(404))


def _agency_form(found: AssuranceEvent, agency: InvitedAgency | None) -> ResponseReturnValue:
    there = {one.organisation_id for one in rules.live(found.agencies)}
    form = AgencyForm(found, [one for one in organisations() if one.id not in there], agency)
    if form.validate_on_submit():
        organisation = agency.organisation if agency else organisation_by_id(int(form.organisation.data))
        chosen = [one for one in found.actions if str(one.id) in (form.actions.data or ())]
        try:
            operations.ask(event=found, organisation=organisation, actions=chosen, actor=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(str(no), "actions")
        else:
            flash(f"{organisation.name} is asked about {plural(len(chosen), 'action')}.", "success")
            return redirect(url_for(".event", reference=found.reference), 303)
    page = render_template("evaluation/assurance/agency.html", form=form, event=found, agency=agency)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/improvement/assurance/<reference>/agencies/<agency>/take-off", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def withdraw(reference: str, agency: str) -> ResponseReturnValue:
    """An agency is no longer asked."""
    found = found_event(reference)
    one = queries.agency_of(found, agency) or abort(404)
    return _with_reason(
        found,
        lambda why: operations.withdraw(agency=one, why=why, actor=me(), now=dates.now()),
        title=f"Take {one.organisation.name} off",
        words="It stays in the list as no longer asked, with what it has sent." + _told(one.invited_at is not None),
        done=f"{one.organisation.name} is no longer asked.",
    )


@blueprint.route("/improvement/assurance/<reference>/call-off", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def call_off(reference: str) -> ResponseReturnValue:
    """The event does not take place."""
    found = found_event(reference)
    return _with_reason(
        found,
        lambda why: operations.call_off(event=found, why=why, actor=me(), now=dates.now()),
        title=f"Call off {found.reference}",
        words="It stays in the list as called off." + _told(any(one.invited_at for one in found.agencies)),
        done=f"{found.reference} is called off.",
    )


def _told(invited: bool) -> str:
    return " Whoever was invited gets a letter with your reason." if invited else " Nobody has been written to yet."


def _with_reason(
    found: AssuranceEvent, act: Callable[[str], None], *, title: str, words: str, done: str
) -> ResponseReturnValue:
    """A page that asks for the reason, and does it."""
    form = WhyForm()
    if form.validate_on_submit():
        try:
            act(form.why.data or "")
        except RuleBroken as no:
            form.refuse(str(no))
        else:
            flash(done, "success")
            return redirect(url_for(".event", reference=found.reference), 303)
    page = render_template("evaluation/assurance/reason.html", form=form, event=found, act=title, words=words)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/improvement/assurance/<reference>/invite", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def invite(reference: str) -> ResponseReturnValue:
    """Look at the invitations, and send them."""
    found, form = found_event(reference), ConfirmForm()
    if form.validate_on_submit():
        try:
            written = operations.invite(event=found, actor=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(str(no))
        else:
            flash(f"{plural(written, 'invitation')} written. The letters go out now.", "success")
            return redirect(url_for(".event", reference=reference), 303)
    waiting = [one for one in rules.live(found.agencies) if one.invited_at is None]
    people = queries.contacts([one.organisation_id for one in waiting])
    letters = [
        (one, people[one.organisation_id], emails.invitation_letter(one, _first_name(people[one.organisation_id])))
        for one in waiting
    ]
    page = render_template("evaluation/assurance/invite.html", form=form, event=found, letters=letters)
    return page, 422 if form.is_submitted() else 200


def _first_name(people: list[Person]) -> str:
    return people[0].first_name if people else "colleague"


@blueprint.get("/improvement/assurance/<reference>.<any(csv, xlsx, pdf):kind>")
@requires(Permission.IMPROVEMENT_VIEW)
def file(reference: str, kind: str) -> ResponseReturnValue:
    """Who was asked about what, what they sent, and what the panel found, as a file."""
    found, here = found_event(reference), partnership()
    name = here.name if here else ""
    if kind == "pdf":
        panel = queries.panel_words(found, min(found.first_day, dates.london(dates.now()).date()))
        return download(sheets.paper(found, panel, here, dates.now()), f"{reference}.pdf", "application/pdf")
    if kind == "csv":
        return download(sheets.csv(found), f"{reference}.csv", CSV)
    return download(sheets.workbook(found, name), f"{reference}.xlsx", XLSX)
