"""Topics of a trip as a tree: added, edited, put in order, merged and retired. Demands keep the topic they came with."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import select

from deskops.accounts.actor import Actor
from deskops.core.errors import InvalidInput, NotFound, StaleVersion
from deskops.core.i18n import gettext
from deskops.core.unit_of_work import UnitOfWork
from deskops.desks import rules
from deskops.desks.errors import CodeTaken, InUse, MergeRefused, RetiredAbove, StillBelow, UnderItself
from deskops.desks.models import Agency, Desk, DeskTopic, GuidanceCard, Topic, Trip
from deskops.desks.queries.uses import uses_of
from deskops.desks.services.changes import Changed, Changes

TOPIC = "topic"


@dataclass(frozen=True, kw_only=True)
class TopicEdit:
    """What a topic is to be. `synonyms` and `papers` hold one a line; a topic that isn't `assignable` is a group."""

    name_fa: str
    name_en: str = ""
    short_fa: str = ""
    short_en: str = ""
    parent_id: int | None = None
    assignable: bool = True
    synonyms: str = ""
    mean_minutes: float = 8.0
    agency_id: int | None = None
    default_desk_id: int | None = None
    papers: str = ""
    default_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class BulkEdit:
    """What several topics are to have in common; None leaves each its own."""

    agency_id: int | None = None
    default_desk_id: int | None = None
    default_days: int | None = None
    retire: bool = False

    def columns(self) -> dict[str, Any]:
        """The columns that are to change."""
        values = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "retire"}
        return {name: value for name, value in values.items() if value is not None}


def add_topic(uow: UnitOfWork, actor: Actor, trip_id: int, code: str, edit: TopicEdit) -> Changed:
    """Add a topic at the end of the list; no desk does it yet. Raises NotFound, Forbidden, CodeTaken, InvalidInput."""
    topics = _topics(uow, actor, trip_id)
    if any(topic.code == code for topic in topics.values()):
        raise CodeTaken(field="code")
    _check(uow, topics, None, edit, trip_id)
    last = max((topic.position for topic in topics.values()), default=-1)
    topic = Topic(trip_id=trip_id, code=code, position=last + 1, version=1, **asdict(edit))
    changes = Changes(uow, trip_id)
    changes.add(topic)
    return _kept(changes, topic)


def edit_topic(
    uow: UnitOfWork, actor: Actor, trip_id: int, topic_id: int, version: int, edit: TopicEdit
) -> Changed:
    """Change a topic, and the group it stands in.

    Raises NotFound, Forbidden, StaleVersion, UnderItself, RetiredAbove, InvalidInput.
    """
    topics = _topics(uow, actor, trip_id)
    topic = _topic(topics, topic_id)
    if version != topic.version:
        raise StaleVersion(details={"yours": version, "current": topic.version})
    _check(uow, topics, topic, edit, trip_id)
    changes = Changes(uow, trip_id)
    changes.update(topic, **asdict(edit))
    return _kept(changes, topic)


def order_topics(uow: UnitOfWork, actor: Actor, trip_id: int, topic_ids: Sequence[int]) -> Changed:
    """Put topics into an order among themselves: they share out the places in the list that they have now.

    Raises NotFound, Forbidden.
    """
    topics = _topics(uow, actor, trip_id)
    moved = [_topic(topics, topic_id) for topic_id in dict.fromkeys(topic_ids)]
    if not moved:
        raise NotFound()
    # Imported topics may share a place; each needs one of its own before places can be exchanged.
    places = {topic.id: place for place, topic in enumerate(topics.values())}
    wanted = sorted(places[topic.id] for topic in moved)
    places |= {topic.id: place for topic, place in zip(moved, wanted, strict=True)}
    changes = Changes(uow, trip_id)
    for topic in topics.values():
        changes.update(topic, position=places[topic.id])
    return _kept(changes, moved[0])


def merge_topic(uow: UnitOfWork, actor: Actor, trip_id: int, topic_id: int, into_id: int) -> Changed:
    """Let another topic take what is asked under this one from now on. Every desk that does this one does the other too,
    at the same speed; guidance cards go along, and who waits goes on waiting, under the other.

    Raises NotFound, Forbidden, MergeRefused.
    """
    topics = _topics(uow, actor, trip_id)
    topic, target = _topic(topics, topic_id), _topic(topics, into_id)
    offered = topic.assignable and target.assignable and target.retired_at is None
    if topic is target or not offered or topic.merged_into_id is not None:
        raise MergeRefused(field="into_id")
    changes = Changes(uow, trip_id)
    for skill in _skills_to_give(uow, topic_id, into_id):
        changes.add(skill)
    for card in uow.session.scalars(select(GuidanceCard).where(GuidanceCard.topic_id == topic_id)):
        changes.update(card, topic_id=into_id)
    changes.update(topic, merged_into_id=into_id, retired_at=topic.retired_at or uow.now)
    return _kept(changes, topic)


def retire_topic(uow: UnitOfWork, actor: Actor, trip_id: int, topic_id: int) -> Changed:
    """Offer it at no counter any more; who waits under it is still served. Raises NotFound, Forbidden, StillBelow."""
    topics = _topics(uow, actor, trip_id)
    topic = _topic(topics, topic_id)
    changes = Changes(uow, trip_id)
    _retire(uow, changes, topics, [topic])
    return _kept(changes, topic)


