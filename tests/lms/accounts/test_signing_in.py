"""Signing in, signing out, and what a visit is worth in the wrong hands."""

import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms.accounts import operations, passwords
from lms.accounts.models import FailedSignIn, Person, ServerSession
from lms.activity.models import Activity
from lms.db import db
from lms.roles import Role
from tests.browsing import send, token
from tests.factories import person

COOKIE = "__Host-lms"
PASSWORD = "kettle-orbit-marmalade"
HOSTILE = Path(__file__).parents[4] / "shared" / "data" / "hostile" / "open_redirect.txt"


def known(*roles: Role) -> Person:
    """Somebody with a password."""
    somebody: Person = person("Siân", "Morgan", *roles, password_hash=passwords.make_hash(PASSWORD))
    return somebody


def sign_in(client: FlaskClient, who: Person, password: str = PASSWORD, **more: Any) -> Any:
    return send(client, "/sign-in", email=who.email, password=password, **more)


def visits(who: Person | None = None) -> list[ServerSession]:
    found = select(ServerSession)
    return list(db.session.scalars(found.where(ServerSession.person_id == who.id) if who else found))


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


@pytest.fixture
def who(app: Flask) -> Person:
    return known()


def test_the_right_password_opens_the_account(client: FlaskClient, who: Person) -> None:
    answer = sign_in(client, who)
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Siân Morgan" in client.get("/account").text
    assert db.session.scalar(select(Activity.verb).where(Activity.actor_id == who.id)) == "person:signed_in"


def test_an_address_is_the_same_in_large_letters_and_with_spaces(client: FlaskClient, who: Person) -> None:
    assert send(client, "/sign-in", email=f"  {(who.email or '').upper()} ", password=PASSWORD).status_code == 303


def test_wrong_password_unknown_address_and_disabled_person_read_the_same(app: Flask, who: Person) -> None:
    disabled = known()
    disabled.disabled_at = datetime.now(UTC)
    without = person()
    db.session.commit()
    pages = set()
    for email, password in [
        (who.email, "not the password"),
        ("nobody@example.org.uk", PASSWORD),
        (disabled.email, PASSWORD),
        (without.email, ""),
    ]:
        answer = send(app.test_client(), "/sign-in", email=email, password=password or " ")
        assert answer.status_code == 422
        assert f'value="{email}"' in answer.text, "what was typed is still there"
        assert PASSWORD not in answer.text
        pages.add(re.sub(r'value="[^"]*"', "", answer.text))
    assert len(pages) == 1
    assert "do not belong together" in pages.pop()


def test_an_unknown_address_takes_as_long_as_a_known_one(app: Flask, client: FlaskClient, who: Person) -> None:
    app.config["ARGON2"] = (19456, 2, 1)
    try:
        operations.set_password(person=who, password=PASSWORD, now=datetime.now(UTC))
        db.session.commit()
        passwords.fits("", "once, so that the hash of nobody is made")
        times: dict[str, list[float]] = {str(who.email): [], "nobody@example.org.uk": []}
        sent = token(client.get("/sign-in"))
        for _ in range(8):
            for email, taken in times.items():
                began = perf_counter()
                client.post("/sign-in", data={"csrf_token": sent, "email": email, "password": "not the password"})
                taken.append(perf_counter() - began)
    finally:
        app.config["ARGON2"] = (8, 1, 1)
    known, unknown = (median(taken) for taken in times.values())
    assert 0.6 < unknown / known < 1.6


def test_the_cookie_is_for_this_host_alone_and_out_of_reach_of_scripts(client: FlaskClient, who: Person) -> None:
    cookies = sign_in(client, who).headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
    visit = cookies[-1] if cookies[-1].startswith(f"{COOKIE}=") else cookies[0]
    assert "Expires" not in visit
    assert "Max-Age" not in visit


def test_the_database_keeps_only_the_hash_of_the_cookie(client: FlaskClient, who: Person) -> None:
    sign_in(client, who)
    cookie = client.get_cookie(COOKIE)
    assert cookie
    assert len(cookie.value) >= 43
    assert [visit.name_hash for visit in visits(who)] == [sha256(cookie.value.encode()).hexdigest()]


def test_a_visitor_who_only_reads_leaves_no_row_and_gets_no_cookie(client: FlaskClient) -> None:
    for path in ("/", "/courses", "/help"):
        assert "Set-Cookie" not in client.get(path).headers
    assert visits() == []


