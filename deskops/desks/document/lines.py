"""Where the records of a TOML file stand: its reader tells no lines, and whoever mends a file needs them."""

from __future__ import annotations

import re
from collections import defaultdict

Place = tuple[str | int, ...]

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*'
    r"|^[ \t]*\[\[[ \t]*[\w-]+[ \t]*\]\]|\n|[\[\]{}=]|[\w-]+",
    re.DOTALL | re.MULTILINE,
)


def lines_of_records(text: str) -> dict[Place, int]:
    """Line numbers by place: `("desks",)`, `("desks", 3)`, `("desks", 3, "site")`; the records as `[[desks]]` blocks or
    as `desks = [{ … }, …]`.
    """
    return _Places().read(text)


class _Places:
    def __init__(self) -> None:
        self.lines: dict[Place, int] = {}
        self.counts: defaultdict[str, int] = defaultdict(int)
        self.section = ""  # of the record that is being read
        self.block = ""  # the `[[…]]` above, if any
        self.depth = 0
        self.word, self.word_line = "", 1

    def read(self, text: str) -> dict[Place, int]:
        line = 1
        for found in _TOKEN.finditer(text):
            token = found[0]
            self._take(token, line)
            line += token.count("\n")
        return self.lines

    def _take(self, token: str, line: int) -> None:
        if self.depth == 0 and token.lstrip().startswith("[["):
            self._begin_block(token.strip(" \t[]"), line)
        elif token == "=":
            self._name_key(self.word, self.word_line)
        elif token in "[{":
            self.depth += 1
            if token == "{" and self.depth == 2 and not self.block:
                self._begin_record(self.section, line)
        elif token in "]}":
            self.depth = max(0, self.depth - 1)
        elif token != "\n" and not token.startswith("#"):
            self.word, self.word_line = token.strip("\"'"), line

    def _begin_block(self, name: str, line: int) -> None:
        self.block = self.section = name
        self._begin_record(name, line)

    def _begin_record(self, section: str, line: int) -> None:
        self.lines[section, self.counts[section]] = line
        self.counts[section] += 1

    def _name_key(self, key: str, line: int) -> None:
        if self.depth == 0 and not self.block:
            self.section = key
            self.lines[(key,)] = line
        elif self.depth == (0 if self.block else 2):
            self.lines[self.section, self.counts[self.section] - 1, key] = line
