"""Bullets, numbers and letters that begin an item of a list."""

import re
from dataclasses import dataclass

BULLETS = "*•●▪◦‣■□►➢➤✓∙·\u2043\uf0b7"
_MARKERS = re.compile(
    rf"[ \t]*(?:(?P<bullet>[{BULLETS}](?!\*)|[-+–—−](?=[ \t]|[A-Za-z(≥≤<>])|o(?=[ \t]+[A-Z]))"
    r"|(?P<number>\(?\d{1,3}(?:\.?\)|\.(?=[ \t]|[A-Z(][^.]|$))(?![\d%])|\d{1,2}(?:\.\d{1,2}){1,3}\.?(?=[ \t]+[A-Z]))"
    r"|(?P<roman>\(?(?:[ivx]{1,5}|[IVX]{2,5})[.)](?=[ \t]|[A-Z]))"
    r"|(?P<letter>\(?[A-Za-z][.)](?=[ \t]))"
    r"|(?P<circled>[①-⑳])"
    r"|(?P<code>(?:IN|EX|IC|EC|I|E)[- ]?\d{1,2}[.:)](?=[ \t])))[ \t]*"
)
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")


@dataclass(frozen=True, slots=True)
class Marker:
    """What begins an item: its style, the same for all of a list, the sign itself, and the place after it."""

    style: str
    sign: str
    end: int


def marker_at(text: str, place: int) -> Marker | None:
    """Return the last of the signs that begin an item here ("* 1. "), None where a text begins without one.

    >>> marker_at("  2) Adults", 0)
    Marker(style='number)', sign='2)', end=5)
    """
    last: Marker | None = None
    for _ in range(3):
        found = _MARKERS.match(text, last.end if last else place)
        if not found or (last and last.style[0] == "-" and found["bullet"] == "-"):
            break
        last = Marker(_style(found), found[found.lastgroup or 0], found.end())
    return last


def _style(found: re.Match[str]) -> str:
    kind, sign = found.lastgroup or "", found[found.lastgroup or 0]
    return sign if kind == "bullet" else f"{kind}{sign[-1] if kind not in ('circled', 'code') else ''}"


def next_sign(sign: str) -> str | None:
    """Return the sign of the item after one: "2." after "1.", "iv)" after "iii)", "(b)" after "(a)"; None for bullets.

    >>> next_sign("(iii)"), next_sign("9."), next_sign("a)"), next_sign("*")
    ('(iv)', '10.', 'b)', None)
    """
    core = sign.strip("().")
    following = _after(core)
    return sign.replace(core, following) if core and following else None


def _after(core: str) -> str | None:
    if core.isascii() and core.isdigit():
        return str(int(core) + 1)
    if core.lower() in _ROMAN[:-1]:
        numeral = _ROMAN[_ROMAN.index(core.lower()) + 1]
        return numeral.upper() if core.isupper() else numeral
    if len(core) == 1 and ((core.isascii() and core.isalpha() and core not in "zZ") or "①" <= core < "⑳"):
        return chr(ord(core) + 1)
    return None
