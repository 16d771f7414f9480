"""The trials that fit best, of those that pass a test."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.matching.known_values import TRUE, UNKNOWN
from prescreen.eligibility.matching.planner import Marks, Planner, Standing

Numbers = NDArray[np.int64]


def best_fitting(
    planner: Planner, standing: Standing, among: Marks, most: int, *, without: Collection[str] = ()
) -> tuple[Trial, ...]:
    """Return at most `most` of the marked trials that are not ruled out, in the order of the results.

    Those that may fit come before those that are undetermined. What an author keeps back until the questions are over
    counts as unknown, so that the order does not reveal it. `without` are ids of trials to leave out.
    """
    free, shown = among.copy(), standing.shown_codes
    free[[planner.places[name] for name in without if name in planner.places]] = False
    found = _fitting(planner, np.flatnonzero(free & (shown == TRUE)))
    if len(found) < most:
        found += standing.told(over=False).ranked(np.flatnonzero(free & (shown == UNKNOWN)).tolist())
    return tuple(planner.interview.trials[place] for place in found[:most])


def _fitting(planner: Planner, places: Numbers) -> list[int]:
    """Return trials that may fit, ranked: all their criteria permit, so only those that are kept back are unknown."""
    asking = planner.asking
    kept_back = np.bincount(asking.trial[asking.kept_back], minlength=len(planner.interview.trials))
    found: list[int] = places[np.argsort(kept_back[places], kind="stable")].tolist()
    return found
