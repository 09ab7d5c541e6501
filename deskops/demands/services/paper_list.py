"""Many forms on paper typed in at once: first all that is wrong with any of them, then all of them or none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from deskops.accounts.actor import Actor
from deskops.core.database import table_of
from deskops.core.errors import Refusal
from deskops.core.i18n import gettext
from deskops.core.text import name_form
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.errors import FormTypedInAlready, TooManyRows
from deskops.demands.models import Demand, Person
from deskops.demands.services.intake import Registration
from deskops.demands.services.paper import MOST_FORMS, TypedIn, type_in
from deskops.demands.services.paper_checks import (
    Ending,
    at_its_site,
    problems,
    time_problems,
    unused_form,
)

DEMANDS, PERSONS = table_of(Demand), table_of(Person)


@dataclass(frozen=True)
class RowFault:
    """What is wrong with a row, in the reader's words. `field` as in a form that is typed in alone; empty for the whole."""

    row: int
    field: str
    words: str


@dataclass(frozen=True)
class WrittenForm:
    """A row that was filled in. What couldn't be read is None, and among the faults why."""

    row: int
    code: str | None
    at: datetime | None
    wanted: Registration | None
    ending: Ending | None = None
    faults: tuple[RowFault, ...] = ()


@dataclass(frozen=True)
class PaperPlan:
    """What typing the rows in would do: `new` make demands, `known` were typed in before with the same content."""

    new: tuple[WrittenForm, ...]
    known: tuple[WrittenForm, ...]
    faults: tuple[RowFault, ...]


def plan_of_forms(session: Session, trip_id: int, written: Sequence[WrittenForm], now: datetime) -> PaperPlan:
    """Look at every row, and change nothing. Raises TooManyRows."""
    if len(written) > MOST_FORMS:
        raise TooManyRows(count=len(written), most=MOST_FORMS)
    first_rows: dict[str, int] = {}
    new: list[WrittenForm] = []
    known: list[WrittenForm] = []
    faults: list[RowFault] = []
    for form in written:
        found = [*form.faults, *_twice(form, first_rows)]
        was_known = False
        for refusal in _refusals(session, trip_id, form, now):
            was_known = isinstance(refusal, FormTypedInAlready) and _is_same(session, refusal, form)
            if not was_known:
                found.append(RowFault(form.row, refusal.field or "", refusal.text()))
        if not found:
            (known if was_known else new).append(form)
        faults += found
    return PaperPlan(tuple(new), tuple(known), tuple(faults))


def type_in_all(
    uow: UnitOfWork, actor: Actor, trip_id: int, written: Sequence[WrittenForm]
) -> tuple[PaperPlan, list[TypedIn]]:
    """Type in what is new, in the order in which people came; with any fault nothing is.

    Raises Forbidden, TooManyRows, and as `type_in` where somebody typed one of them in meanwhile.
    """
    actor.require("paper.enter", trip_id)
    plan = plan_of_forms(uow.session, trip_id, written, uow.now)
    if plan.faults:
        return plan, []
    made = []
    for form in sorted(plan.new, key=lambda one: (one.at or uow.now, one.row)):
        if form.code and form.wanted and form.at:
            made.append(type_in(uow, actor, trip_id, form.code, form.wanted, at=form.at, ending=form.ending))
    return plan, made


def _twice(form: WrittenForm, first_rows: dict[str, int]) -> Iterator[RowFault]:
    if form.code is None:
        return
    first = first_rows.setdefault(form.code, form.row)
    if first != form.row:
        words = gettext("Row %(row)s has this code already. Leave one of them out.", row=first)
        yield RowFault(form.row, "code", words)


def _refusals(session: Session, trip_id: int, form: WrittenForm, now: datetime) -> Iterator[Refusal]:
    """All that the parts of a row that could be read are refused for."""
    row: Row[Any] | None = None
    try:
        row = unused_form(session, trip_id, form.code) if form.code else None
    except Refusal as refusal:
        yield refusal
    if row is not None and form.wanted is not None and form.at is not None:
        placed = at_its_site(session, row, form.wanted)
        yield from problems(session, row, placed, at=form.at, ending=form.ending, now=now)
    elif form.at is not None:
        yield from time_problems(session, trip_id, form.at, now)


def _is_same(session: Session, refusal: FormTypedInAlready, form: WrittenForm) -> bool:
    """Whether what a form became is what its row says: the file was sent before."""
    columns = (DEMANDS.c.topic_id, DEMANDS.c.registered_at, PERSONS.c.name_search)
    query = select(*columns).join(PERSONS, PERSONS.c.id == DEMANDS.c.person_id)
    row = session.execute(query.where(DEMANDS.c.id == refusal.details["demand_id"])).one()
    if form.wanted is None:
        return False
    said = (form.wanted.topic_id, form.at, name_form(form.wanted.name)[:240])
    return said == tuple(row)
