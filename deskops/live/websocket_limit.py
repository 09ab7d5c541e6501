"""A limit on what one websocket may send, applied while it arrives.

`max_http_buffer_size` of Engine.IO is looked at only when the whole message is in memory, and eventlet's own
websockets limit a frame but not a message of many frames. So all three ways of running use the websockets of
simple-websocket, which counts as it receives; Engine.IO just has no option for handing it the limit.
"""

import socket
from contextlib import suppress
from typing import Any

import simple_websocket
from engineio.async_drivers._websocket_wsgi import SimpleWebSocketWSGI

LONGEST_MESSAGE = 64 * 1024  # bytes, or characters of a text


class _Connection(simple_websocket.Server):  # type: ignore[misc]
    def _thread(self) -> None:
        super()._thread()
        # With real threads the receiver may have gone back to sleep just before the connection was given up.
        self.event.set()


def limit_websockets(engine: Any, longest: int = LONGEST_MESSAGE) -> None:
    """Make the Engine.IO server `engine` cut off a client whose message grows beyond `longest`.

    Call it once, when the Socket.IO server has been made: `limit_websockets(socketio.server.eio)`.
    """
    given = engine._async["websocket"]
    parent: Any = given if issubclass(given, SimpleWebSocketWSGI) else SimpleWebSocketWSGI

    class LimitedWebSocket(parent):  # type: ignore[misc]
        def __init__(self, handler: Any, server: Any) -> None:
            super().__init__(handler, server)
            self.server_args["max_message_size"] = longest

        def __call__(self, environ: dict[str, Any], _start_response: Any) -> Any:
            self.ws = _Connection(environ, **self.server_args)
            self.app(self)
            # How gunicorn's workers are told that the connection is no longer theirs.
            raise StopIteration

        def close(self) -> None:
            super().close()
            # Without this a client that never answers the closing frame keeps its descriptor.
            with suppress(OSError):
                self.ws.sock.shutdown(socket.SHUT_RDWR)

    engine._async = {**engine._async, "websocket": LimitedWebSocket}
