"""A coordinator's way from sign-in to the readiness board of a whole province, with every action counted."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import openpyxl
from playwright.sync_api import Page, Response, expect

from deskops.accounts import services as accounts
from deskops.accounts.actor import SYSTEM, Grant
from deskops.accounts.passwords import hash_password
from deskops.core.unit_of_work import unit_of_work
from tests.desks.setups import read_catalogue
from tests.e2e.stage import Stage

MOST_ACTIONS = 40
USERNAME, PASSWORD = "leader", "a long enough one"
# What is wrong on purpose: by desk, in the coordinator's own list or found out when the printers were tried.
PLANTED = {"education": "official", "health": "line", "energy": "printer"}
CREATE = ".guided__foot button[value=create]"


class Hands:
    """What a person does at the screen, counted: each click, and each field, choice or file that is filled in.
    `server_seconds` adds up what a server that tells took for all of its answers.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.actions = 0
        self._milliseconds: dict[str, float] = {}
        page.on("response", self._note)

    @property
    def server_seconds(self) -> float:
        """So far."""
        return sum(self._milliseconds.values()) / 1000

    def _note(self, response: Response) -> None:
        told = re.fullmatch(r"app;dur=([\d.]+);desc=(\d+)", response.headers.get("server-timing", ""))
        if told:
            # What comes from the browser's store says again what it said then.
            self._milliseconds[told[2]] = float(told[1])

    def fill(self, field: str, text: str) -> None:
        """Type into a field."""
        self.actions += 1
        self.page.locator(f"[name={field}]").fill(text)

    def choose(self, field: str, value: str) -> None:
        """Choose from a list."""
        self.actions += 1
        self.page.locator(f"select[name={field}]").select_option(value)

    def bring(self, field: str, path: Path) -> None:
        """Choose a file."""
        self.actions += 1
        self.page.locator(f"[name={field}]").set_input_files(path)

    def press(self, selector: str) -> None:
        """Click on what leads to another page."""
        self.actions += 1
        self.page.locator(selector).first.click()
        self.page.wait_for_load_state("load")

    def unfold(self, selector: str) -> None:
        """Click on what stays on the page."""
        self.actions += 1
        self.page.locator(selector).first.click()

    def send(self, selector: str) -> None:
        """Click on what is answered with a part of the page."""
        with self.page.expect_response(lambda answer: answer.request.method == "POST") as answered:
            self.unfold(selector)
        answered.value.finished()
        expect(self.page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)

    def save(self, selector: str) -> bytes:
        """Click on a file; its content."""
        with self.page.expect_download() as download:
            self.unfold(selector)
        return download.value.path().read_bytes()


@contextmanager
def coordinator(stage: Stage, lang: str) -> Iterator[Hands]:
    """Somebody who may set trips up and isn't signed in yet, before the list of trips."""
    with unit_of_work(SYSTEM) as uow:
        grants = [Grant("coordinator")]
        user_id = accounts.create_user(uow, name="کاربر آزمون", username=USERNAME, grants=grants)
        accounts.set_password(uow, user_id, hash_password(PASSWORD))
    context = stage.browser.new_context(viewport={"width": 1366, "height": 768})
    context.add_cookies([{"name": "lang", "value": lang, "url": stage.server.url}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    hands = Hands(page)
    page.goto(f"{stage.server.url}/trips")
    yield hands
    context.close()


def make_the_trip(hands: Hands) -> int:
    """Sign in and go through the guided set-up; the new trip's id."""
    hands.fill("username", USERNAME)
    hands.fill("password", PASSWORD)
    hands.press("main form button[type=submit]")
    hands.press('a[href="/trips/new"]')
    hands.press("button[value=template]")
    onward = ".guided__foot button[value=next]"
    hands.fill("name_fa", "سفر به استان نمونه")
    hands.press(onward)
    hands.fill("starts_on", "۱۴۰۵/۱۰/۰۱")
    hands.press(onward)
    hands.fill("hall_address", "بلوار فرودگاه")
    hands.press(onward)
    expect(hands.page.locator("input[name=desks]:checked")).to_have_count(36)
    hands.press(onward)
    hands.press(onward)
    hands.press(CREATE)
    expect(hands.page).to_have_url(re.compile(r"/trips/\d+/$"))
    return int(hands.page.url.rstrip("/").rpartition("/")[2])


def name_who_is_in_charge(hands: Hands, trip_id: int, folder: Path) -> None:
    """Save the list of desks as a workbook, fill in officials and lines, and bring it back."""
    files = f"/trips/{trip_id}/files"
    hands.press(f'main a[href="{files}"]')
    filled = folder / "desks.xlsx"
    filled.write_bytes(_filled(hands.save(f'a[href="{files}/desks.xlsx"]')))
    hands.choose("kind", "desks")
    hands.bring("file", filled)
    hands.press("main form[enctype] button[type=submit]")
    hands.press(f'main form[action^="{files}/import/"] button[type=submit]')
    expect(hands.page).to_have_url(re.compile(f"{files}$"))


def _filled(content: bytes) -> bytes:
    """What the coordinator typed into the workbook at their own table."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    assert sheet is not None
    columns = {str(cell.value): cell.column - 1 for cell in sheet[1] if cell.value}
    code, official, line = (
        next(place for heading, place in columns.items() if heading.rstrip(" *") in names)
        for names in (("کد", "Code"), ("مقام مسئول", "Official in charge"), ("شماره خط", "Line"))
    )
    for number, row in enumerate(sheet.iter_rows(min_row=2), start=1):
        fault = PLANTED.get(str(row[code].value))
        row[official].value = None if fault == "official" else f"نماینده نمونه {number}"
        row[line].value = None if fault == "line" else f"0213333{number:04}"
    filled = io.BytesIO()
    book.save(filled)
    return filled.getvalue()


def print_signs(hands: Hands, trip_id: int) -> None:
    """All papers that hang and stand at desks, as one document; forms with codes are for the storeroom."""
    hands.press(f'.side a[href="/trips/{trip_id}/"]')
    hands.press(f'main a[href="/trips/{trip_id}/print"]')
    hands.unfold("input[name=parts][value=forms]")
    hands.press("form[data-main] button[type=submit]")
    expect(hands.page).to_have_url(re.compile("/print/pack"))
    hands.press(f'.printbar a[href="/trips/{trip_id}/print"]')


def mark_what_was_tried(hands: Hands, trip_id: int) -> None:
    """Every line and printer was tried; one printer doesn't work."""
    [faulty] = [
        desk.id for desk in read_catalogue(trip_id).desks.values() if PLANTED.get(desk.code) == "printer"
    ]
    hands.press(f'.side a[href="/trips/{trip_id}/readiness"]')
    expect(hands.page.locator("[data-connection]").first).to_have_attribute("data-connection", "online")
    hands.unfold("#mark-all > summary")
    for name in ("line", "printer"):
        hands.send(f'#mark-all form[action*="/marks/{name}"] button[value=yes]')
    desk = f"#desk-{faulty}"
    hands.unfold(f"{desk} details > summary")
    printer = f'{desk} form[action*="/marks/printer"]'
    hands.send(f'{printer} button[value=""]')
    hands.send(f"{printer} button[value=no]")
