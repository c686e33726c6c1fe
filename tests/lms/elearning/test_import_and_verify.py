"""`lms import package` and what `lms verify` says when something is wrong."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from lms import files
from lms import imports as files_of_others
from lms.db import db
from lms.elearning import checks, operations, queries
from lms.elearning.imports import PACKAGE
from lms.elearning.models import CheckTry, Completion, Content, Enrolment, Launch, Success
from lms.elearning.rules import read_questions
from lms.errors import RuleBroken
from lms.imports import Result
from tests.factories import NOW, person
from tests.lms.elearning.making import PAGE, hold, online, package


def take(path: Path, code: str = "ACN", *, check: bool = False) -> Result:
    return files_of_others.run_whole(PACKAGE, path, {"course": code}, now=NOW, check=check)


@pytest.fixture
def file(tmp_path: Path) -> Callable[[bytes], Path]:
    def write(data: bytes) -> Path:
        path = tmp_path / "course.zip"
        path.write_bytes(data)
        return path

    return write


def test_a_package_is_taken_once(app: Flask, file: Callable[[bytes], Path]) -> None:
    of = online()
    db.session.commit()
    path = file(package())
    assert take(path, check=True).added == 1
    assert list(queries.contents(of)) == []
    assert take(path).added == 1
    assert take(path).unchanged == 1
    assert len(queries.contents(of)) == 1
    newer = file(package(files={"index.html": PAGE + " "}))
    assert take(newer, check=True).changed == 1
    assert take(newer).changed == 1
    assert [(one.version, one.withdrawn_at is None) for one in queries.contents(of)] == [(2, True), (1, False)]


@pytest.mark.parametrize("check", [True, False])
def test_what_cannot_be_played_is_refused_whole(app: Flask, file: Callable[[bytes], Path], check: bool) -> None:
    of = online()
    db.session.commit()
    for data, sentence in (
        (b"nothing", "not a ZIP file"),
        (package(files={}), "names a page that is not in the package"),
        (package(files={"index.html": PAGE, "../x.html": ""}), "would lie outside it"),
    ):
        with pytest.raises(RuleBroken, match=sentence):
            take(file(data), check=check)
    with pytest.raises(RuleBroken, match="There is no course XYZ"):
        take(file(package()), "XYZ", check=check)
    assert list(queries.contents(of)) == []


def test_where_it_is_not_clear_which_it_replaces_nothing_is_done(app: Flask, file: Callable[[bytes], Path]) -> None:
    of = online()
    hold(of)
    hold(of)
    db.session.commit()
    with pytest.raises(RuleBroken, match="This course holds several packages"):
        take(file(package(files={"index.html": PAGE + " "})))


def test_the_command_asks_for_the_course(
    lms: Callable[..., object], fresh_database: Callable[[], str], file: Callable[[bytes], Path]
) -> None:
    url, path = fresh_database(), file(package())
    for options, sentence in (((), "Say which course"), (("--course", "XYZ"), "There is no course XYZ")):
        done = lms("import", "package", str(path), *options, database=url)
        assert done.returncode == 1
        assert sentence in done.stderr


class TestVerify:
    @pytest.fixture
    def enrolment(self, app: Flask) -> Enrolment:
        of = online()
        hold(of, package(files={"index.html": "of this test alone"}))
        operations.add_check(
            course=of,
            title="A check",
            questions=read_questions("Q\n*a\nb"),
            pass_mark=80,
            replaces=None,
            by=None,
            now=NOW,
        )
        enrolment = operations.book(course=of, person=person(), now=NOW)
        launch = operations.start(enrolment=enrolment, number=2, now=NOW, heard=datetime.now(UTC))
        operations.answer(launch=launch, answers=[frozenset({0})], now=NOW, heard=datetime.now(UTC))
        assert checks.problems() == []
        return enrolment

    def test_bytes_that_are_gone(self, enrolment: Enrolment) -> None:
        content = queries.offered(enrolment.course)[0]
        found = queries.file(content.id, "index.html")
        assert found is not None
        files.path_of(found.sha256).unlink()
        assert checks.problems() == ["the file “index.html” of a content is gone from the disk"]

    def test_a_part_begun_of_a_booking_that_is_not(self, enrolment: Enrolment) -> None:
        enrolment.started_at = None
        db.session.flush()
        assert checks.problems() == [f"a part of booking {enrolment.reference} was started, and the booking was not"]

    def test_a_part_of_another_course(self, enrolment: Enrolment) -> None:
        content = db.session.get_one(Content, enrolment.progress[0].unit.content_id)
        content.course_id = online("CAP").id
        db.session.flush()
        assert checks.problems() == [f"booking {enrolment.reference} has a part of another course"]

    def test_open_twice(self, enrolment: Enrolment) -> None:
        launch = Launch(
            progress=enrolment.progress[0], person_id=enrolment.person_id, opened_at=NOW, heard_at=datetime.now(UTC)
        )
        db.session.add(launch)
        db.session.flush()
        assert checks.problems() == [f"booking {enrolment.reference} is open in two places at once"]

    def test_completed_without_having_opened_anything(self, enrolment: Enrolment) -> None:
        enrolment.completed_at = NOW
        for one in enrolment.progress:
            one.started_at = None
        db.session.flush()
        assert checks.problems() == [
            f"booking {enrolment.reference} is completed, and none of its parts was ever opened"
        ]

    def test_said_by_the_person_of_what_says_so_itself(self, enrolment: Enrolment) -> None:
        package_part, check = enrolment.progress
        package_part.started_at = package_part.declared_at = NOW
        package_part.completion = Completion.COMPLETED
        db.session.flush()
        assert checks.problems() == []
        check.success, check.declared_at = Success.UNKNOWN, NOW
        db.session.query(CheckTry).delete()
        db.session.flush()
        assert checks.problems() == [f"part 2 of booking {enrolment.reference} says itself how far, and was declared"]

    def test_passed_without_a_try_that_was(self, enrolment: Enrolment) -> None:
        db.session.query(CheckTry).delete()
        db.session.flush()
        db.session.expire_all()
        said = f"part 2 of booking {enrolment.reference} and its tries do not agree on whether it was passed"
        assert checks.problems() == [said]
        enrolment.progress[1].success = Success.FAILED
        db.session.flush()
        assert checks.problems() == []