def test_signing_in_and_out_change_the_name_of_the_visit(app: Flask, client: FlaskClient, who: Person) -> None:
    client.get("/sign-in")
    names = [client.get_cookie(COOKIE)]
    sign_in(client, who)
    names.append(client.get_cookie(COOKIE))
    send(client, "/account", to="/sign-out")
    names.append(client.get_cookie(COOKIE))
    values = [name.value for name in names if name]
    assert len(set(values)) == 3
    for value in values:
        thief = app.test_client()
        thief.set_cookie(COOKIE, value)
        assert not is_in(thief)


def copy_of(app: Flask, client: FlaskClient) -> FlaskClient:
    """A browser with the same cookie."""
    copy = app.test_client()
    cookie = client.get_cookie(COOKIE)
    assert cookie
    copy.set_cookie(COOKIE, cookie.value)
    return copy


@pytest.mark.parametrize("ending", ["sign out", "everywhere", "disable", "password", "role"])
def test_a_copied_cookie_is_worth_nothing_after(ending: str, app: Flask, client: FlaskClient, who: Person) -> None:
    officer = person("Joan", "Field", Role.LD_OFFICER)
    sign_in(client, who)
    thief = copy_of(app, client)
    assert is_in(thief)
    now = datetime.now(UTC)
    if ending == "sign out":
        send(client, "/account", to="/sign-out")
    elif ending == "everywhere":
        send(app_client := copy_of(app, client), "/account", to="/account/sign-out-everywhere")
        assert not is_in(app_client)
        assert not is_in(client)
    elif ending == "disable":
        operations.disable(person=who, actor=officer, now=now)
    elif ending == "password":
        send(client, "/account/password", current=PASSWORD, password="puddle-lantern-cactus")
        assert is_in(client), "whoever changed it stays signed in"
    else:
        operations.change_roles(person=who, roles=[Role.GOVERNOR], actor=officer, now=now)
        db.session.commit()
        assert thief.get("/teaching").status_code == 403
        return
    db.session.commit()
    assert not is_in(thief)
    assert [thief.get("/account").status_code for _ in range(3)] == [303, 303, 303]


def test_a_visit_that_was_ended_while_a_page_was_made_stays_ended(app: Flask, client: FlaskClient, who: Person) -> None:
    sign_in(client, who)
    cookie = client.get_cookie(COOKIE)
    assert cookie
    with app.test_request_context(headers={"Cookie": f"{COOKIE}={cookie.value}"}) as context:
        visit = app.session_interface.open_session(app, context.request)
        assert visit is not None
        visit["something"] = "new"
        operations.end_visits(person=who)
        db.session.commit()
        answer = app.response_class()
        app.session_interface.save_session(app, visit, answer)
    assert visits(who) == []
    assert f"{COOKIE}=;" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(
    ("seen_before", "made_before", "still_in"),
    [
        (timedelta(minutes=29, seconds=55), timedelta(hours=1), True),
        (timedelta(minutes=30), timedelta(hours=1), False),
        (timedelta(0), timedelta(hours=11, minutes=59, seconds=55), True),
        (timedelta(0), timedelta(hours=12), False),
    ],
)
def test_a_visit_ends_when_nobody_is_there_and_after_twelve_hours(
    seen_before: timedelta, made_before: timedelta, still_in: bool, client: FlaskClient, who: Person
) -> None:
    sign_in(client, who)
    (visit,) = visits(who)
    now = datetime.now(UTC)
    visit.last_seen_at, visit.created_at = now - seen_before, now - made_before
    db.session.commit()
    assert is_in(client) is still_in


def test_last_seen_is_written_at_most_once_a_minute(client: FlaskClient, who: Person, count_queries: list[str]) -> None:
    sign_in(client, who)
    client.get("/account")
    count_queries.clear()
    client.get("/account")
    assert not [statement for statement in count_queries if "UPDATE server_session" in statement]
    (visit,) = visits(who)
    visit.last_seen_at = then = datetime.now(UTC) - timedelta(seconds=61)
    db.session.commit()
    client.get("/account")
    assert visits(who)[0].last_seen_at > then


def test_ended_visits_are_cleared_away(client: FlaskClient, who: Person) -> None:
    old = datetime.now(UTC) - timedelta(days=2)
    db.session.add(ServerSession(name_hash="0" * 64, data={}, created_at=old, last_seen_at=old))
    sign_in(client, who)
    assert "0" * 64 not in {visit.name_hash for visit in visits()}


