"""People while expressions are worked out for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from prescreen.storage.cohort.bitsets.bits import Bits
from prescreen.storage.cohort.bitsets.chosen_options import Chosen, Ticks
from prescreen.storage.cohort.bitsets.truths import Truths
from prescreen.storage.cohort.bitsets.whole_numbers import Digits, Tally, Whole

Value = Truths | Chosen | Ticks | Tally | Digits | Whole


class Expression(Protocol):
    """What can be worked out."""

    def value(self, people: "Reading", /) -> Value:
        """Work it out; TypeError where a part is of another kind than is needed."""

    def __hash__(self) -> int: ...


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Some people, and what was worked out for them so far and may be needed again."""

    size: int
    everybody: Bits
    columns: Mapping[str, Value]
    _worked_out: dict[Expression, Value] = field(default_factory=dict)
    _compared: dict[tuple[str, int], Truths] = field(default_factory=dict)

    def truths(self, term: Expression) -> Truths:
        """Work out a truth value, and forget it."""
        return truths_of(term.value(self))

    def once(self, term: Expression) -> Value:
        """Work out, unless it was before, what several others may rest on."""
        found = self._worked_out.get(term)
        if found is None:
            found = self._worked_out[term] = term.value(self)
        return found

    def numbers(self, term: Expression) -> Whole:
        """Work out numbers to calculate with; what was counted becomes numbers."""
        value = self.once(term)
        if isinstance(value, Truths | Chosen | Ticks):
            raise TypeError(f"{term} is no number to calculate with")
        return value if isinstance(value, Whole) else value.numbers(self.size)

    def column_reaching(self, name: str, limit: int) -> Truths:
        """Say whose number in a column is at least the limit: once for each limit."""
        found = self._compared.get((name, limit))
        if found is None:
            found = self._compared[name, limit] = reaching(self.columns[name], limit)
        return found


def truths_of(value: Value) -> Truths:
    """Return a truth value back; raise TypeError where it is a number."""
    if not isinstance(value, Truths):
        raise TypeError("a number is not a truth value")
    return value


def reaching(value: Value, limit: int) -> Truths:
    """Say whose number is at least the limit; raise TypeError where it has none."""
    if isinstance(value, Truths | Chosen):
        raise TypeError("a truth value or a choice is no number to compare")
    return value.at_least(limit)
