"""Signing by PIN: setting it, being wrong, being locked out, and what proves that it is the owner."""

from datetime import timedelta

import pytest
from flask import Flask

from deskops.accounts import services
from deskops.accounts.access import recognise
from deskops.accounts.actor import PUBLIC, SYSTEM, Actor
from deskops.accounts.errors import (
    ConfirmationNeeded,
    NoPin,
    PinLocked,
    WeakPin,
    WrongPassword,
    WrongPin,
)
from deskops.accounts.models import SigningPin
from deskops.accounts.passwords import hash_password, token_hash
from deskops.accounts.services import pins
from deskops.accounts.services.pins import Confirmation
from deskops.accounts.services.signing import Proof, Signature, prove
from deskops.core import clock, runtime
from deskops.core.errors import NotFound, SignInNeeded
from deskops.core.unit_of_work import unit_of_work
from tests.accounts.people import installation_journal
from tests.accounts.signers import OTHER_PIN, PIN, give_pin, make_official

NOTHING = Confirmation()
PASSWORD = "چهار اسب در باران 4"


@pytest.fixture
def official(app: Flask) -> Actor:
    """Came by a link just now."""
    return make_official()


@pytest.fixture
def signer(official: Actor) -> Actor:
    """Has a PIN, and came by the link so long ago that it proves nothing any more."""
    give_pin(official.user_id or 0)
    clock.advance(minutes=16)
    return official


def wrong(actor: Actor, times: int) -> None:
    for _ in range(times):
        with pytest.raises((WrongPin, PinLocked)):
            prove(actor, Proof(OTHER_PIN))


def stored(actor: Actor) -> SigningPin | None:
    with runtime.current().database.reading() as session:
        return session.get(SigningPin, actor.user_id)


def give_password(actor: Actor) -> None:
    hashed = hash_password(PASSWORD)
    with unit_of_work(SYSTEM) as uow:
        services.set_password(uow, actor.user_id or 0, hashed, keep=actor.credential)


def test_a_pin_that_was_set_signs_and_says_from_which_device(official: Actor) -> None:
    pins.set_pin(official, PIN, NOTHING)
    assert prove(official, Proof(PIN)) == Signature("pin", "Chrome · Android")
    assert {"method": "pin", "user_id": official.user_id} in installation_journal("account.credential_made")


def test_a_pin_is_stored_as_a_hash_that_the_database_alone_cannot_search(official: Actor) -> None:
    pins.set_pin(official, PIN, NOTHING)
    first = stored(official)
    assert first is not None
    assert first.pin_hash.startswith("$argon2id$")
    assert PIN not in first.pin_hash


def test_two_officials_with_one_pin_sign_each_for_themselves(official: Actor) -> None:
    other = make_official()
    pins.set_pin(official, PIN, NOTHING)
    with pytest.raises(NoPin):
        prove(other, Proof(PIN))


def test_a_changed_pin_is_the_only_one(official: Actor) -> None:
    pins.set_pin(official, PIN, NOTHING)
    pins.set_pin(official, OTHER_PIN, NOTHING)
    with pytest.raises(WrongPin):
        prove(official, Proof(PIN))
    assert prove(official, Proof(OTHER_PIN)).method == "pin"


@pytest.mark.parametrize("pin", ["111111", "123456", "654321", "121212", "123123", "159753"])
def test_a_pin_that_everybody_would_try_is_refused(official: Actor, pin: str) -> None:
    with pytest.raises(WeakPin):
        pins.set_pin(official, pin, NOTHING)
    assert stored(official) is None


def test_a_session_alone_does_not_set_a_pin(signer: Actor) -> None:
    with pytest.raises(ConfirmationNeeded):
        pins.set_pin(signer, OTHER_PIN, NOTHING)
    assert prove(signer, Proof(PIN)).method == "pin"


def test_the_link_proves_for_a_quarter_of_an_hour(official: Actor) -> None:
    clock.advance(minutes=14)
    pins.set_pin(official, PIN, NOTHING)
    clock.advance(minutes=1)
    with pytest.raises(ConfirmationNeeded):
        pins.set_pin(official, OTHER_PIN, NOTHING)


@pytest.mark.parametrize("method", ["password", "badge"])
def test_only_a_link_proves_by_itself(app: Flask, method: str) -> None:
    with pytest.raises(ConfirmationNeeded):
        pins.set_pin(make_official(method=method), PIN, NOTHING)


def test_the_present_pin_sets_another_one_however_it_is_typed(signer: Actor) -> None:
    pins.set_pin(signer, OTHER_PIN, Confirmation(present="۲۰۴ ۶۸۳"))
    assert prove(signer, Proof(OTHER_PIN)).method == "pin"


def test_guessing_the_present_pin_is_counted_as_signing_is(signer: Actor) -> None:
    for _ in range(4):
        with pytest.raises(WrongPin):
            pins.set_pin(signer, OTHER_PIN, Confirmation(present="000111"))
    with pytest.raises(PinLocked):
        pins.set_pin(signer, OTHER_PIN, Confirmation(present="000111"))
    with pytest.raises(PinLocked):
        prove(signer, Proof(PIN))


def test_the_password_sets_a_pin_and_ends_a_lock(signer: Actor) -> None:
    give_password(signer)
    wrong(signer, 5)
    with pytest.raises(WrongPassword):
        pins.set_pin(signer, OTHER_PIN, Confirmation(password="something else"))
    pins.set_pin(signer, OTHER_PIN, Confirmation(password=PASSWORD))
    assert prove(signer, Proof(OTHER_PIN)).method == "pin"


