"""The page and the API on which limits of authority are written down, lent and revoked."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from deskops.accounts import services as accounts
from deskops.accounts.access import forget_recognised
from deskops.accounts.actor import SYSTEM, Actor
from deskops.core import clock, runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.directives.models import Authority
from deskops.directives.queries.authorities import AuthorityLine, authority_lines
from tests.directives.ordered import Ordering, official
from tests.fixtures import Browser, Join, browser_of


@pytest.fixture
def deputy(giving: Ordering) -> Actor:
    return official(giving.trip, "deputy", giving.agencies["ministry"], name="معاون آزمون")


@pytest.fixture
def coordinator(giving: Ordering, sign_in: Join) -> Browser:
    return sign_in("coordinator", trip_id=giving.trip.id)


def browser(app: Flask, who: Actor) -> Browser:
    with unit_of_work(SYSTEM) as uow:
        opened = accounts.open_session(uow, who.user_id or 0, "test", "pytest", 8)
    forget_recognised()
    return browser_of(app, opened.token, who.user_id or 0)


def page(giving: Ordering) -> str:
    return f"/trips/{giving.trip.id}/directives/authorities"


def api(giving: Ordering, path: str = "authorities") -> str:
    return f"/api/v1/trips/{giving.trip.id}/{path}"


def lines(giving: Ordering, *, over: bool = False) -> list[AuthorityLine]:
    with runtime.current().database.reading() as session:
        found = authority_lines(session, giving.trip.id, clock.now(), over=over)
        session.expunge_all()
    return found


def filled(deputy: Actor, giving: Ordering, **more: object) -> dict[str, object]:
    asked = {
        "form": "set",
        "official_id": deputy.user_id,
        "scope": "these",
        "money": "up_to",
        "tomans": "۱۵ میلیون",
    }
    return asked | {"agency_ids": [giving.agencies["bank"]], "reason": "ابلاغ ۱۲"} | more


def test_a_coordinator_writes_an_authority_down_and_revokes_it(
    giving: Ordering, deputy: Actor, coordinator: Browser
) -> None:
    given = filled(deputy, giving, superior_id=giving.official.user_id, until="1405/09/30")
    answer = coordinator.post(page(giving), data=given)
    assert answer.status_code == 303
    [line] = lines(giving)
    assert (line.row.most_rials, line.agency_ids) == (150_000_000, {giving.agencies["bank"]})
    assert (line.row.superior_id, line.row.reason) == (giving.official.user_id, "ابلاغ ۱۲")
    # the day is counted in
    assert line.row.ends_at == datetime(2026, 12, 21, 20, 30, tzinfo=UTC)
    shown = coordinator.get(page(giving)).text
    assert "۱۵٬۰۰۰٬۰۰۰ تومان" in shown
    assert "ابلاغ ۱۲" in shown
    assert coordinator.post(f"{page(giving)}/{line.row.id}/revoke", data={}).status_code == 303
    assert lines(giving) == []
    assert "ابلاغ ۱۲" not in coordinator.get(page(giving)).text.split("<details")[0]


def test_revoking_twice_changes_nothing_and_says_so(
    giving: Ordering, deputy: Actor, coordinator: Browser
) -> None:
    coordinator.post(page(giving), data=filled(deputy, giving))
    [line] = lines(giving)
    for _twice in range(2):
        assert coordinator.post(f"{page(giving)}/{line.row.id}/revoke", data={}).status_code == 303
    [over] = lines(giving, over=True)
    assert over.row.version == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"agency_ids": []}, "دستگاه‌ها را انتخاب کنید"),
        ({"tomans": ""}, "مبلغ را به تومان"),
        ({"tomans": "زیاد"}, "مبلغ را به تومان"),
        ({"until": "دیروز"}, "تاریخ"),
        ({"until": "1405/08/01"}, "پایان"),
        ({"official_id": "999"}, "مقام"),
        ({"scope": "some"}, "فهرست"),
    ],
)
def test_what_does_not_fit_is_said_beside_what_was_typed(
    giving: Ordering, deputy: Actor, coordinator: Browser, wrong: dict[str, object], words: str
) -> None:
    answer = coordinator.post(page(giving), data=filled(deputy, giving, **wrong))
    assert answer.status_code == 422
    assert words in answer.text
    assert "ابلاغ ۱۲" in answer.text
    assert lines(giving) == []


def test_an_official_sees_their_own_and_nobody_elses(
    app: Flask, giving: Ordering, deputy: Actor, coordinator: Browser
) -> None:
    coordinator.post(page(giving), data=filled(deputy, giving))
    assert "ابلاغ ۱۲" in browser(app, deputy).get(page(giving)).text
    other = browser(app, giving.official)
    assert "ابلاغ ۱۲" not in other.get(page(giving)).text
    assert other.get(api(giving)).json == {"authorities": []}
    assert other.post(page(giving), data=filled(deputy, giving)).status_code == 403


def test_an_official_delegates_for_hours_and_revokes_it(app: Flask, giving: Ordering, deputy: Actor) -> None:
    lender = browser(app, giving.official)
    asked = filled(deputy, giving, form="lend", length="۴", unit="hours", reason="در نشست")
    answer = lender.post(f"/trips/{giving.trip.id}/directives/delegations", data=asked)
    assert answer.status_code == 303
    [line] = lines(giving)
    assert (line.row.delegated_by, line.row.ends_at) == (
        giving.official.user_id,
        datetime(2026, 11, 22, 12, 30, tzinfo=UTC),
    )
    assert "در نشست" in lender.get(page(giving)).text
    borrower = browser(app, deputy)
    assert "مقام آزمون" in borrower.get(page(giving)).text
    revoke = f"{page(giving)}/{line.row.id}/revoke"
    assert borrower.post(revoke, data={}).status_code == 404
    assert lender.post(revoke, data={}).status_code == 303
    assert lines(giving) == []


def test_more_than_ones_own_is_refused_on_the_page(app: Flask, giving: Ordering, deputy: Actor) -> None:
    asked = filled(giving.official, giving, form="lend", length="2", unit="days", reason="سفر")
    answer = browser(app, deputy).post(f"/trips/{giving.trip.id}/directives/delegations", data=asked)
    assert answer.status_code == 422
    assert "اختیار" in answer.text


def test_the_api_does_the_same(app: Flask, giving: Ordering, deputy: Actor, coordinator: Browser) -> None:
    body = {"official_id": deputy.user_id, "scope": "every", "money": "any", "since": "2026-11-23"}
    made = coordinator.post(api(giving), json=body)
    assert made.status_code == 201
    [line] = coordinator.get(api(giving)).json["authorities"]
    assert (line["id"], line["every_agency"], line["most_rials"]) == (made.json["id"], True, None)
    assert line["starts_at"] == "2026-11-22T20:30:00+00:00"
    lender = browser(app, giving.official)
    lent = {"official_id": deputy.user_id, "scope": "none", "length": 1, "unit": "days", "reason": "سفر"}
    delegated = lender.post(api(giving, "delegations"), json=lent)
    assert delegated.status_code == 201
    assert [one["id"] for one in lender.get(api(giving)).json["authorities"]] == [delegated.json["id"]]
    for made_id in (made.json["id"], delegated.json["id"]):
        assert coordinator.post(api(giving, f"authorities/{made_id}/revoke"), json={}).status_code == 200
    again = coordinator.post(api(giving, f"authorities/{made.json['id']}/revoke"), json={})
    assert (again.status_code, again.json["error"]["code"]) == (409, "directive_moved")


def test_a_repeated_press_writes_one_line(giving: Ordering, deputy: Actor, coordinator: Browser) -> None:
    given = filled(deputy, giving, idempotency_key="once")
    for _press in range(2):
        assert coordinator.post(page(giving), data=given).status_code == 303
    with runtime.current().database.reading() as session:
        assert session.query(Authority).count() == 1


def test_without_a_line_the_page_says_what_the_rank_gives(
    app: Flask, giving: Ordering, deputy: Actor
) -> None:
    shown = browser(app, deputy).get(page(giving)).text
    assert "دستگاه ministry" in shown
