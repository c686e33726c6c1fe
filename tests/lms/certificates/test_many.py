"""Many at once: previewed with their number, drawn by the worker and never by a request, undone within the hour."""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from lms import jobs, pdf
from lms.activity.models import Activity
from lms.attendance import operations as registers
from lms.attendance.models import Mark
from lms.attendance.rules import MarkGiven
from lms.certificates import drawing, operations
from lms.certificates.models import Certificate, IssueRun
from lms.db import db
from lms.errors import RuleBroken
from lms.letters.models import Letter
from tests.browsing import token
from tests.factories import NOW, course
from tests.lms.certificates.scene import Held, certificates, crowd, give, hold, letters, names, post, wrong

SignIn = Callable[[Any], FlaskClient]
Clock = Callable[[datetime], datetime]


@pytest.fixture
def before(app: Flask, clock: Clock) -> Held:
    """Held, and finished, before the course gave certificates: nothing happens by itself."""
    found = hold(rule=False)
    give(found.course, at=found.finished_at + timedelta(hours=1))
    clock(found.finished_at + timedelta(hours=2))
    return found


def path(held: Held) -> str:
    return f"/sessions/{held.session.reference}/certificates"


def press(browser: FlaskClient, held: Held, seen: int) -> Any:
    return post(browser, path(held), seen=seen)


def test_the_preview_says_how_many_who_and_who_not_and_why(before: Held, sign_in: SignIn) -> None:
    page = sign_in(before.officer).get(path(before)).text
    assert "2 certificates to issue" in page
    assert "Issue 2 certificates" in page
    assert page.index("Dev Patel") < page.index("Amina Yusuf") < page.index("Not given")
    assert "Was there in part; the course asks for all of it" in page
    assert "The register does not say that they came" in page
    # By hand only for who was there.
    assert page.count("Issue by hand") == 1
    assert certificates() == []


