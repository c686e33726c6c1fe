"""What officers add to a course, how it is looked at, and what they see of it."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms.accounts.models import Person
from lms.catalogue.models import Course
from lms.db import db
from lms.elearning import queries
from lms.elearning.models import Content, ContentFile, Counts, Enrolment, Kind, Launch
from lms.roles import Role
from tests.browsing import send, token
from tests.factories import NOW, person
from tests.lms.elearning.making import PAGE, hold, link, manifest, online, package, zipped

#: The first bytes of a film, which is all that is looked at.
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00" * 200


@pytest.fixture
def client(app: Flask, sign_in: Callable[[Person], FlaskClient]) -> FlaskClient:
    return sign_in(person("Siân", "Morgan", Role.LD_OFFICER))


@pytest.fixture
def course(app: Flask) -> Course:
    return online()


def upload(
    client: FlaskClient, what: str, data: bytes, name: str = "a.zip", code: str = "ACN", **fields: str
) -> TestResponse:
    """Send a file as the page does."""
    at = f"/courses/{code}/elearning/add/{what}"
    given = {"csrf_token": token(client.get(at)), "place": "end", **fields, "file": (io.BytesIO(data), name)}
    return client.post(at, data=given, content_type="multipart/form-data")


def kept() -> tuple[int, int]:
    return (
        db.session.scalar(select(func.count(Content.id))) or 0,
        db.session.scalar(select(func.count(ContentFile.id))) or 0,
    )


def test_a_package_is_added_and_can_be_begun(client: FlaskClient, course: Course) -> None:
    assert upload(client, "package", package(files={"index.html": PAGE, "setup.exe": b"MZ"})).status_code == 303
    page = client.get("/courses/ACN/elearning/manage").text
    assert "“A whole course” is added" in page
    assert "Left out, because files of this kind are not needed to play a course: “setup.exe”." in page
    found = queries.offered(course)
    assert [(one.kind, one.title, one.version, one.file_name) for one in found] == [
        (Kind.SCORM_12, "A whole course", 1, "a.zip")
    ]
    assert kept() == (1, 2)


def test_a_new_version_takes_the_place_of_the_one_before(client: FlaskClient, course: Course) -> None:
    before = hold(course)
    assert "as its version 2" in client.get(f"/courses/ACN/elearning/add/package?replaces={before.reference}").text
    upload(client, "package", package("2004 4th Edition"), place=before.reference)
    assert [(one.kind, one.version, one.position) for one in queries.offered(course)] == [(Kind.SCORM_2004, 2, 1)]
    page = client.get("/courses/ACN/elearning/manage").text
    assert "Earlier versions" in page
    upload(client, "package", package())
    assert [(one.version, one.position) for one in queries.offered(course)] == [(2, 1), (1, 2)]
    late = upload(client, "package", package(), place=before.reference)
    assert late.status_code == 422, "what was replaced already cannot be replaced again"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"GIF89a", "This is not a ZIP file"),
        (zipped({"index.html": PAGE}), "it has no imsmanifest.xml"),
        (package(files={"index.html": PAGE, "../../x.html": "x"}), "would lie outside it"),
        (zipped({"imsmanifest.xml": manifest(), "index.html": PAGE}, then=link), "a link to another file"),
        (package(prolog='<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "defines entities"),
        (package(files={"index.html": PAGE, "zeros.txt": bytes(30_000_000)}), "more than a hundred times"),
        (zipped({"cmi5.xml": "<x/>"}), "a package of cmi5"),
    ],
)
def test_what_cannot_be_played_or_is_hostile_is_said_beside_the_field_and_leaves_no_trace(
    client: FlaskClient, course: Course, data: bytes, sentence: str
) -> None:
    answer = upload(client, "package", data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert kept() == (0, 0)


def test_a_damaged_file_within_is_said_and_leaves_no_trace(client: FlaskClient, course: Course) -> None:
    whole = bytearray(package(files={"index.html": PAGE * 50}))
    at = whole.index(b"index.html") + 15
    whole[at : at + 8] = b"\xff" * 8
    answer = upload(client, "package", bytes(whole))
    assert answer.status_code == 422
    assert "“index.html” in this package is damaged" in answer.text
    assert kept() == (0, 0)


def test_a_package_without_its_start_page_is_kept_to_be_seen_and_given_to_nobody(
    client: FlaskClient, course: Course
) -> None:
    working = hold(course)
    assert upload(client, "package", package(files={}), place=working.reference).status_code == 303
    page = client.get("/courses/ACN/elearning/manage").text
    assert "people are not given it. The manifest names a page that is not in the package" in page
    assert [one.id for one in queries.offered(course)] == [working.id], "it pushes out nothing that works"


def multipart(fields: dict[str, str], data: bytes) -> dict[str, Any]:
    """A form with a file as a browser sends it, from memory."""
    parts = [
        f'--part\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in fields.items()
    ]
    opening = '--part\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n'
    body = "".join([*parts, opening]).encode() + data + b"\r\n--part--\r\n"
    return {"data": body, "content_type": "multipart/form-data; boundary=part"}


def test_what_is_too_large_elsewhere_is_looked_at_where_packages_are_sent(client: FlaskClient, course: Course) -> None:
    at = "/courses/ACN/elearning/add/package"
    fields = {"csrf_token": token(client.get(at)), "place": "end"}
    answer = client.post(at, **multipart(fields, b"PK" + bytes(3_000_000)))
    assert answer.status_code == 422
    assert "This is not a ZIP file" in answer.text
    assert client.post("/courses/ACN/elearning/rules", **multipart(fields, bytes(3_000_000))).status_code == 413


def test_somebody_who_may_not_send_packages_sends_no_more_than_others(
    course: Course, sign_in: Callable[[Person], FlaskClient]
) -> None:
    client = sign_in(person("Amina", "Yusuf"))
    fields = {"csrf_token": token(client.get("/account"))}
    sent = multipart(fields, bytes(3_000_000))
    assert client.post("/courses/ACN/elearning/add/package", **sent).status_code == 403
    assert kept() == (0, 0)


def test_a_video_a_document_and_a_check_are_added(client: FlaskClient, course: Course) -> None:
    assert upload(client, "video", MP4, "a.mp4", title="A film", transcript="Words.").status_code == 303
    answer = upload(client, "video", b"GIF89a" + bytes(50), "a.mp4", title="A film", transcript="Words.")
    assert "This is no MP4 or WebM video" in answer.text
    answer = upload(client, "document", b"<html>", "a.pdf", title="A paper")
    assert "This is no PDF" in answer.text
    answer = upload(client, "document", b"%PDF-1.4 broken", "a.pdf", title="A paper")
    assert answer.status_code == 422
    at = "/courses/ACN/elearning/add/check"
    broken = send(client, at, title="A check", questions="Q\na\nb", pass_mark="80", place="end")
    assert broken.status_code == 422
    assert "Question 1 has no right answer" in broken.text
    assert send(client, at, title="A check", questions="Q\n*a\nb", pass_mark="80", place="end").status_code == 303
    assert [(one.kind, one.position) for one in queries.offered(course)] == [(Kind.VIDEO, 1), (Kind.CHECK, 2)]
    check = queries.offered(course)[1]
    again = client.get(f"{at}?replaces={check.reference}").text
    assert "*a\r\nb" in again or "*a\nb" in again, "a new version begins with the questions of the one before"


def test_taking_something_out_leaves_it_to_those_who_began(client: FlaskClient, course: Course) -> None:
    content = hold(course)
    page = "/courses/ACN/elearning/manage"
    assert send(client, page, f"/elearning/contents/{content.reference}/withdraw").status_code == 303
    assert list(queries.offered(course)) == []
    assert "Nothing yet" in client.get(page).text


def test_what_counts_is_said_by_an_officer(client: FlaskClient, course: Course) -> None:
    at = "/courses/ACN/elearning/rules"
    assert send(client, at, counts="passed", share="75").status_code == 303
    found = queries.rules_of(course)
    assert (found.counts, found.share) == (Counts.PASSED, 75)
    assert "what can be passed is passed" in client.get("/courses/ACN/elearning/manage").text
    assert send(client, at, counts="everything", share="0").status_code == 422


def test_a_preview_keeps_nothing(client: FlaskClient, course: Course) -> None:
    content = hold(course)
    at = send(
        client, "/courses/ACN/elearning/manage", f"/elearning/contents/{content.reference}/parts/1/preview"
    ).location
    page = client.get(at)
    assert "Nothing of it is saved" in page.text
    headers = {"X-CSRFToken": token(client.get("/account"))}
    body = {"cmi": {"cmi.core.lesson_status": "completed"}}
    assert client.post(f"{at}/save", json=body, headers=headers).json["done"] is False
    assert db.session.scalar(select(func.count(Enrolment.id))) == 0
    assert db.session.scalars(select(Launch)).one().progress_id is None


def test_a_preview_is_only_its_own_officers(
    client: FlaskClient, course: Course, sign_in: Callable[[Person], FlaskClient]
) -> None:
    content = hold(course)
    at = send(
        client, "/courses/ACN/elearning/manage", f"/elearning/contents/{content.reference}/parts/1/preview"
    ).location
    other = sign_in(person("Joanne", "Kerr", Role.LD_OFFICER))
    assert other.get(at).status_code == 404


def test_bookings_starts_and_completions_are_counted_apart_each_by_its_own_day(
    client: FlaskClient, course: Course, count_queries: list[str]
) -> None:
    hold(course)
    last_year = NOW - timedelta(days=365)
    for booked, started, completed in (
        (NOW, None, None),
        (NOW, NOW, None),
        (last_year, NOW, NOW),
        (last_year, last_year, last_year),
    ):
        db.session.add(
            Enrolment(
                course_id=course.id,
                person_id=person().id,
                booked_at=booked,
                started_at=started,
                completed_at=completed,
            )
        )
    online("CAP", title="Accidents")
    db.session.flush()
    reach = {
        one.course.code: (one.booked, one.started, one.completed) for one in queries.reach(NOW, NOW + timedelta(1))
    }
    assert reach == {"ACN": (2, 2, 1), "CAP": (0, 0, 0)}
    every = queries.reach(last_year, NOW + timedelta(days=1))
    assert [(one.booked, one.started, one.completed) for one in every if one.course.code == "ACN"] == [(4, 3, 2)]
    assert client.get("/elearning").status_code == 200
    assert client.get("/elearning?year=all").status_code == 200
    count_queries.clear()
    client.get("/elearning")
    before = len(count_queries)
    for number in range(20):
        online(f"E{number}")
    count_queries.clear()
    client.get("/elearning")
    assert len(count_queries) == before
