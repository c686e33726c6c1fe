"""What follows a request in a transaction of its own, and when it does not."""

from collections.abc import Callable

import pytest
from flask import Flask, Response

from lms.db import afterwards, db, finish_request
from lms.errors import RuleBroken
from lms.organisations.models import Sector


def names() -> set[str]:
    return {sector.name for sector in db.session.query(Sector)}


def add(name: str) -> Callable[[], None]:
    def work() -> None:
        db.session.add(Sector(key=name, name=name, position=len(name)))

    return work


def test_it_follows_a_request_that_was_kept(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        add("own")()
        afterwards(add("after it"))
        assert names() == {"own"}
        finish_request(Response(status=303))
    assert names() == {"own", "after it"}


@pytest.mark.parametrize("status", [200, 422])
def test_it_does_not_follow_a_request_that_leaves_no_trace(app: Flask, status: int) -> None:
    with app.test_request_context(method="POST"):
        afterwards(add("after it"))
        finish_request(Response(status=status, mimetype="text/html"))
    assert names() == set()


def test_it_does_not_follow_a_rule_that_said_no(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        afterwards(add("after it"))
        RuleBroken("No.")
        finish_request(Response(status=303))
    assert names() == set()


def test_when_it_fails_the_request_stays_kept_and_the_log_says_so(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    def fails() -> None:
        add("half done")()
        db.session.flush()
        raise OSError("no room")

    with app.test_request_context(method="POST"):
        add("own")()
        afterwards(fails)
        afterwards(add("after it"))
        assert finish_request(Response(status=303)).status_code == 303
    assert names() == {"own", "after it"}
    assert "What was to follow" in caplog.text
