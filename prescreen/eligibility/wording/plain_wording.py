"""The words of a registry made into a sentence to a visitor, by fixed rules; a draft that its author looks at.

What does not begin like a statement about a person is told as what the study team checks, so that every text is a
sentence. Nothing is promised, and nothing is left out.
"""

import re

from prescreen.eligibility.wording.glossary import made_plain
from prescreen.eligibility.wording.openings import (
    ABOUT_PEOPLE,
    AGREEING,
    CONSENT,
    FINITE,
    OPENINGS,
    PERSONS,
    VERBS_AGREEING,
    WITHIN,
    is_of_illness,
)
from prescreen.eligibility.wording.phrases import head_of, is_of_deed, lowered, sentence, with_article, without_capital

REST = "the study team tells you the rest"
"""The end of a sentence that was cut, since the words of its record are longer than people read."""
_MOST, _LEAST = 400, 120
_TAIL = " \t.;,:"
_LETTERS = re.compile("[a-z]+")
_GLOSSED = re.compile(r"\ba an?\b|\bagainst to\b", re.IGNORECASE)
"""Signs of plain words that do not go with those before or after them."""
_BROKEN = re.compile(
    r"\byou (?:have|are|had|have had),|\byou with\b|^you .*\bwho\b|^you are difficult\b"
    r"|^you have (?:an? )?\w+ (?:represents|is|are|has|was)\b|\bdiagnosed cases\b"
    r"|\b(?:and|or) (?:who|whom|being|having|(?:from|to|in|for) whom)\b"
    r"|\byou (?:have|are|had) (?:on |of |in |no an? |who|with|and |meets?|it |[a-z]+s the )"
    r"|^you (?:have|are) (?:had )?\w+ing the\b|\byou have .* (?:and|or) been\b"
    r"|^you .*\b(?:patients?|subjects?|participants?|volunteers?|women|females|employees|smokers|users)\b(?!-)"
    r"|^you are .*\b(?:reaction|intolerance)\b",
    re.IGNORECASE,
)
"""Signs of a sentence that the rules have broken."""
_VERDICT = re.compile(
    r"\b(?:will|should|must|shall|are|is|to|would)(?: also| not)?(?: be)?(?: also| not)? "
    r"(?:excluded|ineligible|eligible|included)\b",
    re.IGNORECASE,
)
"""What says that somebody may come, or not: the sentence is about more people than the visitor."""
_JOINT = re.compile(r"[;,:]?\s+(?:and|or|of|the|an?|that|which)$", re.IGNORECASE)
_HEADING = re.compile(
    r"^(?:(?:the|main|key|other|additional|specific|general) )*(?:in|ex)clusion(?:ary)? "
    r"(?:criteri(?:a|on)|reasons?|conditions?)"
    r"(?:\s*[:-]\s*|(?: for [\w -]{1,40})? (?:are|is|were|include|will be):? )(?:the following:? )?(?=\w)"
    r"|^(?:also )?excluded (?:will be|are|were):? (?=\w)",
    re.IGNORECASE,
)
_BULLET = re.compile(r"(?P<before>[:;,.]|(?: including| following)(?=\s))?\s+[*•]\s+(?:[a-z0-9]{1,2}[).]\s+)?")


def plain_sentence(text: str) -> str:
    """Return the words of a criterion as one sentence to a visitor.

    >>> plain_sentence("Patients with a known malignancy")
    'You have a known cancer.'
    >>> plain_sentence("Signed informed consent")
    'You agree to take part, and you sign a form that says so.'
    >>> plain_sentence("Cobb angle 15")
    'The study team checks this: Cobb angle 15.'
    """
    words = _bare(" ".join(text.split()))
    if CONSENT.fullmatch(words):
        return "You agree to take part, and you sign a form that says so."
    return sentence(_cut(_said(words) if words else "the study team checks this"))


def _bare(words: str) -> str:
    """Return words without a heading before them, the signs of bullets, and words that join what is not there."""
    words = _HEADING.sub("", _BULLET.sub(_separated, words), count=1)
    kept = words.rstrip(_TAIL)
    while (shorter := _JOINT.sub("", kept).rstrip(_TAIL)) != kept:
        kept = shorter
    return kept


def _separated(found: re.Match[str]) -> str:
    before = found["before"] or ""
    return f"{before.removesuffix(':')}: " if before.strip() in (":", "including", "following") else "; "


def _said(words: str) -> str:
    """Return a clause in plain words; where these make no clause, the source's own, told as what is checked."""
    plain = made_plain(words)
    # No text may say that somebody is eligible; the glossary puts that otherwise.
    is_promise = bool(_PROMISING.search(words))
    for tried in () if _VERDICT.search(words) else (plain,) if is_promise else (plain, words):
        clause = _clause(tried)
        if not _BROKEN.search(clause) and not _GLOSSED.search(clause):
            return clause
    return f"the study team checks this: {words if _GLOSSED.search(plain) and not is_promise else plain}"


_PROMISING = re.compile("eligib|qualif", re.IGNORECASE)


def _clause(words: str) -> str:
    for pattern, instead in (*ABOUT_PEOPLE, *OPENINGS):
        if found := pattern.match(words):
            return _to_you(_opened(found, instead, words))
    if words[0].isalpha() and _names_an_illness(words) and not FINITE.search(words):
        return _to_you(f"you have {with_article(lowered(words))}")
    return f"the study team checks this: {words}"


def _names_an_illness(words: str) -> bool:
    head = head_of(words)
    return is_of_illness(head) and not is_of_deed(head)


def _opened(found: re.Match[str], instead: str, words: str) -> str:
    said, rest = found.expand(instead).lower(), words[found.end() :]
    if not found.end():
        return f"{said}{lowered(words)}"
    rest = without_capital(rest.lstrip()) if rest[:1].isspace() else rest
    if said in ("you have", "you have had"):
        rest = with_article(rest)
    return f"{said} {rest}" if words[found.end() : found.end() + 1].isspace() else f"{said}{rest}"


def _to_you(clause: str) -> str:
    has_person = not PERSONS.isdisjoint(_LETTERS.findall(clause.lower()))
    for pattern, instead in WITHIN if has_person else ():
        clause = pattern.sub(instead, clause)
    if clause.startswith("you "):
        for pattern, instead in AGREEING:
            clause = pattern.sub(instead, clause)
        said = set(_LETTERS.findall(clause.lower()))
        for pattern, instead in (VERBS_AGREEING[verb] for verb in VERBS_AGREEING if verb in said):
            clause = pattern.sub(instead, clause)
    return " ".join(clause.split())


def _cut(clause: str) -> str:
    """Return a clause of a length that people read, cut between its pieces; the record's words stand above it."""
    if len(clause) <= _MOST:
        return clause
    kept = clause[: _MOST - len(REST)]
    ends = [end for end in (max(kept.rfind(". "), kept.rfind("; ")), kept.rfind(", ")) if end > _LEAST]
    kept = kept[: ends[0]] if ends else kept.rpartition(" ")[0] or kept
    kept = re.sub(r"[,;] *\(?\w{1,2}[.)]?$", "", kept)
    opened = kept.rfind("(")
    kept = kept[:opened] if opened > _LEAST and opened > kept.rfind(")") else kept
    return f"{_bare(kept)}; {REST}"
