"""A scenario's document as a `Scenario`: every field is read, every fault named with its line."""

from collections.abc import Iterable, Sequence

from deskops.balancing.simulation.document import FaultyInputError, Part, made_one, parse
from deskops.balancing.simulation.reading_generator import read_day, read_generator
from deskops.balancing.simulation.scenario import (
    MINUTES_PER_DAY,
    CounterMove,
    CounterPlan,
    Desk,
    DeskDown,
    Generator,
    Scenario,
    Topic,
)

FORMAT = "deskops-scenario/2"

_FIELDS = (
    "format", "name", "days", "opening", "load", "sites", "hall", "walk", "topics", "desks", "events", "generator",
    "reference_slowdown", "offer",
)  # fmt: skip


def read_scenario(text: str) -> Scenario:
    """Read a document of the format 2. Raises FaultyInputError with all its faults.

    Shares of topics and sites that make 1 but for rounding are brought to exactly 1. These may be missing: `generator`, its
    `surge`, single shares of `site_of_walk_in`, `walk.pairs`, a desk's `also_own` and `languages`.
    """
    document = parse(text)
    _check_format(document)
    scenario = _Reader(document).scenario()
    if document.faults:
        raise FaultyInputError(document.faults)
    return scenario


def _check_format(document: Part) -> None:
    """Of another format nothing else is worth saying."""
    if not isinstance(document.value, dict):
        document.fault("must be an object with fields")
        raise FaultyInputError(document.faults)
    part = document.part("format")
    said = part.text()
    if said and said != FORMAT:
        part.fault(f"{said} is not what is read here, which is {FORMAT}")
        raise FaultyInputError(document.faults)


