"""Answers as other programs read them. Numbers keep every digit."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from prescreen.eligibility.assessment.answers import Declined
from prescreen.eligibility.criteria.rules import Value

_MOST_PLACES = 60


def exact(number: Fraction) -> str:
    """Write a number as a decimal, or as a fraction where no decimal of 60 places is exact.

    >>> exact(Fraction(15, 2)), exact(Fraction(1, 3)), exact(Fraction(100)), exact(Fraction(-1, 8))
    ('7.5', '1/3', '100', '-0.125')
    """
    shifted = number * 10**_MOST_PLACES
    if shifted.denominator != 1:
        return str(number)
    digits = str(abs(shifted.numerator)).rjust(_MOST_PLACES + 1, "0")
    places = digits[-_MOST_PLACES:].rstrip("0")
    whole = f"{'-' if number < 0 else ''}{digits[:-_MOST_PLACES]}"
    return f"{whole}.{places}" if places else whole


def json_value(value: Value | Declined) -> bool | str | int | float | list[str] | None:
    """Return an answer as `prescreen assess` reads it; "don't know" and "rather not say" are None.

    A number that JSON's readers would round comes as text.
    """
    match value:
        case Declined():
            return None
        case bool() | str():
            return value
        case Fraction():
            return _json_number(exact(value))
        case _:
            return sorted(value)


def _json_number(text: str) -> int | float | str:
    if text.lstrip("-").isdigit():
        return int(text)
    return float(text) if "/" not in text and repr(float(text)) == text else text


def text_value(value: Value | Declined) -> str:
    """Return an answer as one word for a table: `yes`, an option, a number, options joined by `+`."""
    match value:
        case Declined():
            return value.value
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case Fraction():
            return exact(value)
        case _:
            return "+".join(sorted(value)) or "none"


def joined(words: Iterable[str]) -> str:
    """Write several words as one cell."""
    return "; ".join(words)


def pairs(named: Mapping[str, str]) -> str:
    """Write names with their values as one cell."""
    return joined(f"{name}={value}" for name, value in named.items())
