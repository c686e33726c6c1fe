"""Letters leave: once, whole, and whatever the mail server says."""

from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms import jobs
from lms.accounts.models import Person
from lms.app import create_app
from lms.bookings import operations as bookings
from lms.db import db
from lms.letters import delivery, links
from lms.letters.models import Letter, LetterState
from lms.letters.operations import queue
from tests.factories import NOW, course_session, person
from tests.lms.letters.conftest import MailServer, free_port

VALUES = {
    "course_title": "Multi-agency neglect",
    "session_when": "soon",
    "waiting_place": "1",
    "booking_link": "https://x.example",
}


@pytest.fixture
def post(app: Flask, mail: MailServer, monkeypatch: pytest.MonkeyPatch) -> MailServer:
    """The mail server, with the application set to use it."""
    monkeypatch.setitem(app.config, "SMTP_URL", mail.url)
    return mail


def _write(to: Person | None = None, **details: Any) -> Letter:
    letter = queue("booking-waiting", to=to or person(), values=VALUES, now=NOW, **details)
    assert letter
    db.session.commit()
    return letter


def _fresh(letter: Letter) -> Letter:
    db.session.expire_all()
    return letter


def test_a_letter_with_an_invitation_arrives_as_outlook_wants_it(app: Flask, post: MailServer) -> None:
    siân = person("Siân", "Łukasz, DSL", email="sian@agency.example")
    bookings.book_place(session=course_session(), person=siân, now=NOW)
    db.session.commit()
    letter = db.session.scalars(select(Letter)).one()
    assert delivery.run(NOW) == 1
    [got] = post.got
    assert got["from"] == "Training team <training@partnership.example>"
    assert got["to"].addresses[0].display_name == "Siân Łukasz, DSL"
    assert got["to"].addresses[0].addr_spec == siân.email
    assert got["reply-to"] == "Training team <training@partnership.example>"
    assert got["subject"] == "You have a place: Multi-agency neglect"
    assert got["message-id"] == letter.message_id
    assert got["auto-submitted"] == "auto-generated"
    assert parsedate_to_datetime(got["date"]) == NOW
    assert [part.get_content_type() for part in got.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/calendar",
        "application/ics",
    ]
    plain, calendar = (part for part in got.walk() if part.get_content_maintype() == "text")
    assert plain.get_content().splitlines() == letter.body.splitlines()
    assert calendar["content-type"].params == {"charset": "utf-8", "method": "REQUEST"}
    [file] = got.iter_attachments()
    assert file.get_filename() == "invitation.ics"
    assert file.get_content() == letter.calendar.encode() == calendar.get_payload(decode=True)


def test_a_letter_that_went_is_marked_and_goes_once(post: MailServer) -> None:
    letter = _write()
    assert delivery.next_at() == NOW
    assert jobs.run_due(NOW)["letters"] == 1
    assert (_fresh(letter).state, letter.sent_at, letter.attempts) == (LetterState.SENT, NOW, 1)
    assert jobs.run_due(NOW + timedelta(days=30)).get("letters") is None
    assert len(post.got) == 1


def test_many_letters_go_in_order_over_one_connection(post: MailServer) -> None:
    names = ["A", "B", "C"]
    for name in names:
        _write(person(name))
    assert delivery.run(NOW) == 3
    assert [got["to"].addresses[0].display_name for got in post.got] == ["A Yusuf", "B Yusuf", "C Yusuf"]
    assert post.sessions == 1


def test_the_personal_link_is_made_at_sending_and_never_kept(
    app: Flask, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        links.kinds, "survey", links.Kind("survey_link", lambda to: f"https://learning.example/s/secret-of-{to}")
    )
    letter = queue(
        "survey-end-invitation",
        to=person(),
        values={"course_title": "Neglect", "survey_minutes": "4"},
        now=NOW,
        link_kind="survey",
        link_to="17",
    )
    db.session.commit()
    delivery.run(NOW)
    assert "https://learning.example/s/secret-of-17" in post.got[0].get_content()
    assert letter is not None
    assert "secret" not in _fresh(letter).body


