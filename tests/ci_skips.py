"""Pytest plugin: where DESKOPS_CI is set, a test skipped for want of a service counts as failed."""

import os
from collections.abc import Generator

import pytest

from tests.missing import MISSING

SERVICES = ("postgresql", "redis", "e2e")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if os.environ.get("DESKOPS_CI") and report.skipped and _needs_service(item, str(report.longrepr)):
        report.outcome = "failed"
        report.longrepr = f"skipped, which DESKOPS_CI forbids: {report.longrepr}"
    return report


def _needs_service(item: pytest.Item, reason: str) -> bool:
    return MISSING in reason or any(item.get_closest_marker(name) for name in SERVICES)
