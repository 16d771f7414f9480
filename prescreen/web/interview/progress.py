"""Where an interview stands after its last answer: worked out once, and kept in the visit with the answers."""

from dataclasses import dataclass
from datetime import date
from typing import Any

MOST_RISE = 2
"""By how many pages the number that is told may rise above the fewest that were told before."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What all pages of one interview show of it, until the next answer.

    It holds of the catalog with this stamp, and on this day (an ordinal). `waiting` is the question to ask now, None at
    the end, and `settles` how many trials its answer alone can settle; `may_fit` and `undetermined` count the trials in
    these groups of the results, and about `left` pages of questions are still to come; `raised` are the indexes of the
    condition's red flags that the answers raise; once `flags_settled`, no other can be raised. `screen` are the
    questions on the page of `waiting`, itself among them.
    """

    stamp: str
    day: int
    waiting: str | None
    may_fit: int
    undetermined: int
    left: int
    settles: int
    raised: tuple[int, ...]
    flags_settled: bool
    screen: tuple[str, ...] = ()

    def holds(self, stamp: str, on: date) -> bool:
        """Return whether it still holds: under the same catalog, on the same day."""
        return self.stamp == stamp and self.day == on.toordinal()

    def noted(self) -> list[Any]:
        """Return it as JSON-ready data for the cookie."""
        numbers = (self.may_fit, self.undetermined, self.left, self.settles)
        return [
            self.stamp,
            self.day,
            self.waiting,
            *numbers,
            list(self.raised),
            int(self.flags_settled),
            list(self.screen),
        ]


def read_noted(noted: object) -> Progress | None:
    """Return what `Progress.noted` made; None for anything else, as a cookie of another version may hold."""
    match noted:
        case [
            str() as stamp, int() as day, (str() | None) as waiting,
            int() as may_fit, int() as undetermined, int() as left, int() as settles,
            list() as raised, int() as settled, list() as screen,
        ]:  # fmt: skip
            flags = tuple(raised), bool(settled)
            return Progress(stamp, day, waiting, may_fit, undetermined, left, settles, *flags, tuple(screen))
    return None


def told_left(left: int, fewest: int | None) -> int:
    """Return how many pages the visitor is told are left, who was told `fewest` before; None for one told nothing.

    >>> told_left(9, None), told_left(9, 4), told_left(3, 4)
    (9, 6, 3)
    """
    return left if fewest is None else min(left, fewest + MOST_RISE)
