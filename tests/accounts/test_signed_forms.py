"""Forms that are signed: what they take as a proof, and that signing happens once."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Annotated, Any

import pytest
from flask import Flask
from pydantic import Field

from deskops.accounts import services
from deskops.accounts.actor import SYSTEM, Actor
from deskops.accounts.errors import PasskeyRefused, WrongPin
from deskops.accounts.events import UserEnabled
from deskops.accounts.forms import ProofForm
from deskops.accounts.proving import perform_signed, proof_asked, proof_of, relying_party
from deskops.accounts.services import passkeys, signing
from deskops.accounts.services.passkeys import RelyingParty
from deskops.app import create_app
from deskops.core import runtime
from deskops.core.config import Settings
from deskops.core.errors import InvalidInput, SignInNeeded
from deskops.core.idempotency import Answer, IdempotencyRow
from deskops.core.unit_of_work import UnitOfWork, unit_of_work
from tests.accounts.people import installation_journal
from tests.accounts.signers import (
    OTHER_PIN,
    PAGE,
    PIN,
    Device,
    asked_to_sign,
    give_passkey,
    give_pin,
    make_official,
)
from tests.quick_apps import quicken


class Order(ProofForm):
    """Any form of an upper room."""

    text: Annotated[str, Field(max_length=20)] = ""


@pytest.fixture
def official(app: Flask) -> Actor:
    actor = make_official()
    give_pin(actor.user_id or 0)
    return actor


def done_once(uow: UnitOfWork, signature: signing.Signature) -> dict[str, Any]:
    """Leaves a trace in the journal."""
    uow.record(UserEnabled(user_id=uow.actor.user_id or 0))
    return {"signed_with": signature.method, "device": signature.device}


def times_done() -> int:
    return len(installation_journal("account.user_enabled"))


def post(app: Flask, actor: Actor, body: dict[str, Any], key: str = "key") -> Answer:
    """As a view does: read the form, and run what is signed."""
    with app.test_request_context("/orders", method="POST", json=body, headers={"Idempotency-Key": key}):
        form = Order.of_request()
        return perform_signed(actor, form, form.model_dump(), done_once, status=201)


def by_pin(pin: str, **more: str) -> dict[str, Any]:
    return {"proof": {"pin": pin}, **more}


@pytest.mark.parametrize("typed", ["204683", "۲۰۴۶۸۳", "٢٠٤٦٨٣", " 204 683 "])
def test_a_pin_is_one_pin_however_it_is_typed(app: Flask, official: Actor, typed: str) -> None:
    answer = post(app, official, by_pin(typed))
    assert (answer.status, answer.data) == (201, {"signed_with": "pin", "device": "Chrome · Android"})


def test_a_page_posts_the_proof_among_its_fields(app: Flask, official: Actor) -> None:
    fields = {"text": "refer", "pin": PIN, "csrf_token": "…"}
    with app.test_request_context("/orders", method="POST", data=fields):
        form = Order.of_request()
        assert (form.text, form.pin) == ("refer", PIN)
        assert perform_signed(official, form, form.model_dump(), done_once).data["signed_with"] == "pin"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "pin"),
        ({"proof": {}}, "pin"),
        ({"proof": "204683"}, "proof"),
        ({"proof": None}, "proof"),
        ({"proof": {"pin": "20468"}}, "pin"),
        ({"proof": {"pin": "2046833"}}, "pin"),
        ({"proof": {"pin": "20468a"}}, "pin"),
        ({"proof": {"pin": "²04683"}}, "pin"),
        ({"proof": {"pin": 204683}}, "pin"),
        ({"proof": {"passkey": "x" * 8001}}, "passkey"),
        ({"proof": {"passkey": 5}}, "passkey"),
        ({"proof": {"pin": PIN, "password": "x"}}, "password"),
    ],
)
def test_what_cannot_be_a_proof_is_refused_before_it_counts(
    app: Flask, official: Actor, body: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        post(app, official, body)
    assert field in refused.value.errors
    assert installation_journal("account.signing_refused") == []


def test_a_wrong_pin_does_nothing_but_count(app: Flask, official: Actor) -> None:
    with pytest.raises(WrongPin):
        post(app, official, by_pin(OTHER_PIN))
    assert times_done() == 0
    assert len(installation_journal("account.signing_refused")) == 1


def test_after_a_wrong_pin_the_same_form_is_signed_with_the_right_one(app: Flask, official: Actor) -> None:
    with pytest.raises(WrongPin):
        post(app, official, by_pin(OTHER_PIN))
    assert post(app, official, by_pin(PIN)).status == 201
    assert times_done() == 1


def test_a_proof_is_kept_nowhere(app: Flask, official: Actor) -> None:
    form = Order.checked(by_pin(PIN, text="refer"))
    assert form.model_dump() == {"text": "refer"}
    assert PIN not in repr(form)
    first = post(app, official, by_pin(PIN))
    with runtime.current().database.reading() as session:
        [row] = session.query(IdempotencyRow)
        assert PIN not in row.response
    assert first.data == {"signed_with": "pin", "device": "Chrome · Android"}


def test_who_never_saw_the_answer_gets_it_again_and_nothing_is_done_twice(
    app: Flask, official: Actor
) -> None:
    device = give_passkey(official)
    body = {"proof": {"passkey": device.sign(asked_to_sign(official))}}
    first, again = post(app, official, body), post(app, official, body)
    assert again == Answer(201, first.data, replayed=True)
    assert times_done() == 1


def test_an_answer_of_a_passkey_signs_one_form_only(app: Flask, official: Actor) -> None:
    device = give_passkey(official)
    body = {"proof": {"passkey": json.loads(device.sign(asked_to_sign(official)))}}
    assert post(app, official, body, "one").data["signed_with"] == "passkey"
    with pytest.raises(PasskeyRefused):
        post(app, official, body, "two")
    assert times_done() == 1


def test_many_presses_at_once_are_signed_once(app: Flask, official: Actor) -> None:
    with ThreadPoolExecutor(8) as hands:
        answers = list(hands.map(lambda _: post(app, official, by_pin(PIN)), range(8)))
    assert {(answer.status, answer.data["signed_with"]) for answer in answers} == {(201, "pin")}
    assert times_done() == 1


def test_a_session_that_is_revoked_while_the_proof_is_checked_signs_nothing(
    app: Flask, official: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    prove = signing.prove

    def and_revoke(actor: Actor, proof: signing.Proof) -> signing.Signature:
        signature = prove(actor, proof)
        with unit_of_work(SYSTEM) as uow:
            services.end_sessions(uow, actor.user_id or 0)
        return signature

    monkeypatch.setattr(signing, "prove", and_revoke)
    with pytest.raises(SignInNeeded):
        post(app, official, by_pin(PIN))
    assert times_done() == 0


def test_a_page_knows_what_its_official_can_sign_with(app: Flask) -> None:
    actor = make_official()
    assert asked(app, actor) == (False, False)
    give_passkey(actor)
    assert asked(app, actor) == (True, True)
    with unit_of_work(actor) as uow:
        passkeys.revoke_all(uow, actor.user_id or 0)
    give_pin(actor.user_id or 0)
    assert asked(app, actor) == (True, False)


def asked(app: Flask, actor: Actor) -> tuple[bool, bool]:
    with app.test_request_context("/orders"), runtime.current().database.reading() as session:
        proof = proof_asked(session, actor)
        return proof.possible, proof.by_passkey


@pytest.mark.parametrize(
    ("public_url", "asked_for", "expected"),
    [
        ("https://desks.example", "http://10.0.0.5:8000", RelyingParty("desks.example", (PAGE,))),
        ("https://desks.example/", "https://desks.example", RelyingParty("desks.example", (PAGE,))),
        (None, "http://localhost:8000", RelyingParty("localhost", ("http://localhost:8000",))),
        (None, "https://hall.example", RelyingParty("hall.example", ("https://hall.example",))),
        (None, "http://hall.example", None),
        (None, "https://10.0.0.5", None),
        (None, "http://127.0.0.1:8000", None),
        ("https://[2001:db8::1]", "https://[2001:db8::1]", None),
    ],
)
def test_passkeys_belong_to_the_public_address_and_need_a_name_and_tls(
    settings: Settings, public_url: str | None, asked_for: str, expected: RelyingParty | None
) -> None:
    app = create_app(replace(settings, public_url=public_url))
    quicken(runtime.current().database)
    with app.test_request_context("/", base_url=asked_for):
        assert relying_party() == expected


def test_a_further_origin_counts_only_within_the_public_name(settings: Settings) -> None:
    origins = ("https://hall.desks.example", "https://evil.example", "https://evildesks.example")
    app = create_app(replace(settings, allowed_origins=origins))
    quicken(runtime.current().database)
    with app.test_request_context("/"):
        assert relying_party() == RelyingParty("desks.example", (PAGE, "https://hall.desks.example"))


def test_a_form_carries_the_site_to_the_check(app: Flask) -> None:
    with app.test_request_context("/orders"):
        proof = proof_of(Order.checked({"proof": {"passkey": Device().sign("A" * 43)}}))
    assert proof.party == RelyingParty("desks.example", (PAGE,))
