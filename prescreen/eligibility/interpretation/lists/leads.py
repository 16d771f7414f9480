"""What a sentence before a list lends each member: "History of any of the following", "any of these within 6 months".

A module of its own, since it works on the text, before there are words with numbers.
"""

import re

from prescreen.eligibility.interpretation.numbers.limits import Window, put_in_place
from prescreen.eligibility.interpretation.words import lowered

_HISTORY = re.compile(r"\bhistory of\b")
_NOW = re.compile(r"\b(?:current|currently|present|presence)\b")
_PLACED = re.compile(r" *@0 *")


def with_frame_of(lead: str, text: str, plain: re.Pattern[str]) -> str:
    """Return the text of a member with the frame and the span of time of its lead, as far as the rest is `plain`.

    >>> with_frame_of("Any of these within 6 months:", "Stroke", re.compile(r"any of these[ :]*"))
    'Stroke within 6 months'
    """
    if not lead:
        return text
    placed, found = put_in_place(lowered(lead))
    dated = len(found) == 1 and isinstance(found[0], Window)
    if (found and not dated) or not plain.fullmatch(_PLACED.sub(" ", placed)):
        return text
    has_own = any(isinstance(one, Window) for one in put_in_place(lowered(text))[1])
    ever = "history of " if _HISTORY.search(placed) and not _NOW.search(placed) else ""
    if dated and has_own:
        return text
    return f"{ever}{text.rstrip(' .,;')} {found[0].said}" if dated else f"{ever}{text}"
