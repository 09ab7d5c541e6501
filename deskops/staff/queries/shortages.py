"""What is lacking: shifts without the people, supervisors or languages that they need, counted in the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from deskops.core.pacing import parts
from deskops.staff import rules
from deskops.staff.queries.drafts import RosterLine
from deskops.staff.queries.roster import DESKS, ENTRIES, SHIFTS, SLOTS, STAFF, Filled, filled


@dataclass(frozen=True)
class Another:
    """A shift that somebody could be moved to."""

    id: int
    desk_id: int
    starts_at: datetime
    ends_at: datetime
    is_short: bool


def others_on(
    session: Session, trip_id: int, day: date, now: datetime, draft: RosterLine | None = None
) -> list[Another]:
    """A day's shifts that haven't begun, in order of time; without their people, of whom there may be thousands."""
    condition = (SLOTS.c.trip_id == trip_id) & (SLOTS.c.day == day) & (SLOTS.c.starts_at > now)
    short = set(_short(session, condition, draft))
    columns = [SLOTS.c[name] for name in ("id", "desk_id", "starts_at", "ends_at")]
    query = select(*columns).where(condition).order_by(SLOTS.c.starts_at, SLOTS.c.id)
    rows = session.execute(query)
    return [Another(row.id, row.desk_id, row.starts_at, row.ends_at, row.id in short) for row in rows]


def gaps(
    session: Session,
    trip_id: int,
    now: datetime,
    draft: RosterLine | None = None,
    desk_ids: Collection[int] | None = None,
) -> list[Filled]:
    """Shifts that aren't over and lack people, a supervisor or a language, in order of time; of a draft only those that it
    can fill, which haven't begun.
    """
    when = SLOTS.c.ends_at > now if draft is None else SLOTS.c.starts_at > max(now, draft.from_at)
    condition = (SLOTS.c.trip_id == trip_id) & when
    if desk_ids is not None:
        condition &= SLOTS.c.desk_id.in_(desk_ids)
    working = select(DESKS.c.id).where(DESKS.c.trip_id == trip_id, DESKS.c.retired_at.is_(None))
    short = _short(session, condition & SLOTS.c.desk_id.in_(working), draft)
    return [one for some in parts(short) for one in filled(session, SLOTS.c.id.in_(some), draft)]


def lacking(shifts: Iterable[Filled]) -> Counter[str]:
    """How much is lacking in all: people below the minimum, supervisors, languages, and shifts that lack any."""
    sums: Counter[str] = Counter()
    for one in shifts:
        sums["people"] += one.lack.below_minimum
        sums["supervisors"] += one.lack.supervisors
        sums["languages"] += len(one.lack.languages)
        sums["shifts"] += one.is_short
    return sums


def _short(session: Session, condition: ColumnElement[bool], draft: RosterLine | None) -> list[int]:
    """Which shifts lack what they can't do without, in order of time: counted in the database, whoever is in them."""
    slots = select(SLOTS.c.id, SLOTS.c.minimum, SLOTS.c.supervisors, SLOTS.c.languages).where(condition)
    present = _present(session, condition, draft)
    return [
        slot_id
        for slot_id, minimum, supervisors, languages in session.execute(
            slots.order_by(SLOTS.c.starts_at, SLOTS.c.id)
        )
        if _lacks(minimum, supervisors, languages, *present.get(slot_id, (0, 0, "")))
    ]


def _lacks(minimum: int, supervisors: int, languages: str, people: int, heads: int, spoken: str) -> bool:
    if people < minimum or heads < supervisors:
        return True
    return bool(languages) and not set(languages.split(",")) <= set(spoken.split(","))


def _present(
    session: Session, condition: ColumnElement[bool], draft: RosterLine | None
) -> dict[int, tuple[int, int, str]]:
    """Of shifts that have people: how many, how many of them head desks, and what they speak."""
    heads = func.sum(case((STAFF.c.role == rules.DESK_HEAD, 1), else_=0))
    facts = select(SLOTS.c.id, func.count(), heads, func.aggregate_strings(STAFF.c.languages, ","))
    joined = SHIFTS.join(SLOTS, SLOTS.c.id == SHIFTS.c.desk_shift_id)
    joined = joined.join(STAFF, STAFF.c.id == SHIFTS.c.staff_id)
    stands = and_(condition, SHIFTS.c.state.in_(rules.COVERS))
    if draft is not None:
        stands &= SLOTS.c.starts_at < draft.from_at
    queries = [facts.select_from(joined).where(stands)]
    if draft is not None:
        joined = ENTRIES.join(SLOTS, SLOTS.c.id == ENTRIES.c.desk_shift_id)
        joined = joined.join(STAFF, STAFF.c.id == ENTRIES.c.staff_id)
        drafted = and_(condition, ENTRIES.c.roster_id == draft.id, STAFF.c.retired_at.is_(None))
        queries.append(facts.select_from(joined).where(drafted))
    return {
        slot_id: (people, heading, spoken or "")
        for query in queries
        for slot_id, people, heading, spoken in session.execute(query.group_by(SLOTS.c.id))
    }
