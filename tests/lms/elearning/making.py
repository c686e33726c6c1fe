"""Packages for tests: whole ones, and ones with one thing wrong."""

import io
import stat
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from lms.catalogue.models import Course, CourseKind
from lms.elearning import intake, operations
from lms.elearning.models import Content
from tests.factories import NOW, course

SPACES = {
    "1.2": 'xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"',
    "2004 3rd Edition": 'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3"',
    "2004 4th Edition": 'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" '
    'xmlns:imsss="http://www.imsglobal.org/xsd/imsss"',
}
ITEM = '<item identifier="one" identifierref="r1"><title>The one part</title></item>'
RESOURCE = '<resource identifier="r1" adlcp:scormtype="sco" href="index.html"><file href="index.html"/></resource>'
PAGE = "<!DOCTYPE html><title>A part</title><p>A part</p>"


def manifest(
    version: str = "1.2", *, items: str = ITEM, resources: str = RESOURCE, prolog: str = "", base: str = ""
) -> str:
    """A manifest of an edition, with these items and resources."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<manifest identifier="m" version="1" {SPACES[version]}{base}>'
        f"<metadata><schema>ADL SCORM</schema><schemaversion>{version}</schemaversion></metadata>"
        f'<organizations default="o"><organization identifier="o"><title>A whole course</title>{items}</organization>'
        "</organizations>"
        f"<resources>{resources}</resources></manifest>"
    )


def zipped(files: Mapping[str, str | bytes], *, then: Callable[[zipfile.ZipFile], None] | None = None) -> bytes:
    """A ZIP file of these; `then` adds what an honest program would not."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        if then:
            then(archive)
    return made.getvalue()


def package(version: str = "1.2", *, files: Mapping[str, str | bytes] | None = None, **more: Any) -> bytes:
    """A whole package of an edition."""
    return zipped({"imsmanifest.xml": manifest(version, **more), **({"index.html": PAGE} if files is None else files)})


def link(archive: zipfile.ZipFile) -> None:
    """A symbolic link to a file of the machine."""
    info = zipfile.ZipInfo("look.html")
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    archive.writestr(info, "/etc/passwd")


def online(code: str = "ACN", **details: Any) -> Course:
    """An e-learning course."""
    return course(code, kind=CourseKind.E_LEARNING, modes=["e_learning"], **details)


def hold(of: Course, data: bytes | None = None, *, replaces: Content | None = None) -> Content:
    """Put a package into a course."""
    taken = intake.package(io.BytesIO(package() if data is None else data), "a.zip")
    return operations.add_content(course=of, intake=taken, replaces=replaces, by=None, now=NOW)
