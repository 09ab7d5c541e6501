"""People whom a list of desks names: an official in charge and a head are told apart by their names alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from deskops.core.i18n import lazy as _l
from deskops.core.text import name_form

# How many people are called so, by column and folded name.
Leaders = Mapping[str, Counter[str]]


def newcomers(rows: Iterable[Mapping[str, Any]], leaders: Leaders) -> tuple[str, ...]:
    """The names that nobody has yet, each once, in the order of the file."""
    named = (
        (name, people) for values in rows for key, people in leaders.items() if (name := values.get(key))
    )
    return tuple({name_form(name): name for name, people in named if name_form(name) not in people}.values())


def namesakes(
    values: Mapping[str, Any], before: Mapping[str, Any], leaders: Leaders
) -> Iterator[tuple[str, Any]]:
    """The columns of a row whose name several people have, and the words for it; who stands there already may stay."""
    for key, people in leaders.items():
        name = values.get(key) or ""
        if people[name_form(name)] > 1 and name != before.get(key):
            yield (
                key,
                _l(
                    "Several people are called “%(name)s”. Choose the right one on the desk's page.",
                    name=name,
                ),
            )
