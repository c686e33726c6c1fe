"""A PDF is asked for, drawn by the worker step by step, kept with who asked, and removed after 90 days."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from evaluation.impact_reports import drawing, formats, operations, queries
from evaluation.impact_reports.models import ReportFile, Stage
from evaluation.impact_reports.scopes import Scope, ScopeKind
from lms import jobs, pdf
from lms.accounts.models import Person
from lms.db import db
from lms.files import StoredFile
from lms.leases import LEASE
from lms.roles import Role
from lms.verify import problems
from tests.evaluation.impact_reports.conftest import ACTION
from tests.factories import NOW, partnership, person

PATH = "/reports/impact/action/LDA-1/pdf"


def token(browser: FlaskClient, path: str = PATH) -> dict[str, str]:
    return {"csrf_token": browser.get(path).text.partition('name="csrf_token" value="')[2].partition('"')[0]}


def test_a_pdf_is_drawn_off_the_request_and_the_page_says_how_far(
    year: None, office: FlaskClient, officer: Person, now_in_2024: None, sign_in: Callable[[Person], FlaskClient]
) -> None:
    assert office.post(PATH, data=token(office)).location == PATH
    waiting = office.get(PATH)
    assert waiting.headers["Refresh"] == "2"
    assert '<progress class="gt-making" id="made" value="0" max="4">' in waiting.text
    assert "Refresh" not in office.get(f"{PATH}?still=1").headers
    operations.ask_for_pdf(scope=ACTION, by=officer, now=NOW)
    assert db.session.scalar(select(func.count()).select_from(ReportFile)) == 1, "who asks twice waits for the first"
    seen: list[Stage] = []
    real = formats.document

    def watched(*given: object) -> object:
        seen.append(db.session.scalars(select(ReportFile.stage)).one())
        return real(*given)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(formats, "document", watched)
        assert jobs.run_due(NOW)["impact reports: PDFs"] == 1
    assert seen == [Stage.DRAWING]
    done = office.get(PATH)
    assert "Refresh" not in done.headers
    assert "Asked for by Olive Officer" in done.text
    kept = db.session.scalars(select(ReportFile)).one()
    answer = sign_in(person("Sid", "Scrutineer", Role.SCRUTINEER)).get(f"{PATH}/{kept.reference}")
    assert answer.data.startswith(b"%PDF")
    assert "impact-action-LDA-1-2024-10-08.pdf" in answer.headers["Content-Disposition"]
    assert office.get(f"/reports/impact/course/NEG/pdf/{kept.reference}").status_code == 404, "of this report alone"
    assert drawing.next_at() is None
    assert problems() == []


def test_what_goes_wrong_is_said_in_a_sentence_and_can_be_tried_again(
    app: Flask, office: FlaskClient, officer: Person, now_in_2024: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = Scope(ScopeKind.ACTION, "LDA-1", "LDA-1")
    operations.ask_for_pdf(scope=gone, by=officer, now=NOW)
    db.session.commit()
    assert drawing.run(NOW) == 1
    assert db.session.scalars(select(ReportFile)).one().problem == drawing.GONE

    def broken(*_: object, **__: object) -> bytes:
        raise pdf.PdfError("This document is too long for a PDF. Download it as a spreadsheet instead.")

    monkeypatch.setattr(pdf, "render", broken)
    scope = queries.period(NOW.date() - timedelta(days=30), NOW.date())
    operations.ask_for_pdf(scope=scope, by=officer, now=NOW)
    db.session.commit()
    assert drawing.run(NOW) == 1
    page = office.get(f"/reports/impact/period/{scope.key}/pdf").text
    assert "too long for a PDF" in page
    assert "Try again" in page


def test_a_worker_that_died_loses_nothing_and_after_three_tries_somebody_is_told(app: Flask, officer: Person) -> None:
    partnership()
    scope = queries.period(NOW.date() - timedelta(days=30), NOW.date())
    one = operations.ask_for_pdf(scope=scope, by=officer, now=NOW)
    db.session.commit()
    for number in range(drawing.MOST_TRIES):
        at = NOW + number * (LEASE + timedelta(minutes=1))
        assert drawing.leases.claim(at, at + LEASE)
        assert drawing.leases.claim(at, at + LEASE) is None, "its lease has not ended"
    assert drawing.run(NOW + timedelta(hours=1)) == 1
    db.session.refresh(one)
    assert (one.stage, one.problem) == (Stage.FAILED, drawing.GAVE_UP)


def test_pdfs_are_removed_after_ninety_days(app: Flask, officer: Person) -> None:
    partnership()
    scope = queries.period(NOW.date() - timedelta(days=30), NOW.date())
    operations.ask_for_pdf(scope=scope, by=officer, now=NOW)
    db.session.commit()
    drawing.run(NOW)
    stored = db.session.scalar(select(func.count()).select_from(StoredFile))
    assert operations.next_removal() == NOW + timedelta(days=90)
    assert operations.remove_old(NOW + timedelta(days=89)) == 0
    assert operations.remove_old(NOW + timedelta(days=90)) == 1
    assert db.session.scalars(select(ReportFile)).all() == []
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == (stored or 0) - 1
