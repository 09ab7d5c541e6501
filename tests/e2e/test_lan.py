"""`make run LAN=1` as a phone in the hall meets it: the demo over HTTPS, under this machine's own address."""

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import websocket
from playwright.sync_api import Browser, BrowserContext, Page, WebSocket, expect
from sqlalchemy import create_engine, text

from deskops.certificate import lan_address
from deskops.core.qr import qr_svg
from tests.missing import skip_for
from tests.services import accepts, free_port, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
COMMAND = (sys.executable, "-c", "from deskops.cli.main import main; main()", "demo", "--serve", "--lan")
FEW = ("--staff", "40", "--pace", "0")
START_SECONDS = 60


@dataclass(frozen=True)
class Demo:
    """A served demo: `links` by role, and what it has printed so far."""

    url: str
    data: Path
    printed: Path

    @property
    def links(self) -> dict[str, str]:
        return dict(re.findall(r"^  (\w+) +(https://\S+/link/\S+)", self.printed.read_text(), re.MULTILINE))

    def signed_in(self, browser: Browser, role: str) -> BrowserContext:
        """A browser that warned of the certificate, was told to go on, and has opened the role's link."""
        context = browser.new_context(ignore_https_errors=True)
        page = context.new_page()
        page.goto(self.links[role])
        page.locator("main button[type=submit]").click()
        page.wait_for_url(re.compile(r"/(account|trips)"))
        page.close()
        return context


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    address = lan_address()
    if address is None:
        skip_for("this machine is in no network")
    data, port = tmp_path_factory.mktemp("lan"), free_port()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DESKOPS_")}
    printed = data / "printed"
    with printed.open("wb") as output:
        process = subprocess.Popen(
            [*COMMAND, "--port", str(port), *FEW],
            env=clean | {"DESKOPS_DATA": str(data), "PYTHONUNBUFFERED": "1"},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until(lambda: accepts(port), "the demo", START_SECONDS)
        yield Demo(f"https://{address}:{port}", data, printed)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="module")
def coordinator(demo: Demo, browser: Browser) -> Iterator[BrowserContext]:
    context = demo.signed_in(browser, "coordinator")
    yield context
    context.close()


def opened(context: BrowserContext, demo: Demo, path: str) -> Page:
    page = context.new_page()
    page.goto(f"{demo.url}/trips/1{path}")
    return page


def register(page: Page) -> int:
    """A walk-in at the first site, for the first topic; gives the demand's id."""
    page.locator("select[name=site_id]").select_option(index=1)
    page.locator("[role=combobox]").click()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    done = page.locator("[data-registered]")
    expect(done).to_be_visible()
    return int(done.get_attribute("data-registered") or 0)


def test_every_link_carries_the_address_that_phones_reach(demo: Demo) -> None:
    assert {link.rsplit("/link/")[0] for link in demo.links.values()} == {demo.url}


def test_the_session_goes_over_tls_alone(coordinator: BrowserContext) -> None:
    [cookie] = [one for one in coordinator.cookies() if "deskops" in one["name"]]
    assert cookie["name"] == "__Host-deskops"
    assert (cookie["secure"], cookie["httpOnly"]) == (True, True)


def test_a_registration_is_pushed_to_another_screen_over_wss(demo: Demo, coordinator: BrowserContext) -> None:
    wall = coordinator.new_page()
    addresses: list[str] = []
    frames: list[str] = []

    def follow(opened: WebSocket) -> None:
        addresses.append(opened.url.split("/socket.io")[0])
        opened.on("framereceived", lambda frame: frames.append(str(frame)))

    wall.on("websocket", follow)
    wall.goto(f"{demo.url}/trips/1/wall")
    expect(wall.locator("[data-connection]").first).to_have_attribute("data-connection", "online")
    intake = opened(coordinator, demo, "/intake")
    assert intake.evaluate("isSecureContext")
    before = len(frames)
    register(intake)
    wall.wait_for_timeout(1_500)
    assert addresses == [demo.url.replace("https", "wss")]
    assert any('"figures"' in frame for frame in frames[before:])


def test_a_receipts_code_leads_a_phone_to_this_machine(demo: Demo, coordinator: BrowserContext) -> None:
    demand = register(opened(coordinator, demo, "/intake"))
    engine = create_engine(f"sqlite:///{demo.data / 'deskops.sqlite3'}")
    with engine.connect() as connection:
        query = text("SELECT receipt_token FROM demands WHERE id = :id")
        token = connection.execute(query, {"id": demand}).scalar_one()
    engine.dispose()
    receipt = opened(coordinator, demo, f"/demands/{demand}/receipt")
    printed = receipt.locator(".receipt__qr path").last.get_attribute("d")
    assert printed
    assert printed in qr_svg(f"{demo.url}/r/{token}")
    phone = receipt.context.browser
    assert phone is not None
    page = phone.new_context(ignore_https_errors=True).new_page()
    assert page.goto(f"{demo.url}/r/{token}").status == 200  # type: ignore[union-attr]
    page.context.close()


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", None, "http://{host}"])
def test_a_socket_of_another_origin_is_refused(
    demo: Demo, coordinator: BrowserContext, origin: str | None
) -> None:
    host = demo.url.removeprefix("https://")
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in coordinator.cookies())
    with pytest.raises(websocket.WebSocketBadStatusException):
        websocket.create_connection(
            f"wss://{host}/socket.io/?EIO=4&transport=websocket",
            timeout=10,
            sslopt={"cert_reqs": ssl.CERT_NONE},
            cookie=cookies,
            origin=origin and origin.format(host=host),
            suppress_origin=origin is None,
        )


def test_who_has_not_accepted_the_certificate_costs_a_line_and_no_more(demo: Demo) -> None:
    """The terminal shows the sign-in links: each phone's first try must not push them out of sight."""
    before = len(demo.printed.read_text().splitlines())
    host, port = demo.url.removeprefix("https://").split(":")
    strict = ssl.create_default_context()
    with pytest.raises(ssl.SSLError), socket.create_connection((host, int(port))) as plain:
        strict.wrap_socket(plain, server_hostname=host)
    wait_until(lambda: len(demo.printed.read_text().splitlines()) > before, "the line in the log")
    [line] = demo.printed.read_text().splitlines()[before:]
    assert "Invalid request from" in line


def test_the_demo_starts_without_a_warning(demo: Demo) -> None:
    assert "Warning" not in demo.printed.read_text()
