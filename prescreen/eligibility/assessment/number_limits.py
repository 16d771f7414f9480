"""What a number question allows, in the unit in which a person types: for messages that say how to correct a reply."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, sqrt

from prescreen.eligibility.criteria.questions import Question
from prescreen.eligibility.criteria.units import factor

_TENTH = 10
_USUAL = Fraction(6)
"""The example where nothing is known of the answers: a small number, such as of weeks of pain."""


@dataclass(frozen=True, slots=True)
class NumberLimits:
    """The least and greatest number that may be typed (None: no limit), to a tenth, and an example between them."""

    low: Fraction | None
    high: Fraction | None
    example: Fraction


def limits_in(question: Question, unit: str | None) -> NumberLimits:
    """Return the limits of a question in one of its units; raise UnitError for a unit of another kind."""
    by = factor(question.unit, unit) if question.unit and unit else Fraction(1)
    low, high = question.range.min, question.range.max
    # Rounded towards the inside of the range, so that what the message allows is accepted.
    least = None if low is None else Fraction(ceil(low * by * _TENTH), _TENTH)
    most = None if high is None else Fraction(floor(high * by * _TENTH), _TENTH)
    return NumberLimits(least, most, _example(_likely(question, by, least, most), least, most))


def _likely(question: Question, by: Fraction, low: Fraction | None, high: Fraction | None) -> Fraction:
    """Return a number that people give: the middle of the known spread, else a middle of the limits."""
    known = [(abs(share - Fraction(1, 2)), Fraction(number)) for number, share in question.prevalence.items()]
    if known:
        return min(known)[1] * by
    if low is None or high is None or low <= 0:
        return _USUAL
    return Fraction(sqrt(low * high))


def _example(likely: Fraction, low: Fraction | None, high: Fraction | None) -> Fraction:
    """Return the whole number that is next to a likely one and within the limits, else a tenth that is."""
    for whole in (
        max(round(likely), 1),
        ceil(low) if low is not None else None,
        floor(high) if high is not None else None,
    ):
        if whole is not None and (low is None or whole >= low) and (high is None or whole <= high):
            return Fraction(whole)
    return low if low is not None else high or Fraction()
