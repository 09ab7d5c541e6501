"""Small trips for the tests of balancing, and a strategy that draws whole ones."""

from dataclasses import dataclass, field

from hypothesis import strategies as st

from deskops.balancing.load import Load
from deskops.balancing.state import PHONE, Counter, Desk, Topic, Waiting, Walk

LOAN, HOUSING, PENSION = 1, 2, 3
HALL, AIRPORT, PORT = 1, 2, 3
NINE_O_CLOCK = 1_000_000_000.0


def minutes_after_nine(minutes: float) -> float:
    return NINE_O_CLOCK + 60 * minutes


def trip(mean: float = 10.0) -> Load:
    """Three topics of one mean, no desks."""
    load = Load()
    for topic_id in (LOAN, HOUSING, PENSION):
        load.put_topic(Topic(topic_id, mean))
    return load


def add_desk(
    load: Load, desk_id: int, *, speed=None, site=HALL, counters=1, ready=0, busy=0, **facts
) -> None:
    """Open counters `desk_id * 100 + n`: the first `ready` ask for somebody, the next `busy` serve."""
    load.put_desk(Desk(desk_id, site, speed or {LOAN: 1.0}, **facts))
    for n in range(counters):
        serves = ready <= n < ready + busy
        load.put_counter(Counter(desk_id * 100 + n, desk_id, open=True, ready=n < ready, busy=serves))


def add_waiting(
    load: Load, ticket_id: int, *, at: float | None = None, topic=LOAN, place=HALL, **facts
) -> Waiting:
    """A ticket registered `at` minutes after nine; without it in the order of the ids."""
    registered = minutes_after_nine(ticket_id if at is None else at)
    waiting = Waiting(ticket_id, place, topic, registered, **facts)
    load.put_waiting(waiting)
    return waiting


@dataclass
class Drawn:
    """The facts of a drawn trip, for a reference that computes from them alone."""

    topics: list[Topic]
    desks: list[Desk]
    counters: list[Counter]
    waiting: list[Waiting]
    walks: dict[frozenset[int], float] = field(default_factory=dict)

    def load(self) -> Load:
        load = Load()
        for topic in self.topics:
            load.put_topic(topic)
        for desk in self.desks:
            load.put_desk(desk)
        for pair, minutes in self.walks.items():
            load.put_walk(*sorted(pair), minutes)
        for counter in self.counters:
            load.put_counter(counter)
        for waiting in self.waiting:
            load.put_waiting(waiting)
        return load


TOPIC_IDS = (LOAN, HOUSING, PENSION)
SITES = (HALL, AIRPORT, PORT)
LANGUAGES = ("fa", "az", "ku")
# Few values, so that ties of age, cost and speed are drawn often.
AGES = st.integers(0, 12).map(lambda n: minutes_after_nine(n * 2.5))
SPEEDS = st.sampled_from([1.0, 1.05, 1.25])


@st.composite
def desks(draw, desk_id: int) -> Desk:
    speed = draw(st.dictionaries(st.sampled_from(TOPIC_IDS), SPEEDS, min_size=1))
    return Desk(
        id=desk_id,
        site_id=draw(st.sampled_from(SITES)),
        speed=speed,
        own_topics=frozenset(topic_id for topic_id, factor in speed.items() if factor == 1.0),
        walk_ins=draw(st.booleans()),
        calls=draw(st.booleans()),
        is_headquarters=draw(st.booleans()),
        open=draw(st.sampled_from([True, True, True, False])),
    )


@st.composite
def counters(draw, counter_id: int, desk_ids: list[int]) -> Counter:
    return Counter(
        id=counter_id,
        desk_id=draw(st.sampled_from(desk_ids)),
        open=draw(st.sampled_from([True, True, False])),
        ready=draw(st.sampled_from([True, False, False, False])),
        busy=draw(st.booleans()),
        languages=draw(st.frozensets(st.sampled_from(LANGUAGES[1:]), max_size=1)),
    )


@st.composite
def waiting(draw, ticket_id: int, desk_ids: list[int]) -> Waiting:
    return Waiting(
        ticket_id=ticket_id,
        place=draw(st.sampled_from((PHONE, *SITES))),
        topic_id=draw(st.sampled_from(TOPIC_IDS)),
        registered_at=draw(AGES),
        urgent=draw(st.sampled_from([False] * 9 + [True])),
        language=draw(st.sampled_from(("fa", *LANGUAGES))),
        desk_id=draw(st.sampled_from([None, *desk_ids])),
        bonus_minutes=draw(st.sampled_from([0.0, 0.0, 2.5, 10.0])),
        walk=draw(st.sampled_from([Walk.NONE, Walk.NONE, *Walk])),
        known_desk_id=draw(st.sampled_from([None, None, *desk_ids])),
    )


@st.composite
def trips(draw, most_waiting: int = 14) -> Drawn:
    desk_ids = list(range(1, draw(st.integers(1, 5)) + 1))
    priorities = st.sampled_from([0.0, 0.0, 4.0])
    return Drawn(
        topics=[Topic(i, draw(st.sampled_from([4.0, 8.0])), i, draw(priorities)) for i in TOPIC_IDS],
        desks=[draw(desks(i)) for i in desk_ids],
        counters=[draw(counters(100 + n, desk_ids)) for n in range(draw(st.integers(1, 8)))],
        waiting=[draw(waiting(n, desk_ids)) for n in range(draw(st.integers(0, most_waiting)))],
        walks=draw(st.sampled_from([{}, {frozenset((HALL, AIRPORT)): 4.0}])),
    )
