"""The thread page with few and with many answers: how long the server takes, and how many queries it sends."""

import time
from collections.abc import Iterator

from flask.testing import FlaskClient

from bench import data
from bench.measured import Case, case
from bench.place import Place, application
from bench.recording import driver, reads, recorded
from evaluation.results.operations import make_releases
from lms import dates
from lms.accounts.models import Person
from lms.db import db, writing

PATH = f"/improvement/{data.THREAD}"


def measure(place: Place) -> Iterator[Case]:
    """Time at each size beside the bare fetch of the same rows; then queries at the most beside those at the size before."""
    queries: list[int] = []
    for number in place.effort.answers:
        yield from _size(place, f"thread page, {number:,} answers", queries, answers=number)
    if place.effort.submissions and place.kind == "sqlite":
        number = place.effort.submissions
        yield from _size(place, f"thread page, {number:,} submissions", queries, submissions=number)
    yield case("thread page, queries", place.kind, "queries", queries[-1:], queries[-2:-1])


def _size(place: Place, name: str, queries: list[int], *, answers: int = 0, submissions: int = 0) -> Iterator[Case]:
    with place.copy() as url, application(url, place.folder, demo=True):
        with writing():
            reader = data.add_reader()
            data.replace_answers(answers=answers, submissions=submissions)
        make_releases(dates.now())
        if place.kind == "postgresql":
            db.session.connection().exec_driver_sql("ANALYZE")
            db.session.commit()
        browser = sign_in(reader)
        _seconds(browser)  # the first draws its templates, and says that the visit was seen
        with recorded(db.engine) as questions:
            _seconds(browser)
        asked = reads(questions)
        queries.append(len(asked))
        pages, floors = [], []
        with driver(url) as fetch:
            for _ in range(min(place.effort.repeats, 3) if submissions else place.effort.repeats):
                pages.append(_seconds(browser))
                start = time.perf_counter()
                for question in asked:
                    fetch(question.statement, question.parameters)
                floors.append(time.perf_counter() - start)
    yield case(name, place.kind, "ms", [one * 1000 for one in pages], [one * 1000 for one in floors])


def sign_in(person_id: int) -> FlaskClient:
    """A browser in this process in which a person is signed in, without the page and the password."""
    from flask import current_app

    browser = current_app.test_client()
    with browser.session_transaction() as visit:
        visit["_user_id"], visit["_fresh"] = db.session.get_one(Person, person_id).get_id(), True
    return browser


def _seconds(browser: FlaskClient) -> float:
    start = time.perf_counter()
    answer = browser.get(PATH)
    seconds = time.perf_counter() - start
    if answer.status_code != 200 or data.THREAD not in answer.text:
        raise ValueError(f"The thread page answered {answer.status_code}.")
    return seconds
