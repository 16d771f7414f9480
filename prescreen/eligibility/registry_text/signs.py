r"""Odd characters of registry text: escapes, entities, blanks of all widths, characters without a width.

What reads a text reads it without them; what quotes it quotes the source. Both are one text with two countings.
"""

import html
import re
from bisect import bisect_right
from dataclasses import dataclass

_FULL_WIDTH = 0xFEE0
_ODD = re.compile(
    r"\\(?=[^\w\s])"
    r"|&(?:\#\d{1,7}|\#x[0-9a-fA-F]{1,6}|[A-Za-z]{2,8});"
    r"|[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
    r"|[\u00a0\u2000-\u200a\u202f\u205f\u3000]"
    r"|[\uff01-\uff5e]"
    r"|\r\n?|[\u2028\u2029\x0b\x0c\x85]"
    r"|\*\*|__+|^[ \t]*\#+[ ]",
    re.MULTILINE,
)
_BLANKS = frozenset("\u00a0\u202f\u205f\u3000") | {chr(code) for code in range(0x2000, 0x200B)}
_ENDS = frozenset("\u2028\u2029\x0b\x0c\x85")


@dataclass(frozen=True, slots=True)
class ReadableText:
    """A text without odd characters, and the source that it was made from.

    `places` are the places of `text` from which on it lies otherwise in the source, `origins` where it lies there.
    """

    text: str
    source: str
    places: list[int]
    origins: list[int]

    def words(self, start: int, end: int) -> str:
        """Return a stretch of the text in one line, with single blanks."""
        return " ".join(self.text[start:end].split())

    def quoted(self, start: int, end: int) -> str:
        """Return the same stretch as it stands in the source, with single blanks."""
        return " ".join(self.source[self._origin(start) : self._origin(end)].split())

    def _origin(self, place: int) -> int:
        last = bisect_right(self.places, place) - 1
        return self.origins[last] + place - self.places[last]


def readable(source: str) -> ReadableText:
    r"""Return a text without its odd characters.

    >>> text = readable("Age \\> 18&nbsp;years")
    >>> text.text, text.quoted(0, 8)
    ('Age > 18 years', 'Age \\> 18')
    """
    pieces, places, origins, length, last = list[str](), [0], [0], 0, 0
    for found in _ODD.finditer(source):
        kept, plain = source[last : found.start()], _plain(found[0])
        pieces += (kept, plain)
        length, last = length + len(kept), found.end()
        if plain:
            places.append(length)
            origins.append(found.start())
        length += len(plain)
        places.append(length)
        origins.append(last)
    return ReadableText("".join((*pieces, source[last:])), source, places, origins)


def _plain(odd: str) -> str:
    """Return what stands for one odd stretch: a blank, the end of a line, a common character or nothing."""
    if odd[0] == "&":
        return html.unescape(odd).replace("\u00a0", " ")[:1]
    if odd in _BLANKS:
        return " "
    if odd[0] == "\r" or odd in _ENDS:
        return "\n"
    if "\uff01" <= odd <= "\uff5e":
        return chr(ord(odd) - _FULL_WIDTH)
    return ""
