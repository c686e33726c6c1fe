"""The calendar itself, which programs fetch without signing in, and the page that says how to have it in one's own."""

from hashlib import sha256

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms import dates
from lms.bookings.emails import address_of
from lms.feed import blueprint, operations, queries
from lms.letters import calendar
from lms.organisations.queries import partnership
from lms.permissions import Permission, me, public, requires

#: Programs that ask again within the hour are answered from what they kept.
KEPT_SECONDS = 3600


@blueprint.get("/calendar/<token>.ics")
@public
def subscribed(token: str) -> ResponseReturnValue:
    """One person's places and teaching, for a calendar program that knows their address."""
    person, here, now = queries.person_of(token) or abort(404), partnership() or abort(404), dates.now()
    name, entries = f"{here.short_name} training", queries.entries_of(person, now=now)
    response = Response(calendar.feed(entries, name=name, now=now), mimetype="text/calendar")
    response.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    # Each copy says when it was made; what makes it another one is what it says besides.
    response.set_etag(sha256(repr((name, entries)).encode()).hexdigest()[:32], weak=True)
    return response.make_conditional(request)


@blueprint.get("/account/calendar")
@requires(Permission.LEARNING_VIEW)
def address() -> ResponseReturnValue:
    """The address of my calendar, and how to add it to my calendar program."""
    url = address_of("feed.subscribed", token=queries.token_of(me()))
    return render_template("lms/feed/address.html", url=url, opens=f"webcal:{url.partition(':')[2]}")


@blueprint.post("/account/calendar")
@requires(Permission.LEARNING_VIEW)
def renew() -> ResponseReturnValue:
    """Make a new address; the one before no longer works."""
    operations.renew_address(person=me(), now=dates.now())
    flash("This is your new address. The one you had no longer works: put this one in its place.", "success")
    return redirect(url_for(".address"), 303)
