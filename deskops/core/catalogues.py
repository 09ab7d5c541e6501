"""Merges the Persian fragments of all rooms into the catalogue, and finds messages without Persian.

`python -m deskops.core.catalogues` writes `translations/fa/LC_MESSAGES/messages.mo`; with `--missing` it
lists what lacks Persian and what nobody uses, and ends with 1 if anything lacks. Works in a checkout only.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import TemplateSyntaxError

from deskops.core.assets import checkout_root

_FORMS = 2
_PLURAL_FORMS = f"nplurals={_FORMS}; plural=(n > 1);"  # CLDR's rule for Persian: 0 and 1 alike
_PLACE = re.compile(r"%\((\w+)\)")
_KEYWORDS: dict[str, Any] = {"_": None, "_l": None, "gettext": None, "lazy": None, "ngettext": (1, 2)}
_SOURCES = (("deskops", "*.py", "python"), ("templates", "*.*", "jinja2.ext:babel_extract"))
_JINJA: dict[str, Any] = {"silent": "false", "newstyle_gettext": "true"}
# A fixed date keeps the compiled file the same while its messages are.
_STAMP = datetime(2024, 1, 1, tzinfo=UTC)

MessageId = str | tuple[str, str]


class CatalogueError(Exception):
    """Fragments that can't become one catalogue; says which and why."""


class Translation(NamedTuple):
    """A message's Persian (one form, or two where it has a plural) and the fragment that it stands in."""

    text: tuple[str, ...]
    file: Path


class Use(NamedTuple):
    """Where code or a template uses a message first."""

    file: str
    line: int


def merge(fragments: list[Path]) -> dict[MessageId, Translation]:
    """Messages with Persian of all fragments; fuzzy and empty ones count as untranslated.

    Raises CatalogueError where fragments differ over a message, or places aren't those of the message.
    """
    merged: dict[MessageId, Translation] = {}
    for file in fragments:
        for key, text in _read(file):
            _check_places(key, text, file)
            known = merged.setdefault(key, Translation(text, file))
            if known.text != text:
                raise CatalogueError(f"{known.file} and {file} differ over {_shown(key)!r}.")
    return merged


def compiled(messages: Mapping[MessageId, Translation]) -> bytes:
    """The catalogue's `.mo` file, the same bytes for the same messages."""
    catalogue = Catalog(locale="fa", creation_date=_STAMP, revision_date=_STAMP)
    catalogue.mime_headers = [("Plural-Forms", _PLURAL_FORMS)]
    for key, translation in messages.items():
        catalogue.add(key, translation.text if isinstance(key, tuple) else translation.text[0])
    target = io.BytesIO()
    write_mo(target, catalogue)
    return target.getvalue()


def used(root: Path) -> dict[MessageId, Use]:
    """Every message that the package's code and the templates under `root` ask for.

    Raises CatalogueError for a template that can't be read.
    """
    found: dict[MessageId, Use] = {}
    for folder, pattern, method in _SOURCES:
        for file in sorted((root / folder).rglob(pattern)):
            for line, key in _extracted(file, method):
                found.setdefault(key, Use(str(file.relative_to(root)), line))
    return found


def fragments_of(root: Path) -> list[Path]:
    """The rooms' Persian fragments in a checkout, in order of name."""
    return sorted((root / "translations" / "fa").glob("*.po"))


def compiled_file(root: Path) -> Path:
    """Where the merged catalogue lies in a checkout."""
    return root / "translations" / "fa" / "LC_MESSAGES" / "messages.mo"


def _read(file: Path) -> Iterator[tuple[MessageId, tuple[str, ...]]]:
    with file.open("rb") as source:
        # Without a locale, so that both plural forms are read whatever the fragment's header says.
        catalogue = read_po(source, abort_invalid=True)
    for message in catalogue:
        forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        if message.id and any(forms) and not message.fuzzy:
            filled = tuple(form or forms[0] for form in forms)
            yield (message.id if isinstance(message.id, str) else (message.id[0], message.id[1])), filled


def _extracted(file: Path, method: str) -> Iterator[tuple[int, MessageId]]:
    try:
        rows = extract_from_file(method, file, keywords=_KEYWORDS, options=_JINJA)
    except TemplateSyntaxError as error:
        raise CatalogueError(f"{file}:{error.lineno}: {error.message}") from None
    for line, message, _comments, _context in rows:
        yield line, message if isinstance(message, str) else (message[0], message[1])


def _check_places(key: MessageId, text: tuple[str, ...], file: Path) -> None:
    allowed = set(_PLACE.findall(_shown(key)))
    for form in text:
        unknown = set(_PLACE.findall(form)) - allowed
        if unknown:
            raise CatalogueError(
                f"{file}: the Persian of {_shown(key)!r} has unknown places {sorted(unknown)}."
            )


def _shown(key: MessageId) -> str:
    return key if isinstance(key, str) else " / ".join(key)


def _report(root: Path, messages: Mapping[MessageId, Translation]) -> int:
    """Prints what lacks Persian and what is unused; returns how many lack."""
    uses = used(root)
    missing = {key: use for key, use in uses.items() if key not in messages}
    for key, use in missing.items():
        click.echo(f"missing  {use.file}:{use.line}  {_shown(key)!r}")
    for key, translation in messages.items():
        if key not in uses:
            click.echo(f"unused   {translation.file.name}  {_shown(key)!r}")
    return len(missing)


@click.command(help=__doc__)
@click.option("--missing", is_flag=True, help="Instead of writing, list messages without Persian.")
def main(missing: bool) -> None:
    root = checkout_root()
    if root is None:
        raise click.ClickException(
            "Fragments lie in a checkout only; the installed package has the catalogue."
        )
    try:
        messages = merge(fragments_of(root))
        if not missing:
            _write(root, messages)
        elif _report(root, messages):
            raise SystemExit(1)
    except CatalogueError as error:
        raise click.ClickException(str(error)) from None


def _write(root: Path, messages: Mapping[MessageId, Translation]) -> None:
    target = compiled_file(root)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(compiled(messages))
    click.echo(f"{len(messages)} messages written to {target.relative_to(root)}.")


if __name__ == "__main__":
    main()
