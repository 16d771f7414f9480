"""What earlier people came to, as a power for every conjunct. It moves the order of questions and decides nothing.

Counted is a whole criterion, asked for are its conjuncts. Raising the chance of each to hold to the power that takes
the bank's chance of the criterion to the learned one keeps their proportions: the learned chance of a criterion with
one conjunct is that conjunct's, and where there are several they share what was learned.
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
"""No chance counts as nearer to 0 or 1 than this: no power would move a certainty."""


def powers(interview: Interview, asking: Iterable[Sequence[Criterion]], observed: Observed) -> Floats:
    """Return the power of each conjunct of all trials, in order; 1 where nothing was counted or limits are not told.

    `asking` are the criteria that ask for the conjuncts of each trial.
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
    """Return chances to fail with what was learned of them; those of power 1 stay exactly as they are."""
    moved: Floats = 1 - np.clip(1 - failing, _UNSURE, 1 - _UNSURE) ** power
    return np.where(power == 1, failing, moved)
