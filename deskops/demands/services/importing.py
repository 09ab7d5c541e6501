"""Loading demands that another system has closed or left open: in bulk, each once, without a ticket."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, Table, column, insert, select, values
from sqlalchemy.orm import Session

from deskops.accounts.actor import Actor
from deskops.core.codes import new_secret4, new_token, new_tracking_code
from deskops.core.database import table_of
from deskops.core.text import name_form
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands import rules, search
from deskops.demands.events import DemandsImported
from deskops.demands.models import Demand, Person
from deskops.desks.events import SetupChanged
from deskops.desks.models import Desk, Topic
from deskops.desks.services.plain import add_desk

DEMANDS, PERSONS, TOPICS = table_of(Demand), table_of(Person), table_of(Topic)
CODE_LENGTH = 60
DIGEST_LENGTH = 8


@dataclass(frozen=True)
class Case:
    """A demand of another system. `topics` are names from the root down; `closed_at` None: still open."""

    line: int
    external_number: str
    office: str
    topics: tuple[str, ...]
    registered_at: datetime
    closed_at: datetime | None
    county: str
    address: str
    text: str


class Offices:
    """A trip's desks and topics by what the file calls them; those that are missing are made on the way."""

    def __init__(self, session: Session, trip_id: int, site_id: int) -> None:
        self.trip_id = trip_id
        self._site_id = site_id
        desks = session.execute(select(Desk.code, Desk.id).where(Desk.trip_id == trip_id))
        self._desks: dict[str, int] = {row.code: row.id for row in desks}
        topics = session.execute(select(Topic.code, Topic.id).where(Topic.trip_id == trip_id))
        self._topics: dict[str, int] = {row.code: row.id for row in topics}

    def prepare(self, uow: UnitOfWork, actor: Actor, cases: Iterable[Case]) -> None:
        """Make the desks and topics that these cases need."""
        for case in cases:
            if case.office not in self._desks:
                self._desks[case.office] = self._new_desk(uow, actor, case.office)
            if topic_code(case.topics) not in self._topics:
                self._new_topics(uow, case.topics)

    def desk_id(self, case: Case) -> int:
        return self._desks[case.office]

    def topic_id(self, case: Case) -> int:
        return self._topics[topic_code(case.topics)]

    def _new_desk(self, uow: UnitOfWork, actor: Actor, office: str) -> int:
        return add_desk(uow, actor, self.trip_id, self._site_id, code=office, name=office).id

    def _new_topics(self, uow: UnitOfWork, names: tuple[str, ...]) -> None:
        parent_id: int | None = None
        for depth in range(1, len(names) + 1):
            code = topic_code(names[:depth])
            if code not in self._topics:
                self._topics[code] = self._new_topic(uow, code, names[depth - 1], parent_id)
            parent_id = self._topics[code]

    def _new_topic(self, uow: UnitOfWork, code: str, name: str, parent_id: int | None) -> int:
        labels = {"name_fa": name, "name_en": name, "short_fa": name[:80], "short_en": name[:80]}
        topic = Topic(
            trip_id=self.trip_id,
            code=code,
            parent_id=parent_id,
            position=len(self._topics),
            assignable=True,
            **labels,
        )
        uow.session.add(topic)
        uow.session.flush()
        uow.record(SetupChanged(trip_id=self.trip_id, what="topic", id=topic.id))
        return topic.id


def topic_code(names: Sequence[str]) -> str:
    """A stable key of a topic by its names from the root down, however they are spelt."""
    code = "/".join(name_form(name) for name in names)
    if len(code) <= CODE_LENGTH:
        return code
    digest = hashlib.sha256(code.encode()).hexdigest()[:DIGEST_LENGTH]
    return f"{code[: CODE_LENGTH - DIGEST_LENGTH - 1]}-{digest}"


def import_cases(uow: UnitOfWork, actor: Actor, offices: Offices, cases: Sequence[Case]) -> list[Case]:
    """Store the cases whose external numbers the trip hasn't got yet; returns those, in order.

    Run again, it stores nothing twice. Each gets a nameless person of its own: the file has no names, and
    two strangers must never pass for one. Raises Forbidden, NotFound.
    """
    actor.require("trip.setup", offices.trip_id)
    known = _known(uow, offices.trip_id, [case.external_number for case in cases])
    new = [case for case in cases if case.external_number not in known]
    if not new:
        return []
    offices.prepare(uow, actor, new)
    persons = _insert(uow, PERSONS, [_nobody(uow, offices.trip_id)] * len(new))
    codes = _new_codes(uow, len(new))
    rows = [
        _demand(actor, offices, case, person_id, code)
        for case, person_id, code in zip(new, persons, codes, strict=True)
    ]
    ids = _insert(uow, DEMANDS, rows)
    bodies = [(id_, _search_body(case, code)) for id_, case, code in zip(ids, new, codes, strict=True)]
    search.index_many(uow.session, offices.trip_id, bodies)
    uow.record(DemandsImported(trip_id=offices.trip_id, count=len(ids), first_id=min(ids), last_id=max(ids)))
    return new


def _known(uow: UnitOfWork, trip_id: int, numbers: Sequence[str]) -> set[str]:
    # A join, not IN: PostgreSQL, without statistics of a table that is being filled, compares each row of the
    # trip with each number.
    wanted = values(column("number", String)).data([(number,) for number in numbers]).cte("wanted")
    same = (DEMANDS.c.external_number == wanted.c.number) & (DEMANDS.c.trip_id == trip_id)
    query = select(wanted.c.number).join_from(wanted, DEMANDS, same)
    return set(uow.session.execute(query).scalars())


def _new_codes(uow: UnitOfWork, count: int) -> list[str]:
    """Codes that nobody has. Among so many random ones a collision is rare, not impossible."""
    codes: set[str] = set()
    while len(codes) < count:
        fresh = {new_tracking_code() for _ in range(count - len(codes))}
        codes |= fresh - set(
            uow.session.execute(select(DEMANDS.c.code).where(DEMANDS.c.code.in_(fresh))).scalars()
        )
    return list(codes)


def _nobody(uow: UnitOfWork, trip_id: int) -> dict[str, Any]:
    return {"trip_id": trip_id, "name": "", "name_search": "", "language": "fa", "created_at": uow.now}


def _demand(actor: Actor, offices: Offices, case: Case, person_id: int, code: str) -> dict[str, Any]:
    closed = case.closed_at is not None
    return {
        "trip_id": offices.trip_id,
        "person_id": person_id,
        "code": code,
        "secret": new_secret4(),
        "receipt_token": new_token(),
        "kind": "request",
        "channel": "letter",
        "topic_id": offices.topic_id(case),
        "desk_id": offices.desk_id(case),
        "text": case.text,
        "county": case.county,
        "address": case.address,
        "language": "fa",
        "urgent": False,
        "external_number": case.external_number,
        "state": rules.CLOSED if closed else rules.IN_PROGRESS,
        "outcome": rules.IMPORTED_OUTCOME if closed else None,
        "outcome_note": "",
        "registered_at": case.registered_at,
        "closed_at": case.closed_at,
        "registered_by": actor.user_id,
        "version": 1,
    }


def _search_body(case: Case, code: str) -> str:
    return search.body_of(code, "", case.external_number, case.county, case.text)


def _insert(uow: UnitOfWork, table: Table, rows: list[dict[str, Any]]) -> list[int]:
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(uow.session.execute(statement, rows).scalars())
