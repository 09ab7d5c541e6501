"""Passkeys (W3C Web Authentication): a key that an official's device keeps and uses once it knows its owner."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import delete, select, update
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from deskops.accounts.actor import Actor
from deskops.accounts.errors import NoPasskey, PasskeyKnown, PasskeyRefused
from deskops.accounts.events import CredentialMade, CredentialRevoked, SigningRefused
from deskops.accounts.models import Passkey, SigningChallenge
from deskops.accounts.queries.signing import living_passkeys
from deskops.accounts.services.pins import Confirmation, confirm, signer_id
from deskops.core import housekeeping, runtime
from deskops.core.errors import NotFound
from deskops.core.unit_of_work import UnitOfWork, unit_of_work

ADD, SIGN = "add", "sign"
CHALLENGE_LIFETIME = timedelta(minutes=5)
CHALLENGE_BYTES = 32
LONGEST_KEY = 2000
SITE_NAME = "deskops"
Result = TypeVar("Result")


@dataclass(frozen=True)
class RelyingParty:
    """The site as passkeys know it: a host name, and the origins of its pages."""

    id: str
    origins: tuple[str, ...]


def ask_to_sign(uow: UnitOfWork, actor: Actor, party: RelyingParty) -> dict[str, Any]:
    """What the browser is to ask of the device, with a new challenge; the shape of PublicKeyCredentialRequestOptionsJSON.

    Raises NoPasskey.
    """
    known = living_passkeys(uow.session, signer_id(actor))
    if not known:
        raise NoPasskey()
    options = generate_authentication_options(
        rp_id=party.id,
        challenge=_challenge(uow, actor, SIGN),
        timeout=_milliseconds(),
        allow_credentials=_descriptors(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _plain(options_to_json(options))


def ask_to_add(uow: UnitOfWork, actor: Actor, party: RelyingParty) -> dict[str, Any]:
    """The same for a new passkey; the shape of PublicKeyCredentialCreationOptionsJSON."""
    user_id = signer_id(actor)
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=SITE_NAME,
        user_id=_handle(user_id),
        user_name=actor.name,
        challenge=_challenge(uow, actor, ADD),
        timeout=_milliseconds(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(living_passkeys(uow.session, user_id)),
    )
    return _plain(options_to_json(options))


def add(actor: Actor, name: str, answer: str, party: RelyingParty | None, confirmation: Confirmation) -> None:
    """Keep the passkey that a device made. Raises PasskeyRefused, PasskeyKnown, and as `confirm`."""
    confirm(actor, confirmation)
    user_id, site = signer_id(actor), _site(party)
    given = _checked(lambda: parse_registration_credential_json(answer))
    challenge = _spent(actor, ADD, given.response.client_data_json)
    made = _checked(
        lambda: verify_registration_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=site.id,
            expected_origin=list(site.origins),
            require_user_verification=True,
        )
    )
    public_key = bytes_to_base64url(made.credential_public_key)
    if len(public_key) > LONGEST_KEY:
        raise PasskeyRefused(field="name")
    key = Passkey(
        user_id=user_id,
        credential_id=bytes_to_base64url(made.credential_id),
        public_key=public_key,
        sign_count=made.sign_count,
        name=name,
    )
    with unit_of_work(actor) as uow:
        if uow.session.scalar(select(Passkey.id).where(Passkey.credential_id == key.credential_id)):
            raise PasskeyKnown(field="name")
        key.created_at = uow.now
        uow.session.add(key)
        uow.record(CredentialMade(user_id=user_id, method="passkey"))


def check(actor: Actor, answer: str, party: RelyingParty | None) -> None:
    """Whether a passkey of the actor answered a challenge of ours, and its device knew its owner. Raises PasskeyRefused."""
    user_id, site = signer_id(actor), _site(party)
    given = _checked(lambda: parse_authentication_credential_json(answer))
    challenge = _spent(actor, SIGN, given.response.client_data_json)
    with runtime.current().database.reading() as session:
        keys = {key.credential_id: key for key in living_passkeys(session, user_id)}
    key = keys.get(given.id)
    try:
        if key is None:
            raise PasskeyRefused(field="pin")
        count = _checked(
            lambda: verify_authentication_response(
                credential=given,
                expected_challenge=challenge,
                expected_rp_id=site.id,
                expected_origin=list(site.origins),
                credential_public_key=base64url_to_bytes(key.public_key),
                credential_current_sign_count=key.sign_count,
                require_user_verification=True,
            )
        ).new_sign_count
        _used(actor, key, count)
    except PasskeyRefused:
        with unit_of_work(actor) as uow:
            uow.record(SigningRefused(user_id=user_id, method="passkey"))
        raise


def revoke(uow: UnitOfWork, user_id: int, passkey_id: int) -> None:
    """Sign with it no more. Raises NotFound."""
    key = uow.session.get(Passkey, passkey_id, with_for_update=True)
    if key is None or key.user_id != user_id or key.revoked_at is not None:
        raise NotFound()
    key.revoked_at = uow.now
    uow.record(CredentialRevoked(user_id=user_id, method="passkey"))


def revoke_all(uow: UnitOfWork, user_id: int) -> None:
    """As when a device was lost. Raises NotFound where there is none."""
    keys = living_passkeys(uow.session, user_id)
    if not keys:
        raise NotFound()
    for key in keys:
        revoke(uow, user_id, key.id)


@housekeeping.sweep
def clear_challenges(uow: UnitOfWork) -> None:
    """Those that nobody answered in time; the answered ones are gone."""
    uow.session.execute(delete(SigningChallenge).where(SigningChallenge.expires_at < uow.now))


def _challenge(uow: UnitOfWork, actor: Actor, purpose: str) -> bytes:
    made = secrets.token_bytes(CHALLENGE_BYTES)
    row = SigningChallenge(
        challenge=bytes_to_base64url(made),
        user_id=signer_id(actor),
        purpose=purpose,
        expires_at=uow.now + CHALLENGE_LIFETIME,
    )
    uow.session.add(row)
    return made


def _spent(actor: Actor, purpose: str, client_data: bytes) -> bytes:
    """The challenge that an answer names, spent in a transaction of its own: whatever comes of it, it is asked once.

    Raises PasskeyRefused where it wasn't asked of this user for this purpose, is spent or too old.
    """
    challenge = _checked(lambda: parse_client_data_json(client_data)).challenge
    with unit_of_work(actor) as uow:
        statement = delete(SigningChallenge).where(
            SigningChallenge.challenge == bytes_to_base64url(challenge),
            SigningChallenge.user_id == signer_id(actor),
            SigningChallenge.purpose == purpose,
            SigningChallenge.expires_at > uow.now,
        )
        found = uow.session.scalar(statement.returning(SigningChallenge.challenge))
    if found is None:
        raise PasskeyRefused(field="pin")
    return challenge


def _used(actor: Actor, key: Passkey, count: int) -> None:
    """Only over the count that was compared: a copied device that answers at the same time is refused."""
    as_compared = (
        Passkey.id == key.id,
        Passkey.sign_count == key.sign_count,
        Passkey.revoked_at.is_(None),
    )
    with unit_of_work(actor) as uow:
        statement = update(Passkey).where(*as_compared).values(sign_count=count, last_used_at=uow.now)
        found = uow.session.scalar(statement.returning(Passkey.id))
    if found is None:
        raise PasskeyRefused(field="pin")


def _checked(work: Callable[[], Result]) -> Result:
    """The library raises many kinds of error over what a stranger sends; to people they are one."""
    try:
        return work()
    except Exception as error:
        raise PasskeyRefused(field="pin") from error


def _site(party: RelyingParty | None) -> RelyingParty:
    if party is None:
        raise PasskeyRefused(field="pin")
    return party


def _descriptors(keys: tuple[Passkey, ...]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.credential_id)) for key in keys]


def _handle(user_id: int) -> bytes:
    """What the device knows the account by: nothing that says whose it is."""
    secret = runtime.current().settings.secret_key.encode()
    return hmac.digest(secret, f"passkey\x1f{user_id}".encode(), "sha256")


def _milliseconds() -> int:
    return int(CHALLENGE_LIFETIME.total_seconds() * 1000)


def _plain(options: str) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(options)
    return plain
