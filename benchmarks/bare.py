"""What intake is compared with: the least that a route on the same server and database could do and still push."""

from __future__ import annotations

import os

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from flask_socketio import SocketIO, join_room
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert

from deskops.core.database import Database

METADATA = MetaData()
PEOPLE = Table("bare_people", METADATA, Column("id", Integer, primary_key=True), Column("name", Text), Column("phone", Text))
WISHES = Table(
    "bare_wishes", METADATA, Column("id", Integer, primary_key=True), Column("person_id", Integer), Column("text", Text)
)


def create_app() -> Flask:
    """Two rows in one transaction, with deskops' own database settings, and one message to a room."""
    app = Flask(__name__)
    database = Database(os.environ["DESKOPS_DATABASE_URL"])
    METADATA.create_all(database.writer)
    socketio = SocketIO(app, async_mode=os.environ["DESKOPS_ASYNC"], transports=["websocket"])

    @socketio.on("connect")
    def connect() -> None:
        join_room("watchers")

    @app.get("/")
    def ready() -> str:
        return "ready"

    @app.post("/rows")
    def rows() -> ResponseReturnValue:
        body = request.get_json()
        with database.writer.begin() as connection:
            person = connection.execute(insert(PEOPLE), {"name": body["name"], "phone": body["phone"]})
            (person_id,) = person.inserted_primary_key or (None,)
            connection.execute(insert(WISHES), {"person_id": person_id, "text": body["text"]})
        message = {"audience": "bare", "from": person_id, "to": person_id, "events": [{"topic_id": body["topic_id"]}]}
        socketio.emit("changes", message, to="watchers")
        return jsonify({"id": person_id}), 201

    return app
