"""Rows of the database as balancing sees them."""

from __future__ import annotations

from typing import Any

from deskops.balancing.state import Counter, Desk, Waiting, Walk
from deskops.desks.models import Desk as DeskRow
from deskops.desks.models import DeskTopic, Place
from deskops.desks.rules import CLOSING, SERVING_STATES

TICKET_FIELDS = (
    "id",
    "status",
    "location",
    "topic_id",
    "registered_at",
    "urgent",
    "language",
    "desk_id",
    "only_desk_id",
    "place_id",
    "bonus_minutes",
    "walk",
    "changed_at",
)


def desk_of(row: DeskRow, skills: list[DeskTopic]) -> Desk:
    """A desk as it is set up; `skills` are what it does."""
    return Desk(
        id=row.id,
        site_id=row.site_id,
        speed={skill.topic_id: skill.factor for skill in skills},
        own_topics=frozenset(skill.topic_id for skill in skills if skill.own),
        walk_ins=row.walk_ins,
        calls=row.calls,
        is_headquarters=row.is_headquarters,
        **state_facts(row.state),
        keeps=row.keeps_queue,
    )


def state_facts(state: str) -> dict[str, Any]:
    """What a desk's state says to balancing."""
    return {"open": state in SERVING_STATES, "closing": state == CLOSING}


def counter_facts(state: str, ready: bool, languages: str) -> dict[str, Any]:
    """What a counter's state says to balancing."""
    return {"open": state == "open", "ready": ready, "languages": frozenset(languages.split(","))}


def counter_of(place: Place, ticket: Any) -> Counter:
    """A counter with the ticket's row of who is at it, if anybody is."""
    return Counter(
        place.id,
        place.desk_id,
        busy=ticket is not None,
        serving_topic_id=None if ticket is None else ticket.topic_id,
        serving_since=None if ticket is None else ticket.changed_at.timestamp(),
        **counter_facts(place.state, place.ready, place.languages),
    )


def waiting_of_facts(facts: dict[str, Any]) -> Waiting:
    """A ticket that waits, as its event tells."""
    return Waiting(
        ticket_id=facts["ticket_id"],
        place=facts["location"],
        topic_id=facts["topic_id"],
        registered_at=facts["registered_at"],
        urgent=facts["urgent"],
        language=facts["language"],
        desk_id=facts["desk_id"],
        only_desk_id=facts["only_desk_id"],
        bonus_minutes=facts["bonus_minutes"],
        walk=Walk(facts["walk"]),
    )


def waiting_of(row: Any) -> Waiting:
    """A ticket's row as balancing sees it, if it waits."""
    return waiting_of_facts(
        row._asdict() | {"ticket_id": row.id, "registered_at": row.registered_at.timestamp()}
    )
