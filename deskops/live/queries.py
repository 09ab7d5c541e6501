"""Reads behind the pushes: replay of an audience, news for the wall, heads, who is connected."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.accounts.models import User
from deskops.control.queries import desk_figures
from deskops.core import clock, journal
from deskops.core.database import table_of
from deskops.core.journal import Entry
from deskops.core.journal_rows import AudienceHead
from deskops.demands.load import CACHE
from deskops.desks.models import Desk, Place, Site
from deskops.live.audiences import Audience, desks_of, visible
from deskops.live.models import Connection

# Further behind, what is there now is read faster than what happened.
LONGEST_REPLAY = 5000
# A server that died leaves its rows; one that lives refreshes them every 20 s.
PRESENT_FOR = timedelta(seconds=60)
_SETUP_KINDS = frozenset({"trip.setup_changed", "trip.phase_changed"})
# What the bar of messages shows: things said, and people who are asked to work elsewhere.
_BROADCAST_KINDS = frozenset(
    {
        "broadcast.sent",
        "broadcast.withdrawn",
        "staff_move.asked",
        "staff_move.ordered",
        "staff_move.begun",
        "staff_move.arrived",
        "staff_move.taken_back",
    }
)
_TRIP_OF = {"desk": table_of(Desk), "site": table_of(Site)}


def replay(
    session: Session, audience: Audience, trip_id: int, after: int, limit: int = journal.PAGE
) -> dict[str, Any]:
    """What an audience was told after a number of its own, in the shape of the pushes.

    `{audience, from, to, head, more, events}`, with the wall's news for coordinators; or
    `{audience, head, reset: true}` where the asker is too far behind, or ahead as after a restored backup,
    and must take a snapshot.
    """
    head = journal.audience_head(session, audience.name)
    if after > head or head - after > LONGEST_REPLAY:
        return {"audience": audience.name, "head": head, "reset": True}
    entries = journal.audience_entries(session, audience.name, after, limit)
    page = changes(audience, entries, after) | {"head": head}
    page["more"] = page["to"] < head
    if audience.is_coalesced:
        touched = {desk_id for entry in entries for desk_id in desks_of(entry.payload)}
        page |= wall_news(session, trip_id, touched, setup_changed=changes_setup(entries))
        page["broadcasts"] = says_something(entries)
    return page


def changes(audience: Audience, entries: list[Entry], after: int) -> dict[str, Any]:
    """Consecutive entries, pushed or replayed: `{audience, from, to, events: [{sequence, kind, at, …}]}`."""
    return {
        "audience": audience.name,
        "from": after + 1,
        "to": entries[-1].sequence if entries else after,
        "events": [visible(audience, entry) for entry in entries],
    }


def wall_news(
    session: Session, trip_id: int, desk_ids: Collection[int], *, setup_changed: bool
) -> dict[str, Any]:
    """`{as_of, desks: [figures], unassigned, snapshot}`.

    The figures are true up to the trip's number `as_of`, or newer; `unassigned` wait for no desk; `snapshot`
    says that the whole wall must be read anew.
    """
    with CACHE.held(session, trip_id) as known:
        as_of, unassigned = known.sequence, len(known.load.provisional(None))
    figures = desk_figures(session, trip_id, desk_ids) if desk_ids else []
    return {
        "as_of": as_of,
        "desks": [figure.as_json() for figure in figures],
        "unassigned": unassigned,
        "snapshot": setup_changed,
    }


def changes_setup(entries: Iterable[Entry]) -> bool:
    """Whether desks, topics or places themselves changed, and not just their state."""
    return any(entry.kind in _SETUP_KINDS for entry in entries)


def says_something(entries: Iterable[Entry]) -> bool:
    """Whether a message to people was sent or withdrawn: each screen then asks what is said to its own."""
    return any(entry.kind in _BROADCAST_KINDS for entry in entries)


def heads(session: Session, names: Collection[str]) -> dict[str, int]:
    """The last number of each audience; 0 for one that was told nothing yet."""
    table = table_of(AudienceHead)
    rows = session.execute(select(table.c.audience, table.c.sequence).where(table.c.audience.in_(names)))
    return dict.fromkeys(names, 0) | {row.audience: row.sequence for row in rows}


def trip_of(session: Session, audience: Audience) -> int | None:
    """The trip that an audience belongs to; None for a desk or site that doesn't exist."""
    if audience.scope == "trip":
        return audience.id
    table = _TRIP_OF[audience.scope]
    return session.execute(select(table.c.trip_id).where(table.c.id == audience.id)).scalar()


def desk_of_place(session: Session, trip_id: int | None, place_id: int) -> int | None:
    """The desk of a counter, if it is one of the trip's."""
    table = table_of(Place)
    query = select(table.c.desk_id).where(table.c.id == place_id, table.c.trip_id == trip_id)
    return session.execute(query).scalar()


def desks_present(session: Session, trip_id: int) -> frozenset[int]:
    """The desks of a trip that somebody looks at the console of, on any server."""
    table = table_of(Connection)
    here = (table.c.trip_id == trip_id, table.c.seen_at > clock.now() - PRESENT_FOR)
    query = select(table.c.desk_id).where(*here, table.c.desk_id.is_not(None)).distinct()
    return frozenset(session.scalars(query))


def connected(session: Session, trip_id: int) -> list[dict[str, Any]]:
    """Who looks at the trip, on any server: `{user_id, name, desk_id, place_id, since}`, oldest first."""
    table, users = table_of(Connection), table_of(User)
    query = (
        select(table.c.user_id, users.c.name, table.c.desk_id, table.c.place_id, table.c.since)
        .join(users, users.c.id == table.c.user_id)
        .where(table.c.trip_id == trip_id, table.c.seen_at > clock.now() - PRESENT_FOR)
        .order_by(table.c.since, table.c.sid)
    )
    return [row._asdict() | {"since": row.since.isoformat()} for row in session.execute(query)]
