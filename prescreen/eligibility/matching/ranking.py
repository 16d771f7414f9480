"""The trials that fit best, in the order in which a person is shown them."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.matching.known_values import FALSE, UNKNOWN
from prescreen.eligibility.matching.planner import Marks, Planner, Standing

Numbers = NDArray[np.int64]


def best_fitting(
    planner: Planner, standing: Standing, among: Marks, most: int, *, without: Collection[str] = ()
) -> tuple[Trial, ...]:
    """Return at most `most` of the marked trials that are not ruled out.

    Those that may fit come before those that are undetermined; of these, those with the fewest unknown criteria come
    first, and of equals the first of the interview. What an author keeps back counts as unknown, so that the order does
    not reveal it. `without` are ids of trials to leave out.
    """
    free = among & (standing.shown_codes != FALSE)
    free[[planner.places[name] for name in without if name in planner.places]] = False
    found = np.flatnonzero(free)
    order = np.lexsort((_unknown(planner, standing)[found], -standing.shown_codes[found]))
    return tuple(planner.interview.trials[place] for place in found[order[:most]].tolist())


def _unknown(planner: Planner, standing: Standing) -> Numbers:
    """Return how many criteria of each trial are unknown or kept back (shape: trials)."""
    starts = standing.criteria_starts
    before = np.cumsum(np.r_[0, (standing.criteria_codes == UNKNOWN) | planner.kept_back])
    counts: Numbers = before[starts[1:]] - before[starts[:-1]]
    return counts
