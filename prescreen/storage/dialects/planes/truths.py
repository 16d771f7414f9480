"""Truth values of many people: two planes, and Kleene's logic over them."""

from collections.abc import Iterable
from typing import NamedTuple

from prescreen.storage.dialects.planes.bits import Bits


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


def every(truths: Iterable[Truths]) -> Truths:
    """Give Kleene's "and" of one or more."""
    remaining = iter(truths)
    first = next(remaining)
    second = next(remaining, None)
    if second is None:
        return first
    holds, fails = first.holds & second.holds, first.fails | second.fails
    for other in remaining:
        holds &= other.holds
        fails |= other.fails
    return Truths(holds, fails)


def some(truths: Iterable[Truths]) -> Truths:
    """Give Kleene's "or" of one or more: not every one of them fails."""
    return every(one.opposite for one in truths).opposite


def among_known(known: Bits, holds: Bits | None) -> Truths:
    """Give what holds for some of those of whom it is known, or for nobody, and fails for the others."""
    return Truths(known ^ known, known) if holds is None else Truths(holds, known ^ holds)
