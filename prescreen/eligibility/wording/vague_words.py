"""Words that add nothing a team could look up: what is left of a criterion with these alone needs no criterion.

A module of its own, since the list grows by what authors strike out.
"""

import re

_VAGUE = re.compile(
    r"\b(?:significant(?:ly)?|severe(?:ly)?|serious|major|clinical(?:ly)?|relevant|important|known|suspected|possible|"
    r"documented|confirmed|current(?:ly)?|present|active|existing|any|other|some|such|certain|patients?|subjects?|"
    r"participants?|people|persons?|individuals?|who|with|of|the|a|an|or|and|are|is|be|have|has|having|as|in|on|for|to|"
    r"from|at|by|that|this|these|those|not|no)\b"
)


def is_vague(words: str) -> bool:
    """Whether words hold nothing but vague and empty ones.

    >>> is_vague("clinically significant"), is_vague("uncontrolled"), is_vague("")
    (True, False, True)
    """
    return not re.search(r"\w", _VAGUE.sub(" ", words.lower()))
