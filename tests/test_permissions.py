"""Every address, every role, every method: nobody reaches what the table in lms/permissions.py does not grant them.

The expectation is made of two lists: GRANTS, and PUBLIC below, which is written by hand. A new page for everybody is added there.
"""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from lms.accounts.models import Person
from lms.app import create_app
from lms.db import Base, db
from lms.permissions import GRANTS, Permission, public
from lms.permissions import PUBLIC as MARK
from lms.roles import Role
from tests.factories import course, course_session, person

#: Everything anybody reaches without signing in.
PUBLIC = {
    "accounts.check_email",
    "accounts.choose_password",
    "accounts.home",
    "accounts.sign_in",
    "accounts.sign_in_help",
    "accounts.sign_out",
    "catalogue.course",
    "catalogue.index",
    "catalogue.session",
    # By a key in the address, on the host of contents alone.
    "elearning.content_file",
    "elearning.player",
    # By the secret address of one's own calendar.
    "feed.subscribed",
    # By the number on a certificate.
    "certificates.verify",
    "certificates.verify_code",
    "health",
    # 404 outside the demonstration: see below.
    "letters.invitation",
    "letters.letter",
    "letters.outbox",
    # Without anybody's name: the page a device keeps, what keeps it, and how a phone shows it.
    "offline.manifest",
    "offline.page",
    "offline.worker",
    "pages.accessibility",
    "pages.help_page",
    "pages.privacy",
    "pages.worried",
    "static",
    # By the link of a letter.
    "approvals.answer",
    "surveys.answer",
    "surveys.save",
}
#: What the scrutineer, who changes nothing, can send: their own account, and what everybody can.
BY_SCRUTINEER = {"accounts.change_password", "accounts.sign_out_everywhere"} | {
    f"scrutiny.{name}"
    for name in (
        *("raise_challenge", "judge", "reopen", "close", "note"),
        *("draft_report", "edit_report", "sign_report", "reopen_report"),
    )
}
#: A PDF is drawn by the worker when somebody asks for it: that makes a file and changes nothing of the partnership's.
BY_SCRUTINEER |= {"impact_reports.ask_pdf"}
#: Sent with a token of another kind; see settled question 19.
WITHOUT_CSRF: set[str] = set()
#: Rows that are kept beside a request: visits, counted tries, and counted looks at certificates.
SIDE_RECORDS = {"server_session", "failed_sign_in", "verify_count"}
#: What nobody means, where a page reads its address.
NONSENSE = {"page": "x'", "q": "%", "month": "13", "role": "queen"}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def undeclared(app: Flask) -> list[str]:
    """Views that name neither a permission nor that they are public, and public ones nobody wrote down."""
    marks = {name: getattr(view, "permission", None) for name, view in app.view_functions.items()}
    return [
        name
        for name, mark in sorted(marks.items())
        if not (mark == MARK and name in PUBLIC) and not isinstance(mark, Permission)
    ]


def addresses(app: Flask, **known: Any) -> Iterator[tuple[Rule, str]]:
    """Each rule with an address of it. `known` gives values of arguments; the others name things that do not exist."""
    adapter = app.url_map.bind("localhost")
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule)):
        values = {name: known.get(name) or unknown(rule._converters[name]) for name in rule.arguments}
        yield rule, adapter.build(rule.endpoint, values, method=next(iter(rule.methods or ["GET"])))


def unknown(converter: BaseConverter) -> Any:
    """A value an address of this kind takes, of something that is not there."""
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 999_999 if isinstance(converter, IntegerConverter) else "nobody"


def permission_of(app: Flask, rule: Rule) -> Permission | str | None:
    return getattr(app.view_functions[rule.endpoint], "permission", None)


def digest() -> dict[str, str]:
    """One hash for the rows of each table, side records left out."""
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name not in SIDE_RECORDS:
            rows = sorted(repr(tuple(row)) for row in db.session.execute(select(table)))
            found[table.name] = f"{len(rows)}:{hashlib.sha256(''.join(rows).encode()).hexdigest()}"
    db.session.rollback()
    return found


@pytest.fixture
def people(app: Flask) -> dict[Role | None, Person | None]:
    """One person for each role and no other; None is somebody who is not signed in."""
    return {None: None} | {role: person("Siân", role.label, role) for role in Role}


@pytest.fixture
def known(app: Flask) -> dict[str, Any]:
    """Values for arguments of addresses, of things that are there."""
    session = course_session(course("NEG"))
    somebody = person("Amina", "Yusuf")
    db.session.commit()
    return {"code": "NEG", "reference": session.reference, "person_id": somebody.id, "filename": "look.css"}


def browser(app: Flask, sign_in: Callable[[Person], FlaskClient], who: Person | None) -> FlaskClient:
    return sign_in(who) if who else app.test_client()


def test_every_view_says_who_may_reach_it(app: Flask) -> None:
    assert undeclared(app) == []
    assert {name for name in PUBLIC if name not in app.view_functions} == set(), "the list names only what is there"


