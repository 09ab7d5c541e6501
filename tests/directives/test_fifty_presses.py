"""One order that is submitted by fifty presses at once is one row with one number, whoever issues it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from deskops.accounts.access import cookie_name
from deskops.core import clock, jobs, runtime
from deskops.directives.models import Directive
from deskops.followup.models import Referral
from tests.accounts.signers import PIN
from tests.directives.ordered import Ordering, demand_of, directive
from tests.directives.signing_browser import Official
from tests.fixtures import Browser

PRESSES = 50
TOO_BUSY = 503


def another_tab(app: Flask, official: Official) -> Browser:
    """The same session in a client of its own, since one client takes one request at a time."""
    cookie = official.browser.client.get_cookie(cookie_name())
    assert cookie is not None
    client = app.test_client()
    client.set_cookie(cookie_name(), cookie.value)
    return Browser(client, official.user_id, official.browser.headers)


def at_once(app: Flask, official: Official, path: str, fields: dict[str, str]) -> list[tuple[int, str]]:
    """Status and address of each answer; what was too busy presses again, as people do."""
    together = Barrier(PRESSES)

    def press() -> tuple[int, str]:
        tab = another_tab(app, official)
        together.wait()
        for _try in range(20):
            answer = tab.post(official.path(path), data=fields)
            if answer.status_code != TOO_BUSY:
                break
        return answer.status_code, answer.location or ""

    with ThreadPoolExecutor(PRESSES) as pool:
        return [each.result() for each in [pool.submit(press) for _press in range(PRESSES)]]


@pytest.mark.timeout(120)
def test_fifty_presses_are_one_order_with_one_number(
    app: Flask, giving: Ordering, official: Official
) -> None:
    about = demand_of(giving.trip)
    fields = {"kind": "refer", "text": "بررسی شود.", "days": "10", "pin": PIN, "idempotency_key": "fifty"}
    fields["agency_ids"] = str(giving.agencies["office"])
    answers = at_once(app, official, f"/demands/{about}/directives", fields)
    assert {status for status, _ in answers} == {303}
    assert len({address for _, address in answers}) == 1
    clock.advance(seconds=11)
    while jobs.run_due():
        pass
    with runtime.current().database.reading() as session:
        assert session.scalars(select(Directive.number)).all() == [1]
        assert session.execute(select(func.count()).select_from(Referral)).scalar_one() == 1
    changed = fields | {"text": "چیز دیگر"}
    assert official.post(f"/demands/{about}/directives", **changed).status_code == 422


@pytest.mark.timeout(120)
def test_the_phone_and_the_worker_number_it_once(app: Flask, giving: Ordering, official: Official) -> None:
    signed = official.ordered(demand_of(giving.trip), agency_ids=str(giving.agencies["office"]))
    clock.advance(seconds=11)
    with ThreadPoolExecutor(1) as worker:
        due = worker.submit(lambda: [None for _ in iter(jobs.run_due, 0)])
        at_once(app, official, f"/directives/{signed}/issue", {})
        due.result()
    assert directive(signed).number == 1
    with runtime.current().database.reading() as session:
        assert session.execute(select(func.count()).select_from(Referral)).scalar_one() == 1
