"""The code on a letter: genuine, replaced, withdrawn or not ours, and never whom it is about."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask

from deskops.app import create_app
from deskops.core import clock
from deskops.core.config import Settings
from deskops.core.unit_of_work import unit_of_work
from deskops.directives.services import issuing
from tests.directives.ordered import Ordering, demand_of, directive, ordering
from tests.fixtures import Browser
from tests.small_trip import SmallTrip

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
PERSON = {"name": "مهران پنهان‌نام", "phone": "09123456789", "text": "رازی", "county": "اهر"}


@pytest.fixture
def giving(trip: SmallTrip) -> Ordering:
    clock.freeze(NOW)
    return ordering(trip)


def issued(giving: Ordering, **more: object) -> tuple[int, str]:
    """An order, and the address that its letter's code leads to."""
    about = demand_of(giving.trip, **PERSON)
    row = giving.issue(about, text="رسیدگی شود.", copy_ids=(giving.agencies["ministry"],), **more)
    return row.id, f"/l/{row.token}"


def shape(page: str) -> list[str]:
    """The elements of a page, without its words."""
    return re.findall(r"</?([a-z0-9]+)", page)


def test_a_genuine_letter_says_what_to_compare_and_nothing_of_the_person(
    giving: Ordering, anonymous: Browser
) -> None:
    _order, address = issued(giving)
    answer = anonymous.get(address)
    for words in (
        "اصیل و معتبر",
        "۱۴۰۵/۱",
        "یکشنبه ۱ آذر ۱۴۰۵",
        "استاندار",
        "دستگاه office",
        "دستگاه ministry",
    ):
        assert words in answer.text, words
    for hidden in (*PERSON.values(), "رسیدگی شود", "مقام آزمون"):
        assert hidden not in answer.text
    assert answer.headers["Cache-Control"] == "private, max-age=10"
    assert "Set-Cookie" not in answer.headers
    assert "nonce" not in answer.text


def test_a_replaced_letter_names_the_one_in_its_place(giving: Ordering, anonymous: Browser) -> None:
    order, address = issued(giving)
    about = demand_of(giving.trip, **PERSON)
    clock.advance(days=1)
    giving.issue(about, supersedes_id=order)
    shown = anonymous.get(address).text
    assert "جایگزین آن شده است" in shown
    assert "۱۴۰۵/۲" in shown
    assert "دوشنبه ۲ آذر ۱۴۰۵" in shown
    assert "اصیل و معتبر است" not in shown


def test_a_withdrawn_letter_warns(giving: Ordering, anonymous: Browser) -> None:
    order, address = issued(giving)
    with unit_of_work(giving.official) as uow:
        issuing.withdraw(uow, giving.official, giving.trip.id, order, "دلیل محرمانه")
    shown = anonymous.get(address).text
    assert "لغو شده است" in shown
    assert "دلیل محرمانه" not in shown


@pytest.mark.parametrize("forged", ["x", "A" * 32, "A" * 400, "نامه", "1", "' OR 1=1 --", "%2e%2e"])
def test_a_forged_code_gets_one_and_the_same_answer(
    giving: Ordering, anonymous: Browser, forged: str
) -> None:
    unknown, answer = anonymous.get("/l/" + "B" * 32), anonymous.get(f"/l/{forged}")
    assert (answer.status_code, unknown.status_code) == (404, 404)
    assert "اعتماد نکنید" in answer.text
    assert shape(answer.text) == shape(unknown.text)


def test_a_letter_that_is_only_signed_has_no_page(giving: Ordering, anonymous: Browser) -> None:
    giving.sign(demand_of(giving.trip, **PERSON))
    for token in ("", "None", "null"):
        assert anonymous.get(f"/l/{token}").status_code == 404


def test_one_changed_sign_is_another_letter(giving: Ordering, anonymous: Browser) -> None:
    order, address = issued(giving)
    token = directive(order).token or ""
    other = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert anonymous.get(f"/l/{other}").status_code == 404
    assert anonymous.get(f"{address}/").status_code == 404


def test_the_page_speaks_english_too(giving: Ordering, anonymous: Browser) -> None:
    _order, address = issued(giving)
    shown = anonymous.get(f"{address}?lang=en").text
    assert "This letter is genuine" in shown
    assert "Governor" in shown


def test_guessing_is_slowed_down_and_looking_at_ones_own_letter_is_not(
    settings: Settings, giving: Ordering
) -> None:
    _order, address = issued(giving)
    limited: Flask = create_app(replace(settings, limits_enabled=True))
    client = limited.test_client()
    assert {client.get(address).status_code for _ in range(25)} == {200}
    answers = [client.get(f"/l/{number}").status_code for number in range(25)]
    assert answers[0] == 404
    assert answers[-1] == 429