class _Reader:
    """Reads the parts in an order in which each knows what it refers to."""

    def __init__(self, document: Part) -> None:
        self._document = document
        self._days = document.part("days").whole(1)
        self._opening = self._read_opening(document.part("opening"))
        self._sites = document.part("sites").whole(1)
        self._topics: set[int] = set()
        self._desks: set[int] = set()

    def scenario(self) -> Scenario:
        document = self._document
        document.only(*_FIELDS)
        topics = self._read_topics(document.part("topics"))
        desks = self._read_desks(document.part("desks"))
        events = self._read_events(document.part("events"))
        self._check_staff(document.part("desks"), desks, events)
        return Scenario(
            name=document.part("name").text(),
            days=self._days,
            opening=self._opening,
            load=document.part("load").above_zero(),
            sites=self._sites,
            hall=self._site(document.part("hall")),
            walk_minutes=self._read_walk(document.part("walk")),
            walk_pairs=self._read_pairs(document.part("walk")),
            topics=topics,
            desks=desks,
            events=events,
            reference_slowdown=document.part("reference_slowdown").above_zero(),
            accept_share=self._read_offer(document.part("offer")),
            generator=self._read_generator() if document.has("generator") else None,
        )

    def _read_opening(self, part: Part) -> tuple[int, int]:
        times = [time.clock(MINUTES_PER_DAY) for time in part.items()]
        if part.absent:
            return 0, MINUTES_PER_DAY
        if len(times) != 2 or times[0] >= times[1]:
            part.fault("must be two times, the opening before the closing")
            return 0, MINUTES_PER_DAY
        return times[0], times[1]

    def _read_walk(self, part: Part) -> tuple[float, float] | None:
        part.only("minutes", "pairs", "note")
        minutes = part.part("minutes")
        if not part.has("minutes"):
            return None
        ends = [end.number(0.0) for end in minutes.items()]
        if len(ends) != 2 or ends[0] > ends[1]:
            minutes.fault("must be null, or the shortest and the longest way")
            return None
        return ends[0], ends[1]

    def _read_pairs(self, part: Part) -> dict[tuple[int, int], float] | None:
        if not part.has("pairs"):
            return None
        found: dict[tuple[int, int], float] = {}
        for item in part.part("pairs").items():
            cells = list(item.items())
            if len(cells) != 3:
                item.fault("must be two sites and the minutes between them")
                continue
            ends = sorted(self._site(cell) for cell in cells[:2])
            if ends[0] == ends[1] or (ends[0], ends[1]) in found:
                item.fault("must be two different sites, each pair once")
            found[ends[0], ends[1]] = cells[2].above_zero()
        return found

    def _read_offer(self, part: Part) -> float:
        part.only("accept_share")
        return part.part("accept_share").number(0.0, 1.0)

    def _read_topics(self, part: Part) -> tuple[Topic, ...]:
        topics = []
        faults_before = len(part.faults)
        for item in part.items():
            item.only("id", "share", "mean_minutes", "believed_mean_minutes")
            means = [item.part(name).above_zero() for name in ("mean_minutes", "believed_mean_minutes")]
            share = item.part("share").number(0.0, 1.0)
            topics.append(Topic(_new_id(item.part("id"), self._topics), share, *means))
        if not topics and not part.absent:
            part.fault("there must be at least one topic")
        if len(part.faults) > faults_before or not topics:
            return tuple(topics)
        shares = made_one(part, [topic.share for topic in topics])
        return tuple(topic._replace(share=share) for topic, share in zip(topics, shares, strict=True))

    def _read_desks(self, part: Part) -> tuple[Desk, ...]:
        desks = tuple(self._read_desk(item) for item in part.items())
        if not desks and not part.absent:
            part.fault("there must be at least one desk")
        return desks

    def _read_desk(self, part: Part) -> Desk:
        part.only("id", "site", "own_topic", "also_own", "walk_in", "calls", "speed", "counters", "languages")
        speed = {topic: factor for topic, factor in self._read_speed(part.part("speed")) if topic is not None}
        own_topic = part.part("own_topic")
        desk = Desk(
            id=_new_id(part.part("id"), self._desks),
            site=self._site(part.part("site")),
            own_topic=self._topic(own_topic) if part.has("own_topic") else None,
            walk_in=part.part("walk_in").flag(),
            calls=part.part("calls").flag(),
            speed=speed,
            counters=tuple(self._read_counters(part.part("counters"))),
            also_own=tuple(self._topic(one) for one in _items(part, "also_own")),
            languages={name: count.whole() for name, count in _fields(part, "languages")},
        )
        if not desk.own_topics <= speed.keys():
            own_topic.fault("the desk isn't competent for its own topic")
        if not desk.walk_in and not desk.calls:
            part.fault("the desk takes neither walk-ins nor calls")
        return desk

    def _read_speed(self, part: Part) -> Iterable[tuple[int | None, float]]:
        empty = True
        for name, factor in part.fields():
            empty = False
            topic = int(name) if name.isascii() and name.isdigit() else None
            if topic not in self._topics:
                factor.fault(f"there is no topic {name}")
            yield topic, factor.above_zero()
        if empty:
            part.fault("the desk is competent for nothing")

    def _read_counters(self, part: Part) -> Iterable[CounterPlan]:
        known: set[int] = set()
        for item in part.items():
            item.only("from", "count")
            minute = item.part("from").clock()
            if minute in known:
                item.fault("another count begins at the same time")
            known.add(minute)
            yield CounterPlan(minute, item.part("count").whole())

    def _check_staff(
        self, part: Part, desks: Sequence[Desk], events: Iterable[DeskDown | CounterMove]
    ) -> None:
        """A desk must have a counter at some time, if only one that is moved there."""
        given = {event.target for event in events if isinstance(event, CounterMove)}
        for item, desk in zip(part.items(), desks, strict=True):
            if not any(plan.counters for plan in desk.counters) and desk.id not in given:
                item.part("counters").fault("zero staff: the desk has no counter at any time")

    def _read_events(self, part: Part) -> tuple[DeskDown | CounterMove, ...]:
        return tuple(event for item in part.items() for event in self._read_event(item))

    def _read_event(self, part: Part) -> Iterable[DeskDown | CounterMove]:
        kind = part.part("type")
        if kind.text() == "desk_down":
            part.only("type", "day", "at", "minutes", "desk")
            yield DeskDown(
                self._instant(part), self._desk(part.part("desk")), part.part("minutes").above_zero()
            )
        elif kind.text() == "move_counters":
            part.only("type", "day", "at", "travel_minutes", "moves")
            minute, travel = self._instant(part), part.part("travel_minutes").number(0.0)
            for pair in part.part("moves").items():
                ends = [self._desk(end) for end in pair.items()]
                if len(ends) != 2:
                    pair.fault("must be two desks: from, to")
                    continue
                yield CounterMove(minute, ends[0], ends[1], travel)
        elif kind.text():
            kind.fault("must be desk_down or move_counters")

    def _instant(self, part: Part) -> int:
        return (read_day(part.part("day"), self._days) - 1) * MINUTES_PER_DAY + part.part("at").clock()

    def _read_generator(self) -> Generator:
        part = self._document.part("generator")
        return read_generator(part, self._days, self._opening, self._topics)

    def _site(self, part: Part) -> int:
        site = part.whole()
        if site >= self._sites:
            part.fault(f"there is no site {site}: sites are 0 to {self._sites - 1}")
        return site

    def _topic(self, part: Part) -> int:
        return part.one_of(self._topics, "topic")

    def _desk(self, part: Part) -> int:
        return part.one_of(self._desks, "desk")


def _items(part: Part, name: str) -> Iterable[Part]:
    """The values of a list that may be missing."""
    return part.part(name).items() if part.has(name) else ()


def _fields(part: Part, name: str) -> Iterable[tuple[str, Part]]:
    """The fields of an object that may be missing."""
    return part.part(name).fields() if part.has(name) else ()


def _new_id(part: Part, known: set[int]) -> int:
    number = part.whole()
    if number in known:
        part.fault(f"{number} is given twice")
    known.add(number)
    return number
