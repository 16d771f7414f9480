"""Patterns of numbers with their limits: "at least 6 weeks", "18-65 years", "within the past 6 months"."""

import re

_TO_TWENTY = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
NUMBERS = {word: place for place, word in enumerate(_TO_TWENTY.split(" "), start=1)} | {
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
UCUM = tuple(_UNITS)
WORD_NUMBER = "|".join(sorted(NUMBERS, key=len, reverse=True))


def _number(name: str) -> str:
    words = f"(?:{WORD_NUMBER})"
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
RANGE = re.compile(
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
SIGNED = re.compile(
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
TRAILED = re.compile(
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
BARE = re.compile(_number("n") + _SCALE.format("s") + "?" + _unit("un") + _AGED.format("n") + "?")
_ENTRY = (
    r"(?:the )?(?:study |trial |initial |first |start of (?:the )?|time of |date of |day of |being )*"
    r"(?:enroll?(?:ment|ing|ed)?|screening|baseline|randomi[sz]ation|inclusion|entry|recruitment|registration|consent|"
    r"(?:informed )?consent|visit(?: 1)?|study|trial|study start|participation|admission|inclusion visit|participating)"
    r"(?: (?:visit|date|period|in(?:to)? the (?:present |current )?study|in the trial|into the study|in this study|"
    r"examination|of the study|day))*"
)
LAST = r"(?:last|past|previous|preceding|prior|recent)"
WITHIN = re.compile(
    rf"\b(?:within|in|during|over|for)(?: (?:the|a period of))?(?: {LAST})? "
    + _number("n")
    + _unit("un")
    + rf"(?P<ref> (?:of|prior to|before|preceding|from|prior|previous to) {_ENTRY}| ago\b| {LAST}\b| prior\b)?"
    + r"(?P<on>(?= (?:of|before|prior|after|from|following|preceding|post|to|or more|or longer)\b))?"
)
WITHIN_ONE = re.compile(
    rf"\b(?:within|in|during|over)(?: the)? {LAST} (?P<one>day|week|month|year)\b"
    rf"(?: (?:prior to|before|preceding) {_ENTRY})?"
)
AGO = re.compile(
    rf"(?:{_SIGN.format('s')} )?{_number('n')}{_unit('un')}"
    rf"(?P<ref> ago\b| (?:previously|earlier|before|prior to) {_ENTRY}| (?:previously|earlier)\b)"
)
