"""`lms set-up`: a real partnership in an empty database, and its first administrator."""

import re
from collections.abc import Callable, Iterator
from subprocess import CompletedProcess
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from lms.set_up import set_up
from tests.factories import NOW

Lms = Callable[..., "CompletedProcess[str]"]
GIVEN = {
    "--key": "northshire",
    "--name": "Northshire Safeguarding Children Partnership",
    "--short-name": "NSCP",
    "--team-name": "Northshire learning team",
    "--team-email": "Learning@northshire.example.org.uk",
    "--team-phone": "01632 960 001",
    "--administrator": "owen.pryce@northshire.example.org.uk",
    "--administrator-name": "Owen ap Pryce",
}


def options(**other: str) -> list[str]:
    given = GIVEN | {f"--{name.replace('_', '-')}": value for name, value in other.items()}
    return [part for pair in given.items() for part in pair]


@pytest.fixture
def url(fresh_database: Callable[[], str]) -> str:
    return fresh_database()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = create_engine(url)
    yield engine
    engine.dispose()


def rows(engine: Engine, query: str) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_a_partnership_is_set_up_once_and_its_administrator_gets_in(lms: Lms, url: str, engine: Engine) -> None:
    done = lms("set-up", *options(), database=url, public_url="https://learn.northshire.example")
    assert done.returncode == 0, done.stderr
    assert rows(engine, "SELECT key, short_name, team_email, charges, made_up, demo_now FROM partnership") == [
        ("northshire", "NSCP", "learning@northshire.example.org.uk", False, False, None)
    ]
    assert rows(engine, "SELECT count(*) FROM sector")[0][0] > 5
    assert rows(engine, "SELECT count(*) FROM level")[0][0] > 5
    assert rows(engine, "SELECT count(*) FROM priority_reason")[0][0] > 0
    assert rows(engine, "SELECT count(*) FROM course") == [(0,)]
    assert rows(
        engine,
        "SELECT first_name, last_name, email, role, o.name FROM person JOIN person_role ON person_id = person.id"
        " JOIN organisation o ON o.id = organisation_id",
    ) == [("Owen ap", "Pryce", "owen.pryce@northshire.example.org.uk", "administrator", "Northshire learning team")]
    assert rows(engine, "SELECT key, state, to_email FROM letter") == [
        ("account-added", "waiting", "owen.pryce@northshire.example.org.uk")
    ]
    found = re.search(r"https://learn\.northshire\.example(/password/\S+)", done.stdout)
    assert found, done.stdout
    assert "No mail server is set, so give Owen ap Pryce this link" in done.stdout
    token = found[1].rpartition("/")[2]
    assert token not in str(rows(engine, "SELECT body, link_to FROM letter")), "the link is made, and kept nowhere"

    again = lms("set-up", *options(key="other"), database=url)
    assert again.returncode == 1
    assert "This database holds Northshire Safeguarding Children Partnership." in again.stderr
    assert "Traceback" not in again.stderr
    assert len(rows(engine, "SELECT id FROM person")) == 1


def test_the_link_that_was_printed_opens_the_page_to_choose_a_password(app: Any, client: Any) -> None:
    from lms.accounts import emails

    given = {name.removeprefix("--").replace("-", "_"): value for name, value in GIVEN.items()}
    owen = set_up(**given, now=NOW)
    page = client.get(f"/password/{emails.token(emails.FIRST, owen)}")
    assert page.status_code == 200
    assert "New password" in page.text


def test_with_a_mail_server_the_link_is_only_in_the_letter(lms: Lms, url: str) -> None:
    done = lms("set-up", *options(), database=url, smtp_url="smtp://127.0.0.1:9")
    assert done.returncode == 0, done.stderr
    assert "/password/" not in done.stdout
    assert "A letter to Owen ap Pryce" in done.stdout


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("key", "North Shire", "small letters"),
        ("key", "../theme", "small letters"),
        ("name", " ", "Give 1 to 200 characters"),
        ("name", "x" * 201, "Give 1 to 200 characters"),
        ("short_name", "x" * 41, "Give 1 to 40 characters"),
        ("team_email", "learning", "Give an email address"),
        ("administrator", "owen@@northshire", "Give an email address"),
        ("administrator_name", "Owen\nPryce\x07", "Give 1 to 200 characters"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_kept(
    lms: Lms, url: str, engine: Engine, option: str, value: str, sentence: str
) -> None:
    done = lms("set-up", *options(**{option: value}), database=url)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert rows(engine, "SELECT count(*) FROM partnership") == [(0,)]


def test_a_demonstration_is_not_set_up_by_mistake(lms: Lms, url: str, engine: Engine) -> None:
    done = lms("set-up", *options(), database=url, demo=1)
    assert done.returncode == 1
    assert "LMS_DEMO=1 is for the demonstration." in done.stderr
    assert rows(engine, "SELECT count(*) FROM partnership") == [(0,)]


def test_a_database_without_tables_is_told_in_a_sentence(lms: Lms, tmp_path: Any) -> None:
    done = lms("set-up", *options(), database=f"sqlite:///{tmp_path / 'empty.db'}")
    assert done.returncode == 1
    assert "run “lms db upgrade”" in done.stderr
    assert "Traceback" not in done.stderr
