"""A certificate is made by itself when the register is finished and what the course asks for is met; and once only."""

import doctest
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from lms import files, jobs
from lms.attendance import operations as registers
from lms.attendance.models import AttendanceMark, Mark
from lms.certificates import codes, operations, rules, throttle
from lms.certificates.models import Certificate
from lms.certificates.rules import Conditions
from lms.db import db
from lms.files import StoredFile
from tests.factories import NOW, course, session_date
from tests.lms.certificates.scene import NAMES, Held, certificates, give, hold, letter, letters, names, wrong


def test_the_examples_of_the_rules_are_true(app: Flask) -> None:
    for module in (rules, codes, throttle):
        assert doctest.testmod(module).failed == 0


def test_whoever_was_there_gets_one_when_the_register_is_finished_and_a_letter(held: Held) -> None:
    db.session.commit()
    assert "certificates: issue" not in jobs.run_due(held.finished_at - timedelta(seconds=1))
    done = jobs.run_due(held.finished_at)
    assert (done["certificates: issue"], done["certificates: draw"]) == (2, 2)
    assert names() == ["Dev Patel", "Amina Yusuf"]
    assert sorted(letters()) == [("certificate-ready", "Amina Yusuf"), ("certificate-ready", "Dev Patel")]
    one = certificates()[1]
    body = letter("certificate-ready").body
    assert f"/certificates/{one.reference}" in body
    assert codes.spaced(one.printed_code) in body
    assert "3 hours of learning, 2½ hours of it taking part." in body
    assert one.file is not None
    assert files.contents(one.file).startswith(b"%PDF")


def test_running_what_is_due_twice_issues_once(held: Held) -> None:
    db.session.commit()
    jobs.run_due(held.finished_at)
    before = [(one.reference, one.printed_code, one.file_id) for one in certificates(live=False)]
    assert jobs.run_due(held.finished_at + timedelta(days=400)).get("certificates: issue") is None
    assert [(one.reference, one.printed_code, one.file_id) for one in certificates(live=False)] == before
    assert len(letters()) == 2


def test_it_says_what_was_true_on_the_day_whatever_changes_later(held: Held) -> None:
    db.session.commit()
    jobs.run_due(held.finished_at)
    one = certificates()[1]
    frozen = files.contents(one.file) if one.file else b""
    held.course.title, held.course.outcomes, held.people[0].person.last_name = "Another title", [], "Khan"
    db.session.commit()
    jobs.run_due(held.finished_at + timedelta(days=30))
    one = certificates()[1]
    assert (one.name, one.title, one.outcomes) == (
        "Amina Yusuf",
        "Multi-agency neglect",
        ["Say what neglect is", "Choose the next step"],
    )
    assert one.file is not None
    assert files.contents(one.file) == frozen
    assert (one.days, one.valid_until) == (["2024-11-05"], datetime(2027, 11, 4, tzinfo=UTC).date())
    assert one.awarded_by == "Wakefield Safeguarding Children Partnership"


def test_a_course_that_gives_none_gives_none(app: Flask) -> None:
    held = hold(rule=False)
    db.session.commit()
    jobs.run_due(held.finished_at)
    assert certificates() == []


def test_nobody_is_given_one_by_itself_for_what_was_over_before_the_course_gave_any(app: Flask) -> None:
    held = hold(rule=False)
    give(held.course, at=held.finished_at + timedelta(seconds=1))
    db.session.commit()
    jobs.run_due(held.finished_at + timedelta(days=9))
    assert certificates() == []
    # And one who gives none any more gives none; what it asked stays known.
    operations.set_rule(
        course=held.course, gives=False, conditions=Conditions(), after_questions=False, by=held.officer, now=NOW
    )
    assert wrong() == []


def test_every_date_has_to_be_attended_unless_the_course_asks_for_less(app: Flask) -> None:
    of = course("TWO")
    held = hold(names=[("Amina", "Yusuf", None), ("Dev", "Patel", None)], finish=False, of=of)
    for day in (12, 19, 26):
        session_date(held.session, datetime(2024, 11, day, 9, 30, tzinfo=UTC))
    end = held.session.dates[-1].ends_at
    amina, dev = held.people
    for number in range(4):
        held.mark(amina, Mark.ATTENDED, date=number)
        held.mark(dev, Mark.NO_SHOW if number == 2 else Mark.ATTENDED, date=number)
    held.finish(at=end)
    db.session.commit()
    jobs.run_due(end)
    assert names() == ["Amina Yusuf"]
    give(of, least_share=75)
    db.session.commit()
    jobs.run_due(end)
    assert names() == ["Amina Yusuf", "Dev Patel"]
    dev_has = certificates()[1]
    assert (dev_has.dates_attended, dev_has.dates_of, dev_has.hours, dev_has.participatory_hours) == (3, 4, 2.25, 1.75)
    assert dev_has.days == ["2024-11-05", "2024-11-12", "2024-11-19", "2024-11-26"]


