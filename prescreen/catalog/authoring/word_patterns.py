"""How the words of a term are written: `(disc|disk)` stands for either, `[lumbar]` may be left out."""

from collections.abc import Iterator
from itertools import product

MOST_PHRASES = 4096
"""The greatest number of phrases that one pattern may stand for."""
_CLOSING = {"(": ")", "[": "]"}


class PatternError(ValueError):
    """Raised where the words of a term cannot be read; the message says how to correct them."""


def phrases_of(pattern: str) -> tuple[str, ...]:
    """Return every phrase that a pattern stands for, each once, with single blanks. Raise PatternError otherwise.

    >>> phrases_of("(herniated|slipped) [lumbar] disc")
    ('herniated lumbar disc', 'herniated disc', 'slipped lumbar disc', 'slipped disc')
    """
    signs = iter(pattern)
    found, end = _alternatives(signs)
    if end:
        raise PatternError(f"'{pattern}' has a '{end}' that nothing opens")
    phrases = dict.fromkeys(" ".join(one.split()) for one in found)
    if "" in phrases:
        raise PatternError(f"'{pattern}' also stands for no word at all")
    return tuple(phrases)


def _alternatives(signs: Iterator[str]) -> tuple[list[str], str]:
    """Return the phrases up to the sign that closes a group or the end of the pattern, and that sign."""
    found: list[str] = []
    parts: list[list[str]] = [[""]]
    for sign in signs:
        if sign == "|" or sign in _CLOSING.values():
            found += _joined(parts)
            parts = [[""]]
            if sign != "|":
                return found, sign
        else:
            parts.append(_group(sign, signs) if sign in _CLOSING else [sign])
    return found + _joined(parts), ""


def _group(opening: str, signs: Iterator[str]) -> list[str]:
    within, end = _alternatives(signs)
    if end != _CLOSING[opening]:
        raise PatternError(f"the group that '{opening}' opens before '{within[0]}' is not closed by '{_CLOSING[opening]}'")
    return [*within, ""] if opening == "[" else within


def _joined(parts: list[list[str]]) -> list[str]:
    count = 1
    for part in parts:
        count *= len(part)
        if count > MOST_PHRASES:
            raise PatternError(f"this stands for more than {MOST_PHRASES} phrases; split it")
    return ["".join(chosen) for chosen in product(*parts)]
