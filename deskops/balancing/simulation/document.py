"""A JSON document whose faults can be named with their line."""

import json
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Path = tuple[str | int, ...]

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+|\n')
_MISSING = object()
_LARGEST = 1e9
_SHARES_OFF = 0.01
"""Shares that should make 1 may be rounded; by more than this they are a fault."""


class Fault(NamedTuple):
    """What is wrong in which line of a file."""

    line: int
    words: str


class FaultyInputError(ValueError):
    """A file that isn't played; `faults` names everything that is wrong with it, by line."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(set(faults))
        super().__init__("\n".join(f"line {fault.line}: {fault.words}" for fault in self.faults))


class Part:
    """A value of a document with its place there. Every fault is noted, and something harmless returned in its place, so
    that reading goes on; `Part.faults` is shared by all parts of a document.
    """

    def __init__(self, value: Any, path: Path, lines: Mapping[Path, int], faults: list[Fault]) -> None:
        self.value = value
        self.path = path
        self.faults = faults
        self._lines = lines

    def fault(self, words: str) -> None:
        """Note what is wrong with this value."""
        path = self.path
        while path not in self._lines:
            path = path[:-1]
        self.faults.append(Fault(self._lines[path], f"{self.name}: {words}"))

    @property
    def name(self) -> str:
        """As a person would point at it: `desks[3].speed`."""
        steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)
        return "".join(steps).lstrip(".") or "the scenario"

    @property
    def absent(self) -> bool:
        """Whether it stands for a field that isn't there, which was said already."""
        return self.value is _MISSING

    def only(self, *known: str) -> None:
        """Fields by other names are faults."""
        for name in self._fields():
            if name not in known:
                self._at(name).fault("unknown field")

    def has(self, name: str) -> bool:
        """Whether the field is there and isn't null."""
        return self._fields().get(name) is not None

    def part(self, name: str) -> "Part":
        """A field that must be there; null stands in its place if it isn't."""
        if name not in self._fields():
            if isinstance(self.value, dict):
                self.fault(f"the field {name} is missing")
            return Part(_MISSING, (*self.path, name), self._lines, self.faults)
        return self._at(name)

    def items(self) -> Iterator["Part"]:
        """The values of a list."""
        if self.absent:
            return
        if not isinstance(self.value, list):
            self.fault("must be a list")
            return
        for index, value in enumerate(self.value):
            yield Part(value, (*self.path, index), self._lines, self.faults)

    def fields(self) -> Iterator[tuple[str, "Part"]]:
        """The fields of an object that may have any."""
        for name in self._fields():
            yield name, self._at(name)

    def number(self, least: float = -_LARGEST, most: float = _LARGEST) -> float:
        if self.absent:
            return max(least, 0.0)
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            self.fault(f"must be a number, not {_shown(self.value)}")
            return max(least, 0.0)
        if not least <= self.value <= most:
            self.fault(f"must be {_bounds(least, most)}, not {self.value}")
            return max(least, 0.0)
        return float(self.value)

    def above_zero(self) -> float:
        number = self.number(0.0)
        if number == 0.0 and self.value == 0:
            self.fault("must be above 0")
        return number or 1.0

    def whole(self, least: int = 0) -> int:
        number = self.number(least)
        if number != int(number):
            self.fault(f"must be a whole number, not {self.value}")
        return int(number)

    def one_of(self, known: Container[int], what: str) -> int:
        """The id of something that is there."""
        number = self.whole()
        if number not in known:
            self.fault(f"there is no {what} {number}")
        return number

    def flag(self) -> bool:
        if not self.absent and not isinstance(self.value, bool):
            self.fault(f"must be true or false, not {_shown(self.value)}")
        return self.value is True

    def text(self) -> str:
        if isinstance(self.value, str):
            return self.value
        if not self.absent:
            self.fault(f"must be a text, not {_shown(self.value)}")
        return ""

    def clock(self, latest: int = 24 * 60 - 1) -> int:
        """A time of day such as "08:00", in minutes from midnight."""
        text = self.text()
        match = re.fullmatch(r"(\d\d):([0-5]\d)", text, re.ASCII)
        minute = int(match[1]) * 60 + int(match[2]) if match else latest + 1
        if minute <= latest:
            return minute
        if text or self.value == "":
            self.fault(f"{_shown(text)} is no time of day such as 08:00")
        return 0

    def _fields(self) -> dict[str, Any]:
        if isinstance(self.value, dict):
            return self.value
        if not self.absent:
            self.fault("must be an object with fields")
            # Said once: from here on it counts as absent.
            self.value = _MISSING
        return {}

    def _at(self, name: str) -> "Part":
        return Part(self.value[name], (*self.path, name), self._lines, self.faults)


def made_one(part: Part, shares: Sequence[float]) -> list[float]:
    """Shares that sum to 1, or nearly so and then brought to it."""
    total = sum(shares)
    if part.absent:
        return list(shares)
    if abs(total - 1.0) > _SHARES_OFF:
        part.fault(f"the shares sum to {total:g}, not to 1")
        return list(shares)
    return [share / total for share in shares]


def parse(text: str) -> Part:
    """The document. Raises FaultyInputError where it is no JSON, or says something twice."""
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        said = "the file ends too early" if error.pos >= len(text.rstrip()) else f"no JSON: {error.msg}"
        raise FaultyInputError([Fault(error.lineno, said)]) from error
    except (ValueError, RecursionError) as error:
        raise FaultyInputError([Fault(1, f"no JSON that can be read: {error}")]) from error
    lines, faults = _lines_of(text)
    return Part(value, (), lines, faults)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _lines_of(text: str) -> tuple[dict[Path, int], list[Fault]]:
    """Where each value of a valid document begins, and fields given twice."""
    lines: dict[Path, int] = {}
    faults: list[Fault] = []
    path: list[str | int] = []
    line = 1
    before_colon = False
    for token in _TOKEN.findall(text):
        if token == "\n":
            line += 1
        elif token == ",":
            _step(path)
            before_colon = bool(path) and isinstance(path[-1], str)
        elif token in "}]":
            path.pop()
            before_colon = False
        elif token == ":":
            before_colon = False
        elif before_colon:
            path[-1] = json.loads(token)
            if tuple(path) in lines:
                faults.append(Fault(line, f"{path[-1]} is given twice"))
            lines[tuple(path)] = line
        else:
            lines.setdefault(tuple(path), line)
            if token in "{[":
                path.append("" if token == "{" else 0)
                before_colon = token == "{"
    return lines, faults


def _step(path: list[str | int]) -> None:
    if isinstance(path[-1], int):
        path[-1] += 1


def _bounds(least: float, most: float) -> str:
    if most == _LARGEST:
        return f"{least:g} or more"
    return f"from {least:g} to {most:g}"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else text[:39] + "…"
