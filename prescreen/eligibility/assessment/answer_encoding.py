"""The one encoding of an answer: as JSON, as text, as a stored row and as an integer.

What depends on a value's type is in `criteria.kinds`; this module adds the answers without a value, which all kinds
share, and the entry points. Stored encodings are read for years: none may change what it writes.
"""

import json
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from prescreen.eligibility.assessment.answers import Declined
from prescreen.eligibility.criteria.kinds.coding import Coding
from prescreen.eligibility.criteria.kinds.kind import Json
from prescreen.eligibility.criteria.kinds.registry import accept, kind_of, kind_of_row, kind_of_value
from prescreen.eligibility.criteria.questions import Question, ValueRefusedError, refuse_computed
from prescreen.eligibility.criteria.rules import Value
from prescreen.eligibility.criteria.text import shortened

_QUOTED = 40
_DECLINED_ROW = "declined"
_DECLINED = (Declined.DO_NOT_KNOW, Declined.RATHER_NOT_SAY)
"""The declined answers in the order of their codes."""
_SMALL = 256


def to_json(value: Value | Declined) -> Json | None:
    """Return an answer as JSON that `from_json` reads; "don't know" and "rather not say" are None."""
    return None if isinstance(value, Declined) else kind_of_value(value).to_json(value)


def from_json(question: Question, raw: object, on: date) -> Value | Declined:
    """Read a JSON value that was answered on a day; null is "don't know". Raise ValueRefusedError for any other.

    A number may also be a text with a unit, such as "6 wk". JSON numbers must be passed as int or Decimal, never as a
    binary float, so that they stay exact.
    """
    refuse_computed(question)
    if raw is None:
        return Declined.DO_NOT_KNOW
    return _accepted(question, kind_of(question).from_json(question, raw), raw, on)


def to_text(value: Value | Declined) -> str:
    """Return an answer as one word for a table: `yes`, an option, a number, options joined by `+`."""
    return value.value if isinstance(value, Declined) else kind_of_value(value).to_text(value)


def from_text(question: Question, raw: object, on: date) -> Value | Declined:
    """Read an answer from a criteria file, where every value is text: `true`, an option id, a list of them, `6 wk`.

    Raise ValueRefusedError for what is not an answer to the question.
    """
    refuse_computed(question)
    if raw is None:
        return Declined.DO_NOT_KNOW
    return _accepted(question, kind_of(question).from_text(question, raw, on), raw, on)


def _accepted(question: Question, value: Value | None, raw: object, on: date) -> Value:
    if value is None:
        raise ValueRefusedError(question.id, f"{kind_of(question).expected(question)}, not {_quoted(raw)}")
    return accept(question, value, on)


def _quoted(raw: object) -> str:
    if isinstance(raw, list):
        return "a list"
    if isinstance(raw, dict):
        return "an object"
    return shortened(json.dumps(raw, default=str), _QUOTED)


def to_row(value: Value | Declined) -> tuple[str, str]:
    """Return the kind and the text of a stored row."""
    if isinstance(value, Declined):
        return _DECLINED_ROW, value.value
    kind = kind_of_value(value)
    return kind.row_name, kind.to_row(value)


def from_row(kind: str, text: str) -> Value | Declined:
    """Return the answer in a stored row; raise KeyError or ValueError for a row that `to_row` did not write."""
    if kind == _DECLINED_ROW:
        return Declined(text)
    value: Value = kind_of_row(kind).from_row(text)
    return value


def to_number(question: Question, value: Value | Declined) -> Fraction | int | None:
    """Return the exact number that represents an answer in columns.

    Return None where the answer has no value, or is not an answer to this question.
    """
    kind = kind_of(question)
    return kind.to_number(question, value) if isinstance(value, kind.value_type) else None


@dataclass(frozen=True, slots=True)
class AnswerCoding:
    """How the answers to one question are written as integers in cookies; made once for a question and used often.

    The first codes are those of declined answers, alike for every question; the codes of the question's kind follow.
    """

    question: Question
    _values: Coding[Any]
    _known: dict[int, Value | Declined] = field(default_factory=lambda: dict(enumerate(_DECLINED)), repr=False)

    @classmethod
    def of(cls, question: Question) -> "AnswerCoding":
        """Return the coding of a question's answers."""
        return cls(question, kind_of(question).coding(question))

    @property
    def greatest(self) -> int:
        """Return the greatest code of an answer that a visitor can give."""
        return len(_DECLINED) + self._values.greatest

    def encode(self, value: Value | Declined) -> int:
        """Return the code of an answer: an integer from 0 up."""
        if isinstance(value, Declined):
            return _DECLINED.index(value)
        return len(_DECLINED) + self._values.encode(value)

    def decode(self, code: int, on: date) -> Value | Declined:
        """Return the answer with this code, given on a day. Raise ValueRefusedError where the question has none."""
        known = self._known.get(code)
        return self._decoded(code, on) if known is None else known

    def _decoded(self, code: int, on: date) -> Value:
        value: Value | None = self._values.decode(code - len(_DECLINED))
        if value is None:
            raise ValueRefusedError(self.question.id, "has no answer with this code")
        if kind_of(self.question).hangs_on_day:
            return accept(self.question, value, on)
        # Small codes are of what anyone may answer, so that keeping their values tells of no person.
        if code < _SMALL:
            self._known[code] = value
        return value
