"""Packages that other people published, each sent on the officer's page: it is imported whole, or the page says what is wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.accounts.models import Person
from lms.elearning import queries
from lms.roles import Role
from tests.factories import person
from tests.lms.elearning.making import online
from tests.lms.elearning.test_officers import kept, upload

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "scorm"
LIST = DATA / "packages.expected.json"
EXPECTED: list[dict[str, Any]] = json.loads(LIST.read_text()) if LIST.is_file() else []
pytestmark = pytest.mark.skipif(
    not EXPECTED, reason="The published packages lie beside the repository, in ../shared/data."
)

#: The list expects these to be imported as well. They are of other standards, which the page says by name …
OTHER_STANDARDS = {
    "cmi5_pre_post_test_framed.zip": "This is a package of cmi5.",
    "cmi5_single_au_basic_responsive.zip": "This is a package of cmi5.",
    "xapi_basic_course.zip": "This is a package of xAPI (Tin Can).",
    "aicc_package.zip": "This is a package of AICC.",
}
#: … or hold a manifest and not one of the pages it names: kept with a warning, and given to nobody.
WITHOUT_PAGES = {
    "MinimalValid_SCORM20043rdEdition.zip",
    "adlcts_LMSTestPackage_CM-01.zip",
    "adlcts_LMSTestPackage_CM-03a.zip",
}
NO_PAGE = "names a page that is not in the package"
#: What the page says of those the list expects to be refused, or kept with a warning.
WRONG = {
    "MalformedXml_SCORM12.zip": "is not well-formed XML",
    "MissingLaunchUrl_SCORM12.zip": "names no page for “Test Item” to start with",
    "InvalidFileReferences_SCORM12.zip": NO_PAGE,
}


@pytest.fixture
def client(app: Flask, sign_in: Callable[[Person], FlaskClient]) -> FlaskClient:
    return sign_in(person("Siân", "Morgan", Role.LD_OFFICER))


def test_the_list_names_every_package_there_is() -> None:
    assert {one["file"] for one in EXPECTED} == {path.name for path in DATA.glob("*.zip")}
    assert {one["file"] for one in EXPECTED if "refused" in one["expect"]} == set(WRONG)


@pytest.mark.parametrize("published", EXPECTED, ids=[one["file"] for one in EXPECTED])
def test_a_published_package_is_imported_whole_or_the_page_says_what_is_wrong(
    client: FlaskClient, published: dict[str, Any]
) -> None:
    course, name = online(), published["file"]
    answer = upload(client, "package", (DATA / name).read_bytes(), name)
    found = queries.contents(course)
    if not found:
        assert answer.status_code == 422
        assert (OTHER_STANDARDS | WRONG)[name] in answer.text
        assert kept() == (0, 0), "nothing of it is kept"
        return
    assert answer.status_code == 303
    page = client.get("/courses/ACN/elearning/manage").text
    if name in WITHOUT_PAGES | set(WRONG):
        assert NO_PAGE in page
        assert queries.offered(course) == [], "people are not given it"
        return
    assert name not in OTHER_STANDARDS
    (content,) = queries.offered(course)
    assert content.title == published["titles"][0]
    assert content.edition == published["schemaversion"][0]
    first = content.units[0]
    assert f"{first.page}{first.parameters}" == published["first_href"][0]
    for unit in content.units:
        assert queries.file(content.id, unit.page) is not None, unit.page
    assert kept() == (1, published["files"])
