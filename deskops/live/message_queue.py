"""Redis between several processes, in a way that never stops the one that speaks.

The library publishes where `emit` is called, and a Redis that hangs blocks it for ten seconds. Here messages
for other processes wait in a short queue of their own; when Redis is away they are dropped, and the journal
makes it good.
"""

from __future__ import annotations

import logging
import threading
from typing import Any

import redis
import socketio

log = logging.getLogger(__name__)

CHANNEL = "deskops"
LONGEST_QUEUE = 1000
TIMEOUT_SECONDS = 0.5
PAUSE_SECONDS = 1.0


class MessageQueue(socketio.RedisManager):  # type: ignore[misc]
    """Local sockets are told at once, other processes in the background."""

    def __init__(self, url: str) -> None:
        super().__init__(url, channel=CHANNEL)
        self._lock = threading.Lock()
        self._outbox: Any = None
        # The inherited connection listens, and may rightly hear nothing for hours; this one must be quick.
        self._sender = redis.Redis.from_url(
            url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS
        )

    def _publish(self, data: dict[str, Any]) -> None:
        with self._lock:
            if self._outbox is None:
                self._outbox = self.server.eio.create_queue()
                self.server.start_background_task(self._send)
        if self._outbox.qsize() < LONGEST_QUEUE:
            self._outbox.put(data)

    def _send(self) -> None:
        while True:
            self._send_one(self._outbox.get())

    def _send_one(self, data: dict[str, Any]) -> None:
        try:
            self._sender.publish(CHANNEL, self.json.dumps(data))
        except redis.RedisError as error:
            log.warning("a message to the other processes is lost, Redis does not answer: %s", error)
            self.server.sleep(PAUSE_SECONDS)
