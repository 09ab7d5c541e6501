"""Forms of accounts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from deskops.accounts.passwords import MAXIMUM_LENGTH
from deskops.accounts.permissions import RANKS, ROLES
from deskops.accounts.rules import fold_pin, fold_username, is_pin
from deskops.core.errors import InvalidInput, Refusal
from deskops.core.forms import Form, Line
from deskops.core.i18n import lazy as _l

USERNAME_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-_@")
USERNAME_FAULT = _l("A user name has Latin letters, digits, dots, hyphens and underscores only.")


def _username(value: str) -> str:
    folded = fold_username(value)
    if not set(folded) <= USERNAME_CHARACTERS:
        raise PydanticCustomError("username", "%s", {"message": USERNAME_FAULT})
    return folded


def _known_role(value: str) -> str:
    if value not in ROLES:
        raise PydanticCustomError("role", "%s", {"message": _l("Choose one from the list.")})
    return value


def _known_rank(value: str) -> str:
    if value and value not in RANKS:
        raise PydanticCustomError("rank", "%s", {"message": _l("Choose one from the list.")})
    return value


def _pin(value: str) -> str:
    folded = fold_pin(value)
    if folded and not is_pin(folded):
        raise PydanticCustomError("pin", "%s", {"message": _l("A signing PIN has six digits.")})
    return folded


def _as_text(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, Mapping) else value


# A password is taken as it was typed: folding it would make two passwords one.
Password = Annotated[str, Field(min_length=1, max_length=MAXIMUM_LENGTH)]


class PasswordSignIn(Form):
    """User name and password. A name that can't be one is simply wrong, so it isn't checked here."""

    username: Annotated[Line, Field(min_length=1, max_length=80)]
    password: Password


class BadgeSignIn(Form):
    """The code of a badge, typed or scanned."""

    code: Annotated[Line, Field(min_length=1, max_length=80)]


class NewPassword(Form):
    """`present` stays empty where none was set, or where the session was opened by a link."""

    present: Annotated[str, Field(max_length=MAXIMUM_LENGTH)] = ""
    password: Password
    again: Annotated[str, Field(max_length=MAXIMUM_LENGTH)]


Pin = Annotated[str, Field(max_length=20), AfterValidator(_pin)]
# What a passkey answers has some 1,000 characters.
PasskeyAnswer = Annotated[str, BeforeValidator(_as_text), Field(max_length=8000)]


class ProofForm(Form):
    """What a form that is signed has besides its own fields: the PIN, or a passkey's answer. In JSON they stand in an object
    `proof`. Neither is ever among what the form is dumped as, and so not in what a key's body is compared by.
    """

    passkey: Annotated[PasskeyAnswer, Field(exclude=True, repr=False)] = ""
    pin: Annotated[Pin, Field(exclude=True, repr=False, validate_default=True)] = ""

    @model_validator(mode="before")
    @classmethod
    def _opened(cls, data: Any) -> Any:
        proof = data.get("proof") if isinstance(data, Mapping) else None
        if not isinstance(proof, Mapping):
            return data
        return {**{name: value for name, value in data.items() if name != "proof"}, **proof}

    @field_validator("pin")
    @classmethod
    def _given(cls, pin: str, info: ValidationInfo) -> str:
        if not pin and not info.data.get("passkey"):
            raise PydanticCustomError("proof", "%s", {"message": _l("Type your signing PIN.")})
        return pin


class NewPin(Form):
    """`password` or `present` shows who sets it, unless a link was opened a moment ago."""

    pin: Annotated[Pin, Field(min_length=1)]
    again: Pin
    password: Annotated[str, Field(max_length=MAXIMUM_LENGTH)] = ""
    present: Pin = ""


class NewPasskey(Form):
    """A passkey that a device made, and what its owner calls that device."""

    name: Annotated[Line, Field(min_length=1, max_length=80)]
    passkey: Annotated[PasskeyAnswer, Field(min_length=1)]
    password: Annotated[str, Field(max_length=MAXIMUM_LENGTH)] = ""
    present: Pin = ""


class PasskeyQuestion(Form):
    """What a passkey is asked for."""

    purpose: Literal["add", "sign"]


class NewUser(Form):
    """A user as made by an administrator; how to sign in is handed over afterwards."""

    name: Annotated[Line, Field(min_length=1, max_length=120)]
    username: Annotated[Line, Field(max_length=80), AfterValidator(_username)] = ""
    language: Literal["fa", "en"] = "fa"


class NewRole(Form):
    """`place` is a choice of Scopes.places, `agency` an id where the role is an agency's."""

    role: Annotated[str, AfterValidator(_known_role)]
    place: Annotated[str, Field(max_length=40)]
    agency: Annotated[str, Field(max_length=20)] = ""
    rank: Annotated[str, AfterValidator(_known_rank)] = ""


class NewToken(Form):
    """What an API token is for."""

    label: Annotated[Line, Field(min_length=1, max_length=80)]


def errors_by_field(refusal: Refusal) -> dict[str, str]:
    """What a page shows beside its fields."""
    if isinstance(refusal, InvalidInput):
        return refusal.errors
    return {refusal.field or "": refusal.text()}
