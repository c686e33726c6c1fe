"""What the pages are drawn with: our stylesheets, fonts and scripts, served by us and kept by browsers for a year.

`static_url('look.css')` carries the first 12 characters of the file's SHA-256. A request that names the right ones is
answered with a promise that the file will never change; a changed file has a new address, so nobody ever sees an old one.
"""

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask, Response, current_app, request, url_for
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader

from lms import words

YEAR = 31_536_000
COMPRESSIBLE = {".css", ".js", ".svg", ".json", ".txt", ".ttf"}


@lru_cache(maxsize=256)
def _digest(path: Path, changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


@lru_cache(maxsize=64)
def _compressed(path: Path, changed: int) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)


def _file(name: str) -> Path:
    return Path(current_app.static_folder or "") / name


def version(name: str) -> str:
    """The first 12 characters of the SHA-256 of a file under static/; FileNotFoundError if there is none."""
    path = _file(name)
    return _digest(path, path.stat().st_mtime_ns)


def static_url(name: str) -> str:
    """The address of a file under static/, with its version."""
    return url_for("static", filename=name, v=version(name))


def theme_url(partnership_key: str) -> str | None:
    """The stylesheet with a partnership's own colours, where it has one: static/themes/<key>.css."""
    name = f"themes/{partnership_key}.css"
    return static_url(name) if _file(name).is_file() else None


def page_url(number: int) -> str:
    """The address of another page of the list that is shown; the rest of the address stays."""
    others = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
    return f"{request.path}?{urlencode([*others, ('page', number)])}"


def keep(response: Response) -> Response:
    """Say how long a file of static/ may be kept, and send text compressed to browsers that can read it."""
    if request.endpoint != "static" or response.status_code not in {200, 304}:
        return response
    name = (request.view_args or {})["filename"]
    unchanging = request.args.get("v") == version(name)
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if unchanging else "public, max-age=300"
    path = _file(name)
    if path.suffix in COMPRESSIBLE:
        response.vary.add("Accept-Encoding")
        asked = request.method == "GET" and not request.range and request.accept_encodings.quality("gzip") > 0
        if response.status_code == 200 and asked:
            response.close()
            response.direct_passthrough = False
            response.set_data(_compressed(path, path.stat().st_mtime_ns))
            response.headers["Content-Encoding"] = "gzip"
    return response


def init_app(app: Flask) -> None:
    """Let templates find our files, the components of the GOV.UK Design System, and the words for figures."""
    design, ours = "govuk_frontend_jinja", app.jinja_loader
    app.jinja_loader = ChoiceLoader([*([ours] if ours else []), PrefixLoader({design: PackageLoader(design)})])
    app.add_template_global(static_url)
    app.add_template_global(theme_url)
    app.add_template_global(page_url)
    app.after_request(keep)
    words.init_app(app)
