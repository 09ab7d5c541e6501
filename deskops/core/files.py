"""Files by the hash of their content, outside the web root."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Integer, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from deskops.core.database import Base, UtcDateTime, table_of
from deskops.core.errors import NotFound
from deskops.core.upsert import upsert

# How columns are marked that hold hashes of files.
HOLDS_FILE = {"holds_file": True}


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


def digest_of(content: bytes) -> str:
    """The hash under which a content is kept."""
    return hashlib.sha256(content).hexdigest()


def store(session: Session, data_dir: Path, content: bytes, media_type: str, now: datetime) -> str:
    """Write a content once, durable before its row is committed; returns its hash, for a column marked HOLDS_FILE."""
    digest = digest_of(content)
    row = {"hash": digest, "size": len(content), "media_type": media_type, "created_at": now}
    added = upsert(session, table_of(StoredFile)).values(row)
    # Written to even where it is there, so that `forget` waits until whoever holds it now has said so.
    session.execute(added.on_conflict_do_update(index_elements=["hash"], set_={"size": len(content)}))
    target = path_of(data_dir, digest)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        _write_durably(target, content)
    return digest


def forget(session: Session, data_dir: Path, digests: Iterable[str]) -> None:
    """Delete contents that no marked column holds any more: those of others than whoever let go of them stay.

    The content goes before its row is committed: where that fails, the row is there to try again.
    """
    files = table_of(StoredFile)
    let_go = select(files.c.hash).where(files.c.hash.in_(sorted(set(digests)))).order_by(files.c.hash)
    for digest in session.scalars(let_go.with_for_update()).all():
        if not _is_held(session, digest):
            session.execute(delete(files).where(files.c.hash == digest))
            path_of(data_dir, digest).unlink(missing_ok=True)


def _is_held(session: Session, digest: str) -> bool:
    columns = (column for table in Base.metadata.tables.values() for column in table.columns)
    holders = (column for column in columns if column.info.get("holds_file"))
    return any(
        session.execute(select(column).where(column == digest).limit(1)).first() is not None
        for column in holders
    )


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
