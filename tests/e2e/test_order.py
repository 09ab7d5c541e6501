"""An order on a phone: three touches from a waiting demand to a number, calling back, cut connections, no script."""

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from deskops.accounts import services as accounts
from deskops.accounts.actor import SYSTEM, Grant
from deskops.core import jobs, runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.directives.models import Directive
from tests.accounts.signers import PIN, give_pin
from tests.directives.ordered import Ordering, demand_of, ordering
from tests.e2e.stage import Stage, staged
from tests.e2e.steps import open_counter, register
from tests.e2e.test_every_page import PHONE, faults

pytestmark = pytest.mark.e2e


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser) as made:
        yield made


@pytest.fixture
def giving(stage: Stage) -> Ordering:
    return ordering(stage.trip)


class Phone:
    """The phone of a representative of the office, who orders within it."""

    def __init__(self, stage: Stage, giving: Ordering, *, lang: str = "fa", script: bool = True) -> None:
        self.stage, self.touches = stage, 0
        with unit_of_work(SYSTEM) as uow:
            grant = Grant(
                "official", stage.trip.id, agency_id=giving.agencies["office"], rank="representative"
            )
            user_id = accounts.create_user(uow, name="نماینده نمونه", grants=[grant])
            token = accounts.open_session(uow, user_id, "link", "Chrome · Android", 8).token
        give_pin(user_id)
        self.user_id = user_id
        self.context: BrowserContext = stage.browser.new_context(
            viewport={"width": PHONE[0], "height": PHONE[1]}, has_touch=True, java_script_enabled=script
        )
        for name, value in {"deskops": token, "lang": lang}.items():
            self.context.add_cookies([{"name": name, "value": value, "url": stage.server.url}])
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)

    def touch(self, selector: str) -> None:
        """Each is counted; typing the PIN is not."""
        self.touches += 1
        self.page.locator(selector).first.tap()

    def waiting(self) -> Page:
        """The screen that an official sees after signing in."""
        self.page.goto(self.stage.address("/representative"))
        return self.page

    def signed(self) -> None:
        """From the list of those who wait to the signature."""
        self.waiting()
        self.touch("a.decision")
        self.touch("a.give")
        expect(self.page.locator("#order")).to_be_in_viewport()
        self.page.locator("#pin").fill(PIN)
        self.touch("#order [data-sign]")


def orders() -> list[Directive]:
    with runtime.current().database.reading() as session:
        rows = list(session.scalars(select(Directive).order_by(Directive.id)))
        session.expunge_all()
    return rows


@pytest.mark.parametrize("script", [True, False])
def test_three_touches_make_an_order(stage: Stage, giving: Ordering, script: bool) -> None:
    demand_of(stage.trip, text="زمین صنعتی می‌خواهم")
    phone = Phone(stage, giving, script=script)
    phone.signed()
    assert phone.touches <= 3
    big = phone.page.locator(".big-number__value")
    if script:
        # Nothing else is touched until the number stands there.
        expect(phone.page.locator("[data-until]")).to_be_visible()
    else:
        phone.page.wait_for_timeout(11_000)
        while jobs.run_due():
            pass
        phone.page.reload()
    expect(big).to_contain_text("/۱", timeout=20_000)
    [row] = orders()
    assert (row.state, row.number) == ("issued", 1)


def test_ten_seconds_are_enough_to_call_it_back(stage: Stage, giving: Ordering) -> None:
    demand_of(stage.trip)
    phone = Phone(stage, giving)
    phone.signed()
    expect(phone.page.locator("[data-until]")).to_have_text("۷", timeout=8_000)
    phone.touch(".call-back button")
    expect(phone.page.locator("#order-state")).to_contain_text("پس گرفته شد")
    assert [row.state for row in orders()] == ["called_back"]


def test_the_phone_says_what_became_of_an_order_whose_answer_was_lost(stage: Stage, giving: Ordering) -> None:
    demand_of(stage.trip)
    phone = Phone(stage, giving)

    def cut(route) -> None:  # type: ignore[no-untyped-def]
        route.fetch()  # it arrives, and the answer does not
        route.abort()

    phone.context.route("**/demands/*/directives", cut)
    phone.signed()
    expect(phone.page.locator("[data-lost]")).to_be_visible()
    expect(phone.page.locator("[data-until]")).to_be_visible(timeout=10_000)
    assert len(orders()) == 1


def test_the_phone_says_that_nothing_was_signed(stage: Stage, giving: Ordering) -> None:
    demand_of(stage.trip)
    phone = Phone(stage, giving)
    phone.context.route("**/demands/*/directives", lambda route: route.abort())
    phone.signed()
    expect(phone.page.locator("[data-lost]")).to_be_visible()
    expect(phone.page.locator("[data-nothing]")).to_be_visible(timeout=10_000)
    assert orders() == []
    phone.context.unroute("**/demands/*/directives")
    phone.touch("#order [data-sign]")
    expect(phone.page.locator("[data-until]")).to_be_visible()
    assert len(orders()) == 1