def test_after_signing_in_one_is_where_one_wanted_to_be(client: FlaskClient, who: Person) -> None:
    there = client.get("/people?page=2")
    assert there.status_code == 303
    page = client.get(there.location)
    answer = client.post(
        "/sign-in",
        data={"csrf_token": token(page), "email": who.email, "password": PASSWORD, "next": "/people?page=2"},
    )
    assert answer.location == "/people?page=2"
    assert 'value="/people?page=2"' in page.text


@pytest.mark.skipif(not HOSTILE.exists(), reason="the list of hostile addresses is not beside this repository")
def test_what_an_old_tab_sends_after_signing_out_leads_back_to_its_page(client: FlaskClient, who: Person) -> None:
    gone = client.post("/account/sign-out-everywhere", headers={"Referer": "http://localhost/account"})
    assert (gone.status_code, gone.location) == (303, "/sign-in?next=/account")
    there = client.get(gone.location).text
    assert "You were no longer signed in, so nothing was changed." in there
    from_elsewhere = client.post("/account/sign-out-everywhere", headers={"Referer": "http://evil.invalid/x"})
    assert from_elsewhere.location == "/sign-in"
    assert "no longer signed in" not in client.get("/sign-in").text


def test_whoever_is_sent_to_sign_in_reads_why(client: FlaskClient, who: Person) -> None:
    asked = client.get("/account", follow_redirects=True).text
    assert "Then you go on to the page you asked for." in asked
    assert "No account yet?" in asked
    assert "Then you go on" not in client.get("/sign-in").text


def test_no_address_leads_to_another_site_after_signing_in(app: Flask, who: Person) -> None:
    here = "http://localhost/sign-in"
    for line in HOSTILE.read_text(encoding="utf-8").splitlines():
        client = app.test_client()
        sign_in(client, who, next=line)
        assert is_in(client)
        location = client.get("/sign-in", query_string={"next": line}).location
        assert urlsplit(urljoin(here, location)).netloc == "localhost", line
        assert "\\" not in location


def test_a_hash_of_another_cost_is_made_again_at_sign_in(app: Flask, client: FlaskClient, who: Person) -> None:
    app.config["ARGON2"] = (16, 1, 1)
    try:
        sign_in(client, who)
    finally:
        app.config["ARGON2"] = (8, 1, 1)
    assert "m=16," in who.password_hash


def test_somebody_disabled_is_out_with_the_next_page(client: FlaskClient, who: Person) -> None:
    sign_in(client, who)
    who.disabled_at = datetime.now(UTC)
    assert not is_in(client)


def failed() -> int:
    return db.session.scalar(select(func.count()).select_from(FailedSignIn)) or 0


def wrong(app: Flask, email: str | None, address: str = "192.0.2.1", password: str = "not the password") -> Any:
    client = app.test_client()
    sent = token(client.get("/sign-in"))
    return client.post(
        "/sign-in",
        data={"csrf_token": sent, "email": email, "password": password},
        environ_base={"REMOTE_ADDR": address},
    )


def test_after_ten_failures_nobody_elsewhere_may_try_and_the_page_says_how_long(app: Flask, who: Person) -> None:
    assert [wrong(app, who.email, f"192.0.2.{n}").status_code for n in range(10)] == [422] * 10
    stopped = wrong(app, who.email, "192.0.2.99", PASSWORD)
    assert stopped.status_code == 429
    assert 240 < int(stopped.headers["Retry-After"]) <= 300
    assert "5 minutes" in stopped.text
    other = known()
    assert wrong(app, other.email, "192.0.2.98", PASSWORD).status_code == 303


def test_an_unknown_address_is_stopped_just_the_same(app: Flask) -> None:
    statuses = [wrong(app, "nobody@example.org.uk", f"192.0.2.{n}").status_code for n in range(12)]
    assert statuses == [422] * 10 + [429] * 2


def test_whoever_has_signed_in_here_before_cannot_be_kept_out_from_elsewhere(
    app: Flask, client: FlaskClient, who: Person
) -> None:
    sign_in(client, who)
    send(client, "/account", to="/sign-out")
    for n in range(12):
        wrong(app, who.email, f"192.0.2.{n}")
    assert sign_in(client, who).status_code == 303
    assert wrong(app, who.email, "192.0.2.50", PASSWORD).status_code == 429


