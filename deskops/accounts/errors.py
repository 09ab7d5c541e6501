"""Refusals of accounts."""

from __future__ import annotations

from deskops.core.errors import Refusal
from deskops.core.i18n import lazy


class WrongSignIn(Refusal):
    """The name, password or badge code doesn't fit; the answer doesn't say which."""

    status = 401
    code = "wrong_sign_in"
    message = lazy("This matches no account. Check what you typed, or ask your coordinator for a new link.")


class SignInBusy(Refusal):
    """More people sign in than passwords can be checked for."""

    status = 503
    code = "sign_in_busy"
    message = lazy("Very many people are signing in. Try again in a moment.")


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


class WrongPassword(Refusal):
    """The present password, asked for before a change, doesn't fit."""

    status = 422
    code = "wrong_password"
    message = lazy("Your present password is not this one.")


class ScopeRefused(Refusal):
    """A role was given for a place that doesn't exist, or without the place that it needs."""

    status = 422
    code = "scope_refused"
    message = lazy(
        "Say where: staff need a trip, desk heads a desk, agency officers an agency, administrators none."
    )


class LastAdministrator(Refusal):
    """Nobody would be left who can manage accounts."""

    code = "last_administrator"
    message = lazy("This is the last administrator. Make another one first.")


class OwnAccount(Refusal):
    """Administrators don't close their own account by mistake."""

    code = "own_account"
    message = lazy("You cannot close your own account. Ask another administrator.")


class AccountClosed(Refusal):
    """A closed account gets nothing to sign in with."""

    code = "account_closed"
    message = lazy("This account is closed. Open it again first.")
