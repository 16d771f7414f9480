"""The words of a registry made into a sentence to a visitor, by fixed rules; a draft that its author looks at.

What does not begin like a statement about a person is told as what the study team checks, so that every text is a
sentence. Nothing is promised, and nothing is left out.
"""

import re

from prescreen.eligibility.wording.glossary import made_plain
from prescreen.eligibility.wording.openings import (
    ABOUT_PEOPLE,
    CONSENT,
    FINITE,
    OPENINGS,
    PERSONS,
    WITHIN,
    is_of_illness,
)
from prescreen.eligibility.wording.sentences import lowered, sentence

_MOST = 400
_TAIL = " \t.;,:"
_LETTERS = re.compile("[a-z]+")
_BROKEN = re.compile(
    r"\byou (?:have|are|had) (?:on |of |in |no an? |who|with|meets?|diagnosed cases|patients?|subjects?|participants?|"
    r"individuals?|persons?)\b|\ba an?\b|\bagainst to\b|\byou with\b|"
    r"\b(?:low back|neck|lumbar|chronic|severe|has|upper back|side) an? [a-z]",
    re.IGNORECASE,
)
"""Signs of a sentence that the rules have broken."""
_JOINT = re.compile(r"[;,]?\s+(?:and|or)$")


def plain_sentence(text: str) -> str:
    """Return the words of a criterion as one sentence to a visitor.

    >>> plain_sentence("Patients with a known malignancy")
    'You have a known cancer.'
    >>> plain_sentence("Signed informed consent")
    'You agree to take part, and you sign a form that says so.'
    >>> plain_sentence("Cobb angle 15")
    'The study team checks this: Cobb angle 15.'
    """
    words = _JOINT.sub("", " ".join(text.split()).rstrip(_TAIL)).rstrip(_TAIL)
    if CONSENT.fullmatch(words):
        return "You agree to take part, and you sign a form that says so."
    return sentence(_cut(_said(words) if words else "the study team checks this"))


def _said(words: str) -> str:
    """Return a clause in plain words; where these make no clause, the source's own, told as what is checked."""
    plain = made_plain(words)
    # No text may say that somebody is eligible; the glossary puts that otherwise.
    for tried in (plain, words) if not _PROMISING.search(words) else (plain,):
        clause = _clause(tried)
        if not _BROKEN.search(clause):
            return clause
    return f"the study team checks this: {plain if _PROMISING.search(words) else words}"


_PROMISING = re.compile("eligib|qualif", re.IGNORECASE)


def _clause(words: str) -> str:
    for pattern, instead in (*ABOUT_PEOPLE, *OPENINGS):
        if found := pattern.match(words):
            return _to_you(_opened(found, instead, words))
    if words[0].isalpha() and is_of_illness(words) and not FINITE.search(words):
        return _to_you(f"you have {lowered(words)}")
    return f"the study team checks this: {words}"


def _opened(found: re.Match[str], instead: str, words: str) -> str:
    said = found.expand(instead).lower()
    return f"{said}{words[found.end() :] if found.end() else lowered(words)}"


def _to_you(clause: str) -> str:
    has_person = not PERSONS.isdisjoint(_LETTERS.findall(clause.lower()))
    for pattern, instead in WITHIN if has_person else ():
        clause = pattern.sub(instead, clause)
    return " ".join(clause.split())


def _cut(clause: str) -> str:
    """Return a clause of a length that people read; what follows stands in the quote of the record."""
    if len(clause) <= _MOST:
        return clause
    kept = clause[:_MOST].rpartition(" ")[0] or clause[:_MOST]
    return f"{kept.rstrip(_TAIL)} ..."
