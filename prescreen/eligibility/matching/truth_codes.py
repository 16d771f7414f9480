"""Truths and determinations as whole numbers, which arrays hold.

A module of its own: nearly every module of the room imports it.
"""

from prescreen.eligibility.assessment.determination import Determination
from prescreen.eligibility.criteria.truth import Truth

FALSE, UNKNOWN, TRUE = 0, 1, 2
"""Truths, and so determinations, as whole numbers: the truth of "all of these" is the least of theirs."""

CODES = (Determination.INELIGIBLE, Determination.UNDETERMINED, Determination.POTENTIALLY_ELIGIBLE)
"""The determinations by their code: 0, 1, 2."""

CODE_OF = {Truth.FALSE: FALSE, Truth.UNKNOWN: UNKNOWN, Truth.TRUE: TRUE}
