"""Weights learned from earlier people, as an exponent for every conjunct. They change only the order of questions.

Counts are of whole criteria, but questions are chosen by their conjuncts. Every conjunct's probability to hold is
raised to the exponent that takes the bank's probability of the criterion to the learned one, which keeps their
proportions: a single conjunct has the criterion's learned probability, and several share it.
"""

from collections.abc import Iterable, Sequence
from math import log

import numpy as np
from numpy.typing import NDArray

from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.trials import Criterion
from prescreen.eligibility.interview.priors import Observed, Seen, chance, learned
from prescreen.eligibility.interview.question_selection import Interview

Floats = NDArray[np.float64]

_UNSURE = 1e-3
"""Probabilities are kept this far from 0 and 1: no exponent would change a certainty."""


def powers(interview: Interview, asking: Iterable[Sequence[Criterion]], observed: Observed) -> Floats:
    """Return the exponent of each conjunct (shape: conjuncts); 1 where there are no counts or limits are not told.

    `asking` are, for each trial, the criteria of its conjuncts.
    """
    found: list[float] = []
    for trial, own in zip(interview.trials, asking, strict=True):
        known = {one.id: _power(one, interview.bank, observed.get((trial.id, one.id))) for one in trial.ruled}
        found.extend(known[criterion.id] for criterion in own)
    return np.array(found)


def _power(criterion: Criterion, bank: QuestionBank, seen: Seen | None) -> float:
    rule = criterion.permitting_rule
    if rule is None or seen is None or not any(seen) or not criterion.is_told:
        return 1.0
    before = _unsure(chance(rule, bank))
    return log(_unsure(learned(before, seen))) / log(before)


def _unsure(one: float) -> float:
    return min(max(one, _UNSURE), 1 - _UNSURE)


def experienced(failing: Floats, power: Floats) -> Floats:
    """Return failure probabilities with the weights applied; those with exponent 1 stay exactly the same."""
    moved: Floats = 1 - np.clip(1 - failing, _UNSURE, 1 - _UNSURE) ** power
    return np.where(power == 1, failing, moved)
