"""A package is read before anything of it is kept; what cannot be played, or is hostile, is refused in words."""

import io
import struct
import zipfile
from collections.abc import Callable

import pytest

from lms.elearning import packages
from lms.elearning.packages import Standard
from lms.errors import RuleBroken
from tests.lms.elearning.making import ITEM, PAGE, RESOURCE, link, manifest, package, zipped

ENTITIES = '<!DOCTYPE manifest [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE manifest [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("version", "standard"),
    [
        ("1.2", Standard.SCORM_12),
        ("2004 3rd Edition", Standard.SCORM_2004),
        ("2004 4th Edition", Standard.SCORM_2004),
    ],
)
def test_every_edition_is_read(version: str, standard: Standard) -> None:
    found = packages.read(package(version))
    assert (found.standard, found.edition, found.title) == (standard, version, "A whole course")
    assert [(one.key, one.title, one.page, one.tracked, one.there) for one in found.items] == [
        ("one", "The one part", "index.html", True, True)
    ]
    assert found.names == {"imsmanifest.xml": "application/xml", "index.html": "text/html"}
    assert found.missing == ""


def test_an_edition_nobody_named_is_known_by_its_namespace() -> None:
    silent = manifest().replace("<schemaversion>1.2</schemaversion>", "")
    assert packages.read(zipped({"imsmanifest.xml": silent, "index.html": PAGE})).standard is Standard.SCORM_12
    unknown = manifest().replace(">1.2<", ">7.0<")
    with pytest.raises(RuleBroken, match="does not say SCORM"):
        packages.read(zipped({"imsmanifest.xml": unknown, "index.html": PAGE}))


def test_what_starts_in_chapters_is_found_in_order_with_its_address() -> None:
    items = (
        '<item identifier="c1"><title>Chapter</title><item identifier="a" identifierref="r1" parameters="?lang=en">'
        "<title>First</title><adlcp:masteryscore>70</adlcp:masteryscore></item>"
        '<item identifier="deep"><title>Deeper</title><item identifier="b" identifierref="r2"><title>Second</title></item></item>'
        "</item>"
    )
    resources = (
        '<resource identifier="r1" adlcp:scormtype="sco" xml:base="pages/" href="a%20b.html?x=1#top"/>'
        '<resource identifier="r2" adlcp:scormtype="asset" href="./pages/../pages/c.html"/>'
    )
    found = packages.read(
        package(items=items, resources=resources, files={"all/pages/a b.html": PAGE, "pages/c.html": PAGE}, base="")
    )
    assert [(one.title, one.page, one.parameters, one.mastery, one.tracked, one.there) for one in found.items] == [
        ("First", "pages/a b.html", "?x=1&lang=en#top", 70.0, True, False),
        ("Second", "pages/c.html", "", None, False, True),
    ]
    assert found.missing == (
        "The manifest names a page that is not in the package, so nobody can start it: “pages/a b.html”."
    )
    based = packages.read(
        package(items=items, resources=resources, files={"all/pages/a b.html": PAGE}, base=' xml:base="all/"')
    )
    assert based.items[0].there, "the manifest’s own base comes first"


def test_the_mark_of_scorm_2004_is_read_where_it_stands() -> None:
    items = (
        '<item identifier="a" identifierref="r1"><title>First</title><imsss:sequencing><imsss:objectives><imsss:primaryObjective '
        'satisfiedByMeasure="true"><imsss:minNormalizedMeasure>0.8</imsss:minNormalizedMeasure></imsss:primaryObjective>'
        "</imsss:objectives></imsss:sequencing></item>"
    )
    assert packages.read(package("2004 4th Edition", items=items)).items[0].mastery == 0.8


def test_a_part_that_keeps_its_completion_to_itself_says_so_or_takes_it_from_the_rules_of_all() -> None:
    controls = '<imsss:deliveryControls completionSetByContent="true"/>'
    items = "".join(
        f'<item identifier="{name}" identifierref="r1"><title>{name}</title>{sequencing}</item>'
        for name, sequencing in (
            ("own", f"<imsss:sequencing>{controls}</imsss:sequencing>"),
            ("all", '<imsss:sequencing IDRef="for-all"/>'),
            ("but", f'<imsss:sequencing IDRef="for-all">{controls.replace("true", "false")}</imsss:sequencing>'),
            ("none", ""),
        )
    )
    shared = f'<imsss:sequencing ID="for-all">{controls}</imsss:sequencing>'
    end = f"<imsss:sequencingCollection>{shared}</imsss:sequencingCollection></manifest>"
    whole = manifest("2004 4th Edition", items=items).replace("</manifest>", end)
    found = packages.read(zipped({"imsmanifest.xml": whole, "index.html": PAGE}))
    assert [(one.title, one.by_content) for one in found.items] == [
        ("own", True),
        ("all", True),
        ("but", False),
        ("none", False),
    ]


