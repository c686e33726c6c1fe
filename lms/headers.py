"""What every answer carries so that browsers are strict with it, and which requests are not believed."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request, session
from werkzeug.middleware.proxy_fix import ProxyFix

from lms.db import SAFE_METHODS

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
STRICT_TRANSPORT_SECURITY = "max-age=31536000; includeSubDomains"


def add_headers(response: Response) -> Response:
    """The headers of HEADERS, unless a view has set a stricter one of its own; nothing of a visit stays in a cache."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if session and request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def refuse_other_sites() -> None:
    """A second wall behind the CSRF token: browsers say when a form was sent by another site's page."""
    if request.method not in SAFE_METHODS and request.headers.get("Sec-Fetch-Site") == "cross-site":
        abort(403)


def hosts(app: Flask) -> list[str]:
    """The names we answer to: the one people know, and this machine's own in the demonstration and in tests."""
    known = urlsplit(app.config["PUBLIC_URL"]).hostname
    if not known:
        raise RuntimeError("Set LMS_PUBLIC_URL to the address people know, such as https://learning.example.org.uk.")
    return [known, *(["127.0.0.1", "localhost"] if app.config["DEMO"] or app.testing else [])]


def init_app(app: Flask) -> None:
    """Be strict with what goes out, and believe only our own proxies and names."""
    app.config["TRUSTED_HOSTS"] = hosts(app)
    if hops := app.config["TRUSTED_PROXY_HOPS"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.before_request(refuse_other_sites)
    app.after_request(add_headers)
    if not app.config["DEMO"]:

        @app.after_request
        def only_https(response: Response) -> Response:
            response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT_SECURITY
            return response
