"""Scans of badges: each is kept whatever it is, answered by itself, and counts once however often it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, insert, select, update

from deskops.accounts.actor import Actor
from deskops.core import runtime
from deskops.core.codes import new_token
from deskops.core.database import table_of
from deskops.core.unit_of_work import HasUserId, UnitOfWork
from deskops.desks.models import Desk, Site
from deskops.staff.badges import BadgeRead, Fault, read_badge
from deskops.staff.events import PresenceChanged, ScanRefused
from deskops.staff.queries.attendance import NEAR, SCANS, duties_of, shifts_near, times_of
from deskops.staff.rules import scans as rules
from deskops.staff.rules.attendance import Duty, Times
from deskops.staff.rules.presence import Effect, Spot
from deskops.staff.services.presence import Refolded, locked_staff, refold

DESKS, SITES = table_of(Desk), table_of(Site)
_SEEN = select(SCANS).where(
    SCANS.c.trip_id == bindparam("trip_id"), SCANS.c.nonce.in_(bindparam("nonces", expanding=True))
)
_INSERT = insert(SCANS)
_CAME_TO = (
    update(SCANS)
    .where(SCANS.c.trip_id == bindparam("of_trip"), SCANS.c.nonce == bindparam("of_nonce"))
    .values(refusal=bindparam("came_to"))
)


@dataclass(frozen=True)
class NewScan:
    """A badge that a device read: the text, what for, at a desk or a site's entrance, at the device's time."""

    badge: str
    kind: str
    desk_id: int | None
    site_id: int | None
    at: datetime
    nonce: str
    source: str


@dataclass(frozen=True)
class Answer:
    """What a scan came to. `refusal`: why it doesn't count, or that it changed nothing; `duties` are the person's shifts
    near; `name` is told of a badge that is genuine, even where it doesn't hold any more.
    """

    nonce: str
    kind: str
    at: datetime
    refusal: str
    desk_id: int | None
    site_id: int | None
    staff_id: int | None = None
    name: str = ""
    duties: Sequence[Duty] = field(default=())
    again: bool = False


class Answered(NamedTuple):
    """The answers in the order of the scans, the trip's times, and how far the device's clock was ahead."""

    answers: list[Answer]
    times: Times
    ahead: timedelta


@dataclass(frozen=True)
class _Judged:
    """A scan that was looked at. `staff_id` is set for a genuine badge of the trip; `spot` where its place is known."""

    scan: NewScan
    at: datetime
    spot: Spot | None
    refusal: str
    staff_id: int | None


@dataclass(frozen=True)
class _Ground:
    """What the scans of one request are judged on: the trip's people, locked, and the places that were asked for."""

    uow: UnitOfWork
    actor: Actor
    trip_id: int
    staff: Mapping[int, Row[Any]]
    spots: dict[tuple[int | None, int | None], Spot | None] = field(default_factory=dict)

    def judged(self, scan: NewScan, read: BadgeRead | Fault, at: datetime) -> _Judged:
        """A badge's fault is told before the time's, and that before the device's."""
        ours = isinstance(read, BadgeRead) and read.trip_id == self.trip_id
        person = self.staff.get(read.staff_id) if ours and isinstance(read, BadgeRead) else None
        version, retired_at = (None, None) if person is None else (person.badge_version, person.retired_at)
        spot = self.spot(scan.desk_id, scan.site_id)
        refusal = (
            rules.badge_refusal(read, self.trip_id, version, retired_at)
            or rules.time_refusal(at, self.uow.now)
            or ("" if spot is not None else rules.UNKNOWN_PLACE)
            or ("" if self._reaches(scan.desk_id) else rules.NOT_ALLOWED)
        )
        return _Judged(scan, at, spot, refusal, None if person is None else person.id)

    def spot(self, desk_id: int | None, site_id: int | None) -> Spot | None:
        """Where a device stands, by the desk or else by the site that it names; None for what isn't in the trip."""
        asked = (desk_id, site_id)
        if asked not in self.spots:
            self.spots[asked] = spot_of(self.uow, self.trip_id, desk_id, site_id)
        return self.spots[asked]

    def _reaches(self, desk_id: int | None) -> bool:
        """Who is bound to a desk scans there; an entrance is of those who are bound to none."""
        own = self.actor.desk_ids("presence.scan", self.trip_id)
        return own is None or desk_id in own


