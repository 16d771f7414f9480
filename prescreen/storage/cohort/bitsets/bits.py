"""Planes: one bit a person, 64 people a word, the first person's lowest. Bits beyond the last person are never set."""

from collections.abc import Sequence
from functools import reduce
from operator import iand, ior, or_
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint64]
Numbers = NDArray[Any]

_WORD = 64
_BYTES = 8


def packed(truths: Numbers) -> Bits:
    """Return the plane of those for whom this is true, or not zero."""
    found = np.packbits(truths, bitorder="little")
    if beyond := len(found) % _BYTES:
        found = np.concatenate([found, np.zeros(_BYTES - beyond, np.uint8)])
    return found.view(np.uint64)


def unpacked(plane: Bits, size: int) -> NDArray[np.bool_]:
    """Return a truth value for each of so many people."""
    return np.unpackbits(plane.view(np.uint8), count=size, bitorder="little").view(np.bool_)


def count(plane: Bits) -> int:
    """Return how many people are in a plane."""
    return int(np.bitwise_count(plane).sum(dtype=np.int64))


def places(plane: Bits) -> NDArray[np.intp]:
    """Return the places of the people in a plane, in order."""
    words = np.flatnonzero(plane)
    bits = np.flatnonzero(np.unpackbits(plane[words].view(np.uint8), bitorder="little").view(np.bool_))
    found: NDArray[np.intp] = words[bits >> 6] * _WORD + (bits & _WORD - 1)
    return found


def any_of(planes: Sequence[Bits]) -> Bits:
    """Return those who are in one of the planes, of which there must be one."""
    first, *rest = planes
    return reduce(ior, rest[1:], first | rest[0]) if rest else first


def all_of(planes: Sequence[Bits]) -> Bits:
    """Return those who are in every one of the planes, of which there must be one."""
    first, *rest = planes
    return reduce(iand, rest[1:], first & rest[0]) if rest else first


def enough(planes: Sequence[Bits], least: int) -> Bits | None:
    """Return those who are in at least so many, one or more, of the planes; None for nobody."""
    steps: list[Bits] = []  # who is in one of the planes so far, in two, in three
    for plane in planes:
        climbing = [plane, *(step & plane for step in steps[: least - 1])]
        steps = [*map(or_, steps, climbing), *climbing[len(steps) :]]
    return steps[least - 1] if len(steps) >= least else None


def reaching(digits: Sequence[Bits], limit: int) -> Bits | None:
    """Return those whose number, written in binary in these planes, is at least a limit above zero; None for nobody.

    From the lowest digit up: as far as a number was read, it reaches the limit if its digit is greater, or if the
    digits are the same and what is below them reaches it. All reach a limit whose digits so far are zeros.
    """
    if limit >> len(digits):
        return None
    reached = mine = None  # mine: what may be written in
    for place, digit in enumerate(digits):
        if reached is None:
            reached = digit if limit >> place & 1 else None
        elif limit >> place & 1:
            reached = mine = np.bitwise_and(digit, reached, out=mine)
        else:
            reached = mine = np.bitwise_or(digit, reached, out=mine)
    return reached
