"""One browser for all tests in it."""

from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from tests.chromium import chromium
from tests.missing import skip_for
from tests.services import ServiceMissingError


@pytest.fixture(scope="session")
def browser(services_of_session: ExitStack) -> Browser:
    """One browser for the session; a test opens a context of its own: `browser.new_context()`."""
    try:
        return services_of_session.enter_context(chromium())
    except ServiceMissingError as missing:
        skip_for(missing)
