"""National IDs and phone numbers as people give them.

A national ID's check digit warns and never blocks: the person at the counter is real, whatever the digits
say. A phone number that nobody could ring is refused, with the reason.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

import phonenumbers

from deskops.core.text import ascii_digits, clean_line

_REGION = "IR"
_NATIONAL_ID_LENGTH = 10
_LOCAL_LENGTH = 11
_WITHOUT_AREA = 8
_MOBILE = re.compile(r"09[0-9]{9}")
_PHONE_CHARACTERS = re.compile(r"\+?[0-9]+")
_SEPARATORS = re.compile(r"[\s\-‐‑‒–—−_.()/\u200c]+")


class NationalIdValidity(Enum):
    """What the digits say about a national ID; all but VALID are warnings."""

    VALID = "valid"
    WRONG_LENGTH = "wrong_length"
    WRONG_CHECK_DIGIT = "wrong_check_digit"
    WRONG_CHARACTERS = "wrong_characters"
    ONE_DIGIT_REPEATED = "one_digit_repeated"


class NationalId(NamedTuple):
    """`value` is what to store: ASCII digits, or the cleaned text where it had other characters."""

    value: str
    validity: NationalIdValidity


class PhoneFault(Enum):
    """Why a text is no phone number that can be rung."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NO_AREA_CODE = "no_area_code"
    CHARACTERS = "characters"
    UNKNOWN_PREFIX = "unknown_prefix"


class PhoneError(ValueError):
    """A text that is no phone number; `fault` says why."""

    def __init__(self, fault: PhoneFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def national_id(text: str) -> NationalId:
    """Digits in any script, with or without separators; leading zeros that a spreadsheet dropped are put
    back where the check digit then fits.
    """
    digits = _SEPARATORS.sub("", ascii_digits(clean_line(text)))
    if not digits.isdecimal():
        return NationalId(clean_line(text), NationalIdValidity.WRONG_CHARACTERS)
    # The lowest codes of birth places begin with 00: no more than two zeros can be missing.
    restored = digits.zfill(_NATIONAL_ID_LENGTH)
    if len(digits) in {8, 9} and _check_digit_fits(restored):
        return NationalId(restored, NationalIdValidity.VALID)
    return NationalId(digits, _validity(digits))


def parse_phone(text: str) -> str:
    """The number as stored: 09xxxxxxxxx, a landline with its area code (04133445566), or +... from another
    country.

    Digits in any script, separators, +98 or 0098 are understood. Raises PhoneError.
    """
    digits = _SEPARATORS.sub("", ascii_digits(clean_line(text)))
    if not _PHONE_CHARACTERS.fullmatch(digits):
        raise PhoneError(PhoneFault.CHARACTERS if digits else PhoneFault.TOO_SHORT)
    try:
        number = phonenumbers.parse(digits, _REGION)
    except phonenumbers.NumberParseException as error:
        raise PhoneError(_parse_fault(error)) from None
    if number.country_code != phonenumbers.country_code_for_region(_REGION):
        return _foreign(number)
    if len(digits) == _WITHOUT_AREA and digits[0] not in "09":
        raise PhoneError(PhoneFault.NO_AREA_CODE)
    return _local(phonenumbers.national_significant_number(number))


def is_mobile(phone: str) -> bool:
    """Whether a number from `parse_phone` is an Iranian mobile, which takes text messages."""
    return _MOBILE.fullmatch(phone) is not None


def last_four(phone: str) -> str:
    """The four digits that open a demand's details together with its code."""
    return phone[-4:]


def _validity(digits: str) -> NationalIdValidity:
    if len(digits) != _NATIONAL_ID_LENGTH:
        return NationalIdValidity.WRONG_LENGTH
    if len(set(digits)) == 1:
        # 1111111111 and its like pass the sum, are typed to get past a form, and belong to nobody.
        return NationalIdValidity.ONE_DIGIT_REPEATED
    return NationalIdValidity.VALID if _check_digit_fits(digits) else NationalIdValidity.WRONG_CHECK_DIGIT


def _check_digit_fits(digits: str) -> bool:
    """The civil registration's rule: weights 10 down to 2, sum modulo 11; below 2 as it is, else taken from
    11.
    """
    weighted = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    remainder = weighted % 11
    return int(digits[-1]) == (remainder if remainder < 2 else 11 - remainder)


def _local(significant: str) -> str:
    # The library keeps the leading zero of a number too short for it.
    phone = f"0{significant.lstrip('0')}"
    if is_mobile(phone):
        # New mobile prefixes are given out faster than any library learns of them.
        return phone
    if len(phone) != _LOCAL_LENGTH:
        raise PhoneError(PhoneFault.TOO_SHORT if len(phone) < _LOCAL_LENGTH else PhoneFault.TOO_LONG)
    if not phonenumbers.is_valid_number(phonenumbers.parse(phone, _REGION)):
        raise PhoneError(PhoneFault.UNKNOWN_PREFIX)
    return phone


def _foreign(number: phonenumbers.PhoneNumber) -> str:
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason == phonenumbers.ValidationResult.TOO_SHORT:
        raise PhoneError(PhoneFault.TOO_SHORT)
    if reason == phonenumbers.ValidationResult.TOO_LONG:
        raise PhoneError(PhoneFault.TOO_LONG)
    if not phonenumbers.is_valid_number(number):
        raise PhoneError(PhoneFault.UNKNOWN_PREFIX)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _parse_fault(error: phonenumbers.NumberParseException) -> PhoneFault:
    if error.error_type == phonenumbers.NumberParseException.TOO_LONG:
        return PhoneFault.TOO_LONG
    if error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
        return PhoneFault.UNKNOWN_PREFIX
    return PhoneFault.TOO_SHORT
