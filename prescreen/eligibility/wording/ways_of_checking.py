"""How a trial's team checks what has no rule, told by its words: in a call, in the records, or at a visit.

A module of its own, since these words say nothing of what a criterion means.
"""

from prescreen.eligibility.criteria.trials import CheckedBy

_PHONE = (
    "willing consent agree refus commit comply complian language english speak literate internet smartphone telephone "
    "phone availab attend follow-up travel reside transport contracepti pregnan lactat breast participat compensation "
    "litigation insurance employ"
)
_VISIT = (
    "investigator judg opinion clinician physician examin reflex questionnaire suitab score scale index ecog karnofsky "
    "performance neurologic medically unable inability capacity motor strength"
)
_WAYS = (
    (
        CheckedBy.PHONE,
        (*_PHONE.split(), "plan to", "plans to", "planning", "planned", "another trial", "another study"),
    ),
    (CheckedBy.VISIT, (*_VISIT.split(), "straight leg", "walk test", "able to", "physical exam")),
)
"""Parts of words by which a criterion is told; a way that comes first counts."""


def checked_by(text: str) -> CheckedBy:
    """Return how the team checks a criterion by its words; what no word decides is looked up in the records.

    >>> [checked_by(text).value for text in ("Willing to come", "Straight leg raise test", "Creatinine over 2 mg/dl")]
    ['phone', 'visit', 'records']
    """
    lowered = text.lower()
    return next((way for way, parts in _WAYS if any(part in lowered for part in parts)), CheckedBy.RECORDS)
