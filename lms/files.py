"""Files people upload and files we make: what kinds are taken, where they lie, how they are handed out.

The row says what a file is; its bytes lie in the folder of the settings under their SHA-256, so the same bytes are kept once and
nothing a person typed becomes a path. A file is never served as a page: it is always a download (security.md 2.2, case H5).
"""

import hashlib
import io
import os
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import filetype
from flask import Response, current_app
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import FileStorage

from lms.accounts.models import Person
from lms.db import Base, db, random_reference
from lms.errors import RuleBroken
from lms.exports import download

#: Largest evidence file, in bytes, and largest picture, in pixels.
MOST_BYTES, MOST_PIXELS = 10_000_000, 40_000_000


@dataclass(frozen=True)
class Kind:
    """A kind of file that is taken: what it is called, its ending, and what it is sent as."""

    word: str
    ending: str
    media_type: str


_OFFICE = "application/vnd.openxmlformats-officedocument."
PDF = Kind("PDF", "pdf", "application/pdf")
PNG = Kind("PNG picture", "png", "image/png")
JPEG = Kind("JPEG picture", "jpg", "image/jpeg")
DOCX = Kind("Word document", "docx", f"{_OFFICE}wordprocessingml.document")
XLSX = Kind("Excel workbook", "xlsx", f"{_OFFICE}spreadsheetml.sheet")
PPTX = Kind("PowerPoint presentation", "pptx", f"{_OFFICE}presentationml.presentation")
ZIP = Kind("ZIP file", "zip", "application/zip")
#: What is taken as evidence.
EVIDENCE = (PDF, PNG, JPEG, DOCX, XLSX, PPTX)
PICTURES = (PNG, JPEG)


class StoredFile(Base):
    """A file that is kept: its name, kind and size, and the SHA-256 under which its bytes lie."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The public name nobody can guess.
    reference: Mapped[str] = mapped_column(String(24), unique=True, default=random_reference)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    added_at: Mapped[datetime]
    #: Who uploaded it; empty for files we made.
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


@dataclass(frozen=True)
class Upload:
    """A file that was looked at and may be kept."""

    name: str
    kind: Kind
    data: bytes


def read_upload(given: FileStorage, *, kinds: Collection[Kind] = EVIDENCE, most_bytes: int = MOST_BYTES) -> Upload:
    """Look at an uploaded file: its size, its ending, and whether its bytes are what the ending says. Slow work for a view to do
    before it begins to write. Pictures are drawn anew, so that nothing hides in them.

    RuleBroken with the sentence for the person.
    """
    name = Path((given.filename or "").replace("\\", "/")).name[:200]
    data = given.stream.read(most_bytes + 1)
    if not data:
        raise RuleBroken("This file is empty. Choose another")
    if len(data) > most_bytes:
        raise RuleBroken(f"This file is larger than {most_bytes // 1_000_000} MB. Choose a smaller one")
    kind = _kind_of(name, data, kinds)
    return Upload(name, kind, _redrawn(data, kind) if kind in PICTURES else data)


def _kind_of(name: str, data: bytes, kinds: Collection[Kind]) -> Kind:
    ending = name.rpartition(".")[2].lower().replace("jpeg", "jpg")
    found = filetype.guess(data)
    for kind in kinds:
        if kind.ending == ending and found is not None and found.mime == kind.media_type:
            return kind
    words = ", ".join(kind.ending for kind in kinds)
    raise RuleBroken(f"This kind of file is not taken. Choose one of these: {words}")


def _redrawn(data: bytes, kind: Kind) -> bytes:
    """The same picture without anything else in its file (places, comments, what follows its end)."""
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(data), formats=["PNG", "JPEG"]) as picture:
            # Known from the first bytes, before anything is unpacked.
            if picture.width * picture.height > MOST_PIXELS:
                raise RuleBroken("This picture has too many pixels. Choose a smaller one")
            upright = ImageOps.exif_transpose(picture).convert("RGB" if kind is JPEG else "RGBA")
            drawn = io.BytesIO()
            upright.save(drawn, "JPEG" if kind is JPEG else "PNG")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise RuleBroken("This picture cannot be read. Save it again and choose it once more") from None
    return drawn.getvalue()


def keep(upload: Upload, *, now: datetime, by: Person | None = None) -> StoredFile:
    """Keep a file. Its bytes are on the disk before its row is; bytes whose row was not kept are harmless."""
    sha256 = hashlib.sha256(upload.data).hexdigest()
    _write(path_of(sha256), upload.data)
    stored = StoredFile(
        sha256=sha256,
        name=upload.name,
        media_type=upload.kind.media_type,
        size=len(upload.data),
        added_at=now,
        added_by_id=by.id if by else None,
    )
    db.session.add(stored)
    db.session.flush()
    return stored


def path_of(sha256: str) -> Path:
    """Where the bytes with this SHA-256 lie."""
    return Path(current_app.config["FILES"]) / sha256[:2] / sha256


def _write(path: Path, data: bytes) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)


def put(stream: BinaryIO) -> tuple[str, int]:
    """Put what a stream holds on the disk, a piece at a time; its SHA-256, under which it lies, and its size in bytes.

    For files that have rows of their own (`lms.elearning`) and may be larger than the memory of a process.
    """
    folder = Path(current_app.config["FILES"])
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    sha256, size = hashlib.sha256(), 0
    handle, temporary = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            while piece := stream.read(1 << 20):
                sha256.update(piece)
                size += len(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        path = path_of(sha256.hexdigest())
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return sha256.hexdigest(), size


def contents(stored: StoredFile) -> bytes:
    """The bytes of a file. LookupError where they are not what was kept, or are gone."""
    try:
        data = path_of(stored.sha256).read_bytes()
    except OSError:
        raise LookupError(f"file {stored.reference} is gone") from None
    if hashlib.sha256(data).hexdigest() != stored.sha256:
        raise LookupError(f"file {stored.reference} is not what was kept")
    return data


def sent(stored: StoredFile) -> Response:
    """The answer that hands a file out: a download, never a page, whatever is in it. The caller has asked whose file it is."""
    return download(contents(stored), stored.name, stored.media_type)


def problems() -> list[str]:
    """What `lms verify` says: rows whose bytes are not there. Whether the bytes are the same is asked when they are read."""
    rows = db.session.scalars(db.select(StoredFile).order_by(StoredFile.id))
    return [f"file {one.reference} is gone from the disk" for one in rows if not path_of(one.sha256).exists()]
