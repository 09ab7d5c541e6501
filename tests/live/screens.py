"""Sockets of test browsers, and short ways to make something happen."""

from dataclasses import dataclass, field
from typing import Any

from flask_socketio.test_client import SocketIOTestClient

from tests.fixtures import Browser
from tests.services import wait_until
from tests.small_trip import SmallTrip


@dataclass
class Socket:
    """A test browser's socket, and the messages that came."""

    client: SocketIOTestClient
    messages: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def is_connected(self) -> bool:
        return bool(self.client.is_connected())

    def send(self, event: str, data: Any = None) -> Any:
        return self.client.emit(event, data, callback=True)

    def hear(self, *names: str, **more: Any) -> Any:
        """Subscribe without having seen anything."""
        return self.send("subscribe", {"audiences": [{"name": name} for name in names], **more})

    def got(self, event: str) -> list[dict[str, Any]]:
        """All messages of a kind so far."""
        if self.client.is_connected():
            self.messages += [(each["name"], each["args"][0]) for each in self.client.get_received()]
        return [message for name, message in self.messages if name == event]

    def wait_for(self, event: str, number: int = 1) -> list[dict[str, Any]]:
        """The same, once there are so many."""
        wait_until(lambda: len(self.got(event)) >= number, f"{number} × {event}", 5)
        return self.got(event)


def page(browser: Browser, trip: SmallTrip, audience: str, after: int = 0) -> Any:
    """The journal's page for an audience."""
    return browser.get(
        f"/api/v1/trips/{trip.id}/journal", query_string={"audience": audience, "after": after}
    )


def register(browser: Browser, trip: SmallTrip, topic: str = "loan", **more: Any) -> dict[str, Any]:
    """A walk-in at site one; gives the ticket."""
    body = {"topic_id": trip.topics[topic], "site_id": trip.sites["one"], "name": "سارا نمونه"} | more
    made = browser.post(f"/api/v1/trips/{trip.id}/demands", json=body)
    assert made.status_code == 201, made.json
    return dict(made.json["ticket"])


def act(browser: Browser, trip: SmallTrip, path: str, **body: Any) -> Any:
    """Do something through the API; gives its answer."""
    answer = browser.post(f"/api/v1/trips/{trip.id}{path}", json=body)
    assert answer.status_code == 200, answer.json
    return answer.json


def desk(trip: SmallTrip, name: str = "a") -> str:
    """The audience of those who work at a desk."""
    return f"desk:{trip.desks[name]}:staff"


def coordination(trip: SmallTrip) -> str:
    """The coordinators' audience."""
    return f"trip:{trip.id}:coordination"


def board(trip: SmallTrip, site: str = "one") -> str:
    """The audience of a site's boards."""
    return f"site:{trip.sites[site]}:board"
