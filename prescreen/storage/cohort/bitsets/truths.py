"""Truth values of many people: two planes, and Kleene's logic over them."""

from collections.abc import Iterable
from typing import NamedTuple

from prescreen.storage.cohort.bitsets.bits import Bits


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
    """Return Kleene's "and" of one or more: all hold, or one fails."""
    return Truths(*_all_and_any(truths))


def some(truths: Iterable[Truths]) -> Truths:
    """Return Kleene's "or" of one or more: all fail, or one holds."""
    fails, holds = _all_and_any(one[::-1] for one in truths)
    return Truths(holds, fails)


def _all_and_any(pairs: Iterable[tuple[Bits, Bits]]) -> tuple[Bits, Bits]:
    """Return those who are in the first plane of every pair, and those who are in the second of one."""
    remaining = iter(pairs)
    in_all, in_any = next(remaining)
    for second in remaining:
        in_all, in_any = in_all & second[0], in_any | second[1]
        break
    for one, other in remaining:
        in_all &= one  # from here on these planes are our own
        in_any |= other
    return in_all, in_any


def among_known(known: Bits, holds: Bits | None) -> Truths:
    """Return what holds for some of those of whom it is known, or for nobody, and fails for the others."""
    return Truths(known ^ known, known) if holds is None else Truths(holds, known ^ holds)
