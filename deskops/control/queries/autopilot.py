"""What balancing may do by itself, and what it might before; with who set it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from deskops.accounts.queries import names_of_users
from deskops.demands.autopilot import USUAL, Version, autopilot_of, versions

SHOWN = 10


@dataclass(frozen=True)
class AutopilotBoard:
    """What holds, and the versions before it with the names of who set them, newest first."""

    now: Version
    earlier: list[tuple[Version, str]]


def autopilot_board(session: Session, trip_id: int) -> AutopilotBoard:
    """As a trip's coordinators left it."""
    known = versions(session, trip_id, SHOWN)
    if 0 < len(known) < SHOWN:
        known.append(USUAL)
    names = names_of_users(session, {one.user_id for one in known if one.user_id is not None})
    earlier = [(one, names.get(one.user_id or 0, "")) for one in known[1:]]
    return AutopilotBoard(autopilot_of(session, trip_id), earlier)
