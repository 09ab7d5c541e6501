"""Options of gunicorn that hold for every installation, as one of its configuration files.

`deskops serve` applies them by itself; plain gunicorn takes them with `-c python:deskops.gunicorn_options`.
The figures come from measurements with 2,000 sockets on one worker.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # At run time gevent must patch the module before anybody takes a name out of it.
    from ssl import SSLContext

# A websocket holds its connection for hours; with gunicorn's 1,000 the next client, page or socket, hangs.
worker_connections = 5000
backlog = 2048
# Sockets are closed at once on SIGTERM (below); this is for requests under way.
graceful_timeout = 6
# Also the time a client has to send its headers, which is what cuts off a slow loris. Longer than nginx keeps
# an idle connection to us, so that nginx never writes into one that is just being closed.
keepalive = 10
# Its default path is shared by every gunicorn of the user.
control_socket_disable = True

# Milliseconds without an acknowledgement until the kernel gives up on a connection. Phones that left the
# network and readers that stall would keep their descriptors for a quarter of an hour otherwise.
UNACKNOWLEDGED = 20_000
# Clients that come back before the listening socket is closed are sent away again.
ROUNDS_OF_CLOSING = 0.5


def ssl_context(_config: Any, make: Callable[[], SSLContext]) -> SSLContext:
    """TLS whose handshake is gunicorn's to make: a failed one is then a line in its log.

    Each phone that has not accepted the demo's certificate yet fails; gevent's own would print a page for it.
    """
    context = make()
    context.wrap_socket = partial(context.wrap_socket, do_handshake_on_connect=False)  # type: ignore[method-assign]
    return context


def when_ready(server: Any) -> None:
    """Set the time limit on the listening sockets; accepted ones inherit it."""
    for listener in server.LISTENERS:
        if listener.FAMILY != socket.AF_UNIX and hasattr(socket, "TCP_USER_TIMEOUT"):
            listener.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKNOWLEDGED)


def post_worker_init(worker: Any) -> None:
    """On SIGTERM close the websockets, which would otherwise hold the worker until its graceful timeout."""
    engine = worker.wsgi.extensions["socketio"].server.eio

    def leave(number: int, frame: FrameType | None) -> None:
        worker.handle_exit(number, frame)
        engine.start_background_task(close_sockets, engine)

    signal.signal(signal.SIGTERM, leave)
    signal.siginterrupt(signal.SIGTERM, False)


def close_sockets(engine: Any) -> None:
    """Close every socket below Socket.IO: its own `disconnect` would tell the clients not to come back."""
    while True:
        for client in list(engine.sockets.values()):
            client.close(wait=False, abort=True)
        engine.sleep(ROUNDS_OF_CLOSING)
