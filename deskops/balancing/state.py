"""The facts that balancing decides on, as values: what a desk is, what a counter does, who waits.

Every value is whole ("set ticket N to this"), so folding the same event twice changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple

PHONE = 0
"""The one place that all calls share; sites have positive ids."""

DEFAULT_LANGUAGE = "fa"
"""Served by every counter, whatever its languages say."""

SECONDS_PER_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers of the rule; minutes, except where said.

    Those marked "ours" are not given by the rule's text; two others differ from it, by what the simulator says (ADR 0010).
    """

    walk_minutes: float = 5.5
    walk_margin_minutes: float = 5.0
    own_topic_bonus_minutes: float = 3.5
    known_desk_bonus_minutes: float = 5.0  # ours
    urgent_bonus_minutes: float = 30.0  # ours: still before nearly everyone when too many are marked urgent
    urgent_strict_share: float = 0.10
    offer_limit_minutes: float = 6.0
    rebalance_gain_minutes: float = 6.0
    rebalance_gain_share: float = 0.25
    rebalance_walks_per_desk: int = 4
    unlearned_mean_minutes: float = 8.0  # ours: until the first topic's mean is known
    service_variation: float = 0.8  # ours: standard deviation of a service over its mean


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic's learned mean service time (own desk), share of arrivals, and the coordinators' priority."""

    id: int
    mean_minutes: float
    share: float = 1.0
    priority_minutes: float = 0.0

    def __post_init__(self) -> None:
        if self.mean_minutes <= 0 or self.share < 0:
            raise ValueError(f"topic {self.id}: the mean must be above 0 minutes and the share not below 0")


@dataclass(frozen=True, slots=True)
class Desk:
    """What is set up: where the desk is, what it can do, whether it is open.

    `speed` holds the factor by topic (1.0 own topic, above 1 slower) and thereby the desk's competence. While
    `open` is false (planned, paused, failed, closed) none of its counters counts, whatever they say. `keeps`: those
    who wait for it are left there although it isn't open.
    """

    id: int
    site_id: int
    speed: Mapping[int, float]
    own_topics: frozenset[int] = frozenset()
    walk_ins: bool = True
    calls: bool = True
    is_headquarters: bool = False
    open: bool = True
    keeps: bool = False
    closing: bool = False

    def __post_init__(self) -> None:
        if self.site_id <= PHONE:
            raise ValueError(f"desk {self.id}: a site's id is positive, {PHONE} is the phone")
        if any(factor <= 0 for factor in self.speed.values()):
            raise ValueError(f"desk {self.id}: a speed factor must be above 0")
        if not self.own_topics <= self.speed.keys():
            raise ValueError(f"desk {self.id}: an own topic has no speed factor")

    @property
    def takes_new(self) -> bool:
        """Whether somebody new may be given to it: one that is closing serves only who waits for it by name."""
        return self.open and not self.closing

    @property
    def places(self) -> tuple[int, ...]:
        """The places whose waiting this desk may serve: its site, the phone, or both."""
        return ((self.site_id,) if self.walk_ins else ()) + ((PHONE,) if self.calls else ())


@dataclass(frozen=True, slots=True)
class Counter:
    """One counter or phone seat; `ready` once its operator has asked for the next person.

    `serving_since` (epoch seconds) and `serving_topic_id` sharpen the projection while it is busy; either
    may be missing.
    """

    id: int
    desk_id: int
    open: bool = False
    ready: bool = False
    busy: bool = False
    languages: frozenset[str] = frozenset()
    serving_topic_id: int | None = None
    serving_since: float | None = None

    @property
    def free(self) -> bool:
        return self.open and self.ready and not self.busy

    def speaks(self, language: str) -> bool:
        return language == DEFAULT_LANGUAGE or language in self.languages


class Walk(Enum):
    """Whether the person was asked to walk to another site, and is there by now."""

    NONE = "none"
    UNDER_WAY = "under_way"
    ARRIVED = "arrived"


Kind = tuple[int, int]
"""Place and topic: whoever is of one kind can be served by the same desks."""


class QueueKey(NamedTuple):
    """What all the waiting of one queue have in common; the rule puts them in one order by age alone."""

    place: int
    topic_id: int
    urgent: bool
    language: str
    known_desk_id: int | None
    only_desk_id: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A ticket that waits.

    `place` is a site's id or `PHONE`; who was asked to walk waits at the site they walk to. `registered_at`
    (epoch seconds) stays the first registration, through transfer, walk and missed call. `desk_id` is the
    provisional desk; None is the coordinators' list. `known_desk_id` is the desk that knows an older demand
    of the person; `only_desk_id` the one that somebody chose by hand: no other desk may take the person.
    """

    ticket_id: int
    place: int
    topic_id: int
    registered_at: float
    urgent: bool = False
    language: str = DEFAULT_LANGUAGE
    desk_id: int | None = None
    bonus_minutes: float = 0.0
    walk: Walk = Walk.NONE
    known_desk_id: int | None = None
    only_desk_id: int | None = None

    def assigned_to(self, desk_id: int | None) -> "Waiting":
        return replace(self, desk_id=desk_id)

    @property
    def by_age(self) -> tuple[float, int]:
        """What sorts people by registration, the oldest first."""
        return self.registered_at, self.ticket_id

    @property
    def seniority(self) -> float:
        """Registration moved back by the bonus (epoch seconds): its order never changes as time passes."""
        return self.registered_at - self.bonus_minutes * SECONDS_PER_MINUTE

    @property
    def queue_key(self) -> QueueKey:
        """The queue that every competent desk sees this ticket in."""
        return QueueKey(self.place, self.topic_id, self.urgent, self.language, None, self.only_desk_id)

    @property
    def queue_keys(self) -> tuple[QueueKey, ...]:
        """All queues it stands in: none while walking, a second one for the desk that knows the person."""
        if self.walk is Walk.UNDER_WAY:
            return ()
        if self.known_desk_id is None:
            return (self.queue_key,)
        return (self.queue_key, self.queue_key._replace(known_desk_id=self.known_desk_id))


@dataclass(frozen=True, slots=True)
class Arrival:
    """A demand to be shared out: where the person is (a site's id or `PHONE`), and what they need.

    `may_walk` is false for who can't be asked to walk, or has been asked before.
    """

    place: int
    topic_id: int
    language: str = DEFAULT_LANGUAGE
    may_walk: bool = True
