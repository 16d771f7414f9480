"""Rules read back from evidence, so that an old assessment can be repeated for another day."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any as Anything

from prescreen.eligibility.criteria.rules import (
    All,
    Any,
    AtLeast,
    BooleanTest,
    ChoicesTest,
    Not,
    NumberTest,
    OptionTest,
    Rule,
)

_SETS = ("any_of", "all_of", "none_of")
_NUMBERS = ("equal", "min", "max", "above", "below")


def read_rule(raw: Mapping[str, Anything]) -> Rule:
    """Return the rule that `fingerprints.canonical` wrote.

    Raise KeyError, TypeError or ValueError for anything else.
    """
    match raw[""]:
        case "All":
            return All(_parts(raw))
        case "Any":
            return Any(_parts(raw))
        case "AtLeast":
            return AtLeast(raw["count"], _parts(raw))
        case "Not":
            return Not(read_rule(raw["part"]))
        case _:
            return _read_test(raw)


def _parts(raw: Mapping[str, Anything]) -> tuple[Rule, ...]:
    return tuple(read_rule(part) for part in raw["parts"])


def _read_test(raw: Mapping[str, Anything]) -> Rule:
    match raw[""]:
        case "BooleanTest":
            return BooleanTest(raw["question"], raw["expected"])
        case "OptionTest":
            return OptionTest(raw["question"], frozenset(raw["options"]))
        case "ChoicesTest":
            return ChoicesTest(raw["question"], **{name: frozenset(raw[name]) for name in _SETS if name in raw})
        case "NumberTest":
            return NumberTest(raw["question"], **{name: Fraction(raw[name]) for name in _NUMBERS if name in raw})
        case kind:
            raise ValueError(f"'{kind}' is no kind of rule")
