"""Rule B: whom a counter that becomes free takes next. O(heads of its queues).

Ages grow alike, so the order between two people never changes as time passes: the rule needs no clock, and is
decided on seniority (registration moved back by the bonus minutes).
"""

from collections.abc import Iterable, Iterator

from deskops.balancing.load import Load
from deskops.balancing.queues import Queue
from deskops.balancing.state import DEFAULT_LANGUAGE, SECONDS_PER_MINUTE, Desk, QueueKey, Waiting

Standing = tuple[int, float]
"""The group that goes first (0 before 1), and the seconds of bonus at this desk beside the ticket's own."""


def rank(load: Load, counter_id: int) -> list[int]:
    """The heads of all queues this counter may take from, in order of claim; empty if nobody waits for it.

    After a miss (somebody else was quicker) remove the ticket and ask again. Raises UnknownCounterError.
    """
    counter = load.counter(counter_id)
    desk = load.desks[counter.desk_id].desk
    urgent_first = load.urgent_first()
    heads = []
    for queue in queues_for(load, desk, counter.languages):
        seniority, ticket_id = queue.head
        group, bonus = standing(load, desk, queue.key, urgent_first)
        heads.append((group, seniority - bonus, ticket_id))
    # Who is known to the desk may head two queues; the better one counts.
    return list(dict.fromkeys(ticket_id for _, _, ticket_id in sorted(heads)))


def best(load: Load, counter_id: int) -> int | None:
    """The ticket this counter should claim, or None. Raises UnknownCounterError."""
    ranked = rank(load, counter_id)
    return ranked[0] if ranked else None


def order(load: Load, desk_id: int, heads: Iterable[Waiting]) -> list[Waiting]:
    """Order heads read elsewhere (from the database) by the same rule; the caller read only what it may take.

    Raises UnknownDeskError.
    """
    desk = load.desk(desk_id).desk
    urgent_first = load.urgent_first()

    def place_in_order(waiting: Waiting) -> tuple[int, float, int]:
        known = waiting.known_desk_id if waiting.known_desk_id == desk_id else None
        group, bonus = standing(load, desk, waiting.queue_key._replace(known_desk_id=known), urgent_first)
        return (group, waiting.seniority - bonus, waiting.ticket_id)

    return sorted(heads, key=place_in_order)


def standing(load: Load, desk: Desk, key: QueueKey, urgent_first: bool) -> Standing:
    """How a whole queue stands at this desk: urgent while strict, then age and bonus.

    Who walked here on our invitation has their age, and nothing more (ADR 0007).
    """
    policy = load.policy
    minutes = load.priority_minutes(key.topic_id)
    if key.topic_id in desk.own_topics:
        minutes += policy.own_topic_bonus_minutes
    if key.known_desk_id is not None:
        minutes += policy.known_desk_bonus_minutes
    if key.urgent and not urgent_first:
        minutes += policy.urgent_bonus_minutes
    return 0 if key.urgent and urgent_first else 1, minutes * SECONDS_PER_MINUTE


def queues_for(load: Load, desk: Desk, languages: frozenset[str]) -> Iterator[Queue]:
    """What a counter of this desk with these languages may take from, whoever the provisional desk was."""
    understood = languages | {DEFAULT_LANGUAGE}
    places = desk.places
    for place in places:
        for topic_id in desk.speed:
            for queue in load.queues.at(place, topic_id):
                if _is_for(desk, queue.key) and _understands(load, understood, queue.key):
                    yield queue
    for queue in load.queues.known_to(desk.id):
        key = queue.key
        if (
            key.place in places
            and key.topic_id in desk.speed
            and _is_for(desk, key)
            and _understands(load, understood, key)
        ):
            yield queue


def _is_for(desk: Desk, key: QueueKey) -> bool:
    """Whether this desk may take them. Whoever was given another desk by hand would, pooled again, come straight back; and
    a desk that is closing serves those alone who were there before.
    """
    if desk.closing:
        return key.only_desk_id == desk.id
    return key.only_desk_id is None or key.only_desk_id == desk.id


def _understands(load: Load, understood: frozenset[str], key: QueueKey) -> bool:
    """Whether the counter speaks the queue's language, or nobody on duty does, so that anyone must do."""
    return key.language in understood or not load.is_spoken(key.place, key.topic_id, key.language)
