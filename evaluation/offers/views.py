"""What an action offers people to learn from: for those who read the log, and for officers who change it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from evaluation.actions.models import Action
from evaluation.offers import blueprint, operations, queries, rules
from evaluation.offers.forms import CountForm, OfferForm, WhyForm
from evaluation.offers.models import CountUnit
from lms import dates
from lms.errors import RuleBroken
from lms.permissions import Permission, me, requires

PAGE = "/improvement/actions/<reference>/offers"


@blueprint.get(PAGE)
@requires(Permission.IMPROVEMENT_VIEW)
def index(reference: str) -> ResponseReturnValue:
    """Everything an action offers, with whom it reached."""
    action = queries.action_or_404(reference)
    reached = queries.reached(action.offers, since=None, until=dates.now())
    return render_template(
        "evaluation/offers/index.html",
        action=action,
        reach=reached.reach,
        lines={
            name: [one for one in reached.reach.offers if one.title == name] for name in {o.name for o in action.offers}
        },
        rules=rules,
        back=_back(action),
    )


def _back(action: Action) -> str:
    """The page of the action."""
    return url_for("actions.action", reference=action.reference)


@blueprint.route(f"{PAGE}/new", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def new(reference: str) -> ResponseReturnValue:
    """Link something more to the action."""
    action, form = queries.action_or_404(reference), OfferForm()
    if form.validate_on_submit():
        try:
            offer = operations.add(action=action, told=form.told(), actor=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(str(no))
        else:
            flash(f"“{offer.name}” is linked to {reference}.", "success")
            return redirect(url_for(".index", reference=reference), 303)
    return _form(form, action=action, offer=None)


@blueprint.route(f"{PAGE}/<int:offer_id>/change", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def change(reference: str, offer_id: int) -> ResponseReturnValue:
    """Another title or other dates, of an offer that has its own."""
    offer = queries.offer_or_404(reference, offer_id)
    form = OfferForm(offer)
    if form.validate_on_submit():
        try:
            changed = operations.change(offer=offer, told=form.told(), actor=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(str(no))
        else:
            flash("It is changed." if changed else "Nothing was different, so nothing was changed.")
            return redirect(url_for(".index", reference=reference), 303)
    return _form(form, action=offer.action, offer=offer)


def _form(form: OfferForm, **more: object) -> ResponseReturnValue:
    page = render_template("evaluation/offers/form.html", form=form, **more)
    return page, 422 if form.problems else 200


@blueprint.route(f"{PAGE}/<int:offer_id>/remove", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def remove(reference: str, offer_id: int) -> ResponseReturnValue:
    """Take an offer away again, where nothing depends on it."""
    offer, form = queries.offer_or_404(reference, offer_id), WhyForm()
    name = offer.name
    if form.validate_on_submit():
        try:
            operations.remove(offer=offer, why=form.why.data or "", actor=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(str(no))
        else:
            flash(f"“{name}” is no longer linked to {reference}. It stays in the list of what was done.")
            return redirect(url_for(".index", reference=reference), 303)
    depend = queries.dependants(offer, dates.now())
    try:
        rules.check_removable(offer, depend, dates.now())
        may = True
    except RuleBroken:
        may = False
    page = render_template("evaluation/offers/remove.html", form=form, offer=offer, depend=depend, may=may)
    return page, 422 if form.problems else 200


@blueprint.route(f"{PAGE}/<int:offer_id>/counts", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def count(reference: str, offer_id: int) -> ResponseReturnValue:
    """How many it had reached up to a day, typed in; and everything typed so far."""
    offer, form = queries.offer_or_404(reference, offer_id), CountForm()
    if form.validate_on_submit() and form.dated.data:
        try:
            operations.add_count(
                offer=offer,
                unit=CountUnit(form.unit.data),
                count=form.count.data or 0,
                dated=form.dated.data,
                source=form.source.data or "",
                why=form.why.data or "",
                actor=me(),
                now=dates.now(),
            )
        except RuleBroken as no:
            form.refuse(no)
        else:
            flash("The count is added. Earlier ones stay in sight.", "success")
            return redirect(url_for(".count", reference=reference, offer_id=offer_id), 303)
    page = render_template("evaluation/offers/count.html", form=form, offer=offer, rules=rules)
    return page, 422 if form.problems else 200


@blueprint.route(f"{PAGE}/<int:offer_id>/counts/<int:count_id>/take-back", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def take_back(reference: str, offer_id: int, count_id: int) -> ResponseReturnValue:
    """A count that is wrong, and why."""
    offer, form = queries.offer_or_404(reference, offer_id), WhyForm()
    found = queries.count_or_404(offer, count_id)
    if form.validate_on_submit():
        operations.take_back(count=found, why=form.why.data or "", actor=me(), now=dates.now())
        flash("The count no longer holds. It stays in sight, with your reason.")
        return redirect(url_for(".count", reference=reference, offer_id=offer_id), 303)
    page = render_template("evaluation/offers/take_back.html", form=form, offer=offer, count=found, rules=rules)
    return page, 422 if form.problems else 200
