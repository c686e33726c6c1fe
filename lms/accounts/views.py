"""Signing in and out, passwords, one's own account, and looking after people."""

from datetime import UTC, datetime

from flask import abort, current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import TooManyRequests

from lms import dates
from lms.accounts import blueprint, emails, forms, operations, passwords, queries, rules, sessions, throttle
from lms.accounts.models import Person
from lms.accounts.throttle import Counter
from lms.db import begin_writing
from lms.errors import RuleBroken
from lms.forms import Form
from lms.organisations.queries import organisation, organisations, partnership
from lms.permissions import Permission, me, public, requires, slow
from lms.roles import Role


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
@slow
def sign_in() -> ResponseReturnValue:
    """Let somebody in: the same words and the same time whether we know the address or not."""
    form = forms.SignIn(next=request.args.get("next"))
    there = rules.own_path(form.next.data) or url_for("accounts.home")
    if current_user.is_authenticated:
        return redirect(there, 303)
    if form.validate_on_submit():
        email, password = form.email.data or "", form.password.data or ""
        person = queries.person_by_email(email)
        counters = _counters(email, person)
        _begin_try(*counters)
        fits = passwords.fits(person.password_hash if person else "", password)
        if person and fits and person.is_active:
            throttle.succeeded(*counters)
            _let_in(person, password)
            return sessions.remember_device(make_response(redirect(there, 303)), person)
        form.refuse("The email address and the password do not belong together. Check both and try again", "password")
    return _page("sign_in", form)


