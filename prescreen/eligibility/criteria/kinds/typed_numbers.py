"""The coding of numbers as they are typed: few digits, in one of the units that a question offers.

A number in the question's unit can be a long fraction where it was typed in another: 180 pounds are
2041165665/25000000 kg. Its digits as typed and the unit are short and exact.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import ceil, floor

from prescreen.eligibility.criteria.kinds.coding import Coding
from prescreen.eligibility.criteria.questions import Question
from prescreen.eligibility.criteria.units import factor

_MOST_DECIMALS = 6
_MOST_WHOLE, _MOST_BEFORE_DECIMALS = 10**15, 10**9
"""One more than what can be typed as a whole number, and before decimals."""
_ANY_NUMBER = re.compile(rb"-?[0-9]+(?:/[0-9]*[1-9][0-9]*)?")


@dataclass(frozen=True, slots=True)
class _Level:
    """The numbers with so many decimals in one unit: multiples of a step from the least to below the end."""

    numerator: int
    denominator: int
    least: int
    end: int

    def number(self, digits: int) -> Fraction | None:
        """Return the number of these digits, in the question's unit; None below the question's range."""
        return Fraction(digits * self.numerator, self.denominator) if digits >= self.least else None

    def digits(self, upper: int, lower: int) -> int | None:
        """Return the digits of the number `upper / lower` in the question's unit; None where it has others."""
        digits, rest = divmod(upper * self.denominator, lower * self.numerator)
        return digits if not rest and self.least <= digits < self.end else None


def typed_numbers(question: Question) -> Coding[Fraction]:
    """Return the coding of a number question: whole numbers first, then those with one decimal, and so on.

    Any other number, such as 1/3 or one below zero, follows as text.
    """
    levels = tuple(_levels(question))
    starts = (0, *accumulate(level.end for level in levels))

    def encode(number: Fraction) -> int:
        upper, lower = number.as_integer_ratio()
        for start, level in zip(starts, levels, strict=False):
            digits = level.digits(upper, lower)
            if digits is not None:
                return start + digits
        return starts[-1] + int.from_bytes(str(number).encode(), "big")

    def decode(code: int) -> Fraction | None:
        if code >= starts[-1]:
            return _as_text(question, code - starts[-1])
        place = bisect_right(starts, code) - 1
        return levels[place].number(code - starts[place])

    return Coding(encode, decode, max(starts[-1] - 1, 0))


def _levels(question: Question) -> Iterator[_Level]:
    units = () if question.counts_completed else question.units
    factors = [factor(unit, question.unit or unit) for unit in units] or [Fraction(1)]
    for decimals in range(1 if question.counts_completed else _MOST_DECIMALS + 1):
        for unit in factors:
            step = unit / 10**decimals
            typed = _MOST_BEFORE_DECIMALS * 10**decimals if decimals else _MOST_WHOLE
            least = 0 if question.range.min is None else max(ceil(question.range.min / step), 0)
            end = typed if question.range.max is None else min(max(floor(question.range.max / step) + 1, 0), typed)
            yield _Level(step.numerator, step.denominator, least, end)


def _as_text(question: Question, number: int) -> Fraction | None:
    text = number.to_bytes((number.bit_length() + 7) // 8, "big")
    found = Fraction(text.decode()) if _ANY_NUMBER.fullmatch(text) else None
    if found is None or found not in question.range or (question.counts_completed and found.denominator != 1):
        return None
    return found
