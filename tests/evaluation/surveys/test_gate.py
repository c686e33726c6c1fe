"""Where a course asks its questions first: the certificate is handed out to who has answered, and nothing tells who that was."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from evaluation.surveys.models import Invitation
from lms import jobs
from lms.accounts.models import Person, PersonRole
from lms.activity.models import Activity
from lms.bookings.models import Booking
from lms.certificates import operations
from lms.certificates.models import Certificate
from lms.certificates.queries import certificates_of
from lms.certificates.rules import Conditions
from lms.dates import from_london
from lms.db import Base, db, writing
from lms.letters.models import Letter
from lms.roles import Role
from tests.evaluation.surveys.conftest import Life

AFTERNOON = from_london(date(2024, 11, 5), 14)
CLOSED = from_london(date(2024, 11, 13))
SignIn = Callable[[Any], FlaskClient]


def finish(life: Life, *, after_questions: bool) -> None:
    """The register is finished, and the course gives certificates."""
    with writing():
        operations.set_rule(
            course=life.session.course,
            gives=True,
            conditions=Conditions(),
            after_questions=after_questions,
            by=None,
            now=from_london(date(2024, 10, 9)),
        )
        life.session.register_finished_at = AFTERNOON
    life.until(AFTERNOON)


def person(life: Life, number: int, *roles: Role) -> Person:
    found = db.session.get_one(Booking, life.bookings[number]).person
    found.held = [PersonRole(role=role) for role in roles or (Role.PRACTITIONER,)]
    db.session.commit()
    return found


def page_of(life: Life, number: int) -> str:
    booking = db.session.get_one(Booking, life.bookings[number])
    return f"/certificates/{certificates_of([booking.person_id])[booking.id].reference}"


def test_first_the_questions_then_the_certificate(
    taught: Life, sign_in: SignIn, at: Callable[[datetime], None]
) -> None:
    finish(taught, after_questions=True)
    at(AFTERNOON + timedelta(hours=1))
    page = page_of(taught, 0)
    browser = sign_in(person(taught, 0))
    before = browser.get(page).text
    assert "Answer the questions at the end of the course first" in before
    assert "They are open until 12 November 2024." in before
    assert "Download the PDF" not in before
    assert "Certificate number" not in before
    assert browser.get(f"{page}/pdf").location == page
    booking = db.session.get_one(Booking, taught.bookings[0]).reference
    assert "Answer the questions at the end" in browser.get(f"/bookings/{booking}").text
    taught.answer("end", 0, AFTERNOON)
    assert "Download the PDF" in browser.get(page).text
    assert browser.get(f"{page}/pdf").mimetype == "application/pdf"
    # Nobody else's answer opens it.
    assert sign_in(person(taught, 1)).get(f"{page_of(taught, 1)}/pdf").status_code == 303


def test_when_the_questions_are_over_everybody_has_theirs(
    taught: Life, sign_in: SignIn, at: Callable[[datetime], None]
) -> None:
    finish(taught, after_questions=True)
    browser = sign_in(person(taught, 1))
    at(CLOSED - timedelta(seconds=1))
    assert browser.get(f"{page_of(taught, 1)}/pdf").status_code == 303
    at(CLOSED)
    assert browser.get(f"{page_of(taught, 1)}/pdf").status_code == 200
    taught.until(CLOSED)
    assert browser.get(f"{page_of(taught, 1)}/pdf").status_code == 200


def test_without_the_course_asking_for_it_there_is_no_gate(
    taught: Life, sign_in: SignIn, at: Callable[[datetime], None]
) -> None:
    finish(taught, after_questions=False)
    at(AFTERNOON)
    assert sign_in(person(taught, 0)).get(f"{page_of(taught, 0)}/pdf").mimetype == "application/pdf"
    assert len(taught.letters("certificate-ready")) == 12


def test_a_training_lead_is_not_told_who_has_answered(
    taught: Life, sign_in: SignIn, at: Callable[[datetime], None]
) -> None:
    finish(taught, after_questions=True)
    taught.answer("end", 0, AFTERNOON)
    at(AFTERNOON + timedelta(hours=1))
    lead = sign_in(person(taught, 2, Role.TRAINING_LEAD))
    pages = []
    for number in (0, 1):
        page = page_of(taught, number)
        assert lead.get(f"{page}/pdf").status_code == 303
        said = lead.get(page).text
        assert "You can download it from 13 November 2024" in said
        pages.append(
            said[said.index("This certificate is made") : said.index("Held on")].replace("Person00", "Person01")
        )
    assert pages[0] == pages[1]
    at(CLOSED)
    assert lead.get(f"{page_of(taught, 0)}/pdf").status_code == 200


def test_whoever_cannot_be_asked_does_not_wait(taught: Life, sign_in: SignIn, at: Callable[[datetime], None]) -> None:
    finish(taught, after_questions=True)
    booking = db.session.get_one(Booking, taught.bookings[0])
    db.session.delete(taught.invitation("end", 0))
    booking.person.email = None
    db.session.commit()
    at(AFTERNOON)
    assert sign_in(person(taught, 0)).get(f"{page_of(taught, 0)}/pdf").status_code == 200


@pytest.mark.parametrize("answered", [(), (0, 3, 4)])
def test_nothing_that_is_kept_tells_who_had_answered(taught: Life, answered: tuple[int, ...]) -> None:
    """Whoever answered before or after the certificates were made, all tables but those of surveys say the same of everybody."""
    for number in answered:
        taught.answer("end", number, AFTERNOON - timedelta(minutes=10))
    finish(taught, after_questions=True)
    for number in (5, 6):
        taught.answer("end", number, AFTERNOON + timedelta(hours=1))
    jobs.run_due(AFTERNOON + timedelta(hours=2))
    letters = taught.letters("certificate-after-questions")
    assert len(letters) == 12
    assert len({(one.queued_at, one.due_at, one.state) for one in letters}) == 1
    assert "open until 12 November 2024" in letters[0].body
    issued = db.session.scalars(db.select(Certificate).order_by(Certificate.id)).all()
    assert len({(one.issued_at, one.attempts, one.revoked_at) for one in issued}) == 1
    # In the order of names, as they were issued: not of answers.
    assert [one.booking_id for one in issued] == sorted(taught.bookings[:12])
    assert db.session.scalar(db.select(db.func.count(Activity.id)).where(Activity.verb == "certificate:issued")) == 1
    assert not {"answered", "answered_at"} & {column.name for column in Certificate.__table__.columns}


def test_no_table_of_certificates_points_at_one_of_surveys(taught: Life) -> None:
    surveys = {"survey_round", "invitation", "held_answers", "response", "answer"}
    for name in ("certificate", "issue_run", "certificate_rule", "verify_count"):
        assert not {key.column.table.name for key in Base.metadata.tables[name].foreign_keys} & surveys
    assert Invitation.__table__.name in surveys
    assert Letter.__table__.name not in surveys
