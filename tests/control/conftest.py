"""Chromium and the real server, for the tests that look at the wall."""

from tests.public.conftest import browser, server

__all__ = ["browser", "server"]
