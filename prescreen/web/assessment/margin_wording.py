"""Margins in words: "at least 4: just inside", "at most 30: over by 1.2", "at least 6 weeks: 3 days above".

Amounts are told in the unit in which the person said theirs, with one decimal; limits as their author would write them.
"""

from datetime import date
from fractions import Fraction

from prescreen.eligibility.assessment.margins import Limit, Margin
from prescreen.eligibility.criteria.questions import Question, QuestionType, plain
from prescreen.eligibility.criteria.units import TIME_UNITS, factor
from prescreen.web.base.formatting import amount, day, friendly

_SHORT = 100
"""A number is short if two decimals write it whole."""
_SMALLER = {"a": "mo", "mo": "wk", "wk": "d"}
"""The next smaller unit of time, in which an amount is told that is less than one of a unit."""
_DAY = "d"
_SPANS = (("a", 731), ("mo", 61), (_DAY, 0))
"""The units in which a distance between dates is told, each from so many days on."""
_CLOSE = 10
"""A value is close to one of two limits if it is within a tenth of the range between them."""


def said_in(question: Question, value: Fraction) -> str | None:
    """Return the unit in which a number was likely said: the largest in which it is short, else the question's own."""
    number, unit = friendly(value, question)
    return unit if (number * _SHORT).denominator == 1 else question.unit


def number_words(question: Question, value: Fraction) -> str:
    """Return a number in the unit in which it was likely said."""
    unit = said_in(question, value)
    return amount(_in_unit(value, question.unit, unit), unit)


def value_words(margin: Margin, question: Question, unit: str | None) -> str:
    """Return today's value in a unit."""
    return _told(margin.value, question.unit, unit)


def margin_words(margin: Margin, question: Question, unit: str | None) -> str:
    """Return the limits, and how far today's value is from the nearest, in the unit in which the person said it."""
    if question.type is QuestionType.DATE:
        return _date_words(margin)
    # "2 out of 10 above" would read as if the scale had changed.
    is_score = (question.unit or "").startswith("{score")
    where = _where(margin, _told(margin.distance, *((None, None) if is_score else (question.unit, unit))))
    return f"{_limits(margin, question)}{f': {where}' if where else ''}"


def _told(number: Fraction, own: str | None, unit: str | None) -> str:
    """Return an amount of a question's own unit in another: one decimal, days whole; below one, in smaller units."""
    found = _in_unit(number, own, unit)
    while found < 1 and unit in _SMALLER:
        unit = _SMALLER[unit]
        found = _in_unit(number, own, unit)
    step = Fraction(1) if unit == _DAY else Fraction(1, 10)
    told = Fraction(round(found / step)) * step
    if found and not told:
        return f"less than {amount(step, unit)}"
    is_about = told != found and unit in TIME_UNITS
    return f"{'about ' if is_about else ''}{amount(told, unit)}"


def _in_unit(number: Fraction, own: str | None, unit: str | None) -> Fraction:
    return number if own is None or unit is None or own == unit else number * factor(own, unit)


def _date_words(margin: Margin) -> str:
    """Return the first and the last date that would do today, and how far the answer is from the nearest."""
    low, high = margin.floor, margin.ceiling
    ends = [
        f"{'from' if low.included else 'after'} {_day(low)}" if low else "",
        f"{'until' if high.included else 'before'} {_day(high)}" if high else "",
    ]
    far = _told(margin.distance, _DAY, next(unit for unit, least in _SPANS if margin.distance >= least))
    if margin.inside:
        where = f"inside by {far}" if margin.distance else "just inside"
    elif not margin.distance:
        where = "on the limit, just outside"
    else:
        where = f"{far} too {'late' if margin.over else 'early'}"
    return f"{' '.join(filter(None, ends))}: {where}"


def _day(limit: Limit) -> str:
    return day(date.fromordinal(int(limit.at)))


def _limits(margin: Margin, question: Question) -> str:
    low, high = margin.floor, margin.ceiling
    if low and high and low == high:
        return f"must be {_limit(low, question)}"
    if low and high:
        first, last = "" if low.included else "over ", "" if high.included else "under "
        return f"{first}{_limit(low, question)} to {last}{_limit(high, question)}"
    if low:
        return f"{'at least' if low.included else 'more than'} {_limit(low, question)}"
    return f"{'at most' if high and high.included else 'less than'} {_limit(high, question) if high else ''}"


def _limit(limit: Limit, question: Question) -> str:
    """Return a limit as an author would write it: with its unit where pages offer several."""
    return number_words(question, limit.at) if question.units else plain(limit.at)


def _where(margin: Margin, far: str) -> str:
    if margin.inside:
        return _inside(margin, far) if margin.distance else "just inside"
    if not margin.distance:
        return "on the limit, just outside"
    return f"{'over' if margin.over else 'under'} by {far}"


def _inside(margin: Margin, far: str) -> str:
    low, high = margin.floor, margin.ceiling
    if low is None or high is None:
        return f"{far} {'above' if low else 'below'}"
    if margin.distance * _CLOSE >= high.at - low.at:
        return ""
    return (
        f"{far} above the lower limit" if margin.value - low.at == margin.distance else f"{far} below the upper limit"
    )
