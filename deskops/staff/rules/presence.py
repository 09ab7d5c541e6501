"""From scans to presences: who is where, and since when. The order in which scans arrive changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from deskops.staff.rules import AUTO, BACK, BREAK, IN, OUT

REPEATED_WITHIN = timedelta(seconds=60)
# Who forgot to check out and does so later the same night knows better than the clock that closed it for them.
PUT_RIGHT_WITHIN = timedelta(hours=12)


class Effect(StrEnum):
    """What a scan came to. Only the first changes anything."""

    COUNTED = ""
    REPEATED = "repeated"
    ALREADY = "already"
    NOT_HERE = "not_here"


class Spot(NamedTuple):
    """A desk and its site, or with `desk_id` None a site's entrance."""

    desk_id: int | None
    site_id: int


@dataclass(frozen=True, slots=True)
class Held:
    """A badge that was held up, `at` the time put right. Equal times go by kind and `nonce`, which no arrival changes."""

    nonce: str
    at: datetime
    kind: str
    spot: Spot
    source: str


@dataclass(frozen=True, slots=True)
class Stay:
    """One presence. `ended_by` is the source of the scan that ended it; `break_minutes` of breaks that are over."""

    spot: Spot
    began_at: datetime
    ended_at: datetime | None = None
    ended_by: str = ""
    break_since: datetime | None = None
    break_minutes: int = 0

    def ended(self, at: datetime, source: str) -> Stay:
        """Left for good; a break ends with it."""
        return replace(self.back(at), ended_at=at, ended_by=source)

    def back(self, at: datetime) -> Stay:
        """Back from a break, in whole minutes."""
        if self.break_since is None:
            return self
        minutes = (at - self.break_since) // timedelta(minutes=1)
        return replace(self, break_since=None, break_minutes=self.break_minutes + minutes)


@dataclass
class Folded:
    """A person's presences, oldest first, and by nonce what each scan came to."""

    stays: list[Stay]
    effects: dict[str, Effect]

    @property
    def here(self) -> Stay | None:
        """Where they are now."""
        return self.stays[-1] if self.stays and self.stays[-1].ended_at is None else None


def fold(scans: Iterable[Held]) -> Folded:
    """One person's presences. In at another place ends where they were; what is scanned again changes nothing."""
    folded, last = Folded([], {}), None
    for scan in sorted(scans, key=lambda one: (one.at, _AT_ONCE[one.kind], one.nonce)):
        if last is not None and _repeats(scan, last):
            folded.effects[scan.nonce] = Effect.REPEATED
            continue
        folded.effects[scan.nonce] = _STEPS[scan.kind](folded, scan)
        last = scan
    folded.stays = [stay for stay in folded.stays if stay.ended_at != stay.began_at]
    return folded


def _repeats(scan: Held, last: Held) -> bool:
    same = (scan.kind, scan.spot) == (last.kind, last.spot)
    return same and scan.at - last.at < REPEATED_WITHIN


def _come(folded: Folded, scan: Held) -> Effect:
    here = folded.here
    if here is None:
        folded.stays.append(Stay(scan.spot, scan.at))
        return Effect.COUNTED
    if _is_within(here.spot, scan.spot):
        return _return(folded, scan) if here.break_since is not None else Effect.ALREADY
    folded.stays[-1] = here.ended(scan.at, scan.source)
    folded.stays.append(Stay(scan.spot, scan.at))
    return Effect.COUNTED


def _is_within(here: Spot, entered: Spot) -> bool:
    """The entrance knows less than the desk behind it: who comes through it again is still at the desk."""
    return here == entered or (entered.desk_id is None and here.site_id == entered.site_id)


def _leave(folded: Folded, scan: Held) -> Effect:
    here = folded.here
    if here is not None:
        folded.stays[-1] = here.ended(scan.at, scan.source)
        return Effect.COUNTED
    last = folded.stays[-1] if folded.stays else None
    if last is None or last.ended_by != AUTO or scan.source == AUTO:
        return Effect.NOT_HERE
    if last.ended_at is None or scan.at - last.ended_at > PUT_RIGHT_WITHIN:
        return Effect.NOT_HERE
    folded.stays[-1] = replace(last, ended_at=scan.at, ended_by=scan.source)
    return Effect.COUNTED


def _rest(folded: Folded, scan: Held) -> Effect:
    here = folded.here
    if here is None:
        return Effect.NOT_HERE
    if here.break_since is not None:
        return Effect.ALREADY
    folded.stays[-1] = replace(here, break_since=scan.at)
    return Effect.COUNTED


def _return(folded: Folded, scan: Held) -> Effect:
    here = folded.here
    if here is None:
        return Effect.NOT_HERE
    if here.break_since is None:
        return Effect.ALREADY
    folded.stays[-1] = here.back(scan.at)
    return Effect.COUNTED


# Of what happens in the same instant the one makes sense before the other.
_AT_ONCE = {IN: 0, BREAK: 1, BACK: 2, OUT: 3}
_STEPS = {IN: _come, OUT: _leave, BREAK: _rest, BACK: _return}
