"""What takes the processor for long is done elsewhere, and long loops let others have their turn."""

import os
import time

import pytest

from deskops.core import aside as asides
from deskops.core.aside import TooLong, aside
from deskops.core.i18n import lang, using_language
from deskops.core.pacing import PART, paced, parts
from deskops.core.tables import Sheet, TableRefused, read_table


def test_another_process_works_it_out() -> None:
    assert aside(os.getpid) != os.getpid()
    assert aside(read_table, b"a,b\n1,2\n") == Sheet(("a", "b"), {2: ("1", "2")})


@pytest.mark.parametrize("language", ["fa", "en"])
def test_it_speaks_the_language_of_whoever_asks(language: str) -> None:
    with using_language(language):
        assert aside(lang) == language


def test_a_refusal_comes_back_with_its_words() -> None:
    with using_language("en"), pytest.raises(TableRefused) as refused:
        aside(read_table, b"a,b\n")
    assert refused.value.text().startswith("The table is empty.")


def test_what_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asides, "SECONDS", 0.5)
    with pytest.raises(TooLong):
        aside(time.sleep, 30)


def test_a_process_that_dies_is_told() -> None:
    with pytest.raises(TooLong):
        aside(os._exit, 3)


def test_a_paced_loop_has_every_item_and_lets_others_run(monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[float] = []
    moments = iter(range(100))
    monkeypatch.setattr("deskops.core.pacing.time.perf_counter", lambda: next(moments))
    monkeypatch.setattr("deskops.core.pacing.time.sleep", turns.append)
    assert list(paced("abc")) == ["a", "b", "c"]
    assert turns == [0, 0, 0]


def test_parts_have_all_items_in_order() -> None:
    items = list(range(2 * PART + 1))
    found = list(parts(items))
    assert [len(part) for part in found] == [PART, PART, 1]
    assert [item for part in found for item in part] == items
    assert list(parts([])) == []
