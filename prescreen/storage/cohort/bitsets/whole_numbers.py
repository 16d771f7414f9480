"""Whole numbers of many people. Nothing rounds, and nothing overflows."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np

from prescreen.storage.cohort.bitsets.bits import Bits, Numbers, enough, packed, reaching, unpacked
from prescreen.storage.cohort.bitsets.truths import Truths, among_known

_IN_64_BITS = 2**63


@dataclass(frozen=True, slots=True)
class Tally:
    """In how many of some planes each person is; known of everybody."""

    everybody: Bits
    planes: tuple[Bits, ...]

    def at_least(self, limit: int) -> Truths:
        """Say who is in at least so many planes."""
        return among_known(self.everybody, enough(self.planes, limit) if limit > 0 else self.everybody)

    def numbers(self, size: int) -> "Whole":
        """Return the counts as numbers one by one."""
        counts = sum((unpacked(plane, size) for plane in self.planes), np.zeros(size, np.int64))
        return Whole(self.everybody, counts, max(1, len(self.planes)))


@dataclass(frozen=True, slots=True)
class Digits:
    """Whole numbers to be compared: each, times `unit` and plus `offset`, is written in binary in planes."""

    known: Bits
    planes: Sequence[Bits]
    unit: int = 1
    offset: int = 0

    def at_least(self, limit: int) -> Truths:
        """Say whose number is at least the limit."""
        digits = -((self.offset - limit) // self.unit)
        return among_known(self.known, reaching(self.planes, digits) if digits > 0 else self.known)

    def numbers(self, size: int) -> "Whole":
        """Return the numbers one by one."""
        written = (unpacked(plane, size).astype(np.int64) << place for place, plane in enumerate(self.planes))
        values = sum(written, np.zeros(size, np.int64))
        return Whole(self.known, values, 1 << len(self.planes), self.unit, self.offset)


@dataclass(frozen=True, slots=True)
class Whole:
    """Whole numbers to calculate with: each is its value times `unit`, plus `offset`.

    No value is further from zero than `most`.
    """

    known: Bits
    values: Numbers
    most: int
    unit: int = 1
    offset: int = 0

    def plus(self, number: int) -> "Whole":
        """Add the same number to all."""
        return Whole(self.known, self.values, self.most, self.unit, self.offset + number)

    def times(self, number: int) -> "Whole":
        """Multiply all by the same number."""
        return Whole(self.known, self.values, self.most, self.unit * number, self.offset * number)

    def at_least(self, limit: int) -> Truths:
        """Say whose number is at least the limit."""
        return among_known(self.known, packed(self._reaching(limit - self.offset)) & self.known)

    def _reaching(self, limit: int) -> Numbers:
        if self.unit > 0:
            return self.values >= -(-limit // self.unit)
        if self.unit < 0:
            return self.values <= limit // self.unit
        return np.full(len(self.values), limit <= 0)

    def added(self, other: "Whole") -> "Whole":
        """Add the numbers of each person."""
        unit = gcd(self.unit, other.unit) or 1
        factors = self.unit // unit, other.unit // unit
        most = self.most * abs(factors[0]) + other.most * abs(factors[1])
        values = _roomy(self.values, most) * factors[0] + _roomy(other.values, most) * factors[1]
        return Whole(self.known & other.known, values, most, unit, self.offset + other.offset)

    def multiplied(self, other: "Whole") -> "Whole":
        """Multiply the numbers of each person."""
        one, two = self._without_offset(), other._without_offset()
        most = one.most * two.most
        values = _roomy(one.values, most) * _roomy(two.values, most)
        return Whole(one.known & two.known, values, most, one.unit * two.unit)

    def _without_offset(self) -> "Whole":
        if not self.offset:
            return self
        unit = gcd(self.unit, self.offset)
        factor, rest = self.unit // unit, self.offset // unit
        most = self.most * abs(factor) + abs(rest)
        return Whole(self.known, _roomy(self.values, most) * factor + rest, most, unit)

    def plain(self) -> Numbers:
        """Return the numbers themselves, where they are known."""
        whole = self._without_offset()
        return _roomy(whole.values, whole.most * abs(whole.unit)) * whole.unit


def _roomy(values: Numbers, most: int) -> Numbers:
    """Return values that can be worked with up to `most`: in 64 bits or, slowly, as numbers of any length."""
    return values.astype(np.int64 if most < _IN_64_BITS else object)
