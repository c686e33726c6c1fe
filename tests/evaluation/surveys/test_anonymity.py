"""An attacker with the whole database: every row, its number, the file itself, the letters, and everything else that is known
of people (session, sector, manager, when they booked, when they were marked). Only the secret is missing."""

import itertools
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import inspect, select, text

from evaluation.surveys import answers, operations, rules, tokens
from evaluation.surveys.models import Answer, HeldAnswers, Invitation, Response
from lms.app import create_app
from lms.dates import from_london
from lms.db import db, writing
from tests.evaluation.surveys.conftest import Life, _made

EVENING = from_london(date(2024, 11, 5), 20)
#: The end of the time for late answers, a week after the closing day.
OVER = from_london(date(2024, 11, 20))
SECRET = "whoever-reads-this-has-the-secret-and-not-only-the-data"


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, with its hidden number where the database has one."""
    hidden = "rowid, *" if db.engine.dialect.name == "sqlite" else "ctid::text, xmin::text, *"
    return {
        name: [tuple(row) for row in db.session.execute(text(f'SELECT {hidden} FROM "{name}"'))]
        for name in inspect(db.engine).get_table_names()
    }


def values(rows: list[tuple[object, ...]]) -> set[str]:
    return {str(value) for row in rows for value in row[1:] if isinstance(value, str) and len(value) >= 16}


def a_year(life: Life, chance: random.Random) -> Iterator[None]:
    """A session lived through, with some who answer in each wave; stops wherever the attacker may look."""
    life.book(from_london(date(2024, 10, 8), 10))
    life.until(from_london(date(2024, 10, 9)))
    for wave, opened in (
        ("baseline", from_london(date(2024, 10, 9), 12)),
        ("end", EVENING),
        ("m3", from_london(date(2025, 2, 4), 12)),
        ("manager", from_london(date(2025, 2, 4), 12)),
    ):
        if wave == "end":
            life.until(from_london(date(2024, 11, 5), 13, 10))
            life.mark(from_london(date(2024, 11, 5), 13, 10), range(12))
        life.until(opened)
        people = [number for number in range(12) if chance.random() < 0.7]
        chance.shuffle(people)
        for number in people:
            life.answer(wave, number, opened)
        for number in sorted(set(range(12)) - set(people))[:1]:
            with writing():
                operations.refuse(invitation=life.invitation(wave, number))
        yield
        life.until(opened + timedelta(hours=1))
        yield
    life.until(from_london(date(2025, 6, 16)))
    yield


def test_no_value_stands_on_both_sides(life: Life) -> None:
    for _ in a_year(life, random.Random(3)):
        tables = everything()
        nameless = {HeldAnswers.__tablename__, Response.__tablename__, Answer.__tablename__}
        shared = set.union(*(values(tables[name]) for name in nameless)) & set.union(
            *(values(rows) for name, rows in tables.items() if name not in nameless)
        )
        assert not shared


def test_after_the_year_nobody_can_say_who_answered(life: Life) -> None:
    for _ in a_year(life, random.Random(4)):
        pass
    assert {(one.answered, one.refused, one.draft) for one in db.session.query(Invitation)} == {(False, False, "")}
    letters = set(db.session.execute(text("SELECT key, link_to FROM letter WHERE link_kind = 'survey'")))
    # The letters that are left went to everybody who was asked, one each.
    assert {key.rsplit("-", 1)[1] for key, _ in letters} == {"invitation"}
    assert len(letters) == db.session.query(Invitation).count()


def test_waiting_answers_cannot_be_read_without_the_secret(taught: Life) -> None:
    taught.answer("end", 0, EVENING, rea_use="0", rea_keep="Nothing at all")
    row = str(everything()["held_answers"])
    assert "Nothing" not in row
    assert "rea_use" not in row
    assert tokens.pairing_code(taught.session_id, taught.people[0]) not in row


def guesses(life: Life, seed: int) -> tuple[int, float, int]:
    """Match answers with people by order: hits, the hits chance would bring, and tries.

    People send in an order the attacker saw (they sat in the room); the attacker puts the answers in the order of the row
    numbers, of the ids and of the file, and guesses that the n-th is the n-th person's.
    """
    chance = random.Random(seed)
    order = list(range(12))
    chance.shuffle(order)
    for number in order:
        life.answer("end", number, EVENING)
    life.until(OVER)
    true = [tokens.pairing_code(life.session_id, life.people[number]) for number in order]
    numbered = "rowid" if db.engine.dialect.name == "sqlite" else "ctid"
    hits = 0
    for column in (numbered, "id", "pairing_code"):
        found = list(db.session.scalars(text(f"SELECT pairing_code FROM response ORDER BY {column}")))
        hits += sum(one == other for one, other in zip(found, true, strict=True))
    return hits, 3.0, 36


def test_the_order_of_rows_says_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def total(runs: int) -> int:
        hits = 0
        for seed in range(runs):
            life = Life(*_made())
            life.book(from_london(date(2024, 10, 8), 10))
            life.until(from_london(date(2024, 11, 5), 13, 5))
            life.mark(from_london(date(2024, 11, 5), 13, 10), range(12))
            life.until(EVENING)
            hits += guesses(life, seed)[0]
            wipe()
        return hits

    # Chance brings 1 of 12: 3 in each run of 36 guesses. Without the sealed key and the shuffling order brings far more.
    assert total(8) <= 8 * 3 + 4 * (8 * 3) ** 0.5

    class NotShuffled:
        def shuffle(self, batch: list[object]) -> None:
            """Leave the batch as it came."""

    monkeypatch.setattr(answers.secrets, "SystemRandom", NotShuffled)
    counter = itertools.count()
    monkeypatch.setattr(tokens, "held_key", ordered_keys(counter))
    assert total(2) >= 2 * 12


def ordered_keys(counter: "itertools.count[int]") -> Callable[[str], str]:
    """What keys would be if they were running numbers: the fault the test must be able to see."""
    seen: dict[str, str] = {}

    def held_key(token: str) -> str:
        if token not in seen:
            seen[token] = f"{next(counter):064d}"
        return seen[token]

    return held_key


def wipe() -> None:
    """Empty every table but the append-only one, children first."""
    db.session.rollback()
    for table in reversed(db.metadatas[None].sorted_tables):
        if table.name != "activity":
            db.session.execute(table.delete())
    db.session.commit()
    db.session.expunge_all()


def test_the_last_to_answer_does_not_stand_apart(taught: Life) -> None:
    """Thirteen people; one was marked late and is known to have answered last. Until the end nothing can be read of anybody."""
    for number in range(11):
        taught.answer("end", number, EVENING)
    late = from_london(date(2024, 11, 11), 9)
    taught.mark(late, [12])
    taught.until(late)
    taught.answer("end", 12, late)
    taught.until(late + timedelta(hours=2))
    assert not everything()["response"]
    taught.until(OVER)
    after = list(db.session.execute(select(Response.week, Response.sector_id)))
    assert len(after) == 12
    assert len({row.week for row in after}) == 1


def test_the_sector_rule_is_what_keeps_a_lone_colleague_safe(taught: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the third sector two came. With the rule off, their sector would stand beside their answers."""

    def named_in_answers() -> set[int | None]:
        return set(db.session.scalars(select(Response.sector_id)))

    late = from_london(date(2024, 11, 5), 14)
    taught.mark(late, [12, 13])
    taught.until(late)
    for number in range(14):
        taught.answer("end", number, EVENING)
    third = taught.invitation("end", 13).booking.person.organisation.sector_id
    taught.until(OVER)
    assert third not in named_in_answers()

    opened = from_london(date(2025, 2, 4))
    taught.until(opened)
    for number in range(14):
        taught.answer("m3", number, opened)
    monkeypatch.setattr(rules, "named_sectors", lambda asked: frozenset(asked))
    taught.until(from_london(date(2025, 3, 19)))
    assert third in named_in_answers()


