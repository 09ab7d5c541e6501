"""Forms at the edge: pydantic models whose faults come out as messages in the user's language, by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Self, get_origin

from flask import request
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError
from werkzeug.datastructures import MultiDict

from deskops.core.errors import InvalidInput
from deskops.core.i18n import fill, gettext
from deskops.core.i18n import lazy as _l
from deskops.core.identity import PhoneError, PhoneFault, national_id, parse_phone
from deskops.core.text import ascii_digits, clean_line, clean_text

PHONE_FAULTS = {
    PhoneFault.TOO_SHORT: _l(
        "The phone number is too short. A mobile number has 11 digits and begins with 09."
    ),
    PhoneFault.TOO_LONG: _l(
        "The phone number is too long. A mobile number has 11 digits and begins with 09."
    ),
    PhoneFault.NO_AREA_CODE: _l("Type the area code before the number."),
    PhoneFault.CHARACTERS: _l("A phone number has digits only."),
    PhoneFault.UNKNOWN_PREFIX: _l("No phone number begins like this. Check the first digits."),
}


def _line(value: Any) -> Any:
    return clean_line(value) if isinstance(value, str) else value


def _text(value: Any) -> Any:
    return clean_text(value) if isinstance(value, str) else value


def _phone(value: str) -> str:
    if not value:
        return ""
    try:
        return parse_phone(value)
    except PhoneError as error:
        raise PydanticCustomError("phone", "%s", {"message": PHONE_FAULTS[error.fault]}) from None


def _digits(value: Any) -> Any:
    return ascii_digits(value).strip() if isinstance(value, str) else value


def _empty_as_none(value: Any) -> Any:
    return None if value == "" else value


Line = Annotated[str, BeforeValidator(_line)]
Text = Annotated[str, BeforeValidator(_text)]
Phone = Annotated[str, BeforeValidator(_line), AfterValidator(_phone)]
NationalId = Annotated[str, AfterValidator(lambda value: national_id(value).value if value else "")]
Number = Annotated[int, BeforeValidator(_digits)]
# Limits belong inside, to the number that is there: None keeps to none.
EMPTY_AS_NONE = BeforeValidator(_empty_as_none)
OptionalNumber = Annotated[int | None, EMPTY_AS_NONE, BeforeValidator(_digits)]


class Form(BaseModel):
    """Base of all forms. Unknown fields are refused in JSON, where a misspelt name would otherwise be lost
    silently.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def of_request(cls) -> Self:
        """Read JSON or a posted form. Raises InvalidInput with a message for each field."""
        if request.is_json:
            body = json_body()
            if not isinstance(body, dict):
                raise InvalidInput({"": gettext("The body must be a JSON object.")})
            return cls.checked(body)
        return cls.checked(_known(request.form, cls))

    @classmethod
    def of_query(cls) -> Self:
        """Read the address; what else stands in it is left alone. Raises InvalidInput."""
        return cls.checked(_known(request.args, cls))

    @classmethod
    def checked(cls, data: Mapping[str, Any]) -> Self:
        """Check plain data. Raises InvalidInput."""
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise InvalidInput({_field(fault): fault_message(fault) for fault in error.errors()}) from None


def json_body() -> Any:
    """What was sent; None where it is no JSON, or nested more deeply than the reader goes."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


def _known(form: MultiDict[str, str], cls: type[Form]) -> dict[str, Any]:
    """The posted fields that the form has, all of those that it takes several of; a page sends its token and key along."""
    return {
        name: form.getlist(name) if get_origin(field.annotation) is tuple else form[name]
        for name, field in cls.model_fields.items()
        if name in form
    }


def _field(fault: Any) -> str:
    return ".".join(str(part) for part in fault["loc"])


_MESSAGES = {
    "missing": _l("This is needed."),
    "string_too_long": _l("This is too long: %(max_length)s characters at most."),
    "string_too_short": _l("This is needed."),
    # What pydantic calls the same where a text was tidied before its length was checked.
    "too_long": _l("This is too long: %(max_length)s characters at most."),
    "too_short": _l("This is needed."),
    "literal_error": _l("Choose one from the list."),
    "int_parsing": _l("Type a number."),
    "int_type": _l("Type a number."),
    "int_from_float": _l("Type a whole number."),
    "float_parsing": _l("Type a number."),
    "greater_than_equal": _l("This must be %(ge)s or more."),
    "less_than_equal": _l("This must be %(le)s or less."),
    "bool_parsing": _l("Choose yes or no."),
    "extra_forbidden": _l("This field is not known."),
}


def fault_message(fault: Any) -> str:
    """The words for one of pydantic's errors, in the current language."""
    context = fault.get("ctx") or {}
    if "message" in context:
        return str(context["message"])
    template = _MESSAGES.get(fault["type"])
    if template is None:
        return gettext("This does not fit. Check what you typed.")
    limits = {name: _whole(value) for name, value in context.items()}
    return fill(str(template), limits) if limits else str(template)


def _whole(value: Any) -> Any:
    """A limit such as 120.0 as people write it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
