"""The basis of rule C: new provisional desks for those whose desk closed, paused or failed."""

from typing import NamedTuple

from deskops.balancing.load import Load
from deskops.balancing.router import least_cost
from deskops.balancing.state import Arrival, Waiting


class Relabel(NamedTuple):
    """A ticket's new provisional desk; None is the coordinators' list."""

    ticket_id: int
    desk_id: int | None


def reroute(load: Load, desk_id: int | None) -> list[Relabel]:
    """New desks for all who wait for this desk (None: for the coordinators' list), by rule A, oldest first.

    At the same place, or for calls anywhere, so nobody is asked to walk. Each is placed in sight of those
    before it. Only tickets whose desk changes are returned. The load is as before when this returns: the
    caller writes the changes down, and folds them in once they are committed. Raises UnknownDeskError.
    """
    before = load.provisional(desk_id)
    # All leave first: otherwise a desk that is still open would count its own list against itself.
    for waiting in before:
        load.assign(waiting.ticket_id, None)
    try:
        after = [Relabel(waiting.ticket_id, _assign_anew(load, waiting)) for waiting in before]
    finally:
        for waiting in before:
            load.assign(waiting.ticket_id, desk_id)
    return [change for change in after if change.desk_id != desk_id]


def _assign_anew(load: Load, waiting: Waiting) -> int | None:
    arrival = Arrival(waiting.place, waiting.topic_id, waiting.language, may_walk=False)
    desk_id = least_cost(load, arrival).desk_id
    load.assign(waiting.ticket_id, desk_id)
    return desk_id