def restore_topic(uow: UnitOfWork, actor: Actor, trip_id: int, topic_id: int) -> Changed:
    """Offer it again; one that was merged stands alone again. Raises NotFound, Forbidden, RetiredAbove."""
    topics = _topics(uow, actor, trip_id)
    topic = _topic(topics, topic_id)
    _refuse_retired(topics, topic.parent_id)
    changes = Changes(uow, trip_id)
    changes.update(topic, retired_at=None, merged_into_id=None)
    return _kept(changes, topic)


def delete_topic(uow: UnitOfWork, actor: Actor, trip_id: int, topic_id: int) -> Changed:
    """Delete a topic that nothing names. Raises NotFound, Forbidden, InUse."""
    topic = _topic(_topics(uow, actor, trip_id), topic_id)
    uses = uses_of(uow.session, topic)
    if uses:
        raise InUse(details={"uses": [asdict(use) for use in uses]}, uses="; ".join(use.text for use in uses))
    changes = Changes(uow, trip_id)
    changes.remove(topic)
    return _kept(changes, topic)


def edit_topics(
    uow: UnitOfWork, actor: Actor, trip_id: int, topic_ids: Collection[int], edit: BulkEdit
) -> Changed:
    """Change several topics at once, in one change. Raises NotFound, Forbidden, StillBelow, InvalidInput."""
    topics = _topics(uow, actor, trip_id)
    chosen = [_topic(topics, topic_id) for topic_id in topic_ids]
    if not chosen:
        raise InvalidInput({"topic_ids": gettext("Tick the topics first.")})
    if not (edit.columns() or edit.retire):
        raise InvalidInput({"agency_id": gettext("Choose what the topics are to have.")})
    _check_defaults(uow, trip_id, edit.agency_id, edit.default_desk_id)
    changes = Changes(uow, trip_id)
    for topic in chosen:
        changes.update(topic, **edit.columns())
    if edit.retire:
        _retire(uow, changes, topics, chosen)
    return _kept(changes, chosen[0], gettext(", ").join(topic.short for topic in chosen))


def _kept(changes: Changes, topic: Topic, label: str = "") -> Changed:
    return Changed(topic.id, topic.version, changes.keep(TOPIC, topic.id, label or topic.name))


def _topics(uow: UnitOfWork, actor: Actor, trip_id: int) -> dict[int, Topic]:
    """The trip's topics in the order of the list, locked: what is decided of one depends on the others."""
    actor.require("trip.setup", trip_id)
    if uow.session.get(Trip, trip_id) is None:
        raise NotFound()
    query = select(Topic).where(Topic.trip_id == trip_id).order_by(Topic.position, Topic.id)
    return {topic.id: topic for topic in uow.session.scalars(query.with_for_update())}


def _topic(topics: Mapping[int, Topic], topic_id: int) -> Topic:
    if topic_id not in topics:
        raise NotFound()
    return topics[topic_id]


def _retire(
    uow: UnitOfWork, changes: Changes, topics: Mapping[int, Topic], chosen: Collection[Topic]
) -> None:
    going = {topic.id for topic in chosen}
    below = [
        topic.name
        for topic in topics.values()
        if topic.parent_id in going and topic.id not in going and topic.retired_at is None
    ]
    if below:
        raise StillBelow(names=gettext(", ").join(below))
    for topic in chosen:
        changes.update(topic, retired_at=topic.retired_at or uow.now)


def _skills_to_give(uow: UnitOfWork, topic_id: int, into_id: int) -> list[DeskTopic]:
    """What the desks of the one topic lack to do the other."""
    rows = list(uow.session.scalars(select(DeskTopic).where(DeskTopic.topic_id.in_((topic_id, into_id)))))
    have = {row.desk_id for row in rows if row.topic_id == into_id}
    return [
        DeskTopic(desk_id=row.desk_id, topic_id=into_id, factor=row.factor, own=row.own)
        for row in rows
        if row.topic_id == topic_id and row.desk_id not in have
    ]


def _check(
    uow: UnitOfWork, topics: Mapping[int, Topic], topic: Topic | None, edit: TopicEdit, trip_id: int
) -> None:
    """That it stands where it can, and that what it names is there."""
    parents = {row.id: row.parent_id for row in topics.values()}
    if topic is not None and rules.is_within(parents, edit.parent_id, topic.id):
        raise UnderItself(field="parent_id", name=topic.name)
    if edit.parent_id is not None and edit.parent_id not in topics:
        raise InvalidInput({"parent_id": gettext("Choose topics of this trip.")})
    if topic is None or edit.parent_id != topic.parent_id:
        _refuse_retired(topics, edit.parent_id)
    _check_defaults(uow, trip_id, edit.agency_id, edit.default_desk_id)


def _check_defaults(uow: UnitOfWork, trip_id: int, agency_id: int | None, desk_id: int | None) -> None:
    if agency_id is not None and uow.session.get(Agency, agency_id) is None:
        raise InvalidInput({"agency_id": gettext("Choose one from the list.")})
    desk = None if desk_id is None else uow.session.get(Desk, desk_id)
    if desk_id is not None and (desk is None or desk.trip_id != trip_id):
        raise InvalidInput({"default_desk_id": gettext("Choose a desk of this trip.")})


def _refuse_retired(topics: Mapping[int, Topic], parent_id: int | None) -> None:
    parent = topics.get(parent_id or 0)
    if parent is not None and parent.retired_at is not None:
        raise RetiredAbove(field="parent_id", name=parent.name)
