"""The state of a referral in FHIR R5 (ResearchSubject.progress.subjectState).

A module of its own, since it is a format; the code of each state is in the state's definition.
"""

from collections.abc import Mapping

from prescreen.storage.referrals.states import DEFINITIONS, State

SYSTEM = "http://terminology.hl7.org/CodeSystem/research-subject-state"
CODES: Mapping[str, str] = {
    "candidate": "Candidate",
    "eligible": "Eligible",
    "follow-up": "Follow-up",
    "ineligible": "Ineligible",
    "not-registered": "Not Registered",
    "off-study": "Off-study",
    "on-study": "On-study",
    "on-study-intervention": "On-study-intervention",
    "on-study-observation": "On-study-observation",
    "pending-on-study": "Pending on-study",
    "potential-candidate": "Potential Candidate",
    "screening": "Screening",
    "withdrawn": "Withdrawn",
}
"""The codes of the value set `research-subject-state`, to which the element is bound, with their displays."""

SUBJECT_STATES: Mapping[State, str] = {state: definition.fhir_code for state, definition in DEFINITIONS.items()}


def subject_state(state: State) -> dict[str, object]:
    """Return a state as a CodeableConcept."""
    code = SUBJECT_STATES[state]
    return {"coding": [{"system": SYSTEM, "code": code, "display": CODES[code]}]}