def test_a_password_that_was_never_set_proves_nothing(signer: Actor) -> None:
    with pytest.raises(ConfirmationNeeded):
        pins.set_pin(signer, OTHER_PIN, Confirmation(password="anything at all"))


def test_each_wrong_pin_says_how_many_tries_are_left(signer: Actor) -> None:
    left = []
    for _ in range(4):
        with pytest.raises(WrongPin) as refused:
            prove(signer, Proof(OTHER_PIN))
        left.append(refused.value.params["left"])
    assert left == [4, 3, 2, 1]
    assert len(installation_journal("account.signing_refused")) == 4


def test_the_fifth_wrong_pin_in_a_row_locks_and_says_until_when(signer: Actor) -> None:
    clock.freeze(clock.now().replace(hour=8, minute=0, second=0, microsecond=0))
    wrong(signer, 4)
    with pytest.raises(PinLocked) as refused:
        prove(signer, Proof(OTHER_PIN))
    assert refused.value.params["until"] == "۱۱:۳۵"
    assert refused.value.details["until"].endswith("08:05:00+00:00")


def test_not_even_the_right_pin_signs_while_it_is_locked(signer: Actor) -> None:
    wrong(signer, 5)
    with pytest.raises(PinLocked):
        prove(signer, Proof(PIN))
    clock.advance(minutes=5, seconds=1)
    assert prove(signer, Proof(PIN)).method == "pin"


def test_tries_at_a_locked_pin_do_not_fill_the_journal_nor_prolong_the_lock(signer: Actor) -> None:
    wrong(signer, 30)
    assert len(installation_journal("account.signing_refused")) == 5
    clock.advance(minutes=5, seconds=1)
    assert prove(signer, Proof(PIN)).method == "pin"


def test_each_further_five_lock_for_longer(signer: Actor) -> None:
    lengths = []
    for _ in range(4):
        wrong(signer, 5)
        until = stored(signer).locked_until
        lengths.append(round((until - clock.now()).total_seconds() / 60))
        clock.freeze(until + timedelta(seconds=1))
    assert lengths == [5, 15, 60, 60]


def test_the_right_pin_ends_the_row_of_wrong_ones(signer: Actor) -> None:
    wrong(signer, 4)
    prove(signer, Proof(PIN))
    wrong(signer, 4)
    assert prove(signer, Proof(PIN)).method == "pin"


def test_the_right_guess_among_many_at_once_opens_nothing_once_it_is_locked(
    signer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five wrong ones are counted while this one is still being hashed."""
    check = pins.passwords.pin_matches

    def slow(*given: object) -> bool:
        monkeypatch.setattr(pins.passwords, "pin_matches", check)
        wrong(signer, 5)
        return check(*given)

    monkeypatch.setattr(pins.passwords, "pin_matches", slow)
    with pytest.raises(PinLocked):
        prove(signer, Proof(PIN))


def test_who_has_no_pin_is_told_to_set_one(official: Actor) -> None:
    with pytest.raises(NoPin) as refused:
        prove(official, Proof(PIN))
    assert "تعیین" in refused.value.text()


def test_a_revoked_session_signs_nothing_though_it_is_still_remembered(signer: Actor) -> None:
    with unit_of_work(SYSTEM) as uow:
        services.end_sessions(uow, signer.user_id or 0)
    assert recognise("session", signer.credential) is not None
    with pytest.raises(SignInNeeded):
        prove(signer, Proof(PIN))


def test_an_expired_session_signs_nothing(signer: Actor) -> None:
    clock.advance(hours=9)
    with pytest.raises(SignInNeeded):
        prove(signer, Proof(PIN))


def test_a_closed_account_signs_nothing(signer: Actor) -> None:
    with unit_of_work(SYSTEM) as uow:
        services.user_of(uow, signer.user_id or 0).active = False
    with pytest.raises(SignInNeeded):
        prove(signer, Proof(PIN))


def test_a_guess_over_a_revoked_session_is_not_even_counted(signer: Actor) -> None:
    with unit_of_work(SYSTEM) as uow:
        services.end_sessions(uow, signer.user_id or 0)
    with pytest.raises(SignInNeeded):
        prove(signer, Proof(OTHER_PIN))
    assert stored(signer).failures == 0


def test_a_token_signs_nothing(signer: Actor) -> None:
    with unit_of_work(SYSTEM) as uow:
        token = services.make_api_token(uow, signer.user_id or 0, "script")
    by_token = recognise("token", token_hash(token))
    assert by_token is not None
    with pytest.raises(SignInNeeded):
        prove(by_token, Proof(PIN))


def test_the_public_signs_nothing(app: Flask) -> None:
    with pytest.raises(SignInNeeded):
        prove(PUBLIC, Proof(PIN))


def test_a_reset_pin_signs_no_more_and_another_is_set(signer: Actor) -> None:
    with unit_of_work(SYSTEM) as uow:
        pins.reset_pin(uow, signer.user_id or 0)
    with pytest.raises(NoPin):
        prove(signer, Proof(PIN))
    with pytest.raises(ConfirmationNeeded):
        pins.set_pin(signer, OTHER_PIN, NOTHING)
    assert installation_journal("account.credential_revoked") == [
        {"method": "pin", "user_id": signer.user_id}
    ]


def test_only_a_pin_that_is_there_is_reset(official: Actor) -> None:
    for user_id in (official.user_id or 0, 4711):
        with pytest.raises(NotFound), unit_of_work(SYSTEM) as uow:
            pins.reset_pin(uow, user_id)
