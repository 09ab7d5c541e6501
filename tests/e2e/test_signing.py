"""An official sets a PIN and adds a passkey in a browser, at a phone's size; Chromium brings the authenticator along."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from deskops.accounts import services as accounts
from deskops.accounts.actor import SYSTEM, Grant
from deskops.accounts.queries.signing import means_of
from deskops.core import clock, runtime
from deskops.core.unit_of_work import unit_of_work
from deskops.directives.models import Directive
from tests.accounts.signers import OTHER_PIN, PIN, give_pin
from tests.directives.ordered import demand_of
from tests.e2e.stage import Stage, staged
from tests.e2e.test_every_page import AXE, OVERHANG, PHONE, VIOLATIONS, faults

pytestmark = pytest.mark.e2e

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def stage(browser: Browser, sqlite_url: str, tmp_path: Path) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser) as made:
        yield made


class Phone:
    """An official's phone: opened by a link just now, at the site's name, with a device that knows its owner."""

    def __init__(self, stage: Stage, lang: str = "fa", host: str = "localhost", script: bool = True) -> None:
        self.url = stage.server.url.replace("127.0.0.1", host)
        with unit_of_work(SYSTEM) as uow:
            grants = [Grant("official", stage.trip.id, rank="governor")]
            self.user_id = accounts.create_user(uow, name="مقام آزمون", grants=grants)
            token = accounts.open_session(uow, self.user_id, "link", "Chrome · Android", 8).token
        context = stage.browser.new_context(
            viewport={"width": PHONE[0], "height": PHONE[1]}, java_script_enabled=script
        )
        for name, value in {"deskops": token, "lang": lang}.items():
            context.add_cookies([{"name": name, "value": value, "url": self.url}])
        self.authenticator = ""
        self.page: Page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.devtools = context.new_cdp_session(self.page)

    def open(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page

    def with_authenticator(self, **more: bool) -> None:
        self.devtools.send("WebAuthn.enable")
        options = {"options": {**AUTHENTICATOR, **more}}
        added = self.devtools.send("WebAuthn.addVirtualAuthenticator", options)
        self.authenticator = added["authenticatorId"]

    def passkeys(self) -> list[str]:
        with runtime.current().database.reading() as session:
            return [key.name for key in means_of(session, self.user_id, clock.now()).passkeys]

    def has_pin(self) -> bool:
        with runtime.current().database.reading() as session:
            return means_of(session, self.user_id, clock.now()).pin_set_at is not None


def set_pin(page: Page, pin: str) -> None:
    page.locator("#pin").fill(pin)
    page.locator("#again").fill(pin)
    page.locator("form[action$='/pin'] button[type=submit]").click()


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_an_official_adds_a_passkey_on_the_phone(stage: Stage, lang: str) -> None:
    phone = Phone(stage, lang)
    phone.with_authenticator()
    page = phone.open("/account/signing")
    expect(page.locator("[data-unusable]")).to_be_hidden()
    expect(page.locator("#key-name")).to_have_value("Chrome · Android")
    page.locator("[data-passkey=add]").click()
    expect(page.locator(".notice--ok")).to_be_visible()
    assert phone.passkeys() == ["Chrome · Android"]


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_the_page_of_signing_is_whole_with_all_that_it_can_show(stage: Stage, lang: str) -> None:
    phone = Phone(stage, lang)
    phone.with_authenticator()
    page = phone.open("/account/signing")
    page.locator("[data-passkey=add]").click()
    expect(page.locator(".notice--ok")).to_be_visible()
    assert list(faults(page, f"{phone.url}/account/signing")) == []
    set_pin(page, "123456")
    expect(page.locator("#pin-error")).to_be_visible()
    page.evaluate(AXE)
    assert page.evaluate(VIOLATIONS) == []
    assert page.evaluate(OVERHANG) == 0


def test_a_device_that_does_not_recognise_its_owner_makes_no_passkey_and_the_page_says_so(
    stage: Stage,
) -> None:
    phone = Phone(stage)
    phone.with_authenticator(isUserVerified=False)
    page = phone.open("/account/signing")
    page.locator("[data-passkey=add]").click()
    expect(page.locator("[data-said]")).to_be_visible()
    expect(page.locator("[data-said]")).to_contain_text("کلید عبوری ساخته نشد")
    expect(page.locator("[data-passkey=add]")).to_be_enabled()
    assert phone.passkeys() == []


@pytest.fixture
def deciding(stage: Stage) -> Phone:
    """A phone with a passkey, at an order that only wants its signature."""
    phone = Phone(stage)
    phone.with_authenticator()
    page = phone.open("/account/signing")
    page.locator("[data-passkey=add]").click()
    expect(page.locator(".notice--ok")).to_be_visible()
    give_pin(phone.user_id)
    phone.open(f"/trips/{stage.trip.id}/demands/{demand_of(stage.trip)}/decide?kind=guidance")
    page.locator("textarea[name=text]").fill("به دفتر بیمه مراجعه کنید.")
    return phone


def test_an_order_is_signed_by_passkey_in_one_touch(deciding: Phone) -> None:
    deciding.page.locator("[data-passkey=sign]").click()
    deciding.page.wait_for_url("**/directives/*")
    assert orders() == [("passkey", "Chrome · Android")]


def test_after_a_wrong_pin_the_order_is_still_there_and_the_passkey_signs_it(deciding: Phone) -> None:
    page = deciding.page
    page.locator("#pin").fill(OTHER_PIN)
    page.locator("[data-sign]").click()
    expect(page.locator("#pin-error")).to_contain_text("۴")
    expect(page.locator("#pin")).to_have_value("")
    expect(page.locator("textarea[name=text]")).to_have_value("به دفتر بیمه مراجعه کنید.")
    page.locator("[data-passkey=sign]").click()
    page.wait_for_url("**/directives/*")
    assert orders() == [("passkey", "Chrome · Android")]


def test_where_the_device_refuses_the_pin_signs(deciding: Phone) -> None:
    page = deciding.page
    deciding.devtools.send(
        "WebAuthn.setUserVerified", {"authenticatorId": deciding.authenticator, "isUserVerified": False}
    )
    page.locator("[data-passkey=sign]").click()
    expect(page.locator("[data-said]")).to_contain_text("رمز امضا را وارد کنید")
    page.locator("#pin").fill("۲۰۴۶۸۳")
    page.locator("[data-sign]").click()
    page.wait_for_url("**/directives/*")
    assert orders() == [("pin", "Chrome · Android")]


def orders() -> list[tuple[str, str]]:
    with runtime.current().database.reading() as session:
        return [(row.signed_with, row.device) for row in session.scalars(select(Directive))]


def test_at_an_address_in_figures_no_passkey_is_offered_and_the_pin_is(stage: Stage) -> None:
    phone = Phone(stage, host="127.0.0.1")
    page = phone.open("/account/signing")
    expect(page.locator("[data-passkey]")).to_have_count(0)
    set_pin(page, PIN)
    expect(page.locator(".notice--ok")).to_be_visible()
    assert phone.has_pin()


def test_a_pin_is_masked_asks_for_figures_and_is_set_without_script(stage: Stage) -> None:
    phone = Phone(stage, script=False)
    page = phone.open("/account/signing")
    field = page.locator("#pin")
    assert field.get_attribute("inputmode") == "numeric"
    assert field.get_attribute("dir") == "ltr"
    assert field.evaluate("field => getComputedStyle(field).webkitTextSecurity") == "disc"
    expect(page.locator("[data-passkey=add]")).to_be_hidden()
    set_pin(page, "۲۰۴۶۸۳")
    expect(page.locator(".notice--ok")).to_be_visible()
    assert phone.has_pin()
