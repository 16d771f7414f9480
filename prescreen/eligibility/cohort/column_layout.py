"""The layout of answers in columns: names of columns, and how integers represent exact numbers."""

from fractions import Fraction
from math import ceil, lcm

from prescreen.eligibility.criteria.growth import growth_step
from prescreen.eligibility.criteria.questions import Question
from prescreen.eligibility.criteria.units import factor

OPTIONS_A_COLUMN = 62
"""A `choices` question has a column of bits for each 62 options: as many as fit a signed 64-bit integer."""

_FINEST = 10**6  # a visitor types at most six decimals
_USUALLY = Fraction(10**6)  # where a question has no range
_GREATEST = 10**17  # with room in 64 bits for what growth adds


def columns_of(question: Question) -> tuple[str, ...]:
    """Return the names of the columns that hold a question's answers: several where a question has many options."""
    more = range(1, -(-len(question.options) // OPTIONS_A_COLUMN)) if question.type == "choices" else ()
    return (question.id, *(f"{question.id}/{place}" for place in more))


def day_column(question: Question) -> str:
    """Return the name of the column with the day of answering."""
    return f"{question.id}@"


def scale_of(question: Question) -> int:
    """Return how many steps of its column make one unit of a number question.

    Every number of at most six decimals in a unit that the page offers is a whole number of steps.
    """
    units = [factor(unit, question.unit).denominator for unit in question.units if question.unit]
    grows = [growth_step(question).denominator] if question.grows else []
    return lcm(*units, *grows) * _FINEST


def greatest(question: Question) -> int:
    """Return the greatest number of steps, up or down, that the column may hold."""
    ends = (_USUALLY if end is None else abs(end) for end in (question.range.min, question.range.max))
    return min(_GREATEST, ceil(max(ends) * scale_of(question)))
