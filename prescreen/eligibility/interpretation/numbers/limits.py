"""Numbers with their limits and units in a criterion's words, and spans of time before today.

"at least 6 weeks", "18-65 years", "> 4/10" are `Limits`; "within the past 6 months" is a `Window`. Both are put in
place of the words, as `#0`, `@1`, so that terms can have a place for them.
"""

import re
from dataclasses import dataclass, field, replace
from fractions import Fraction

from prescreen.eligibility.interpretation.numbers.limit_patterns import (
    AGO,
    BARE,
    LAST,
    NUMBERS,
    RANGE,
    SIGNED,
    TRAILED,
    UCUM,
    WITHIN,
    WITHIN_ONE,
    WORD_NUMBER,
)


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a range: the number as it stands, its unit (UCUM) or None, and whether the number itself counts."""

    number: Fraction
    unit: str | None
    counts: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """A lower and an upper end, either of which may be missing. `is_bare`: a number without any sign or word.

    `out_of` is the top of the scale where it is named, as in "4/10". `is_aged`: it is said to be an age.
    """

    low: Bound | None = None
    high: Bound | None = None
    is_bare: bool = False
    out_of: int | None = None
    is_aged: bool = False
    said: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Window:
    """How long ago something was, counted from today: at least `low`, at most `high`."""

    low: Bound | None = None
    high: Bound | None = None
    said: str = field(default="", compare=False)


def put_in_place(text: str) -> tuple[str, list[Limits | Window]]:
    """Return a lowered text with `#n` in place of its limits and `@n` of its windows, and what each stands for.

    >>> put_in_place("pain for at least 6 weeks, no surgery within the past year")[0]
    'pain for #1 , no surgery @0 '
    """
    if not _MAY_HOLD.search(text):
        return text, []
    text, top = _without_scale(text)
    found: list[Limits | Window] = []

    def placed(one: Limits | Window | None, whole: str) -> str:
        if one is None:
            return whole
        found.append(replace(_scaled(one, top), said=_in_full(whole, found)))
        return f" {'#' if isinstance(one, Limits) else '@'}{len(found) - 1} "

    for pattern, read in _READERS:
        text = pattern.sub(lambda match, read=read: placed(read(match), match[0]), text)  # type: ignore[misc]
    joined = _joined(text, found)
    return " ".join(joined.split(" ")).replace("  ", " "), found


_PLACED = re.compile(r"[#@](\d+)")


def _in_full(text: str, found: list[Limits | Window]) -> str:
    """Return words with what they stand for in place of `#n` and `@n`."""
    return _PLACED.sub(lambda match: found[int(match[1])].said, text).strip()


_SCALE_NAMED = re.compile(
    r"\(?\b(?:on |in |of |using |from )?(?:an? |the )?(?:scale )?(?:of |from |ranging from )?0 ?(?:-|to) ?"
    r"(?P<top>10|100)(?: points?| mm| cm)?(?: scale)?\b ?\)?"
)


def _without_scale(text: str) -> tuple[str, int | None]:
    """Return the text without the naming of its scale, "(0-10)", and the top of the scale."""
    named = _SCALE_NAMED.search(text)
    return (_SCALE_NAMED.sub(" ", text), int(named["top"])) if named else (text, None)


def _scaled(one: Limits | Window, top: int | None) -> Limits | Window:
    is_plain = (
        isinstance(one, Limits) and one.out_of is None and not any(end and end.unit for end in (one.low, one.high))
    )
    return replace(one, out_of=top) if top and isinstance(one, Limits) and is_plain else one


_MAY_HOLD = re.compile(rf"\d|\b(?:{WORD_NUMBER}|last|past|previous|preceding)\b")
_TWO = re.compile(r"#(\d+) *(?:,|and|to|-|but|&)? *#(\d+)\b")


def _joined(text: str, found: list[Limits | Window]) -> str:
    """Join two limits that stand side by side, one for each end: "> 18 and < 65"."""

    def one(match: re.Match[str]) -> str:
        first, second = found[int(match[1])], found[int(match[2])]
        if not isinstance(first, Limits) or not isinstance(second, Limits) or first.is_bare or second.is_bare:
            return match[0]
        if first.low and second.high and not first.high and not second.low:
            low, high = first.low, second.high
        elif first.high and second.low and not first.low and not second.high:
            low, high = second.low, first.high
        else:
            return match[0]
        aged = first.is_aged or second.is_aged
        low, high = _same_unit(low, high)
        if low.unit == high.unit and low.number > high.number:
            # "Younger than 18 and older than 70" names both ends of what is meant.
            return match[0]
        said = _in_full(match[0], found)
        found.append(Limits(low, high, out_of=first.out_of or second.out_of, is_aged=aged, said=said))
        return f"#{len(found) - 1}"

    return _TWO.sub(one, text)


def _same_unit(low: Bound, high: Bound) -> tuple[Bound, Bound]:
    """Return the ends with the unit that one of them names."""
    unit = low.unit or high.unit
    return (Bound(low.number, low.unit or unit, low.counts), Bound(high.number, high.unit or unit, high.counts))


def _value(text: str) -> Fraction:
    return Fraction(NUMBERS[text]) if text in NUMBERS else Fraction(text)


def _unit_of(match: re.Match[str], name: str) -> str | None:
    groups = match.groupdict()
    return next((UCUM[place] for place in range(len(UCUM)) if groups.get(f"{name}{place}")), None)


def _out_of(match: re.Match[str], *names: str) -> int | None:
    groups = match.groupdict()
    return next((int(groups[f"{name}out"]) for name in names if groups.get(f"{name}out")), None)


def _range(match: re.Match[str]) -> Limits | None:
    upper, lower = _unit_of(match, "ub"), _unit_of(match, "ua")
    low, high = _value(match["a"]), _value(match["b"])
    aged = bool(match["aaged"] or match["baged"] or re.search(r"\bages?\b", match[0]))
    units = (lower or upper, upper or lower)
    if (low > high and units[0] == units[1]) or (match["and"] and not match["between"]):
        return None
    ends = Bound(low, units[0], True), Bound(high, units[1], True)
    return Limits(*ends, out_of=_out_of(match, "r"), is_aged=aged)


def _signed(match: re.Match[str]) -> Limits:
    bound = Bound(_value(match["n"]), _unit_of(match, "un"), bool(match["sge"] or match["sle"]))
    is_low = bool(match["sge"] or match["sgt"])
    older = re.search(r"older|younger|age", match[0])
    return Limits(
        low=bound if is_low else None,
        high=None if is_low else bound,
        out_of=_out_of(match, "s", "t"),
        is_aged=bool(match["naged"] or older),
    )


def _trailed(match: re.Match[str]) -> Limits:
    unit = (
        _unit_of(match, "un") or _unit_of(match, "uo") or ("a" if match["late"] and "year" in match["late"] else None)
    )
    bound = Bound(_value(match["n"]), unit, True)
    aged = bool(match["naged"] or match["late"] or re.search(r"older|younger", match[0]))
    is_low = match["more"] is not None
    return Limits(
        low=bound if is_low else None, high=None if is_low else bound, out_of=_out_of(match, "s"), is_aged=aged
    )


def _bare(match: re.Match[str]) -> Limits:
    bound = Bound(_value(match["n"]), _unit_of(match, "un"), True)
    return Limits(bound, bound, is_bare=True, out_of=_out_of(match, "s"), is_aged=bool(match["naged"]))


_TIMES = frozenset({"a", "mo", "wk", "d", "h"})


_IS_LAST = re.compile(rf"\w+(?: (?:the|a period of))? {LAST}\b")


def _within(match: re.Match[str]) -> Limits | Window | None:
    unit = _unit_of(match, "un")
    if unit not in _TIMES:
        return None
    bound, is_last = Bound(_value(match["n"]), unit, True), _IS_LAST.match(match[0]) is not None
    lead = match[0].split(" ", 1)[0]
    if lead == "for":
        return Limits(low=bound) if is_last else None
    is_before_today = match["ref"] is not None or is_last or lead == "within"
    return Window(high=bound) if is_before_today and (is_last or match["on"] is None) else None


def _within_one(match: re.Match[str]) -> Window:
    unit = {"day": "d", "week": "wk", "month": "mo", "year": "a"}[match["one"]]
    return Window(high=Bound(Fraction(1), unit, True))


def _ago(match: re.Match[str]) -> Window | None:
    unit = _unit_of(match, "un")
    signed = any(match[f"s{name}"] for name in ("ge", "le", "gt", "lt"))
    if unit not in _TIMES or not signed:
        return None
    bound = Bound(_value(match["n"]), unit, bool(match["sge"] or match["sle"]))
    return Window(low=bound) if match["sge"] or match["sgt"] else Window(high=bound)


_READERS = (
    (WITHIN, _within),
    (WITHIN_ONE, _within_one),
    (AGO, _ago),
    (TRAILED, _trailed),
    (SIGNED, _signed),
    (RANGE, _range),
    (BARE, _bare),
)
