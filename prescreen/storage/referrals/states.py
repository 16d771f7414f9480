"""The states of a referral and the properties of each; everything else that depends on a state is derived from them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class State(StrEnum):
    """The state of a referral. `eligible` is the site's own finding, after its screening.

    `taken_over`: this site did not answer in time and another one of the trial took over; it is final.
    """

    NEW = "new"
    CONTACTED = "contacted"
    SCREENING = "screening"
    ELIGIBLE = "eligible"
    ENROLLED = "enrolled"
    NOT_ELIGIBLE = "not_eligible"
    DECLINED = "declined"
    UNREACHABLE = "unreachable"
    TAKEN_OVER = "taken_over"
    WITHDRAWN = "withdrawn"


class Stage(IntEnum):
    """How far a person came, as statistics count it; of several referrals the furthest counts."""

    NOT_CONTACTED = 0
    CONTACTED = 1
    ENROLLED = 2


@dataclass(frozen=True, slots=True)
class StateDefinition:
    """The properties of one state.

    Attributes:
        name: The state in English, as its team reads it.
        fhir_code: The state as `ResearchSubject.progress.subjectState` of FHIR R5.
        follows: The states that a team may choose next. A state that no other names here is never set by a team.
        stage: How far the person came at least; from `CONTACTED` on, the team spoke with them.
        is_end: The referral ends here, and a letter tells the person.
        hides_identity: The team no longer learns who the person was.
        takes_reason: The team may say why.
        needs_reason: The team must say why.
        takes_criterion: The reason may be one of the trial's criteria.
        usually_after: The state from which most referrals come; synthetic referrals take this path.
        synthetic_weight: How often synthetic referrals end here, against the other states; 0: never.
    """

    name: str
    fhir_code: str
    follows: tuple[State, ...] = ()
    stage: Stage = Stage.NOT_CONTACTED
    is_end: bool = False
    hides_identity: bool = False
    takes_reason: bool = False
    needs_reason: bool = False
    takes_criterion: bool = False
    usually_after: State | None = None
    synthetic_weight: int = 0


_WAYS_OUT = (State.NOT_ELIGIBLE, State.DECLINED, State.UNREACHABLE)

DEFINITIONS: Mapping[State, StateDefinition] = {
    State.NEW: StateDefinition(
        name="new",
        # Decided from answers alone.
        fhir_code="potential-candidate",
        follows=(State.CONTACTED, State.SCREENING, *_WAYS_OUT),
        synthetic_weight=46,
    ),
    State.CONTACTED: StateDefinition(
        name="contacted",
        # The team spoke with the person, and knows them now.
        fhir_code="candidate",
        follows=(State.SCREENING, *_WAYS_OUT),
        stage=Stage.CONTACTED,
        usually_after=State.NEW,
        synthetic_weight=16,
    ),
    State.SCREENING: StateDefinition(
        name="at the site's screening",
        fhir_code="screening",
        follows=(State.ELIGIBLE, *_WAYS_OUT),
        stage=Stage.CONTACTED,
        usually_after=State.CONTACTED,
        synthetic_weight=10,
    ),
    State.ELIGIBLE: StateDefinition(
        name="found eligible by the site",
        # The one place where this word may stand: it is the site's finding, after its screening.
        fhir_code="eligible",
        follows=(State.ENROLLED, *_WAYS_OUT),
        stage=Stage.CONTACTED,
        usually_after=State.SCREENING,
        synthetic_weight=6,
    ),
    State.ENROLLED: StateDefinition(
        name="enrolled",
        # Nothing follows: from here on the trial's own records count.
        fhir_code="on-study",
        stage=Stage.ENROLLED,
        is_end=True,
        usually_after=State.ELIGIBLE,
        synthetic_weight=6,
    ),
    # These three open again: screened anew, changed their mind, called back.
    State.NOT_ELIGIBLE: StateDefinition(
        name="found not eligible by the site",
        fhir_code="ineligible",
        follows=(State.SCREENING,),
        is_end=True,
        takes_reason=True,
        needs_reason=True,
        takes_criterion=True,
        usually_after=State.SCREENING,
        synthetic_weight=6,
    ),
    State.DECLINED: StateDefinition(
        name="declined",
        # The same code as withdrawn: both left before registration, and the code does not say whom they told.
        fhir_code="withdrawn",
        follows=(State.CONTACTED,),
        stage=Stage.CONTACTED,
        is_end=True,
        takes_reason=True,
        usually_after=State.CONTACTED,
        synthetic_weight=5,
    ),
    State.UNREACHABLE: StateDefinition(
        name="not reached",
        fhir_code="not-registered",
        follows=(State.CONTACTED,),
        is_end=True,
        takes_reason=True,
        usually_after=State.NEW,
        synthetic_weight=5,
    ),
    # Nothing follows: the other site's referral is the one that goes on.
    State.TAKEN_OVER: StateDefinition(name="taken over by another site", fhir_code="not-registered", is_end=True),
    State.WITHDRAWN: StateDefinition(name="withdrawn", fhir_code="withdrawn", is_end=True, hides_identity=True),
}


def states_where(holds: Callable[[StateDefinition], bool]) -> frozenset[State]:
    """Return the states whose definition satisfies the predicate."""
    return frozenset(state for state, definition in DEFINITIONS.items() if holds(definition))


SET_BY_TEAM = frozenset(after for definition in DEFINITIONS.values() for after in definition.follows)
"""The states into which a team can bring a referral; the others come about without it."""
