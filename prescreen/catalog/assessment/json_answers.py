"""Reading of answers in the form that cookies had before `answer_codec`: JSON, each answer under its question's key.

A cookie is rewritten with the next answer and ends after two hours; so nothing writes this form any more.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from prescreen.catalog.assessment.answer_codec import Packing, UnpackableError
from prescreen.eligibility.assessment.answers import Answer, Answers, Declined
from prescreen.eligibility.criteria.kinds.registry import accept, kind_of
from prescreen.eligibility.criteria.questions import Question, ValueRefusedError
from prescreen.eligibility.criteria.rules import Value

_EPOCH = date(2026, 1, 1)
_DIGIT_BITS = 4
_DECLINED: dict[object, Declined] = {"?": Declined.DO_NOT_KNOW, "-": Declined.RATHER_NOT_SAY}
_NUMBER = re.compile(r"-?\d{1,40}(?:/\d{1,40})?", re.ASCII)


def unpack_json(packing: Packing, packed: object) -> Answers:
    """Return the answers to questions that have not changed since, in the order of answering.

    Raise UnpackableError for other data.
    """
    if not isinstance(packed, dict):
        raise UnpackableError("packed answers are a mapping")
    try:
        return Answers(dict(_unpacked(packing, packed)))
    except (ValueError, ArithmeticError) as error:
        raise UnpackableError("a value cannot be read") from error


def _unpacked(packing: Packing, packed: dict[str, object]) -> Iterator[tuple[str, Answer]]:
    for key, entry in packed.items():
        coding = packing.by_key(_DIGIT_BITS * len(key)).get(int(key, 16))
        if coding is not None:
            days, code = _day_and_code(entry)
            on = _EPOCH + timedelta(days=days)
            yield coding.question.id, Answer(_value(coding.question, code, on), on)


def _day_and_code(entry: object) -> tuple[int, Any]:
    match entry:
        case [int() as days, code]:
            return days, code
    raise UnpackableError("an entry is a day and a value")


def _value(question: Question, code: object, on: date) -> Value | Declined:
    if isinstance(code, str) and code in _DECLINED:
        return _DECLINED[code]
    number = _number(code, is_whole=kind_of(question).is_whole)
    value: Value | None = None if number is None else kind_of(question).from_number(question, number)
    if value is None:
        raise ValueRefusedError(question.id, "holds a value of another kind")
    return accept(question, value, on)


def _number(code: object, *, is_whole: bool) -> Fraction | int | None:
    if is_whole:
        return code if isinstance(code, int) else None
    return Fraction(code) if isinstance(code, str) and _NUMBER.fullmatch(code) else None
