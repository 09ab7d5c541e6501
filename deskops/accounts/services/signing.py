"""Proof that it is the official who signs, asked for anew each time: by PIN or by passkey."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from deskops.accounts.actor import Actor
from deskops.accounts.queries.signing import living_login
from deskops.accounts.services import passkeys, pins
from deskops.accounts.services.passkeys import RelyingParty
from deskops.core import clock
from deskops.core.errors import SignInNeeded

PIN, PASSKEY = "pin", "passkey"


@dataclass(frozen=True)
class Signature:
    """How somebody proved a moment ago that it is them: pin or passkey, and on which device."""

    method: str
    device: str


@dataclass(frozen=True)
class Proof:
    """What was given: six digits, or a passkey's answer to a challenge of ours as JSON, made for `party`."""

    pin: str = ""
    passkey: str = ""
    party: RelyingParty | None = None


def prove(actor: Actor, proof: Proof) -> Signature:
    """Check a proof. Call it before the transaction: it takes as long as forty of them.

    Raises SignInNeeded where the session has ended, and for a system's token; NoPin, WrongPin, PinLocked, PasskeyRefused,
    SignInBusy.
    """
    login = pins.require_login(actor)
    if proof.passkey:
        passkeys.check(actor, proof.passkey, proof.party)
        return Signature(PASSKEY, login.device)
    pins.check_pin(actor, proof.pin)
    return Signature(PIN, login.device)


def require_living(session: Session, actor: Actor) -> None:
    """For the transaction itself: the session may have been revoked while the proof was checked. Raises SignInNeeded."""
    if living_login(session, actor.credential, clock.now()) is None:
        raise SignInNeeded()