def test_beyond_ones_authority_is_said_on_the_form(stage: Stage, giving: Ordering) -> None:
    about = demand_of(stage.trip)
    phone = Phone(stage, giving)
    page = phone.page
    page.goto(stage.address(f"/demands/{about}/decide?template=usual-refer#order"))
    page.locator("#agency_ids summary").tap()
    page.locator(f"#agency_ids input[value='{giving.agencies['bank']}']").check()
    page.locator("#pin").fill(PIN)
    page.locator("#order [data-sign]").tap()
    expect(page.locator("#order .summary")).to_contain_text("اختیار")
    assert orders() == []


def test_a_session_that_was_ended_signs_nothing_and_says_so(stage: Stage, giving: Ordering) -> None:
    about = demand_of(stage.trip)
    phone = Phone(stage, giving)
    phone.page.goto(stage.address(f"/demands/{about}/decide?template=usual-refer#order"))
    phone.page.locator("#pin").fill(PIN)
    with unit_of_work(SYSTEM) as uow:
        accounts.end_sessions(uow, phone.user_id)
    phone.page.locator("#order [data-sign]").tap()
    expect(phone.page.locator("#order")).to_contain_text("وارد شوید")
    assert orders() == []


def noise(side: int) -> bytes:
    """A PNG that no packing makes smaller, as large as a phone's photo."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + os.urandom(3 * side) for _row in range(side))
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows, 1))
        + chunk(b"IEND", b"")
    )


def test_a_phones_large_photo_is_made_small_enough_to_send(stage: Stage, giving: Ordering) -> None:
    phone = Phone(stage, giving)
    page = phone.page
    page.goto(stage.address("/representative/met"))
    photo = noise(1400)
    assert len(photo) > 5_000_000
    page.locator("#letter").set_input_files({"name": "IMG_1.png", "mimeType": "image/png", "buffer": photo})
    # A file field's value ends in what is chosen.
    expect(page.locator("#letter")).to_have_js_property("value", "C:\\fakepath\\IMG_1.jpg")
    expect(page.locator("#letter")).to_have_js_property("validationMessage", "")
    page.locator("[role=combobox]").fill("موضوع ۰")
    page.keyboard.press("Enter")
    page.locator("main form button[type=submit]").tap()
    expect(page.locator(".papers img")).to_be_visible()


def test_another_kind_keeps_what_was_typed(stage: Stage, giving: Ordering) -> None:
    demand_of(stage.trip)
    phone = Phone(stage, giving)
    phone.waiting()
    phone.touch("a.decision")
    phone.touch("a.give")
    phone.page.locator("#text").fill("متن نیمه‌کاره")
    phone.page.locator(".order-form__more > summary").tap()
    phone.page.locator("button[name=other_kind][value=refuse]").tap()
    expect(phone.page.locator("#order h2")).to_contain_text("مخالفت")
    expect(phone.page.locator("#text")).to_have_value("متن نیمه‌کاره")
    expect(phone.page.locator("#agency_ids")).to_have_count(0)


def test_the_counter_shows_the_order_by_itself(stage: Stage, giving: Ordering) -> None:
    counter = open_counter(stage, "a")
    register(stage.page("staff", "/intake"), stage)
    counter.keyboard.press("KeyN")
    counter.locator("#console[data-mode=called]").wait_for()
    phone = Phone(stage, giving)
    phone.signed()
    expect(phone.page.locator(".big-number__value")).to_be_visible(timeout=20_000)
    expect(counter.locator(".orders-on")).to_contain_text("/۱")
    expect(counter.locator(".orders-on")).to_contain_text("نماینده نمونه")


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_the_pages_of_an_order_are_whole_on_a_phone(stage: Stage, giving: Ordering, lang: str) -> None:
    first = demand_of(stage.trip, text="نخستین درخواست")
    second = demand_of(stage.trip, text="همان شخص بار دیگر")
    phone = Phone(stage, giving, lang=lang)
    phone.signed()
    expect(phone.page.locator("[data-until]")).to_be_visible()
    [row] = orders()
    paths = [f"/demands/{second}/decide", f"/demands/{second}/decide?kind=follow_up", f"/directives/{row.id}"]
    paths += [f"/demands/{first}/decide?kind=out_of_authority", "/directives", "/representative"]
    paths += ["/representative/met", "/directives/templates", "/directives/templates/new?kind=introduce"]
    paths += ["/directives/assistants", f"/demands/{first}", f"/demands/{first}/directives/sent?key=none"]
    for path in paths:
        assert list(faults(phone.context.new_page(), stage.address(path))) == [], path
