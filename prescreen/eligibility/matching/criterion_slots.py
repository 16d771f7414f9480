"""The criteria of all trials one by one: which slots say whether each permits taking part."""

from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from prescreen.eligibility.criteria.trials import Criterion, Trial
from prescreen.eligibility.matching.normal_form import Conjunction

Numbers = NDArray[np.int64]
Truths = NDArray[np.int8]

OfTrial = tuple[int, Criterion]
"""A criterion with a rule, and the place of its trial."""


class CriterionSlots:
    """The slots of each criterion's conjuncts; a criterion permits to the degree of the least of them."""

    def __init__(self, trials: Sequence[Trial], asked: Sequence[Conjunction], part_slot: Numbers) -> None:
        self._trials = trials
        firsts = accumulate((len(one.nodes) for one in asked), initial=0)
        parts = (first + place for first, one in zip(firsts, asked, strict=False) for place in one.places)
        self._slots = part_slot[np.fromiter(parts, np.int64)]
        counts = np.fromiter((count for one in asked for count in one.counts), np.int64)
        self._first, self._is_single = np.cumsum(counts) - counts, bool(np.all(counts == 1))
        self.starts: Numbers = np.array([*accumulate((len(one.counts) for one in asked), initial=0)], np.int64)

    @cached_property
    def listed(self) -> tuple[OfTrial, ...]:
        """The criteria with a rule, in the order of trials and of their authors."""
        return tuple((place, one) for place, trial in enumerate(self._trials) for one in trial.ruled)

    def codes(self, truths: Truths) -> Truths:
        """Return the truth of each criterion's permitting rule, given that of every slot (shape: criteria)."""
        found = truths.take(self._slots)
        return found if self._is_single else np.minimum.reduceat(found, self._first)
