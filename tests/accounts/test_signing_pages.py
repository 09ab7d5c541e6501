"""The pages of signing: one's own PIN and passkeys, and the coordinators' list of who can sign."""

import pytest
from flask import Flask

from deskops.accounts import services
from deskops.accounts.access import recognise
from deskops.accounts.actor import SYSTEM, Actor, Grant
from deskops.accounts.errors import NoPin, PinLocked, WrongPin
from deskops.accounts.passwords import hash_password, token_hash
from deskops.accounts.queries.signing import living_passkeys
from deskops.accounts.services.signing import Proof, prove
from deskops.core import clock, runtime
from deskops.core.unit_of_work import unit_of_work
from tests.accounts.people import PASSWORD, installation_journal
from tests.accounts.signers import OTHER_PIN, PIN, Device, give_passkey, give_pin
from tests.fixtures import Browser, Join, browser_of
from tests.small_trip import SmallTrip, make_small_trip

PAGE = "/account/signing"


@pytest.fixture
def official(app: Flask, trip: SmallTrip) -> Browser:
    """Opened a link just now."""
    return make_browser(app, trip.id)


def make_browser(app: Flask, trip_id: int | None) -> Browser:
    with unit_of_work(SYSTEM) as uow:
        user_id = services.create_user(uow, name="مقام آزمون", grants=[Grant("official", trip_id)])
        token = services.open_session(uow, user_id, "link", "Chrome · Android", 8).token
    return browser_of(app, token, user_id)


def actor_of(browser: Browser) -> Actor:
    cookie = browser.client.get_cookie("__Host-deskops") or browser.client.get_cookie("deskops")
    actor = recognise("session", token_hash(cookie.value))
    assert actor is not None
    return actor


def set_pin(browser: Browser, pin: str = PIN, again: str | None = None, **more: str):
    return browser.post(f"{PAGE}/pin", data={"pin": pin, "again": again or pin, **more})


def signs(browser: Browser, pin: str = PIN) -> bool:
    return prove(actor_of(browser), Proof(pin)).method == "pin"


def keys_of(browser: Browser) -> list[int]:
    with runtime.current().database.reading() as session:
        return [key.id for key in living_passkeys(session, browser.user_id or 0)]


def add_passkey(browser: Browser, device: Device, **more: str):
    options = browser.post("/api/v1/account/passkeys/ask", json={"purpose": "add"}).json
    answer = device.make(options["challenge"])
    return browser.post(f"{PAGE}/passkeys", data={"name": "گوشی", "passkey": answer, **more})


def test_who_opened_a_link_sets_a_pin_in_persian_figures(official: Browser) -> None:
    answer = set_pin(official, "۲۰۴۶۸۳", "204683")
    assert (answer.status_code, answer.location) == (303, f"{PAGE}?done=pin")
    assert "رمز امضا ذخیره شد" in official.get(answer.location).text
    assert signs(official)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"pin": "123456"}, "شش رقم دیگر"),
        ({"pin": "12345"}, "شش رقم دارد"),
        ({"pin": "رمز من"}, "شش رقم دارد"),
        ({"pin": ""}, "این کادر باید پر شود"),
        ({"pin": PIN, "again": OTHER_PIN}, "یکسان نیستند"),
    ],
)
def test_a_pin_that_does_not_fit_is_refused_and_not_set(
    official: Browser, fields: dict[str, str], words: str
) -> None:
    answer = set_pin(official, **fields)
    assert answer.status_code == 422
    assert words in answer.text
    with pytest.raises(NoPin):
        signs(official)


def test_what_was_typed_as_a_pin_never_comes_back_on_the_page(official: Browser) -> None:
    assert OTHER_PIN not in set_pin(official, PIN, OTHER_PIN).text


def test_without_link_password_or_pin_the_page_says_what_to_ask_for(official: Browser) -> None:
    clock.advance(minutes=16)
    page = official.get(PAGE).text
    assert "پیوند ورود یک‌بارمصرف تازه" in page
    assert 'name="pin"' not in page
    refused = set_pin(official)
    assert refused.status_code == 422
    assert "پیوند ورود یک‌بارمصرف تازه" in refused.text


