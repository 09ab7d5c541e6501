"""PDF of our own pages, by WeasyPrint. It needs the system's Pango; where that is missing the software goes on, and people
print from the browser.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

from deskops.core.assets import asset_dir
from deskops.core.errors import Refusal
from deskops.core.i18n import lazy

PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0"
"""What Debian calls the system's part."""


class PdfUnavailable(Refusal):
    """The system lacks what draws letters."""

    status = 503
    code = "pdf_unavailable"
    message = lazy(
        "This server can't make PDF files: %(packages)s is missing. Print from the browser, or ask for it to be installed."
    )

    def __init__(self) -> None:
        super().__init__(packages=PACKAGES)


def pdf_of(parts: Iterable[str]) -> Iterator[bytes | None]:
    """One PDF of HTML documents, each beginning on a page of its own. Gives None for each part that is laid out, and at last
    the file: laying out takes seconds where there are hundreds of pages.

    Addresses in them are looked up in the static files, and nowhere else. Raises PdfUnavailable.
    """
    weasyprint, fonts = _loaded()
    fetcher = _only_assets()
    laid_out: list[Any] = []
    for html in parts:
        document = weasyprint.HTML(
            string=html, base_url=f"{asset_dir('static').as_uri()}/", url_fetcher=fetcher
        )
        laid_out.append(document.render(font_config=fonts))
        yield None
    pages = [page for document in laid_out for page in document.pages]
    yield laid_out[0].copy(pages).write_pdf()


def _loaded() -> tuple[Any, Any]:
    """The library and its fonts. It is loaded by who prints only: loading takes a second, and whatever else the process does
    needs none of it.
    """
    try:
        library = importlib.import_module("weasyprint")
        fonts = _fonts()
    except OSError:
        raise PdfUnavailable() from None
    return library, fonts


@lru_cache(maxsize=1)
def _fonts() -> Any:
    """Unpacked once in a process."""
    return importlib.import_module("weasyprint.text.fonts").FontConfiguration()


def _only_assets() -> Any:
    """Reads our static files and nothing else, however an address got into a page."""
    urls = importlib.import_module("weasyprint.urls")
    root = asset_dir("static").resolve()

    class Assets(urls.URLFetcher):  # type: ignore[name-defined,misc]  # the library has no types
        def fetch(self, url: str, headers: Any = None) -> Any:
            address = urlsplit(url)
            path = (root / unquote(address.path)).resolve()
            if address.scheme != "file" or address.netloc or not path.is_relative_to(root):
                raise ValueError("not one of our files")
            return super().fetch(url, headers)

    return Assets(allowed_protocols=("file",), allow_redirects=False)
