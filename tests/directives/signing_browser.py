"""An official with a PIN, in a browser of their own, who gives orders by the pages."""

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask

from deskops.accounts import services as accounts
from deskops.accounts.access import forget_recognised
from deskops.accounts.actor import SYSTEM, Grant
from deskops.core.unit_of_work import unit_of_work
from tests.accounts.signers import PIN, give_pin
from tests.fixtures import Browser, browser_of
from tests.small_trip import SmallTrip


@dataclass
class Official:
    """`rank` governor unless told otherwise: they may order every agency."""

    browser: Browser
    trip: SmallTrip

    @property
    def user_id(self) -> int:
        assert self.browser.user_id is not None
        return self.browser.user_id

    def path(self, rest: str) -> str:
        return f"/trips/{self.trip.id}{rest}"

    def get(self, rest: str) -> Any:
        return self.browser.get(self.path(rest))

    def post(self, rest: str, **fields: Any) -> Any:
        return self.browser.post(self.path(rest), data=fields)

    def order(self, demand_id: int, key: str = "", **fields: Any) -> Any:
        """Refer to agencies within ten days, unless told otherwise."""
        asked: dict[str, Any] = {"kind": "refer", "text": "بررسی شود.", "days": "۱۰", "pin": PIN}
        asked |= {"idempotency_key": key} if key else {}
        return self.post(f"/demands/{demand_id}/directives", **(asked | fields))

    def ordered(self, demand_id: int, **fields: Any) -> int:
        """The id of the order that was signed."""
        answer = self.order(demand_id, **fields)
        assert answer.status_code == 303, answer.text
        return int(re.search(r"/directives/(\d+)$", answer.location)[1])  # type: ignore[index]


def official_in(
    app: Flask,
    trip: SmallTrip,
    *,
    rank: str = "governor",
    agency_id: int | None = None,
    desk_id: int | None = None,
    name: str = "مقام نمونه",
) -> Official:
    with unit_of_work(SYSTEM) as uow:
        grant = Grant("official", trip.id, desk_id, agency_id=agency_id, rank=rank)
        user_id = accounts.create_user(uow, name=name, grants=[grant])
        opened = accounts.open_session(uow, user_id, "link", "Chrome · Android", 8)
    give_pin(user_id)
    forget_recognised()
    return Official(browser_of(app, opened.token, user_id), trip)
