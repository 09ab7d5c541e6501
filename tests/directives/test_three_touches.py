"""What officials really did in one published session of calls: each is a template that is signed as it fills in."""

from html.parser import HTMLParser

import pytest
from flask import Flask
from sqlalchemy import update

from deskops.accounts.actor import SYSTEM
from deskops.core import clock
from deskops.core.unit_of_work import unit_of_work
from deskops.demands.models import Ticket
from deskops.desks.models import Agency, Desk
from tests.accounts.signers import PIN
from tests.directives.ordered import NOON, Ordering, demand, demand_of, directive, ordering, referrals, wait
from tests.directives.signing_browser import Official, official_in
from tests.small_trip import SmallTrip

# What the person came with, the template that answers it, and the state in which the demand is then.
SESSION = [
    ("زمین صنعتی", "usual-refer", "referred"),
    ("تبریک", "usual-thank", "closed"),
    ("وام بانکی", "usual-bank", "referred"),
    ("پیگیری وام سفر پیشین", "usual-older", "referred"),
    ("زباله کوچه جمع نمی‌شود", "usual-promise", "referred"),
    ("گرفتاری حقوقی", "usual-guidance", "closed"),
    ("گرفتاری حقوقی دیگر", "usual-inspect", "referred"),
    ("انتقال به استان دیگر", "usual-whose", "closed"),
    ("انتقال درون استان", "usual-inspect", "referred"),
    ("وام تولیدی، مدارک ناقص", "usual-documents", "awaiting_citizen"),
    ("درخواست بی‌شرایط", "usual-refuse", "closed"),
]


class OrderForm(HTMLParser):
    """What a browser sends of the form of an order where nothing in it is touched."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._inside = False
        self._text: str | None = None
        self._select: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._inside = self._inside or given.get("id") == "order"
        if not self._inside:
            return
        if tag == "input" and given.get("type") not in ("file", "checkbox") and "name" in given:
            self.fields.append((given["name"], given.get("value", "")))
        elif tag == "input" and given.get("type") == "checkbox" and "checked" in given:
            self.fields.append((given["name"], given["value"]))
        elif tag == "textarea":
            self._text = given["name"]
            self.fields.append((self._text, ""))
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and "selected" in given and self._select:
            self.fields.append((self._select, given["value"]))

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            name, value = self.fields.pop()
            self.fields.append((name, value + data))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = None
        elif tag == "form":
            self._inside = False


@pytest.fixture
def giving(trip: SmallTrip) -> Ordering:
    """Every agency that the usual templates name is there, and the person came to a desk with an agency."""
    clock.freeze(NOON)
    giving = ordering(trip)
    with unit_of_work(SYSTEM) as uow:
        for code in ("inspection", "banks_council", "governor"):
            uow.session.add(Agency(code=code, name_fa=f"دستگاه {code}", name_en=code, version=1))
        uow.session.get_one(Desk, trip.desks["a"]).agency_id = giving.agencies["office"]
    return giving


@pytest.fixture
def official(app: Flask, giving: Ordering) -> Official:
    return official_in(app, giving.trip)


def came_with(giving: Ordering, text: str) -> int:
    about = demand_of(giving.trip, text=text)
    with unit_of_work(SYSTEM) as uow:
        theirs = update(Ticket).where(Ticket.demand_id == about)
        uow.session.execute(theirs.values(desk_id=giving.trip.desks["a"]))
    return about


def signed_as_filled(official: Official, about: int, template: str) -> int:
    form = OrderForm(official.get(f"/demands/{about}/decide?template={template}").text)
    fields: dict[str, list[str]] = {}
    for name, value in form.fields:
        fields.setdefault(name, []).append(value)
    answer = official.post(f"/demands/{about}/directives", **(fields | {"pin": [PIN]}))
    assert answer.status_code == 303, answer.text
    wait()
    return int(answer.location.rsplit("/", 1)[1])


@pytest.mark.parametrize(("text", "template", "state"), SESSION)
def test_each_call_of_a_real_session_is_signed_as_its_template_fills_it(
    giving: Ordering, official: Official, text: str, template: str, state: str
) -> None:
    about = came_with(giving, text)
    signed_as_filled(official, about, template)
    assert demand(about).state == state


def test_the_persons_last_demand_is_the_one_that_is_followed_up(giving: Ordering, official: Official) -> None:
    _oldest, last, about = (came_with(giving, text) for text in ("نخست", "پیشین", "پیگیری"))
    signed_as_filled(official, about, "usual-older")
    assert {row.demand_id for row in referrals()} == {last, about}


def test_two_offices_at_once_are_one_template_of_ones_own(giving: Ordering, official: Official) -> None:
    both = [str(giving.agencies["office"]), str(giving.agencies["bank"])]
    own = {
        "kind": "refer",
        "title": "دو دستگاه",
        "text": "با هم بررسی کنند.",
        "own": "yes",
        "agency_ids": both,
    }
    assert official.post("/directives/templates", **own).status_code == 303
    signed = signed_as_filled(official, came_with(giving, "تولیدکننده"), "1")
    assert directive(signed).template_id == 1
    assert sorted(str(row.agency_id) for row in referrals()) == sorted(both)


def test_a_promise_binds_the_officials_own_office(giving: Ordering, app: Flask) -> None:
    own = giving.agencies["ministry"]
    minister = official_in(app, giving.trip, rank="minister", agency_id=own)
    signed_as_filled(minister, came_with(giving, "دانشگاه"), "usual-promise")
    assert [row.agency_id for row in referrals()] == [own]
