"""The first page of a visitor and of each role, and how the machinery stands."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms import hooks, jobs
from lms.accounts.models import Person
from lms.bookings.models import Booking, BookingStatus
from lms.db import db
from lms.letters.models import Letter, LetterState
from lms.roles import Role
from tests.factories import course, course_session, organisation, partnership, person

SignIn = Callable[[Person], FlaskClient]


def soon(days: int = 7) -> datetime:
    return (datetime.now(UTC) + timedelta(days=days)).replace(minute=0, second=0, microsecond=0)


def main_of(client: FlaskClient, path: str = "/") -> str:
    return client.get(path).text.partition("<main")[2].partition("</main")[0]


def test_a_visitor_reads_what_it_is_for_and_what_comes_next(client: FlaskClient) -> None:
    partnership()
    assert "No session has a date at the moment." in main_of(client)
    for day in range(1, 8):
        course_session(course(title=f"Course of day {day}"), starts_at=soon(day))
    course_session(course(title="Over"), starts_at=soon(-1))
    course_session(course(title="Called off"), starts_at=soon(1), cancelled_at=soon(-1))
    course_session(course(title="Of one school"), starts_at=soon(1), host_organisation=organisation())
    page = main_of(client)
    assert [f"Course of day {day}" in page for day in range(1, 8)] == [True] * 5 + [False] * 2
    assert not [title for title in ("Over", "Called off", "Of one school") if title in page]
    assert 'href="/sign-in"' in page
    assert "20 places left" in page


def test_a_practitioner_finds_the_own_sessions_first(sign_in: SignIn) -> None:
    who = person("Siân", "Morgan")
    mine = course_session(course(title="Mine"), starts_at=soon(3))
    db.session.add(
        Booking(session=mine, person=who, status=BookingStatus.BOOKED, asked_at=soon(-1), booked_at=soon(-1))
    )
    page = main_of(sign_in(who))
    assert "Hello, Siân" in page
    assert page.index("Your next sessions") < page.index("Mine") < page.index("The next sessions for everybody")
    assert "You teach" not in page
    assert "People" not in page


def test_what_waits_for_a_person_stands_first(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        hooks, "learning_panels", [lambda who: [(f"Your questions are open, {who.first_name}", "/help")]]
    )
    page = main_of(sign_in(person("Siân", "Morgan")))
    assert (
        page.index("Waiting for you") < page.index("Your questions are open, Siân") < page.index("Your next sessions")
    )


def test_a_trainer_is_led_to_the_registers(sign_in: SignIn) -> None:
    trainer = person("Łukasz", "Nowak", Role.TRAINER)
    course_session(course(title="To come"), starts_at=soon(3), trainers=[trainer], reference="NEG-2")
    over = course_session(course(title="Over"), starts_at=soon(-3), trainers=[trainer], reference="NEG-1")
    other = course_session(course(title="Of somebody else"), starts_at=soon(-3))
    for session in (over, other):
        db.session.add(
            Booking(
                session=session, person=person(), status=BookingStatus.BOOKED, asked_at=soon(-9), booked_at=soon(-9)
            )
        )
    page = main_of(sign_in(trainer))
    assert "Finish the register: Over" in page
    assert "1 to mark" in page
    assert 'href="/sessions/NEG-1/register"' in page
    assert page.index("You teach") < page.index("To come")
    assert "Of somebody else" not in page


@pytest.mark.parametrize("role", list(Role))
def test_each_role_is_shown_the_pages_it_can_open_and_no_other(role: Role, sign_in: SignIn) -> None:
    client = sign_in(person("Siân", "Morgan", role))
    page = main_of(client)
    links = {part.partition('"')[0] for part in page.partition("Your pages")[2].split('href="')[1:]}
    assert {"/courses", "/account"} <= links
    for link in links:
        assert client.get(link).status_code == 200, link


def test_the_administrator_sees_how_letters_jobs_and_the_database_stand(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    who = person("Owen", "Pryce", Role.ADMINISTRATOR)
    for number, state in enumerate([LetterState.WAITING, LetterState.WAITING, LetterState.SENT, LetterState.FAILED]):
        db.session.add(
            Letter(key="k", to_name="A", to_email="a@agency.example", subject="s", body="b", message_id=f"<{number}@x>",
                   queued_at=now, due_at=now - timedelta(days=number), state=state,
                   sent_at=now if state is LetterState.SENT else None,
                   error="550 no such mailbox" if state is LetterState.FAILED else "")
        )  # fmt: skip
    late = jobs.Job("sweeping", lambda: now - timedelta(hours=2), lambda _: 0)
    monkeypatch.setattr(jobs, "jobs", [late, jobs.Job("resting", lambda: None, lambda _: 0)])
    page = " ".join(main_of(sign_in(who), "/admin").replace("<dt>", " ").replace("</dt><dd>", ": ").split())
    for words in (
        "Waiting to go: 2",
        "Sent: 1",
        "Given up: 1",
        "Letters that did not go at once",
        "550 no such mailbox",
        "Sweeping",
        "Late: since",
        "Resting",
        "Nothing in sight",
    ):
        assert words in page
    assert {"sqlite": "Kind: SQLite", "postgresql": "Kind: PostgreSQL"}[db.engine.dialect.name] in page
    assert " MB" in page
    assert "Size: 0.0 MB" not in page
