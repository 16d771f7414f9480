"""What "within the past 6 months" means of a term: when it was, or that it still is."""

from fractions import Fraction

from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.rules import OptionTest
from prescreen.eligibility.criteria.units import UnitError, factor
from prescreen.eligibility.interpretation.meaning import Meaning, all_of, any_of
from prescreen.eligibility.interpretation.numbers.limits import Bound, Window
from prescreen.eligibility.interpretation.numbers.number_tests import window_meaning
from prescreen.eligibility.interpretation.vocabulary import Entry


def within(meaning: Meaning, window: Window, entry: Entry, bank: QuestionBank) -> Meaning:
    """Return what a term means beside a span of time; a bound that its own words have lost stays lost."""
    told = _told(meaning, window, entry, bank)
    if not entry.said.is_known:
        return told
    return Meaning(
        told.sufficient if meaning.sufficient is not None else None,
        told.necessary if meaning.necessary is not None else None,
    )


def _told(meaning: Meaning, window: Window, entry: Entry, bank: QuestionBank) -> Meaning:
    if _is_asked(window, entry, bank):
        return meaning
    is_past = window.low is None and window.high is not None
    if entry.within and is_past and window.high is not None:
        return spanned(window.high, entry)
    if entry.time is None:
        # What still is was there at some time of any span that ends today.
        return (entry.now or entry.said).widened if is_past and not entry.is_event else meaning.narrowed
    when = window_meaning(window, entry.time, bank)
    is_either = entry.now is not None and is_past
    once = _apart(entry.ever, entry.now) if entry.ever and entry.now and is_either else entry.ever or meaning
    told = all_of((once, when.widened if entry.time_of_some else when))
    return any_of((entry.now, told)) if entry.now and is_either else told


def _apart(ever: Meaning, now: Meaning) -> Meaning:
    """Return "ever" without the options of "now", which stand beside it as an alternative."""
    one, other = ever.sufficient, now.sufficient
    if not (isinstance(one, OptionTest) and isinstance(other, OptionTest) and one.question == other.question):
        return ever
    past = one.options - other.options
    return Meaning(OptionTest(one.question, past)) if past and ever.necessary is None else ever


def spanned(high: Bound, entry: Entry) -> Meaning:
    """Return the bounds that the nearest spans give: who had it in a shorter one had it in this one."""
    days = _days(high)
    if days is None:
        return Meaning()
    shorter = [meaning for span, meaning in entry.within if span < days or (span == days and high.counts)]
    longer = [meaning for span, meaning in entry.within if span >= days]
    return Meaning(shorter[-1].sufficient if shorter else None, longer[0].necessary if longer else None)


def _days(bound: Bound) -> Fraction | None:
    try:
        return bound.number * factor(bound.unit or "d", "d")
    except UnitError:
        return None


_SCORE = "{score_0_10}"
_FEWEST_DAYS, _WEEK = 3, 7


def _is_asked(window: Window, entry: Entry, bank: QuestionBank) -> bool:
    """Whether a span of time is the one that the question itself asks about: the last days, for how strong a pain is.

    That there was pain at all within the week does not say that there is some today.
    """
    is_score = not entry.said.is_known and any(bank[name].unit == _SCORE for name in entry.numbers if name in bank)
    days = _days(window.high) if is_score and window.low is None and window.high is not None else None
    return days is not None and _FEWEST_DAYS <= days <= _WEEK
