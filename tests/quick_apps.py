"""Pytest plugin: a test's application is its own, but what comes out the same each time is worked out once a process.

Templates are compiled once, and so are the functions that build addresses. Without it, both take more than half of the
processor time of the suite.
"""

from collections.abc import Callable
from types import CodeType
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


class CompiledTemplates(BytecodeCache):
    """Templates' code by name and content, for every environment of the process."""

    def __init__(self) -> None:
        self.code: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Nothing where the template was changed since."""
        bucket.code = self.code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        if bucket.code is not None:
            self.code[bucket.key, bucket.checksum] = bucket.code


Builder = Callable[..., tuple[str, str]]
_builders: dict[Any, Builder] = {}
_compile_builder = Rule._compile_builder


def _compiled_once(rule: Rule, append_unknown: bool = True) -> Builder:
    """A builder depends on the rule's parts and defaults alone; it is bound to its rule by whoever asks."""
    key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": CompiledTemplates()}
Rule._compile_builder = _compiled_once  # type: ignore[method-assign]
