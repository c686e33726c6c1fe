"""A SCORM package, read before anything of it is kept: is it whole, is it harmless to unpack, and what is there to start?

Nothing is ever unpacked under a name of the package's own. A member's name is only what the package calls it; its bytes go where
`lms.files` puts them. The manifest is read with defusedxml, which fetches nothing and expands nothing.
"""

import io
import lzma
import posixpath
import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from lms.errors import RuleBroken
from lms.words import listing

MANIFEST = "imsmanifest.xml"
#: The most members, and the most bytes unpacked. A package that grows more than a hundredfold is a bomb, unless it is small.
MOST_FILES, MOST_BYTES = 2_000, 500_000_000
RATIO, RATIO_FROM = 100, 20_000_000
MOST_MANIFEST, MOST_UNITS, DEEPEST, LONGEST_NAME = 5_000_000, 200, 20, 300
BASE = "{http://www.w3.org/XML/1998/namespace}base"

#: What is kept of a package, and what each is sent as. Whatever has another ending is left out, and that is said.
MEDIA_TYPES = {
    "html": "text/html", "htm": "text/html", "xhtml": "application/xhtml+xml", "css": "text/css", "js": "text/javascript",
    "mjs": "text/javascript", "json": "application/json", "xml": "application/xml", "xsd": "application/xml",
    "dtd": "application/xml-dtd", "txt": "text/plain", "csv": "text/csv", "vtt": "text/vtt", "srt": "text/plain",
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "svg": "image/svg+xml",
    "webp": "image/webp", "ico": "image/x-icon", "bmp": "image/bmp", "mp3": "audio/mpeg", "m4a": "audio/mp4",
    "ogg": "audio/ogg", "wav": "audio/wav", "mp4": "video/mp4", "m4v": "video/mp4", "webm": "video/webm",
    "woff": "font/woff", "woff2": "font/woff2", "ttf": "font/ttf", "otf": "font/otf", "pdf": "application/pdf",
}  # fmt: skip
#: What computers add by themselves, and nobody misses.
LITTER = re.compile(r"(^|/)(__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
#: Packages of other standards: a file only they have, and what they are called.
OTHERS = (("cmi5.xml", "cmi5"), ("tincan.xml", "xAPI (Tin Can)"), (".au", "AICC"), (".crs", "AICC"))


class Standard(StrEnum):
    """The two ways a package can speak with us."""

    SCORM_12 = "scorm_12"
    SCORM_2004 = "scorm_2004"


@dataclass(frozen=True)
class Item:
    """One thing to start (a SCO): its page in the package and what is added to the page's address.

    `tracked`: it says how far somebody got; otherwise opening it is all there is. `mastery`: the score it is passed with, from
    0 to 100 in SCORM 1.2 and from -1 to 1 in SCORM 2004. `by_content`: SCORM 2004's `completionSetByContent`, with which a part
    that says nothing of completion leaves it unknown. `there`: its page is in the package.
    """

    key: str
    title: str
    page: str
    parameters: str
    tracked: bool
    mastery: float | None
    launch_data: str
    there: bool
    by_content: bool = False


@dataclass(frozen=True)
class Package:
    """A package that may be kept. `names`: {name of a member: what it is sent as}."""

    standard: Standard
    edition: str
    title: str
    items: tuple[Item, ...]
    names: dict[str, str]
    left_out: tuple[str, ...] = ()

    @property
    def missing(self) -> str:
        """Why people cannot be given it, in a sentence; empty: every page that starts something is there."""
        gone = [item.page for item in self.items if not item.there]
        if not gone:
            return ""
        pages = listing([f"“{page}”" for page in dict.fromkeys(gone)])
        return f"The manifest names a page that is not in the package, so nobody can start it: {pages}."


def read(file: BinaryIO | bytes) -> Package:
    """What a package holds. RuleBroken with the sentence for whoever sent it when it cannot be kept."""
    with opened(file) as archive:
        members = dict(checked_members(archive))
        if MANIFEST not in members:
            raise RuleBroken(_no_manifest(members))
        return _described(_manifest(archive, members[MANIFEST]), members)


#: What reading a member of a damaged or encrypted archive ends in, whichever way it was packed. A full disk is none of these.
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError, NotImplementedError, RuntimeError)


def opened(file: BinaryIO | bytes) -> zipfile.ZipFile:
    """The archive. RuleBroken when it is none."""
    try:
        return zipfile.ZipFile(io.BytesIO(file) if isinstance(file, bytes) else file)
    except (*DAMAGED, OSError):
        raise RuleBroken("This is not a ZIP file, or it is damaged. Export the package again and choose it") from None


