"""What the host of contents serves: the page around an open part, and its files. Nobody is signed in there, and no cookie is read
or set; the address itself opens one part of one person, as long as their own page is open."""

from datetime import UTC, datetime
from urllib.parse import quote

from flask import Response, abort, current_app, make_response, render_template, request, send_file
from flask.typing import ResponseReturnValue

from lms import files
from lms.elearning import blueprint, operations, queries
from lms.elearning.models import Launch
from lms.headers import only_for_contents
from lms.permissions import public

SANDBOX = "sandbox allow-scripts allow-same-origin allow-forms"


def _policy(*directives: str) -> str:
    """Who may show it in a frame is the page around it, and in the end ours."""
    ours = current_app.config["PUBLIC_URL"]
    return "; ".join((*directives, "form-action 'none'", f"frame-ancestors 'self' {ours}", SANDBOX))


def _opened(key: str) -> Launch:
    # A script that would stay in the browser and answer for later pages is not wanted on this host.
    if request.headers.get("Service-Worker"):
        abort(403)
    return operations.opened_by(key, current_app.config["SECRET_KEY"], datetime.now(UTC)) or abort(404)


@blueprint.get("/play/<key>/")
@public
@only_for_contents
def player(key: str) -> ResponseReturnValue:
    """The page around an open package: it holds the API the package looks for, and a frame for the package."""
    unit = _opened(key).unit
    if not unit.content.kind.is_package:
        abort(404)
    response = make_response(
        render_template(
            "lms/elearning/player.html",
            kind=unit.content.kind,
            page=f"files/{quote(unit.page)}{unit.parameters}",
            ours=current_app.config["PUBLIC_URL"],
        )
    )
    response.headers["Content-Security-Policy"] = _policy(
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-src 'self'", "base-uri 'none'"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/play/<key>/files/<path:name>")
@public
@only_for_contents
def content_file(key: str, name: str) -> Response:
    """One file of the content that is open, in pieces where a player asks for pieces."""
    unit = _opened(key).unit
    found = (queries.file(unit.content_id, name) if "\x00" not in name else None) or abort(404)
    path = files.path_of(found.sha256)
    if not path.is_file():
        current_app.logger.error("The bytes of a file of content %s are gone", unit.content_id)
        abort(404)
    response = send_file(path, mimetype=found.media_type, conditional=True, etag=found.sha256, max_age=3600)
    response.headers["Content-Security-Policy"] = _policy(
        "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'", "connect-src 'self'", "object-src 'none'"
    )
    response.headers["Cache-Control"] = "private, max-age=3600"
    # A video is shown by a page of ours, which is another origin.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
