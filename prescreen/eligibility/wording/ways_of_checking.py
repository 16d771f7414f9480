"""How a trial's team checks what has no rule, told by its words: in a call, in the records, or at a visit.

A module of its own, since these words say nothing of what a criterion means.
"""

import re

from prescreen.eligibility.criteria.trials import CheckedBy

_WAYS = (
    (
        CheckedBy.PHONE,
        r"willing|unwilling|consent|agree|refus|commit|comply|compliance|language|english|speak|read and|literate|"
        r"internet|smartphone|telephone|phone|plans? to|planning|planned|available|availab|attend|follow-up|travel|"
        r"reside|residen|transport|contracepti|birth control|pregnan|lactat|breast|participat|another (?:trial|study)|"
        r"litigation|compensation|insurance|employ",
    ),
    (
        CheckedBy.VISIT,
        r"investigator|judg|opinion|clinician|physician|examin|physical exam|exam\b|reflex|straight leg|walk test|"
        r"suitab|score|questionnaire|scale|index|ASA\b|ECOG|karnofsky|performance status|neurologic\w* deficit|"
        r"medically|unable to|able to|inability|capacity|motor|strength",
    ),
)
_COMPILED = tuple((way, re.compile(words, re.IGNORECASE)) for way, words in _WAYS)


def checked_by(text: str) -> CheckedBy:
    """Return how the team checks a criterion by its words; what no word decides is looked up in the records.

    >>> [checked_by(text).value for text in ("Willing to come", "Straight leg raise test", "Creatinine over 2 mg/dl")]
    ['phone', 'visit', 'records']
    """
    return next((way for way, words in _COMPILED if words.search(text)), CheckedBy.RECORDS)
