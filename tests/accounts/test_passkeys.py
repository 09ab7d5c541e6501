"""Signing by passkey, with a device written here: what it must have answered, and what is refused."""

import json

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from deskops.accounts import services
from deskops.accounts.actor import SYSTEM, Actor
from deskops.accounts.errors import ConfirmationNeeded, NoPasskey, PasskeyKnown, PasskeyRefused
from deskops.accounts.models import Passkey, SigningChallenge
from deskops.accounts.queries.signing import living_passkeys
from deskops.accounts.services import passkeys
from deskops.accounts.services.passkeys import RelyingParty
from deskops.accounts.services.pins import Confirmation
from deskops.accounts.services.signing import Proof, Signature, prove
from deskops.core import clock, housekeeping, runtime
from deskops.core.errors import NotFound, SignInNeeded
from deskops.core.unit_of_work import unit_of_work
from tests.accounts.people import installation_journal
from tests.accounts.signers import (
    PARTY,
    PIN,
    Device,
    asked_to_add,
    asked_to_sign,
    give_passkey,
    give_pin,
    make_official,
)

NOTHING = Confirmation()


@pytest.fixture
def official(app: Flask) -> Actor:
    return make_official()


@pytest.fixture
def device(official: Actor) -> Device:
    """Whose passkey is kept."""
    return give_passkey(official)


def sign(actor: Actor, answer: str, party: RelyingParty | None = PARTY) -> Signature:
    return prove(actor, Proof(passkey=answer, party=party))


def kept(actor: Actor) -> tuple[Passkey, ...]:
    with runtime.current().database.reading() as session:
        return living_passkeys(session, actor.user_id or 0)


def challenges() -> int:
    with runtime.current().database.reading() as session:
        return session.scalar(select(func.count()).select_from(SigningChallenge)) or 0


def test_a_device_that_knows_its_owner_signs(official: Actor, device: Device) -> None:
    assert sign(official, device.sign(asked_to_sign(official))) == Signature("passkey", "Chrome · Android")
    [key] = kept(official)
    assert (key.name, key.sign_count) == ("گوشی", 1)
    assert key.last_used_at is not None
    made = {"method": "passkey", "user_id": official.user_id}
    assert made in installation_journal("account.credential_made")


def test_an_answer_signs_once(official: Actor, device: Device) -> None:
    answer = device.sign(asked_to_sign(official))
    sign(official, answer)
    with pytest.raises(PasskeyRefused):
        sign(official, answer)


def test_a_challenge_is_answered_once_even_where_the_first_answer_was_wrong(
    official: Actor, device: Device
) -> None:
    challenge = asked_to_sign(official)
    with pytest.raises(PasskeyRefused):
        sign(official, device.sign(challenge, page="https://evil.example"))
    with pytest.raises(PasskeyRefused):
        sign(official, device.sign(challenge))


def test_a_challenge_is_good_for_five_minutes(official: Actor, device: Device) -> None:
    clock.freeze(clock.now())
    in_time, late = asked_to_sign(official), asked_to_sign(official)
    clock.advance(minutes=4, seconds=59)
    assert sign(official, device.sign(in_time)).method == "passkey"
    clock.advance(seconds=1)
    with pytest.raises(PasskeyRefused):
        sign(official, device.sign(late))


def test_a_challenge_that_the_server_never_made_is_refused(official: Actor, device: Device) -> None:
    with pytest.raises(PasskeyRefused):
        sign(official, device.sign("A" * 43))


def test_the_challenge_of_somebody_else_is_refused(official: Actor, device: Device) -> None:
    other = make_official()
    give_passkey(other)
    with pytest.raises(PasskeyRefused):
        sign(official, device.sign(asked_to_sign(other)))


def test_a_challenge_for_adding_does_not_sign(official: Actor, device: Device) -> None:
    with pytest.raises(PasskeyRefused):
        sign(official, device.sign(asked_to_add(official)))


def test_the_passkey_of_somebody_else_is_refused(official: Actor, device: Device) -> None:
    strangers = give_passkey(make_official())
    with pytest.raises(PasskeyRefused):
        sign(official, strangers.sign(asked_to_sign(official)))


