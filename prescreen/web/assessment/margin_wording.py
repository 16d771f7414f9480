"""Margins in words: "floor 4: just inside", "limit 18 to 70", "ceiling 30: over by 1.2"."""

from datetime import date
from fractions import Fraction

from prescreen.eligibility.assessment.margins import Limit, Margin
from prescreen.eligibility.criteria.questions import Question, QuestionType, plain
from prescreen.web.base.formatting import amount, day, friendly

_MOST_PLACES = 6
_A_HAIR = "less than 0.000001"
_SHORT = 1000
_CLOSE = 10
"""A value is close to one of two limits if it is within a tenth of the range between them."""


def margin_words(margin: Margin, question: Question) -> str:
    """Return the limits, and how far today's value is from the nearest, in the question's unit."""
    if question.type is QuestionType.DATE:
        return _date_words(margin)
    where = _where(margin, question, _rounded(margin.distance, _places(margin)))
    return f"{_limits(margin, question)}{f': {where}' if where else ''}"


def _date_words(margin: Margin) -> str:
    """Return the first and the last date that would do today, and how many days the answer is from the nearest."""
    low, high = margin.floor, margin.ceiling
    ends = [
        f"{'from' if low.included else 'after'} {_day(low)}" if low else "",
        f"{'until' if high.included else 'before'} {_day(high)}" if high else "",
    ]
    days = amount(margin.distance, "d")
    if margin.inside:
        where = f"inside by {days}" if margin.distance else "just inside"
    elif not margin.distance:
        where = "on the limit, just outside"
    else:
        where = f"{days} too {'late' if margin.over else 'early'}"
    return f"{' '.join(filter(None, ends))}: {where}"


def _day(limit: Limit) -> str:
    return day(date.fromordinal(int(limit.at)))


def value_words(margin: Margin, question: Question) -> str:
    """Return today's value in the question's unit, with as many decimals as distinguish it from its limit."""
    return amount(_rounded(margin.value, _places(margin)), question.unit)


def _limits(margin: Margin, question: Question) -> str:
    low, high = margin.floor, margin.ceiling
    if low and high and low == high:
        return f"must be {_limit(low, question)}"
    if low and high:
        return f"limit {'' if low.included else 'over '}{_limit(low, question)} to {_high(high, question)}"
    if low:
        return f"{'floor' if low.included else 'must be over'} {_limit(low, question)}"
    return f"{'ceiling' if high and high.included else 'must be under'} {_limit(high, question) if high else ''}"


def _high(limit: Limit, question: Question) -> str:
    return f"{'' if limit.included else 'under '}{_limit(limit, question)}"


def _limit(limit: Limit, question: Question) -> str:
    """Return the number in the question's unit and, where pages offer other units, also as an author would write it."""
    number, unit = friendly(limit.at, question)
    return plain(limit.at) if unit == question.unit else f"{plain(limit.at)} ({amount(number, unit)})"


def _where(margin: Margin, question: Question, distance: Fraction) -> str:
    words = _distance(distance, question) if distance else _A_HAIR
    if margin.inside:
        return _inside(margin, words) if margin.distance else "just inside"
    if not margin.distance:
        return "on the limit, just outside"
    return f"{'over' if margin.over else 'under'} by {words}"


def _inside(margin: Margin, words: str) -> str:
    low, high = margin.floor, margin.ceiling
    if low is None or high is None:
        return f"{words} {'above' if low else 'below'}"
    if margin.distance * _CLOSE >= high.at - low.at:
        return ""
    return f"{words} above the floor" if margin.value - low.at == margin.distance else f"{words} below the ceiling"


def _distance(distance: Fraction, question: Question) -> str:
    # "2 out of 10 above" would read as if the scale had changed.
    is_score = (question.unit or "").startswith("{score")
    return plain(distance) if is_score else amount(distance, question.unit)


def _places(margin: Margin) -> int | None:
    """Return how many decimals distinguish the value from its limit; None where all its digits are few enough."""
    if (margin.value * _SHORT).denominator == 1:
        return None
    places = range(1, _MOST_PLACES)
    return next((one for one in places if not margin.distance or round(margin.distance, one)), _MOST_PLACES)


def _rounded(number: Fraction, places: int | None) -> Fraction:
    return number if places is None else Fraction(round(number, places))
