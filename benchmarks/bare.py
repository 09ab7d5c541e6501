"""What intake is compared with: the least that a route on the same server and database can do and push."""

from __future__ import annotations

import os
from typing import Any

from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue
from flask_socketio import SocketIO, join_room
from sqlalchemy import insert
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from deskops.core.database import Database


class Base(DeclarativeBase):
    """Tables of their own, without a single index."""


class BarePerson(Base):
    __tablename__ = "bare_people"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    phone: Mapped[str]


class BareDemand(Base):
    __tablename__ = "bare_demands"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int]
    topic_id: Mapped[int]
    text: Mapped[str]


def create_app() -> Flask:
    """Two rows in one transaction, with deskops' own database settings, and one message to a room.

    `/rows` adds objects, as most programs would; `/rows-by-core` inserts without any, which nothing beats.
    """
    app = Flask(__name__)
    database = Database(os.environ["DESKOPS_DATABASE_URL"])
    Base.metadata.create_all(database.writer)
    socketio = SocketIO(app, async_mode=os.environ["DESKOPS_ASYNC"], transports=["websocket"])
    socketio.on_event("connect", lambda: join_room("watchers"))

    @app.get("/")
    def ready() -> str:
        return "ready"

    @app.post("/rows")
    def rows() -> ResponseReturnValue:
        body = request.get_json()
        with Session(database.writer) as session, session.begin():
            demand_id = _add_objects(session, body)
        return told(demand_id, body)

    @app.post("/rows-by-core")
    def rows_by_core() -> ResponseReturnValue:
        body = request.get_json()
        with database.writer.begin() as connection:
            add_person = insert(BarePerson).returning(BarePerson.id)
            person = {"name": body["name"], "phone": body["phone"]}
            demand = {"topic_id": body["topic_id"], "text": body["text"]}
            demand["person_id"] = connection.execute(add_person, person).scalar_one()
            demand_id = connection.execute(insert(BareDemand).returning(BareDemand.id), demand).scalar_one()
        return told(demand_id, body)

    def told(demand_id: int, body: dict[str, Any]) -> ResponseReturnValue:
        event = {"demand_id": demand_id, "topic_id": body["topic_id"]}
        message = {"audience": "bare", "from": demand_id, "to": demand_id, "events": [event]}
        socketio.emit("changes", message, to="watchers")
        return jsonify({"id": demand_id}), 201

    return app


def _add_objects(session: Session, body: dict[str, Any]) -> int:
    person = BarePerson(name=body["name"], phone=body["phone"])
    session.add(person)
    session.flush()
    demand = BareDemand(person_id=person.id, topic_id=body["topic_id"], text=body["text"])
    session.add(demand)
    session.flush()
    return demand.id