def test_the_last_date_has_to_be_finished_too(app: Flask) -> None:
    held = hold(names=NAMES[:1], finish=False)
    session_date(held.session, datetime(2024, 11, 12, 9, 30, tzinfo=UTC))
    first, last = held.session.dates
    registers.finish(first, by=held.officer, now=first.ends_at)
    db.session.commit()
    jobs.run_due(last.ends_at)
    assert certificates() == []
    held.mark(held.people[0], Mark.ATTENDED, date=1)
    registers.finish(last, by=held.officer, now=last.ends_at)
    db.session.commit()
    jobs.run_due(last.ends_at)
    assert names() == ["Amina Yusuf"]


def test_where_a_part_counts_the_hours_are_those_somebody_was_there(app: Flask) -> None:
    held = hold(names=NAMES[2:3], rule=False)
    give(held.course, part_counts=True)
    db.session.commit()
    jobs.run_due(held.finished_at)
    [ellie] = certificates()
    # She left after 2 of 3½ hours.
    assert (ellie.hours, ellie.participatory_hours) == (1.5, 1.25)


def test_whoever_was_counted_for_no_minute_and_yet_came_in_part_does_not_stop_the_clock(app: Flask) -> None:
    held = hold(names=NAMES[:2], rule=False)
    give(held.course, part_counts=True)
    mark = db.session.scalars(select(AttendanceMark).where(AttendanceMark.booking_id == held.people[0].id)).one()
    mark.mark, mark.minutes = Mark.PART, 0
    db.session.commit()
    jobs.run_due(held.finished_at)
    assert [(one.name, one.hours) for one in certificates()] == [("Dev Patel", 3.0), ("Amina Yusuf", 0.0)]


def test_a_register_put_right_takes_the_certificate_back_and_says_so(held: Held) -> None:
    db.session.commit()
    jobs.run_due(held.finished_at)
    amina = held.people[0]
    later = held.finished_at + timedelta(days=1)
    held.mark(amina, Mark.NO_SHOW, at=later)
    db.session.commit()
    assert [sentence.split(":")[1] for sentence in wrong()] == [" only who came"]
    db.session.execute(
        Certificate.__table__.update().values(file_id=select(StoredFile.id).limit(1).scalar_subquery())  # type: ignore[attr-defined]
    )
    db.session.execute(db.text("UPDATE letter SET state = 'sent'"))
    db.session.commit()
    jobs.run_due(later)
    assert names() == ["Dev Patel"]
    assert letters()[-1] == ("certificate-withdrawn", "Amina Yusuf")
    assert "it says that the person was not there" in letter("certificate-withdrawn").body
    # And right again: what was withdrawn does not come back by itself.
    held.mark(amina, Mark.ATTENDED, at=later + timedelta(hours=1))
    db.session.commit()
    jobs.run_due(later + timedelta(days=1))
    assert names() == ["Dev Patel"]


def test_whoever_has_no_address_gets_one_and_no_letter(app: Flask) -> None:
    held = hold(names=NAMES[:1])
    held.people[0].person.email = None
    db.session.commit()
    jobs.run_due(held.finished_at)
    assert names() == ["Amina Yusuf"]
    assert letters() == []


def test_the_database_refuses_a_second_one_and_one_nobody_earned(held: Held) -> None:
    db.session.commit()
    jobs.run_due(held.finished_at)
    one = certificates()[0]
    columns = {
        column.name: getattr(one, column.name)
        for column in Certificate.__table__.columns
        if column.name not in {"id", "reference", "code_hash", "printed_code"}
    }
    new = {"reference": "r", "code_hash": "h", "printed_code": "p"}
    with pytest.raises(IntegrityError, match=r"uq_certificate_live|certificate\.booking_id"), db.session.begin_nested():
        db.session.add(Certificate(**columns | new))
    other = {"booking_id": held.people[3].id, "dates_attended": 0}
    with pytest.raises(IntegrityError, match="earned"), db.session.begin_nested():
        db.session.add(Certificate(**columns | new | other))
    assert db.session.scalar(select(func.count()).select_from(Certificate)) == 2
