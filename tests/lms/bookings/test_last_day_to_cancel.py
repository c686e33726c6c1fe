"""Until when a place can be given back, as people read it: the end of a day, never the midnight that begins the next."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from lms import dates
from lms.accounts.models import Person
from lms.bookings import operations
from tests.factories import NOW, course_session, person


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the time it is."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(dates, "now", lambda: moment)

    return set_to


def test_the_last_day_is_named_and_not_the_midnight_after_it(
    sign_in: Callable[[Person], FlaskClient], at: Callable[[datetime], None]
) -> None:
    session = course_session()  # Tuesday 5 November; three working days between are Thursday, Friday and Monday
    booking = operations.book_place(session=session, person=person(), now=NOW)
    browser = sign_in(booking.person)
    at(NOW)
    before = browser.get(f"/bookings/{booking.reference}").text
    assert "until <strong>the end of Wednesday 30 October 2024</strong>" in before
    at(session.starts_at - timedelta(days=2))
    after = browser.get(f"/bookings/{booking.reference}").text
    assert "could be given back until the end of Wednesday 30 October 2024. " in after
    assert "12am" not in before + after
