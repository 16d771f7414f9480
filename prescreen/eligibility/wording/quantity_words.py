"""Exact numbers in the unit that reads best, and in words.

>>> best_unit(Fraction(42), "d"), best_unit(Fraction("91.3125"), "d"), best_unit(Fraction(30), "d")
(('6', 'wk'), ('3', 'mo'), ('30', 'd'))
>>> in_words(Fraction(42), "d"), in_words(Fraction("365.25"), "d"), in_words(Fraction(30), "kg/m2")
('6 weeks', '1 year', '30')
"""

from fractions import Fraction

from prescreen.eligibility.criteria.units import TIME_UNITS, factor

_LONGEST = ("a", "mo", "wk", "d", "h", "min", "s")
_MOST_DIGITS = 15
_WORDS = {
    "d": ("day", "days"),
    "wk": ("week", "weeks"),
    "mo": ("month", "months"),
    "a": ("year", "years"),
    "h": ("hour", "hours"),
    "min": ("minute", "minutes"),
    "s": ("second", "seconds"),
    "[in_i]": ("inch", "inches"),
    "[ft_i]": ("foot", "feet"),
    "[lb_av]": ("pound", "pounds"),
    "[oz_av]": ("ounce", "ounces"),
    "[stone_av]": ("stone", "stone"),
    "{score_0_10}": ("out of 10", "out of 10"),
    "{score_0_100}": ("out of 100", "out of 100"),
    "kg/m2": ("", ""),
    "1": ("", ""),
    "/d": ("a day", "a day"),
    "/wk": ("a week", "a week"),
    "/mo": ("a month", "a month"),
    "/a": ("a year", "a year"),
    "mg/d": ("mg a day", "mg a day"),
    "g/d": ("g a day", "g a day"),
    "mm[Hg]": ("mmHg", "mmHg"),
}


def best_unit(number: Fraction, unit: str | None) -> tuple[str, str | None]:
    """Return a number of a unit as a decimal and a unit that say the same, exactly, with the longest whole unit.

    Raise ValueError for a number that no unit of its kind can say as a decimal.
    """
    for other in _LONGEST if unit in TIME_UNITS else ():
        converted = number * factor(unit or other, other)
        if converted and converted.denominator == 1:
            return decimal(converted), other
    return decimal(number), unit


def decimal(number: Fraction) -> str:
    """Return a number as an exact decimal; raise ValueError for one that has none of at most 15 decimals."""
    if number.denominator == 1:
        return str(number.numerator)
    digits = next((count for count in range(1, _MOST_DIGITS + 1) if 10**count % number.denominator == 0), None)
    if digits is None:
        raise ValueError(f"{number} has no decimal of at most {_MOST_DIGITS} digits")
    whole, rest = divmod(abs(number.numerator) * 10**digits // number.denominator, 10**digits)
    return f"{'-' if number < 0 else ''}{whole}.{rest:0{digits}}"


def in_words(number: Fraction, unit: str | None) -> str:
    """Return a number of a unit as people say it."""
    amount, best = best_unit(number, unit)
    return f"{amount} {unit_in_words(best, amount)}".rstrip()


def unit_in_words(unit: str | None, amount: str = "2") -> str:
    """Return a unit as people say it after an amount; units of an author's own, in braces, as they are named."""
    if unit is None:
        return ""
    one, many = _WORDS.get(unit) or (unit.strip("{}").replace("_", " "),) * 2
    return one if amount == "1" else many
