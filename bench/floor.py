"""The floor of a page: bare Flask that sends the page's own statements through the bare driver and answers the page's bytes.

It serves with the settings of `lms serve` itself. `python -m bench.floor PORT FILE`, FILE as `bench.catalogue` writes it.
"""

import pickle
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response
from flask.typing import ResponseReturnValue

from bench.recording import Fetch, Question, driver
from lms.worker import WebServer


@dataclass(frozen=True)
class Page:
    """One recorded page: where it is, what it asks of which database, and what it answers."""

    path: str
    database: str
    questions: Sequence[Question]
    body: bytes


def make_app(page: Page) -> Flask:
    """Bare Flask with that one page. Each thread keeps a connection of its own."""
    app = Flask("floor", static_folder=None)
    own, kept = threading.local(), ExitStack()

    def fetch() -> Fetch:
        if not hasattr(own, "fetch"):
            own.fetch = kept.enter_context(driver(page.database))
        found: Fetch = own.fetch
        return found

    @app.get(page.path)
    def answer() -> ResponseReturnValue:
        ask = fetch()
        for question in page.questions:
            ask(question.statement, question.parameters)
        return Response(page.body, mimetype="text/html")

    return app


class FloorServer(WebServer):
    """The web server of the product, with the floor in it."""

    def __init__(self, port: int, file: Path) -> None:
        self.file = file
        super().__init__("127.0.0.1", port)

    def load(self) -> Flask:
        return make_app(pickle.loads(self.file.read_bytes()))


if __name__ == "__main__":
    # Imported by its name, not as __main__: that is what the file says its classes are called.
    from bench.floor import FloorServer as Server

    Server(int(sys.argv[1]), Path(sys.argv[2])).run()
