"""gunicorn's worker for eventlet, which gunicorn itself dropped in its version 26.

Built on the same base as its gevent worker. The one module of deskops that knows eventlet.
"""

import os
import sys
from functools import partial
from types import FrameType
from typing import Any

import eventlet
from eventlet import hubs
from eventlet.greenio import GreenSocket
from gunicorn.sock import ssl_wrap_socket
from gunicorn.workers.base_async import AsyncWorker

TICK = 1.0  # seconds between two signs of life to the arbiter


class EventletWorker(AsyncWorker):  # type: ignore[misc]
    """One green thread a connection, at most `worker_connections` of them."""

    def init_process(self) -> None:
        hubs.use_hub()
        eventlet.monkey_patch()
        super().init_process()

    def notify(self) -> None:
        super().notify()
        if self.ppid != os.getppid():
            self.log.info("Parent changed, shutting down: %s", self)
            sys.exit(0)

    def timeout_ctx(self) -> eventlet.Timeout:
        return eventlet.Timeout(self.cfg.keepalive or None, False)

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        # A signal handler runs in the hub, where nothing may block.
        eventlet.spawn(super().handle_quit, sig, frame)

    def handle(self, listener: GreenSocket, client: Any, addr: Any) -> None:
        if self.cfg.is_ssl:
            client = ssl_wrap_socket(client, self.cfg)
        super().handle(listener, client, addr)

    def run(self) -> None:
        pool = eventlet.GreenPool(self.worker_connections)
        listeners = [GreenSocket(sock.sock) for sock in self.sockets]
        acceptors = [eventlet.spawn(self._accept, listener, pool) for listener in listeners]
        while self.alive:
            self.notify()
            eventlet.sleep(TICK)
        for acceptor, listener in zip(acceptors, listeners, strict=True):
            acceptor.kill()
            listener.close()
        with eventlet.Timeout(self.cfg.graceful_timeout, False):
            pool.waitall()

    def _accept(self, listener: GreenSocket, pool: eventlet.GreenPool) -> None:
        listener.setblocking(True)
        while True:
            client, address = listener.accept()
            client.setblocking(True)
            pool.spawn_n(partial(self.handle, listener), client, address)
