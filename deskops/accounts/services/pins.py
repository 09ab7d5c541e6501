"""The PIN that an official signs with: set, checked, reset. Hashing takes as long as forty transactions, so it
is done before them; a wrong PIN is counted in one of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from deskops.accounts import passwords, queries, rules
from deskops.accounts.actor import Actor
from deskops.accounts.errors import ConfirmationNeeded, NoPin, PinLocked, WeakPin, WrongPassword, WrongPin
from deskops.accounts.events import CredentialMade, CredentialRevoked, SigningRefused
from deskops.accounts.models import SigningPin
from deskops.accounts.queries.signing import Login, living_login
from deskops.accounts.services import user_of
from deskops.core import clock, runtime
from deskops.core.dates import clock_time
from deskops.core.errors import NotFound, Refusal, SignInNeeded
from deskops.core.unit_of_work import UnitOfWork, unit_of_work


@dataclass(frozen=True)
class Confirmation:
    """What shows that it is the owner who changes what an account signs with: one of the two, as typed."""

    password: str = ""
    present: str = ""


def set_pin(actor: Actor, pin: str, confirmation: Confirmation) -> None:
    """Set or change one's PIN; a lock ends with it. Raises WeakPin, and as `confirm`."""
    if rules.is_trivial_pin(pin):
        raise WeakPin(field="pin")
    confirm(actor, confirmation)
    user_id = signer_id(actor)
    hashed = passwords.hash_pin(_key(), user_id, pin)
    with unit_of_work(actor) as uow:
        user_of(uow, user_id)
        row = uow.session.get(SigningPin, user_id)
        if row is None:
            row = SigningPin(user_id=user_id)
            uow.session.add(row)
        row.pin_hash, row.set_at, row.failures, row.locked_until = hashed, uow.now, 0, None
        uow.record(CredentialMade(user_id=user_id, method="pin"))


def reset_pin(uow: UnitOfWork, user_id: int) -> None:
    """Take a forgotten PIN away; its owner sets another one. Raises NotFound."""
    user_of(uow, user_id)
    row = uow.session.get(SigningPin, user_id)
    if row is None:
        raise NotFound()
    uow.session.delete(row)
    uow.record(CredentialRevoked(user_id=user_id, method="pin"))


def confirm(actor: Actor, confirmation: Confirmation) -> None:
    """A session alone may be a phone that lies about: it takes a link opened a moment ago, the password, or the PIN.

    Raises SignInNeeded, WrongPassword, ConfirmationNeeded, and as `check_pin`.
    """
    if is_fresh(require_login(actor), clock.now()):
        return
    with runtime.current().database.reading() as session:
        stored = queries.password_hash(session, actor.user_id)
    if confirmation.password and stored is not None:
        if not passwords.matches(stored, confirmation.password):
            raise WrongPassword(field="password")
    elif confirmation.present:
        check_pin(actor, rules.fold_pin(confirmation.present), "present")
    else:
        raise ConfirmationNeeded()


def is_fresh(login: Login, now: datetime) -> bool:
    """Whether a session was opened by a link so short a while ago that it proves who is there."""
    return login.method == "link" and login.since > now - rules.FRESH_LINK


def check_pin(actor: Actor, pin: str, field: str = "pin") -> None:
    """Whether a PIN fits. Raises NoPin, WrongPin, PinLocked, SignInBusy."""
    user_id = signer_id(actor)
    stored = _open_pin(user_id, field)
    if not passwords.pin_matches(stored.pin_hash, _key(), user_id, pin):
        raise _counted(actor, user_id, field)
    # Guesses made meanwhile may have closed it: the right one among many at once opens nothing either.
    if _open_pin(user_id, field).failures:
        _forgive(actor, user_id)


def require_login(actor: Actor) -> Login:
    """The actor's session as the database has it now. Raises SignInNeeded where it has ended, and for a token."""
    with runtime.current().database.reading() as session:
        login = None if actor.via != "session" else living_login(session, actor.credential, clock.now())
    if login is None:
        raise SignInNeeded()
    return login


def signer_id(actor: Actor) -> int:
    """Raises SignInNeeded where nobody is there."""
    if actor.user_id is None:
        raise SignInNeeded()
    return actor.user_id


def _open_pin(user_id: int, field: str) -> SigningPin:
    with runtime.current().database.reading() as session:
        row = session.get(SigningPin, user_id)
    if row is None:
        raise NoPin(field=field)
    if row.locked_until is not None and row.locked_until > clock.now():
        raise _locked(row.locked_until, field)
    return row


def _counted(actor: Actor, user_id: int, field: str) -> Refusal:
    """In a transaction of its own, since the refused one keeps nothing. Tries at a closed PIN aren't counted: a guesser
    could fill the journal with them.
    """
    with unit_of_work(actor) as uow:
        row = uow.session.get(SigningPin, user_id, with_for_update=True)
        if row is None:
            return NoPin(field=field)
        if row.locked_until is not None and row.locked_until > uow.now:
            return _locked(row.locked_until, field)
        row.failures += 1
        lock = rules.pin_lock(row.failures)
        row.locked_until = None if lock is None else uow.now + lock
        uow.record(SigningRefused(user_id=user_id, method="pin"))
        if row.locked_until is not None:
            return _locked(row.locked_until, field)
        return WrongPin(field=field, left=rules.TRIES_OF_PIN - row.failures % rules.TRIES_OF_PIN)


def _forgive(actor: Actor, user_id: int) -> None:
    with unit_of_work(actor) as uow:
        row = uow.session.get(SigningPin, user_id, with_for_update=True)
        if row is not None:
            row.failures, row.locked_until = 0, None


def _locked(until: datetime, field: str) -> PinLocked:
    return PinLocked(field=field, details={"until": until.isoformat()}, until=clock_time(until))


def _key() -> str:
    return runtime.current().settings.secret_key
