"""Pages of those who carry actions out: what is theirs, how it stands, a report, evidence. What is not theirs is not there."""

from flask import Response, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from evaluation.actions import blueprint, queries, rules
from evaluation.actions.models import Action
from evaluation.actions.officer_views import evidenced, reported
from evaluation.actions.views import context, sent, today
from lms.files import MOST_BYTES
from lms.permissions import Permission, me, requires, uploads


@blueprint.get("/actions")
@requires(Permission.ACTION_REPORT)
def own() -> ResponseReturnValue:
    """My actions, those of my agency where I answer for it, and those of my groups."""
    day = today()
    mine = queries.mine(me(), day)
    return render_template(
        "evaluation/actions/own.html",
        actions=mine,
        asked=queries.asked(me(), day),
        stands={action: rules.stand(action, day) for action in mine},
        waits={action: rules.waits(action, day) for action in mine},
        today=day,
    )


def _seen(reference: str) -> Action:
    return queries.own_action(me(), reference, today()) or abort(404)


def _mine(reference: str) -> Action:
    found = _seen(reference)
    return found if queries.may_report(me(), found, today()) else abort(404)


@blueprint.get("/actions/<reference>")
@requires(Permission.ACTION_REPORT)
def own_action(reference: str) -> ResponseReturnValue:
    """One action of mine, or one about which my group was asked."""
    found = _seen(reference)
    return render_template(
        "evaluation/actions/own_action.html",
        **context(found),
        may_report=queries.may_report(me(), found, today()) and found.closed_on is None,
    )


@blueprint.route("/actions/<reference>/report", methods=["GET", "POST"])
@requires(Permission.ACTION_REPORT)
def own_report(reference: str) -> ResponseReturnValue:
    """Report on an action of mine."""
    return reported(_mine(reference), url_for(".own_action", reference=reference))


@blueprint.route("/actions/<reference>/evidence", methods=["GET", "POST"])
@requires(Permission.ACTION_REPORT)
@uploads(MOST_BYTES)
def own_evidence(reference: str) -> ResponseReturnValue:
    """Add what shows something about an action of mine."""
    return evidenced(_mine(reference), url_for(".own_action", reference=reference), lambda: _mine(reference))


@blueprint.get("/actions/<reference>/evidence/<int:number>")
@requires(Permission.ACTION_REPORT)
def own_evidence_file(reference: str, number: int) -> Response:
    """A file of an action of mine."""
    return sent(_seen(reference), number)
