"""The list of people changed: imported from a table, or one of them by hand. All that is asked for, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from deskops.accounts.actor import Actor, Grant
from deskops.accounts.models import User
from deskops.accounts.services.regranting import regrant
from deskops.core.database import table_of
from deskops.core.errors import InvalidInput, NotFound, StaleVersion
from deskops.core.pacing import paced, parts
from deskops.core.tables import Sheet
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks.document.cells import CellError
from deskops.desks.document.listing import ADD, CHANGE, ListPlan, RowPlan, plan_list
from deskops.desks.errors import PlanChanged
from deskops.desks.queries import catalogue
from deskops.staff.document.columns import NUMBER, personnel_number
from deskops.staff.document.dry_run import DryRun
from deskops.staff.document.people import PEOPLE_LIST, KnownPeople
from deskops.staff.errors import PersonnelNumberTaken
from deskops.staff.events import StaffChanged
from deskops.staff.models import StaffAvailability, StaffMember, StaffTopic
from deskops.staff.queries.known import known_people, mark_of
from deskops.staff.rules.people import grants_after
from deskops.staff.services.adding import NewStaff, insert_parts, insert_people

STAFF, USERS = table_of(StaffMember), table_of(User)
KNOWLEDGE, AVAILABILITY = table_of(StaffTopic), table_of(StaffAvailability)


def import_people(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    sheet: Sheet,
    prepared: DryRun | None = None,
    seen: str | None = None,
) -> ListPlan:
    """Do what the plan of the sheet says, as things stand now; a plan with faults is returned and nothing done. `prepared`
    saves working it out anew where nothing has changed since; `seen` is the sign of the plan that somebody agreed to.

    Raises Forbidden, NotFound, TableRefused, PlanChanged where it would do something else by now.
    """
    actor.require("staff.manage", trip_id)
    _lock(uow, trip_id)
    current = prepared is not None and prepared.mark == mark_of(uow.session, trip_id)
    run = prepared if prepared and current else try_people(uow.session, trip_id, sheet)
    if run.plan.faults:
        return run.plan
    if seen is not None and seen != run.plan.sign:
        raise PlanChanged()
    _People(uow, trip_id, run.known).do(run.plan)
    return run.plan


def try_people(session: Session, trip_id: int, sheet: Sheet) -> DryRun:
    """What the sheet would do as things stand. Raises NotFound, TableRefused."""
    # Before the reading: what changes meanwhile makes this one out of date, instead of never.
    mark = mark_of(session, trip_id)
    known = known_people(session, trip_id)
    return DryRun(mark, plan_list(PEOPLE_LIST, sheet, known), known)


def add_person(uow: UnitOfWork, actor: Actor, trip_id: int, cells: dict[str, str]) -> int:
    """Add somebody with the cells of a row; returns the id. Raises Forbidden, NotFound, InvalidInput by column,
    PersonnelNumberTaken.
    """
    actor.require("staff.manage", trip_id)
    _lock(uow, trip_id)
    known, plan = _one(uow, trip_id, cells)
    if not plan.doing(ADD):
        raise PersonnelNumberTaken(field=NUMBER)
    return _People(uow, trip_id, known).do(plan)[0]


def edit_person(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    staff_id: int,
    cells: dict[str, str],
    version: int | None = None,
) -> int:
    """Give somebody's columns new cells, also their personnel number; columns that aren't named stay. Returns the version.

    Raises Forbidden, NotFound, InvalidInput by column, StaleVersion, PersonnelNumberTaken.
    """
    actor.require("staff.manage", trip_id)
    _lock(uow, trip_id)
    member = uow.session.get(StaffMember, staff_id)
    if member is None or member.trip_id != trip_id:
        raise NotFound()
    if version is not None and version != member.version:
        raise StaleVersion(details={"yours": version, "current": member.version})
    renumbered = _renumber(uow, member, cells)
    known, plan = _one(uow, trip_id, {NUMBER: member.personnel_number, "name": member.name} | cells)
    changed = _People(uow, trip_id, known).do(plan)
    if renumbered and not changed:
        member.version += 1
        uow.record(StaffChanged(trip_id=trip_id, staff_id=staff_id, changed=1))
    uow.session.flush()
    uow.session.refresh(member)
    return member.version


def _renumber(uow: UnitOfWork, member: StaffMember, cells: dict[str, str]) -> bool:
    number = _number_in(cells)
    if number in (None, member.personnel_number):
        return False
    taken = select(STAFF.c.id).where(STAFF.c.trip_id == member.trip_id, STAFF.c.personnel_number == number)
    if uow.session.execute(taken).first() is not None:
        raise PersonnelNumberTaken(field=NUMBER)
    member.personnel_number = str(number)
    uow.session.flush()
    return True


def _number_in(cells: dict[str, str]) -> str | None:
    """None where there is none, or none that could be: that is told with whatever else is wrong."""
    try:
        return personnel_number(cells[NUMBER]) if cells.get(NUMBER) else None
    except CellError:
        return None


def _one(uow: UnitOfWork, trip_id: int, cells: dict[str, str]) -> tuple[KnownPeople, ListPlan]:
    number = _number_in(cells)
    known = known_people(uow.session, trip_id, [] if number is None else [number])
    plan = plan_list(PEOPLE_LIST, Sheet(tuple(cells), {1: tuple(cells.values())}), known)
    if plan.faults:
        keys = list(cells)
        raise InvalidInput({keys[fault.column or 0]: str(fault.words) for fault in plan.faults})
    return known, plan


def _lock(uow: UnitOfWork, trip_id: int) -> None:
    """Two who change the list at once come one after the other."""
    query = select(STAFF.c.id).where(STAFF.c.trip_id == trip_id).order_by(STAFF.c.id)
    uow.session.execute(query.with_for_update(key_share=True)).all()


class _People:
    """Rows of a plan written in bulk; codes become ids."""

    def __init__(self, uow: UnitOfWork, trip_id: int, known: KnownPeople) -> None:
        self.uow, self.trip_id, self.known = uow, trip_id, known
        names = catalogue(uow.session, trip_id)
        self.agencies = {one.code: one.id for one in names.agencies.values()}
        self.desks = {one.code: one.id for one in names.desks.values()}
        self.topics = {one.code: one.id for one in names.topics.values()}

    def do(self, plan: ListPlan) -> list[int]:
        """Returns the ids of whom it touched, those who are new first; nothing happened where there are none."""
        added = self._add(plan.doing(ADD))
        changed = self._change(plan.doing(CHANGE))
        ids = [*added, *changed]
        if ids:
            only = ids[0] if len(ids) == 1 else None
            facts = {"added": len(added), "changed": len(changed)}
            self.uow.record(StaffChanged(trip_id=self.trip_id, staff_id=only, **facts))
        return ids

    def _add(self, rows: Sequence[RowPlan]) -> list[int]:
        people = []
        for row in rows:
            said = dict(PEOPLE_LIST.defaults) | {
                key: value for key, value in row.values.items() if value is not None
            }
            people.append(
                NewStaff(
                    said[NUMBER],
                    said["name"],
                    said.get("mobile", ""),
                    said["languages"],
                    said["role"],
                    self.desks.get(said.get("home_desk") or ""),
                    agency_id=self.agencies.get(said.get("agency") or ""),
                    topic_ids=tuple(self.topics[code] for code in said.get("topics", ())),
                    windows=said.get("availability", ()),
                    most_shifts=said.get("most_shifts"),
                    has_left=said["left"],
                )
            )
        return insert_people(self.uow, self.trip_id, people)

    def _change(self, rows: Sequence[RowPlan]) -> list[int]:
        after = {row.values[NUMBER]: self._after(row) for row in rows}
        members = {number: self.known.members[number] for number in after}
        facts = [self._facts(number, record) for number, record in paced(after.items())]
        for some in parts(facts):
            names = [name for name in some[0] if name != "member_id"]
            statement = update(STAFF).where(STAFF.c.id == bindparam("member_id"))
            self.uow.session.execute(statement.values({name: bindparam(name) for name in names}), some)
        self._rename(after)
        self._replace_parts({members[number].id: record for number, record in after.items()})
        self._regrant(after)
        return [member.id for member in members.values()]

    def _after(self, row: RowPlan) -> dict[str, Any]:
        kept = {key for key in PEOPLE_LIST.unsaid if row.values.get(key) is None}
        said = {key: value for key, value in row.values.items() if key not in kept}
        return {**self.known.records[row.values[NUMBER]], **said}

    def _facts(self, number: str, record: dict[str, Any]) -> dict[str, Any]:
        member = self.known.members[number]
        return {
            "member_id": member.id,
            "name": record["name"],
            "mobile": record["mobile"],
            "languages": ",".join(record["languages"]),
            "home_desk_id": self.desks.get(record["home_desk"] or ""),
            "agency_id": self.agencies.get(record["agency"] or ""),
            "role": record["role"],
            "most_shifts": record["most_shifts"],
            "retired_at": (member.retired_at or self.uow.now) if record["left"] else None,
            "version": member.version + 1,
        }

    def _rename(self, after: dict[str, dict[str, Any]]) -> None:
        """The account is called as its holder."""
        names = [
            {"holder": self.known.members[number].user_id, "name": record["name"]}
            for number, record in after.items()
            if record["name"] != self.known.records[number]["name"] and self.known.members[number].user_id
        ]
        statement = update(USERS).where(USERS.c.id == bindparam("holder")).values(name=bindparam("name"))
        for some in parts(names):
            self.uow.session.execute(statement, some)

    def _replace_parts(self, after: dict[int, dict[str, Any]]) -> None:
        for ids in parts(list(after)):
            for table in (KNOWLEDGE, AVAILABILITY):
                self.uow.session.execute(delete(table).where(table.c.staff_id.in_(ids)))
        insert_parts(
            self.uow,
            (
                (staff_id, [self.topics[code] for code in record["topics"]])
                for staff_id, record in after.items()
            ),
            ((staff_id, record["availability"]) for staff_id, record in after.items()),
        )

    def _regrant(self, after: dict[str, dict[str, Any]]) -> None:
        moved = {
            user_id: (self._grant(before), self._grant(record))
            for number, record in after.items()
            if (user_id := self.known.members[number].user_id)
            and self._grant(before := self.known.records[number]) != self._grant(record)
        }
        if moved:
            regrant(
                self.uow, list(moved), lambda user_id, held: grants_after(held, *moved[user_id], self.trip_id)
            )

    def _grant(self, record: dict[str, Any]) -> Grant | None:
        """The role that comes with a record; none for who has left."""
        if record["left"]:
            return None
        return Grant(record["role"], self.trip_id, self.desks.get(record["home_desk"] or ""))
