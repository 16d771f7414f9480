"""All kinds of questions, found by the type of a question or of a value."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from prescreen.eligibility.criteria.kinds.boolean import Boolean
from prescreen.eligibility.criteria.kinds.choice import Choice
from prescreen.eligibility.criteria.kinds.choices import Choices
from prescreen.eligibility.criteria.kinds.date import Date
from prescreen.eligibility.criteria.kinds.kind import MOST_REPRESENTATIVES, Kind
from prescreen.eligibility.criteria.kinds.number import Number
from prescreen.eligibility.criteria.questions import Question, QuestionType, refuse_computed
from prescreen.eligibility.criteria.rules import Test, Tested, Value

KINDS: Mapping[QuestionType, Kind[Any]] = MappingProxyType(
    {
        QuestionType.BOOLEAN: Boolean(),
        QuestionType.CHOICE: Choice(),
        QuestionType.CHOICES: Choices(),
        QuestionType.NUMBER: Number(),
        QuestionType.DATE: Date(),
    }
)
_BY_VALUE = {kind.value_type: kind for kind in KINDS.values()}
_BY_ROW = {kind.row_name: kind for kind in KINDS.values()}


def kind_of(question: Question) -> Kind[Any]:
    """Return the kind of a question."""
    return KINDS[question.type]


def kind_of_value(value: Value) -> Kind[Any]:
    """Return the kind whose questions can have this value; raise TypeError where no kind can."""
    found = _BY_VALUE.get(type(value))
    if found is None:
        raise TypeError(f"{type(value).__name__} is no kind of answer")
    return found


def is_value_type(kind: type) -> bool:
    """Return whether instances of this class are values that some kind of question can have."""
    return kind in _BY_VALUE


def kind_of_row(name: str) -> Kind[Any]:
    """Return the kind with this name in stored rows; raise KeyError where there is none."""
    return _BY_ROW[name]


def types_having(key: str) -> tuple[QuestionType, ...]:
    """Return the types of questions that can have this key in criteria files."""
    return tuple(type_ for type_, kind in KINDS.items() if key in kind.own_keys)


KEYS_OF_SOME = frozenset().union(*(kind.own_keys for kind in KINDS.values()))
"""The keys in criteria files that not every kind of question has."""


def accept(question: Question, value: Value, on: date) -> Value:
    """Return the value as an answer keeps it; raise ValueRefusedError where the question cannot have it on that day."""
    refuse_computed(question)
    kept: Value = kind_of(question).as_kept(question, value)
    kind_of(question).accept(question, kept, on)
    return kept


def as_tested(question: Question, value: Value, answered_on: date, on: date) -> Tested:
    """Return an answer's value as rules test it on the day of the assessment."""
    return kind_of(question).tested(question, value, answered_on, on)


def representatives(
    question: Question, tests: Sequence[Test], on: date, most: int = MOST_REPRESENTATIVES
) -> list[Tested]:
    """Return one value of the question for each way in which the tests can judge its values on a day.

    Where there would be more than `most`, the list ends after `most` + 1.
    """
    return list(kind_of(question).representatives(question, tests, on, most))
