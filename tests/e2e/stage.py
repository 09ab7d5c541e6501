"""A real server on a small trip, and browsers signed in to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from deskops.accounts import services as accounts
from deskops.accounts.actor import SYSTEM, Grant
from deskops.core import runtime
from deskops.core.config import Settings
from deskops.core.unit_of_work import unit_of_work
from deskops.server import ServerOptions
from deskops.subscribers import create_runtime
from tests.infra.servers import Running, running
from tests.small_trip import SmallTrip, make_small_trip

OPTIONS = ServerOptions(embedded=False)
KEYS = {"DESKOPS_SECRET_KEY": "s" * 64, "DESKOPS_JOURNAL_KEY": "j" * 64}


@dataclass
class Stage:
    """The server, its trip, and a way to sit somebody down before a screen."""

    server: Running
    trip: SmallTrip
    browser: Browser

    def page(
        self,
        role: str,
        path: str,
        *,
        desk: str | None = None,
        lang: str = "fa",
        size: tuple[int, int] = (1366, 768),
    ) -> Page:
        """A browser of its own, signed in with the role, at a path below the trip."""
        page = self.context(role, desk=desk, lang=lang, size=size).new_page()
        page.set_default_timeout(15_000)
        page.goto(self.address(path))
        return page

    def context(
        self,
        role: str,
        *,
        desk: str | None = None,
        lang: str = "fa",
        size: tuple[int, int] = (1366, 768),
    ) -> BrowserContext:
        """A browser of its own, signed in with the role: an administrator's reaches every trip."""
        trip_id = None if role == "administrator" else self.trip.id
        desk_id = None if desk is None else self.trip.desks[desk]
        with unit_of_work(SYSTEM) as uow:
            grants = [Grant(role, trip_id, desk_id)]
            user_id = accounts.create_user(uow, name="کاربر آزمون", grants=grants)
            token = accounts.open_session(uow, user_id, "test", "chromium", 8).token
        context = self.browser.new_context(viewport={"width": size[0], "height": size[1]})
        cookies = {"deskops": token, "lang": lang}
        context.add_cookies(
            [{"name": name, "value": value, "url": self.server.url} for name, value in cookies.items()]
        )
        return context

    def address(self, path: str) -> str:
        return f"{self.server.url}/trips/{self.trip.id}{path}"


@contextmanager
def staged(
    url: str,
    data_dir: Path,
    browser: Browser,
    options: ServerOptions = OPTIONS,
    **more: str,
) -> Iterator[Stage]:
    """Until the end of the block; what the browsers opened is closed with them. `more` goes into its environment."""
    settings = Settings(data_dir, url, KEYS["DESKOPS_SECRET_KEY"], KEYS["DESKOPS_JOURNAL_KEY"], testing=True)
    create_runtime(settings)
    trip = make_small_trip()
    environment = KEYS | {"DESKOPS_DATA": str(data_dir), "DESKOPS_DATABASE_URL": url, "DESKOPS_LIMITS": "0"}
    with running(options, **environment, **more) as server:
        yield Stage(server, trip, browser)
        for context in browser.contexts:
            context.close()
    runtime.current().database.dispose()
