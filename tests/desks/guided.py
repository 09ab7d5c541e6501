"""The first step of the guided set-up, for tests of its pages."""

from typing import Any

from tests.fixtures import Browser


def begin(browser: Browser, **form: Any) -> str:
    """The address of the pages of a set-up that was just begun."""
    answer = browser.post("/trips/new", data={"start": "template", "kind": "trip"} | form)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"]).rpartition("/")[0]
