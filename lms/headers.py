"""What every answer carries so that browsers are strict with it, and which requests are not believed."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, request, session
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.sansio.utils import get_host

from lms.db import SAFE_METHODS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

#: What a page may load and do: what comes from us, and nothing written into the page itself.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: on https a form without one is refused by the CSRF check.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
View = TypeVar("View", bound=Callable[..., Any])
STRICT_TRANSPORT_SECURITY = "max-age=31536000; includeSubDomains"


def add_headers(response: Response) -> Response:
    """The headers of HEADERS, unless a view has set a stricter one of its own; nothing of a visit stays in a cache."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if session and request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def refuse_other_sites() -> None:
    """A second wall behind the CSRF token: browsers say when a form was sent by a page of another site or another host."""
    if request.method not in SAFE_METHODS and request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        abort(403)


def hosts(app: Flask) -> list[str]:
    """The names we answer to: the one people know, that of contents, and this machine's own in the demonstration and in tests."""
    known = urlsplit(app.config["PUBLIC_URL"]).hostname
    if not known:
        raise RuntimeError("Set LMS_PUBLIC_URL to the address people know, such as https://learning.example.org.uk.")
    contents = _content_host(app, known)
    return [known, *contents, *(["127.0.0.1", "localhost"] if app.config["DEMO"] or app.testing else [])]


def _content_host(app: Flask, known: str) -> list[str]:
    """The name of the host of contents, if there is one. Another port of the same host will not do: cookies ignore ports."""
    if not app.config["CONTENT_URL"]:
        return []
    contents = urlsplit(app.config["CONTENT_URL"])
    if not contents.hostname or contents.hostname == known:
        raise RuntimeError(
            "Set LMS_CONTENT_URL to an address with another host name than that of LMS_PUBLIC_URL, or leave it empty."
        )
    if contents.scheme != "https" and urlsplit(app.config["PUBLIC_URL"]).scheme == "https":
        raise RuntimeError("LMS_CONTENT_URL must begin with https where LMS_PUBLIC_URL does.")
    return [contents.hostname]


def for_contents(environ: "WSGIEnvironment") -> bool:
    """Was this asked under the name of the host of contents? Nobody is signed in there."""
    wanted = urlsplit(current_app.config["CONTENT_URL"]).hostname
    asked = get_host(environ["wsgi.url_scheme"], environ.get("HTTP_HOST"))
    return wanted is not None and asked.split(":")[0].lower() == wanted


def only_for_contents(view: View) -> View:
    """Mark a view: it is there on the host of contents, and nowhere else."""
    view.for_contents = True  # type: ignore[attr-defined]
    return view


def part_hosts() -> Response | None:
    """Each host has its own pages: contents on theirs, everything else on ours, and our files on both."""
    if request.endpoint == "static":
        return None
    contents = for_contents(request.environ)
    view = current_app.view_functions.get(request.endpoint or "")
    if contents and not getattr(view, "for_contents", False):
        return Response(
            "This address only serves the contents of e-learning.\n", 404, content_type="text/plain; charset=utf-8"
        )
    if view is not None and getattr(view, "for_contents", False) and not contents:
        abort(404)
    return None


def init_app(app: Flask) -> None:
    """Be strict with what goes out, and believe only our own proxies and names."""
    app.config["TRUSTED_HOSTS"] = hosts(app)
    if hops := app.config["TRUSTED_PROXY_HOPS"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.before_request(part_hosts)
    app.before_request(refuse_other_sites)
    app.after_request(add_headers)
    if not app.config["DEMO"]:

        @app.after_request
        def only_https(response: Response) -> Response:
            response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT_SECURITY
            return response
