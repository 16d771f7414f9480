"""A rule as the data that a criteria file has for it: what the reader of rules reads, written back plainly."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from prescreen.catalog.base.yaml_documents import Data
from prescreen.eligibility.criteria.rules import (
    All,
    Any,
    AtLeast,
    BooleanTest,
    ChoicesTest,
    DateTest,
    Not,
    NumberTest,
    OptionTest,
    Rule,
)

_LIMITS = ("min", "max", "above", "below")
_SETS = ("any_of", "all_of", "none_of")


def data_of(rule: Rule) -> Mapping[str, Data]:
    """Return the data of a rule; numbers are in the question's own unit.

    Raises:
        TypeError: for a test of a date, which no words of a registry are drafted to.
    """
    match rule:
        case All(parts) | Any(parts):
            return {type(rule).__name__.lower(): [dict(data_of(part)) for part in parts]}
        case Not(part):
            return {"not": dict(data_of(part))}
        case AtLeast(count, parts):
            return {"at_least": {"count": str(count), "of": [dict(data_of(part)) for part in parts]}}
        case _:
            return {rule.question: _test(rule)}


def _test(rule: BooleanTest | OptionTest | ChoicesTest | NumberTest | DateTest) -> Data:
    match rule:
        case BooleanTest():
            return str(rule.expected).lower()
        case OptionTest():
            return [*sorted(rule.options)]
        case ChoicesTest():
            return {key: [*sorted(options)] for key in _SETS if (options := getattr(rule, key)) is not None}
        case NumberTest():
            return _limits(rule)
        case _:
            raise TypeError(f"{rule.question}: a test of a date is not written")


def _limits(rule: NumberTest) -> Data:
    if rule.equal is not None:
        return _number(rule.equal)
    return {key: _number(limit) for key in _LIMITS if (limit := getattr(rule, key)) is not None}


def _number(limit: Fraction | int) -> str:
    """Return a number in decimals.

    >>> _number(Fraction(1461, 8))
    '182.625'
    """
    whole = Fraction(limit)
    return f"{Decimal(whole.numerator) / whole.denominator:f}"
