"""What a backup carries beside its content: checksums, and how to bring it back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import click

CHECKSUMS = "SHA256SUMS"
README = "RESTORE.txt"


def checksums(contents: Mapping[str, Path]) -> str:
    """Lines as `sha256sum --check` reads them."""
    return "".join(f"{_digest(path)}  {name}\n" for name, path in contents.items())


def check(folder: Path) -> None:
    """Compare an unpacked backup with its checksums. Raises ClickException at the first difference."""
    listed = folder / CHECKSUMS
    if not listed.exists():
        raise click.ClickException("This file is no backup of deskops: it has no checksums.")
    for line in listed.read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        path = folder / name
        if not path.is_file() or _digest(path) != digest:
            raise click.ClickException(
                f"The backup is damaged: {name} is not what was saved. Nothing was restored."
            )


def readme(name: str) -> str:
    """For whoever finds the file without its history."""
    return (
        "A backup of deskops: the database, the stored files, and SHA256SUMS over both.\n\n"
        "1. Install deskops, and set DESKOPS_DATA (and DESKOPS_DATABASE_URL) to an empty place.\n"
        "2. Put secret.key and journal.key back into DESKOPS_DATA. They are kept apart from backups;\n"
        "   without journal.key the journal can't be verified, without secret.key badge codes don't work.\n"
        f"3. deskops restore {name}\n"
        "4. deskops init, then deskops serve\n"
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
