"""The kind of yes-or-no questions."""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from prescreen.eligibility.criteria.kinds.coding import Coding, listed
from prescreen.eligibility.criteria.kinds.kind import Kind, refuse_unless
from prescreen.eligibility.criteria.questions import Question
from prescreen.eligibility.criteria.rules import Test, Tested, Value

_WRITTEN = {"true": True, "false": False}


class Boolean(Kind[bool]):
    """A question that is answered yes or no."""

    value_type = bool
    row_name = "boolean"
    explains_itself = False
    own_keys = frozenset({"prevalence"})

    def expected(self, question: Question) -> str:
        """Return the phrase that describes a valid answer."""
        return "expects true or false"

    def accept(self, question: Question, value: Value, on: date) -> None:
        """Raise ValueRefusedError for anything but a truth value."""
        refuse_unless(isinstance(value, bool), question, self.expected(question))

    def from_json(self, question: Question, raw: object) -> bool | None:
        """Return the truth value; None for any other JSON value."""
        return raw if isinstance(raw, bool) else None

    def to_json(self, value: bool) -> bool:
        """Return the value as it is."""
        return value

    def from_text(self, question: Question, raw: object, on: date) -> bool | None:
        """Read `true` or `false`; return None for anything else."""
        return _WRITTEN.get(raw) if isinstance(raw, str) else None

    def to_text(self, value: bool) -> str:
        """Return `yes` or `no`."""
        return "yes" if value else "no"

    def from_row(self, text: str) -> bool:
        """Read what `to_row` wrote."""
        return text == "true"

    def to_row(self, value: bool) -> str:
        """Return `true` or `false`."""
        return "true" if value else "false"

    def to_number(self, question: Question, value: bool) -> int:
        """Return 1 for yes and 0 for no."""
        return int(value)

    def from_number(self, question: Question, number: Fraction | int) -> bool | None:
        """Read 0 or 1; return None for any other number."""
        return bool(number) if number in (0, 1) else None

    def coding(self, question: Question) -> Coding[bool]:
        """Return the coding as 0 and 1."""
        return listed((False, True))

    def listed(self, question: Question) -> list[bool]:
        """Return both values."""
        return [True, False]

    def tested(self, question: Question, value: bool, answered_on: date, on: date) -> Tested:
        """Return the value as it is."""
        return value

    def representatives(self, question: Question, tests: Sequence[Test], on: date, most: int) -> Iterable[Tested]:
        """Return both values."""
        return [True, False]
