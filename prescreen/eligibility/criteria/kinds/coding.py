"""How the values of one question are written as integers, where every bit counts: in the visitor's cookie."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from prescreen.eligibility.criteria.rules import Value

V = TypeVar("V", bound=Value)


@dataclass(frozen=True, slots=True)
class Coding(Generic[V]):
    """The codes of one question's values: one integer from 0 up for each value that the question can have.

    `decode` returns None for an integer that is the code of no value; limits that hang on the day are not looked at.
    `greatest` is the greatest code of a value that a visitor can give; any other value has a code too, a longer one.
    """

    encode: Callable[[V], int]
    decode: Callable[[int], V | None]
    greatest: int


def listed(values: Sequence[V]) -> Coding[V]:
    """Return the coding of a question whose values can be listed: a value's code is its index."""
    places = {value: place for place, value in enumerate(values)}

    def decode(code: int) -> V | None:
        return values[code] if code < len(values) else None

    return Coding(places.__getitem__, decode, len(values) - 1)


def fold(number: int, size: int) -> int:
    """Return any integer as one from 0 up; those of `range(size)` stay, so that they have the smallest codes.

    >>> [fold(number, 3) for number in (0, 2, 3, -1, 4, -2)]
    [0, 2, 3, 4, 5, 6]
    """
    if number < 0:
        return size - 2 * number - 1
    return number if number < size else 2 * number - size


def unfold(code: int, size: int) -> int:
    """Return the integer that `fold` was given.

    >>> [unfold(fold(number, 3), 3) for number in (0, 2, 3, -1, 4, -2)]
    [0, 2, 3, -1, 4, -2]
    """
    beyond, is_below = divmod(code - size, 2)
    if beyond < 0:
        return code
    return -beyond - 1 if is_below else size + beyond
