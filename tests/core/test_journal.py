"""The journal: gapless for trips and audiences, sealed row by row."""

from dataclasses import dataclass
from typing import ClassVar

import pytest
from flask import Flask

from deskops.accounts.actor import SYSTEM
from deskops.core import journal, runtime
from deskops.core.events import DomainEvent
from deskops.core.unit_of_work import unit_of_work

KEY = b"j" * 64


@dataclass(frozen=True, kw_only=True)
class BellRung(DomainEvent):
    kind: ClassVar[str] = "bell.rung"
    times: int


@pytest.fixture(autouse=True)
def told(app: Flask) -> list[list[journal.Recorded]]:
    """Even trips' bells are heard in the tower, all of them in the street; what is told is kept."""
    heard: list[list[journal.Recorded]] = []
    current = runtime.current()
    current.audiences_of = lambda event: ("street", "tower") if event.trip_id % 2 == 0 else ("street",)
    current.after_commit[:] = [heard.append]
    return heard


def ring(trip_id: int, *times: int) -> None:
    with unit_of_work(SYSTEM) as uow:
        for number in times:
            uow.record(BellRung(trip_id=trip_id, times=number))


def read(trip_id: int) -> list[tuple[int, int]]:
    with runtime.current().database.reading() as session:
        return [
            (entry.sequence, entry.payload["times"]) for entry in journal.trip_entries(session, trip_id, 0)
        ]


def test_each_trip_has_a_gapless_sequence_of_its_own() -> None:
    ring(1, 10, 11)
    ring(2, 20)
    ring(1, 12)
    assert read(1) == [(1, 10), (2, 11), (3, 12)]
    assert read(2) == [(1, 20)]


def test_each_audience_has_a_gapless_sequence_over_all_trips() -> None:
    ring(1, 10)
    ring(2, 20, 21)
    ring(1, 11)
    with runtime.current().database.reading() as session:
        street = journal.audience_entries(session, "street", 0)
        tower = journal.audience_entries(session, "tower", 1)
        assert journal.audience_head(session, "street") == 4
        assert journal.audience_head(session, "nobody") == 0
    assert [(entry.sequence, entry.payload["times"]) for entry in street] == [
        (1, 10),
        (2, 20),
        (3, 21),
        (4, 11),
    ]
    assert [(entry.sequence, entry.payload["times"]) for entry in tower] == [(2, 21)]


def test_subscribers_are_told_after_the_commit_with_the_numbers(told: list[list[journal.Recorded]]) -> None:
    ring(2, 20, 21)
    (recorded,) = told
    assert [(item.sequence, item.audiences) for item in recorded] == [
        (1, {"street": 1, "tower": 1}),
        (2, {"street": 2, "tower": 2}),
    ]


def test_what_is_rolled_back_leaves_no_row_and_tells_nobody(told: list[list[journal.Recorded]]) -> None:
    with pytest.raises(RuntimeError), unit_of_work(SYSTEM) as uow:
        uow.record(BellRung(trip_id=1, times=1))
        raise RuntimeError
    assert read(1) == []
    assert told == []


def test_a_subscriber_that_fails_breaks_nothing(told: list[list[journal.Recorded]]) -> None:
    def fail(_recorded: list[journal.Recorded]) -> None:
        raise RuntimeError

    runtime.current().after_commit.insert(0, fail)
    ring(1, 1)
    assert read(1) == [(1, 1)]
    assert len(told) == 1


def verified(trip_id: int) -> int | None:
    with runtime.current().database.reading() as session:
        return journal.verify(session, trip_id, KEY)


def tamper(statement: str) -> None:
    with runtime.current().database.writer.begin() as connection:
        connection.exec_driver_sql(statement)


def test_the_chain_holds_while_nobody_touches_it() -> None:
    ring(1, 1, 2, 3)
    assert verified(1) is None


@pytest.mark.parametrize(
    ("damage", "found_at"),
    [
        ("UPDATE journal SET payload = '{\"times\":9}' WHERE sequence = 2", 2),
        ("UPDATE journal SET kind = 'bell.silent' WHERE sequence = 1", 1),
        ("UPDATE journal SET actor_id = 7 WHERE sequence = 3", 3),
        ("DELETE FROM journal WHERE sequence = 2", 2),
    ],
)
def test_an_edited_or_deleted_row_is_found(damage: str, found_at: int) -> None:
    ring(1, 1, 2, 3)
    tamper(damage)
    assert verified(1) == found_at


def test_another_key_does_not_verify() -> None:
    ring(1, 1)
    with runtime.current().database.reading() as session:
        assert journal.verify(session, 1, b"other") == 1


def test_pages_go_on_where_the_last_one_ended() -> None:
    ring(1, *range(7))
    with runtime.current().database.reading() as session:
        first = journal.trip_entries(session, 1, 0, limit=5)
        second = journal.trip_entries(session, 1, first[-1].sequence, limit=5)
    assert [entry.sequence for entry in first + second] == [1, 2, 3, 4, 5, 6, 7]
