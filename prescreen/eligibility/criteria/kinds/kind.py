"""The interface of a kind of question: which values it accepts, and how they are written and read."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import ClassVar, Generic, NoReturn, TypeVar

from prescreen.eligibility.criteria.kinds.coding import Coding
from prescreen.eligibility.criteria.questions import Question, ValueRefusedError
from prescreen.eligibility.criteria.rules import Test, Tested, Value, truth_of
from prescreen.eligibility.criteria.truth import Truth

V = TypeVar("V", bound=Value)

Json = bool | str | int | float | list[str]
"""The JSON of a value."""

MOST_REPRESENTATIVES = 1024
"""At most how many representatives of a question's values are returned; one more means that there are too many."""

ANY_DAY = date(2000, 1, 1)
"""Stands for the day of the assessment where only the order of questions depends on it."""


class Kind(ABC, Generic[V]):
    """One kind of question: everything that depends on the type of a value. There is one object for each kind.

    A reading method returns None for input of another type, so that the caller can say what was expected; for a value
    that the question cannot have it raises ValueRefusedError.
    """

    value_type: ClassVar[type]
    row_name: ClassVar[str]
    """The name of the kind in stored rows."""
    own_keys: ClassVar[frozenset[str]] = frozenset()
    """The keys of a question in criteria files that this kind has and not every kind has."""
    is_whole: ClassVar[bool] = True
    """Whether the number that represents a value is an integer."""
    explains_itself: ClassVar[bool] = True
    """Whether an answer can be understood without its question."""
    hangs_on_day: ClassVar[bool] = False
    """Whether the values that can be answered, or the results of tests of them, depend on the day."""

    @abstractmethod
    def expected(self, question: Question) -> str:
        """Return the phrase that describes a valid answer, as the end of a sentence."""

    @abstractmethod
    def accept(self, question: Question, value: Value, on: date) -> None:
        """Raise ValueRefusedError where the question cannot have this value on the day of answering."""

    def as_kept(self, question: Question, value: Value) -> Value:
        """Return a value as an answer keeps it, such as an age in completed years."""
        return value

    @abstractmethod
    def from_json(self, question: Question, raw: object) -> V | None:
        """Return the value that a JSON value stands for; None where it is of another kind."""

    @abstractmethod
    def to_json(self, value: V) -> Json:
        """Return the JSON value that `from_json` reads."""

    @abstractmethod
    def from_text(self, question: Question, raw: object, on: date) -> V | None:
        """Return the value of a scalar or list in criteria files, where every scalar is text; None for another kind."""

    @abstractmethod
    def to_text(self, value: V) -> str:
        """Return the value as one word for a table."""

    @abstractmethod
    def from_row(self, text: str) -> V:
        """Return the value of a stored row; raise ValueError for a text that holds no value."""

    @abstractmethod
    def to_row(self, value: V) -> str:
        """Return the text of a stored row."""

    @abstractmethod
    def to_number(self, question: Question, value: V) -> Fraction | int | None:
        """Return the exact number that represents the value in columns; None where there is none."""

    @abstractmethod
    def from_number(self, question: Question, number: Fraction | int) -> V | None:
        """Return the value that a number represents; None where it represents none."""

    @abstractmethod
    def coding(self, question: Question) -> Coding[V]:
        """Return how the values of this question are written as integers in cookies; made once and used often."""

    @abstractmethod
    def representatives(self, question: Question, tests: Sequence[Test], on: date, most: int) -> Iterable[Tested]:
        """Return one value for each way in which the tests can judge values on a day; at most `most` + 1 values."""

    def meaning(self, question: Question) -> tuple[str, ...]:
        """Return what the meaning of a value's number depends on, apart from the question's id and type."""
        return (question.unit or "", *question.option_ids)

    def listed(self, question: Question) -> list[V] | None:
        """Return all values that an answer can have; None where there are too many to list."""
        return None

    @abstractmethod
    def tested(self, question: Question, value: V, answered_on: date, on: date) -> Tested:
        """Return a value as rules test it on the day of the assessment."""

    def others(self, question: Question, said: V, tests: Sequence[Test], answered_on: date, on: date) -> list[V]:
        """Return values that could have been said instead, one for each other result of the tests.

        The nearest to what was said come first. The tests are made on the day `on`, the answer on `answered_on`.
        """
        kinds = {self._seen(question, said, tests, answered_on, on): said}
        for other in self.instead(question, said, tests, answered_on, on):
            kinds.setdefault(self._seen(question, other, tests, answered_on, on), other)
        return list(kinds.values())[1:]

    def _seen(
        self, question: Question, value: V, tests: Sequence[Test], answered_on: date, on: date
    ) -> tuple[Truth, ...]:
        today = self.tested(question, value, answered_on, on)
        return tuple(truth_of(test, today) for test in tests)

    def instead(self, question: Question, said: V, tests: Sequence[Test], answered_on: date, on: date) -> Iterable[V]:
        """Return values to try in place of what was said, the nearest first."""
        return self.listed(question) or ()

    def measured(self, value: Tested) -> Fraction | None:
        """Return the number that limits are compared with; None where a value has no such number."""
        return None

    def at_measure(self, number: Fraction, on: date) -> Tested:
        """Return the value with this number (see `measured`) on a day; raise TypeError where values have no number."""
        raise TypeError(f"{type(self).__name__} has no measure")

    def turning_days(self, question: Question, said: V, answered_on: date, test: Test, ahead: range) -> Iterable[int]:
        """Return the days ahead, as ordinals, on which a changing value reaches or passes a limit of the test."""
        return ()

    def is_moving(self, question: Question) -> bool:
        """Whether the tested value changes with the calendar while the answer stays the same."""
        return False


def refuse(question: Question, problem: str) -> NoReturn:
    """Raise ValueRefusedError for a problem with an answer to the question."""
    raise ValueRefusedError(question.id, problem)


def refuse_unless(condition: bool, question: Question, problem: str) -> None:
    """Raise ValueRefusedError where the condition does not hold."""
    if not condition:
        refuse(question, problem)
