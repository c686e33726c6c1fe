"""What people do in a browser without scripts: open a page, fill in its form, send it."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def token(page: TestResponse) -> str:
    """The CSRF token of the forms of a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert found, f"{page.request.path} has no form ({page.status_code})"
    return found[1]


def send(client: FlaskClient, path: str, to: str | None = None, **fields: Any) -> TestResponse:
    """Open a page and send its form, to the page itself or to another address."""
    return client.post(to or path, data={"csrf_token": token(client.get(path)), **fields})