def test_the_file_itself_forgets(fresh_database: Callable[[], str], settings: dict[str, object]) -> None:
    """What was deleted is overwritten: neither the waiting rows nor the reminders can be found in the bytes of the file."""
    url = fresh_database()
    if not url.startswith("sqlite"):
        pytest.skip("PostgreSQL frees the room of deleted rows in its own time (VACUUM)")
    path = url.removeprefix("sqlite:///")
    app = create_app(**settings, SQLALCHEMY_DATABASE_URI=url)
    with app.app_context():
        life = Life(*_made())
        life.book(from_london(date(2024, 10, 8), 10))
        life.until(from_london(date(2024, 11, 5), 13, 5))
        life.mark(from_london(date(2024, 11, 5), 13, 10), range(12))
        life.until(EVENING)
        for number in range(6):
            life.answer("end", number, EVENING)
        keys = list(db.session.scalars(select(HeldAnswers.key)))
        life.until(from_london(date(2024, 11, 7)))
        reminded = [letter.reference for letter in life.letters("survey-end-reminder")]
        life.until(from_london(date(2024, 11, 21)))
        db.session.remove()
        db.engine.dispose()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with open(path, "rb") as file:  # noqa: PTH123  the bytes as they are
        raw = file.read()
    assert len(keys) == 6
    assert len(reminded) == 6
    assert not [key for key in keys if key.encode() in raw]
    assert not [reference for reference in reminded if reference.encode() in raw]
