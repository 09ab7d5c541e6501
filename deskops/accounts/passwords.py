"""Password hashing by argon2id, off the event loop, and the hashes of other secrets.

19 MiB, two passes, one lane (OWASP's minimum): 84 ms here, where the library's default takes 460 ms. 700
people sign in at shift start.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import threading
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from deskops.accounts.errors import SignInBusy, WeakPassword
from deskops.core.os_thread import in_os_thread

MINIMUM_LENGTH = 10
# Hashing takes what time it is given: longer input would only be a way to keep the server busy.
MAXIMUM_LENGTH = 200
PATIENCE_SECONDS = 10.0
Result = TypeVar("Result")

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
_DUMMY = _hasher.hash(secrets.token_hex(16))
# One core stays free for the requests of those who are signed in already.
_turns = threading.BoundedSemaphore(max(1, (os.cpu_count() or 2) - 1))


def hash_password(password: str) -> str:
    """The argon2id hash in its standard text form. Raises WeakPassword, SignInBusy.

    Call it before the transaction: it takes as long as forty of them.
    """
    if len(password) < MINIMUM_LENGTH:
        raise WeakPassword(field="password", minimum=MINIMUM_LENGTH)
    return _in_turn(lambda: _hasher.hash(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether a password fits; takes as long for a user who has none or doesn't exist. Raises SignInBusy."""
    return _in_turn(lambda: _verified(stored or _DUMMY, password)) and stored is not None


def hash_pin(secret_key: str, user_id: int, pin: str) -> str:
    """The argon2id hash of a signing PIN. Raises SignInBusy.

    A million PINs could be searched through in a stolen database within a day, hence the key.
    """
    return _in_turn(lambda: _hasher.hash(_keyed_pin(secret_key, user_id, pin)))


def pin_matches(stored: str, secret_key: str, user_id: int, pin: str) -> bool:
    """Whether a signing PIN fits. Raises SignInBusy."""
    return _in_turn(lambda: _verified(stored, _keyed_pin(secret_key, user_id, pin)))


def _keyed_pin(secret_key: str, user_id: int, pin: str) -> str:
    return hmac.new(secret_key.encode(), f"pin\x1f{user_id}\x1f{pin}".encode(), hashlib.sha256).hexdigest()


def _verified(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _in_turn(work: Callable[[], Result]) -> Result:
    if not _turns.acquire(timeout=PATIENCE_SECONDS):
        raise SignInBusy()
    try:
        return in_os_thread(work)
    finally:
        _turns.release()


def token_hash(token: str) -> str:
    """What is stored of a random token of 128 bits or more: plain SHA-256 is enough where nothing can be
    guessed.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def badge_hash(secret_key: str, code: str) -> str:
    """What is stored of a badge code. Its 55 bits could be searched through in a stolen database, hence the
    key.
    """
    return hmac.new(secret_key.encode(), b"badge\x1f" + code.encode(), hashlib.sha256).hexdigest()


def csrf_token(secret_key: str, credential: str) -> str:
    """The form token that belongs to one session, derived so that nothing needs storing."""
    return hmac.new(secret_key.encode(), b"csrf\x1f" + credential.encode(), hashlib.sha256).hexdigest()


def device_key(secret_key: str, user_id: int, trip_id: int) -> str:
    """The key under which a user's device keeps what it could not send, for one trip: 32 bytes in base64.

    Derived, so that the device stores none: without this user's session nobody reads what lies there.
    """
    owner = f"device\x1f{user_id}\x1f{trip_id}".encode()
    return base64.b64encode(hmac.digest(secret_key.encode(), owner, "sha256")).decode()