def test_an_address_nobody_has_is_given_up_with_the_reason(post: MailServer) -> None:
    gone, other = _write(person("Gone")), _write(person("Other"))
    post.answers[gone.to_email] = "550 5.1.1 no such user"
    assert delivery.run(NOW) == 2
    assert (_fresh(gone).state, gone.error) == (LetterState.FAILED, "550 5.1.1 no such user")
    assert other.state is LetterState.SENT
    assert delivery.next_at() is None


def test_a_full_mailbox_is_tried_again_later_and_later_and_then_given_up(post: MailServer) -> None:
    letter = _write()
    post.answers[letter.to_email] = "452 4.2.2 mailbox full"
    delivery.run(NOW)
    assert (_fresh(letter).state, letter.error) == (LetterState.WAITING, "452 4.2.2 mailbox full")
    waits = []
    while letter.state is LetterState.WAITING:
        moment = letter.due_at
        assert delivery.run(moment - timedelta(seconds=1)) == 0
        assert jobs.run_due(moment)["letters"] == 1
        waits.append(_fresh(letter).due_at - moment)
    assert waits[:3] == [timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1)]
    assert letter.attempts == delivery.MOST_TRIES
    assert letter.error == f"Given up after {delivery.MOST_TRIES} tries. 452 4.2.2 mailbox full"


def test_a_mailbox_that_was_full_gets_its_letter_once(post: MailServer) -> None:
    letter = _write()
    post.answers[letter.to_email] = "452 4.2.2 mailbox full"
    delivery.run(NOW)
    post.answers.clear()
    jobs.run_due(NOW + timedelta(minutes=1))
    assert (_fresh(letter).state, letter.attempts, letter.error) == (LetterState.SENT, 2, "")
    assert len(post.got) == 1


@pytest.mark.parametrize("answer", ["554 5.7.1 not wanted", "451 4.7.1 later"])
def test_a_letter_refused_after_it_was_read_is_given_up_or_put_off(post: MailServer, answer: str) -> None:
    letter = _write()
    post.data_answer = answer
    delivery.run(NOW)
    expected = LetterState.FAILED if answer.startswith("5") else LetterState.WAITING
    assert (_fresh(letter).state, letter.error) == (expected, answer)


