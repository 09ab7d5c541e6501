"""The smallest application on Flask and Socket.IO, for trying worker classes without deskops around them."""

import os
import time

import psycopg
from flask import Flask, request
from flask_socketio import SocketIO, emit

from deskops.live.websocket_limit import limit_websockets


def create_app() -> Flask:
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
    socketio = SocketIO(
        app,
        async_mode=os.environ["DESKOPS_ASYNC"],
        transports=["websocket"],
        message_queue=os.environ.get("DESKOPS_REDIS_URL"),
    )
    limit_websockets(socketio.server.eio)

    @app.get("/")
    def pid() -> str:
        return str(os.getpid())

    @app.get("/slow")
    def slow() -> str:
        time.sleep(1)
        return "done"

    @app.get("/slow-query")
    def slow_query() -> str:
        with psycopg.connect(os.environ["DESKOPS_DATABASE_URL"]) as connection:
            connection.execute("SELECT pg_sleep(1)")
        return "done"

    @app.post("/shout")
    def shout() -> str:
        socketio.emit("shouted", request.get_data(as_text=True))
        return "sent"

    @app.get("/who")
    def who() -> dict[str, str | None]:
        return {"scheme": request.scheme, "for": request.headers.get("X-Forwarded-For")}

    @socketio.on("echo")
    def echo(message: str) -> str:
        emit("echoed", message)
        return message

    return app
