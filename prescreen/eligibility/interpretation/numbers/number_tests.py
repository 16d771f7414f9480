"""From a number with its limits to tests of the questions that ask for it."""

from collections.abc import Sequence
from fractions import Fraction

from prescreen.eligibility.criteria.questions import Question, QuestionBank, QuestionType
from prescreen.eligibility.criteria.rules import All, Any, DateTest, NumberTest, Rule
from prescreen.eligibility.criteria.units import UnitError, factor
from prescreen.eligibility.interpretation.meaning import UNKNOWN, Meaning, exactly, joined
from prescreen.eligibility.interpretation.numbers.limits import Bound, Limits, Window

_TENTHS = "{score_0_10}"
_TOP_OF_TENTHS, _TOP_OF_HUNDREDTHS = 10, 100


def limits_meaning(limits: Limits, names: Sequence[str], bank: QuestionBank, *, bare_is_least: bool) -> Meaning:
    """Return what limits mean of a quantity that one of these questions asks for; unknown where a unit does not fit.

    With several questions, which of them is meant is not said: one of them must be within the limits at least, all
    at most.
    """
    if limits.is_bare:
        if not bare_is_least:
            return UNKNOWN
        limits = Limits(limits.low, None, out_of=limits.out_of, is_aged=limits.is_aged)
    tests = [_test(limits, bank[name]) for name in names if name in bank]
    known = [test for test in tests if test]
    if not known or len(known) < len(tests):
        return UNKNOWN
    if len(known) == 1:
        return exactly(known[0])
    return Meaning(joined(All, known), joined(Any, known))


def _test(limits: Limits, question: Question) -> Rule | None:
    if question.type is not QuestionType.NUMBER:
        return None
    ends: dict[str, Fraction] = {}
    for bound, counting, beyond in ((limits.low, "min", "above"), (limits.high, "max", "below")):
        if bound is None:
            continue
        number = _converted(bound, limits, question)
        if number is None or not _is_askable(number, question):
            return None
        ends[counting if bound.counts else beyond] = number
    return NumberTest(question.id, **ends) if ends else None


def _converted(bound: Bound, limits: Limits, question: Question) -> Fraction | None:
    unit = question.unit or ""
    if unit == _TENTHS:
        return _tenths(bound, limits.out_of)
    if bound.unit is None:
        return bound.number if unit in ("a", "kg/m2", "{degrees}") else None
    try:
        return bound.number * factor(bound.unit, unit)
    except UnitError:
        return None


def _tenths(bound: Bound, out_of: int | None) -> Fraction | None:
    """Return a score on the scale from 0 to 10.

    Without a named scale a score above 10 can only be of 100; 10 itself may be of either, so it is not known.
    """
    if bound.unit == "cm" and out_of in (None, 10):
        return bound.number
    if bound.unit == "mm" or (bound.unit in (None, "points") and out_of == _TOP_OF_HUNDREDTHS):
        return bound.number / 10
    if bound.unit is not None and bound.unit != "points":
        return None
    if out_of == _TOP_OF_TENTHS or bound.number < _TOP_OF_TENTHS:
        return bound.number
    return bound.number / 10 if out_of is None and bound.number > _TOP_OF_TENTHS else None


def _is_askable(number: Fraction, question: Question) -> bool:
    """Whether a limit lies within what may be answered, so that it decides something."""
    return question.range is None or number in question.range


def window_meaning(window: Window, name: str, bank: QuestionBank) -> Meaning:
    """Return what "within the past 6 months" means of something whose time a question asks for."""
    question = bank.questions.get(name)
    if question is None:
        return UNKNOWN
    if question.type is QuestionType.NUMBER:
        test = _test(Limits(window.low, window.high), question)
        return exactly(test) if test else UNKNOWN
    if question.type is not QuestionType.DATE:
        return UNKNOWN
    return _date_meaning(window, name)


def _date_meaning(window: Window, name: str) -> Meaning:
    least, most = _whole_days(window.low), _whole_days(window.high)
    if (least is None) is not (window.low is None) or (most is None) is not (window.high is None):
        return UNKNOWN
    if least is not None and window.low is not None:
        least += not window.low.counts
    if most is not None and window.high is not None:
        most -= not window.high.counts
    return exactly(DateTest(name, min_days=least, max_days=most))


def _whole_days(bound: Bound | None) -> int | None:
    days = bound and bound.number * factor(bound.unit or "d", "d")
    return int(days) if isinstance(days, Fraction) and days.denominator == 1 else None