def test_while_the_mail_server_is_away_everything_waits_and_nothing_is_lost(
    app: Flask, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SMTP_URL", f"smtp://127.0.0.1:{free_port()}")
    letters = [_write(), _write(), _write()]
    done = jobs.run_due(NOW)
    assert done["letters"] == 3
    assert {_fresh(one).state for one in letters} == {LetterState.WAITING}
    assert {one.due_at for one in letters} == {NOW + timedelta(minutes=1)}
    assert [one.attempts for one in letters] == [1, 0, 0]  # the others need not find it out one by one
    assert letters[0].error.startswith("The mail server could not be reached")
    monkeypatch.setitem(app.config, "SMTP_URL", mail.url)
    jobs.run_due(NOW + timedelta(minutes=1))
    assert len(mail.got) == 3


def test_a_mail_server_that_is_closing_is_left_alone(post: MailServer) -> None:
    first, second = _write(), _write()
    post.answers[first.to_email] = "421 4.3.2 closing for maintenance"
    assert delivery.run(NOW) == 2
    assert (_fresh(first).error, first.attempts) == ("421 4.3.2 closing for maintenance", 1)
    assert (second.attempts, second.due_at, post.got) == (0, NOW + timedelta(minutes=1), [])


@pytest.mark.parametrize(
    ("details", "error"),
    [
        ({"to_email": "a@b.example\r\nBcc: evil@b.example"}, "It could not be put together"),
        ({"link_kind": "unknown", "link_to": "1"}, "It could not be put together: 'unknown'"),
    ],
)
def test_a_letter_that_cannot_be_put_together_stops_no_other(
    post: MailServer, details: dict[str, str], error: str
) -> None:
    broken, other = _write(), _write()
    for name, value in details.items():
        setattr(broken, name, value)
    db.session.commit()
    assert delivery.run(NOW) == 2
    assert _fresh(broken).state is LetterState.FAILED
    assert broken.error.startswith(error)
    assert (other.state, len(post.got)) == (LetterState.SENT, 1)


def test_an_address_the_mail_server_cannot_read_is_given_up(post: MailServer) -> None:
    letter = _write(person(email="siân@agency.example"))
    delivery.run(NOW)
    assert (_fresh(letter).state, post.got) == (LetterState.FAILED, [])
    assert letter.error == "Its address has letters that mail servers cannot read."


def test_a_worker_that_lost_its_lease_marks_nothing(post: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = _write()
    claimed = delivery._claim(NOW, NOW + delivery.LEASE)
    assert claimed
    assert delivery._claim(NOW, NOW) is None  # it is ours alone
    assert delivery.next_at() == NOW + delivery.LEASE
    after = NOW + delivery.LEASE
    other = delivery._claim(after, after + delivery.LEASE)
    assert other
    assert not delivery._mark(claimed, state=LetterState.SENT, sent_at=NOW)
    assert _fresh(letter).state is LetterState.WAITING
    assert delivery._mark(other, state=LetterState.SENT, sent_at=after)
    assert (_fresh(letter).attempts, letter.lease_token) == (2, None)


def test_a_letter_that_kills_its_worker_every_time_is_given_up(post: MailServer) -> None:
    letter = _write()
    letter.attempts = delivery.MOST_TRIES
    db.session.commit()
    delivery.run(NOW)
    assert (_fresh(letter).state, post.got) == (LetterState.FAILED, [])


def test_without_a_mail_server_letters_wait_and_verify_says_so(app: Flask) -> None:
    letter = _write()
    assert (delivery.next_at(), delivery.run(NOW)) == (None, 0)
    assert _fresh(letter).state is LetterState.WAITING
    assert delivery.broken() == ["1 letter waits and no mail server is set. Set LMS_SMTP_URL."]


def test_in_the_demonstration_letters_are_sent_to_the_outbox_when_due(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "DEMO", True)
    letter, later = _write(), _write()
    later.due_at = NOW + timedelta(days=1)
    db.session.commit()
    assert jobs.run_due(NOW)["letters"] == 1
    assert (_fresh(letter).state, letter.sent_at, later.state) == (LetterState.SENT, NOW, LetterState.WAITING)
    assert delivery.broken() == []


@pytest.mark.parametrize(
    ("url", "route"),
    [
        ("smtp://mail.example", ("mail.example", 25, "", "", False, False)),
        ("smtp://me:p%40ss@mail.example:587?starttls=1", ("mail.example", 587, "me", "p@ss", True, False)),
        ("smtps://mail.example", ("mail.example", 465, "", "", False, True)),
    ],
)
def test_the_address_of_the_mail_server_is_read(url: str, route: tuple[object, ...]) -> None:
    assert delivery.route_of(url) == delivery.Route(*route)  # type: ignore[arg-type]


def test_an_address_that_is_none_keeps_the_application_from_starting(app: Flask, settings: dict[str, Any]) -> None:
    with pytest.raises(RuntimeError, match="LMS_SMTP_URL must look like"):
        create_app(**settings | {"SMTP_URL": "mail.example:25"})


def test_a_server_that_cannot_speak_encrypted_gets_no_letter(
    app: Flask, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SMTP_URL", f"{mail.url}?starttls=1")
    letter = _write()
    delivery.run(NOW)
    assert (_fresh(letter).state, mail.got) == (LetterState.WAITING, [])
    assert "STARTTLS" in letter.error
