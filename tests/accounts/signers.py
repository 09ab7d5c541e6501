"""Officials who sign, with a PIN, or with a device that the tests bring along."""

from __future__ import annotations

import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field, replace

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url, encode_cbor

from deskops.accounts import services
from deskops.accounts.access import recognise
from deskops.accounts.actor import SYSTEM, Actor, Grant
from deskops.accounts.models import SigningPin
from deskops.accounts.passwords import hash_pin, token_hash
from deskops.accounts.services import passkeys
from deskops.accounts.services.passkeys import RelyingParty
from deskops.core import clock, runtime
from deskops.core.unit_of_work import unit_of_work

PIN, OTHER_PIN = "204683", "917352"
SITE, PAGE = "desks.example", "https://desks.example"
PARTY = RelyingParty(SITE, (PAGE,))
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def make_official(
    trip_id: int | None = None, method: str = "link", device: str = "Chrome · Android"
) -> Actor:
    """An official who signed in this moment, by a link unless told otherwise, and has no PIN."""
    with unit_of_work(SYSTEM) as uow:
        user_id = services.create_user(uow, name="مقام آزمون", grants=[Grant("official", trip_id)])
        opened = services.open_session(uow, user_id, method, device, 8)
    actor = recognise("session", token_hash(opened.token))
    assert actor is not None
    return actor


def give_pin(user_id: int, pin: str = PIN) -> None:
    """A PIN that is set already."""
    hashed = hash_pin(runtime.current().settings.secret_key, user_id, pin)
    with unit_of_work(SYSTEM) as uow:
        uow.session.merge(
            SigningPin(user_id=user_id, pin_hash=hashed, set_at=clock.now(), failures=0, locked_until=None)
        )


@dataclass
class Device:
    """An authenticator: makes one key for one site, and signs once it has recognised its owner."""

    verifies: bool = True
    counts: bool = True
    count: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def make(self, challenge: str, *, site: str = SITE, page: str = PAGE) -> str:
        """What a browser passes on of `navigator.credentials.create`."""
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + self._public_key()
        about = self._about(site, ATTESTED) + attested
        statement = encode_cbor({"fmt": "none", "attStmt": {}, "authData": about})
        return self._answer(_client("webauthn.create", challenge, page), attestationObject=statement)

    def sign(self, challenge: str, *, site: str = SITE, page: str = PAGE, kind: str = "webauthn.get") -> str:
        """What a browser passes on of `navigator.credentials.get`."""
        self.count += self.counts
        client, about = _client(kind, challenge, page), self._about(site)
        signed = self.key.sign(about + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(client, authenticatorData=about, signature=signed)

    def copy(self) -> Device:
        """The same key in somebody else's hands, at the count that it had."""
        return replace(self)

    def _about(self, site: str, flags: int = 0) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return hashlib.sha256(site.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _public_key(self) -> bytes:
        point = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (point.x, point.y))
        return encode_cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def _answer(self, client: bytes, **parts: bytes) -> str:
        response = {name: bytes_to_base64url(part) for name, part in parts.items()}
        name = bytes_to_base64url(self.id)
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "response": {"clientDataJSON": bytes_to_base64url(client), **response},
            }
        )


def _client(kind: str, challenge: str, page: str) -> bytes:
    return json.dumps({"type": kind, "challenge": challenge, "origin": page, "crossOrigin": False}).encode()


def asked_to_add(actor: Actor) -> str:
    """A new challenge."""
    with unit_of_work(actor) as uow:
        return str(passkeys.ask_to_add(uow, actor, PARTY)["challenge"])


def asked_to_sign(actor: Actor) -> str:
    """A new challenge. Raises NoPasskey for who has no passkey."""
    with unit_of_work(actor) as uow:
        return str(passkeys.ask_to_sign(uow, actor, PARTY)["challenge"])


def give_passkey(actor: Actor, device: Device | None = None, name: str = "گوشی") -> Device:
    """A device whose passkey is kept; the actor must have come by a link just now."""
    device = device or Device()
    passkeys.add(actor, name, device.make(asked_to_add(actor)), PARTY, passkeys.Confirmation())
    return device
