"""Charges: the month, waivers, rules, credits. Where the partnership does not charge, none of these pages exists."""

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms import dates, exports
from lms.catalogue.queries import courses as all_courses
from lms.catalogue.rules import Wanted, parse_month
from lms.charges import blueprint, forms, operations, queries, rules
from lms.charges.models import Charge, ChargeKind, ChargeRule, Length
from lms.charges.sheets import charge_file
from lms.db import db
from lms.errors import RuleBroken
from lms.organisations.models import Organisation, Partnership
from lms.organisations.queries import organisations, partnership, sectors
from lms.permissions import Permission, me, requires


@blueprint.before_request
def only_where_charged() -> None:
    """Where the partnership does not charge, none of these pages exists but the one that turns it on."""
    if request.endpoint != "charges.setting" and not queries.charging():
        abort(404)


@blueprint.get("/charges")
@requires(Permission.CHARGE_MANAGE)
def index() -> ResponseReturnValue:
    """What was charged in a month, by organisation."""
    months = queries.months()
    this = dates.london(dates.now()).date().replace(day=1)
    month = parse_month(request.args.get("month", "")) or (months[0] if months else this)
    found = queries.sums(queries.of_month(month))
    return render_template(
        "lms/charges/index.html",
        sums=found,
        month=month,
        months=months,
        total=sum(one.due for one in found),
        pounds=rules.pounds,
        no_contact=[one.organisation for one in found if one.due and not queries.contacts_of(one.organisation)],
    )


@blueprint.get("/charges/<month>.<any(csv, xlsx):kind>")
@requires(Permission.CHARGE_MANAGE)
def file(month: str, kind: str) -> Response:
    """The charges of a month for finance."""
    first = parse_month(month) or abort(404)
    content = charge_file(queries.of_month(first), first, kind)
    content_type = exports.CSV if kind == "csv" else exports.XLSX
    return exports.download(content, f"charges-{month}.{kind}", content_type)


@blueprint.get("/agency/charges")
@requires(Permission.TEAM_BOOK)
def own() -> ResponseReturnValue:
    """What my own organisation is charged."""
    months = queries.months()
    month = parse_month(request.args.get("month", "")) or (months[0] if months else None)
    charges = queries.of_month(month, me().organisation_id) if month else []
    return render_template("lms/charges/own.html", charges=charges, month=month, months=months, pounds=rules.pounds)


def _charge(reference: str) -> Charge:
    return queries.charge(reference) or abort(404)


