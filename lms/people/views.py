"""Pages on which somebody moves to where they work now, and on which two accounts become one."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms import dates
from lms.accounts import queries as accounts
from lms.accounts.models import Person
from lms.accounts.rules import OF_ORGANISATION
from lms.errors import RuleBroken
from lms.organisations.queries import organisation, organisations
from lms.people import blueprint, forms, operations, queries
from lms.people.models import MoveRequest, MoveState
from lms.permissions import Permission, me, requires
from lms.roles import Role
from lms.words import listing

# I have changed jobs.


@blueprint.route("/account/move", methods=["GET", "POST"])
@requires(Permission.LEARNING_VIEW)
def ask_to_move() -> ResponseReturnValue:
    """I work elsewhere now: whoever answers for people there says yes."""
    person, request = me(), queries.own_request(me())
    form = forms.Move(person=person, organisations=organisations())
    form.email.description = "Your own, not the mailbox of a role. Your letters go there from then on."
    if form.validate_on_submit():
        try:
            operations.ask_to_move(
                person=person,
                organisation=organisation(int(form.organisation.data)),
                email=form.email.data or "",
                job=form.job.data or "",
                now=dates.now(),
            )
        except RuleBroken as refusal:
            form.refuse(str(refusal), "email")
        else:
            flash("We have asked. You get a letter at the new address once they have said yes.")
            return redirect(url_for(".ask_to_move"), 303)
    page = render_template("lms/people/ask_to_move.html", form=form, request=request, ends=_ends(person))
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/account/move/take-back")
@requires(Permission.LEARNING_VIEW)
def take_back_move() -> ResponseReturnValue:
    """It was a slip."""
    request = queries.own_request(me()) or abort(404)
    operations.take_back(request=request, now=dates.now())
    flash("Taken back. Nothing has changed.")
    return redirect(url_for("accounts.account"), 303)


def _ends(person: Person) -> list[Role]:
    """The roles that end when somebody moves to another organisation."""
    return [role for role in person.roles if role in OF_ORGANISATION]


def _request(reference: str) -> MoveRequest:
    return queries.request_to_answer(me(), reference) or abort(404)


@blueprint.get("/agency/moves/<reference>")
@requires(Permission.RECORD_APPROVE)
def answer_move(reference: str) -> ResponseReturnValue:
    """Somebody says that they work here now."""
    request = _request(reference)
    return render_template(
        "lms/people/answer_move.html",
        request=request,
        ends=_ends(request.person),
        open=request.state is MoveState.ASKED,
    )


@blueprint.post("/agency/moves/<reference>/<any(accept, refuse):answer>")
@requires(Permission.RECORD_APPROVE)
def end_move(reference: str, answer: str) -> ResponseReturnValue:
    """Yes, they do; or no."""
    request = _request(reference)
    name = request.person.name
    if answer == "accept":
        operations.accept(request=request, by=me(), now=dates.now())
        flash(f"{name} is now one of your people. We have written to them.")
    else:
        operations.refuse(request=request, by=me(), now=dates.now())
        flash(f"Nothing has changed. We have written to {name}.")
    return redirect(url_for("teams.index" if request.organisation_id == me().organisation_id else "accounts.home"), 303)


# An officer moves somebody.


def _person(person_id: int) -> Person:
    return accounts.person(person_id) or abort(404)


@blueprint.route("/people/<int:person_id>/move", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def move(person_id: int) -> ResponseReturnValue:
    """Say where somebody works now, or at which address."""
    person = _person(person_id)
    form = forms.Move(person=person, organisations=organisations())
    if form.validate_on_submit():
        try:
            lost = operations.move(
                person=person,
                organisation=organisation(int(form.organisation.data)),
                email=form.email.data or "",
                job=form.job.data or "",
                by=me(),
                now=dates.now(),
            )
        except RuleBroken as refusal:
            form.refuse(str(refusal), "email")
        else:
            ended = f" No longer: {listing([role.label for role in lost])}." if lost else ""
            flash(f"{person.name} is now at {person.organisation.name}. We have written to them.{ended}")
            return redirect(url_for("accounts.person", person_id=person_id), 303)
    page = render_template(
        "lms/people/move.html",
        form=form,
        person=person,
        ends=_ends(person),
        to_come=queries.bookings_to_come(person, dates.now()),
    )
    return page, 422 if form.is_submitted() else 200


# Accounts that are one person.


@blueprint.get("/people/doubles")
@requires(Permission.PEOPLE_MANAGE)
def doubles() -> ResponseReturnValue:
    """Accounts that are likely one person."""
    return render_template("lms/people/doubles.html", found=queries.likely_doubles())


@blueprint.get("/people/<int:person_id>/doubles")
@requires(Permission.PEOPLE_MANAGE)
def doubles_of(person_id: int) -> ResponseReturnValue:
    """Accounts that may be this person."""
    person = _person(person_id)
    return render_template("lms/people/doubles_of.html", person=person, found=queries.doubles_of(person))


@blueprint.route("/people/<int:person_id>/merge/<int:into_id>", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def merge(person_id: int, into_id: int) -> ResponseReturnValue:
    """What would become of two accounts; and, once it was read, one of them."""
    emptied, survivor, form = _person(person_id), _person(into_id), forms.Merge()
    preview = queries.preview(emptied, survivor)
    if form.validate_on_submit():
        if form.seen.data != preview.key:
            form.refuse("Something has changed since you opened this page. Read it once more")
        else:
            try:
                operations.merge(emptied=emptied, survivor=survivor, by=me(), now=dates.now())
            except RuleBroken as refusal:
                form.refuse(str(refusal))
            else:
                flash(f"{survivor.name} is one person now.")
                return redirect(url_for("accounts.person", person_id=into_id), 303)
    form.seen.data = preview.key
    page = render_template("lms/people/merge.html", form=form, emptied=emptied, survivor=survivor, preview=preview)
    return page, 422 if form.is_submitted() else 200