def test_later_the_present_pin_is_asked_for(official: Browser) -> None:
    set_pin(official)
    clock.advance(minutes=16)
    assert 'name="present"' in official.get(PAGE).text
    assert set_pin(official, OTHER_PIN, present="000111").status_code == 422
    assert set_pin(official, OTHER_PIN, present=PIN).status_code == 303
    assert signs(official, OTHER_PIN)


def test_who_has_a_password_sets_a_forgotten_pin_anew_by_it(official: Browser) -> None:
    hashed = hash_password(PASSWORD)
    with unit_of_work(SYSTEM) as uow:
        keep = actor_of(official).credential
        services.set_password(uow, official.user_id or 0, hashed, keep=keep)
    give_pin(official.user_id or 0, OTHER_PIN)
    clock.advance(minutes=16)
    page = official.get(PAGE).text
    assert 'name="password"' in page
    assert 'id="present"' not in page
    wrong = set_pin(official, password="not this one")
    assert wrong.status_code == 422
    assert "گذرواژه کنونی شما این نیست" in wrong.text
    assert set_pin(official, password=PASSWORD).status_code == 303


def test_a_locked_pin_says_until_when(official: Browser) -> None:
    set_pin(official)
    clock.freeze(clock.now().replace(hour=8, minute=0))
    clock.advance(days=1, minutes=16)
    fresh = make_browser_again(official)
    for _ in range(5):
        answer = set_pin(fresh, OTHER_PIN, present="000111")
    assert answer.status_code == 429
    assert "۱۱:۵۱" in answer.text
    assert "۱۱:۵۱" in fresh.get(PAGE).text


def make_browser_again(browser: Browser) -> Browser:
    """The same person, signed in by badge: nothing that proves by itself."""
    with unit_of_work(SYSTEM) as uow:
        token = services.open_session(uow, browser.user_id or 0, "badge", "", 8).token
    return browser_of(browser.client.application, token, browser.user_id or 0)


def test_a_passkey_is_added_named_and_revoked(official: Browser) -> None:
    answer = add_passkey(official, Device())
    assert (answer.status_code, answer.location) == (303, f"{PAGE}?done=passkey")
    assert "گوشی" in official.get(PAGE).text
    [key] = keys_of(official)
    assert official.post(f"{PAGE}/passkeys/{key}/revoke").status_code == 303
    assert keys_of(official) == []
    assert official.post(f"{PAGE}/passkeys/{key}/revoke").status_code == 404


def test_a_passkey_that_is_refused_is_said_at_its_name(official: Browser) -> None:
    refused = add_passkey(official, Device(verifies=False))
    assert refused.status_code == 422
    assert 'id="key-name-error"' in refused.text
    assert "کلید عبور پذیرفته نشد" in refused.text
    assert keys_of(official) == []


def test_a_passkey_needs_a_name_and_an_answer(official: Browser) -> None:
    refused = official.post(f"{PAGE}/passkeys", data={"name": " ", "passkey": ""})
    assert refused.status_code == 422
    assert "این کادر باید پر شود" in refused.text


def test_the_passkey_of_another_official_is_not_there(app: Flask, trip: SmallTrip, official: Browser) -> None:
    add_passkey(official, Device())
    [key] = keys_of(official)
    other = make_browser(app, trip.id)
    assert other.post(f"{PAGE}/passkeys/{key}/revoke").status_code == 404
    assert keys_of(official) == [key]


@pytest.mark.parametrize("body", [{}, {"purpose": "else"}, {"purpose": "add", "more": 1}, [1]])
def test_a_question_without_a_known_purpose_is_refused(official: Browser, body: object) -> None:
    assert official.post("/api/v1/account/passkeys/ask", json=body).status_code == 422


def test_who_has_no_passkey_is_asked_for_none(official: Browser) -> None:
    answer = official.post("/api/v1/account/passkeys/ask", json={"purpose": "sign"})
    assert answer.status_code == 409
    assert "کلید عبور ندارید" in answer.json["error"]["message"]


