"""Free counters and people who wait beside each other: a change has put somebody before a counter that stood ready."""

from contextlib import ExitStack
from typing import NamedTuple

from deskops.balancing.claim import best
from deskops.balancing.load import Load


class Meeting(NamedTuple):
    """A free counter, and whom it takes."""

    counter_id: int
    ticket_id: int


def meetings(load: Load) -> list[Meeting]:
    """Whom the free counters take, each by rule B, in sight of those before it.

    Mostly nobody: whoever comes finds the counters that are free. But a desk that opens again, or a language that nobody
    speaks any more, puts people before counters that asked for the next person earlier.
    """
    free = [
        counter_id
        for known in load.desks.values()
        if known.has_free_counter()
        for counter_id, counter in known.counters.items()
        if counter.free
    ]
    found: list[Meeting] = []
    with ExitStack() as taken:
        for counter_id in sorted(free):
            ticket_id = best(load, counter_id)
            if ticket_id is not None:
                taken.enter_context(load.without([ticket_id]))
                found.append(Meeting(counter_id, ticket_id))
    return found
