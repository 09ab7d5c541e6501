"""Files that people send: what they are is told by their content, never by their name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from flask import Response, request

from deskops.core import files, runtime
from deskops.core.errors import Refusal
from deskops.core.i18n import lazy
from deskops.core.text import clean_line
from deskops.core.unit_of_work import UnitOfWork

JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"
PICTURES = (JPEG, PNG, WEBP)
_ENDINGS = {JPEG: "jpg", PNG: "png", WEBP: "webp", PDF: "pdf"}
# The body of a request as a whole is limited too; this leaves room for the fields beside the file.
MOST_BYTES = 3_900_000
_NAME_LENGTH = 120


class UnfitFile(Refusal):
    """Neither a picture nor a PDF, or empty."""

    status = 422
    code = "unfit_file"
    message = lazy("This is no picture or PDF. Take a photo, or choose a JPEG, PNG, WebP or PDF file.")


class FileTooLarge(Refusal):
    status = 422
    code = "file_too_large"
    message = lazy("This file is larger than %(most)s MB. Take the photo again with a lower resolution.")


@dataclass(frozen=True)
class Upload:
    """A file as it was sent, checked. `name` is what it was called, for people only."""

    content: bytes
    media_type: str
    name: str

    @property
    def digest(self) -> str:
        """What tells it from others, as part of a request's body."""
        return files.digest_of(self.content)

    def store(self, uow: UnitOfWork) -> str:
        """Keep the content; returns its hash."""
        data_dir = runtime.current().settings.data_dir
        return files.store(uow.session, data_dir, self.content, self.media_type, uow.now)


def sent_file(field: str, allowed: tuple[str, ...] = (*PICTURES, PDF)) -> Upload | None:
    """The file in a field of the request; None where none was chosen. Raises UnfitFile, FileTooLarge."""
    sent = request.files.get(field)
    content = b"" if sent is None else sent.read(MOST_BYTES + 1)
    name = clean_line(sent.filename or "") if sent is not None else ""
    if not content and not name:
        return None
    if len(content) > MOST_BYTES:
        raise FileTooLarge(field=field, most=MOST_BYTES // 1_000_000)
    media_type = media_type_of(content)
    if media_type not in allowed:
        raise UnfitFile(field=field)
    return Upload(content, media_type, PurePosixPath(name.replace("\\", "/")).name[-_NAME_LENGTH:])


def media_type_of(content: bytes) -> str:
    """By its first bytes; empty for what isn't taken."""
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    return PDF if content.startswith(b"%PDF-") else ""


def to_save(digest: str, media_type: str, name: str) -> Response:
    """A stored file, to be saved under a name of ours and never opened in place: it comes from outside. Raises NotFound."""
    content = files.read(runtime.current().settings.data_dir, digest)
    headers: Mapping[str, Any] = {
        "Content-Disposition": f'attachment; filename="{name}.{_ENDINGS.get(media_type, "bin")}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
    }
    return Response(content, mimetype=media_type or "application/octet-stream", headers=headers)
