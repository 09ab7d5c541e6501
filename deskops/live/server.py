"""The Socket.IO server: how it is configured, and who gets past the handshake."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_socketio import SocketIO

from deskops.accounts.access import same_origin
from deskops.core.config import Settings
from deskops.live import handlers
from deskops.live.access import admitted
from deskops.live.message_queue import MessageQueue
from deskops.live.push import PUSH
from deskops.live.upkeep import Upkeep
from deskops.live.websocket_limit import limit_websockets

# A venue's network stalls for seconds now and then; longer silence is a connection lost.
PING_INTERVAL_SECONDS = 10
PING_TIMEOUT_SECONDS = 15


def init_live(app: Flask, settings: Settings) -> None:
    """Attach Socket.IO to the application. It is found again under `app.extensions["socketio"]`."""
    options: dict[str, Any] = {}
    if settings.redis_url:
        options["client_manager"] = MessageQueue(settings.redis_url)
    socketio = SocketIO(
        app,
        async_mode=settings.async_mode,
        # With one transport no connection needs to find its way back to the same process.
        transports=["websocket"],
        cors_allowed_origins=lambda origin, environ: _is_ours(app, origin, environ),
        max_http_buffer_size=settings.websocket_limit,
        ping_interval=PING_INTERVAL_SECONDS,
        ping_timeout=PING_TIMEOUT_SECONDS,
        manage_session=False,
        **options,
    )
    engine = socketio.server.eio
    limit_websockets(engine, settings.websocket_limit)
    handlers.register(socketio)
    handlers.PEOPLE.clear()
    PUSH.attach(socketio, several=bool(settings.redis_url))
    _guard(app, engine, Upkeep(socketio, handlers.PEOPLE))


def _is_ours(app: Flask, origin: str, environ: dict[str, Any]) -> bool:
    with app.request_context(environ):
        return same_origin(origin)


def _guard(app: Flask, engine: Any, upkeep: Upkeep) -> None:
    """Refuse strangers before there is a websocket; Socket.IO itself would leave them a deaf one."""
    let_in = engine.handlers["connect"]

    def connect(sid: str, environ: dict[str, Any]) -> Any:
        with app.request_context(environ):
            if admitted() is None:
                return False
        upkeep.start()
        return let_in(sid, environ)

    engine.on("connect", connect)
