"""Files by the hash of their content, outside the web root."""

from __future__ import annotations

import hashlib
import os
import tempfile
from datetime import datetime
from pathlib import Path

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from deskops.core.database import Base, UtcDateTime, table_of
from deskops.core.errors import NotFound
from deskops.core.upsert import upsert


class StoredFile(Base):
    """What is known of a stored content."""

    __tablename__ = "files"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(Integer)
    media_type: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


def path_of(data_dir: Path, digest: str) -> Path:
    """Where a content lies. Raises NotFound for what isn't a SHA-256 in hexadecimal, so no path can be
    smuggled in.
    """
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise NotFound()
    return data_dir / "files" / digest[:2] / digest


def store(session: Session, data_dir: Path, content: bytes, media_type: str, now: datetime) -> str:
    """Write a content once, durable before its row is; returns its hash."""
    digest = hashlib.sha256(content).hexdigest()
    target = path_of(data_dir, digest)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        _write_durably(target, content)
    row = {"hash": digest, "size": len(content), "media_type": media_type, "created_at": now}
    session.execute(upsert(session, table_of(StoredFile)).values(row).on_conflict_do_nothing())
    return digest


def read(data_dir: Path, digest: str) -> bytes:
    """The content under a hash. Raises NotFound."""
    try:
        return path_of(data_dir, digest).read_bytes()
    except FileNotFoundError:
        raise NotFound() from None


def _write_durably(target: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(target)
