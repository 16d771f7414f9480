"""The criteria of all trials one by one: which slots say whether each permits taking part."""

from collections.abc import Sequence
from functools import cached_property
from itertools import chain

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
        first = np.cumsum([0, *(len(one.nodes) for one in asked)])
        places = [(start, place) for start, one in zip(first.tolist(), asked, strict=False) for place in one.places]
        parts = chain.from_iterable((start + part for part in place) for start, place in places)
        self._slots = part_slot[np.fromiter(parts, np.int64)]
        lengths = np.array([len(place) for _, place in places], np.int64)
        self._first, self._is_single = np.cumsum(lengths) - lengths, bool(np.all(lengths == 1))
        self.starts: Numbers = np.cumsum([0, *(len(one.places) for one in asked)])

    @cached_property
    def listed(self) -> tuple[OfTrial, ...]:
        """The criteria with a rule, in the order of trials and of their authors."""
        return tuple((place, one) for place, trial in enumerate(self._trials) for one in trial.ruled)

    def codes(self, truths: Truths) -> Truths:
        """Return the truth of each criterion's permitting rule, given that of every slot (shape: criteria)."""
        found = truths[self._slots]
        return found if self._is_single else np.minimum.reduceat(found, self._first)
