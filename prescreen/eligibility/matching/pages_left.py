"""How many pages of questions are left: about, and at most.

A module of its own: an estimate, which is measured by `benchmarks.interview.pages_told` and moves no question.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from prescreen.eligibility.matching.open_occurrences import OpenOccurrences
from prescreen.eligibility.matching.question_occurrences import Occurrences

_OF_MOST = 0.6
"""The power of the greatest number of pages that comes near the usual one: answers that rule trials out come together,
while the expected number treats them as independent."""


class PagesLeft(NamedTuple):
    """About how many pages are still to come, and how many at most where each is shown once."""

    about: int
    most: int


def pages_left(occurrences: Occurrences, still_open: OpenOccurrences, certain: Sequence[int]) -> PagesLeft:
    """Return how many pages are left; the questions at the `certain` places are asked in any case.

    It is the mean of two estimates: of what prevalence says, which is too great as long as much is open, and of a power
    of what is possible, which is steadier.
    """
    chances = still_open.chances()
    chances[list(certain)] = 1
    of_pages = occurrences.greatest_of_pages(chances)
    most, expected = int(np.count_nonzero(of_pages)), float(of_pages.sum())
    return PagesLeft(max(1, round((expected + most**_OF_MOST) / 2)) if most else 0, most)