def _let_in(person: Person, password: str) -> None:
    """Begin a visit; a hash of another cost than today's is made again, before anything is written."""
    new_hash = passwords.make_hash(password) if passwords.is_outdated(person.password_hash) else None
    begin_writing()
    operations.sign_in(person=person, new_hash=new_hash, now=dates.now())
    sessions.sign_in(person)


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End this visit."""
    if current_user.is_authenticated:
        sessions.sign_out()
        flash("You have signed out.")
    return sessions.leave_nothing(make_response(redirect(url_for("accounts.home"), 303)))


@blueprint.route("/sign-in/help", methods=["GET", "POST"])
@public
@slow
def sign_in_help() -> ResponseReturnValue:
    """Send a link to choose a new password, if there is somebody; the answer is the same if there is not."""
    form = forms.AskForPassword()
    if not form.validate_on_submit():
        return _page("sign_in_help", form)
    email, address = form.email.data or "", throttle.network(request.remote_addr)
    _begin_try(Counter("letter", email, rules.LETTER_TRIES), Counter("letters to", address, rules.ADDRESS_TRIES))
    begin_writing()
    person = queries.person_by_email(email)
    if person and person.is_active:
        operations.ask_for_password(person=person, now=dates.now())
    return redirect(url_for("accounts.check_email"), 303)


@blueprint.get("/sign-in/check-your-email")
@public
def check_email() -> ResponseReturnValue:
    """What happens next; says nothing about whether there is somebody."""
    return render_template("lms/accounts/check_email.html")


@blueprint.route("/password/<token>", methods=["GET", "POST"])
@public
@slow
def choose_password(token: str) -> ResponseReturnValue:
    """Choose a password by a link from a letter, once."""
    opened = emails.open_link(token)
    if opened is None:
        return render_template("lms/accounts/link_over.html"), 410
    form = forms.ChoosePassword()
    if form.validate_on_submit() and (password_hash := _hash_of(form, opened.person)):
        begin_writing()
        if emails.open_link(token) is None:  # used a moment ago, in another window
            return render_template("lms/accounts/link_over.html"), 410
        operations.keep_password(
            person=opened.person, password_hash=password_hash, now=dates.now(), actor=opened.person
        )
        sessions.sign_out()
        flash("Your password is kept. Sign in with it.")
        return redirect(url_for("accounts.sign_in"), 303)
    return _page("choose_password", form, person=opened.person, first=opened.first)


@blueprint.get("/account")
@requires(Permission.ACCOUNT_VIEW)
def account() -> ResponseReturnValue:
    """What we know of the person who is signed in, and where they are signed in."""
    visits = queries.visits_of(
        me(),
        now=datetime.now(UTC),
        idle=current_app.config["SESSION_IDLE"],
        absolute=current_app.config["SESSION_ABSOLUTE"],
    )
    return render_template(
        "lms/accounts/account.html",
        person=me(),
        visits=visits,
        this_visit=sessions.this_name_hash(),
        employments=queries.employments_of(me()),
    )


@blueprint.route("/account/details", methods=["GET", "POST"])
@requires(Permission.LEARNING_VIEW)
def details() -> ResponseReturnValue:
    """My job and my line manager, so that they need not be typed when I book."""
    person, form = me(), forms.Details(obj=me())
    if form.validate_on_submit():
        try:
            operations.keep_details(
                person=person,
                job=form.job.data or "",
                manager_name=form.manager_name.data or "",
                manager_email=form.manager_email.data or "",
                by=person,
                now=dates.now(),
            )
        except RuleBroken as refusal:
            form.refuse(str(refusal), "manager_email")
        else:
            flash("Your details are kept.")
            return redirect(url_for("accounts.account"), 303)
    return _page("details", form)


@blueprint.post("/account/sign-out-everywhere")
@requires(Permission.ACCOUNT_VIEW)
def sign_out_everywhere() -> ResponseReturnValue:
    """End every visit of the person who is signed in, this one too."""
    operations.sign_out_everywhere(person=me(), now=dates.now())
    sessions.sign_out()
    flash("You have signed out everywhere.")
    return sessions.leave_nothing(make_response(redirect(url_for("accounts.sign_in"), 303)))


@blueprint.route("/account/password", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_VIEW)
@slow
def change_password() -> ResponseReturnValue:
    """Change one's own password; everywhere else the person is then signed out."""
    form = forms.ChangePassword()
    person = me()
    if form.validate_on_submit():
        counters = _counters(person.email, person)
        _begin_try(*counters)
        if not passwords.fits(person.password_hash, form.current.data or ""):
            form.refuse("This is not your password. Check it and try again", "current")
        elif password_hash := _hash_of(form, person):
            throttle.succeeded(*counters)
            begin_writing()
            operations.keep_password(person=person, password_hash=password_hash, now=dates.now(), actor=person)
            sessions.sign_in(person)
            flash("Your password is changed. Everywhere else you have been signed out.")
            return redirect(url_for("accounts.account"), 303)
    return _page("change_password", form)


@blueprint.get("/people")
@requires(Permission.PEOPLE_MANAGE)
def people() -> ResponseReturnValue:
    """Everybody, to be searched."""
    form = forms.FindPeople()
    role = Role(form.role.data) if form.role.data in set(Role) else None
    found = queries.people(text=form.text.data or "", role=role, page=request.args.get("page", 1, type=int))
    return render_template("lms/accounts/people.html", filters=form, found=found)


