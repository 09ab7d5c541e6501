"""What staff do on their screens, step by step."""

from playwright.sync_api import Page, expect

from tests.e2e.stage import Stage


def open_counter(stage: Stage, desk: str) -> Page:
    """A member of staff sits down at the desk's first counter."""
    page = stage.page("staff", "/places", desk=desk)
    page.locator(f"#place-{stage.trip.places[desk][0]}").click()
    expect(page.locator("#console")).to_have_attribute("data-mode", "free")
    expect(page.locator("[data-connection]").first).to_have_attribute("data-connection", "online")
    return page


def register(page: Page, stage: Stage, name: str = "سارا نمونه") -> str:
    """Fill the form as it stands and press Ctrl+Enter; returns the number that is shown."""
    type_person(page, stage, name)
    page.keyboard.press("Control+Enter")
    number = page.locator(".intake__done bdi").first
    expect(page.locator(".intake__done")).to_be_visible()
    return number.inner_text().strip()


def type_person(page: Page, stage: Stage, name: str, phone: str = "۰۹۱۲۳۴۵۶۷۸۹") -> None:
    """Fill the form of registration by keyboard."""
    page.locator("select[name=site_id]").select_option(str(stage.trip.sites["one"]))
    english = page.locator("html").get_attribute("lang") == "en"
    page.locator("[role=combobox]").fill("loan" if english else "موضوع ۰")
    page.keyboard.press("Enter")
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=phone]").fill(phone)
