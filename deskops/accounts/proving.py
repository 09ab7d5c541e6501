"""Signed use cases at the HTTP edge: what a page asks for, what a form gave, and the one way to run them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from flask import request
from sqlalchemy.orm import Session

from deskops.accounts.access import allowed_origins
from deskops.accounts.actor import Actor
from deskops.accounts.forms import ProofForm
from deskops.accounts.queries.signing import Means, means_of
from deskops.accounts.services import signing
from deskops.accounts.services.passkeys import RelyingParty
from deskops.accounts.services.pins import signer_id
from deskops.accounts.services.signing import Proof, Signature
from deskops.core import clock, runtime
from deskops.core.idempotency import Answer
from deskops.core.unit_of_work import UnitOfWork
from deskops.core.web import answered, perform

SignedWork = Callable[[UnitOfWork, Signature], dict[str, Any]]


@dataclass(frozen=True)
class ProofAsked:
    """What `accounts/_proof.html` shows. `site`: the host that passkeys belong to; empty where none can be used."""

    means: Means
    site: str

    @property
    def possible(self) -> bool:
        """Whether the person could sign at all."""
        return self.means.pin_set_at is not None or self.by_passkey

    @property
    def by_passkey(self) -> bool:
        """Whether the button is offered, where the browser can."""
        return bool(self.site and self.means.passkeys)


def proof_asked(session: Session, actor: Actor) -> ProofAsked:
    """For the template of a form that is signed."""
    party = relying_party()
    means = means_of(session, signer_id(actor), clock.now())
    return ProofAsked(means, "" if party is None else party.id)


def perform_signed(
    actor: Actor, form: ProofForm, body: Any, work: SignedWork, *, status: int = 200
) -> Answer:
    """`core.web.perform` for what an official signs: the proof is checked ahead of the transaction, the session again in it.

    A repeat gets the first answer without a second proof: a passkey answers but once, and the phone must learn what became
    of the order. Raises what `signing.prove`, `work` and `perform` raise.
    """
    seen = answered(actor, body)
    if seen is not None:
        return seen
    signature = signing.prove(actor, proof_of(form))

    def signed(uow: UnitOfWork) -> dict[str, Any]:
        signing.require_living(uow.session, actor)
        return work(uow, signature)

    return perform(actor, body, signed, status=status)


def proof_of(form: ProofForm) -> Proof:
    """What a posted form proves with."""
    return Proof(form.pin, form.passkey, relying_party())


def relying_party() -> RelyingParty | None:
    """This site as passkeys know it: the host of the public address, else the one that was asked for.

    None where browsers keep no passkeys: for an address in figures, and without TLS but on the machine itself.
    """
    host = urlsplit(runtime.current().settings.public_url or request.host_url).hostname or ""
    origins = {origin for origin in allowed_origins() if _keeps_passkeys(urlsplit(origin), host)}
    if not origins or _is_address(host):
        return None
    return RelyingParty(host, tuple(sorted(origins)))


def _keeps_passkeys(origin: SplitResult, host: str) -> bool:
    name = origin.hostname or ""
    within = name == host or name.endswith(f".{host}")
    return within and (origin.scheme == "https" or name == "localhost")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