@blueprint.route("/people/add", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def add_person() -> ResponseReturnValue:
    """Add somebody; they get a letter with a link to choose a password."""
    form = forms.AddPerson(grantable=rules.roles_to_give(me().roles), organisations=organisations())
    if form.validate_on_submit():
        try:
            person = operations.add_person(
                first_name=form.first_name.data or "",
                last_name=form.last_name.data or "",
                email=form.email.data or "",
                organisation=organisation(int(form.organisation.data)),
                job=form.job.data or "",
                roles=[Role(role) for role in form.roles.data or []],
                actor=me(),
                now=dates.now(),
                letter=True,
            )
        except RuleBroken as refusal:
            form.refuse(str(refusal), "email")
        else:
            flash(f"{person.name} is added. A letter with a link to choose a password is on its way.")
            return redirect(url_for("accounts.person", person_id=person.id), 303)
    return _page("add_person", form)


@blueprint.route("/people/<int:person_id>", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def person(person_id: int) -> ResponseReturnValue:
    """One person: who they are, and which roles they hold."""
    found = _person(person_id)
    grantable = rules.roles_to_give(me().roles)
    form = forms.ChangeRoles(grantable=grantable, roles=found.roles)
    if form.validate_on_submit():
        kept = [role for role in found.roles if role not in grantable]
        try:
            chosen = [Role(role) for role in form.roles.data or []]
            operations.change_roles(person=found, roles=[*kept, *chosen], actor=me(), now=dates.now())
        except RuleBroken as refusal:
            form.refuse(str(refusal), "roles" if found != me() and not found.merged_into else None)
        else:
            flash(f"The roles of {found.name} are changed.")
            return redirect(url_for("accounts.person", person_id=person_id), 303)
    kept = [role for role in found.roles if role not in grantable]
    return _page(
        "person",
        form,
        person=found,
        kept=kept,
        may_disable=not kept and found != me(),
        employments=queries.employments_of(found),
    )


@blueprint.post("/people/<int:person_id>/disable")
@requires(Permission.PEOPLE_MANAGE)
def disable_person(person_id: int) -> ResponseReturnValue:
    """Stop somebody from signing in."""
    found = _person(person_id)
    operations.disable(person=found, actor=me(), now=dates.now())
    flash(f"{found.name} can no longer sign in.")
    return redirect(url_for("accounts.person", person_id=person_id), 303)


@blueprint.post("/people/<int:person_id>/enable")
@requires(Permission.PEOPLE_MANAGE)
def enable_person(person_id: int) -> ResponseReturnValue:
    """Let somebody sign in again."""
    found = _person(person_id)
    operations.enable(person=found, actor=me(), now=dates.now())
    flash(f"{found.name} can sign in again.")
    return redirect(url_for("accounts.person", person_id=person_id), 303)


@blueprint.post("/people/<int:person_id>/letter")
@requires(Permission.PEOPLE_MANAGE)
def send_link(person_id: int) -> ResponseReturnValue:
    """Send somebody a link to choose a password."""
    found = _person(person_id)
    operations.ask_for_password(person=found, actor=me(), now=dates.now())
    flash(f"A letter with a link to choose a password is on its way to {found.email}.")
    return redirect(url_for("accounts.person", person_id=person_id), 303)


def _person(person_id: int) -> Person:
    return queries.person(person_id) or abort(404)


def _counters(email: str, person: Person | None) -> tuple[Counter, ...]:
    """What a try is counted against. On a device where this person has signed in before, only its own count: nobody elsewhere
    can lock them out."""
    if device := sessions.known_device(person):
        return (Counter("device", device, rules.ACCOUNT_TRIES),)
    address = throttle.network(request.remote_addr)
    return (Counter("account", email, rules.ACCOUNT_TRIES), Counter("address", address, rules.ADDRESS_TRIES))


def _begin_try(*counters: Counter) -> None:
    if wait := throttle.begin_try(*counters):
        raise TooManyRequests(retry_after=max(1, round(wait.total_seconds())))


def _hash_of(form: forms.ChoosePassword, person: Person) -> str | None:
    """The hash of the password that was chosen; None where it is too weak, and the form says so."""
    here = partnership()
    password = form.password.data or ""
    known = (
        f"{person.first_name} {person.last_name} {(person.email or '').split('@')[0]} {here.short_name if here else ''}"
    )
    try:
        rules.check_password(password, known.replace(".", " ").replace("-", " ").split())
    except RuleBroken as refusal:
        form.refuse(str(refusal), "password")
        return None
    return passwords.make_hash(password)


def _page(name: str, form: Form, **more: object) -> ResponseReturnValue:
    """A page with its form; 422 when it comes back with what is wrong."""
    return render_template(f"lms/accounts/{name}.html", form=form, **more), 422 if form.is_submitted() else 200
