"""A process that stands by: loaded once, asked often, replaced when it ends."""

import os
import socket
import time
from collections.abc import Iterator
from threading import Thread

import pytest

from deskops.core import standby as standbys
from deskops.core.i18n import lang, using_language
from deskops.core.standby import NotInTime, Standby


def nothing() -> None:
    """All that it has to load."""


@pytest.fixture
def helper() -> Iterator[Standby]:
    made = Standby(nothing)
    yield made
    made.end()


def ended(helper: Standby) -> None:
    """Its process is gone, as if nobody had asked for long."""
    pid = helper.pid
    assert pid is not None
    os.kill(pid, 9)
    while helper.pid is not None:
        time.sleep(0.01)


def test_one_process_answers_again_and_again(helper: Standby) -> None:
    first = helper.ask(os.getpid)
    assert first != os.getpid()
    assert helper.ask(os.getpid) == first == helper.pid


def test_it_is_begun_ahead_without_waiting(helper: Standby) -> None:
    assert helper.pid is None
    helper.start()
    begun = helper.pid
    helper.start()
    assert helper.ask(os.getpid) == begun


@pytest.mark.parametrize("language", ["fa", "en"])
def test_it_speaks_the_language_of_whoever_asks(helper: Standby, language: str) -> None:
    with using_language(language):
        assert helper.ask(lang) == language


def test_an_error_comes_back_and_the_process_stays(helper: Standby) -> None:
    with pytest.raises(ValueError, match="a letter"):
        helper.ask(int, "a letter")
    assert helper.ask(len, "abc") == 3


def test_who_asks_after_it_ended_gets_another_one(helper: Standby) -> None:
    first = helper.ask(os.getpid)
    ended(helper)
    assert helper.ask(os.getpid) not in (first, os.getpid())


def test_it_ends_by_itself_when_nobody_asks() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        begun = time.monotonic()
        standbys.serve(theirs, idle_seconds=0.2)
    assert time.monotonic() - begun < 5


def test_it_ends_with_who_began_it() -> None:
    ours, theirs = socket.socketpair()
    ours.close()
    with theirs:
        standbys.serve(theirs, idle_seconds=60)


def test_what_takes_too_long_is_ended_and_said(helper: Standby, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standbys, "SECONDS", 0.5)
    with pytest.raises(NotInTime):
        helper.ask(time.sleep, 30)
    assert helper.pid is None


def test_work_that_kills_its_process_is_tried_twice_and_refused(helper: Standby) -> None:
    with pytest.raises(NotInTime):
        helper.ask(os._exit, 3)


def test_few_wait_for_it_at_once(helper: Standby, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standbys, "MOST_WAITING", 1)
    helper.ask(len, "")
    busy = Thread(target=helper.ask, args=(time.sleep, 1))
    busy.start()
    time.sleep(0.3)
    with pytest.raises(NotInTime):
        helper.ask(len, "")
    busy.join()
    assert helper.ask(len, "ab") == 2


def test_a_long_answer_comes_whole(helper: Standby) -> None:
    assert len(helper.ask(bytes, 3_000_000)) == 3_000_000