@pytest.mark.parametrize(
    "otherwise",
    [{"page": "https://evil.example"}, {"site": "evil.example"}, {"kind": "webauthn.create"}],
    ids=["another page", "another site", "another act"],
)
def test_an_answer_for_something_else_is_refused_and_counted(
    official: Actor, device: Device, otherwise: dict[str, str]
) -> None:
    with pytest.raises(PasskeyRefused):
        sign(official, device.sign(asked_to_sign(official), **otherwise))
    refused = {"method": "passkey", "user_id": official.user_id}
    assert installation_journal("account.signing_refused") == [refused]


def test_a_device_that_only_was_touched_does_not_sign(official: Actor, device: Device) -> None:
    device.verifies = False
    with pytest.raises(PasskeyRefused):
        sign(official, device.sign(asked_to_sign(official)))


def test_a_changed_signature_is_refused(official: Actor, device: Device) -> None:
    challenge = asked_to_sign(official)
    answer, strangers = json.loads(device.sign(challenge)), json.loads(Device().sign(challenge))
    answer["response"]["signature"] = strangers["response"]["signature"]
    with pytest.raises(PasskeyRefused):
        sign(official, json.dumps(answer))


def test_a_copied_device_is_found_out_by_its_count(official: Actor, device: Device) -> None:
    copied = device.copy()
    sign(official, device.sign(asked_to_sign(official)))
    with pytest.raises(PasskeyRefused):
        sign(official, copied.sign(asked_to_sign(official)))


def test_a_device_that_counts_nothing_signs_again_and_again(official: Actor) -> None:
    device = give_passkey(official, Device(counts=False))
    for _ in range(2):
        assert sign(official, device.sign(asked_to_sign(official))).method == "passkey"


def test_a_revoked_passkey_signs_no_more(official: Actor, device: Device) -> None:
    other = give_passkey(official, name="رایانه")
    in_time = device.sign(asked_to_sign(official))
    with unit_of_work(official) as uow:
        passkeys.revoke(uow, official.user_id or 0, kept(official)[0].id)
    with pytest.raises(PasskeyRefused):
        sign(official, in_time)
    assert sign(official, other.sign(asked_to_sign(official))).method == "passkey"


def test_all_passkeys_are_taken_away_at_once(official: Actor, device: Device) -> None:
    give_passkey(official, name="رایانه")
    with unit_of_work(SYSTEM) as uow:
        passkeys.revoke_all(uow, official.user_id or 0)
    assert kept(official) == ()
    with pytest.raises(NoPasskey):
        asked_to_sign(official)
    with pytest.raises(NotFound), unit_of_work(SYSTEM) as uow:
        passkeys.revoke_all(uow, official.user_id or 0)


def test_nobody_revokes_the_passkey_of_somebody_else(official: Actor, device: Device) -> None:
    other = make_official()
    with pytest.raises(NotFound), unit_of_work(other) as uow:
        passkeys.revoke(uow, other.user_id or 0, kept(official)[0].id)
    assert len(kept(official)) == 1


def test_a_revoked_session_signs_nothing_by_passkey(official: Actor, device: Device) -> None:
    answer = device.sign(asked_to_sign(official))
    with unit_of_work(SYSTEM) as uow:
        services.end_sessions(uow, official.user_id or 0)
    with pytest.raises(SignInNeeded):
        sign(official, answer)


def test_where_browsers_keep_no_passkeys_none_signs(official: Actor, device: Device) -> None:
    with pytest.raises(PasskeyRefused):
        sign(official, device.sign(asked_to_sign(official)), party=None)


def test_a_session_alone_adds_no_passkey(official: Actor) -> None:
    give_pin(official.user_id or 0)
    clock.advance(minutes=16)
    challenge = asked_to_add(official)
    with pytest.raises(ConfirmationNeeded):
        passkeys.add(official, "گوشی", Device().make(challenge), PARTY, NOTHING)
    assert kept(official) == ()
    passkeys.add(official, "گوشی", Device().make(challenge), PARTY, Confirmation(present=PIN))
    assert len(kept(official)) == 1


