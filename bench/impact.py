"""The impact report of an action with 10 sessions, 500 people and 4 waves: its page, and its PDF as the worker draws it."""

import time
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from flask.testing import FlaskClient
from sqlalchemy import select

from bench import data
from bench.measured import Case, case
from bench.pdf import CHART, draw_bare
from bench.place import Place, application
from bench.recording import driver, reads, recorded
from bench.thread import sign_in
from evaluation.actions.models import Action
from evaluation.impact_reports import drawing, operations, queries
from evaluation.impact_reports.models import ReportFile, Stage
from evaluation.offers.models import LearningOffer
from evaluation.results.operations import make_releases
from lms import dates, pdf
from lms.catalogue.models import Course
from lms.db import db, writing

SESSIONS, PEOPLE = 10, 500


def measure(place: Place) -> Iterator[Case]:
    """The page beside the bare fetch of its rows; the PDF, from the row that waits to the file that is kept, beside the engine
    drawing the same text without its charts."""
    sessions, people = (2, 40) if place.effort.quick else (SESSIONS, PEOPLE)
    with place.copy() as url, application(url, place.folder, demo=True):
        with writing():
            reader = data.add_reader()
            data.replace_sessions(sessions=sessions, people=people)
            reference = db.session.scalars(
                select(Action.reference)
                .join(LearningOffer, LearningOffer.action_id == Action.id)
                .join(Course, Course.id == LearningOffer.course_id)
                .where(Course.code == data.COURSE)
                .order_by(Action.reference)
                .limit(1)
            ).one()
        make_releases(dates.now())
        if place.kind == "postgresql":
            db.session.connection().exec_driver_sql("ANALYZE")
            db.session.commit()
        yield _page(place, url, sign_in(reader), f"/reports/impact/action/{reference}", people)
        yield _paper(place, reference, people)


def _page(place: Place, url: str, browser: FlaskClient, path: str, people: int) -> Case:
    def seconds() -> float:
        start = time.perf_counter()
        answer = browser.get(path)
        taken = time.perf_counter() - start
        if answer.status_code != 200 or "gt-verdict" not in answer.text:
            raise ValueError(f"The page of the impact report answered {answer.status_code}.")
        return taken

    seconds()  # the first draws its templates, and says that the visit was seen
    with recorded(db.engine) as questions:
        seconds()
    asked = reads(questions)
    pages, floors = [], []
    with driver(url) as fetch:
        for _ in range(place.effort.repeats):
            pages.append(seconds() * 1000)
            start = time.perf_counter()
            for question in asked:
                fetch(question.statement, question.parameters)
            floors.append((time.perf_counter() - start) * 1000)
    return case(f"impact report page, {people:,} people", place.kind, "ms", pages, floors)


def _paper(place: Place, reference: str, people: int) -> Case:
    markup: list[str] = []
    real = pdf.render_html

    def overheard(html: str, **details: Any) -> bytes:
        markup.append(html)
        return real(html, **details)

    def seconds() -> float:
        now = dates.now()
        scope = queries.scope("action", reference)
        if scope is None:
            raise ValueError(f"There is no action {reference}.")
        with writing():
            operations.ask_for_pdf(scope=scope, by=None, now=now)
        start = time.perf_counter()
        drawing.run(now)
        taken = time.perf_counter() - start
        if db.session.scalars(select(ReportFile.stage).order_by(ReportFile.id.desc()).limit(1)).one() is not Stage.DONE:
            raise ValueError("The PDF of the impact report was not drawn.")
        db.session.rollback()
        return taken

    with patch.object(pdf, "render_html", overheard):
        seconds()
    text = CHART.sub("", markup[-1])
    draw_bare(text)
    times, floors = [], []
    for _ in range(min(place.effort.repeats, 5)):
        times.append(seconds())
        start = time.perf_counter()
        draw_bare(text)
        floors.append(time.perf_counter() - start)
    return case(f"impact report pdf, {people:,} people", place.kind, "s", times, floors)
