"""Links, codes and sealed texts: what only the secret can make."""

import json
import secrets

import pytest
from flask import Flask

from evaluation.surveys import tokens


@pytest.fixture(autouse=True)
def in_app(app: Flask) -> None:
    """Everything here reads the secret of the application."""


def test_a_link_is_long_and_the_same_each_time_and_the_database_has_its_hash_alone() -> None:
    token = tokens.token_of("a" * 32)
    assert len(token) == 43
    assert token == tokens.token_of("a" * 32) != tokens.token_of("b" * 32)
    assert tokens.link_to("a" * 32).endswith(f"/s/{token}")
    assert token not in tokens.hash_of(token)


def test_another_secret_makes_other_links_and_codes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (tokens.token_of("a"), tokens.pairing_code(1, 2), tokens.held_key("t"), tokens.order_of("t"))
    monkeypatch.setitem(app.config, "SECRET_KEY", "another-secret-of-more-than-32-characters")
    after = (tokens.token_of("a"), tokens.pairing_code(1, 2), tokens.held_key("t"), tokens.order_of("t"))
    assert not set(map(str, before)) & set(map(str, after))


def test_a_pairing_code_is_one_person_on_one_session() -> None:
    codes = {tokens.pairing_code(session, person) for session in range(1, 30) for person in range(1, 30)}
    assert len(codes) == 29 * 29
    assert tokens.pairing_code(1, 23) != tokens.pairing_code(12, 3)


def test_a_draft_opens_with_its_own_link_only() -> None:
    draft = {"answers": {"rea_keep": "Die Gruppenarbeit – Łukasz", "ctx_why": ["told", "role"]}, "pages": [1]}
    sealed = tokens.seal_draft("token", draft)
    assert tokens.open_draft("token", sealed) == draft
    assert tokens.open_draft("other", sealed) == {}
    assert tokens.open_draft("token", "") == {}
    assert tokens.open_draft("token", sealed[:-6] + "AAAAAA") == {}
    assert tokens.seal_draft("token", draft) != sealed


def test_sealed_answers_open_under_their_own_key_only() -> None:
    sealed = tokens.seal_answers("key", {"code": "x"})
    assert tokens.open_answers("key", sealed) == {"code": "x"}
    assert tokens.open_answers("other", sealed) is None
    assert tokens.open_answers("key", {}) is None


def test_how_much_somebody_wrote_does_not_show() -> None:
    sizes = {len(json.dumps(tokens.seal_answers("k", {"text": "a" * length}))) for length in (0, 1, 300, 3000)}
    assert len(sizes) == 1


def test_guessing_finds_nothing() -> None:
    known = {tokens.hash_of(tokens.token_of(str(number))) for number in range(1000)}
    assert not any(tokens.hash_of(secrets.token_urlsafe(32)) in known for _ in range(20_000))