@blueprint.route("/charges/of/<reference>", methods=["GET", "POST"])
@requires(Permission.CHARGE_MANAGE)
def charge(reference: str) -> ResponseReturnValue:
    """One charge, and its waiver."""
    found, form = _charge(reference), forms.WaiveForm()
    if form.validate_on_submit():
        try:
            operations.waive(charge=found, why=form.why.data or "", by=me(), now=dates.now())
        except RuleBroken as rule:
            form.refuse(str(rule), "why")
        else:
            flash("The charge is waived.", "success")
            return redirect(url_for(".charge", reference=reference), 303)
    page = render_template(
        "lms/charges/charge.html", charge=found, form=form, again=forms.SettingForm(formdata=None), pounds=rules.pounds
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/charges/of/<reference>/again")
@requires(Permission.CHARGE_MANAGE)
def charge_again(reference: str) -> ResponseReturnValue:
    """The waiver was a mistake."""
    try:
        operations.charge_again(charge=_charge(reference), by=me(), now=dates.now())
    except RuleBroken as rule:
        flash(str(rule), "problem")
    else:
        flash("It is charged again.", "success")
    return redirect(url_for(".charge", reference=reference), 303)


@blueprint.route("/charges/rules", methods=["GET", "POST"])
@requires(Permission.CHARGE_MANAGE)
def all_rules() -> ResponseReturnValue:
    """Every rule, and a new one."""
    form = forms.RuleForm(sectors(), all_courses(Wanted()))
    if form.validate_on_submit() and form.valid_from.data:
        chosen = {str(one.id): one for one in sectors()}, {str(one.id): one for one in all_courses(Wanted())}
        try:
            operations.add_rule(
                kind=ChargeKind(form.kind.data),
                pence=rules.read_pounds(form.sum.data or ""),
                length=Length(form.length.data) if form.length.data else None,
                sector=chosen[0].get(form.sector_id.data or ""),
                course=chosen[1].get(form.course_id.data or ""),
                turnover_from=form.turnover_from.data,
                turnover_below=form.turnover_below.data,
                valid_from=form.valid_from.data,
                by=me(),
                now=dates.now(),
            )
        except RuleBroken as rule:
            form.refuse(str(rule), "turnover_below")
        else:
            flash("The rule is added.", "success")
            return redirect(url_for(".all_rules"), 303)
    page = render_template(
        "lms/charges/rules.html",
        rules=queries.all_rules(),
        form=form,
        pounds=rules.pounds,
        today=dates.london(dates.now()).date(),
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/charges/rules/<int:rule_id>", methods=["GET", "POST"])
@requires(Permission.CHARGE_MANAGE)
def end_rule(rule_id: int) -> ResponseReturnValue:
    """Say on which day a rule ends."""
    rule = db.session.get(ChargeRule, rule_id) or abort(404)
    form = forms.EndForm()
    if form.validate_on_submit() and form.last.data:
        try:
            operations.end_rule(rule=rule, last=form.last.data, by=me(), now=dates.now())
        except RuleBroken as refusal:
            form.refuse(str(refusal), "last")
        else:
            flash("The rule ends on that day.", "success")
            return redirect(url_for(".all_rules"), 303)
    page = render_template("lms/charges/end_rule.html", rule=rule, form=form, pounds=rules.pounds)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/charges/credits", methods=["GET", "POST"])
@requires(Permission.CHARGE_MANAGE)
def all_credits() -> ResponseReturnValue:
    """Free places earned by trainers in kind."""
    taught = queries.taught_without_credit(dates.now())
    form = forms.CreditForm(taught)
    if form.validate_on_submit():
        chosen = {f"{session.id}:{person_id}": (session, person_id) for session, person_id, _ in taught}
        session, person_id = chosen[str(form.session.data)]
        trainer = next(one for one in session.trainers if one.id == person_id)
        operations.give_credit(session=session, trainer=trainer, places=form.places.data or 1, by=me(), now=dates.now())
        flash(f"{trainer.organisation.name} has the credit.", "success")
        return redirect(url_for(".all_credits"), 303)
    page = render_template("lms/charges/credits.html", credits=queries.all_credits(), form=form, taught=taught)
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/charges/turnover")
@requires(Permission.CHARGE_MANAGE)
def turnovers() -> ResponseReturnValue:
    """What is known of organisations' turnover."""
    return render_template("lms/charges/turnovers.html", organisations=organisations())


@blueprint.route("/charges/turnover/<int:organisation_id>", methods=["GET", "POST"])
@requires(Permission.CHARGE_MANAGE)
def turnover(organisation_id: int) -> ResponseReturnValue:
    """Say what one organisation turns over."""
    organisation = db.session.get(Organisation, organisation_id) or abort(404)
    form = forms.TurnoverForm(pounds=organisation.turnover)
    if form.validate_on_submit():
        operations.set_turnover(organisation=organisation, pounds=form.pounds.data, by=me(), now=dates.now())
        flash("The turnover is kept.", "success")
        return redirect(url_for(".turnovers"), 303)
    page = render_template("lms/charges/turnover.html", organisation=organisation, form=form)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/admin/charging", methods=["GET", "POST"])
@requires(Permission.SYSTEM_VIEW)
def setting() -> ResponseReturnValue:
    """Whether this partnership charges at all."""
    here: Partnership = partnership() or abort(404)
    form = forms.SettingForm()
    if form.validate_on_submit():
        operations.set_charging(here=here, charges=not here.charges, by=me(), now=dates.now())
        flash("Charging is on." if here.charges else "Charging is off.", "success")
        return redirect(url_for(".setting"), 303)
    return render_template("lms/charges/setting.html", here=here, form=form)
