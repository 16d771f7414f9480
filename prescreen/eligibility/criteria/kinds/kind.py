"""What every kind of question must know of its values: which it accepts, and how they are written and read."""

from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import ClassVar, Generic, NoReturn, TypeVar

from prescreen.eligibility.criteria.questions import Question, ValueRefusedError
from prescreen.eligibility.criteria.rules import Test, Tested, Value, truth_of
from prescreen.eligibility.criteria.truth import Truth

V = TypeVar("V", bound=Value)

Json = bool | str | int | float | list[str]
"""What JSON holds of a value."""

MOST_REPRESENTATIVES = 1024
"""How many values are given at most, and one more."""

ANY_DAY = date(2000, 1, 1)
"""Stands for the day of the assessment where only the order of questions hangs on it."""


class Kind(ABC, Generic[V]):
    """One kind of question. Its methods hold everything that the type of a value decides; there is one object a kind.

    A reader returns None for what is not of this kind at all, so that the caller can say what was expected; for a
    value that the question cannot have it raises ValueRefusedError.
    """

    value_type: ClassVar[type]
    row_name: ClassVar[str]
    """What stored rows call it."""
    own_keys: ClassVar[frozenset[str]] = frozenset()
    """The keys of a question that only some kinds have, this one among them."""
    is_whole: ClassVar[bool] = True
    """Whether the number that stands for a value is whole."""
    explains_itself: ClassVar[bool] = True
    """Whether an answer tells without its question what it is about."""
    hangs_on_day: ClassVar[bool] = False
    """Whether it hangs on the day which values can be answered, or what tests say of them."""

    @abstractmethod
    def expected(self, question: Question) -> str:
        """Return what an answer must be, as the end of a sentence."""

    @abstractmethod
    def accept(self, question: Question, value: Value, on: date) -> None:
        """Raise ValueRefusedError where the question cannot have this value on the day of answering."""

    @abstractmethod
    def from_json(self, question: Question, raw: object) -> V | None:
        """Return the value that a JSON value stands for, None where it is of another kind."""

    @abstractmethod
    def to_json(self, value: V) -> Json:
        """Return the JSON value that `from_json` reads."""

    @abstractmethod
    def from_text(self, question: Question, raw: object, on: date) -> V | None:
        """Return the value as criteria files write it, where every scalar is text; None where it is of another kind."""

    @abstractmethod
    def to_text(self, value: V) -> str:
        """Return the value as one word for a table."""

    @abstractmethod
    def from_row(self, text: str) -> V:
        """Return the value of a stored row; raise ValueError for a text that holds none."""

    @abstractmethod
    def to_row(self, value: V) -> str:
        """Return the text of a stored row."""

    @abstractmethod
    def to_number(self, question: Question, value: V) -> Fraction | int | None:
        """Return the exact number that stands for the value in cookies and columns; None where there is none."""

    @abstractmethod
    def from_number(self, question: Question, number: Fraction | int) -> V | None:
        """Return the value that a number stands for, None where it stands for none."""

    @abstractmethod
    def longest_number(self, question: Question) -> str:
        """Return a number as long in JSON as any that can stand for a value."""

    @abstractmethod
    def representatives(self, question: Question, tests: Sequence[Test], on: date, most: int) -> Iterable[Tested]:
        """Yield one value for each way in which the tests can tell values apart on a day, at most one over `most`."""

    def meaning(self, question: Question) -> tuple[str, ...]:
        """Return what else than id and type decides what the number of a value means."""
        return (question.unit or "", *question.option_ids)

    def listed(self, question: Question) -> list[V] | None:
        """Return all values that an answer can have; None where they are too many to be listed beforehand."""
        return None

    @abstractmethod
    def tested(self, question: Question, value: V, answered_on: date, on: date) -> Tested:
        """Return what rules test on the day of the assessment."""

    def others(self, question: Question, said: V, tests: Sequence[Test], answered_on: date, on: date) -> list[V]:
        """Return the values that could have been said instead, one for each other way in which tests judge them.

        The nearest come first. The tests judge on the day `on` what was answered on another.
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
        """Yield values to try in place of what was said, the nearest first."""
        return self.listed(question) or ()

    def measured(self, value: Tested) -> Fraction | None:
        """Return the number in which limits are compared with a value; None where a value has no such place."""
        return None

    def at_measure(self, number: Fraction, on: date) -> Tested:
        """Return the value that is measured by a number on a day; raise TypeError where values have no measure."""
        raise TypeError(f"{type(self).__name__} has no measure")

    def turning_days(self, question: Question, said: V, answered_on: date, test: Test, ahead: range) -> Iterable[int]:
        """Yield the days ahead, as ordinals, on which a value that moves comes to a limit of the test or passes it."""
        return ()

    def is_moving(self, question: Question) -> bool:
        """Whether what rules test changes with the calendar, the answer staying as it is."""
        return False


def refuse(question: Question, problem: str) -> NoReturn:
    """Raise ValueRefusedError."""
    raise ValueRefusedError(question.id, problem)


def refuse_unless(condition: bool, question: Question, problem: str) -> None:
    """Raise ValueRefusedError where the condition does not hold."""
    if not condition:
        refuse(question, problem)


def passing(ahead: range, limit: Fraction | int, value_on: Callable[[int], Fraction | int]) -> Iterator[int]:
    """Yield the first day on which a rising value is at a limit or above it, and the first on which it is above."""
    places = bisect_left(ahead, limit, key=value_on), bisect_right(ahead, limit, key=value_on)
    return (ahead[place] for place in places if place < len(ahead))
