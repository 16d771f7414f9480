"""Replies, the text or JSON that came in, read into values. A reply that cannot be read says how to mend it."""

import json
import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from prescreen.eligibility.assessment.answers import Declined
from prescreen.eligibility.criteria.questions import Question, QuestionType, ValueRefusedError, accept, refuse_computed
from prescreen.eligibility.criteria.rules import Value
from prescreen.eligibility.criteria.units import QuantityError, UnitError, factor, quantity

_BOOLEANS = {"true": True, "false": False}
_GREATEST_EXPONENT = 15
_MOST_DIGITS = 30
_QUOTED = 40


def from_json(question: Question, raw: object) -> Value | Declined:
    """Read a JSON value; null is "don't know". A number may also be a text with a unit, such as "6 wk".

    JSON numbers must come as int or Decimal, so that nothing passes through a binary float.
    """
    refuse_computed(question)
    if raw is None:
        return Declined.DO_NOT_KNOW
    return accept(question, _value_from_json(question, raw))


def _value_from_json(question: Question, raw: object) -> Value:
    match question.type, raw:
        case QuestionType.BOOLEAN, bool():
            return raw
        case QuestionType.CHOICE, str():
            return raw
        case QuestionType.CHOICES, list() if all(isinstance(item, str) for item in raw):
            return _options(question, raw)
        case QuestionType.NUMBER, int() | Decimal() if not isinstance(raw, bool):
            return _number_from_json(question, raw)
        case QuestionType.NUMBER, str() if " " in raw.strip():
            return _quantity(question, raw)
    raise ValueRefusedError(question.id, f"{_EXPECTED[question.type]}, not {_quoted(raw)}")


_EXPECTED = {
    QuestionType.BOOLEAN: "expects true or false",
    QuestionType.CHOICE: "expects the id of one option",
    QuestionType.CHOICES: "expects a list of option ids",
    QuestionType.NUMBER: "expects a number",
}


def _quoted(raw: object) -> str:
    if isinstance(raw, list):
        return "a list"
    if isinstance(raw, dict):
        return "an object"
    written = json.dumps(raw, default=str)
    return written if len(written) <= _QUOTED else f"{written[:_QUOTED]}…"


def _number_from_json(question: Question, raw: int | Decimal) -> Fraction:
    number = Decimal(raw) if isinstance(raw, int) else raw
    if (
        not number.is_finite()
        or abs(number.adjusted()) > _GREATEST_EXPONENT
        or len(number.as_tuple().digits) > _MOST_DIGITS
    ):
        raise ValueRefusedError(question.id, "the number is too large or too fine to be meant")
    return Fraction(number)


def _options(question: Question, ids: Iterable[str]) -> frozenset[str]:
    listed = list(ids)
    if len(set(listed)) != len(listed):
        raise ValueRefusedError(question.id, "names an option twice")
    return frozenset(listed)


def _quantity(question: Question, text: str) -> Fraction:
    try:
        return quantity(text, question.unit)
    except (QuantityError, UnitError) as error:
        raise ValueRefusedError(question.id, str(error)) from error


def from_text(question: Question, raw: object) -> Value | Declined:
    """Read an answer from a criteria file, where every value is text: `true`, an option id, a list of them, `6 wk`."""
    refuse_computed(question)
    if raw is None:
        return Declined.DO_NOT_KNOW
    match question.type, raw:
        case QuestionType.BOOLEAN, "true" | "false":
            return accept(question, _BOOLEANS[str(raw)])
        case QuestionType.CHOICE, str():
            return accept(question, raw)
        case QuestionType.CHOICES, list() if all(isinstance(item, str) for item in raw):
            return accept(question, _options(question, raw))
        case QuestionType.NUMBER, str():
            return accept(question, _quantity(question, raw))
    raise ValueRefusedError(question.id, f"{_EXPECTED[question.type]}, not {_quoted(raw)}")


_TYPED_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,6})?|\d{0,9}\.?\d{1,6}|\d{1,9}\.?")


_FEET_AND_INCHES = re.compile(
    r"(?P<feet>\d{1,2})\s*(?:['’\u2032]|ft\.?|feet|foot|pies?)\s*"
    r"(?:(?P<inches>\d{1,2}(?:\.\d{1,3})?)\s*(?:[\"”\u2033]|''|in\.?|inch|inches|pulg\.?|pulgadas?)?)?",
    re.IGNORECASE,
)


def typed_number(question: Question, text: str, unit: str | None) -> Value:
    """Read a number as a visitor types it, in the unit that the visitor chose, into the question's unit.

    `1,000` is a thousand. Where inches are offered, `5 ft 6` and `5'6"` are read whatever unit was chosen. Raise
    ValueRefusedError for what is no number or lies outside the question's range.
    """
    tidy = text.strip()
    if "[in_i]" in question.units and (tall := _FEET_AND_INCHES.fullmatch(tidy)):
        inches = 12 * Fraction(tall["feet"]) + Fraction(tall["inches"] or 0)
        return accept(question, inches * factor("[in_i]", question.unit or ""))
    if not _TYPED_NUMBER.fullmatch(tidy):
        raise ValueRefusedError(question.id, "expects a number in digits, such as 12 or 7.5")
    number = tidy.replace(",", "").rstrip(".")
    number = f"0{number}" if number.startswith(".") else number
    return accept(question, _quantity(question, f"{number} {unit}" if unit else number))