def checked_members(archive: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """Each file of an archive under its plain name, known from the archive's own list, before anything is unpacked."""
    infos = [info for info in archive.infolist() if not LITTER.search(info.filename)]
    if len(infos) > MOST_FILES:
        raise RuleBroken(f"This package has more than {MOST_FILES:,} files. Export it with fewer")
    unpacked, packed = sum(info.file_size for info in infos), sum(info.compress_size for info in infos)
    if unpacked > MOST_BYTES:
        raise RuleBroken(f"This package is larger than {MOST_BYTES // 1_000_000} MB when it is unpacked")
    if unpacked > RATIO_FROM and unpacked > RATIO * max(packed, 1):
        raise RuleBroken("This package unpacks to more than a hundred times its size, as no honest one does")
    seen: set[str] = set()
    for info in infos:
        name = _plain_name(info)
        if info.is_dir() or not name:
            continue
        if name in seen:
            raise RuleBroken(f"This package holds “{name}” twice. Export it again")
        seen.add(name)
        yield name, info


def _plain_name(info: zipfile.ZipInfo) -> str:
    """The name of a member with its parts joined by /. RuleBroken for one that leads elsewhere."""
    # What stands after a NUL is dropped by zipfile; the name as it was written is kept beside it.
    written = info.orig_filename.replace("\\", "/")
    shown = re.sub(r"[^\x20-\x7e]", "?", written)[:80]
    if info.flag_bits & 1:
        raise RuleBroken("This package is locked with a password. Export it without one")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise RuleBroken("This package is packed in an unusual way. Make an ordinary ZIP file of it")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise RuleBroken(f"This package holds a link to another file (“{shown}”), which is not taken")
    if written.startswith("/") or re.match(r"[A-Za-z]:", written) or ".." in written.split("/"):
        raise RuleBroken(f"This package holds a file that would lie outside it (“{shown}”), so none of it is taken")
    if any(ord(character) < 32 for character in written) or len(written) > LONGEST_NAME:
        raise RuleBroken(f"This package holds a file whose name cannot be used (“{shown}”)")
    return "/".join(part for part in written.split("/") if part not in {"", "."})


def _no_manifest(names: Iterable[str]) -> str:
    names = list(names)
    for name in names:
        if posixpath.basename(name) == MANIFEST:
            return (
                f"The file {MANIFEST} lies in the folder “{posixpath.dirname(name)}”. Open that folder, choose everything "
                "in it, and make the ZIP file of that"
            )
    for ending, standard in OTHERS:
        if any(name.lower().endswith(ending) for name in names):
            return f"This is a package of {standard}. Only SCORM 1.2 and SCORM 2004 can be played. Export it as one of these"
    return f"This is no SCORM package: it has no {MANIFEST}. Export it as SCORM 1.2 or SCORM 2004"


def _manifest(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Element:
    if info.file_size > MOST_MANIFEST:
        raise RuleBroken(f"The file {MANIFEST} of this package is too large to be read")
    try:
        root: Element = fromstring(archive.read(info))
    except DefusedXmlException:
        raise RuleBroken(
            f"The file {MANIFEST} of this package defines entities, which can be used to read other files. It is not taken"
        ) from None
    except (ParseError, ValueError, LookupError):
        raise RuleBroken(f"The file {MANIFEST} of this package is not well-formed XML. Export it again") from None
    except (*DAMAGED, OSError):
        raise RuleBroken("This package is damaged. Export it again") from None
    if _local(root.tag) != "manifest":
        raise RuleBroken(f"The file {MANIFEST} of this package is no manifest. Export it again")
    return root


def _described(root: Element, members: dict[str, zipfile.ZipInfo]) -> Package:
    standard, edition = _standard(root)
    _share_sequencing(root)
    organisation = _organisation(root)
    resources = dict(_resources(root))
    items = tuple(_items(organisation, resources, set(members), standard))
    if not items:
        raise RuleBroken("The manifest of this package names nothing that could be started. Export it again")
    if len(items) > MOST_UNITS:
        raise RuleBroken(f"This package has more than {MOST_UNITS} parts to start. Export it as several packages")
    kept = {name: found for name in members if (found := MEDIA_TYPES.get(name.rpartition(".")[2].lower()))}
    return Package(
        standard=standard,
        edition=edition,
        title=(_text(organisation, "title") or items[0].title)[:200],
        items=items,
        names=kept,
        left_out=tuple(name for name in members if name not in kept),
    )


def _standard(root: Element) -> tuple[Standard, str]:
    said = next((" ".join((one.text or "").split()) for one in root.iter() if _local(one.tag) == "schemaversion"), "")
    if said == "1.2":
        return Standard.SCORM_12, said
    if "2004" in said or re.match(r"(CAM )?1\.3", said):
        return Standard.SCORM_2004, said[:40]
    used = " ".join([*(one.tag for one in root.iter()), *(name for one in root.iter() for name in one.attrib)])
    if not said and "adlcp_rootv1p2" in used:
        return Standard.SCORM_12, "1.2"
    if not said and "adlcp_v1p3" in used:
        return Standard.SCORM_2004, "2004"
    raise RuleBroken("The manifest does not say SCORM 1.2 or SCORM 2004. Export the package as one of these")


def _organisation(root: Element) -> Element:
    """The tree of items that is meant when nobody chooses."""
    found = _child(root, "organizations")
    trees = _children(found, "organization") if found is not None else []
    if found is None or not trees:
        raise RuleBroken("The manifest of this package names nothing that could be started. Export it again")
    return next((tree for tree in trees if tree.get("identifier") == found.get("default")), trees[0])


def _resources(root: Element) -> Iterator[tuple[str, tuple[Element, str]]]:
    """{identifier: (resource, the folder its address starts from)}."""
    found = _child(root, "resources")
    if found is None:
        return
    outer = root.get(BASE, "") + found.get(BASE, "")
    for resource in _children(found, "resource"):
        yield resource.get("identifier", ""), (resource, outer + resource.get(BASE, ""))


def _items(
    tree: Element, resources: dict[str, tuple[Element, str]], members: set[str], standard: Standard, depth: int = 0
) -> Iterator[Item]:
    """What can be started, in the order of the manifest, whatever chapters it stands in."""
    if depth > DEEPEST:
        raise RuleBroken("The manifest of this package has chapters within chapters without end. Export it again")
    for item in _children(tree, "item"):
        named = item.get("identifierref")
        if named:
            if named not in resources:
                raise RuleBroken(
                    f"The manifest starts “{_title(item)}” with a resource it does not describe. Export it again"
                )
            yield _item(item, *resources[named], members, standard)
        yield from _items(item, resources, members, standard, depth + 1)


def _item(item: Element, resource: Element, base: str, members: set[str], standard: Standard) -> Item:
    title, href = _title(item), resource.get("href", "").strip()
    if not href:
        raise RuleBroken(f"The manifest names no page for “{title}” to start with. Export the package again")
    address = urlsplit(base + href)
    if address.scheme or address.netloc:
        raise RuleBroken(f"“{title}” starts on another website. A package must hold all of its pages itself")
    page = posixpath.normpath(unquote(address.path).replace("\\", "/"))
    if page.startswith(("/", "..")) or any(ord(character) < 32 for character in page):
        raise RuleBroken(f"“{title}” starts with a page that would lie outside the package")
    kind = next((value for name, value in resource.attrib.items() if _local(name).lower() == "scormtype"), "sco")
    return Item(
        key=item.get("identifier", "")[:200] or page[:200],
        title=title,
        page=page[:LONGEST_NAME],
        parameters=_parameters(address.query, address.fragment, item.get("parameters", ""))[:1_000],
        tracked=kind.lower() != "asset",
        mastery=_mastery(item, standard),
        launch_data=(_deep_text(item, "datafromlms") or _deep_text(item, "dataFromLMS"))[:4_096],
        there=page in members,
        by_content=_by_content(item),
    )


def _parameters(query: str, fragment: str, more: str) -> str:
    """What follows the path in the address: the page's own and the item's, as SCORM's content packaging joins them."""
    more = more.strip().lstrip("?&")
    joined = f"?{query}" if query else ""
    if more and not more.startswith("#"):
        joined += f"{'&' if joined else '?'}{more}"
    fragment = fragment or (more[1:] if more.startswith("#") else "")
    return joined + (f"#{fragment}" if fragment and "#" not in joined else "")


def _mastery(item: Element, standard: Standard) -> float | None:
    said = _deep_text(item, "masteryscore" if standard is Standard.SCORM_12 else "minNormalizedMeasure")
    least, most = (0, 100) if standard is Standard.SCORM_12 else (-1, 1)
    try:
        return float(said) if said and least <= float(said) <= most else None
    except ValueError:
        return None


def _share_sequencing(root: Element) -> None:
    """Give each item the rules it takes from the manifest's `sequencingCollection` by name; its own come first."""
    elements = list(root.iter())
    shared = {
        rules.get("ID"): rules for one in elements if _local(one.tag) == "sequencingCollection" for rules in list(one)
    }
    for one in elements:
        found = shared.get(one.get("IDRef")) if _local(one.tag) == "sequencing" and one.get("IDRef") else None
        if found is not None:
            own = {_local(child.tag) for child in one}
            one.extend([child for child in found if _local(child.tag) not in own])


def _by_content(item: Element) -> bool:
    sequencing = _child(item, "sequencing")
    controls = _child(sequencing, "deliveryControls") if sequencing is not None else None
    return controls is not None and controls.get("completionSetByContent", "").strip().lower() in {"true", "1"}


def _title(item: Element) -> str:
    return (_text(item, "title") or item.get("identifier") or "Part")[:200]


def _local(name: str) -> str:
    """A name without its namespace: the editions of SCORM have different ones for the same things."""
    return name.rpartition("}")[2]


def _children(element: Element, name: str) -> list[Element]:
    return [child for child in element if _local(child.tag) == name]


def _child(element: Element, name: str) -> Element | None:
    return next(iter(_children(element, name)), None)


def _text(element: Element, name: str) -> str:
    found = _child(element, name)
    return " ".join("".join(found.itertext()).split()) if found is not None else ""


def _deep_text(item: Element, name: str) -> str:
    """The text of an element of this item, not of the items within it."""
    for child in item:
        if _local(child.tag) == name:
            return (child.text or "").strip()
        if _local(child.tag) != "item" and (found := _deep_text(child, name)):
            return found
    return ""
