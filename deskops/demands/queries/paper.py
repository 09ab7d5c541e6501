"""Reads of forms on paper: what was printed, typed in, and is still missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from deskops.accounts.queries import names_of_users
from deskops.core.codes import group_code
from deskops.core.database import table_of
from deskops.demands.models import Demand, PaperForm, Person

FORMS, DEMANDS, PERSONS = table_of(PaperForm), table_of(Demand), table_of(Person)
TYPED_SHOWN = 20
MISSING_SHOWN = 200


@dataclass(frozen=True)
class FormLine:
    """A printed form that may be typed in. `desk_id` None: for any desk."""

    code: str
    batch: int
    desk_id: int | None
    printed_at: datetime

    @property
    def grouped_code(self) -> str:
        """The code as it is read out."""
        return group_code(self.code)


@dataclass(frozen=True)
class TypedLine:
    """A form that was typed in, with its demand. `by` is who typed it, by name."""

    code: str
    demand_id: int
    name: str
    topic_id: int
    state: str
    registered_at: datetime
    by: str


@dataclass(frozen=True)
class BatchLine:
    """Forms printed at once, and how many of them are typed in."""

    batch: int
    printed_at: datetime
    printed: int
    typed_in: int


@dataclass(frozen=True)
class PaperState:
    """How far a trip's forms are typed in. `missing` are the first that aren't, oldest first."""

    printed: int
    typed_in: int
    typed: list[TypedLine]
    missing: list[FormLine]


def paper_state(session: Session, trip_id: int, *, more: int = 0) -> PaperState:
    """The newest that were typed in, and who isn't; `more` leaves that many of the missing out."""
    counts = select(func.count(), func.count(FORMS.c.demand_id)).where(FORMS.c.trip_id == trip_id)
    printed, typed_in = session.execute(counts).one()
    unused = _lines().where(FORMS.c.trip_id == trip_id, FORMS.c.demand_id.is_(None))
    in_order = unused.order_by(FORMS.c.batch, FORMS.c.desk_id, FORMS.c.code)
    rows = session.execute(in_order.offset(more).limit(MISSING_SHOWN))
    missing = [FormLine(**row._asdict()) for row in rows]
    return PaperState(printed, typed_in, _typed(session, trip_id), missing)


def batches_of(session: Session, trip_id: int) -> list[BatchLine]:
    """What was printed, newest first."""
    columns = (
        FORMS.c.batch,
        func.min(FORMS.c.printed_at).label("printed_at"),
        func.count().label("printed"),
        func.count(FORMS.c.demand_id).label("typed_in"),
    )
    query = select(*columns).where(FORMS.c.trip_id == trip_id).group_by(FORMS.c.batch)
    rows = session.execute(query.order_by(FORMS.c.batch.desc()))
    return [BatchLine(**row._asdict()) for row in rows]


def forms_of_batch(
    session: Session, trip_id: int, batch: int, desk_ids: frozenset[int] | None
) -> list[FormLine]:
    """The forms of one printing, desk by desk; only those of some desks where `desk_ids` names them."""
    query = _lines().where(FORMS.c.trip_id == trip_id, FORMS.c.batch == batch)
    if desk_ids is not None:
        query = query.where(FORMS.c.desk_id.in_(desk_ids))
    rows = session.execute(query.order_by(FORMS.c.desk_id, FORMS.c.code))
    return [FormLine(**row._asdict()) for row in rows]


def unused_codes(session: Session, trip_id: int, most: int) -> list[str]:
    """The codes of the first forms that aren't typed in, desk by desk within each printing."""
    unused = select(FORMS.c.code).where(FORMS.c.trip_id == trip_id, FORMS.c.demand_id.is_(None))
    in_order = unused.order_by(FORMS.c.batch, FORMS.c.desk_id, FORMS.c.code)
    return list(session.scalars(in_order.limit(most)))


def paper_state_json(state: PaperState) -> dict[str, Any]:
    """As the API gives it: codes and ids, nobody's name."""
    typed = [{"code": line.code, "demand_id": line.demand_id, "state": line.state} for line in state.typed]
    missing = [{"code": line.code, "batch": line.batch, "desk_id": line.desk_id} for line in state.missing]
    return {"printed": state.printed, "typed_in": state.typed_in, "typed": typed, "missing": missing}


def _lines() -> Select[Any]:
    return select(FORMS.c.code, FORMS.c.batch, FORMS.c.desk_id, FORMS.c.printed_at)


def _typed(session: Session, trip_id: int) -> list[TypedLine]:
    columns = (
        FORMS.c.code,
        FORMS.c.demand_id,
        FORMS.c.used_by,
        PERSONS.c.name,
        DEMANDS.c.topic_id,
        DEMANDS.c.state,
        DEMANDS.c.registered_at,
    )
    query = (
        select(*columns)
        .join(DEMANDS, DEMANDS.c.id == FORMS.c.demand_id)
        .join(PERSONS, PERSONS.c.id == DEMANDS.c.person_id)
        .where(FORMS.c.trip_id == trip_id, FORMS.c.used_at.is_not(None))
    )
    rows = session.execute(query.order_by(FORMS.c.used_at.desc(), FORMS.c.code).limit(TYPED_SHOWN)).all()
    names = names_of_users(session, {row.used_by for row in rows if row.used_by is not None})
    return [_typed_line(row, names.get(row.used_by or 0, "")) for row in rows]


def _typed_line(row: Any, by: str) -> TypedLine:
    facts = row._asdict()
    del facts["used_by"]
    return TypedLine(**facts, by=by)
