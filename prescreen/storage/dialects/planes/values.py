"""What a column of many people can be: truth values, ticked options, counts, whole numbers. Nothing rounds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import gcd
from typing import NamedTuple, Protocol

import numpy as np

from prescreen.storage.dialects.planes.bits import Bits, Numbers, all_of, any_of, enough, packed, reaching, unpacked

_IN_64_BITS = 2**63


class Truths(NamedTuple):
    """For whom something is known to hold, and for whom it is known to fail; for all others it is unknown.

    So "not" costs nothing: the planes change places.
    """

    holds: Bits
    fails: Bits

    @property
    def opposite(self) -> "Truths":
        """What is unknown stays unknown."""
        return Truths(self.fails, self.holds)


def every(truths: Sequence[Truths]) -> Truths:
    """Give Kleene's "and" of one or more."""
    return Truths(all_of([one.holds for one in truths]), any_of([one.fails for one in truths]))


def some(truths: Sequence[Truths]) -> Truths:
    """Give Kleene's "or" of one or more."""
    return Truths(any_of([one.holds for one in truths]), all_of([one.fails for one in truths]))


def _known(known: Bits, holds: Bits | None) -> Truths:
    """Give the truth that is known of so many, and holds for some of them."""
    return Truths(known ^ known, known) if holds is None else Truths(holds, known ^ holds)


class Amounts(Protocol):
    """Whole numbers, some of them perhaps unknown."""

    def at_least(self, limit: int) -> Truths:
        """Say whose number is at least the limit."""


@dataclass(frozen=True, slots=True)
class Ticks:
    """Which options were chosen: a number whose bits are planes. A choice of one option has one bit."""

    known: Bits
    planes: Mapping[int, Bits]

    def only(self, places: Iterable[int]) -> "Ticks":
        """Give those bits alone."""
        return Ticks(self.known, {place: self.planes[place] for place in places if place in self.planes})

    def at_least(self, limit: int) -> Truths:
        """Say whose number is at least the limit."""
        return _known(self.known, reaching(self.planes, limit) if limit > 0 else self.known)


@dataclass(frozen=True, slots=True)
class Tally:
    """In how many of some planes each person is; known of everybody."""

    everybody: Bits
    planes: tuple[Bits, ...]

    def at_least(self, limit: int) -> Truths:
        """Say who is in at least so many planes."""
        return _known(self.everybody, enough(self.planes, limit) if limit > 0 else self.everybody)

    def numbers(self, size: int) -> "Whole":
        """Give the counts as numbers one by one."""
        counts = sum((unpacked(plane, size) for plane in self.planes), np.zeros(size, np.int64))
        return Whole(self.everybody, counts, max(1, len(self.planes)))


@dataclass(frozen=True, slots=True)
class Whole:
    """Whole numbers: each is its value times `unit`, plus `offset`. No value is further from zero than `most`."""

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
        return _known(self.known, packed(self._reaching(limit - self.offset)) & self.known)

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
        """Give the numbers themselves, where they are known."""
        whole = self._without_offset()
        return _roomy(whole.values, whole.most * abs(whole.unit)) * whole.unit


def _roomy(values: Numbers, most: int) -> Numbers:
    """Give values that can be worked with up to `most`: in 64 bits or, slowly, as numbers of any length."""
    return values.astype(np.int64 if most < _IN_64_BITS else object)