def test_the_account_page_leads_officials_to_signing_and_nobody_else(
    official: Browser, trip: SmallTrip, sign_in: Join
) -> None:
    assert PAGE in official.get("/account").text
    staff = sign_in("staff", trip_id=trip.id, desk_id=trip.desks["a"])
    assert PAGE not in staff.get("/account").text
    assert staff.get(PAGE).status_code == 403


def test_coordinators_see_who_can_sign(official: Browser, trip: SmallTrip, sign_in: Join) -> None:
    coordinator = sign_in("coordinator", trip_id=trip.id)
    before = coordinator.get(f"/trips/{trip.id}/signers").text
    assert "مقام آزمون" in before
    assert "تعیین نشده" in before
    set_pin(official)
    assert "تعیین نشده" not in coordinator.get(f"/trips/{trip.id}/signers").text


def test_the_list_says_whose_pin_is_closed_and_leaves_closed_accounts_out(
    app: Flask, official: Browser, trip: SmallTrip, sign_in: Join
) -> None:
    give_pin(official.user_id or 0)
    for _ in range(5):
        with pytest.raises((WrongPin, PinLocked)):
            signs(official, OTHER_PIN)
    coordinator = sign_in("coordinator", trip_id=trip.id)
    assert "بسته تا" in coordinator.get(f"/trips/{trip.id}/signers").text
    with unit_of_work(SYSTEM) as uow:
        services.user_of(uow, official.user_id or 0).active = False
    page = coordinator.get(f"/trips/{trip.id}/signers").text
    assert "مقام آزمون" not in page
    assert "هنوز مقام مسئولی نیست" in page


def test_a_coordinator_resets_a_forgotten_pin_and_learns_no_other(
    official: Browser, trip: SmallTrip, sign_in: Join
) -> None:
    set_pin(official)
    coordinator = sign_in("coordinator", trip_id=trip.id)
    answer = coordinator.post(f"/trips/{trip.id}/signers/{official.user_id}/pin/reset")
    assert answer.status_code == 303
    assert "رمز باطل شد" in coordinator.get(answer.location).text
    with pytest.raises(NoPin):
        signs(official)
    assert installation_journal("account.credential_revoked")[-1]["method"] == "pin"
    again = coordinator.post(f"/trips/{trip.id}/signers/{official.user_id}/pin/reset")
    assert again.status_code == 404


def test_a_lost_device_is_taken_away_by_a_coordinator(
    official: Browser, trip: SmallTrip, sign_in: Join
) -> None:
    give_passkey(actor_of(official))
    coordinator = sign_in("coordinator", trip_id=trip.id)
    path = f"/trips/{trip.id}/signers/{official.user_id}/passkeys/revoke"
    assert coordinator.post(path).status_code == 303
    assert keys_of(official) == []
    assert coordinator.post(path).status_code == 404


@pytest.mark.parametrize("act", ["pin/reset", "passkeys/revoke"])
def test_officials_of_another_trip_and_others_than_officials_are_not_there(
    app: Flask, trip: SmallTrip, sign_in: Join, act: str
) -> None:
    elsewhere = make_browser(app, make_small_trip("other").id)
    give_pin(elsewhere.user_id or 0)
    give_passkey(actor_of(elsewhere))
    staff = sign_in("staff", trip_id=trip.id)
    coordinator = sign_in("coordinator", trip_id=trip.id)
    for user_id in (elsewhere.user_id, staff.user_id, 4711):
        assert coordinator.post(f"/trips/{trip.id}/signers/{user_id}/{act}").status_code == 404
    assert signs(elsewhere)
    assert len(keys_of(elsewhere)) == 1


def test_an_official_of_all_trips_is_one_of_each(app: Flask, trip: SmallTrip, sign_in: Join) -> None:
    governor = make_browser(app, None)
    give_pin(governor.user_id or 0)
    coordinator = sign_in("coordinator", trip_id=trip.id)
    assert coordinator.post(f"/trips/{trip.id}/signers/{governor.user_id}/pin/reset").status_code == 303
