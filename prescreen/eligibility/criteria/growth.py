"""Numbers that grow with the calendar, by the whole days, months or years between two days, and completed years.

A module of its own: answers, outlook and the demo need it without the kinds of questions.
"""

from datetime import date
from fractions import Fraction
from math import floor

from prescreen.eligibility.criteria.dates import whole_days, whole_months, whole_years
from prescreen.eligibility.criteria.questions import Growth, Question
from prescreen.eligibility.criteria.units import factor


def grown(question: Question, value: Fraction, answered_on: date, on: date) -> Fraction:
    """Return a number as of a later day; one that grows has advanced by the whole days, months or years between."""
    said = completed(question, value)
    if question.grows is None:
        return said
    _, elapsed = _ELAPSED[question.grows]
    return said + elapsed(answered_on, on) * growth_step(question)


def completed(question: Question, value: Fraction) -> Fraction:
    """Return the completed years of an age, however exactly it was told; any other number as it is."""
    return Fraction(floor(value)) if question.counts_completed else value


def growth_step(question: Question) -> Fraction:
    """Return the increase of a growing number in one whole day, month or year, in the question's unit; else zero."""
    if question.grows is None:
        return Fraction(0)
    step, _ = _ELAPSED[question.grows]
    return factor(step, question.unit or step)


_ELAPSED = {Growth.DAILY: ("d", whole_days), Growth.MONTHLY: ("mo", whole_months), Growth.YEARLY: ("a", whole_years)}
