"""Skipping for want of a service, in words that `tests/ci_skips.py` recognises."""

from typing import NoReturn

import pytest

MISSING = "missing service: "


def skip_for(reason: object) -> NoReturn:
    """Skip the running test because a service isn't there."""
    pytest.skip(f"{MISSING}{reason}")
