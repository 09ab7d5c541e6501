"""Whether a scan can count at all, and when it really was."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from deskops.staff.badges import BadgeRead
from deskops.staff.rules.presence import Effect

# Of the badge: none of ours; not signed by us; of another trip; replaced since; nobody's; somebody's who works here no
# more. Of the time: ahead of now; too long ago. Of the device: where it stands isn't in the trip, or isn't the user's.
UNREADABLE, FORGED, OTHER_TRIP, REVOKED = "unreadable", "forged", "other_trip", "revoked"
UNKNOWN, RETIRED = "unknown", "retired"
FUTURE, TOO_OLD = "future", "too_old"
UNKNOWN_PLACE, NOT_ALLOWED = "unknown_place", "not_allowed"
REFUSALS = (
    UNREADABLE, FORGED, OTHER_TRIP, REVOKED, UNKNOWN, RETIRED, FUTURE, TOO_OLD, UNKNOWN_PLACE, NOT_ALLOWED,
)  # fmt: skip
# A scan that changed nothing as things stood when it came may change something once an earlier one arrives.
GENUINE = tuple(effect.value for effect in Effect)

# Within this a device's clock is as good as the way of a request lets one tell.
CLOCK_TOLERANCE = timedelta(seconds=60)
OLDEST = timedelta(days=3)


class Moment(NamedTuple):
    """When a scan was, and how far the device's clock was ahead of ours; zero where it was right."""

    at: datetime
    ahead: timedelta


def put_right(client_at: datetime, sent_at: datetime | None, received_at: datetime) -> Moment:
    """The scan's time by our clock. `sent_at` is the device's time as it sent: so far its clock is off."""
    ahead = timedelta(0) if sent_at is None else sent_at - received_at
    if abs(ahead) <= CLOCK_TOLERANCE:
        return Moment(client_at, timedelta(0))
    return Moment(client_at - ahead, ahead)


def time_refusal(at: datetime, now: datetime) -> str:
    """Why a scan of this time can't count; empty where it can."""
    if at > now + CLOCK_TOLERANCE:
        return FUTURE
    return TOO_OLD if now - at > OLDEST else ""


def badge_refusal(
    read: BadgeRead | str, trip_id: int, version: int | None, retired_at: datetime | None
) -> str:
    """Why a badge doesn't hold; `version` is that of its person's newest, None where the trip has nobody of this number."""
    if isinstance(read, str):
        return read
    if read.trip_id != trip_id:
        return OTHER_TRIP
    if version is None:
        return UNKNOWN
    if read.version != version:
        return REVOKED
    return "" if retired_at is None else RETIRED