def test_a_device_of_one_person_opens_no_door_to_another(client: FlaskClient, app: Flask, who: Person) -> None:
    sign_in(client, known())
    send(client, "/account", to="/sign-out")
    assert [sign_in(client, who, "not the password").status_code for _ in range(11)] == [422] * 10 + [429]
    assert wrong(app, who.email, "192.0.2.50", PASSWORD).status_code == 429


def test_a_known_device_has_ten_tries_too(client: FlaskClient, who: Person) -> None:
    sign_in(client, who)
    send(client, "/account", to="/sign-out")
    statuses = [sign_in(client, who, "not the password").status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]


def test_thirty_failures_of_one_address_stop_it_whatever_the_accounts(app: Flask, who: Person) -> None:
    statuses = [wrong(app, f"nobody{n}@example.org.uk", "198.51.100.7").status_code for n in range(31)]
    assert statuses == [422] * 30 + [429]
    assert wrong(app, who.email, "198.51.100.7", PASSWORD).status_code == 429
    assert wrong(app, who.email, "198.51.100.8", PASSWORD).status_code == 303


def test_signing_in_ends_the_count_and_many_colleagues_may_share_an_address(app: Flask, who: Person) -> None:
    for _ in range(9):
        wrong(app, who.email)
    assert wrong(app, who.email, password=PASSWORD).status_code == 303
    assert [wrong(app, who.email).status_code for _ in range(10)] == [422] * 10
    colleagues = [known() for _ in range(35)]
    for colleague in colleagues:
        assert wrong(app, colleague.email, "203.0.113.5", PASSWORD).status_code == 303


def test_the_count_names_nobody_and_outlives_a_restart(app: Flask, who: Person) -> None:
    for n in range(10):
        wrong(app, who.email, f"192.0.2.{n}")
    rows = db.session.scalars(select(FailedSignIn)).all()
    assert all(re.fullmatch(r"[0-9a-f]{64}", row.key_hash) for row in rows)
    assert max(row.failures for row in rows) == 10


def test_each_further_try_waits_twice_as_long_and_a_quiet_day_forgets(app: Flask, who: Person) -> None:
    for n in range(10):
        wrong(app, who.email, f"192.0.2.{n}")

    def row() -> FailedSignIn:
        return db.session.scalars(select(FailedSignIn).where(FailedSignIn.failures >= 10)).one()

    now = datetime.now(UTC)
    row().blocked_until = now - timedelta(seconds=1)
    assert wrong(app, who.email, "192.0.2.60").status_code == 422
    assert timedelta(minutes=9) < (row().blocked_until or now) - now <= timedelta(minutes=11)
    assert wrong(app, who.email, "192.0.2.61").status_code == 429
    row().blocked_until = now - timedelta(days=1)
    assert [wrong(app, who.email, f"192.0.2.{n}").status_code for n in range(70, 80)] == [422] * 10


def test_a_slow_count_starts_anew_after_five_minutes(app: Flask, who: Person) -> None:
    for n in range(9):
        wrong(app, who.email, f"192.0.2.{n}")
    for row in db.session.scalars(select(FailedSignIn)):
        row.first_at = datetime.now(UTC) - timedelta(minutes=5)
    assert [wrong(app, who.email, f"192.0.2.{n}").status_code for n in range(20, 30)] == [422] * 10
    assert wrong(app, who.email, "192.0.2.31").status_code == 429


TRIES = """
import json, sys
from lms.accounts.throttle import Counter, begin_try
from lms.app import create_app
app = create_app(SQLALCHEMY_DATABASE_URI=sys.argv[1], SECRET_KEY="only-for-this-test-0123456789-abcdefghij")
with app.app_context():
    print("ready", flush=True)
    sys.stdin.readline()
    counters = [Counter("account", "a@example.org.uk", 10), Counter("address", "192.0.2.1", 30)]
    print(sum(begin_try(*counters) is None for _ in range(25)))
"""


def test_ten_tries_are_ten_tries_in_four_processes_at_once(fresh_database: Callable[[], str]) -> None:
    command = [sys.executable, "-c", TRIES, fresh_database()]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": Path(__file__).parents[3]}
    running = [subprocess.Popen(command, **pipes) for _ in range(4)]  # type: ignore[call-overload]
    assert [process.stdout.readline() for process in running] == ["ready\n"] * 4
    for process in running:
        process.stdin.write("go\n")
        process.stdin.flush()
    made = [process.communicate(timeout=120)[0] for process in running]
    assert sum(map(int, made)) == 10
