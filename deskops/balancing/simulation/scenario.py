"""What a simulation plays: desks, topics and events of a scenario, and the people of a trace."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from deskops.balancing.state import DEFAULT_LANGUAGE

MINUTES_PER_DAY = 1440


class CounterPlan(NamedTuple):
    """So many counters of a desk are open from this minute of each day on."""

    minute: float
    counters: int


class Topic(NamedTuple):
    """A topic's share of the demands, its true mean service time, and the mean that the software believes in."""

    id: int
    share: float
    mean_minutes: float
    believed_mean_minutes: float


@dataclass(frozen=True, slots=True)
class Desk:
    """`speed`: the factor that a service of each topic takes here; no factor means no competence. `also_own`: further topics
    that are the desk's own. `languages`: how many of its counters speak each, the first to open.
    """

    id: int
    site: int
    own_topic: int | None
    walk_in: bool
    calls: bool
    speed: Mapping[int, float]
    counters: tuple[CounterPlan, ...]
    also_own: tuple[int, ...] = ()
    languages: Mapping[str, int] = field(default_factory=dict)

    @property
    def own_topics(self) -> frozenset[int]:
        return frozenset(self.also_own if self.own_topic is None else (self.own_topic, *self.also_own))

    @property
    def is_headquarters(self) -> bool:
        """A desk of calls alone, for no topic of its own."""
        return self.calls and not self.walk_in and self.own_topic is None


class DeskDown(NamedTuple):
    """No counter of the desk is open for so many minutes; whoever is being served is served to the end."""

    minute: float
    desk: int
    minutes: float


class CounterMove(NamedTuple):
    """One counter leaves a desk and is open at another after the way; it stays there."""

    minute: float
    source: int
    target: int
    travel_minutes: float


@dataclass(frozen=True, slots=True)
class NoShows:
    """The share of those called who aren't there, and the minutes that waiting for them takes."""

    share: float
    minutes: float


@dataclass(frozen=True, slots=True)
class Surge:
    """For a while on one day, so many times the usual demands of some topics."""

    day: int
    minute: int
    minutes: float
    topics: tuple[int, ...]
    factor: float


@dataclass(frozen=True, slots=True)
class SiteShares:
    """Where walk-ins come: to a site of their topic's own desks, to the hall, or anywhere."""

    own_topic_sites: float
    hall: float
    any: float


@dataclass(frozen=True, slots=True)
class Generator:
    """How a scenario's traces are drawn. `profile_per_hour`: the hours' weights from the opening on."""

    profile_per_hour: tuple[float, ...]
    call_share: float
    urgent_share: float
    service_cv: float
    no_show: NoShows
    surge: Surge | None
    site_of_walk_in: SiteShares


@dataclass(frozen=True, slots=True)
class Scenario:
    """`walk_minutes`: the shortest and the longest way between any two sites, None where nobody can walk. `walk_pairs`:
    those that can be walked, the lower site first, with the minutes that the software counts; None: all, and the rule's.

    `accept_share`: how many walk-ins accept to be served by phone. `reference_slowdown`: what a service takes in the
    same-speed pool. `load`: offered work over open counters, before the surge.
    """

    name: str
    days: int
    opening: tuple[int, int]
    load: float
    sites: int
    hall: int
    walk_minutes: tuple[float, float] | None
    topics: tuple[Topic, ...]
    desks: tuple[Desk, ...]
    events: tuple[DeskDown | CounterMove, ...]
    reference_slowdown: float
    accept_share: float
    generator: Generator | None
    walk_pairs: Mapping[tuple[int, int], float] | None = None

    def can_walk(self, site: int, other: int) -> bool:
        """Whether people can be asked to walk between two different sites."""
        if self.walk_minutes is None:
            return False
        return self.walk_pairs is None or (min(site, other), max(site, other)) in self.walk_pairs


class Person(NamedTuple):
    """One demand of a trace. `site` is None for a call; `walk_minutes` is this person's way if asked to walk.

    `service_minutes` at own-topic speed; who doesn't show up takes them whatever the desk. `patience_minutes`: a caller who
    has waited so long gives up; None waits for ever.
    """

    minute: float
    topic: int
    is_call: bool
    site: int | None
    urgent: bool
    service_minutes: float
    no_show: bool
    walk_minutes: float
    patience_minutes: float | None = None
    language: str = DEFAULT_LANGUAGE
