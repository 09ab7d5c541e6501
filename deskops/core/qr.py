"""QR codes as SVG for pages and print, sharp at any size and without a picture file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby

import qrcode
from markupsafe import Markup
from qrcode.constants import ERROR_CORRECT_M

QUIET_ZONE = 4
"""Modules of margin that the standard (ISO/IEC 18004) asks for."""


@lru_cache(maxsize=512)
def qr_svg(text: str, *, quick: bool = False) -> Markup:
    """The code of a text as one `<svg>` of one path, dark on light whatever the theme; size it by its class
    `qr`. `quick`, for many that are printed once: in the first of the standard's eight patterns, without looking for the
    one that reads best from afar.

    Raises ValueError for an empty text, and where a text is too long for a code (some 2,300 characters).
    """
    if not text:
        raise ValueError("an empty text has no code")
    pattern = 0 if quick else None
    code = qrcode.QRCode(border=QUIET_ZONE, error_correction=ERROR_CORRECT_M, mask_pattern=pattern)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    dark = "".join(
        f"M{x} {y}h{length}v1h-{length}z" for y, row in enumerate(rows) for x, length in _runs(row)
    )
    # The text is not in the markup, so nothing needs escaping; a reader of the screen gets it beside the
    # code.
    return Markup(
        f'<svg class="qr" viewBox="0 0 {len(rows)} {len(rows)}" shape-rendering="crispEdges" aria-hidden="true">'
        f'<path fill="#fff" d="M0 0h{len(rows)}v{len(rows)}H0z"/><path fill="#000" d="{dark}"/></svg>'
    )


def _runs(row: Sequence[bool | None]) -> Iterator[tuple[int, int]]:
    """Where dark modules stand side by side: the first one's place, and how many."""
    place = 0
    for is_dark, modules in groupby(row, bool):
        length = len([*modules])
        if is_dark:
            yield place, length
        place += length
