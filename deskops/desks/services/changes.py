"""Changes of a set-up that are written down with what was there before, and taken back by one press."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Table, inspect, select
from sqlalchemy.exc import IntegrityError

from deskops.accounts.actor import Actor
from deskops.core.database import Base, UtcDateTime, table_of
from deskops.core.errors import NotFound
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks.errors import ChangedSince
from deskops.desks.events import AgenciesChanged, SetupChanged
from deskops.desks.models import Desk, SetupChange
from deskops.desks.queries.uses import pointing_at
from deskops.desks.services.numbering import leave_numbers
from deskops.desks.services.soundness import is_sound

Row = dict[str, Any]
# What counts writes isn't what was written.
_NOT_COMPARED = frozenset({"version"})
_DESKS = table_of(Desk)


@dataclass(frozen=True)
class Changed:
    """What a use case changed: the thing's id and new version, and the change by which it is taken back, None where nothing
    was different.
    """

    id: int
    version: int
    change_id: int | None


class Changes:
    """What one use case does to rows of the set-up: `update`, `add` or `remove` each, then `keep` the whole.

    `trip_id` is None for what outlives trips; `what` and `object_id` name the thing in the journal, `label` on the page.
    """

    def __init__(self, uow: UnitOfWork, trip_id: int | None) -> None:
        self._uow = uow
        self._trip_id = trip_id
        self._rows: list[Row] = []

    def update(self, row: Base, **values: Any) -> None:
        """Set columns of a row; those that are so already are left out."""
        before = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
        if not before:
            return
        for name in before:
            setattr(row, name, values[name])
        _count_version(row)
        self._note(row, _stored(row, before), _stored(row, {name: values[name] for name in before}))

    def add(self, row: Base) -> None:
        """Insert a row; it has its id afterwards."""
        self._uow.session.add(row)
        self._uow.session.flush()
        self._note(row, None, _stored(row, _values(row)))

    def remove(self, row: Base) -> None:
        """Delete a row that nothing points to."""
        self._note(row, _stored(row, _values(row)), None)
        self._uow.session.delete(row)

    def keep(self, what: str, object_id: int, label: str = "") -> int | None:
        """Write down what was done, in the change log and the journal; the change's id, None where nothing changed."""
        if not self._rows:
            return None
        change = SetupChange(
            trip_id=self._trip_id,
            at=self._uow.now,
            user_id=self._uow.actor.user_id,
            what=what,
            object_id=object_id,
            label=label[:200],
            rows=json.dumps(self._rows, ensure_ascii=False, separators=(",", ":")),
        )
        self._uow.session.add(change)
        self._uow.session.flush()
        _tell(self._uow, self._trip_id, what, object_id, self._rows)
        return change.id

    def _note(self, row: Base, before: Row | None, after: Row | None) -> None:
        key = {column.name: _to_json(getattr(row, column.name)) for column in _table(row).primary_key}
        self._rows.append({"table": _table(row).name, "key": key, "before": before, "after": after})


def undo_change(uow: UnitOfWork, actor: Actor, trip_id: int | None, change_id: int) -> SetupChange:
    """Put back what was there before a change, all of it or nothing.

    Raises Forbidden, NotFound, ChangedSince where any of it was changed again, is in use since, or no longer fits the rest.
    """
    actor.require("agency.manage" if trip_id is None else "trip.setup", trip_id)
    query = select(SetupChange).where(SetupChange.id == change_id, SetupChange.trip_id == trip_id)
    change = uow.session.scalar(query.with_for_update())
    if change is None:
        raise NotFound()
    if change.undone_at is not None:
        raise ChangedSince()
    rows = list(reversed(json.loads(change.rows)))
    _leave_numbers(uow, trip_id, rows)
    try:
        for row in rows:
            _put_back(uow, row)
    except IntegrityError:
        # What it names is gone since, or its code is another's.
        raise ChangedSince() from None
    if not is_sound(uow.session, rows):
        raise ChangedSince()
    change.undone_at, change.undone_by = uow.now, actor.user_id
    _tell(uow, trip_id, change.what, change.object_id, rows)
    return change


