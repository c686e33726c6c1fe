"""What people did is only ever added to: the database itself refuses anything else, whoever asks."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lms.activity.models import Activity
from lms.activity.operations import record
from tests import factories


@pytest.mark.parametrize("change", ["UPDATE activity SET verb = 'nothing:happened'", "DELETE FROM activity"])
def test_a_line_of_the_activity_list_can_be_neither_changed_nor_deleted(session: Session, now, change: str) -> None:
    record("booking:made", actor=factories.person(), subject_kind="booking", subject="abc", now=now)
    session.commit()
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(text(change))
    assert session.query(Activity).one().verb == "booking:made"
