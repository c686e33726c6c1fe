"""Rules, for officers: what there is and from where, switched on and off, added, changed from a day on, ended."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import true

from lms import dates
from lms.due import blueprint, operations, queries, rules
from lms.due.forms import EndRule, RuleForm, SwitchOff, SwitchOn
from lms.due.models import DutyGroup, RuleStatus, TrainingRule
from lms.due.operations import RuleGiven
from lms.due.standing import standing
from lms.errors import RuleBroken
from lms.forms import Form
from lms.permissions import Permission, me, requires


@blueprint.get("/rules")
@requires(Permission.RULE_MANAGE)
def all_rules() -> ResponseReturnValue:
    """Every rule: those that are heeded, those that are off, those to come, those that ended."""
    today = dates.london(dates.now()).date()
    everything = queries.all_rules()
    ended = [one for one in everything if one.valid_to is not None and one.valid_to < today]
    to_come = [one for one in everything if one.valid_from is not None and one.valid_from > today]
    now = [one for one in everything if one not in ended and one not in to_come]
    return render_template(
        "lms/due/rules.html",
        on=[one for one in now if one.active],
        off=[one for one in now if not one.active],
        to_come=to_come,
        ended=ended,
        asked=lambda rule: rules.asked(queries.needs_of(rule)),
    )


def _rule(rule_id: int) -> TrainingRule:
    return queries.rule(rule_id) or abort(404)


def _page(rule: TrainingRule, form: Form | None = None) -> ResponseReturnValue:
    """One rule, with how many people it is about today."""
    now = dates.now()
    found = standing(true(), now, only=[rule])
    page = render_template(
        "lms/due/rule.html",
        rule=rule,
        form=form,
        on=form if isinstance(form, SwitchOn) else SwitchOn(formdata=None),
        off=form if isinstance(form, SwitchOff) else SwitchOff(formdata=None),
        ending=form if isinstance(form, EndRule) else EndRule(formdata=None),
        counts=found.counts(rule),
        organisations=found.organisations(rule),
        asked=rules.asked(found.needs[rule.id]),
        courses=queries.courses_that_count(rule.codes),
        versions=[one for one in queries.versions(rule.key) if one.id != rule.id],
        today=found.today,
    )
    return page, 422 if form and form.problems else 200


@blueprint.get("/rules/<int:rule_id>")
@requires(Permission.RULE_MANAGE)
def one_rule(rule_id: int) -> ResponseReturnValue:
    """One version of one rule."""
    return _page(_rule(rule_id))


@blueprint.post("/rules/<int:rule_id>/on")
@requires(Permission.RULE_MANAGE)
def switch_on(rule_id: int) -> ResponseReturnValue:
    """Heed it from now on: its source was read."""
    rule, form = _rule(rule_id), SwitchOn()
    try:
        operations.switch_on(rule=rule, source_read=bool(form.source_read.data), by=me(), now=dates.now())
    except RuleBroken as no:
        form.refuse(str(no), "source_read")
        return _page(rule, form)
    flash(f"“{rule.title}” is switched on.", "success")
    return redirect(url_for(".one_rule", rule_id=rule_id), 303)


@blueprint.post("/rules/<int:rule_id>/off")
@requires(Permission.RULE_MANAGE)
def switch_off(rule_id: int) -> ResponseReturnValue:
    """Do not heed it any more."""
    rule = _rule(rule_id)
    operations.switch_off(rule=rule, by=me(), now=dates.now())
    flash(f"“{rule.title}” is switched off.", "success")
    return redirect(url_for(".one_rule", rule_id=rule_id), 303)


@blueprint.post("/rules/<int:rule_id>/end")
@requires(Permission.RULE_MANAGE)
def end_rule(rule_id: int) -> ResponseReturnValue:
    """Its last day."""
    rule, form = _rule(rule_id), EndRule()
    if form.validate_on_submit() and form.last.data:
        try:
            operations.end_rule(rule=rule, last=form.last.data, by=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(str(no), "last")
        else:
            flash(f"“{rule.title}” ends on that day.", "success")
            return redirect(url_for(".one_rule", rule_id=rule_id), 303)
    return _page(rule, form)


@blueprint.route("/rules/add", methods=["GET", "POST"])
@requires(Permission.RULE_MANAGE)
def add_rule() -> ResponseReturnValue:
    """A rule of our own."""
    form = RuleForm(queries.groups(), queries.courses_to_choose())
    if form.validate_on_submit() and form.begins.data:
        try:
            rule = operations.add_rule(
                given=_given(form),
                begins=form.begins.data,
                source_read=bool(form.source_read.data),
                by=me(),
                now=dates.now(),
            )
        except RuleBroken as no:
            form.refuse(str(no))
        else:
            flash(f"“{rule.title}” is added{'' if rule.active else ', and switched off'}.", "success")
            return redirect(url_for(".one_rule", rule_id=rule.id), 303)
    page = render_template("lms/due/edit.html", form=form, rule=None)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/rules/<int:rule_id>/change", methods=["GET", "POST"])
@requires(Permission.RULE_MANAGE)
def change_rule(rule_id: int) -> ResponseReturnValue:
    """The next version of a rule, from a day on."""
    rule = _rule(rule_id)
    form = RuleForm(queries.groups(), queries.courses_to_choose(), rule.codes, data=_as_typed(rule))
    if form.validate_on_submit() and form.begins.data:
        try:
            following = operations.change_rule(
                rule=rule,
                given=_given(form),
                begins=form.begins.data,
                source_read=bool(form.source_read.data),
                by=me(),
                now=dates.now(),
            )
        except RuleBroken as no:
            form.refuse(str(no))
        else:
            flash(f"“{following.title}” changes on {dates.day(following.valid_from)}.", "success")
            return redirect(url_for(".one_rule", rule_id=following.id), 303)
    page = render_template("lms/due/edit.html", form=form, rule=rule)
    return page, 422 if form.is_submitted() else 200


def _as_typed(rule: TrainingRule) -> dict[str, object]:
    """A rule as the form shows it."""
    share = rule.participatory_share
    same = ("title", "must_hold", "renew_every_months", "times_needed", "hours_over_months", "first_due")
    more = ("first_due_within_months", "any_course", "codes", "source", "edition", "note", "warn_days_before")
    return {
        **{name: getattr(rule, name) for name in (*same, *more)},
        "group": str(rule.group_id),
        "status": rule.status.value,
        "hours": None if rule.hours is None else round(rule.hours),
        "participatory_percent": None if share is None else round(share * 100),
    }


def _given(form: RuleForm) -> RuleGiven:
    """What was typed, as a rule."""
    percent = form.participatory_percent.data
    return RuleGiven(
        title=form.title.data or "",
        must_hold=form.must_hold.data or "",
        group=_group(form),
        status=RuleStatus(form.status.data),
        source=form.source.data or "",
        edition=form.edition.data or "",
        first_due=form.first_due.data or "",
        first_due_within_months=form.first_due_within_months.data,
        renew_every_months=form.renew_every_months.data,
        times_needed=form.times_needed.data or 1,
        hours=form.hours.data or None,
        hours_over_months=form.hours_over_months.data,
        participatory_share=None if percent is None else percent / 100,
        any_course=bool(form.any_course.data),
        codes=form.codes.data or [],
        note=form.note.data or "",
        warn_days_before=90 if form.warn_days_before.data is None else form.warn_days_before.data,
    )


def _group(form: RuleForm) -> DutyGroup:
    if form.new_group.data:
        return operations.add_group(name=form.new_group.data, by=me(), now=dates.now())
    return queries.group(int(form.group.data)) or abort(404)
