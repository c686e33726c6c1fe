"""Training somebody had elsewhere: entering it with its evidence, and the yes or no of whoever answers for them."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from lms import dates, verify
from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.db import db
from lms.errors import RuleBroken
from lms.files import EVIDENCE, PDF, StoredFile, Upload
from lms.learning import checks, operations, queries, rules
from lms.learning.models import PastLearning, PastState
from lms.learning.operations import Told
from lms.letters.models import Letter
from lms.roles import Role
from tests.factories import NOW, course, organisation, person

SignIn = Callable[[Person], FlaskClient]
TYPED = {"title": "Safer recruitment", "provider": "NSPCC", "hours": "3.5", "participatory_hours": "2",
         "done_on-day": "5", "done_on-month": "March", "done_on-year": "2024"}  # fmt: skip
PAPER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def _today(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "now", lambda: NOW)


def _token(browser: FlaskClient, address: str) -> str:
    return browser.get(address).text.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]


def _send(browser: FlaskClient, address: str, **typed: Any) -> Any:
    page = browser.get("/learning/add").text
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    for name, value in typed.items():
        if isinstance(value, tuple):  # a file: what is in it, and its name
            typed[name] = FileStorage(io.BytesIO(value[0]), value[1])
    boundary, body = encode_multipart({"csrf_token": token, **typed})
    return browser.post(address, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def _past(who: Person, evidence: Upload | None = None, **told: Any) -> PastLearning:
    said = Told(**{"title": "Safer recruitment", "provider": "NSPCC", "done_on": date(2024, 3, 5), **told})
    return operations.add_past(person=who, told=said, evidence=evidence, now=NOW)


def _only() -> PastLearning:
    return db.session.scalars(select(PastLearning)).one()


def test_somebody_enters_what_they_learned_elsewhere_with_its_certificate(app: Flask, sign_in: SignIn) -> None:
    neglect = course("NEG")
    browser = sign_in(person())
    sent = _send(browser, "/learning/add", **TYPED, course=str(neglect.id), evidence=(PAPER, "My certificate.pdf"))
    assert sent.status_code == 303
    past = _only()
    assert (past.title, past.hours, past.participatory_hours) == ("Safer recruitment", 3.5, 2.0)
    assert (past.done_on, past.course, past.state) == (date(2024, 3, 5), neglect, PastState.WAITING)
    page = browser.get(sent.location).text
    assert "Waits for approval" in page
    got = browser.get(f"/learning/past/{past.reference}/evidence")
    assert got.data == PAPER
    assert got.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": ""}, "Enter what the training was"),
        ({"hours": "three"}, "Enter a number of hours, like 3 or 2.5"),
        ({"hours": "nan"}, "Enter hours above 0"),
        ({"hours": "inf"}, "Enter hours above 0"),
        ({"hours": "0"}, "Enter hours above 0"),
        ({"participatory_hours": "4"}, "Hours with others cannot be more than all hours"),
        ({"done_on-year": "2025"}, "The day of the training must be today or in the past"),
        ({"expires_on-day": "1", "expires_on-month": "3", "expires_on-year": "2024"}, "It must expire after the day"),
        ({"evidence": (b"<html>hello</html>", "page.html")}, "This kind of file is not taken"),
        ({"evidence": (b"no picture", "picture.png")}, "This kind of file is not taken"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_nothing_is_kept(
    app: Flask, sign_in: SignIn, typed: dict[str, Any], sentence: str
) -> None:
    answer = _send(sign_in(person()), "/learning/add", **{**TYPED, **typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="NSPCC"' in answer.text
    assert db.session.scalar(select(func.count()).select_from(PastLearning)) == 0


def test_a_file_larger_than_other_pages_take_is_taken_here_and_one_larger_than_the_limit_is_refused_in_words(
    app: Flask, sign_in: SignIn
) -> None:
    browser = sign_in(person())
    large = PAPER + b" " * 5_000_000
    assert _send(browser, "/learning/add", **TYPED, evidence=(large, "a.pdf")).status_code == 303
    larger = _send(browser, "/learning/add", **TYPED, evidence=(PAPER + b" " * 10_000_001, "a.pdf"))
    assert larger.status_code == 422
    assert "larger than 10 MB" in larger.text
    assert db.session.scalar(select(func.count()).select_from(PastLearning)) == 1


def test_nobody_who_is_not_signed_in_sends_a_large_file(client: FlaskClient) -> None:
    boundary, body = encode_multipart({"evidence": FileStorage(io.BytesIO(b" " * 3_000_000), "a.pdf")})
    answer = client.post("/learning/add", data=body, content_type=f"multipart/form-data; boundary={boundary}")
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in")
    assert (
        client.post("/sign-in", data=body, content_type=f"multipart/form-data; boundary={boundary}").status_code == 413
    )


def test_the_lead_of_the_organisation_is_told_looks_and_approves_and_the_person_gets_a_letter(
    app: Flask, sign_in: SignIn
) -> None:
    own = organisation("Early help")
    amina = person(organisation=own)
    lead = person("Helen", "Ward", Role.TRAINING_LEAD, organisation=own)
    past = _past(amina, Upload("proof.pdf", PDF, PAPER), hours=3.0)
    browser = sign_in(lead)
    assert "1 entry of training elsewhere waits for your yes or no" in browser.get("/agency").text
    assert "1 entry of training elsewhere waits for your yes or no" in browser.get("/learning").text
    assert "Amina Yusuf: Safer recruitment" in browser.get("/agency/records").text
    page = browser.get(f"/agency/records/{past.reference}")
    assert "proof.pdf" in page.text
    assert browser.get(f"/agency/records/{past.reference}/evidence").data == PAPER
    form = {"csrf_token": _token(browser, f"/agency/records/{past.reference}"), "seen": queries.fingerprint(past)}
    assert browser.post(f"/agency/records/{past.reference}/approve", data=form).status_code == 303
    assert (past.state, past.decided_by) == (PastState.APPROVED, lead)
    letter = db.session.scalars(select(Letter)).one()
    assert (letter.key, letter.person_id) == ("past-learning-approved", amina.id)
    assert "waits for your" not in browser.get("/agency").text
    assert "3 hours</strong> of learning" in sign_in(amina).get("/learning").text


def test_a_no_needs_a_reason_and_the_person_can_change_it_and_send_it_again(app: Flask, sign_in: SignIn) -> None:
    own = organisation()
    amina, lead = person(organisation=own), person("Helen", "Ward", Role.DSL, organisation=own)
    past = _past(amina)
    browser = sign_in(lead)
    address = f"/agency/records/{past.reference}"
    form = {"csrf_token": _token(browser, address), "seen": queries.fingerprint(past)}
    without = browser.post(f"{address}/refuse", data=form)
    assert without.status_code == 422
    assert "Enter why it is not approved" in without.text
    assert browser.post(f"{address}/refuse", data={**form, "reason": "No certificate"}).status_code == 303
    assert past.state is PastState.REFUSED
    assert "No certificate" in db.session.scalars(select(Letter)).one().body
    mine = sign_in(amina)
    assert "did not approve it on 8 October 2024: No certificate" in mine.get(f"/learning/past/{past.reference}").text
    again = _send(mine, f"/learning/past/{past.reference}/change", **TYPED, evidence=(PAPER, "a.pdf"))
    assert again.status_code == 303
    assert (past.state, past.reason, past.evidence is not None) == (PastState.WAITING, "", True)
    operations.refuse(past=past, by=lead, reason="Not readable", seen=queries.fingerprint(past), now=NOW + timedelta(1))
    assert len(db.session.scalars(select(Letter)).all()) == 2


def test_what_was_changed_after_it_was_opened_is_not_approved_unseen(app: Flask) -> None:
    own = organisation()
    amina, lead = person(organisation=own), person("Helen", "Ward", Role.DSL, organisation=own)
    past = _past(amina, hours=2.0)
    seen = queries.fingerprint(past)
    operations.change_past(
        past=past, told=Told("Safer recruitment", "", date(2024, 3, 5), hours=200.0), evidence=None, now=NOW
    )
    with pytest.raises(RuleBroken, match="changed after you opened it"):
        operations.approve(past=past, by=lead, seen=seen, now=NOW)


def test_two_leads_answer_once(app: Flask) -> None:
    own = organisation()
    amina, lead = person(organisation=own), person("Helen", "Ward", Role.DSL, organisation=own)
    past = _past(amina)
    operations.approve(past=past, by=lead, seen=queries.fingerprint(past), now=NOW)
    with pytest.raises(RuleBroken, match="answered this already"):
        operations.refuse(past=past, by=lead, reason="No", seen=queries.fingerprint(past), now=NOW)


def test_somebody_elses_entry_does_not_exist_for_me(app: Flask, sign_in: SignIn) -> None:
    amina, tom = person(), person("Tom")
    past = _past(amina, Upload("proof.pdf", PDF, PAPER))
    other_lead = person("Helen", "Ward", Role.TRAINING_LEAD)
    for who, addresses in (
        (tom, ("/learning/past/{}", "/learning/past/{}/change", "/learning/past/{}/evidence")),
        (other_lead, ("/agency/records/{}", "/agency/records/{}/evidence")),
    ):
        browser = sign_in(who)
        for address in addresses:
            assert browser.get(address.format(past.reference)).status_code == 404, address
    browser = sign_in(other_lead)
    form = {"csrf_token": _token(browser, "/learning/add"), "seen": queries.fingerprint(past)}
    for answer in ("approve", "refuse"):
        assert browser.post(f"/agency/records/{past.reference}/{answer}", data=form).status_code == 404
    assert past.state is PastState.WAITING


def test_nobody_approves_their_own(app: Flask, sign_in: SignIn) -> None:
    lead = person("Helen", "Ward", Role.TRAINING_LEAD)
    past = _past(lead)
    assert sign_in(lead).get(f"/agency/records/{past.reference}").status_code == 404
    with pytest.raises(RuleBroken, match="Nobody approves their own"):
        operations.approve(past=past, by=lead, seen=queries.fingerprint(past), now=NOW)


def test_where_nobody_else_answers_for_a_person_the_officer_does(app: Flask) -> None:
    officer = person("Siân", "Morgan", Role.LD_OFFICER)
    with_lead, without = organisation(), organisation()
    lead = person("Helen", "Ward", Role.TRAINING_LEAD, organisation=with_lead)
    theirs, of_lead, alone = _past(person(organisation=with_lead)), _past(lead), _past(person(organisation=without))
    assert set(queries.to_decide(officer)) == {of_lead, alone}
    assert queries.to_decide(lead) == [theirs]
    lead.disabled_at = NOW
    db.session.flush()
    assert set(queries.to_decide(officer)) == {theirs, of_lead, alone}
    assert queries.waiting_sentences(person("Tom")) == []


def test_what_is_taken_back_is_gone_with_its_file(app: Flask, sign_in: SignIn) -> None:
    amina = person()
    past = _past(amina, Upload("proof.pdf", PDF, PAPER))
    browser = sign_in(amina)
    token = {"csrf_token": _token(browser, "/learning/add")}
    assert browser.post(f"/learning/past/{past.reference}/take-back", data=token).status_code == 303
    assert db.session.scalar(select(func.count()).select_from(PastLearning)) == 0
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0
    verbs = db.session.scalars(select(Activity.verb).where(Activity.subject_kind == "past_learning")).all()
    assert verbs == ["past_learning:entered", "past_learning:taken_back"]


def test_what_is_approved_stays_as_it_was_approved(app: Flask, sign_in: SignIn) -> None:
    own = organisation()
    amina, lead = person(organisation=own), person("Helen", "Ward", Role.DSL, organisation=own)
    past = _past(amina)
    operations.approve(past=past, by=lead, seen=queries.fingerprint(past), now=NOW)
    browser = sign_in(amina)
    assert "Change it" not in browser.get(f"/learning/past/{past.reference}").text
    assert _send(browser, f"/learning/past/{past.reference}/change", **TYPED).status_code == 422
    with pytest.raises(RuleBroken, match="can no longer be changed"):
        operations.take_back(past=past, now=NOW)


def test_verify_says_where_somebody_approved_their_own(app: Flask) -> None:
    amina = person()
    past = _past(amina)
    assert checks.answered() == []
    past.state, past.decided_at, past.decided_by_id = PastState.APPROVED, NOW, amina.id
    db.session.flush()
    assert len(checks.answered()) == 1
    assert ("past learning", checks.answered) in verify.checks


def test_every_kind_of_evidence_is_named_on_the_page(app: Flask, sign_in: SignIn) -> None:
    page = sign_in(person()).get("/learning/add").text
    assert ", ".join(kind.ending for kind in EVIDENCE) in page
    assert "Nothing about a child or a family may be in it" in page


def test_titles_that_are_the_same_are_known_as_such() -> None:
    assert rules.same_as("Safer  recruitment ") == rules.same_as("SAFER RECRUITMENT")
    assert rules.same_as("Other", "NEG") == rules.same_as("Neglect", "neg")
