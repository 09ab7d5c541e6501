"""deskops itself in a process of its own, on the test's database, and clients from outside."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import socketio
import websocket

from deskops.core.config import Settings
from deskops.server import ServerOptions
from tests.fixtures import Browser
from tests.infra.servers import Running, running
from tests.services import wait_until


@contextmanager
def serving(settings: Settings, **options: Any) -> Iterator[Running]:
    """The server on the database of the `app` fixture."""
    environment = {
        "DESKOPS_DATABASE_URL": settings.database_url,
        "DESKOPS_DATA": str(settings.data_dir),
        "DESKOPS_SECRET_KEY": settings.secret_key,
        "DESKOPS_JOURNAL_KEY": settings.journal_key,
        "DESKOPS_LIMITS": "0",
    }
    if options.get("redis_url"):
        environment["DESKOPS_REDIS_URL"] = options["redis_url"]
    with running(ServerOptions(embedded=False, **options), **environment) as server:
        yield server


def token_of(browser: Browser) -> str:
    """What the browser's session cookie holds."""
    cookie = browser.client.get_cookie("deskops")
    assert cookie is not None
    return str(cookie.value)


@dataclass
class Client:
    """A Socket.IO client of a browser's session that keeps what it hears."""

    server: Running
    browser: Browser
    io: socketio.Client = field(default_factory=lambda: socketio.Client(reconnection_delay=0.2))
    messages: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __enter__(self) -> "Client":
        for event in ("changes", "figures", "heads", "digest", "presence"):
            self.io.on(event, lambda message, name=event: self.messages.append((name, message)))
        # The library adds the Origin itself; a second one would be refused.
        cookie = headers(self.server, self.browser, Origin="")
        self.io.connect(self.server.url, headers=cookie, transports=["websocket"])
        return self

    def __exit__(self, *_: object) -> None:
        self.io.shutdown()

    def subscribe(self, name: str, after: int | None = None) -> dict[str, Any]:
        return dict(self.io.call("subscribe", {"audiences": [{"name": name, "after": after}]}, timeout=10))

    def got(self, event: str) -> list[dict[str, Any]]:
        return [message for name, message in list(self.messages) if name == event]

    def wait_for(self, event: str, number: int = 1, within: float = 5) -> list[dict[str, Any]]:
        wait_until(lambda: len(self.got(event)) >= number, f"{number} × {event}", within)
        return self.got(event)


def headers(server: Running, browser: Browser, **changed: str) -> dict[str, str]:
    """What a browser sends along when it opens a socket from our own page."""
    given = {"Cookie": f"deskops={token_of(browser)}", "Origin": server.url} | changed
    return {name: value for name, value in given.items() if value}


def handshake(server: Running, given: dict[str, str]) -> int:
    """The status that the server answers a websocket's opening with; 101 where it opens one."""
    address = server.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    origin = given.get("Origin")
    rest = {name: value for name, value in given.items() if name != "Origin"}
    try:
        opened = websocket.create_connection(
            address, header=rest, origin=origin, suppress_origin=origin is None, timeout=10
        )
    except websocket.WebSocketBadStatusException as refused:
        return int(refused.status_code)
    opened.close()
    return 101