@pytest.mark.any_database
@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role.value if role else "signed out")
def test_each_role_reaches_what_the_table_grants_and_nothing_else(
    role: Role | None,
    app: Flask,
    people: dict[Role | None, Person | None],
    known: dict[str, Any],
    sign_in: Callable[[Person], FlaskClient],
) -> None:
    client = browser(app, sign_in, people[role])
    granted = GRANTS[role] if role else set()
    before = digest()
    wrong = []
    for rule, address in addresses(app, **known):
        permission = permission_of(app, rule)
        for method in METHODS:
            if method not in (rule.methods or ()) or rule.endpoint in {
                "accounts.sign_out_everywhere",
                "accounts.sign_out",
            }:
                continue
            answer = client.open(address, method=method, buffered=True)
            refused = answer.status_code == 403
            to_sign_in = answer.status_code == 303 and (answer.location or "").startswith("/sign-in")
            if permission == MARK or permission in granted:
                right = not refused and not to_sign_in and answer.status_code < 500
            elif role is None:
                right = to_sign_in
            else:
                right = refused
            if not right:
                wrong.append(f"{method} {address} ({permission}): {answer.status_code} {answer.location or ''}")
    assert wrong == []
    assert digest() == before, "nothing was sent with a token, so nothing has changed"


@pytest.mark.any_database
def test_a_method_a_page_does_not_have_is_405_for_everybody(
    app: Flask,
    sign_in: Callable[[Person], FlaskClient],
    people: dict[Role | None, Person | None],
    known: dict[str, Any],
) -> None:
    methods: dict[str, set[str]] = {}
    for rule, address in addresses(app, **known):
        methods.setdefault(address, set()).update(rule.methods or ())
    for role in (None, Role.ADMINISTRATOR):
        client = browser(app, sign_in, people[role])
        wrong = [
            f"{method} {address}"
            for address, has in methods.items()
            for method in METHODS
            if method not in has and client.open(address, method=method, buffered=True).status_code != 405
        ]
        assert wrong == []


def test_looking_at_everything_changes_nothing(
    app: Flask,
    people: dict[Role | None, Person | None],
    known: dict[str, Any],
    sign_in: Callable[[Person], FlaskClient],
) -> None:
    before = digest()
    for who in people.values():
        client = browser(app, sign_in, who)
        for rule, address in addresses(app, **known):
            if "GET" in (rule.methods or ()):
                assert client.get(address, buffered=True).status_code < 500, address
                assert client.get(address, query_string=NONSENSE, buffered=True).status_code < 500, address
    assert digest() == before


@pytest.mark.any_database
def test_no_form_is_taken_without_the_token_of_this_visit(
    app: Flask,
    people: dict[Role | None, Person | None],
    known: dict[str, Any],
    sign_in: Callable[[Person], FlaskClient],
) -> None:
    everything = person("Owen", "Pryce", *Role)
    db.session.commit()
    client, other = sign_in(everything), sign_in(everything)
    with other.session_transaction() as visit:
        visit["csrf_token"] = "0" * 40
    from flask_wtf.csrf import generate_csrf

    with app.test_request_context():
        foreign = generate_csrf()
    before = digest()
    tried = 0
    for rule, address in addresses(app, **known):
        if "POST" not in (rule.methods or ()) or rule.endpoint in WITHOUT_CSRF:
            continue
        for token in ({}, {"csrf_token": ""}, {"csrf_token": foreign}):
            tried += 1
            answer = client.post(address, data=token)
            assert answer.status_code == 400, f"{address} took a form without its token: {answer.status_code}"
        assert client.post(address, json={"csrf_token": foreign}).status_code == 400, address
    assert tried > 30
    assert digest() == before


def test_the_scrutineer_can_change_nothing_but_their_own_account(app: Flask) -> None:
    can_send = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if {"POST", "PUT", "PATCH", "DELETE"} & (rule.methods or set())
        and permission_of(app, rule) in GRANTS[Role.SCRUTINEER]
    }
    assert can_send == BY_SCRUTINEER


def test_the_outbox_is_there_only_in_the_demonstration(client: FlaskClient) -> None:
    assert not client.application.config["DEMO"]
    for address in ("/outbox", "/outbox/nobody", "/outbox/nobody/invitation.ics"):
        assert client.get(address).status_code == 404


def test_whoever_has_no_role_has_only_what_is_public(app: Flask, sign_in: Callable[[Person], FlaskClient]) -> None:
    nobody = person("Siân", "Morgan")
    nobody.held = []
    db.session.commit()
    client = sign_in(nobody)
    assert client.get("/account").status_code == 403
    assert client.get("/").status_code == 200


class TestWithoutItsGuard:
    """The control: with a view that names nothing, or one too many that is public, the tests above fail."""

    @pytest.fixture
    def careless(self, settings: dict[str, Any], fresh_database: Callable[[], str]) -> Iterator[Flask]:
        app = create_app(**settings, SQLALCHEMY_DATABASE_URI=fresh_database())
        app.add_url_rule("/unmarked", "unmarked", lambda: "everybody’s secrets")
        app.add_url_rule("/open", "open", public(lambda: "for all"))
        yield app
        with app.app_context():
            db.engine.dispose()

    def test_a_view_that_names_nothing_is_noticed_and_cannot_be_reached(self, careless: Flask) -> None:
        assert undeclared(careless) == ["open", "unmarked"]
        client = careless.test_client()
        assert client.get("/unmarked").status_code == 403
        with careless.app_context():
            somebody = person("Owen", "Pryce", *Role)
            db.session.commit()
            somebody_id = somebody.get_id()
        with client.session_transaction() as visit:
            visit["_user_id"] = somebody_id
        assert client.get("/account").status_code == 200
        assert client.get("/unmarked").status_code == 403
