"""Reads of a trip's topics for whoever sets them up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from deskops.core.errors import NotFound
from deskops.core.text import name_form, search_form, search_words
from deskops.desks.queries.catalogue import Catalogue, TopicLabel, catalogue
from deskops.desks.queries.popularity import demand_counts
from deskops.desks.rules import in_tree_order


@dataclass(frozen=True)
class TopicLine:
    """A topic in the tree, `depth` below the top; its `desks` do it. `above` and `below` are the siblings next to it."""

    topic: TopicLabel
    depth: int
    demands: int
    desks: int
    above: int | None
    below: int | None


@dataclass(frozen=True)
class TopicDetail:
    """One topic. `desks` are the ids of those that do it; `merged` those whose demands it takes."""

    topic: TopicLabel
    demands: int
    desks: list[int]
    merged: list[TopicLabel]


def topic_tree(
    session: Session, names: Catalogue, words: str = "", *, retired: bool = False, by_use: bool = False
) -> list[TopicLine]:
    """The trip's topics in the order of the list, or of each group the most used first; those with all the words in a
    name, a synonym or the code, with the groups they stand in.
    """
    counts = demand_counts(session, names.trip.id)
    known = [topic for topic in names.topics.values() if retired or topic.retired_at is None]
    if by_use:
        totals = _with_below(known, counts)
        known.sort(key=lambda topic: -totals[topic.id])
    ordered = in_tree_order(_found(known, search_words(words)))
    neighbours = _neighbours([topic for topic, _ in ordered])
    done_by = _desks_by_topic(names)
    return [
        TopicLine(
            topic, depth, counts.get(topic.id, 0), len(done_by.get(topic.id, ())), *neighbours[topic.id]
        )
        for topic, depth in ordered
    ]


def topic_detail(session: Session, trip_id: int, topic_id: int) -> TopicDetail:
    """One topic of a trip. Raises NotFound."""
    names = catalogue(session, trip_id)
    topic = names.topics.get(topic_id)
    if topic is None:
        raise NotFound()
    merged = [other for other in names.topics.values() if other.merged_into_id == topic_id]
    count = demand_counts(session, trip_id).get(topic_id, 0)
    return TopicDetail(topic, count, _desks_by_topic(names).get(topic_id, []), merged)


def _found(known: list[TopicLabel], wanted: tuple[str, ...]) -> list[TopicLabel]:
    by_id = {topic.id: topic for topic in known}
    shown: set[int] = set()
    for topic in known:
        if all(word in _folded(topic) for word in wanted):
            above: TopicLabel | None = topic
            while above is not None and above.id not in shown:
                shown.add(above.id)
                above = by_id.get(above.parent_id or 0)
    return [topic for topic in known if topic.id in shown]


def _folded(topic: TopicLabel) -> str:
    words = (topic.name_fa, topic.name_en, topic.short_fa, topic.short_en, *topic.synonyms.splitlines())
    return " ".join((*map(name_form, words), *map(search_form, words), search_form(topic.code)))


def _with_below(known: list[TopicLabel], counts: Mapping[int, int]) -> dict[int, int]:
    """A group counts what is asked below it."""
    totals = {topic.id: counts.get(topic.id, 0) for topic in known}
    for topic, _ in reversed(in_tree_order(known)):
        if topic.parent_id in totals:
            totals[topic.parent_id] += totals[topic.id]
    return totals


def _neighbours(ordered: list[TopicLabel]) -> dict[int, tuple[int | None, int | None]]:
    siblings: dict[int | None, list[int | None]] = {}
    for topic in ordered:
        siblings.setdefault(topic.parent_id, []).append(topic.id)
    found: dict[int, tuple[int | None, int | None]] = {}
    for row in siblings.values():
        for before, topic_id, after in zip([None, *row], row, [*row[1:], None], strict=False):
            found[topic_id or 0] = (before, after)
    return found


def _desks_by_topic(names: Catalogue) -> dict[int, list[int]]:
    done_by: dict[int, list[int]] = {}
    for desk in names.desks.values():
        for topic_id in desk.speeds:
            done_by.setdefault(topic_id, []).append(desk.id)
    return done_by