def test_a_passkey_is_kept_once(official: Actor, device: Device) -> None:
    with pytest.raises(PasskeyKnown):
        passkeys.add(official, "گوشی", device.make(asked_to_add(official)), PARTY, NOTHING)
    with pytest.raises(PasskeyKnown):
        give_passkey(make_official(), device)


def test_a_passkey_that_was_made_without_its_owner_is_refused(official: Actor) -> None:
    with pytest.raises(PasskeyRefused):
        give_passkey(official, Device(verifies=False))
    assert kept(official) == ()


@pytest.mark.parametrize("otherwise", [{"page": "https://evil.example"}, {"site": "evil.example"}])
def test_a_passkey_of_another_site_is_refused(official: Actor, otherwise: dict[str, str]) -> None:
    answer = Device().make(asked_to_add(official), **otherwise)
    with pytest.raises(PasskeyRefused):
        passkeys.add(official, "گوشی", answer, PARTY, NOTHING)


def test_a_challenge_for_signing_adds_nothing(official: Actor, device: Device) -> None:
    with pytest.raises(PasskeyRefused):
        passkeys.add(official, "دیگر", Device().make(asked_to_sign(official)), PARTY, NOTHING)


def test_the_browser_is_asked_for_a_device_that_verifies_and_for_no_key_twice(
    official: Actor, device: Device
) -> None:
    with unit_of_work(official) as uow:
        to_add = passkeys.ask_to_add(uow, official, PARTY)
        to_sign = passkeys.ask_to_sign(uow, official, PARTY)
    assert to_add["authenticatorSelection"]["userVerification"] == "required"
    assert to_sign["userVerification"] == "required"
    assert (to_add["rp"]["id"], to_sign["rpId"]) == ("desks.example", "desks.example")
    [known] = kept(official)
    assert [key["id"] for key in to_add["excludeCredentials"]] == [known.credential_id]
    assert [key["id"] for key in to_sign["allowCredentials"]] == [known.credential_id]


def test_a_device_learns_nothing_of_who_its_owner_is_but_the_name(official: Actor) -> None:
    with unit_of_work(official) as uow:
        first, second = (passkeys.ask_to_add(uow, official, PARTY)["user"] for _ in range(2))
    assert first == second
    assert len(first["id"]) == 43


def test_challenges_that_nobody_answered_are_cleared(official: Actor, device: Device) -> None:
    asked_to_sign(official)
    clock.advance(minutes=3)
    open_one = asked_to_sign(official)
    clock.advance(minutes=3)
    assert challenges() == 2
    housekeeping.clear({})
    assert challenges() == 1
    assert sign(official, device.sign(open_one)).method == "passkey"
    assert challenges() == 0


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", "{", '{"id": 1}', "[" * 8000, '"\\u0000"'])
def test_what_is_no_answer_is_refused(official: Actor, device: Device, answer: str) -> None:
    with pytest.raises(PasskeyRefused):
        passkeys.check(official, answer, PARTY)
    with pytest.raises(PasskeyRefused):
        passkeys.add(official, "گوشی", answer, PARTY, NOTHING)


PARTS = ("clientDataJSON", "authenticatorData", "signature", "attestationObject")


def test_an_answer_with_a_part_of_garbage_is_refused(official: Actor, device: Device) -> None:
    to_sign = json.loads(device.sign(asked_to_sign(official)))
    to_add = json.loads(Device().make(asked_to_add(official)))

    @given(st.sampled_from(PARTS), st.one_of(st.text(max_size=60), st.integers(), st.none()))
    def refused(part: str, garbage: object) -> None:
        for whole, check in ((to_sign, passkeys.check), (to_add, add_with)):
            if part in whole["response"]:
                spoilt = {**whole, "response": {**whole["response"], part: garbage}}
                with pytest.raises(PasskeyRefused):
                    check(official, json.dumps(spoilt), PARTY)

    refused()


def add_with(actor: Actor, answer: str, party: RelyingParty) -> None:
    passkeys.add(actor, "گوشی", answer, party, NOTHING)
