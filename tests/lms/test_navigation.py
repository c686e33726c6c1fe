"""The menu: what stands in it, and which entry is the one people are in."""

import pytest
from flask import Flask

from lms.navigation import menu
from lms.roles import Role
from tests.factories import person


@pytest.mark.parametrize(
    ("address", "entry"),
    [
        ("/courses", "Courses"),
        ("/sessions/NEG-2024-11", "Courses"),
        ("/sessions/NEG-2024-11/register", "Teaching"),
        ("/learning", "My learning"),
        ("/improvement", "Improvement"),
        ("/improvement/CSPR-2022-1.2", "Improvement"),
        ("/reports", "Reports"),
        ("/reports/annual/2023-24", "Reports"),
        ("/people/1", "People"),
        ("/account", None),
        ("/help", None),
    ],
)
def test_one_entry_at_most_is_the_current_one(app: Flask, address: str, entry: str | None) -> None:
    officer = person("Siân", "Morgan", Role.LD_OFFICER)
    with app.test_request_context(address):
        assert [link.label for link in menu(officer) if link.current] == ([entry] if entry else [])