def test_litter_is_not_missed_and_what_is_not_needed_is_named() -> None:
    found = packages.read(
        package(files={"index.html": PAGE, "__MACOSX/._index.html": b"x", ".DS_Store": b"x", "setup.exe": b"MZ"})
    )
    assert "setup.exe" not in found.names
    assert found.left_out == ("setup.exe",)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "not a ZIP file"),
        (b"PK\x03\x04 and then nothing", "not a ZIP file"),
        (zipped({"index.html": PAGE}), "it has no imsmanifest.xml"),
        (zipped({"course/imsmanifest.xml": manifest(), "course/index.html": PAGE}), "lies in the folder “course”"),
        (zipped({"cmi5.xml": "<courseStructure/>", "index.html": PAGE}), "a package of cmi5"),
        (zipped({"tincan.xml": "<tincan/>", "index.html": PAGE}), "a package of xAPI"),
        (zipped({"a.au": "x", "a.crs": "x"}), "a package of AICC"),
        (zipped({"imsmanifest.xml": manifest()[:-20], "index.html": PAGE}), "not well-formed XML"),
        (zipped({"imsmanifest.xml": "<course/>", "index.html": PAGE}), "is no manifest"),
        (package(prolog=ENTITIES), "defines entities"),
        (package(prolog=OUTSIDE, items=ITEM.replace("The one part", "&secret;")), "defines entities"),
        (package(items=""), "names nothing that could be started"),
        (package(resources=""), "a resource it does not describe"),
        (package(resources=RESOURCE.replace(' href="index.html">', ">")), "names no page for “The one part”"),
        (package(resources=RESOURCE.replace('href="index.html">', 'href="https://example.org/x">')), "another website"),
        (package(resources=RESOURCE.replace('href="index.html">', 'href="../x.html">')), "outside the package"),
        (package(items='<item identifier="x"><title>x</title>' * 40 + "</item>" * 40), "without end"),
        (package(files={"index.html": PAGE, "../out.html": "x"}), "would lie outside it"),
        (package(files={"index.html": PAGE, "ok/../../out.html": "x"}), "would lie outside it"),
        (package(files={"index.html": PAGE, "/tmp/out.html": "x"}), "would lie outside it"),
        (package(files={"index.html": PAGE, "C:\\out.html": "x"}), "would lie outside it"),
        (package(files={"index.html": PAGE, "..\\out.html": "x"}), "would lie outside it"),
        (package(files={"index.html": PAGE, "a\nb.html": "x"}), "whose name cannot be used"),
        (package(files={"index.html": PAGE, "./index.html": "x"}), "holds “index.html” twice"),
        (package(files={"index.html": PAGE, "l" * 400 + ".html": "x"}), "whose name cannot be used"),
        (zipped({"imsmanifest.xml": manifest(), "index.html": PAGE}, then=link), "a link to another file"),
    ],
)
def test_what_cannot_be_played_or_is_hostile_is_refused_in_words(data: bytes, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        packages.read(data)


def test_ten_thousand_members_are_refused() -> None:
    many = {f"{number}.html": "" for number in range(10_000)}
    with pytest.raises(RuleBroken, match="more than 2,000 files"):
        packages.read(package(files=many))


def test_a_bomb_is_refused_by_what_its_list_says_before_anything_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = package(files={"index.html": PAGE, "zeros.txt": bytes(30_000_000)})
    assert len(bomb) < 60_000
    monkeypatch.setattr(zipfile.ZipFile, "open", _nothing_is_opened)
    with pytest.raises(RuleBroken, match="more than a hundred times its size"):
        packages.read(bomb)
    monkeypatch.setattr(packages, "RATIO_FROM", packages.MOST_BYTES)
    with pytest.raises(AssertionError, match="opened"):
        packages.read(bomb)


def _nothing_is_opened(*_: object, **__: object) -> None:
    raise AssertionError("opened")


def test_a_list_that_claims_half_a_gigabyte_is_refused() -> None:
    def claims(data: bytes, size: int) -> bytes:
        """The same archive, whose list says of its last member that it is so large."""
        at = data.rindex(b"PK\x01\x02")
        return data[: at + 24] + struct.pack("<I", size) + data[at + 28 :]

    with pytest.raises(RuleBroken, match="larger than 500 MB"):
        packages.read(claims(package(), 500_000_001))


def test_a_locked_or_oddly_packed_file_is_refused() -> None:
    def odd(change: Callable[[zipfile.ZipFile], None]) -> bytes:
        return zipped({"imsmanifest.xml": manifest(), "index.html": PAGE}, then=change)

    def lzma(archive: zipfile.ZipFile) -> None:
        archive.writestr("x.html", "x", compress_type=zipfile.ZIP_LZMA)

    with pytest.raises(RuleBroken, match="unusual way"):
        packages.read(odd(lzma))
    locked = bytearray(package())
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        locked[locked.index(mark) + (6 if mark[2] == 3 else 8)] |= 1
    with pytest.raises(RuleBroken, match="password"):
        packages.read(bytes(locked))


def test_a_file_is_read_from_the_disk_as_from_memory() -> None:
    assert packages.read(io.BytesIO(package())) == packages.read(package())


@pytest.mark.parametrize("marks", [b"\xff\xff\xff\xff", b"\x07\x07\x07\x07"], ids=["no such block", "cut short"])
def test_a_manifest_that_cannot_be_unpacked_is_said_to_be_damaged(marks: bytes) -> None:
    whole = bytearray(package())
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        start = archive.getinfo("imsmanifest.xml").header_offset
    name, extra = struct.unpack("<HH", whole[start + 26 : start + 30])
    packed = start + 30 + name + extra
    whole[packed : packed + 4] = marks
    with pytest.raises(RuleBroken, match="is damaged"):
        packages.read(bytes(whole))
