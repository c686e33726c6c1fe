"""Pages on which officers copy sessions, and see series and bundles."""

from collections.abc import Sequence
from datetime import date

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms import dates
from lms.catalogue.models import CourseSession, GroupKind, SessionGroup
from lms.errors import RuleBroken
from lms.forms import Form
from lms.groups import blueprint, operations, queries
from lms.groups.forms import ChangeGroupForm, ConfirmForm, CopyForm, CopyGroupForm, GroupForm
from lms.permissions import Permission, me, requires
from lms.programme import queries as programme
from lms.words import plural


def _page(name: str, form: Form, **more: object) -> ResponseReturnValue:
    return render_template(f"lms/groups/{name}.html", form=form, **more), 422 if form.is_submitted() else 200


@blueprint.route("/sessions/<reference>/copy", methods=["GET", "POST"])
@requires(Permission.SESSION_MANAGE)
def copy(reference: str) -> ResponseReturnValue:
    """Copy a session to other days."""
    session = programme.session(reference) or abort(404)
    form = CopyForm(session, programme.groups())
    if form.validate_on_submit():
        try:
            days = form.wanted()
            done = None if form.problems else _copied(session, form, days)
        except RuleBroken as no:
            form.refuse(str(no), "days" if form.every.data == "days" else "first")
        else:
            if done:
                flash(done.words, "success" if done.made else "problem")
                return redirect(url_for("programme.index", show="drafts"), 303)
    return _page("copy", form, session=session)


def _copied(session: CourseSession, form: CopyForm, days: Sequence[date]) -> operations.Copies:
    group = queries.group(form.group.data) if form.group.data else None
    if form.series.data:
        group = operations.add_group(title=form.series.data, about="", kind=GroupKind.SERIES, by=me(), now=dates.now())
    return operations.copy_session(session=session, days=days, by=me(), now=dates.now(), group=group)


def _group(key: str) -> SessionGroup:
    return queries.group(key) or abort(404)


@blueprint.get("/programme/groups")
@requires(Permission.SESSION_MANAGE)
def index() -> ResponseReturnValue:
    """Every series and bundle."""
    return render_template("lms/groups/index.html", groups=queries.groups())


@blueprint.route("/programme/groups/new", methods=["GET", "POST"])
@requires(Permission.SESSION_MANAGE)
def new() -> ResponseReturnValue:
    """A new series or bundle."""
    form = GroupForm()
    if form.validate_on_submit():
        group = operations.add_group(
            title=form.title.data or "",
            about=form.about.data or "",
            kind=GroupKind(form.kind.data),
            by=me(),
            now=dates.now(),
        )
        flash(f"“{group.title}” is added. Put sessions in it on their own pages.", "success")
        return redirect(url_for(".group", key=group.key), 303)
    return _page("edit", form, group=None)


@blueprint.get("/programme/groups/<key>")
@requires(Permission.SESSION_MANAGE)
def group(key: str) -> ResponseReturnValue:
    """One series or bundle: its sessions, and seats apart from people."""
    found = _group(key)
    return _group_page(found, ConfirmForm(formdata=None))


def _group_page(found: SessionGroup, form: Form, status: int = 200) -> ResponseReturnValue:
    sessions = queries.sessions_of(found)
    every, by_sector = queries.reach(found)
    page = render_template(
        "lms/groups/group.html",
        group=found,
        form=form,
        rows=programme.rows_of(sessions, now=dates.now()),
        drafts=sum(one.published_at is None and one.cancelled_at is None for one in sessions),
        every=every,
        by_sector=by_sector,
    )
    return page, status


@blueprint.route("/programme/groups/<key>/edit", methods=["GET", "POST"])
@requires(Permission.SESSION_MANAGE)
def edit(key: str) -> ResponseReturnValue:
    """The name of a series or bundle."""
    found = _group(key)
    form = ChangeGroupForm(obj=found)
    if form.validate_on_submit():
        operations.change_group(
            group=found, title=form.title.data or "", about=form.about.data or "", by=me(), now=dates.now()
        )
        flash(f"“{found.title}” is saved.", "success")
        return redirect(url_for(".group", key=key), 303)
    return _page("edit", form, group=found)


@blueprint.route("/programme/groups/<key>/copy", methods=["GET", "POST"])
@requires(Permission.SESSION_MANAGE)
def copy_group(key: str) -> ResponseReturnValue:
    """The same in another week."""
    found = _group(key)
    form = CopyGroupForm(data={"about": found.about})
    if form.validate_on_submit() and form.week_of.data:
        try:
            made, copies = operations.copy_group(
                group=found,
                title=form.title.data or "",
                about=form.about.data or "",
                week_of=form.week_of.data,
                by=me(),
                now=dates.now(),
            )
        except RuleBroken as no:
            form.refuse(str(no), "week_of")
        else:
            flash(copies.words, "success" if copies.made else "problem")
            return redirect(url_for(".group", key=made.key), 303)
    sessions = [one for one in queries.sessions_of(found) if one.cancelled_at is None]
    return _page("copy_group", form, group=found, sessions=sessions)


@blueprint.post("/programme/groups/<key>/publish")
@requires(Permission.SESSION_MANAGE)
def publish(key: str) -> ResponseReturnValue:
    """Publish every draft of it."""
    found, form = _group(key), ConfirmForm()
    try:
        told = operations.publish_group(group=found, by=me(), now=dates.now())
    except RuleBroken as no:
        form.refuse(str(no))
        return _group_page(found, form, 422)
    letters = f" {plural(told, 'letter goes', 'letters go')} to people who asked for a date." if told else ""
    flash(f"Every session of “{found.title}” is published.{letters}", "success")
    return redirect(url_for(".group", key=key), 303)


@blueprint.post("/programme/groups/<key>/remove")
@requires(Permission.SESSION_MANAGE)
def remove(key: str) -> ResponseReturnValue:
    """Delete one without sessions."""
    found, form = _group(key), ConfirmForm()
    try:
        operations.remove_group(group=found, by=me(), now=dates.now())
    except RuleBroken as no:
        form.refuse(str(no))
        return _group_page(found, form, 422)
    flash(f"“{found.title}” is deleted.", "success")
    return redirect(url_for(".index"), 303)
