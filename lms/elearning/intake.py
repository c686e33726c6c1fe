"""What an officer sends, looked at and put on the disk before any row is written: slow work, done before the write lock.

Bytes whose rows are never written are harmless: nothing names them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import filetype
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from lms import files
from lms.elearning import packages
from lms.elearning.models import Kind
from lms.errors import RuleBroken
from lms.words import listing

#: The largest file that may be sent, in bytes: a package or a video, and a document.
MOST_BYTES, MOST_DOCUMENT = 300_000_000, 20_000_000
VIDEOS = {"video/mp4": "mp4", "video/x-m4v": "mp4", "video/webm": "webm"}
VIDEO_TYPES = {"mp4": "video/mp4", "webm": "video/webm"}
#: How many names of files that were left out are said.
SAID = 5


@dataclass(frozen=True)
class Kept:
    """A file on the disk: what it is called in its content, and where its bytes lie."""

    name: str
    sha256: str
    media_type: str
    size: int


@dataclass(frozen=True)
class Part:
    """One thing to start, as it will be a `Unit`."""

    title: str
    page: str
    parameters: str = ""
    tracked: bool = True
    mastery: float | None = None
    launch_data: str = ""
    by_content: bool = False
    length: int | None = None


@dataclass(frozen=True)
class Intake:
    """A content that may be added. `fault`: why people would not be given it; `notes`: what else an officer should know."""

    kind: Kind
    title: str
    file_name: str
    size: int
    parts: tuple[Part, ...]
    files: tuple[Kept, ...]
    edition: str = ""
    fault: str = ""
    transcript: str = ""
    notes: tuple[str, ...] = field(default=())


def package(stream: BinaryIO, name: str) -> Intake:
    """Read a SCORM package and put its files on the disk. RuleBroken with the sentence for whoever sent it."""
    found = packages.read(stream)
    stream.seek(0)
    kept = tuple(_unpacked(stream, found))
    notes = []
    if found.left_out:
        said = listing([f"“{one}”" for one in found.left_out[:SAID]])
        more = f" and {len(found.left_out) - SAID} more" if len(found.left_out) > SAID else ""
        notes.append(f"Left out, because files of this kind are not needed to play a course: {said}{more}.")
    return Intake(
        kind=Kind(found.standard.value),
        title=found.title,
        file_name=_file_name(name),
        size=_size(stream),
        edition=found.edition,
        parts=tuple(
            Part(one.title, one.page, one.parameters, one.tracked, one.mastery, one.launch_data, one.by_content)
            for one in found.items
        ),
        files=kept,
        fault=found.missing[:500],
        notes=tuple(notes),
    )


def _unpacked(stream: BinaryIO, found: packages.Package) -> Iterator[Kept]:
    with packages.opened(stream) as archive:
        for name, info in packages.checked_members(archive):
            if name not in found.names:
                continue
            try:
                with archive.open(info) as member:
                    sha256, size = files.put(member)  # type: ignore[arg-type]  # it reads as a file does
            except packages.DAMAGED:
                raise RuleBroken(f"“{name}” in this package is damaged. Export the package again") from None
            yield Kept(name, sha256, found.names[name], size)


def video(stream: BinaryIO, name: str, *, title: str, transcript: str) -> Intake:
    """Look at a video and put it on the disk. RuleBroken for what browsers do not play."""
    size = _size(stream)
    guessed = filetype.guess_mime(stream.read(4_096))
    ending = VIDEOS.get(guessed or "")
    if ending is None:
        raise RuleBroken("This is no MP4 or WebM video. Save it as one of these and choose it again")
    stream.seek(0)
    sha256, _ = files.put(stream)
    page = f"video.{ending}"
    kept = Kept(page, sha256, VIDEO_TYPES[ending], size)
    return Intake(Kind.VIDEO, title, _file_name(name), size, (Part(title, page),), (kept,), transcript=transcript)


def document(stream: BinaryIO, name: str, *, title: str) -> Intake:
    """Look at a PDF, count its pages, and put it on the disk. RuleBroken for what is none, or is locked."""
    size = _size(stream)
    if size > MOST_DOCUMENT:
        raise RuleBroken(f"This document is larger than {MOST_DOCUMENT // 1_000_000} MB. Save it smaller")
    if stream.read(5) != b"%PDF-":
        raise RuleBroken("This is no PDF. Save the document as PDF and choose that")
    stream.seek(0)
    try:
        reader = PdfReader(stream)
        pages = 0 if reader.is_encrypted else len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError):
        raise RuleBroken("This PDF cannot be read. Save the document as PDF again and choose that") from None
    if not pages:
        raise RuleBroken("This PDF is locked or has no pages. Save it without a password")
    stream.seek(0)
    sha256, _ = files.put(stream)
    kept = Kept("document.pdf", sha256, "application/pdf", size)
    return Intake(Kind.DOCUMENT, title, _file_name(name), size, (Part(title, kept.name, length=pages),), (kept,))


def _file_name(name: str) -> str:
    return Path(name.replace("\\", "/")).name[:200]


def _size(stream: BinaryIO) -> int:
    """How many bytes a stream holds; afterwards it stands at its beginning."""
    size = stream.seek(0, 2)
    stream.seek(0)
    if not size:
        raise RuleBroken("This file is empty. Choose another")
    return size
