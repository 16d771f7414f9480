"""The three truth values and their operators: strong Kleene logic, the same as SQL's NULL logic."""

from collections.abc import Iterable
from enum import Enum


class Truth(Enum):
    """What is known of a statement. Using it as a bool raises TypeError, so that unknown is never mistaken for no.

    >>> ~Truth.UNKNOWN
    <Truth.UNKNOWN: 'unknown'>
    >>> bool(Truth.FALSE)
    Traceback (most recent call last):
    TypeError: a Truth is not a bool; compare it: `truth is Truth.TRUE`
    """

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        raise TypeError("a Truth is not a bool; compare it: `truth is Truth.TRUE`")

    def __invert__(self) -> "Truth":
        return _NEGATED[self]

    @classmethod
    def of(cls, known: bool) -> "Truth":
        """Return the truth value of a bool."""
        return cls.TRUE if known else cls.FALSE

    def __repr__(self) -> str:
        return f"<Truth.{self.name}: {self.value!r}>"


_NEGATED = {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE, Truth.UNKNOWN: Truth.UNKNOWN}


def all_of(truths: Iterable[Truth]) -> Truth:
    """Return false if any is false, else unknown if any is unknown, else true.

    >>> all_of([Truth.UNKNOWN, Truth.FALSE])
    <Truth.FALSE: 'false'>
    """
    result = Truth.TRUE
    for truth in truths:
        if truth is Truth.FALSE:
            return Truth.FALSE
        if truth is Truth.UNKNOWN:
            result = Truth.UNKNOWN
    return result


def any_of(truths: Iterable[Truth]) -> Truth:
    """Return true if any is true, else unknown if any is unknown, else false.

    >>> any_of([Truth.UNKNOWN, Truth.TRUE])
    <Truth.TRUE: 'true'>
    """
    result = Truth.FALSE
    for truth in truths:
        if truth is Truth.TRUE:
            return Truth.TRUE
        if truth is Truth.UNKNOWN:
            result = Truth.UNKNOWN
    return result


def at_least(count: int, truths: Iterable[Truth]) -> Truth:
    """Return true when `count` are true, false when fewer than `count` can still be true, else unknown.

    >>> at_least(2, [Truth.TRUE, Truth.UNKNOWN, Truth.FALSE])
    <Truth.UNKNOWN: 'unknown'>
    >>> at_least(2, [Truth.TRUE, Truth.FALSE, Truth.FALSE])
    <Truth.FALSE: 'false'>
    """
    listed = list(truths)
    certain = sum(truth is Truth.TRUE for truth in listed)
    possible = certain + sum(truth is Truth.UNKNOWN for truth in listed)
    if certain >= count:
        return Truth.TRUE
    return Truth.FALSE if possible < count else Truth.UNKNOWN
