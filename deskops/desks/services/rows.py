"""Rows of a set-up written in bulk: agencies that are missing, and whatever has a code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update

from deskops.core.database import table_of
from deskops.core.dates import local_day
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks.document import Agency as AgencyRecord
from deskops.desks.document import Card, Setup
from deskops.desks.document.cards import CARD_WORDS
from deskops.desks.document.labels import Labelled
from deskops.desks.models import Agency, AgencyContact, GuidanceCard, GuidanceEdition, Holiday


def add_missing_agencies(uow: UnitOfWork, setup: Setup) -> dict[str, int]:
    """Ids of the set-up's agencies by code; those not known yet are made, and put under their parents."""
    table = table_of(Agency)
    known = ids_by_code(uow, table, [agency.code for agency in setup.agencies])
    missing = [agency for agency in setup.agencies if agency.code not in known]
    ids = known | insert_coded(uow, table, [_agency(agency) for agency in missing])
    links = [
        {"b_id": ids[agency.code], "parent_id": ids[agency.parent]} for agency in missing if agency.parent
    ]
    update_rows(uow, table, links)
    contacts = [
        {
            "agency_id": ids[agency.code],
            "name": one.name,
            "position": one.position,
            "phone": one.phone,
            "email": one.email,
        }
        for agency in missing
        for one in agency.contacts
    ]
    insert_rows(uow, table_of(AgencyContact), contacts)
    made = {agency.code for agency in missing}
    holidays = [
        {"agency_id": ids[one.agency], "day": one.day, "name": one.name, "works": one.works}
        for one in setup.holidays
        if one.agency in made
    ]
    insert_rows(uow, table_of(Holiday), holidays)
    return ids


def ids_by_code(uow: UnitOfWork, table: Table, codes: Sequence[str]) -> dict[str, int]:
    """Ids of the rows that have one of the codes."""
    rows = uow.session.execute(select(table.c.code, table.c.id).where(table.c.code.in_(codes)))
    return {row.code: row.id for row in rows}


def insert_rows(uow: UnitOfWork, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert any number of rows, none too."""
    if rows:
        uow.session.execute(insert(table), rows)


def update_rows(uow: UnitOfWork, table: Table, rows: list[dict[str, Any]]) -> None:
    """Set columns row by row; `b_id` names the row, and all rows name the same columns."""
    if not rows:
        return
    columns = [name for name in rows[0] if name != "b_id"]
    statement = update(table).where(table.c.id == bindparam("b_id"))
    uow.session.connection().execute(statement.values({name: bindparam(name) for name in columns}), rows)


def insert_coded(uow: UnitOfWork, table: Table, rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Insert rows with a code each; returns their ids by code."""
    if not rows:
        return {}
    statement = insert(table).returning(table.c.code, table.c.id)
    return {row.code: row.id for row in uow.session.execute(statement, list(rows))}


def insert_cards(uow: UnitOfWork, trip_id: int, cards: Sequence[Card], topics: Mapping[str, int]) -> None:
    """Guidance cards with their first editions; `topics` are ids by code. One that says no day was reviewed today."""
    if not cards:
        return
    table, today = table_of(GuidanceCard), local_day(uow.now)
    rows = [
        {
            "trip_id": trip_id,
            "topic_id": topics.get(card.topic or ""),
            "edition": 1,
            "good_until": card.good_until,
            "review_months": card.review_months,
            "reviewed_on": card.reviewed_on or today,
            "reviewed_by": uow.actor.user_id,
            "version": 1,
        }
        for card in cards
    ]
    statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    ids = uow.session.execute(statement, rows).scalars().all()
    said = {"number": 1, "at": uow.now, "user_id": uow.actor.user_id}
    editions = [
        said | {"card_id": card_id} | {name: getattr(card, name) for name in CARD_WORDS}
        for card_id, card in zip(ids, cards, strict=True)
    ]
    insert_rows(uow, table_of(GuidanceEdition), editions)


def names_of(record: Labelled | Setup) -> dict[str, str]:
    """The four names."""
    return {name: getattr(record, name) for name in ("name_fa", "name_en", "short_fa", "short_en")}


def labels_of(record: Labelled) -> dict[str, Any]:
    """Code and names."""
    return {"code": record.code, **names_of(record)}


def _agency(agency: AgencyRecord) -> dict[str, Any]:
    facts = ("kind", "phone", "email", "address", "days_off")
    return labels_of(agency) | {name: getattr(agency, name) for name in facts}