def record_scans(
    uow: UnitOfWork, actor: Actor, trip_id: int, scans: Sequence[NewScan], sent_at: datetime | None = None
) -> Answered:
    """Keep scans, and work out what they come to. One whose nonce is known gets its answer again, and counts no more.

    Raises Forbidden.
    """
    actor.require("presence.scan", trip_id)
    key = runtime.current().settings.secret_key
    # Of two with one nonce the first is kept: its own badge goes with it.
    reads = {scan.nonce: read_badge(key, scan.badge) for scan in reversed(scans)}
    staff = locked_staff(uow, trip_id, _of_trip(reads.values(), trip_id))
    known = _seen(uow, trip_id, reads)
    ground = _Ground(uow, actor, trip_id, staff)
    new: dict[str, _Judged] = {}
    for scan in scans:
        if scan.nonce not in known and scan.nonce not in new:
            at = rules.put_right(scan.at, sent_at, uow.now).at
            new[scan.nonce] = ground.judged(scan, reads[scan.nonce], at)
    _keep(uow, actor, trip_id, new.values())
    times = times_of(uow.session, trip_id)
    refolded = _refold(uow, trip_id, new.values(), times)
    _tell(uow, trip_id, new.values(), refolded)
    answers = [
        _again(uow, known[scan.nonce], staff)
        if scan.nonce in known
        else _answer(new[scan.nonce], staff, refolded)
        for scan in scans
    ]
    return Answered(answers, times, rules.put_right(uow.now, sent_at, uow.now).ahead)


def put_scan(
    uow: UnitOfWork,
    actor: HasUserId,
    trip_id: int,
    staff_id: int,
    kind: str,
    spot: Spot,
    source: str,
    at: datetime,
) -> Refolded:
    """The same fact without a badge: by hand, by a move, or by the clock. The person is locked by the caller."""
    nonce = new_token()
    row = {
        "trip_id": trip_id, "staff_id": staff_id, "desk_id": spot.desk_id, "site_id": spot.site_id, "kind": kind,
        "source": source, "at": at, "client_at": None, "received_at": uow.now, "nonce": nonce, "refusal": "",
        "user_id": actor.user_id,
    }  # fmt: skip
    uow.session.execute(_INSERT, row)
    refolded = refold(uow, trip_id, staff_id, at, times_of(uow.session, trip_id))
    _came_to(uow, trip_id, Fact(staff_id, kind, source, at, nonce), refolded)
    return refolded._replace(effect=refolded.effects[nonce])


def spot_of(uow: UnitOfWork, trip_id: int, desk_id: int | None, site_id: int | None) -> Spot | None:
    """A desk with its site, or a site's entrance; None for what isn't in the trip."""
    query = (
        select(SITES.c.id).where(SITES.c.id == site_id, SITES.c.trip_id == trip_id)
        if desk_id is None
        else select(DESKS.c.site_id).where(DESKS.c.id == desk_id, DESKS.c.trip_id == trip_id)
    )
    site = uow.session.execute(query).scalar()
    return None if site is None else Spot(desk_id, site)


def _of_trip(reads: Iterable[BadgeRead | Fault], trip_id: int) -> set[int]:
    return {read.staff_id for read in reads if isinstance(read, BadgeRead) and read.trip_id == trip_id}


def _seen(uow: UnitOfWork, trip_id: int, nonces: Iterable[str]) -> dict[str, Row[Any]]:
    rows = uow.session.execute(_SEEN, {"trip_id": trip_id, "nonces": [*nonces]})
    return {row.nonce: row for row in rows}


