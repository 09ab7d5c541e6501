"""A scenario's document as a `Scenario`: every field is read, every fault named with its line."""

from collections.abc import Iterable, Sequence
from math import ceil

from deskops.balancing.simulation.document import FaultyInputError, Part, parse
from deskops.balancing.simulation.scenario import (
    MINUTES_PER_DAY,
    CounterMove,
    CounterPlan,
    Desk,
    DeskDown,
    Generator,
    NoShows,
    Scenario,
    SiteShares,
    Surge,
    Topic,
)

FORMAT = "deskops-scenario/2"
SHARES_OFF = 0.01
"""Shares that should make 1 may be rounded; by more than this they are a fault."""

_FIELDS = (
    "format", "name", "days", "opening", "load", "sites", "hall", "walk", "topics", "desks", "events", "generator",
    "reference_slowdown", "offer",
)  # fmt: skip


def read_scenario(text: str) -> Scenario:
    """Read a document of the format 2. Raises FaultyInputError with all its faults.

    Shares of topics and sites that make 1 but for rounding are brought to exactly 1. `generator`, its `surge` and single
    shares of `site_of_walk_in` may be missing; all other fields must be there.
    """
    document = parse(text)
    _check_format(document)
    scenario = _Reader(document).scenario()
    if document.faults:
        raise FaultyInputError(document.faults)
    return scenario


def _check_format(document: Part) -> None:
    """Of another format nothing else is worth saying."""
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
            topics=topics,
            desks=desks,
            events=events,
            reference_slowdown=document.part("reference_slowdown").above_zero(),
            accept_share=self._read_offer(document.part("offer")),
            generator=self._read_generator(document.part("generator")) if document.has("generator") else None,
        )

    # The day and the ways

    def _read_opening(self, part: Part) -> tuple[int, int]:
        times = [time.clock(MINUTES_PER_DAY) for time in part.items()]
        if len(times) != 2 or times[0] >= times[1]:
            part.fault("must be two times, the opening before the closing")
            return 0, MINUTES_PER_DAY
        return times[0], times[1]

    def _read_walk(self, part: Part) -> tuple[float, float] | None:
        part.only("minutes", "note")
        minutes = part.part("minutes")
        if not part.has("minutes"):
            return None
        ends = [end.number(0.0) for end in minutes.items()]
        if len(ends) != 2 or ends[0] > ends[1]:
            minutes.fault("must be null, or the shortest and the longest way")
            return None
        return ends[0], ends[1]

    def _read_offer(self, part: Part) -> float:
        part.only("accept_share")
        return part.part("accept_share").number(0.0, 1.0)

    # Topics and desks

    def _read_topics(self, part: Part) -> tuple[Topic, ...]:
        topics = []
        for item in part.items():
            item.only("id", "share", "mean_minutes", "believed_mean_minutes")
            means = [item.part(name).above_zero() for name in ("mean_minutes", "believed_mean_minutes")]
            share = item.part("share").number(0.0, 1.0)
            topics.append(Topic(_new_id(item.part("id"), self._topics), share, *means))
        if not topics:
            part.fault("there must be at least one topic")
            return ()
        shares = _made_one(part, [topic.share for topic in topics])
        return tuple(topic._replace(share=share) for topic, share in zip(topics, shares, strict=True))

    def _read_desks(self, part: Part) -> tuple[Desk, ...]:
        desks = tuple(self._read_desk(item) for item in part.items())
        if not desks:
            part.fault("there must be at least one desk")
        return desks

    def _read_desk(self, part: Part) -> Desk:
        part.only("id", "site", "own_topic", "walk_in", "calls", "speed", "counters")
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
        )
        if desk.own_topic is not None and desk.own_topic not in speed:
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

    # Events

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
        return (self._day(part.part("day")) - 1) * MINUTES_PER_DAY + part.part("at").clock()

    # How traces are drawn

    def _read_generator(self, part: Part) -> Generator:
        part.only(
            "profile_per_hour",
            "call_share",
            "urgent_share",
            "service_cv",
            "no_show",
            "surge",
            "site_of_walk_in",
        )
        no_show = part.part("no_show")
        no_show.only("share", "minutes")
        return Generator(
            profile_per_hour=self._read_profile(part.part("profile_per_hour")),
            call_share=part.part("call_share").number(0.0, 1.0),
            urgent_share=part.part("urgent_share").number(0.0, 1.0),
            service_cv=part.part("service_cv").number(0.0),
            no_show=NoShows(no_show.part("share").number(0.0, 1.0), no_show.part("minutes").number(0.0)),
            surge=self._read_surge(part.part("surge")) if part.has("surge") else None,
            site_of_walk_in=self._read_site_shares(part.part("site_of_walk_in")),
        )

    def _read_profile(self, part: Part) -> tuple[float, ...]:
        weights = tuple(weight.number(0.0) for weight in part.items())
        hours = ceil((self._opening[1] - self._opening[0]) / 60)
        if len(weights) != hours or not sum(weights):
            part.fault(f"must be {hours} weights, one for each hour of opening, not all 0")
        return weights

    def _read_surge(self, part: Part) -> Surge:
        part.only("day", "at", "minutes", "topics", "factor")
        at = part.part("at")
        surge = Surge(
            day=self._day(part.part("day")),
            minute=at.clock(),
            minutes=part.part("minutes").above_zero(),
            topics=tuple(self._topic(topic) for topic in part.part("topics").items()),
            factor=part.part("factor").above_zero(),
        )
        opens, closes = self._opening
        if surge.minute < opens or surge.minute + surge.minutes > closes:
            at.fault("the surge must begin and end within the opening hours")
        return surge

    def _read_site_shares(self, part: Part) -> SiteShares:
        names = ("own_topic_sites", "hall", "any")
        part.only(*names)
        shares = [part.part(name).number(0.0, 1.0) if part.has(name) else 0.0 for name in names]
        return SiteShares(*_made_one(part, shares))

    # What is referred to

    def _day(self, part: Part) -> int:
        day = part.whole(1)
        if day > self._days:
            part.fault(f"there is no day {day}")
        return day

    def _site(self, part: Part) -> int:
        site = part.whole()
        if site >= self._sites:
            part.fault(f"there is no site {site}: sites are 0 to {self._sites - 1}")
        return site

    def _topic(self, part: Part) -> int:
        return _known_id(part, self._topics, "topic")

    def _desk(self, part: Part) -> int:
        return _known_id(part, self._desks, "desk")


def _new_id(part: Part, known: set[int]) -> int:
    number = part.whole()
    if number in known:
        part.fault(f"{number} is given twice")
    known.add(number)
    return number


def _known_id(part: Part, known: set[int], what: str) -> int:
    number = part.whole()
    if number not in known:
        part.fault(f"there is no {what} {number}")
    return number


def _made_one(part: Part, shares: Sequence[float]) -> list[float]:
    """Shares that sum to 1, or nearly so and then brought to it."""
    total = sum(shares)
    if abs(total - 1.0) > SHARES_OFF:
        part.fault(f"the shares sum to {total:g}, not to 1")
        return list(shares)
    return [share / total for share in shares]
