"""Words that add nothing a team could look up, and that name nothing at the ends of a phrase.

What is left of a criterion with these alone needs no criterion of its own. Authors may add what they strike out.
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


_ENDS = frozenset(
    {
        "history",
        "previous",
        "prior",
        "past",
        "presence",
        "evidence",
        "diagnosis",
        "diagnosed",
        "symptoms",
        "signs",
        "use",
    }
    | {
        "active",
        "acute",
        "uncontrolled",
        "concomitant",
        "ongoing",
        "recent",
        "new",
        "treated",
        "treatment",
        "his",
        "her",
    }
    | {
        "their",
        "your",
        "will",
        "must",
        "should",
        "may",
        "can",
        "been",
        "were",
        "was",
        "if",
        "other",
        "current",
        "study",
    }
)


def without_vague_ends(words: str) -> str:
    """Return a phrase in small letters without vague and empty words before and after what it names.

    >>> without_vague_ends("patients with a history of severe gout"), without_vague_ends("any other condition")
    ('gout', 'condition')
    """
    kept = words.split()
    while kept and _is_empty(kept[0]):
        del kept[0]
    while kept and _is_empty(kept[-1]):
        del kept[-1]
    return " ".join(kept)


def _is_empty(word: str) -> bool:
    return word in _ENDS or is_vague(word)