def _keep(uow: UnitOfWork, actor: Actor, trip_id: int, judged: Iterable[_Judged]) -> None:
    rows = [
        {
            "trip_id": trip_id,
            "staff_id": one.staff_id,
            "desk_id": None if one.spot is None else one.spot.desk_id,
            "site_id": None if one.spot is None else one.spot.site_id,
            "kind": one.scan.kind,
            "source": one.scan.source,
            "at": one.at,
            "client_at": one.scan.at,
            "received_at": uow.now,
            "nonce": one.scan.nonce,
            "refusal": one.refusal,
            "user_id": actor.user_id,
        }
        for one in judged
    ]
    if rows:
        uow.session.execute(_INSERT, rows)


def _refold(uow: UnitOfWork, trip_id: int, judged: Iterable[_Judged], times: Times) -> dict[int, Refolded]:
    """By person; from the earliest of each one's scans that count."""
    since: dict[int, datetime] = {}
    for one in judged:
        if one.staff_id is not None and not one.refusal:
            since[one.staff_id] = min(one.at, since.get(one.staff_id, one.at))
    return {staff_id: refold(uow, trip_id, staff_id, at, times) for staff_id, at in sorted(since.items())}


def _tell(uow: UnitOfWork, trip_id: int, judged: Iterable[_Judged], refolded: Mapping[int, Refolded]) -> None:
    for one in judged:
        if one.refusal:
            uow.record(ScanRefused(trip_id=trip_id, reason=one.refusal, staff_id=one.staff_id))
        elif one.staff_id is not None:
            fact = Fact(one.staff_id, one.scan.kind, one.scan.source, one.at, one.scan.nonce)
            _came_to(uow, trip_id, fact, refolded[one.staff_id])


class Fact(NamedTuple):
    """A scan that may count."""

    staff_id: int
    kind: str
    source: str
    at: datetime
    nonce: str


def _came_to(uow: UnitOfWork, trip_id: int, fact: Fact, folded: Refolded) -> None:
    """Write down that it changed nothing; or record that somebody's presence is another now."""
    effect = folded.effects[fact.nonce]
    if effect is not Effect.COUNTED:
        named = {"of_trip": trip_id, "of_nonce": fact.nonce, "came_to": effect.value}
        uow.session.execute(_CAME_TO, named)
        return
    before, here = folded.before, folded.here
    changed = PresenceChanged(
        trip_id=trip_id,
        staff_id=fact.staff_id,
        scan_kind=fact.kind,
        source=fact.source,
        desk_id=None if here is None else here.spot.desk_id,
        from_desk_id=None if before is None else before.desk_id,
    )
    uow.record(changed, fact.at)


def _answer(one: _Judged, staff: Mapping[int, Row[Any]], refolded: Mapping[int, Refolded]) -> Answer:
    folded = refolded.get(one.staff_id or 0)
    effect = "" if folded is None else folded.effects.get(one.scan.nonce, "")
    person = staff.get(one.staff_id or 0)
    return Answer(
        nonce=one.scan.nonce,
        kind=one.scan.kind,
        at=one.at,
        refusal=one.refusal or str(effect),
        desk_id=None if one.spot is None else one.spot.desk_id,
        site_id=None if one.spot is None else one.spot.site_id,
        staff_id=one.staff_id,
        name="" if person is None else person.name,
        duties=() if folded is None else folded.duties,
    )


def _again(uow: UnitOfWork, row: Row[Any], staff: Mapping[int, Row[Any]]) -> Answer:
    """The answer that a scan got before. A nonce that comes again with somebody else's badge tells nothing of them."""
    person = staff.get(row.staff_id) if row.staff_id is not None else None
    near = [] if person is None else shifts_near(uow.session, person.id, row.at - NEAR, row.at + NEAR)
    return Answer(
        nonce=row.nonce,
        kind=row.kind,
        at=row.at,
        refusal=row.refusal,
        desk_id=row.desk_id,
        site_id=row.site_id,
        staff_id=row.staff_id,
        name="" if person is None else person.name,
        duties=duties_of(near),
        again=True,
    )
