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
from math import floor

from prescreen.eligibility.criteria.kinds.coding import Coding
from prescreen.eligibility.criteria.questions import Question
from prescreen.eligibility.criteria.units import factor

MOST_DECIMALS = 6
"""The greatest number of decimals that can be typed."""
_MOST_WHOLE, _MOST_BEFORE_DECIMALS = 10**15, 10**9
_ANY_NUMBER = re.compile(rb"-?[0-9]+(?:/[0-9]*[1-9][0-9]*)?")


@dataclass(frozen=True, slots=True)
class _Level:
    """The numbers with so many decimals in one unit: how many there are, and the greatest digits plus one."""

    decimals: int
    unit: Fraction
    size: int

    def number(self, digits: int) -> Fraction:
        """Return the number of these digits, in the question's unit."""
        return Fraction(digits * self.unit.numerator, 10**self.decimals * self.unit.denominator)

    def digits(self, number: Fraction) -> int | None:
        """Return the digits of a number in the question's unit; None where it is not a number of this level."""
        upper = number.numerator * self.unit.denominator * 10**self.decimals
        digits, rest = divmod(upper, number.denominator * self.unit.numerator)
        return digits if not rest and 0 <= digits < self.size else None


def typed_numbers(question: Question) -> Coding[Fraction]:
    """Return the coding of a number question: whole numbers first, then those with one decimal, and so on.

    Any other number, such as 1/3 or one below zero, follows as text.
    """
    levels = tuple(_levels(question))
    starts = (0, *accumulate(level.size for level in levels))

    def encode(number: Fraction) -> int:
        for start, level in zip(starts, levels, strict=False):
            digits = level.digits(number)
            if digits is not None:
                return start + digits
        return starts[-1] + int.from_bytes(str(number).encode(), "big")

    def decode(code: int) -> Fraction | None:
        if code >= starts[-1]:
            return _as_text(code - starts[-1])
        place = bisect_right(starts, code) - 1
        return levels[place].number(code - starts[place])

    return Coding(encode, decode, max(starts[-1] - 1, 0))


def _levels(question: Question) -> Iterator[_Level]:
    units = () if question.counts_completed else question.units
    factors = [factor(unit, question.unit or unit) for unit in units] or [Fraction(1)]
    for decimals in range(1 if question.counts_completed else MOST_DECIMALS + 1):
        typed = _MOST_BEFORE_DECIMALS * 10**decimals if decimals else _MOST_WHOLE
        for unit in factors:
            yield _Level(decimals, unit, min(typed, _greatest(question, unit / 10**decimals, typed) + 1))


def _greatest(question: Question, step: Fraction, typed: int) -> int:
    return typed if question.range.max is None else max(floor(question.range.max / step), -1)


def _as_text(number: int) -> Fraction | None:
    text = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return Fraction(text.decode()) if _ANY_NUMBER.fullmatch(text) else None
