"""What a table of people would do, kept between two pages: worked out once, and read back without working it out again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deskops.core.pacing import paced
from deskops.core.tables import Sheet
from deskops.desks.document.list_checks import CellFault, Values
from deskops.desks.document.listing import CHANGE, ListPlan, RowPlan
from deskops.staff.document.columns import NUMBER
from deskops.staff.document.people import KnownPeople, Member

# What stood, in short; as `queries.known.mark_of` says it.
Mark = tuple[str | int, ...]


@dataclass(frozen=True)
class DryRun:
    """What a sheet would do where `mark` stands. Of a packed one `known` has those alone whom the plan changes."""

    mark: Mark
    plan: ListPlan
    known: KnownPeople


def packed(sheet: Sheet, dry_run: DryRun) -> bytes:
    """A line of the sheet's texts, and a line of what it would do, in the current language's words."""
    kept = {"header": sheet.header, "rows": list(sheet.rows.items()), "first": sheet.first}
    return b"\n".join(
        json.dumps(line, ensure_ascii=False, default=_written).encode() for line in (kept, _said(dry_run))
    )


def sheet_in(content: bytes) -> Sheet:
    """The sheet that was packed."""
    kept = json.loads(content.split(b"\n", 1)[0])
    return Sheet(
        tuple(kept["header"]), {number: tuple(cells) for number, cells in kept["rows"]}, kept["first"]
    )


def dry_run_in(content: bytes) -> DryRun:
    """What was packed that the sheet would do."""
    kept = json.loads(content.split(b"\n", 1)[1])
    plan = ListPlan(
        kept["kind"],
        tuple(_row(*row) for row in paced(kept["rows"])),
        _faults(kept["faults"]),
        warnings=_faults(kept["warnings"]),
        absent=kept["absent"],
    )
    records = {number: _values(record) for number, record in paced(kept["records"].items())}
    members = {number: _member(*facts) for number, facts in kept["members"].items()}
    return DryRun(tuple(kept["mark"]), plan, KnownPeople(records, members=members))


def _said(dry_run: DryRun) -> dict[str, Any]:
    plan, known = dry_run.plan, dry_run.known
    touched = [row.values[NUMBER] for row in plan.doing(CHANGE)]
    members = {number: known.members[number] for number in touched}
    return {
        "mark": dry_run.mark,
        "kind": plan.kind,
        "rows": [(row.row, row.act, row.values, list(_differing(row))) for row in plan.rows],
        "faults": _told(plan.faults),
        "warnings": _told(plan.warnings),
        "absent": plan.absent,
        "records": {number: known.records[number] for number in touched},
        "members": {
            number: (one.id, one.user_id, one.version, one.retired_at) for number, one in members.items()
        },
    }


def _differing(row: RowPlan) -> Iterator[tuple[str, str, str]]:
    return ((str(heading), before, after) for heading, before, after in row.differs)


def _told(faults: Iterable[CellFault]) -> list[tuple[int, int | None, str, str]]:
    return [(one.row, one.column, str(one.heading or ""), str(one.words)) for one in faults]


def _faults(told: Iterable[tuple[int, int | None, str, str]]) -> tuple[CellFault, ...]:
    return tuple(CellFault(*one) for one in told)


def _row(number: int, act: str, values: Mapping[str, Any], differs: list[list[str]]) -> RowPlan:
    return RowPlan(
        number, act, _values(values), tuple((heading, before, after) for heading, before, after in differs)
    )


def _member(member_id: int, user_id: int | None, version: int, retired_at: str | None) -> Member:
    return Member(member_id, user_id, version, None if retired_at is None else _read(retired_at))


def _values(kept: Mapping[str, Any]) -> Values:
    """Several of something are a tuple; the times in which somebody can work are the one field of moments."""
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in kept.items()}
    if values.get("availability"):
        values["availability"] = tuple((_read(begin), _read(end)) for begin, end in values["availability"])
    return values


def _written(moment: datetime) -> str:
    return moment.isoformat()


_read = datetime.fromisoformat
