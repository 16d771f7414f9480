"""Where an interview stands after its last answer: worked out once, and kept in the visit with the answers."""

from dataclasses import dataclass
from datetime import date
from typing import Any


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


def told_left(left: int, fewest: int | None) -> int | None:
    """Return how many pages or questions the visitor is told are left, who was told `fewest` before.

    None stands for a visitor who was told nothing yet; returned, it says that the number would rise, and is left out.

    >>> told_left(9, None), told_left(9, 4), told_left(3, 4)
    (9, None, 3)
    """
    return left if fewest is None or left <= fewest else None


def fewest_told(fewest: int | None, before: Progress, after: Progress) -> int | None:
    """Return the fewest pages that an interview was told to have left, after an answer; None once it is at its end.

    `fewest` is what was returned for the answer before it, and None for the first.
    """
    if after.waiting is None:
        return None
    shown = before.left if fewest is None and before.waiting else fewest
    return after.left if shown is None else min(shown, after.left)
