"""Idempotency, numbers, files, jobs and messages."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from deskops.accounts.actor import SYSTEM
from deskops.core import clock, files, idempotency, jobs, messages, numbers, runtime
from deskops.core.errors import KeyReused, NotFound
from deskops.core.idempotency import Answer, Request
from deskops.core.unit_of_work import unit_of_work

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def stopped_clock(app: Flask) -> None:
    clock.freeze(NOON)


def asked(body: Any = "a", key: str = "k", actor: str = "user:1", route: str = "POST /x") -> Request:
    return Request(actor, route, key, body)


def keep(request: Request, answer: Answer) -> None:
    with unit_of_work(SYSTEM) as uow:
        idempotency.keep(uow.session, request, answer, uow.now)


def find(request: Request) -> Answer | None:
    with unit_of_work(SYSTEM) as uow:
        return idempotency.find(uow.session, request)


def test_the_same_key_gives_the_first_answer_again() -> None:
    keep(asked(), Answer(201, {"id": 7}))
    assert find(asked()) == Answer(201, {"id": 7}, replayed=True)


def test_a_changed_body_under_the_same_key_is_refused() -> None:
    keep(asked(), Answer(201, {}))
    with pytest.raises(KeyReused):
        find(asked(body="b"))


@pytest.mark.parametrize("other", [asked(key="l"), asked(actor="user:2"), asked(route="POST /y")])
def test_keys_of_others_and_of_other_routes_are_apart(other: Request) -> None:
    keep(asked(), Answer(201, {}))
    assert find(other) is None


def test_numbers_run_without_gaps_under_each_name() -> None:
    with unit_of_work(SYSTEM) as uow:
        taken = [numbers.take(uow.session, name) for name in ("a", "a", "b", "a")]
        assert taken == [1, 2, 1, 3]
        assert numbers.take(uow.session, "a", 10) == 13


def test_a_number_of_a_rolled_back_transaction_is_given_again() -> None:
    with pytest.raises(RuntimeError), unit_of_work(SYSTEM) as uow:
        numbers.take(uow.session, "a")
        raise RuntimeError
    with unit_of_work(SYSTEM) as uow:
        assert numbers.take(uow.session, "a") == 1


def store(content: bytes) -> str:
    with unit_of_work(SYSTEM) as uow:
        return files.store(uow.session, runtime.current().settings.data_dir, content, "text/plain", uow.now)


def test_a_file_is_stored_once_under_its_hash() -> None:
    assert store(b"letter") == store(b"letter")
    data_dir = runtime.current().settings.data_dir
    assert files.read(data_dir, store(b"letter")) == b"letter"
    assert len([path for path in (data_dir / "files").rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("digest", ["0" * 64, "../../etc/passwd", "G" * 64, ""])
def test_a_hash_that_is_none_finds_nothing(digest: str, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        files.read(tmp_path, digest)


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the handler "test.work" was given; it fails where asked to."""
    seen: list[dict[str, Any]] = []

    def work(payload: dict[str, Any]) -> None:
        seen.append(payload)
        if payload.get("fail"):
            raise RuntimeError("no")

    monkeypatch.setitem(jobs.handlers, "test.work", work)
    return seen


def add(payload: dict[str, Any], *, later: timedelta = timedelta(), key: str | None = None) -> None:
    with unit_of_work(SYSTEM) as uow:
        jobs.add(uow.session, "test.work", payload, uow.now + later, key)


def test_a_job_runs_once_when_it_is_due(done: list[dict[str, Any]]) -> None:
    add({"n": 1}, later=timedelta(minutes=5))
    assert jobs.run_due() == 0
    clock.advance(minutes=5)
    assert (jobs.run_due(), jobs.run_due()) == (1, 0)
    assert done == [{"n": 1}]


def test_a_second_job_under_the_same_key_is_dropped(done: list[dict[str, Any]]) -> None:
    add({"n": 1}, key="once")
    add({"n": 2}, key="once")
    jobs.run_due()
    assert done == [{"n": 1}]


def test_a_job_in_one_hand_is_in_no_other_until_its_lease_ends(done: list[dict[str, Any]]) -> None:
    add({"n": 1})
    assert len(jobs.lease()) == 1
    assert jobs.lease() == []
    clock.advance(seconds=61)
    assert len(jobs.lease()) == 1


def test_a_job_that_fails_is_tried_again_later_and_given_up_in_the_end(done: list[dict[str, Any]]) -> None:
    add({"fail": True})
    assert jobs.run_due() == 1
    assert jobs.run_due() == 0
    for _ in range(20):
        clock.advance(minutes=11)
        jobs.run_due()
    assert len(done) == jobs.MAX_ATTEMPTS
    with runtime.current().database.reading() as session:
        (job,) = session.scalars(select(jobs.Job)).all()
        assert job.done_at is not None
        assert "no" in (job.error or "")


def test_a_standing_job_comes_round_again(
    done: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "schedules", {"test.work": timedelta(seconds=10)})
    jobs.ensure_schedules(clock.now())
    jobs.ensure_schedules(clock.now())
    assert (jobs.run_due(), jobs.run_due()) == (1, 0)
    clock.advance(seconds=10)
    assert jobs.run_due() == 1


def send(text: str, key: str) -> None:
    with unit_of_work(SYSTEM) as uow:
        messages.queue(
            uow.session,
            trip_id=None,
            channel="sms",
            address="09500000000",
            text=text,
            once_key=key,
            now=uow.now,
        )


def sent() -> list[str]:
    path = runtime.current().settings.data_dir / "messages.jsonl"
    return (
        [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
        if path.exists()
        else []
    )


def test_a_message_is_sent_once() -> None:
    send("نوبت شما", "one")
    send("نوبت شما", "one")
    messages.send_due({})
    messages.send_due({})
    assert sent() == ["نوبت شما"]


def test_a_message_of_a_rolled_back_change_is_never_sent() -> None:
    with pytest.raises(RuntimeError), unit_of_work(SYSTEM) as uow:
        messages.queue(
            uow.session, trip_id=None, channel="sms", address="0", text="x", once_key="k", now=uow.now
        )
        raise RuntimeError
    messages.send_due({})
    assert sent() == []


def test_a_message_that_fails_is_tried_again_and_shown_as_failed_in_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_message: dict[str, Any]) -> None:
        raise OSError("gateway")

    monkeypatch.setitem(messages.BACKENDS, "file", refuse)
    send("x", "one")
    for _ in range(10):
        messages.send_due({})
        clock.advance(hours=2)
    with runtime.current().database.reading() as session:
        (message,) = session.scalars(select(messages.Message)).all()
    assert (message.state, message.attempts) == ("failed", messages.MAX_ATTEMPTS)
    assert "gateway" in (message.error or "")
