"""The trials that fit best, of those that pass a test."""

from collections.abc import Collection

import numpy as np

from prescreen.eligibility.criteria.trials import Trial
from prescreen.eligibility.matching.known_values import TRUE, UNKNOWN
from prescreen.eligibility.matching.planner import Marks, Planner, Standing


def best_fitting(
    planner: Planner, standing: Standing, among: Marks, most: int, *, without: Collection[str] = ()
) -> tuple[Trial, ...]:
    """Return at most `most` of the marked trials that are not ruled out, in the order of the results.

    Those that may fit come before those that are undetermined. What an author keeps back until the questions are over
    counts as unknown, so that the order does not reveal it. `without` are ids of trials to leave out.
    """
    told, free = standing.told(over=False), among.copy()
    free[[planner.places[name] for name in without if name in planner.places]] = False
    found: list[int] = []
    for code in (TRUE, UNKNOWN):
        if len(found) < most:
            found += told.ranked(np.flatnonzero(free & (standing.shown_codes == code)).tolist())
    return tuple(planner.interview.trials[place] for place in found[:most])
