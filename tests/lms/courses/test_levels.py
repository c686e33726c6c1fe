"""Levels are dated: what changed, changed on a day, and what was stays readable."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms import dates
from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.catalogue.models import Course, Level
from lms.courses import operations, queries
from lms.db import db
from lms.errors import RuleBroken
from tests.browsing import send
from tests.factories import NOW, course
from tests.lms.courses.filling import START, a_level, a_scheme, change

Words = Callable[[str], str]


def on(day: date, name: str = "valid_from") -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def at(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    monkeypatch.setattr(dates, "now", lambda: dates.from_london(day, 12))


def verbs() -> list[str]:
    return list(db.session.scalars(select(Activity.verb).where(Activity.subject_kind == "level").order_by(Activity.id)))


def test_a_new_name_begins_on_a_day_and_the_courses_have_it_from_then_on(
    desk: FlaskClient, client: FlaskClient, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    level = a_level(a_scheme("Health"), "Level 3")
    level_id = level.id
    course("NEG", levels=[level])
    first = date(2025, 1, 1)
    fields = {"name": "Specialist", "about": "Those who hold cases", "carry": "y", **on(first)}
    assert send(desk, f"/levels/{level_id}", **fields).status_code == 303
    old, new = db.session.scalars(select(Level).order_by(Level.valid_from)).all()
    assert (old.valid_until, new.valid_from, new.key, new.position) == (
        date(2024, 12, 31),
        first,
        old.key,
        old.position,
    )
    assert verbs() == ["level:renamed", "level:carried_over"]
    for day, shown, gone in (
        (date(2024, 10, 8), "Level Health: Level 3", "Specialist"),
        (date(2024, 12, 31), "Level Health: Level 3", "Specialist"),
        (date(2025, 1, 1), "Level Health: Specialist", "Level 3"),
    ):
        at(monkeypatch, day)
        page = words(client.get("/courses/NEG").text)
        assert shown in page
        assert gone not in page
    desk.get("/levels")  # what was done is said there
    choices = desk.get("/courses/NEG/edit").text
    assert "Specialist" in choices
    assert "Level 3" not in choices


def test_a_level_ends_and_begins_with_the_day_in_london(
    desk: FlaskClient, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    health = a_scheme("Health")
    course(
        "NEG",
        levels=[
            a_level(health, "Old", valid_until=date(2024, 6, 30)),
            a_level(health, "New", valid_from=date(2024, 7, 1)),
        ],
    )
    # 11:30pm of 30 June in UTC is 1 July in London.
    monkeypatch.setattr(dates, "now", lambda: datetime(2024, 6, 30, 23, 30, tzinfo=UTC))
    page = client.get("/courses/NEG").text
    assert "Health: New" in page
    assert "Health: Old" not in page


def test_whoever_did_not_carry_courses_over_does_it_in_one_click_later(desk: FlaskClient, words: Words) -> None:
    level = a_level(a_scheme("Health"), "Level 3")
    level_id = level.id
    course("NEG", title="Neglect", levels=[level])
    course("WTS", title="Working together", levels=[level])
    assert send(desk, f"/levels/{level_id}", name="Specialist", about="", **on(date(2025, 1, 1))).status_code == 303
    new = queries.follower(db.session.get_one(Level, level_id))
    assert new is not None
    assert queries.courses_of(new) == []
    page = words(desk.get(f"/levels/{level_id}").text)
    assert "Specialist follows on 1 January 2025. 2 courses do not have it yet: Neglect and Working together." in page
    assert send(desk, f"/levels/{level_id}", to=f"/levels/{level_id}/carry-over").status_code == 303
    new = queries.follower(db.session.get_one(Level, level_id))
    assert new is not None
    assert [one.code for one in queries.courses_of(new)] == ["NEG", "WTS"]
    assert "Every course of this level has it." in desk.get(f"/levels/{level_id}").text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "Specialist", **on(START)}, "Enter a day after the one on which the old name began"),
        ({"name": "Specialist"}, "Enter the first day"),
        (
            {"name": "Specialist", "valid_from-day": "31", "valid_from-month": "2", "valid_from-year": "2025"},
            "Enter a day that exists",
        ),
        ({"name": "", **on(date(2025, 1, 1))}, "Enter a name"),
        ({"name": "Level 3", **on(date(2025, 1, 1))}, "Change the name, or the words about it"),
        ({"name": "LEVEL 4", **on(date(2025, 1, 1))}, "There is a level of this name already"),
    ],
)
def test_a_new_name_that_cannot_be_is_refused_beside_its_field(
    desk: FlaskClient, fields: dict[str, str], sentence: str
) -> None:
    health = a_scheme("Health")
    level = a_level(health, "Level 3")
    a_level(health, "Level 4")
    level_id = level.id
    page = send(desk, f"/levels/{level_id}", **{"about": "", **fields})
    assert page.status_code == 422
    assert sentence in page.text
    assert db.session.get_one(Level, level_id).valid_until is None
    assert len(db.session.scalars(select(Level)).all()) == 2


def test_only_the_last_form_of_a_level_is_changed(officer: Person) -> None:
    level = a_level(a_scheme("Health"), "Level 3")
    operations.rename_level(
        level=level, name="Specialist", about="", valid_from=date(2025, 1, 1), carry=True, actor=officer, now=NOW
    )
    with pytest.raises(RuleBroken, match="“Specialist” has already followed this level"):
        operations.rename_level(
            level=level, name="Expert", about="", valid_from=date(2025, 2, 1), carry=True, actor=officer, now=NOW
        )
    with pytest.raises(RuleBroken, match="already followed"):
        operations.end_level(level=level, last_day=date(2025, 2, 1), actor=officer, now=NOW)
    with pytest.raises(RuleBroken, match="already followed"):
        operations.remove_level(level=level, actor=officer, now=NOW)


def test_a_level_that_ended_before_is_not_said_to_have_lasted_longer(officer: Person) -> None:
    level = a_level(a_scheme("Health"), "Level 3", valid_until=date(2023, 3, 31))
    operations.rename_level(
        level=level, name="Specialist", about="", valid_from=date(2025, 1, 1), carry=False, actor=officer, now=NOW
    )
    assert level.valid_until == date(2023, 3, 31)


def test_a_level_with_courses_ends_and_is_never_removed(desk: FlaskClient, client: FlaskClient, words: Words) -> None:
    level = a_level(a_scheme("Health"), "Level 3")
    level_id = level.id
    course("NEG", title="Neglect", levels=[level])
    assert "Remove this level" not in desk.get(f"/levels/{level_id}").text
    page = desk.get(f"/levels/{level_id}/end")
    assert "1 course will no longer show it after this day: Neglect." in words(page.text)
    refused = send(desk, f"/levels/{level_id}", to=f"/levels/{level_id}/remove")
    assert refused.status_code == 422
    assert "This level is in use, so it cannot be removed." in refused.text
    early = send(desk, f"/levels/{level_id}/end", **on(date(2022, 3, 31), "valid_until"))
    assert early.status_code == 422
    assert "Enter the day on which it began, or a later one" in early.text
    assert send(desk, f"/levels/{level_id}/end", **on(date(2024, 10, 7), "valid_until")).status_code == 303
    assert "Health: Level 3" not in client.get("/courses/NEG").text
    assert verbs() == ["level:ended"]
    # Saving the course does not lose what it was graded by.
    assert [one.code for one in queries.courses_of(db.session.get_one(Level, level_id))] == ["NEG"]
    assert "1 level of before" in desk.get("/levels").text


def test_a_course_that_is_saved_keeps_the_levels_of_before(desk: FlaskClient) -> None:
    health = a_scheme("Health")
    old, new = a_level(health, "Old", valid_until=date(2024, 1, 1)), a_level(health, "New")
    old_id, new_id = old.id, new.id
    course("NEG", levels=[old])
    assert change(desk, "/courses/NEG/edit", levels=[str(new_id)]).status_code == 303
    assert {level.id for level in db.session.scalars(select(Course)).one().levels} == {old_id, new_id}


def test_a_level_nobody_used_is_removed_and_what_it_followed_goes_on(desk: FlaskClient, officer: Person) -> None:
    level = a_level(a_scheme("Health"), "Level 3")
    level_id = level.id
    new = operations.rename_level(
        level=level, name="Specialist", about="", valid_from=date(2025, 1, 1), carry=True, actor=officer, now=NOW
    )
    assert send(desk, f"/levels/{new.id}", to=f"/levels/{new.id}/remove").status_code == 303
    [left] = db.session.scalars(select(Level)).all()
    assert (left.id, left.valid_until) == (level_id, None)


def test_a_new_level_stands_where_the_officer_puts_it(desk: FlaskClient, officer: Person) -> None:
    local = a_scheme("Local")
    first, last = a_level(local, "Awareness"), a_level(local, "Advanced")
    operations.rename_level(
        level=last, name="Expert", about="", valid_from=date(2024, 1, 1), carry=True, actor=officer, now=NOW
    )
    fields = {"name": "Core", "about": "", "after": str(first.id), **on(date(2024, 10, 8))}
    assert send(desk, "/levels/schemes/local/new", **fields).status_code == 303
    assert (
        send(desk, "/levels/schemes/local/new", name="Hello", about="", after="", **on(date(2024, 10, 8))).status_code
        == 303
    )
    names = list(db.session.scalars(select(Level.name).order_by(Level.position, Level.id)))
    assert names == ["Hello", "Awareness", "Core", "Advanced", "Expert"]
    twice = send(desk, "/levels/schemes/local/new", name="core", about="", after="", **on(date(2024, 10, 8)))
    assert twice.status_code == 422
    assert "There is a level of this name already" in twice.text
    assert 'value="core"' in twice.text


def test_schemes_are_added_and_put_right(desk: FlaskClient) -> None:
    a_scheme("Health")
    answer = send(desk, "/levels/schemes/new", name="Roles in schools", source="Statutory guidance, 2024")
    assert answer.location == "/levels/schemes/roles_in_schools/new"
    for path, name in (("/levels/schemes/new", "HEALTH"), ("/levels/schemes/health", "roles in schools")):
        again = send(desk, path, name=name, source="x")
        assert again.status_code == 422
        assert "There is a scheme of this name already" in again.text
    assert send(desk, "/levels/schemes/health", name="Health care", source="The newest edition").status_code == 303
    page = desk.get("/levels").text
    assert "Health care</h2>" in page
    assert "The newest edition" in page
    said = db.session.scalars(select(Activity).where(Activity.verb == "scheme:changed")).one()
    assert said.details == {"before": "Health", "after": "Health care"}


def test_before_anything_is_entered_the_page_of_levels_says_so(desk: FlaskClient) -> None:
    assert "No scheme of levels has been entered yet." in desk.get("/levels").text
