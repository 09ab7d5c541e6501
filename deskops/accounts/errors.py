"""Refusals of accounts."""

from __future__ import annotations

from deskops.core.errors import Refusal
from deskops.core.i18n import lazy


class WrongSignIn(Refusal):
    """The name, password or badge code doesn't fit; the answer doesn't say which."""

    status = 401
    code = "wrong_sign_in"
    message = lazy("This does not match any account. Check what you typed, or ask your coordinator for a new link.")


class LinkSpent(Refusal):
    """The one-time link was used, has expired or never existed."""

    status = 410
    code = "link_spent"
    message = lazy("This link was already used or has expired. Ask your coordinator for a new one.")


class UsernameTaken(Refusal):
    code = "username_taken"
    message = lazy("This user name is taken. Choose another.")


class WeakPassword(Refusal):
    status = 422
    code = "weak_password"
    message = lazy("The password needs at least %(minimum)s characters.")
