"""Chromium and the real server, for the tests that look at pages."""

from collections.abc import Iterator

import pytest
from flask import Flask

from deskops.core.config import Settings
from tests.e2e.conftest import browser
from tests.infra.servers import Running
from tests.live.real import serving

__all__ = ["browser", "server"]


@pytest.fixture
def server(app: Flask, settings: Settings) -> Iterator[Running]:
    """The server on the test's database."""
    with serving(settings) as started:
        yield started
