"""Telephone numbers as people type them, as they are stored and as telephones dial them.

Stored is the number with its country code, and the extension in words that people read: `+16175550100 ext. 204`.
"""

import re

import phonenumbers
from phonenumbers import PhoneNumberFormat

from prescreen.eligibility.criteria.typed_text import tidy_line

# Only what is part of a number: the library would drop other words, or read letters as the digits on a telephone.
_TYPED = re.compile(
    r"(?:tel:)?(?P<number>[+\uff0b]?[\d\s()\[\].\-\u2010-\u2015\u2212\uff0d/]+?)[\s,.]*"
    r"(?:(?:;ext=|#|,{1,2}|;|(?:ext(?:ension|ensión|n)?|x|int(?:erno)?|anexo|poste|durchwahl)(?![^\W\d])[.:]?)\s*"
    r"(?P<extension>\d{1,7})#?)?",
    re.IGNORECASE,
)
_EXTENSION = " ext. "


class PhoneNumberError(ValueError):
    """Raised for a text that is not a whole telephone number."""


def stored_number(typed: str, home: str) -> str:
    """Return the number as it is stored; one without a country code is of the country `home` (ISO 3166).

    Raise PhoneNumberError for what is no number in use, and for one beside other words.

    >>> stored_number("617-555-0100 ext 204", "US"), stored_number("06 12 34 56 78", "FR")
    ('+16175550100 ext. 204', '+33612345678')
    """
    found = _TYPED.fullmatch(tidy_line(typed))
    if found is None:
        raise PhoneNumberError(typed)
    try:
        number = phonenumbers.parse(found["number"], home)
    except phonenumbers.NumberParseException as error:
        raise PhoneNumberError(typed) from error
    if not phonenumbers.is_valid_number(number):
        raise PhoneNumberError(typed)
    written = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    extension = phonenumbers.normalize_digits_only(found["extension"] or "")
    return f"{written}{_EXTENSION}{extension}" if extension else written


def example_number(home: str) -> str:
    """Return a number of a country as people there write it, to show what is asked for."""
    number = phonenumbers.example_number(home)
    return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL) if number else ""


def dialled(stored: str) -> str:
    """Return a number as the address of a `tel:` link (RFC 3966), whatever stands between its digits.

    >>> dialled("+16175550100 ext. 204"), dialled("+1 (617) 555-0100")
    ('+16175550100;ext=204', '+16175550100')
    """
    found = _TYPED.fullmatch(stored)
    number, extension = (found["number"], found["extension"]) if found else (stored, None)
    # A catalog may write its own number in letters, such as 1-800-FLOWERS.
    digits = re.sub(r"[^\d+]", "", phonenumbers.convert_alpha_characters_in_number(number))
    return f"{digits};ext={extension}" if extension else digits


def has_extension(stored: str) -> bool:
    """Whether a number leads to a switchboard, which takes no text messages for one person."""
    return _EXTENSION in stored
