"""Pages in headless Chromium, before the real server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from tests.fixtures import Browser
from tests.infra.servers import Running
from tests.live.real import token_of
from tests.small_trip import SmallTrip

AXE = Path(__file__).parents[1] / "e2e" / "vendor" / "axe.min.js"
WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"


@contextmanager
def opened(
    chromium: Chromium, server: Running, looker: Browser | None, *, language: str = "fa", **options: Any
) -> Iterator[Page]:
    """A page with the looker's session, or a citizen's; what goes wrong in its scripts fails the test."""
    context = chromium.new_context(**options)
    if looker is not None:
        context.add_cookies(
            [
                {"name": "deskops", "value": token_of(looker), "url": server.url},
                {"name": "lang", "value": language, "url": server.url},
            ]
        )
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    try:
        yield page
        assert not faults
    finally:
        context.close()


def breaches(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    found = page.evaluate("rules => axe.run(document, rules)", rules)["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]


class Caller:
    """The PBX, speaking to the real server, so that it is this server that pushes."""

    def __init__(self, server: Running, integration: Browser, trip: SmallTrip) -> None:
        self.server, self.headers, self.trip = server, integration.headers, trip

    def does(self, path: str, **body: Any) -> Any:
        answer = self.server.post(f"/api/v1/trips/{self.trip.id}{path}", json=body, headers=self.headers)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def registers(self, topic: str = "loan") -> int:
        body = {"topic_id": self.trip.topics[topic], "site_id": self.trip.sites["one"]}
        return int(self.does("/demands", **body)["ticket"]["id"])
