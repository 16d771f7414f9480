"""Exclusions that say what nobody may have: "No known pregnancy", "No previous surgery", by which having it keeps out.

Taken by itself such a sentence says the contrary: that whoever is not pregnant is kept out. Only a source that writes
nearly all its exclusions so means the other; a single one is never decided here.
"""

import re
from dataclasses import replace

from prescreen.eligibility.criteria.trials import Kind
from prescreen.eligibility.registry_text.source_criteria import SourceCriterion

_FEWEST = 3
_NO = re.compile(r"no\s+", re.IGNORECASE)
_NO_ILLNESS = re.compile(
    r"no\s+(?:known|previous|prior|past|history|current|evidence|diagnosis|signs?|clinical|use of|presence)\b",
    re.IGNORECASE,
)
_NO_MEANS = re.compile(
    r"no\s+(?:\w+\s+){0,2}(?:abilit\w+|capacity|access|consent|phone|telephone|internet|contact|means|interest|response"
    r"|improvement|relief|insurance|willingness|caregiver|transport\w*)\b",
    re.IGNORECASE,
)


def what_keeps_out(criteria: tuple[SourceCriterion, ...]) -> tuple[SourceCriterion, ...]:
    """Return the criteria of a source, without the "No" of exclusions by which it means that having it keeps out.

    That is so where more than half of its exclusions begin with "No", and at least three of these name what somebody
    may have or had ("No known ...", "No previous ..."). The quotes stay as they are.
    """
    exclusions = [one.text for one in criteria if one.kind is Kind.EXCLUSION and not one.stage]
    negative = sum(_NO.match(text) is not None for text in exclusions)
    illnesses = sum(_NO_ILLNESS.match(text) is not None for text in exclusions)
    if illnesses < _FEWEST or 2 * negative <= len(exclusions):
        return criteria
    return tuple(_without_no(one) if one.kind is Kind.EXCLUSION else one for one in criteria)


def _without_no(one: SourceCriterion) -> SourceCriterion:
    begun = _NO.match(one.text)
    if begun is None or _NO_MEANS.match(one.text) or one.lead:
        return one
    rest = one.text[begun.end() :]
    return replace(one, text=rest[:1].upper() + rest[1:])
