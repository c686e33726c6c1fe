"""Pages that everybody reaches and nothing changes."""

from flask import render_template
from flask.typing import ResponseReturnValue

from lms.pages import blueprint
from lms.permissions import public


@blueprint.get("/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    """How far everybody can use the service, and what to do where somebody cannot."""
    return render_template("lms/pages/accessibility.html")


@blueprint.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    """What is kept about a person, why, how long, and what that person can ask for."""
    return render_template("lms/pages/privacy.html")


@blueprint.get("/help")
@public
def help_page() -> ResponseReturnValue:
    """Answers to what people ask most, and whom to ring."""
    return render_template("lms/pages/help.html")


@blueprint.get("/worried")
@public
def worried() -> ResponseReturnValue:
    """Where a worry about a child goes: never here."""
    return render_template("lms/pages/worried.html")