def _tell(uow: UnitOfWork, trip_id: int | None, what: str, object_id: int, rows: list[Row]) -> None:
    if trip_id is None:
        uow.record(AgenciesChanged(what=what, id=object_id))
        return
    # A desk that is new, or gone, has no screens.
    altered = {
        row["key"]["id"] for row in rows if row["table"] == _DESKS.name and row["before"] and row["after"]
    }
    desk_ids = tuple(sorted(altered))
    uow.record(SetupChanged(trip_id=trip_id, what=what, id=object_id, desk_ids=desk_ids))


def _leave_numbers(uow: UnitOfWork, trip_id: int | None, rows: list[Row]) -> None:
    """Desks that exchanged their numbers leave them before each gets its own back. Raises ChangedSince, also where another
    desk has one of those by now.
    """
    of_desks = [row for row in rows if row["table"] == _DESKS.name]
    given = {row["key"]["id"]: row["after"]["number"] for row in of_desks if "number" in (row["after"] or {})}
    wanted = [row["before"]["number"] for row in of_desks if "number" in (row["before"] or {})]
    if not (given or wanted):
        return
    query = select(_DESKS.c.id, _DESKS.c.number).where(_DESKS.c.id.in_(given)).order_by(_DESKS.c.id)
    current = {row.id: row.number for row in uow.session.execute(query.with_for_update())}
    others = select(_DESKS.c.id).where(_DESKS.c.trip_id == trip_id, _DESKS.c.number.in_(wanted))
    if current != given or uow.session.execute(others.where(_DESKS.c.id.not_in(given))).first() is not None:
        raise ChangedSince()
    leave_numbers(uow.session, given)


def _put_back(uow: UnitOfWork, row: Row) -> None:
    table = Base.metadata.tables[row["table"]]
    here = [table.c[name] == value for name, value in _typed(table, row["key"]).items()]
    current = uow.session.execute(select(table).where(*here).with_for_update()).mappings().first()
    if not _is_as_left(table, current, row["after"]):
        raise ChangedSince()
    if row["before"] is None:
        _refuse_in_use(uow, table, row["key"])
        uow.session.execute(table.delete().where(*here))
    elif row["after"] is None:
        uow.session.execute(table.insert().values(_typed(table, row["before"])))
    else:
        uow.session.execute(
            table.update().where(*here).values(_typed(table, row["before"]) | _next_version(table))
        )
    uow.session.expire_all()


def _is_as_left(table: Table, current: Mapping[Any, Any] | None, after: Row | None) -> bool:
    if current is None or after is None:
        return current is None and after is None
    left = _typed(table, {name: value for name, value in after.items() if name not in _not_compared(table)})
    return all(current[name] == value for name, value in left.items())


def _not_compared(table: Table) -> frozenset[str]:
    """Numbers are looked at before desks leave them."""
    return _NOT_COMPARED | {"number"} if table is _DESKS else _NOT_COMPARED


def _refuse_in_use(uow: UnitOfWork, table: Table, key: Row) -> None:
    """What was added may have come into use: a cascade would take that away silently."""
    for column in pointing_at(table):
        used = select(column).where(column == key.get("id")).limit(1)
        if uow.session.execute(used).first() is not None:
            raise ChangedSince()


def _table(row: Base) -> Table:
    table = inspect(type(row)).local_table
    assert isinstance(table, Table)
    return table


def _values(row: Base) -> Row:
    return {column.name: getattr(row, column.name) for column in _table(row).columns}


def _stored(row: Base, values: Row) -> Row:
    return {name: _to_json(value) for name, value in values.items() if name in _table(row).columns}


def _count_version(row: Base) -> None:
    if "version" in _table(row).columns:
        row.version += 1  # type: ignore[attr-defined]


def _next_version(table: Table) -> Row:
    return {"version": table.c.version + 1} if "version" in table.c else {}


def _to_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _typed(table: Table, values: Row) -> Row:
    return {name: _from_json(table.c[name], value) for name, value in values.items()}


def _from_json(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if column.type.python_type is date else value
