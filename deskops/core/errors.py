"""Typed refusals. Each is one class; app.py maps them once to status, page, JSON and socket answer."""

from __future__ import annotations

from typing import Any, ClassVar

from deskops.core.i18n import fill, lazy


class Refusal(Exception):
    """A request that can't be done, with a message that says what to do. Keyword arguments fill the message's
    places.

    `field` names the form field at fault, where there is one; `details` are machine-readable and go into JSON
    answers.
    """

    status: ClassVar[int] = 409
    code: ClassVar[str] = "refused"
    message: ClassVar[Any] = lazy("This can't be done now.")

    def __init__(
        self, *, field: str | None = None, details: dict[str, Any] | None = None, **params: Any
    ) -> None:
        super().__init__(self.code)
        self.field = field
        self.details = details or {}
        self.params = params

    def text(self) -> str:
        """The message in the current language."""
        return fill(str(self.message), self.params) if self.params else str(self.message)

    def as_json(self) -> dict[str, Any]:
        """`{"error": {code, message, field, …details}}`, for HTTP and socket alike."""
        error: dict[str, Any] = {"code": self.code, "message": self.text()}
        if self.field is not None:
            error["field"] = self.field
        return {"error": error | self.details}


class NotFound(Refusal):
    """The thing doesn't exist, or isn't the asker's to see: both look alike."""

    status = 404
    code = "not_found"
    message = lazy("This was not found. It may belong to another trip, or the address may be mistyped.")


class Forbidden(Refusal):
    """The actor's roles don't allow it."""

    status = 403
    code = "forbidden"
    message = lazy("Your role does not allow this. Ask a coordinator if you need it.")


class SignInNeeded(Refusal):
    """Nobody is signed in, or the session has ended."""

    status = 401
    code = "sign_in_needed"
    message = lazy("Please sign in. Your session may have ended.")


class StaleVersion(Refusal):
    """Somebody else changed the row meanwhile; `details` hold both versions."""

    code = "stale_version"
    message = lazy("Someone else changed this meanwhile. Look at their change, then save again.")


class KeyReused(Refusal):
    """One idempotency key came with two different bodies."""

    status = 422
    code = "key_reused"
    message = lazy("This form was already sent with other content. Open the form again and send it once.")


class InvalidInput(Refusal):
    """Some fields don't fit; `errors` maps field to message."""

    status = 422
    code = "invalid"
    message = lazy("Some fields need a correction.")

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(details={"errors": errors})
        self.errors = errors


class BadOrigin(Refusal):
    """A request that another site's page may have sent."""

    status = 403
    code = "bad_origin"
    message = lazy("This request did not come from this site's own page. Open the page again and repeat it.")


class TooManyAttempts(Refusal):
    """A limit on attempts was reached."""

    status = 429
    code = "too_many_attempts"
    message = lazy("Too many attempts. Wait a minute, then try again.")


class TooLarge(Refusal):
    """The body is over the limit; `details` hold both sizes in bytes, the body's where it is known."""

    status = 413
    code = "too_large"
    message = lazy(
        "This is larger than %(most)s MB, the most that can be sent at once. Part a list into several files, or take"
        " pictures out of a workbook."
    )

    def __init__(self, most: int, size: int | None = None) -> None:
        super().__init__(details={"most": most, "size": size}, most=most // _MEGABYTE)
        self.size = size

    def text(self) -> str:
        """Also how large it was, where that is known."""
        if self.size is None:
            return super().text()
        # Rounded up: what is larger must look larger.
        return fill(str(_THIS_LARGE), {"size": -(-self.size // _MEGABYTE)} | self.params)


_MEGABYTE = 1024 * 1024
_THIS_LARGE = lazy(
    "This has %(size)s MB; at most %(most)s MB can be sent at once. Part a list into several files, or take pictures out"
    " of a workbook."
)


class DatabaseUnavailable(Refusal):
    """The database doesn't answer, or its disk is full."""

    status = 503
    code = "database_unavailable"
    message = lazy("The data store does not answer. Nothing was saved; try again in a moment.")


class DatabaseBusy(DatabaseUnavailable):
    """Another writer held the database for too long."""

    code = "database_busy"
    message = lazy("The system is very busy. Nothing was saved; try again in a moment.")


class WriteConflict(DatabaseBusy):
    """Two writers stood in each other's way, and this one was taken back: worth another try at once."""
