"""Units of measure (UCUM codes) and exact conversion between those of one kind.

Factors are from the Unified Code for Units of Measure: a mean month is 30.4375 days, a Julian year 365.25 days,
an avoirdupois pound 0.45359237 kg, an international inch 2.54 cm.
"""

import re
from fractions import Fraction

# Each kind has one base unit of factor 1. `mm` is in two kinds: as a length, and on the 0 to 100 mm line on which pain
# is marked, where ten make one step of the 0 to 10 scale.
_KINDS: dict[str, dict[str, Fraction]] = {
    "time": {
        "s": Fraction(1, 86400),
        "min": Fraction(1, 1440),
        "h": Fraction(1, 24),
        "d": Fraction(1),
        "wk": Fraction(7),
        "mo": Fraction("30.4375"),
        "a": Fraction("365.25"),
    },
    "mass": {
        "mg": Fraction(1, 1_000_000),
        "g": Fraction(1, 1000),
        "kg": Fraction(1),
        "[oz_av]": Fraction("0.028349523125"),
        "[lb_av]": Fraction("0.45359237"),
        "[stone_av]": Fraction("6.35029318"),
    },
    "length": {
        "mm": Fraction(1, 10),
        "cm": Fraction(1),
        "m": Fraction(100),
        "km": Fraction(100_000),
        "[in_i]": Fraction("2.54"),
        "[ft_i]": Fraction("30.48"),
        "[mi_i]": Fraction("160934.4"),
    },
    "score": {"{score_0_10}": Fraction(1), "{score_0_100}": Fraction(1, 10), "mm": Fraction(1, 10)},
    "body mass index": {"kg/m2": Fraction(1)},
    "share": {"%": Fraction(1), "1": Fraction(100)},
    "rate": {"/d": Fraction(1), "/wk": Fraction(1, 7), "/mo": 1 / Fraction("30.4375"), "/a": 1 / Fraction("365.25")},
    "dose a day": {"mg/d": Fraction(1), "g/d": Fraction(1000)},
    "pressure": {"mm[Hg]": Fraction(1)},
}
KNOWN_UNITS = frozenset(unit for kind in _KINDS.values() for unit in kind)
TIME_UNITS = frozenset(_KINDS["time"])

_QUANTITY = re.compile(r"(?P<number>[+-]?\d{1,15}(?:\.\d{1,15})?)(?:\s+(?P<unit>\S+))?")


class UnitError(ValueError):
    """Raised for two units that do not measure the same kind of quantity."""

    def __init__(self, unit: str, wanted: str) -> None:
        self.unit, self.wanted = unit, wanted
        super().__init__(f"'{unit}' cannot be converted to '{wanted}'; give the number in '{wanted}'")


class QuantityError(ValueError):
    """Raised for a text that is not a number with an optional unit."""

    def __init__(self, text: str) -> None:
        self.text = text
        point = "; decimals follow a point" if "," in text else ""
        super().__init__(f"'{text}' is not a number, or a number and a unit such as '6 wk'{point}")


def factor(unit: str, wanted: str) -> Fraction:
    """Return the factor by which a number in `unit` is multiplied to convert it to `wanted`.

    >>> factor("wk", "d")
    Fraction(7, 1)
    >>> factor("kg", "d")
    Traceback (most recent call last):
    prescreen.eligibility.criteria.units.UnitError: 'kg' cannot be converted to 'd'; give the number in 'd'
    """
    if unit == wanted:
        return Fraction(1)
    for kind in _KINDS.values():
        if unit in kind and wanted in kind:
            return kind[unit] / kind[wanted]
    raise UnitError(unit, wanted)


def convertible(unit: str, wanted: str) -> bool:
    """Return whether the two units measure the same kind of quantity."""
    return unit == wanted or any(unit in kind and wanted in kind for kind in _KINDS.values())


def quantity(text: str, unit: str | None) -> Fraction:
    """Return a number, or a number with a unit, as an exact number in `unit`; a bare number is in `unit` already.

    Raise QuantityError for any other text, UnitError for a unit that is unknown or of another kind.

    >>> quantity("6 wk", "d")
    Fraction(42, 1)
    >>> quantity("0.3", None)
    Fraction(3, 10)
    """
    found = _QUANTITY.fullmatch(text.strip())
    if not found:
        raise QuantityError(text)
    number = Fraction(found["number"])
    if found["unit"] is None:
        return number
    if unit is None:
        raise UnitError(found["unit"], "a plain number")
    return number * factor(found["unit"], unit)
