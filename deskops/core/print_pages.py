"""How pages show what the worker printed: words, the sheets for the browser, the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, render_template
from markupsafe import Markup

from deskops.core import files, runtime
from deskops.core.errands import ASKED
from deskops.core.errors import NotFound
from deskops.core.i18n import lazy
from deskops.core.pdf import PACKAGES, PdfUnavailable
from deskops.core.prints import CANCELLED, DONE, FAILED, MAKING, PDF, TYPES, PrintRun, line_facts

STATES: dict[str, Any] = {
    ASKED: lazy("Waits for its turn"),
    MAKING: lazy("Being made"),
    DONE: lazy("Ready"),
    FAILED: lazy("Could not be made"),
    CANCELLED: lazy("Cancelled"),
}
FAULTS: dict[str, Any] = {
    PdfUnavailable.code: lazy(
        "This server can't make PDF files: %(packages)s is missing. Print from the browser, or ask for it to be installed.",
        packages=PACKAGES,
    ),
}
BROKEN_OFF = lazy("Making it broke off. Ask for it again.")


def sheets_of(run: PrintRun) -> Markup:
    """What the worker laid out for the browser. Raises NotFound where there is nothing."""
    # What templates made is escaped already.
    return Markup(_content(run.pages).decode())


def sheets_page(
    sheets: Markup,
    *,
    title: str,
    trip: Any,
    styles: Sequence[str],
    language: str,
    back: str,
    print_now: bool = False,
) -> str:
    """A page of sheets to be printed from the browser, at once with `print_now`; `back` is where the reader came from."""
    values = {"trip": trip, "title": title, "styles": styles, "back": back, "print_now": print_now}
    return render_template("core/print_pages.html", sheets=sheets, sheets_lang=language, **values)


def file_of(run: PrintRun, name: str) -> Response:
    """The file, to be saved as `name` with its ending. Raises NotFound where there is none."""
    form = line_facts(run)["form"]
    return saved(_content(run.file), TYPES.get(form, PDF), f"{name}.{form}")


def saved(content: bytes, media_type: str, name: str) -> Response:
    """A file of ours, to be saved; `name` is ours too."""
    answer = Response(content, content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _content(digest: str | None) -> bytes:
    if digest is None:
        raise NotFound()
    return files.read(runtime.current().settings.data_dir, digest)
