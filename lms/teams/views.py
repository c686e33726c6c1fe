"""The page of one's own agency."""

from flask import render_template
from flask.typing import ResponseReturnValue

from lms import dates
from lms.permissions import Permission, me, requires
from lms.teams import blueprint, queries


@blueprint.get("/agency")
@requires(Permission.AGENCY_VIEW)
def index() -> ResponseReturnValue:
    """The bookings of the people of my own organisation."""
    return render_template(
        "lms/teams/index.html", organisation=me().organisation, agency=queries.agency_of(me(), dates.now())
    )
