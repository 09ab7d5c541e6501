"""Papers that are made in a process of their own: sheet by sheet from a template, for the browser and as PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
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
    static files.
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
    app = _app()
    with app.app_context(), using_language(paper.language):
        # What a template made is escaped already.
        sheets = [Markup(render_template(paper.template, **paper.shared, **sheet)) for sheet in paper.sheets]
        documents = (render_template("core/paper.html", paper=paper, sheet=sheet) for sheet in sheets)
        pages = str(Markup().join(sheets))
        try:
            tell(Made(pages, _followed(tell, pdf_of(documents))))
        except PdfUnavailable as refusal:
            tell(Made(pages, None, refusal.code))


def _followed(tell: Callable[[int], None], steps: Iterator[bytes | None]) -> bytes:
    for done, file in enumerate(steps, start=1):
        if file is not None:
            return file
        tell(done)
    raise ValueError("a paper without a sheet")


def _app() -> Flask:
    """Templates and their words, without pages."""
    app = Flask("deskops", template_folder=str(asset_dir("templates")), static_folder=None)
    init_i18n(app)
    init_filters(app)
    app.jinja_env.globals["qr"] = partial(qr_svg, quick=True)
    return app
