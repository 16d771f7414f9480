"""How many questions an interview will probably still take."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]

_MOST_CERTAIN = 0.98
_LEAST_UNLIKELY = 1e-6


def expected_questions(trials: Numbers, questions: Numbers, failing: Floats) -> float:
    """Give the expected number of questions until all trials are settled.

    A row says: this trial hangs on this question, whose answer rules it out with that chance. A trial is taken to be
    asked about in the order that rules it out soonest; a question is asked unless every trial that hangs on it is
    ruled out before. Answers count as independent.

    >>> one_trial, two_questions = np.array([0, 0]), np.array([5, 6])
    >>> round(expected_questions(one_trial, two_questions, np.array([0.5, 0.25])), 2)
    1.5
    """
    if not len(trials):
        return 0.0
    trials, questions, failing = _once(trials, questions, np.minimum(failing, _MOST_CERTAIN))
    soonest = np.lexsort((-failing, trials))
    trials, questions, staying = trials[soonest], questions[soonest], np.log1p(-failing[soonest])
    before = np.cumsum(staying) - staying
    reached = np.exp(before - before[np.searchsorted(trials, trials)])
    spared = np.bincount(questions, np.log(np.maximum(1 - reached, _LEAST_UNLIKELY)))
    return float(np.sum(1 - np.exp(spared)))


def _once(trials: Numbers, questions: Numbers, failing: Floats) -> tuple[Numbers, Numbers, Floats]:
    """Keep of the rows of one trial and question the one that rules out most."""
    order = np.lexsort((-failing, questions, trials))
    trials, questions, failing = trials[order], questions[order], failing[order]
    first = np.r_[True, (trials[1:] != trials[:-1]) | (questions[1:] != questions[:-1])]
    return trials[first], questions[first], failing[first]
