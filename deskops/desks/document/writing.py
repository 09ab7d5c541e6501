"""A set-up written down: one record a line, keys in one order, what goes without saying left out. The same set-up always
gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from typing import Any

from deskops.desks.document.clock import clock_of_minutes
from deskops.desks.document.records import Setup

_CLOCKS = frozenset({"opens", "closes"})
# Always there, so that a file that ends too early is known by what is missing.
_ALWAYS = ("agencies", "sites", "topics", "desks")
_HEADINGS = {
    "hours": "Days count from the trip's first day: 0 is that day, -1 the day before.",
    "agencies": "parent: the agency above.",
    "walks": "Sites between which people can be asked to walk.",
    "topics": "assignable = false: a branch of the tree, which no demand is put on.",
    "cards": "What staff tell people about a topic; good_until: the last day on which it is sure to hold.",
    "desks": "speeds: service takes the topic's minutes times this; 1.0 is a desk's own topic, one not named isn't served."
    " need: the staff that it needs; supervisors are some of the minimum.",
}
_HEAD = "# The set-up of a trip. One record a line; codes are stable keys."


def write_setup(setup: Setup) -> str:
    """As TOML that `read_setup` reads back to an equal set-up."""
    lines = [_HEAD]
    for key, value in _said(setup):
        if isinstance(value, tuple):
            lines += ["", *([f"# {_HEADINGS[key]}"] if key in _HEADINGS else []), f"{key} = ["]
            lines += [f"  {_inline(record)}," for record in value]
            lines.append("]")
        else:
            lines.append(f"{key} = {_value(key, value)}")
    return "\n".join(lines) + "\n"


def setup_as_json(setup: Setup) -> dict[str, Any]:
    """JSON-able, with the same keys; `setup_from_json` reads it back."""
    return {name: _plain(value, name) for name, value in _said(setup)}


def _said(record: Any) -> Iterator[tuple[str, Any]]:
    """The fields of a record that say something."""
    for field in fields(record):
        value = getattr(record, field.name)
        if (isinstance(record, Setup) and field.name in _ALWAYS) or not _is_default(field, value):
            yield field.name, value


def _is_default(field: Field[Any], value: Any) -> bool:
    return value is None if field.default is MISSING else bool(value == field.default)


def _inline(record: Any) -> str:
    return "{ " + ", ".join(f"{key} = {_value(key, value)}" for key, value in _said(record)) + " }"


def _value(key: str, value: Any) -> str:
    if key in _CLOCKS:
        return _text(clock_of_minutes(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return repr(value)
    return _text(value) if isinstance(value, str) else _several(key, value)


def _several(key: str, value: Any) -> str:
    if is_dataclass(value):
        return _inline(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(name)} = {_value(key, one)}" for name, one in value.items()) + " }"
    return "[" + ", ".join(_value(key, one) for one in value) + "]"


def _key(name: str) -> str:
    bare = name.replace("_", "").replace("-", "")
    return name if bare.isascii() and bare.isalnum() else _text(name)


def _text(value: str) -> str:
    # JSON's escapes are TOML's, but for DEL, which TOML wants escaped and no cleaned text holds.
    return json.dumps(value, ensure_ascii=False)


def _plain(value: Any, key: str = "") -> Any:
    if is_dataclass(value):
        return {name: _plain(one, name) for name, one in _said(value)}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if key in _CLOCKS:
        return clock_of_minutes(value)
    return value.isoformat() if isinstance(value, date) else value
