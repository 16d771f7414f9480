"""Text that people type, made comparable: invisible characters, blanks, and the one way to normalise Unicode.

All text comes through here: fields of forms, options of commands, words of searches. Nothing else may call
`unicodedata.normalize`, which takes quadratic time for a long run of combining marks.
"""

import re
from typing import Literal
from unicodedata import category, normalize

LONGEST_EMAIL = 254
"""The greatest number of characters of an e-mail address (RFC 5321, 4.5.3.1.3, less the angle brackets)."""

MOST_MARKS = 30
"""The greatest number of combining marks on one letter: the bound of UAX 15 for stream-safe text."""

# What Unicode calls default ignorable, and the marks of annotations: signs that show nothing by themselves.
_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_INVISIBLE = re.compile(f"[{_IGNORABLE}]+")
_DIRECTION = re.compile("[\u061c\u200e\u200f]")
_JOINERS = frozenset("\u200c\u200d")
_SELECTORS = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_BRAILLE_BLANK = "\u2800"
# Marks of their own in Unicode, which compatibility normalisation makes combining ones.
_HALFWIDTH_MARKS = frozenset("\uff9e\uff9f")
_VISIBLE = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "So", "Sk"})


def tidy_line(text: str) -> str:
    r"""Return a text as one line with single blanks, in NFC, without invisible characters.

    Joiners between letters stay: without them, words of Persian, Sinhala and other languages are others.

    >>> tidy_line(" Zo\u00ad\u200be\u0308   Q \ufeff"), tidy_line("\u200b\u2060")
    ('Zoë Q', '')
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    shown = "".join(map(_shown, without_invisible(text)))
    return " ".join(normalised(shown).split())


def tidy_lines(text: str) -> str:
    """Return a text of several lines in NFC, without invisible and control characters; tabs stay."""
    broken = re.sub("\r\n|[\u2028\u2029]", "\n", text)
    return normalised("".join(filter(_belongs_in_lines, without_invisible(broken)))).strip()


def _shown(sign: str) -> str:
    """Return a character of a line, a blank for what is none, nothing for a sign that only formats."""
    if sign in _JOINERS or (sign.isprintable() and sign != _BRAILLE_BLANK):
        return sign
    return "" if category(sign) == "Cf" else " "


def _belongs_in_lines(sign: str) -> bool:
    return sign in "\n\t" or sign in _JOINERS or category(sign) not in ("Cc", "Cf", "Cs")


def without_invisible(text: str) -> str:
    """Return a text without invisible characters, but for joiners between letters and selectors of a letter's form."""
    return text if text.isascii() else _INVISIBLE.sub(_kept, text)


def hidden_sign(text: str) -> int | None:
    r"""Return where an invisible character stands that can mean nothing, or turns what follows round; None without one.

    Marks of direction stay: texts in Arabic or Hebrew need them beside numbers and Latin words.

    >>> hidden_sign("you are \u202eyo 18"), hidden_sign("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645")
    (8, None)
    """
    if text.isascii():
        return None
    runs = ((found, _DIRECTION.sub("", found[0])) for found in _INVISIBLE.finditer(text))
    return next((found.start() for found, run in runs if run and run != _kept(found)), None)


def without_joiners(text: str) -> str:
    """Return a text without any invisible character, so that words compare equal however they are joined."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def _kept(found: re.Match[str]) -> str:
    """Return what stays of a run of invisible characters: a selector of the sign before, a joiner of two signs."""
    before = found.string[max(found.start() - 1, 0) : found.start()]
    after = found.string[found.end() : found.end() + 1]
    if not _is_visible(before):
        return ""
    selector = found[0][0] if _SELECTORS.match(found[0]) else ""
    joiner = next((sign for sign in found[0] if sign in _JOINERS), "")
    return selector + (joiner if _are_joined(before, after) else "")


def _are_joined(before: str, after: str) -> bool:
    """Whether a joiner between two signs can mean anything; between letters of ASCII it only hides."""
    return _is_visible(after) and not (before.isascii() or after.isascii())


def _is_visible(sign: str) -> bool:
    return sign != "" and category(sign) in _VISIBLE


def normalised(text: str, form: Literal["NFC", "NFKC", "NFKD"] = "NFC") -> str:
    """Return a text in a normal form, in linear time; marks beyond `MOST_MARKS` on one letter are dropped."""
    return text if text.isascii() else normalize(form, _with_few_marks(text))


def _with_few_marks(text: str) -> str:
    kept, run = [], 0
    for sign in text:
        run = run + 1 if is_mark(sign) else 0
        if run <= MOST_MARKS:
            kept.append(sign)
    return "".join(kept)


def is_mark(sign: str) -> bool:
    """Whether a character is part of the letter before it."""
    return category(sign)[0] == "M" or sign in _HALFWIDTH_MARKS


def letters_of(text: str) -> str:
    """Return a text without the marks and joiners of its letters, for patterns that know letters alone."""
    return "".join(sign for sign in without_joiners(text) if not is_mark(sign))


def folded_email(email: str) -> str:
    """Return an e-mail address in the spelling under which it is looked up."""
    return normalised(email, "NFKC").strip().casefold()
