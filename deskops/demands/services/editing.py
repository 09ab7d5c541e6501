"""Correcting what was registered."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from deskops.accounts.actor import Actor
from deskops.core.database import table_of
from deskops.core.errors import NotFound, StaleVersion
from deskops.core.text import name_form
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands import search
from deskops.demands.events import DemandEdited
from deskops.demands.models import Demand, Person

DEMANDS, PERSONS = table_of(Demand), table_of(Person)
_OF_PERSON = frozenset({"name", "phone"})


def edit(
    uow: UnitOfWork, actor: Actor, trip_id: int, demand_id: int, version: int, changes: dict[str, Any]
) -> int:
    """Write what changed where nobody else did meanwhile; returns the new version.

    Raises NotFound; StaleVersion with both versions and the present values of what the editor wanted to change.
    """
    actor.require("demand.edit", trip_id)
    if _OF_PERSON & changes.keys():
        _lock_person(uow, trip_id, demand_id)
    of_demand = {name: value for name, value in changes.items() if name not in _OF_PERSON}
    statement = (
        update(DEMANDS)
        .where(DEMANDS.c.id == demand_id, DEMANDS.c.trip_id == trip_id, DEMANDS.c.version == version)
        .values(version=version + 1, **of_demand)
        .returning(DEMANDS)
    )
    row = uow.session.execute(statement).first()
    if row is None:
        raise _refusal(uow, trip_id, demand_id, version, changes)
    _edit_person(uow, row, {name: changes[name] for name in _OF_PERSON & changes.keys()})
    reindex(uow, row)
    uow.record(
        DemandEdited(trip_id=trip_id, demand_id=demand_id, version=version + 1, fields=tuple(sorted(changes)))
    )
    return version + 1


def add_phone(uow: UnitOfWork, trip_id: int, demand_id: int, phone: str) -> None:
    """Who gave no phone number has this one from now on, in all their demands."""
    _lock_person(uow, trip_id, demand_id)
    mine = (DEMANDS.c.id == demand_id, DEMANDS.c.trip_id == trip_id)
    statement = update(DEMANDS).where(*mine).values(version=DEMANDS.c.version + 1).returning(DEMANDS)
    row = uow.session.execute(statement).one()
    _edit_person(uow, row, {"phone": phone})
    reindex(uow, row)
    uow.record(DemandEdited(trip_id=trip_id, demand_id=demand_id, version=row.version, fields=("phone",)))


def _lock_person(uow: UnitOfWork, trip_id: int, demand_id: int) -> None:
    """Before the demand: two who correct one person in two of their demands would wait in a circle."""
    whose = select(DEMANDS.c.person_id).where(DEMANDS.c.id == demand_id, DEMANDS.c.trip_id == trip_id)
    of_demand = PERSONS.c.id == whose.scalar_subquery()
    uow.session.execute(select(PERSONS.c.id).where(of_demand).with_for_update(key_share=True))


def _refusal(
    uow: UnitOfWork, trip_id: int, demand_id: int, version: int, changes: dict[str, Any]
) -> NotFound | StaleVersion:
    query = select(DEMANDS).where(DEMANDS.c.id == demand_id, DEMANDS.c.trip_id == trip_id)
    row = uow.session.execute(query).first()
    if row is None:
        return NotFound()
    present = {name: getattr(row, name) for name in changes if name not in _OF_PERSON}
    return StaleVersion(details={"yours": version, "current": row.version, "present": present})


def _edit_person(uow: UnitOfWork, row: Any, changes: dict[str, Any]) -> None:
    """What is corrected of a person stands in all their demands: those get a new version too, so that an edit
    of one of them that saw the old name is refused, and are found by the new one.
    """
    if not changes:
        return
    if "name" in changes:
        changes["name_search"] = name_form(changes["name"])[:240]
    if "phone" in changes:
        changes["phone"] = changes["phone"] or None
    uow.session.execute(update(PERSONS).where(PERSONS.c.id == row.person_id).values(changes))
    others = (
        update(DEMANDS)
        .where(DEMANDS.c.person_id == row.person_id, DEMANDS.c.id != row.id)
        .values(version=DEMANDS.c.version + 1)
        .returning(DEMANDS)
    )
    for other in uow.session.execute(others).all():
        reindex(uow, other)


def reindex(uow: UnitOfWork, row: Any) -> None:
    """Find a demand by what its row and its person say now."""
    person = uow.session.execute(select(PERSONS).where(PERSONS.c.id == row.person_id)).one()
    body = search.body_of(
        row.code, person.name, person.phone, person.national_id, row.external_number, row.county, row.text
    )
    search.reindex(uow.session, row.id, row.trip_id, body)
