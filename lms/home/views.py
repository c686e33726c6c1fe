"""The first page, and the system page."""

from datetime import timedelta

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from lms import dates, hooks
from lms.attendance import queries as attendance
from lms.home import blueprint, queries
from lms.permissions import Permission, can, me, public, requires

#: How far ahead the first page looks for a person's own sessions.
AHEAD = timedelta(days=365)


@public
def home() -> ResponseReturnValue:
    """What the service is for, and what comes next: for everybody, and for the person who is signed in."""
    now = dates.now()
    person = me() if current_user.is_authenticated else None
    offers = queries.next_sessions(person, now=now)
    if person is None:
        return render_template("lms/home/public.html", offers=offers)
    taught = attendance.taught(person, now=now, past=False) if can(person, Permission.TEACHING_VIEW) else []
    over = attendance.taught(person, now=now, past=True, limit=20) if can(person, Permission.TEACHING_VIEW) else []
    return render_template(
        "lms/home/person.html",
        waiting=[line for ask in hooks.learning_panels for line in ask(person)],
        officer=attendance.is_officer(person),
        own=queries.own_next_sessions(person, now=now, until=now + AHEAD),
        teaching=taught[:3],
        unfinished=[(one.session, date) for one in [*over, *taught] for date in one.unfinished(now)],
        offers=offers,
        priorities=queries.priorities_with_dates(now) if can(person, Permission.BOOKING_CREATE) else [],
    )


@blueprint.get("/admin")
@requires(Permission.SYSTEM_VIEW)
def system() -> ResponseReturnValue:
    """How letters, jobs and the database stand."""
    return render_template("lms/home/system.html", system=queries.system())
