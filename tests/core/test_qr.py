"""QR codes are SVG that fits the strict content policy."""

import re

import pytest

from deskops.core.qr import QUIET_ZONE, qr_svg


def test_a_code_is_one_square_svg() -> None:
    svg = qr_svg("https://desks.example/r/abc")
    size = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg)
    assert size is not None
    assert size[1] == size[2]


def test_a_code_has_no_inline_style_and_no_script() -> None:
    svg = qr_svg("https://desks.example/r/abc")
    assert "style=" not in svg
    assert "<script" not in svg


def test_the_margin_stays_light() -> None:
    dark = re.findall(r"M(\d+) (\d+)h", qr_svg("x").partition("#000")[2])
    assert dark
    assert min(int(n) for pair in dark for n in pair) >= QUIET_ZONE


def test_a_code_that_is_made_quickly_has_the_same_size() -> None:
    best, quick = qr_svg("https://desks.example/t/9"), qr_svg("https://desks.example/t/9", quick=True)
    assert re.findall('viewBox="[^"]+"', best) == re.findall('viewBox="[^"]+"', quick)


def test_other_texts_have_other_codes() -> None:
    assert qr_svg("one") != qr_svg("two")


def test_markup_in_the_text_never_reaches_the_page() -> None:
    assert "alert" not in qr_svg("<script>alert(1)</script>")


def test_an_empty_text_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        qr_svg("")


def test_a_text_beyond_the_largest_code_is_refused() -> None:
    with pytest.raises(ValueError):
        qr_svg("x" * 5000)
