"""Setting what balancing may do by itself, and taking up what was set before."""

from __future__ import annotations

import json
from dataclasses import asdict

from sqlalchemy import insert

from deskops.accounts.actor import Actor
from deskops.core.errors import NotFound, StaleVersion
from deskops.core.unit_of_work import UnitOfWork
from deskops.demands.autopilot import SETTINGS, Autopilot, Version, autopilot_of, version_of
from deskops.demands.errors import UnknownVersion
from deskops.demands.steering import AutopilotChanged
from deskops.desks.models import Trip


def set_autopilot(
    uow: UnitOfWork,
    actor: Actor,
    trip_id: int,
    wanted: Autopilot,
    *,
    version: int | None = None,
    restored: int | None = None,
) -> Version:
    """Make these the settings; what is the same already makes no new version. `version` is the one that the asker saw.

    Raises Forbidden, NotFound, StaleVersion.
    """
    actor.require("balance.decide", trip_id)
    # Two who set it at one instant come one after the other.
    if uow.session.get(Trip, trip_id, with_for_update={"key_share": True}) is None:
        raise NotFound()
    now = autopilot_of(uow.session, trip_id)
    if version is not None and version != now.number:
        raise StaleVersion(details={"yours": version, "current": now.number})
    if wanted == now.autopilot:
        return now
    made = Version(now.number + 1, wanted, uow.now, actor.user_id)
    values = {"trip_id": trip_id, "version": made.number, "settings": json.dumps(asdict(wanted))}
    uow.session.execute(insert(SETTINGS), values | {"at": uow.now, "user_id": actor.user_id})
    before, after = asdict(now.autopilot), asdict(wanted)
    changed = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    uow.record(AutopilotChanged(trip_id=trip_id, version=made.number, restored=restored, changed=changed))
    return made


def restore(
    uow: UnitOfWork, actor: Actor, trip_id: int, number: int, *, version: int | None = None
) -> Version:
    """Take up an older version, as a new one. Raises UnknownVersion, and as `set_autopilot`."""
    actor.require("balance.decide", trip_id)
    older = version_of(uow.session, trip_id, number)
    if older is None:
        raise UnknownVersion(field="number")
    return set_autopilot(uow, actor, trip_id, older.autopilot, version=version, restored=number)
