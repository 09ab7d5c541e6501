"""The minutes of bonus by which somebody goes earlier than their age says (rule B), as a trip's coordinators set them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deskops.balancing.load import Load
from deskops.balancing.state import Policy
from deskops.core.database import table_of
from deskops.demands.models import PrioritySetting
from deskops.demands.rules import PRIORITIES

MOST_MINUTES = 120.0
USUAL_MINUTES = 10.0  # ours: a little more than one service
SETTINGS = table_of(PrioritySetting)
_USUAL = Policy()


@dataclass(frozen=True)
class Priorities:
    """Minutes by kind of rules.PRIORITIES, for urgent while it isn't strict, for a desk's own topics, and by topic id; 0 is
    off.
    """

    kinds: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(PRIORITIES, USUAL_MINUTES))
    urgent: float = _USUAL.urgent_bonus_minutes
    own_topic: float = _USUAL.own_topic_bonus_minutes
    topics: Mapping[int, float] = field(default_factory=dict)

    @property
    def offered(self) -> tuple[str, ...]:
        """The kinds that count, and so are asked for at registration."""
        return tuple(kind for kind in PRIORITIES if self.kinds.get(kind))

    def bonus(self, kinds: Iterable[str]) -> float:
        """What kinds give together: their sum, as all bonuses of rule B add up, and at most what one alone could give, so
        that nobody is overtaken by more than that for ticks.
        """
        return min(MOST_MINUTES, sum(self.kinds.get(kind, 0.0) for kind in kinds))

    def put_on(self, load: Load) -> None:
        """Let a load decide by what isn't a person's own: urgent, own topics, topics."""
        load.policy = replace(
            load.policy, urgent_bonus_minutes=self.urgent, own_topic_bonus_minutes=self.own_topic
        )
        load.prefer_topics(self.topics)

    def as_json(self) -> dict[str, Any]:
        """As the table, the journal and the API have it; a topic's id is text there."""
        topics = {str(topic_id): minutes for topic_id, minutes in self.topics.items()}
        return {
            "kinds": dict(self.kinds),
            "urgent": self.urgent,
            "own_topic": self.own_topic,
            "topics": topics,
        }

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Priorities:
        """What `as_json` gave."""
        topics = {int(topic_id): minutes for topic_id, minutes in data["topics"].items()}
        return cls(data["kinds"], data["urgent"], data["own_topic"], topics)


def kinds_of(text: str) -> tuple[str, ...]:
    """A ticket's kinds, as its row holds them."""
    return tuple(text.split(",")) if text else ()


def text_of(kinds: Iterable[str]) -> str:
    """As a ticket's row holds them: each once, in the order of rules.PRIORITIES."""
    given = set(kinds)
    return ",".join(kind for kind in PRIORITIES if kind in given)


def priorities_of(session: Session, trip_id: int) -> tuple[int, Priorities]:
    """The version that holds, and what it says."""
    newest = (
        select(SETTINGS.c.version, SETTINGS.c.minutes)
        .where(SETTINGS.c.trip_id == trip_id)
        .order_by(SETTINGS.c.version.desc())
        .limit(1)
    )
    row = session.execute(newest).first()
    return (0, Priorities()) if row is None else (row.version, Priorities.of_json(row.minutes))
