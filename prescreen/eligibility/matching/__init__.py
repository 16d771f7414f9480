"""Many trials at once: the determinations of the plain evaluator, without evaluating every criterion.

`Matching` is made once per catalog. Small catalogs are judged by closures, larger ones by bitmaps over the trials.
"""

from prescreen.eligibility.matching.batch import Match, Matching

__all__ = ["Match", "Matching"]
