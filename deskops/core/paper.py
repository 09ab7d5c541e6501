"""Papers that are made in a process of their own: sheet by sheet from a template, for the browser and as PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from flask import Flask, render_template
from markupsafe import Markup

from deskops.core.assets import asset_dir
from deskops.core.filters import init_filters
from deskops.core.i18n import init_i18n, using_language
from deskops.core.pdf import PdfUnavailable, pdf_of
from deskops.core.qr import qr_svg


@dataclass(frozen=True)
class Paper:
    """What is to be printed: `template` is filled with `shared` and each of `sheets`, and looks as `styles` say, names of
    static files. A sheet that has a `language` is written in it.
    """

    title: str
    template: str
    styles: tuple[str, ...]
    language: str
    sheets: Sequence[Mapping[str, Any]]
    shared: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Made:
    """What came of it: `pages` is what a browser prints, within a page; `file` a PDF or another file, None where `fault`, a
    refusal's code, says why there is none.
    """

    pages: str | None
    file: bytes | None
    fault: str = ""


def print_paper(tell: Callable[[int | Made], None], paper: Paper) -> None:
    """Tells the number of sheets that are done after each, and at last what was made. For core.background."""
    with _app().app_context():
        # What a template made is escaped already.
        sheets = [Markup(_rendered(paper, paper.template, sheet, **sheet)) for sheet in paper.sheets]
        documents = (
            _rendered(paper, "core/paper.html", given, sheet=sheet)
            for given, sheet in zip(paper.sheets, sheets, strict=True)
        )
        pages = str(Markup().join(sheets))
        try:
            tell(Made(pages, _followed(tell, pdf_of(documents))))
        except PdfUnavailable as refusal:
            tell(Made(pages, None, refusal.code))


def pages_of(paper: Paper) -> Markup:
    """What a browser prints, within a page; takes milliseconds for each sheet."""
    with _app().app_context():
        return Markup().join(
            Markup(_rendered(paper, paper.template, sheet, **sheet)) for sheet in paper.sheets
        )


def printed(paper: Paper) -> Made:
    """What comes of a paper of few sheets. For core.standby: laying one out takes some tenths of a second."""
    told: list[int | Made] = []
    print_paper(told.append, paper)
    return next(one for one in told if isinstance(one, Made))


def prepare() -> None:
    """Load what papers take, for who prints the first one; where Pango is missing, the paper says so."""
    with suppress(PdfUnavailable):
        list(pdf_of(['<link rel="stylesheet" href="core/paper.css"><p>ا</p>']))
    _app()


def _rendered(paper: Paper, template: str, given: Mapping[str, Any], /, **values: Any) -> str:
    with using_language(given.get("language", paper.language)):
        return render_template(template, **{"paper": paper, **paper.shared, **values})


def _followed(tell: Callable[[int], None], steps: Iterator[bytes | None]) -> bytes:
    for done, file in enumerate(steps, start=1):
        if file is not None:
            return file
        tell(done)
    raise ValueError("a paper without a sheet")


@lru_cache(maxsize=1)
def _app() -> Flask:
    """Templates and their words, without pages."""
    app = Flask("deskops", template_folder=str(asset_dir("templates")), static_folder=None)
    init_i18n(app)
    init_filters(app)
    app.jinja_env.globals["qr"] = partial(qr_svg, quick=True)
    return app
