"""Texts of sources without characters that nobody sees: they would hide in ids, break files or turn words round.

What shows stays as it is written, so that a quote is found again in the source; so do letters of all scripts.
"""

import re
from collections import Counter
from collections.abc import Iterable

from prescreen.eligibility.criteria.typed_text import without_invisible

_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_MOST_NAMED = 4


def without_hidden(text: str) -> tuple[str, int]:
    r"""Return a text without hidden characters, with line breaks of one kind, and how many were taken out.

    >>> without_hidden("a\u200bge\r\n\u202e18\x00")
    ('age\n18', 3)
    """
    broken = _BREAKS.sub("\n", text)
    shown = _CONTROLS.sub("", without_invisible(broken))
    return shown, len(broken) - len(shown)


def removed_sentence(path: str, text: str) -> str:
    r"""Return a sentence that says which characters were taken out of the text of a field.

    >>> removed_sentence("title", "a\u200bg\u200be")
    'title: 2 hidden characters were removed (U+200B)'
    """
    shown, count = without_hidden(text)
    names = [f"U+{ord(sign):04X}" for sign in _taken_out(_BREAKS.sub("\n", text), shown)]
    more = ", ..." if len(names) > _MOST_NAMED else ""
    noun = "character was" if count == 1 else "characters were"
    return f"{path}: {count} hidden {noun} removed ({', '.join(names[:_MOST_NAMED])}{more})"


def _taken_out(before: str, after: str) -> Iterable[str]:
    return (Counter(before) - Counter(after)).keys()
