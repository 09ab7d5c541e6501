"""A citizen's phone and the hall's board in a real browser: they move by themselves."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.pbx import Pbx
from tests.e2e.stage import Stage, staged
from tests.public.acts import sign_of

# A browser without a screen has no voices: this one has one, and writes down what it is told to say.
VOICE = """(lang) => {
  window.said = [];
  window.SpeechSynthesisUtterance = class extends EventTarget { constructor(text) { super(); this.text = text; } };
  const speech = new EventTarget();
  speech.getVoices = () => [{ lang: "de-DE" }, { lang }];
  speech.speak = (spoken) => {
    window.said.push(spoken.text);
    if (window.silenced) spoken.dispatchEvent(Object.assign(new Event("error"), { error: "not-allowed" }));
  };
  speech.cancel = () => {};
  Object.defineProperty(window, "speechSynthesis", { value: speech, configurable: true });
}"""

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


@pytest.fixture
def stage(sqlite_url: str, tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    with staged(sqlite_url, tmp_path, browser) as made:
        yield made


@pytest.fixture
def pbx(stage: Stage) -> Pbx:
    """Both counters of desk A are open."""
    made = Pbx(stage)
    for place in stage.trip.places["a"]:
        made.does(f"/places/{place}/open")
    return made


def test_a_citizen_checks_in_and_is_called_on_the_phone_in_their_hand(stage: Stage, pbx: Pbx) -> None:
    page = stage.browser.new_context(viewport={"width": 320, "height": 700}).new_page()
    page.clock.install()
    page.goto(f"{stage.server.url}/c/{sign_of(stage.trip)}")
    page.get_by_role("radio").first.check()
    page.get_by_role("textbox").fill("۰۹۱۲۳۴۵۶۷۸۹")
    page.get_by_role("button", name="گرفتن نوبت").click()
    expect(page.locator(".big-number__value")).to_have_text("۱")
    pbx.does(f"/places/{stage.trip.places['a'][1]}/next")
    page.clock.fast_forward(16_000)
    expect(page.get_by_text("اکنون به باجه بروید")).to_be_visible()
    expect(page.locator(".turn__desk")).to_contain_text("باجه ۲")


def test_the_board_follows_the_calls_and_says_when_it_is_signed_out(stage: Stage, pbx: Pbx) -> None:
    first, second = stage.trip.places["a"]
    page = stage.page("board", f"/boards/{stage.trip.sites['one']}", size=(1920, 1080))
    expect(page.get_by_text("اکنون کسی فراخوانده نشده است")).to_be_visible()
    ticket = pbx.registers()
    pbx.does(f"/places/{first}/next")
    newest = page.locator(".board__row--new .board__ticket")
    expect(newest).to_have_text("۱")
    pbx.registers()
    pbx.does(f"/places/{second}/next")
    expect(newest).to_have_text("۲")
    rows = page.locator(".board__ticket")
    assert [re.sub(r"\s", "", text) for text in rows.all_inner_texts()] == ["۲", "۱"]
    pbx.does(f"/tickets/{ticket}/no-show")
    expect(rows).to_have_count(1)
    page.context.clear_cookies()
    expect(page.get_by_role("alert")).to_be_visible(timeout=30_000)


def hall_screen(stage: Stage, lang: str, voice: str) -> Page:
    """The board of the first site on a browser that can speak one language."""
    context = stage.context("board", lang=lang, size=(1920, 1080))
    context.add_init_script(f"({VOICE})({voice!r})")
    page = context.new_page()
    page.goto(stage.address(f"/boards/{stage.trip.sites['one']}"))
    expect(page.locator("[data-connection]").first).to_have_attribute("data-connection", "online")
    return page


@pytest.mark.parametrize(
    ("lang", "voice", "sentence"),
    [("fa", "fa-IR", "شماره ۱، میز ۱، باجه ۲."), ("en", "en_GB", "Number 1, desk 1, counter 2.")],
)
def test_a_call_is_spoken_once_somebody_switched_the_voice_on(
    stage: Stage, pbx: Pbx, lang: str, voice: str, sentence: str
) -> None:
    page = hall_screen(stage, lang, voice)
    button = page.locator("#voice")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-connection]").first).to_have_attribute("data-connection", "online")
    ticket = pbx.registers()
    pbx.does(f"/places/{stage.trip.places['a'][1]}/next")
    page.wait_for_function("() => said.length === 1")
    assert page.evaluate("said") == [sentence]
    pbx.does(f"/tickets/{ticket}/recall", place_id=stage.trip.places["a"][1])
    page.wait_for_function("() => said.length === 2")


def test_a_board_without_a_voice_for_its_language_offers_none(stage: Stage, pbx: Pbx) -> None:
    page = hall_screen(stage, "fa", "en-GB")
    expect(page.locator("#voice")).to_be_hidden()
    page.evaluate("localStorage.setItem('deskops.board.voice', 'on')")
    page.reload()
    pbx.registers()
    pbx.does(f"/places/{stage.trip.places['a'][0]}/next")
    expect(page.locator(".board__row--new")).to_be_visible()
    page.wait_for_timeout(2_000)
    assert page.evaluate("said") == []


def test_a_board_that_may_not_speak_yet_asks_for_a_press(stage: Stage, pbx: Pbx) -> None:
    page = hall_screen(stage, "fa", "fa-IR")
    page.locator("#voice").click()
    page.evaluate("window.silenced = true")
    pbx.registers()
    pbx.does(f"/places/{stage.trip.places['a'][0]}/next")
    expect(page.locator("#voice")).to_have_text(re.compile("یک بار بزنید"))
    page.evaluate("window.silenced = false")
    page.locator("#voice").click()
    expect(page.locator("#voice")).to_have_text(re.compile("روشن"))


def test_what_is_said_fills_the_pages_sentence(stage: Stage) -> None:
    page = hall_screen(stage, "fa", "fa-IR")
    said = page.evaluate(
        """async () => {
          const { announcement } = await import("/static/public/voice.js");
          const call = { number: 1203, desk: 7, place: 12, name: "نام" };
          return [
            announcement("شماره {number}، میز {desk}، باجه {place}.", call, "fa"),
            announcement("Number {number}, desk {desk}, counter {place}.", call, "en"),
          ];
        }"""
    )
    assert said == ["شماره ۱۲۰۳، میز ۷، باجه ۱۲.", "Number 1203, desk 7, counter 12."]
