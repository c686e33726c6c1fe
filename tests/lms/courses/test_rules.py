"""What may be typed for a course: read as people write it, and refused where it makes no sense."""

import contextlib
import dataclasses
from datetime import date
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.catalogue.models import CourseKind, Level
from lms.courses import rules
from lms.courses.rules import Refused
from tests.lms.courses.filling import PLAIN

ELSEWHERE = dataclasses.replace(PLAIN, kind=CourseKind.SIGNPOSTED, provided_by="NSPCC")


@pytest.mark.parametrize(
    "code", ["", "N", "N EG", "NEG_2", "-NEG", "NEG-", "N--G", "NÉG", "NEG/2", "A" * 13, "new", "Manage"]
)
def test_a_code_that_could_not_stand_in_an_address_is_refused(code: str) -> None:
    with pytest.raises(Refused) as no:
        rules.code_of(code)
    assert no.value.field == "code"


@pytest.mark.parametrize(("typed", "code"), [("neg", "NEG"), ("DSL-2", "DSL-2"), (" 2024 ", "2024")])
def test_a_code_is_kept_in_capitals(typed: str, code: str) -> None:
    assert rules.code_of(typed) == code


@pytest.mark.parametrize("typed", ["", "x", "-1", "3..5", "½½", "1:75", "inf", "nan", "1e9", "3,5,5"])
def test_hours_that_are_none_are_refused(typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the field says the sentence
        rules.hours_of(typed)


@given(st.text(max_size=20))
def test_whatever_is_typed_for_hours_is_a_number_or_refused(typed: str) -> None:
    with contextlib.suppress(ValueError):
        assert 0 <= rules.hours_of(typed) <= 1000


@pytest.mark.parametrize(
    "url",
    [
        "http://www.example.org.uk", "javascript:alert(1)", "//example.org.uk", "https://", "https://localhost",
        "https://a b.example",
        "https://me@example.org.uk", "https://example.org.uk\\@evil.example", "https://example.org.uk:99999", "https://-a.example",
        "https://exa\tmple.org",
        "https://example.org.uk/" + "x" * 500, "ftp://example.org.uk", "https://[::1", "www.example.org.uk",
    ],
)  # fmt: skip
def test_only_a_plain_https_address_is_somewhere_people_can_be_sent(url: str) -> None:
    assert not rules.is_safe_address(url)
    assert rules.faults(dataclasses.replace(ELSEWHERE, booking_url=url)) == [("booking_url", rules.ADDRESS)]


@given(st.text(max_size=40))
def test_an_address_that_is_taken_names_its_site_and_nobody(rest: str) -> None:
    url = f"https://{rest}"
    if rules.is_safe_address(url):
        parts = urlsplit(url)
        assert (parts.scheme, parts.username) == ("https", None)
        assert "." in (parts.hostname or "")


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"hours": 3.0, "participatory_hours": 3.5}, ["participatory_hours"]),
        ({"participatory_hours": 2.0}, ["hours"]),
        ({"hours": 3.0, "participatory_hours": 3.0}, []),
        ({"kind": CourseKind.SIGNPOSTED}, ["provided_by"]),
        ({"booking_url": "https://www.nspcc.example/learn"}, ["booking_url"]),
        ({"outcomes": ["x"] * 21}, ["outcomes"]),
        ({"outcomes": ["x" * 301]}, ["outcomes"]),
        ({}, []),
    ],
)
def test_what_does_not_fit_together_is_said_beside_its_field(change: dict[str, object], fields: list[str]) -> None:
    said = dataclasses.replace(PLAIN, **change)
    assert [field for field, _ in rules.faults(said)] == fields
    if fields:
        with pytest.raises(Refused) as no:
            rules.check(said)
        assert no.value.field == fields[0]
    else:
        rules.check(said)


@pytest.mark.parametrize("typed", ["14, x", "0", "91", "-5", "5.5", "1 2 3 4 5", "９"])
def test_reminders_that_cannot_be_sent_are_refused(typed: str) -> None:
    with pytest.raises(Refused) as no:
        rules.reminder_days_of(typed)
    assert no.value.field == "reminder_days"


def test_no_course_comes_before_itself_in_however_many_steps() -> None:
    pairs = [(2, 1), (3, 2)]  # 1 comes before 2, 2 before 3
    for before in (1, 2, 3):
        with pytest.raises(Refused):
            rules.check_no_circle(1, [before], pairs)
    rules.check_no_circle(3, [1, 2], pairs)
    rules.check_no_circle(1, [4], pairs)


def level(number: int, key: str, first: date, last: date | None = None) -> Level:
    return Level(id=number, scheme_id=1, key=key, name=key, valid_from=first, valid_until=last)


def test_levels_the_page_did_not_show_stay_unless_what_they_follow_was_taken_away() -> None:
    today = date(2024, 10, 8)
    old = level(1, "a", date(2020, 1, 1), date(2022, 1, 1))
    now_a, next_a = level(2, "a", date(2022, 1, 2), date(2024, 12, 31)), level(3, "a", date(2025, 1, 1))
    now_b = level(4, "b", date(2022, 1, 1))
    held = [old, now_a, next_a, now_b]
    assert rules.levels_to_keep(held, {2, 4}, today) == [old, next_a]
    assert rules.levels_to_keep(held, {4}, today) == [old]
    assert rules.levels_to_keep(held, set(), today) == [old]


def test_a_long_text_is_named_in_the_list_of_what_people_did_and_not_repeated() -> None:
    said = rules.changes(
        {"aim": "x" * 61, "hours": 3.0, "tags": []}, {"aim": "y" * 61, "hours": 3.5, "tags": ["a", "b"]}
    )
    assert said == {
        "fields": "aim, hours, tags", "hours_before": "3", "hours_after": "3.5", "tags_before": "nothing", "tags_after": "a, b",
    }  # fmt: skip
    assert rules.changes({"aim": "x"}, {"aim": "x"}) == {}