def test_one_press_issues_them_and_the_worker_draws_them(
    before: Held, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in(before.officer)
    drawn: list[str] = []
    real = pdf.render
    monkeypatch.setattr(pdf, "render", lambda *a, **k: drawn.append(k["title"]) or real(*a, **k))
    answer = press(browser, before, 2)
    assert (answer.status_code, drawn) == (303, [])
    page = browser.get(answer.location)
    assert "Making 2 certificates" in page.text
    assert "0 of 2 made" in page.text
    assert '<progress class="gt-making" id="made" value="0" max="2">' in page.text
    assert page.headers["Refresh"] == "4"
    assert "Refresh" not in browser.get(f"{answer.location}?still=1").headers
    one = certificates()[0]
    assert "The PDF is being made" in browser.get(f"/certificates/{one.reference}").text
    assert browser.get(f"/certificates/{one.reference}/pdf").location == f"/certificates/{one.reference}"
    assert browser.get(f"{answer.location}/zip").location == answer.location
    assert drawn == []

    jobs.run_due(before.finished_at + timedelta(hours=2))
    assert len(drawn) == 2
    page = browser.get(answer.location)
    assert "2 certificates made" in page.text
    assert "Refresh" not in page.headers
    with zipfile.ZipFile(io.BytesIO(browser.get(f"{answer.location}/zip").data)) as archive:
        assert archive.namelist() == [
            "Certificate-Amina-Yusuf-NEG-2024-11-05.pdf",
            "Certificate-Dev-Patel-NEG-2024-11-05.pdf",
        ]
        assert all(archive.read(name).startswith(b"%PDF") for name in archive.namelist())
    assert len(drawn) == 2, "a request reads what is drawn and draws nothing"


def test_the_letters_wait_as_long_as_it_can_be_undone(before: Held, sign_in: SignIn) -> None:
    press(sign_in(before.officer), before, 2)
    now = before.finished_at + timedelta(hours=2)
    jobs.run_due(now)
    due = {one.due_at for one in db.session.scalars(db.select(Letter).where(Letter.key == "certificate-ready"))}
    assert due == {now + timedelta(hours=1)}


def test_undoing_takes_all_back_and_nobody_has_heard_of_it(before: Held, sign_in: SignIn, clock: Clock) -> None:
    browser = sign_in(before.officer)
    run = press(browser, before, 2).location
    now = before.finished_at + timedelta(hours=2)
    jobs.run_due(now)
    assert len(letters()) == 2
    clock(now + timedelta(minutes=59))
    assert "Undo: take back 2 certificates" in browser.get(run).text
    assert post(browser, f"{run}/undo").status_code == 303
    assert (certificates(), letters()) == ([], [])
    assert "2 certificates taken back" in browser.get(run).text
    assert wrong() == []
    # What was undone can be issued again, by a press; never by itself.
    jobs.run_due(now + timedelta(hours=1))
    assert certificates() == []
    assert press(browser, before, 2).status_code == 303
    assert len(certificates()) == 2


def test_after_the_hour_it_cannot_be_undone_as_a_whole(before: Held, sign_in: SignIn, clock: Clock) -> None:
    browser = sign_in(before.officer)
    run = press(browser, before, 2).location
    clock(before.finished_at + timedelta(hours=3))
    assert "Undo" not in browser.get(run).text
    with pytest.raises(RuleBroken, match="Its letters have gone out since"):
        operations.undo(
            run=db.session.scalars(db.select(IssueRun)).one(),
            by=before.officer,
            now=before.finished_at + timedelta(hours=3),
        )
    assert len(certificates()) == 2


def test_nobody_issues_another_number_than_they_have_looked_at(before: Held, sign_in: SignIn) -> None:
    browser = sign_in(before.officer)
    before.mark(before.people[3], Mark.ATTENDED)
    db.session.commit()
    answer = press(browser, before, 2)
    assert answer.status_code == 422
    assert "Since you looked it has become 3 certificates, not 2" in answer.text
    assert "Issue 3 certificates" in answer.text
    assert certificates() == []
    assert press(browser, before, 3).status_code == 303
    assert press(browser, before, 3).status_code == 422, "nobody is left"
    assert len(certificates()) == 3


def test_a_whole_course_at_once(before: Held, sign_in: SignIn, clock: Clock) -> None:
    other = hold(of=before.course, rule=False, starts_at=before.session.starts_at - timedelta(days=30))
    browser = sign_in(before.officer)
    address = f"/courses/{before.course.code}/certificates"
    page = browser.get(address).text
    assert "4 certificates to issue" in page
    assert page.index(before.session.reference) < page.index(other.session.reference)
    answer = post(browser, address, seen=4)
    assert answer.status_code == 303
    assert len(certificates()) == 4
    run = db.session.scalars(db.select(IssueRun)).one()
    assert (run.people, run.course_id, run.session_id) == (4, before.course.id, None)
    assert f"Certificates: {before.course.title}" in browser.get(answer.location).text
    last = db.session.scalars(db.select(Activity).where(Activity.verb == "certificate:issued")).all()[-1]
    assert (last.subject, last.details["people"]) == (before.course.code, 4)


def test_a_course_of_many_sessions_takes_one_query_more_for_each_to_lock_it(
    app: Flask, sign_in: SignIn, clock: Clock, count_queries: list[str]
) -> None:
    counts = []
    for number in (2, 6):
        of = course()
        held = [hold(of=of, rule=False, starts_at=NOW + timedelta(days=30 + one)) for one in range(number)]
        give(of, at=held[-1].finished_at + timedelta(hours=1))
        clock(held[-1].finished_at + timedelta(hours=2))
        browser, address = sign_in(held[0].officer), f"/courses/{of.code}/certificates"
        csrf = token(browser.get(address))
        db.session.expire_all()
        db.session.commit()
        count_queries.clear()
        answer = browser.post(address, data={"csrf_token": csrf, "seen": 2 * number})
        assert answer.status_code == 303
        counts.append(len(count_queries))
    assert counts[1] - counts[0] == 6 - 2


def test_five_hundred_are_issued_by_the_same_queries_as_five(
    app: Flask, sign_in: SignIn, clock: Clock, count_queries: list[str]
) -> None:
    counts = []
    for number in (5, 500):
        held = hold(of=course(), names=[("P", "0", None)], finish=False, rule=False, capacity=600)
        agency = held.people[0].person.organisation
        held.people += crowd(held.session, agency, number - 1)
        _mark_all(held)
        held.finish()
        give(held.course, at=held.finished_at + timedelta(hours=1))
        clock(held.finished_at + timedelta(hours=2))
        browser = sign_in(held.officer)
        csrf = token(browser.get(path(held)))
        count_queries.clear()
        assert f"Issue {number} certificates" in browser.get(path(held)).text
        looked = len(count_queries)
        count_queries.clear()
        assert browser.post(path(held), data={"csrf_token": csrf, "seen": number}).status_code == 303
        counts.append((looked, len(count_queries)))
        run = db.session.scalars(db.select(IssueRun).order_by(IssueRun.id.desc())).first()
        assert run is not None
        count_queries.clear()
        browser.get(f"/certificates/runs/{run.reference}")
        counts[-1] += (len(count_queries),)
    assert counts[0] == counts[1]
    codes = [one.printed_code for one in certificates()]
    assert len(set(codes)) == len(codes) == 505


def _mark_all(held: Held) -> None:
    date = held.session.dates[0]
    given = [MarkGiven(one.id, Mark.ATTENDED) for one in held.people]
    registers.record_marks(date, given=given, by=held.officer, now=date.ends_at)


def test_a_certificate_that_cannot_be_drawn_is_tried_again_and_the_page_says_so(
    before: Held, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in(before.officer)
    run = press(browser, before, 2).location
    now = before.finished_at + timedelta(hours=2)
    real = pdf.render_html

    def not_now(html: str, **details: Any) -> bytes:
        if "Amina" in html:
            raise pdf.PdfError("no")
        return real(html, **details)

    with monkeypatch.context() as patch:
        patch.setattr(pdf, "render_html", not_now)
        assert drawing.run(now) == 2
        assert drawing.run(now + timedelta(minutes=1)) == 1
        assert drawing.next_at() == now + timedelta(minutes=16)
    assert "1 of 2 made" in browser.get(run).text
    assert "1 certificate could not be made at the first try" in browser.get(run).text
    assert drawing.run(now + timedelta(minutes=16)) == 1
    assert "2 certificates made" in browser.get(run).text


def test_a_worker_that_lost_its_lease_keeps_nothing(before: Held, sign_in: SignIn) -> None:
    press(sign_in(before.officer), before, 2)
    now = before.finished_at + timedelta(hours=2)
    slow = drawing.leases.claim(now, until=now + timedelta(minutes=5))
    assert slow is not None
    assert drawing.run(now + timedelta(minutes=5)) == 2, "the other takes up what the slow one has had for too long"
    kept = [one.file_id for one in certificates()]
    drawing.draw(slow, now)
    assert [one.file_id for one in certificates()] == kept
    assert len(letters()) == 2
    db.session.execute(update(Certificate).values(draw_at=now))
    assert drawing.run(now + timedelta(days=1)) == 0


def test_those_who_have_one_are_listed_and_by_hand_needs_a_reason(before: Held, sign_in: SignIn) -> None:
    browser = sign_in(before.officer)
    ellie, tomasz = before.people[2], before.people[3]
    address = f"{path(before)}/{ellie.reference}"
    assert "Was there in part" in browser.get(address).text
    assert post(browser, address, reason=" ").status_code == 422
    assert post(browser, address, reason="A fire alarm ended it for everybody.").status_code == 303
    assert names() == ["Ellie Marsden"]
    [one] = certificates()
    assert (one.by_hand_why, one.issued_by_id, one.hours) == (
        "A fire alarm ended it for everybody.",
        before.officer.id,
        1.5,
    )
    page = browser.get(path(before)).text
    assert "By hand" in page
    refused = post(browser, f"{path(before)}/{tomasz.reference}", reason="Please")
    assert "The register does not say that Tomasz Wójcik was there" in refused.text
    again = post(browser, address, reason="Again")
    assert "Ellie Marsden has a certificate for this session already" in again.text
    assert len(certificates()) == 1
    assert wrong() == []
