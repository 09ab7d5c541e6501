"""Papers made to the end, as a worker would make them."""

import re
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from deskops.core import prints
from tests.fixtures import Browser
from tests.missing import skip_for
from tests.small_trip import SmallTrip

MADE_WITHIN = 90
"""Seconds: a fresh interpreter on a busy machine takes its time."""


def need_pango() -> None:
    try:
        import weasyprint  # noqa: F401  # loading it is the test
    except OSError as missing:
        skip_for(f"Pango, which PDF files need: {missing}")


@contextmanager
def nothing_left_over() -> Iterator[None]:
    yield
    prints.prints.end_all()


def api(trip: SmallTrip, path: str = "") -> str:
    return f"/api/v1/trips/{trip.id}/staff/prints{path}"


def page(trip: SmallTrip, path: str = "") -> str:
    return f"/trips/{trip.id}/staff/print{path}"


def asked(trip: SmallTrip, browser: Browser, kind: str, **choice: Any) -> int:
    answer = browser.post(api(trip), json={"kind": kind, **choice})
    assert answer.status_code == 201, answer.json
    return int(answer.json["id"])


def made(trip: SmallTrip, browser: Browser, print_id: int) -> dict:
    """Its end, as the API tells it."""
    begun = time.monotonic()
    while time.monotonic() - begun < MADE_WITHIN:
        prints.follow_prints({})
        told = browser.get(api(trip, f"/{print_id}")).json
        if told["state"] not in prints.ACTIVE:
            return dict(told)
        time.sleep(0.1)
    raise AssertionError("it is still being made")


def opened(pdf: bytes) -> bytes:
    """What the streams of a PDF hold, unpacked: its objects are among them."""
    streams = re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL)
    return b"".join(zlib.decompressobj().decompress(stream) for stream in streams if stream[:1] == b"\x78")


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", opened(pdf)))
