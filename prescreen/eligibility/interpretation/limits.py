"""Numbers with their limits and units in a criterion's words, and spans of time before today.

"at least 6 weeks", "18-65 years", "> 4/10" are `Limits`; "within the past 6 months" is a `Window`. Both are put in
place of the words, as `#0`, `@1`, so that terms can have a place for them.
"""

import re
from dataclasses import dataclass, replace
from fractions import Fraction


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


@dataclass(frozen=True, slots=True)
class Window:
    """How long ago something was, counted from today: at least `low`, at most `high`."""

    low: Bound | None = None
    high: Bound | None = None


_TO_TWENTY = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_NUMBERS = {word: place for place, word in enumerate(_TO_TWENTY.split(" "), start=1)} | {
    "thirty": 30,
    "sixty": 60,
    "ninety": 90,
}
_UNITS = {
    "a": r"years?|yrs?|yr|y(?= ?/ ?o\b|\.?o\b)|yo",
    "mo": r"months?|mos?",
    "wk": r"weeks?|wks?|wk",
    "d": r"days?",
    "h": r"hours?|hrs?|h",
    "kg/m2": r"kg ?(?:/|per) ?(?:m|sqm)(?: ?\^? ?2)?|kg\.m-2",
    "kg": r"kgs?|kilograms?",
    "[lb_av]": r"lbs?|pounds?",
    "mm": r"mm|millimeters?",
    "cm": r"cm|centimeters?",
    "%": r"%|percent",
    "{degrees}": r"degrees?",
    "points": r"points?",
}
_UNIT = "|".join(f"(?P<{{name}}{place}>{words})" for place, words in enumerate(_UNITS.values()))
_UCUM = tuple(_UNITS)
_WORD_NUMBER = "|".join(sorted(_NUMBERS, key=len, reverse=True))


def _number(name: str) -> str:
    words = f"(?:{_WORD_NUMBER})"
    return rf"(?:(?P<{name}>\d+(?:\.\d+)?|{words})(?: ?\((?:\d+|{words})\))?)"


def _unit(name: str) -> str:
    ends = r"(?![a-z0-9])"
    return rf"(?:[ -]?(?:{_UNIT.replace('{name}', name)}){ends})"


