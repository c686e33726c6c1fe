"""Who sees which certificate, and what can be done with it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms import jobs
from lms.activity.models import Activity
from lms.certificates.models import Certificate
from lms.certificates.queries import certificates_of
from lms.db import db
from lms.roles import Role
from tests.factories import person
from tests.lms.certificates.scene import Held, certificates, give, hold, letter, letters, post, wrong

SignIn = Callable[[Any], FlaskClient]


@pytest.fixture
def issued(held: Held, evening: datetime) -> Held:
    """Dev and Amina hold theirs, drawn."""
    db.session.commit()
    jobs.run_due(evening)
    return held


def of(held: Held, number: int = 0) -> Certificate:
    return certificates_of([held.people[number].person_id])[held.people[number].id]


def test_the_person_finds_it_on_the_page_of_the_booking_and_in_my_learning(issued: Held, sign_in: SignIn) -> None:
    one, amina = of(issued), issued.people[0].person
    browser = sign_in(amina)
    for page in ("/learning", f"/bookings/{issued.people[0].reference}"):
        assert f'href="/certificates/{one.reference}"' in browser.get(page).text
    page = browser.get(f"/certificates/{one.reference}").text
    assert "Amina Yusuf" in page
    assert "Choose the next step" in page
    assert "For officers" not in page
    file = browser.get(f"/certificates/{one.reference}/pdf")
    assert (file.status_code, file.mimetype) == (200, "application/pdf")
    assert file.headers["Content-Disposition"].endswith("Certificate-Amina-Yusuf-NEG-2024-11-05.pdf")


def test_the_booking_says_why_there_is_none_yet(app: Flask, clock: Callable[[datetime], Any], sign_in: SignIn) -> None:
    held = hold(finish=False)
    amina, _, ellie, tomasz = held.people
    clock(held.session.ends_at + timedelta(minutes=5))

    def said(whose: Any) -> str:
        return sign_in(whose.person).get(f"/bookings/{whose.reference}").text

    assert "as soon as the register of this session is finished" in said(amina)
    held.finish()
    assert "Your certificate is being made." in said(amina)
    assert "gives a certificate to who was there for all of it. The register says that you were there for less" in said(
        ellie
    )
    assert "Your certificate" not in said(tomasz)


def test_a_training_lead_downloads_those_of_their_own_people_and_nobody_elses_exist(
    issued: Held, sign_in: SignIn
) -> None:
    one = of(issued)
    lead = person("Helen", "Ward", Role.TRAINING_LEAD, organisation=issued.people[0].person.organisation)
    own = sign_in(lead)
    assert f'href="/certificates/{one.reference}"' in own.get(f"/agency/people/{issued.people[0].person_id}").text
    assert "Amina Yusuf" in own.get(f"/certificates/{one.reference}").text
    assert own.get(f"/certificates/{one.reference}/pdf").mimetype == "application/pdf"
    others = [
        person("Oona", "Other", Role.TRAINING_LEAD),
        issued.people[1].person,
        issued.trainer,
        person("Gail", "Governor", Role.GOVERNOR, organisation=lead.organisation),
    ]
    for somebody in others:
        for address in ("", "/pdf"):
            assert sign_in(somebody).get(f"/certificates/{one.reference}{address}").status_code == 404


def test_trainers_see_only_how_many(issued: Held, sign_in: SignIn) -> None:
    browser = sign_in(issued.trainer)
    page = browser.get("/teaching").text
    assert "2 certificates issued." in page
    assert "/certificates/" not in page
    assert browser.get(f"/sessions/{issued.session.reference}/certificates").status_code == 403


def test_an_officer_withdraws_one_with_a_reason_the_person_reads(issued: Held, sign_in: SignIn) -> None:
    one = of(issued)
    db.session.execute(db.text("UPDATE letter SET state = 'sent'"))
    browser, address = sign_in(issued.officer), f"/certificates/{one.reference}"
    assert "Enter the reason" in post(browser, f"{address}/withdraw", why=" ").text
    assert post(browser, f"{address}/withdraw", why="Issued to the wrong Amina.").status_code == 303
    page = browser.get(address).text
    assert "This certificate was withdrawn on 5 November 2024." in page
    assert "Priya Nair: Issued to the wrong Amina." in page
    assert letters()[-1] == ("certificate-withdrawn", "Amina Yusuf")
    assert "Issued to the wrong Amina." in letter("certificate-withdrawn").body
    assert browser.get(f"{address}/pdf").status_code == 303
    again = post(browser, f"{address}/withdraw", why="Once more")
    assert "This certificate is withdrawn already" in again.text
    assert wrong() == []
    amina = sign_in(issued.people[0].person)
    assert "was withdrawn" in amina.get(f"/bookings/{issued.people[0].reference}").text


def test_nobody_hears_of_one_that_is_withdrawn_before_its_letter_went(issued: Held, sign_in: SignIn) -> None:
    post(sign_in(issued.officer), f"/certificates/{of(issued).reference}/withdraw", why="A slip")
    assert letters() == [("certificate-ready", "Dev Patel")]


def test_a_corrected_one_has_codes_of_its_own_and_the_history_stays(
    issued: Held, sign_in: SignIn, evening: datetime
) -> None:
    old = of(issued)
    db.session.execute(db.text("UPDATE letter SET state = 'sent'"))
    browser = sign_in(issued.officer)
    path = f"/certificates/{old.reference}/reissue"
    assert "Enter the name as it should stand" in post(browser, path, name=" ", reason="The name was misspelt.").text
    answer = post(browser, path, name="Amína Yusuf", reason="The name was misspelt.")
    assert answer.status_code == 303
    jobs.run_due(evening)
    new = of(issued)
    assert answer.location == f"/certificates/{new.reference}"
    assert (new.name, new.replaces_id, new.outcomes, new.days) == ("Amína Yusuf", old.id, old.outcomes, old.days)
    assert len({new.printed_code, old.printed_code}) == len({new.code_hash, old.code_hash}) == 2
    page = browser.get(answer.location).text
    assert page.index("Amína Yusuf") < page.index(f'href="/certificates/{old.reference}"')
    assert "The name was misspelt." in page
    assert letters()[-1] == ("certificate-reissued", "Amina Yusuf")
    assert "The name was misspelt." in letter("certificate-reissued").body
    refused = post(browser, path, name="Again", reason="Again")
    assert "Only a certificate that is valid can be corrected" in refused.text
    assert [
        one.verb
        for one in db.session.scalars(
            db.select(Activity).where(Activity.verb.startswith("certificate:")).order_by(Activity.id)
        )
    ] == [
        "certificate:rule_set",
        "certificate:issued",
        "certificate:reissued",
    ]
    assert wrong() == []


def test_an_officer_says_what_a_course_asks_for(held: Held, sign_in: SignIn) -> None:
    browser, address = sign_in(held.officer), f"/courses/{held.course.code}/certificates/rule"
    assert f'href="{address}"' in browser.get(f"/courses/{held.course.code}/edit").text
    assert "Enter how many per cent" in post(browser, address, gives="y", dates="share").text
    given = {"gives": "y", "dates": "share", "least_share": "80", "part_counts": "y", "after_questions": "y"}
    assert post(browser, address, **given).status_code == 303
    page = browser.get(f"/courses/{held.course.code}/certificates").text
    assert "80% of the dates or more, once they have answered the questions" in page
    opened = browser.get(address).text
    assert 'value="80"' in opened
    assert opened.count("checked") == 4
    assert post(browser, address, dates="all").status_code == 303
    assert "gives no certificates" in browser.get(f"/courses/{held.course.code}/certificates").text


def test_reading_the_certificates_of_many_people_is_one_query(
    held: Held, evening: datetime, count_queries: list[str]
) -> None:
    give(held.course, part_counts=True)
    db.session.commit()
    jobs.run_due(evening)
    people = [one.person_id for one in held.people]
    count_queries.clear()
    assert len(certificates_of(people)) == 3
    assert len(count_queries) == 1
    assert certificates_of([]) == {}
    assert len(certificates()) == 3


def test_a_letter_that_is_being_sent_cannot_be_taken_back_and_the_person_hears_that_it_no_longer_counts(
    issued: Held, sign_in: SignIn
) -> None:
    db.session.execute(db.text("UPDATE letter SET lease_token = 'in hand' WHERE to_name = 'Amina Yusuf'"))
    post(sign_in(issued.officer), f"/certificates/{of(issued).reference}/withdraw", why="A slip")
    assert sorted(letters()) == [
        ("certificate-ready", "Amina Yusuf"),
        ("certificate-ready", "Dev Patel"),
        ("certificate-withdrawn", "Amina Yusuf"),
    ]
