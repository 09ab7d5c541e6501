"""The sample set-up that ships with deskops: a province's agencies, the airport hall and the call headquarters."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from deskops.desks.document import Setup, read_setup


@cache
def province() -> Setup:
    """34 agencies' desks in their own buildings, a hall of many counters, and the headquarters; read once."""
    return read_setup(files(__package__).joinpath("template_province.toml").read_text(encoding="utf-8"))