_MORE = (
    r">(?! ?=)|\b(?:more than|greater than|over|above|older than|longer than|higher than|larger than|exceeding|"
    r"in excess of|of more than|superior to|beyond)\b"
)
_MORE_EQUAL = (
    r">=|=>|>/=|> ?or ?=|\b(?:greater than or equal to|equal to or (?:greater|more|older|longer|higher) than|"
    r"(?:more|older|higher|longer) than or equal to|equal or (?:greater|more|superior|higher|older) (?:than|to)|"
    r"at least|at minimum|(?:a )?minimum(?: of)?|no less than|not less than|from at least|"
    r"no (?:shorter|younger|lower|fewer) than|not (?:younger|shorter|lower) than)\b(?: of\b)?"
)
_LESS = (
    r"<(?! ?=)|\b(?:less than|lower than|under|below|younger than|fewer than|shorter than|smaller than|inferior to|"
    r"lesser than)\b"
)
_LESS_EQUAL = (
    r"<=|=<|</=|< ?or ?=|\b(?:less than or equal to|equal to or (?:less|lower|younger) than|lower than or equal to|"
    r"equal or (?:less|lower|inferior) (?:than|to)|at most|up to|no more than|not more than|(?:a )?maximum(?: of)?|"
    r"not exceeding|no (?:longer|greater|older|higher) than|not (?:older|longer|greater|higher) than)\b"
)
_SIGN = rf"(?:(?P<{{0}}ge>{_MORE_EQUAL})|(?P<{{0}}le>{_LESS_EQUAL})|(?P<{{0}}gt>{_MORE})|(?P<{{0}}lt>{_LESS}))"
_FILLERS = r"(?: (?:the |a |an )?(?:age of|ages of|age)| of| the age of)?"
_AFTER_MORE = (
    r"(?:,? ?(?:or|and|and/or) (?:older|more|above|over|greater|longer|higher|up(?:wards)?)\b(?! (?:than )?\d)"
    r"(?: than that)?|\+| (?:upwards?|minimum|at least)\b)"
)
_AFTER_LESS = (
    r"(?:,? ?(?:or|and|and/or) (?:younger|less|below|under|fewer|lower|shorter)\b(?! (?:than )?\d)"
    r"| (?:maximum|at most)\b)"
)
_AGED = r"(?P<{0}aged> ?(?:of age|old\b|of ages?|/ ?o\b|\.?o\b))"
_SCALE = r"(?: ?(?:/|out of) ?(?P<{0}out>10|100)(?: points?)?(?![\d.]))"
_RANGE = re.compile(
    r"(?:\b(?P<between>between|from|ranging from|in the range of|range) )?(?:the ages? of )?"
    + _number("a")
    + _unit("ua")
    + "?"
    + _AGED.format("a")
    + r"?(?: ?\(?(?:inclusive|included)\)?)?"
    + r" ?(?:(?<=\d|\w) ?(?:-|to|through|until|up to|~)|(?P<and>and)) ?(?:the age of )?"
    + _number("b")
    + r"(?![\d/.-]*\d* ?(?:or|and) (?:older|above))"
    + _SCALE.format("r").replace("(?:/|out of)", "(?:/|out of)")
    + "?"
    + _unit("ub")
    + "?"
    + _AGED.format("b")
    + r"?(?: ?,? ?\(?(?:inclusive|included|both inclusive)\b\)?)?"
)
_SIGNED = re.compile(
    _SIGN.format("s")
    + _FILLERS
    + r" ?"
    + _number("n")
    + _SCALE.format("s")
    + "?"
    + _unit("un")
    + "?"
    + _SCALE.format("t")
    + "?"
    + _AGED.format("n")
    + "?"
)
_TRAILED = re.compile(
    r"(?:\b(?:at least|a minimum of|minimum of|minimum) )?"
    + _number("n")
    + _SCALE.format("s")
    + "?"
    + _unit("un")
    + "?"
    + _AGED.format("n")
    + rf"?(?: duration)?(?:(?P<more>{_AFTER_MORE})|(?P<less>{_AFTER_LESS}))"
    + _unit("uo")
    + "?"
    + r"(?P<late> ?(?:of age|years of age|years old|years|old))?"
)
_BARE = re.compile(_number("n") + _SCALE.format("s") + "?" + _unit("un") + _AGED.format("n") + "?")
_ENTRY = (
    r"(?:the )?(?:study |trial |initial |first |start of (?:the )?|time of |date of |day of |being )*"
    r"(?:enroll?(?:ment|ing|ed)?|screening|baseline|randomi[sz]ation|inclusion|entry|recruitment|registration|consent|"
    r"(?:informed )?consent|study|trial|study start|participation|admission|inclusion visit|participating)"
    r"(?: (?:visit|date|period|in(?:to)? the (?:present |current )?study|in the trial|into the study|in this study|"
    r"examination|of the study|day))*"
)
_LAST = r"(?:last|past|previous|preceding|prior|recent)"
_WITHIN = re.compile(
    rf"\b(?:within|in|during|over|for)(?: (?:the|a period of))?(?: {_LAST})? "
    + _number("n")
    + _unit("un")
    + rf"(?P<ref> (?:of|prior to|before|preceding|from|prior|previous to) {_ENTRY}| ago\b| {_LAST}\b| prior\b)?"
    + r"(?P<on>(?= (?:of|before|prior|after|from|following|preceding|post|to|or more|or longer)\b))?"
)
_WITHIN_ONE = re.compile(rf"\b(?:within|in|during|over)(?: the)? {_LAST} (?P<one>day|week|month|year)\b")
_AGO = re.compile(
    rf"(?:{_SIGN.format('s')} )?{_number('n')}{_unit('un')}"
    rf"(?P<ref> ago\b| (?:previously|earlier|before|prior to) {_ENTRY}| (?:previously|earlier)\b)"
)


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
        found.append(_scaled(one, top))
        return f" {'#' if isinstance(one, Limits) else '@'}{len(found) - 1} "

    for pattern, read in _READERS:
        text = pattern.sub(lambda match, read=read: placed(read(match), match[0]), text)  # type: ignore[misc]
    joined = _joined(text, found)
    return " ".join(joined.split(" ")).replace("  ", " "), found


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


_MAY_HOLD = re.compile(rf"\d|\b(?:{_WORD_NUMBER}|last|past|previous|preceding)\b")
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
        found.append(Limits(low, high, out_of=first.out_of or second.out_of, is_aged=aged))
        return f"#{len(found) - 1}"

    return _TWO.sub(one, text)


def _same_unit(low: Bound, high: Bound) -> tuple[Bound, Bound]:
    """Return the ends with the unit that one of them names."""
    unit = low.unit or high.unit
    return (Bound(low.number, low.unit or unit, low.counts), Bound(high.number, high.unit or unit, high.counts))


def _value(text: str) -> Fraction:
    return Fraction(_NUMBERS[text]) if text in _NUMBERS else Fraction(text)


def _unit_of(match: re.Match[str], name: str) -> str | None:
    groups = match.groupdict()
    return next((_UCUM[place] for place in range(len(_UCUM)) if groups.get(f"{name}{place}")), None)


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


_IS_LAST = re.compile(rf"\w+(?: (?:the|a period of))? {_LAST}\b")


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
    (_WITHIN, _within),
    (_WITHIN_ONE, _within_one),
    (_AGO, _ago),
    (_TRAILED, _trailed),
    (_SIGNED, _signed),
    (_RANGE, _range),
    (_BARE, _bare),
)
