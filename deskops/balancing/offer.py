"""Rule D: who is offered to be served by phone instead of waiting where they stand."""

from deskops.balancing.load import Load
from deskops.balancing.state import PHONE, Waiting


def is_worth_offering(load: Load, place: int, topic_id: int, wait_minutes: float | None) -> bool:
    """Whether somebody at this place should be asked, given their projected wait; None where nobody can serve them.

    Only where some open counter serves the topic by phone.
    """
    if place == PHONE or not any(desk.open_counters for desk in load.serving(PHONE, topic_id)):
        return False
    return wait_minutes is None or wait_minutes > load.policy.offer_limit_minutes


def due(load: Load, waits: dict[int, float]) -> list[Waiting]:
    """Those whose projected wait (minutes by ticket) has passed the limit while they wait, oldest first.

    Whom no open counter at their place may take stands in no projection, and is asked as well. Who is walking, and who
    was asked before, is the caller's to leave out.
    """
    found = [
        w for w in load.all_waiting() if is_worth_offering(load, w.place, w.topic_id, waits.get(w.ticket_id))
    ]
    return sorted(found, key=lambda w: w.by_age)
