"""Parsing of replies that a person types into values. The error of an unreadable reply says how to correct it.

A module of its own, to keep what people type apart from what files hold.
"""

import re
from datetime import date
from fractions import Fraction

from prescreen.eligibility.criteria.kinds.number import read_quantity
from prescreen.eligibility.criteria.kinds.registry import accept
from prescreen.eligibility.criteria.questions import Question, ValueRefusedError
from prescreen.eligibility.criteria.rules import Value
from prescreen.eligibility.criteria.units import factor

_TYPED_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,6})?|\d{0,9}\.?\d{1,6}|\d{1,9}\.?")
_FEET_AND_INCHES = re.compile(
    r"(?P<feet>\d{1,2})\s*(?:['’\u2032]|ft\.?|feet|foot|pies?)\s*"
    r"(?:(?P<inches>\d{1,2}(?:\.\d{1,3})?)\s*(?:[\"”\u2033]|''|in\.?|inch|inches|pulg\.?|pulgadas?)?)?",
    re.IGNORECASE,
)


def typed_number(question: Question, text: str, unit: str | None, on: date) -> Value:
    """Return a number, typed by a visitor in the unit that the visitor chose, in the question's unit.

    `1,000` is a thousand. Where inches are offered, `5 ft 6` and `5'6"` are accepted whichever unit was chosen. Raise
    ValueRefusedError for what is not a number or lies outside the question's range.
    """
    tidy = text.strip()
    if "[in_i]" in question.units and (tall := _FEET_AND_INCHES.fullmatch(tidy)):
        inches = 12 * Fraction(tall["feet"]) + Fraction(tall["inches"] or 0)
        return accept(question, inches * factor("[in_i]", question.unit or ""), on)
    if not _TYPED_NUMBER.fullmatch(tidy):
        raise ValueRefusedError(question.id, "expects a number in digits, such as 12 or 7.5")
    number = tidy.replace(",", "").rstrip(".")
    number = f"0{number}" if number.startswith(".") else number
    return accept(question, read_quantity(question, f"{number} {unit}" if unit else number), on)
