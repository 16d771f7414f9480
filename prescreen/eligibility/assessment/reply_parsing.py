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
from prescreen.eligibility.criteria.typed_text import tidy_line
from prescreen.eligibility.criteria.units import KNOWN_UNITS, factor

_INCH, _INCHES_OF_A_FOOT = "[in_i]", 12
_DECIMAL = re.compile(r"\d{0,9}[.,]?\d{1,6}|\d{1,9}\.?")
_AMBIGUOUS = re.compile(r"[1-9]\d{0,2},\d{3}")
_GROUPED_BY_COMMAS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d{1,6})?")
_GROUPED_BY_POINTS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+,\d{1,6}")
_FEET_AND_INCHES = re.compile(
    r"(?P<feet>\d{1,2})\s*(?:['’\u2032]|ft\.?|feet|foot|pies?)\s*"
    r"(?:(?P<inches>\d{1,2}(?:[.,]\d{1,3})?)\s*(?:[\"”\u2033]|''|in\.?|inch|inches|pulg\.?|pulgadas?)?)?",
    re.IGNORECASE,
)


class AmbiguousNumberError(ValueRefusedError):
    """Raised for a number such as `1,234`, which means one thing in English and another in Spanish."""

    def __init__(self, question_id: str, text: str) -> None:
        self.whole, self.decimal = text.replace(",", ""), text.replace(",", ".")
        super().__init__(question_id, f"could be {self.whole} or {self.decimal}; type it without the comma")


class InchesError(ValueRefusedError):
    """Raised for 12 inches or more beside feet."""

    def __init__(self, question_id: str) -> None:
        super().__init__(
            question_id, "has more inches than a foot; type fewer than 12 beside the feet, or inches alone"
        )


def typed_number(question: Question, text: str, unit: str | None, on: date) -> Value:
    """Return a number, typed by a visitor in the unit that the visitor chose, in the question's unit.

    Decimals may follow a point or a comma. Where inches are offered, `5 ft 6` and `5'6"` are accepted whichever unit
    was chosen. Raise ValueRefusedError for what is not a number or lies outside the question's range: InchesError for
    `5'13"`, AmbiguousNumberError for `1,234`.
    """
    tidy = tidy_line(text)
    if _INCH in question.units and (tall := _FEET_AND_INCHES.fullmatch(tidy)):
        return accept(question, _inches(question, tall) * factor(_INCH, question.unit or ""), on)
    number = _decimal(question, tidy)
    return accept(question, read_quantity(question, f"{number} {unit}" if unit else number), on)


def typed_quantity(question: Question, text: str, on: date) -> Value:
    """Return a number, typed with or without a unit (a UCUM code) behind it, as `typed_number` does."""
    number, _between, unit = tidy_line(text).rpartition(" ")
    if number and unit in KNOWN_UNITS:
        return typed_number(question, number, unit, on)
    return typed_number(question, text, (question.units or (question.unit,))[0], on)


def _inches(question: Question, tall: re.Match[str]) -> Fraction:
    beside = Fraction((tall["inches"] or "0").replace(",", "."))
    if beside >= _INCHES_OF_A_FOOT:
        raise InchesError(question.id)
    return _INCHES_OF_A_FOOT * Fraction(tall["feet"]) + beside


def _decimal(question: Question, text: str) -> str:
    """Return a typed number with a point before its decimals and no other sign."""
    if _AMBIGUOUS.fullmatch(text):
        raise AmbiguousNumberError(question.id, text)
    digits = _ungrouped(text)
    if not _DECIMAL.fullmatch(digits):
        raise ValueRefusedError(question.id, "expects a number in digits, such as 12 or 7.5")
    number = digits.replace(",", ".").rstrip(".")
    return f"0{number}" if number.startswith(".") else number


def _ungrouped(text: str) -> str:
    """Return a typed number without the marks between groups of three digits."""
    if _GROUPED_BY_COMMAS.fullmatch(text):
        return text.replace(",", "")
    return text.replace(".", "") if _GROUPED_BY_POINTS.fullmatch(text) else text
