"""Papers become PDF where the system can draw letters, and are printed from the browser where it can't."""

import importlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deskops.core.paper import Made, Paper, print_paper
from deskops.core.pdf import PACKAGES, PdfUnavailable, pdf_of
from tests.staff.printed import need_pango, opened, pages_of

SHEETS = [{"roster": {"name": name, "number": "1", "role": "staff", "shifts": []}} for name in ("الف", "ب")]
SHARED = {"roles": {"staff": "کارشناس"}, "asked_at": datetime(2026, 11, 22, 6, tzinfo=UTC)}
PAPER = Paper("آزمون", "staff/_staff_rosters.html", ("staff/rosters.css",), "fa", SHEETS, SHARED)


def told_by(paper: Paper) -> list[int | Made]:
    told: list[int | Made] = []
    print_paper(told.append, paper)
    return told


def test_each_sheet_is_told_and_at_last_the_file() -> None:
    need_pango()
    *steps, made = told_by(PAPER)
    assert steps == [1, 2]
    assert isinstance(made, Made)
    assert made.file is not None
    assert pages_of(made.file) == 2
    assert made.pages is not None
    assert "الف" in made.pages


def test_without_pango_the_pages_are_there_and_the_fault_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise OSError(f"cannot load library for {name}")

    monkeypatch.setattr(importlib, "import_module", missing)
    [made] = told_by(PAPER)
    assert isinstance(made, Made)
    assert (made.file, made.fault) == (None, "pdf_unavailable")
    assert made.pages is not None
    assert PACKAGES in PdfUnavailable().text()


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/picture.png",
        "file:///etc/hostname",
        "../pyproject.toml",
        "//elsewhere/x.css",
        "data:text/css,*{}",
    ],
)
def test_a_page_reads_our_static_files_and_nothing_else(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    need_pango()
    document = f'<link rel="stylesheet" href="{address}"><p>a</p>'
    *_, file = pdf_of([document])
    assert file is not None
    assert "not one of our files" in caplog.text or "disallowed" in caplog.text


def test_the_font_lies_in_the_file() -> None:
    need_pango()
    *_, file = pdf_of(['<link rel="stylesheet" href="core/paper.css"><p>کارشناس</p>'])
    assert file is not None
    assert b"Vazirmatn" in opened(file)


def test_the_font_of_papers_is_the_pages_own() -> None:
    paper = Path("static/core/paper.css").read_text(encoding="utf-8")
    assert "../vendor/vazirmatn/vazirmatn-variable.woff2" in paper
