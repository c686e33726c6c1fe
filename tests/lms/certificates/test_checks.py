"""What `lms verify` says of certificates that should not be, each put there past the application."""

from datetime import datetime, timedelta

from sqlalchemy import text

from lms import jobs
from lms.certificates import checks
from lms.certificates.models import IssueRun
from lms.db import db
from lms.files import path_of
from tests.factories import booking
from tests.lms.certificates.scene import Held, certificates, wrong


def drawn(held: Held) -> None:
    db.session.commit()
    jobs.run_due(held.finished_at)
    assert wrong() == []


def test_two_for_one_person_and_session_are_found(held: Held) -> None:
    drawn(held)
    first = certificates()[0]
    twin = booking(held.session, first.booking.person, status=held.people[0].status.CANCELLED)
    db.session.execute(
        text("UPDATE certificate SET booking_id = :id WHERE id = :other"),
        {"id": twin.id, "other": certificates()[1].id},
    )
    assert checks.one_each() == [f"somebody holds 2 certificates of session {held.session.reference}"]


def test_one_of_somebody_who_was_not_there_is_found(held: Held) -> None:
    drawn(held)
    one = certificates()[0]
    db.session.execute(text("UPDATE attendance SET mark = 'no_show' WHERE booking_id = :id"), {"id": one.booking_id})
    assert len(checks.only_who_came()) == 1
    assert one.reference in checks.only_who_came()[0]
    db.session.execute(text("DELETE FROM attendance WHERE booking_id = :id"), {"id": one.booking_id})
    assert len(checks.only_who_came()) == 1


def test_one_nobody_earned_is_found_where_the_database_did_not_refuse_it(held: Held) -> None:
    drawn(held)
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("PRAGMA ignore_check_constraints = ON"))
    else:
        db.session.execute(text("ALTER TABLE certificate DROP CONSTRAINT ck_certificate_earned"))
    one = certificates()[0]
    db.session.execute(text("UPDATE certificate SET dates_attended = 0 WHERE id = :id"), {"id": one.id})
    assert checks.only_who_earned_it() == [
        f"certificate {one.reference} was issued without what the course asked for, and nobody says why"
    ]
    db.session.execute(text("UPDATE certificate SET by_hand_why = 'A fire alarm' WHERE id = :id"), {"id": one.id})
    assert checks.only_who_earned_it() == []
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("PRAGMA ignore_check_constraints = OFF"))


def test_one_without_its_pdf_after_a_day_and_one_whose_file_is_gone_are_found(
    held: Held, evening: datetime, clock: object
) -> None:
    drawn(held)
    one, other = certificates()
    assert one.file is not None
    path_of(one.file.sha256).unlink()
    assert wrong() == [f"files: file {one.file.reference} is gone from the disk"]
    db.session.execute(text("UPDATE certificate SET file_id = NULL WHERE id = :id"), {"id": other.id})
    assert checks.all_drawn() == []
    clock(evening + timedelta(days=1))  # type: ignore[operator]
    assert checks.all_drawn() == [
        f"certificate {other.reference} waits for its PDF since 5 November 2024 at 1:30pm, after 1 tries"
    ]


def test_what_was_undone_in_part_is_found(held: Held) -> None:
    drawn(held)
    run = IssueRun(
        session_id=held.session.id,
        made_by_id=held.officer.id,
        made_at=held.finished_at,
        people=2,
        undo_until=held.finished_at,
        undone_at=held.finished_at,
    )
    db.session.add(run)
    db.session.flush()
    certificates()[0].run_id = run.id
    db.session.flush()
    assert checks.undone_as_a_whole() == [
        f"mass issue {run.reference} was undone, and 1 of its certificates still count"
    ]
