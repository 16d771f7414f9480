"""Rules as the plain data that the reader of rules reads back."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from fractions import Fraction

from prescreen.catalog.base.yaml_documents import Data
from prescreen.eligibility.criteria.questions import Question, QuestionBank
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
    Test,
)
from prescreen.eligibility.wording.quantity_words import best_unit

_MONTHS = 12
_LIMITS = ("min", "above", "max", "below")


def rule_data(rule: Rule, bank: QuestionBank) -> dict[str, Data]:
    """Return a rule as data that `RuleReader` reads as the same rule.

    Raise ValueError for a number without a decimal, which no file can hold.
    """
    match rule:
        case All(parts):
            return _all([rule_data(part, bank) for part in parts])
        case Any(parts):
            return {"any": [rule_data(part, bank) for part in parts]}
        case Not(part):
            return {"not": rule_data(part, bank)}
        case AtLeast(count, parts):
            return {"at_least": {"count": str(count), "of": [rule_data(part, bank) for part in parts]}}
        case _:
            return {rule.question: _test_data(rule, bank[rule.question])}


def _all(parts: list[dict[str, Data]]) -> dict[str, Data]:
    """Return parts that must all hold as one mapping, where each is one entry and none of another's key."""
    joined = {key: value for part in parts for key, value in part.items()}
    is_plain = len(parts) > 1 and all(len(part) == 1 for part in parts) and len(joined) == len(parts)
    return joined if is_plain else {"all": list(parts)}


def _test_data(test: Test, question: Question) -> Data:
    match test:
        case BooleanTest(expected=expected):
            return "true" if expected else "false"
        case OptionTest(options=options):
            listed = _in_order(question, options)
            return listed[0] if len(listed) == 1 else listed
        case ChoicesTest():
            sets = (("any_of", test.any_of), ("all_of", test.all_of), ("none_of", test.none_of))
            return {name: _in_order(question, options) for name, options in sets if options is not None}
        case NumberTest():
            return _number_data(test, question)
        case DateTest():
            return _date_data(test)


def _in_order(question: Question, options: frozenset[str]) -> list[Data]:
    return [option for option in question.option_ids if option in options]


def _number_data(test: NumberTest, question: Question) -> Data:
    if test.equal is not None:
        return _amount(test.equal, question)
    limits = {name: getattr(test, name) for name in _LIMITS}
    return {name: _amount(limit, question) for name, limit in limits.items() if limit is not None}


def _amount(number: Fraction, question: Question) -> str:
    amount, unit = best_unit(number, None if question.counts_completed else question.unit)
    return amount if unit is None or (unit == question.unit and unit != "d") else f"{amount} {unit}"


def _date_data(test: DateTest) -> Data:
    ago = {"min": _days(test.min_days), "max": _days(test.max_days)}
    age = {"min": _months(test.min_months, 0), "max": _months(test.max_months, 1)}
    day = timedelta(days=1)
    parts: Mapping[str, Data] = {
        "after": _written(test.first, lambda first: first - day),
        "before": _written(test.last, lambda last: last + day),
        "ago": {key: value for key, value in ago.items() if value is not None},
        "age": {key: value for key, value in age.items() if value is not None},
    }
    return {key: value for key, value in parts.items() if value}


def _written(limit: date | None, moved: Callable[[date], date]) -> str | None:
    return None if limit is None else moved(limit).isoformat()


def _days(count: int | None) -> str | None:
    return None if count is None else f"{count} d"


def _months(count: int | None, beyond: int) -> str | None:
    """Return whole months as years where they are; `max: 70` holds until the month before 71 years are full."""
    if count is None:
        return None
    years, rest = divmod(count + beyond, _MONTHS)
    return f"{count} mo" if rest or years < beyond else str(years - beyond)
