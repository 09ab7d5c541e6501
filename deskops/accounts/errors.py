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


class NoPin(Refusal):
    """Who signs has set no PIN."""

    code = "no_pin"
    message = lazy("You have no signing PIN yet. Set one on the page of your account, then sign.")


class WrongPin(Refusal):
    """The signing PIN doesn't fit; it was counted."""

    status = 422
    code = "wrong_pin"
    message = lazy("This is not your signing PIN. Tries left: %(left)s.")


class PinLocked(Refusal):
    """Too many wrong PINs in a row; `details` hold the instant at which it opens again."""

    status = 429
    code = "pin_locked"
    message = lazy(
        "Too many wrong PINs: signing by PIN is closed until %(until)s. Try again then; if you forgot the PIN, ask a"
        " coordinator to reset it."
    )


class WeakPin(Refusal):
    status = 422
    code = "weak_pin"
    message = lazy("This PIN is among the first that anybody would try. Choose six other digits.")


class PasskeyRefused(Refusal):
    """What the device answered doesn't fit, or answers a question that was answered before or is too old."""

    status = 422
    code = "passkey_refused"
    message = lazy("The passkey did not fit. Press the button again, or use your PIN.")


class NoPasskeysHere(Refusal):
    """The site is reached by figures or without TLS, where browsers keep no passkeys."""

    code = "no_passkeys_here"
    message = lazy("Passkeys work only over HTTPS at the site's own name. Sign with your PIN.")


class NoPasskey(Refusal):
    """Who is to sign by passkey has none."""

    code = "no_passkey"
    message = lazy("You have no passkey. Add one on the page of your account, or sign with your PIN.")


class PasskeyKnown(Refusal):
    """The device has a passkey of this account, or of another."""

    code = "passkey_known"
    message = lazy("This passkey is kept already.")


class ConfirmationNeeded(Refusal):
    """Nothing proves that it is the account's owner who changes what they sign with."""

    status = 422
    code = "confirmation_needed"
    message = lazy(
        "Show that it is you: type your password or your present PIN. Who has neither asks for a new one-time link and"
        " sets the PIN within fifteen minutes of opening it."
    )
