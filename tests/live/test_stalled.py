"""A client that doesn't read what it is sent is given up before it fills the memory."""

from dataclasses import dataclass, field
from queue import Queue
from typing import Any

import pytest
from flask import Flask

from deskops.live.upkeep import LONGEST_QUEUE, Upkeep


@dataclass
class Connection:
    """What Engine.IO keeps of a client."""

    waiting: int
    queue: Queue[int] = field(default_factory=Queue)
    closed_with: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        for number in range(self.waiting):
            self.queue.put(number)

    def close(self, **how: Any) -> None:
        self.closed_with = how


@pytest.mark.parametrize(
    ("waiting", "is_closed"), [(0, False), (LONGEST_QUEUE, False), (LONGEST_QUEUE + 1, True)]
)
def test_a_client_with_too_many_messages_waiting_is_closed(
    app: Flask, upkeep: Upkeep, waiting: int, is_closed: bool
) -> None:
    connection = Connection(waiting)
    app.extensions["socketio"].server.eio.sockets["one"] = connection
    upkeep.drop_stalled()
    assert (connection.closed_with is not None) == is_closed


def test_it_is_closed_without_waiting_for_it_to_read(app: Flask, upkeep: Upkeep) -> None:
    connection = Connection(LONGEST_QUEUE + 1)
    app.extensions["socketio"].server.eio.sockets["one"] = connection
    upkeep.drop_stalled()
    assert connection.closed_with == {"wait": False, "abort": True}
