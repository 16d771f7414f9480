"""Every state has one code of FHIR's value set, and only the site's own finding says eligible."""

import pytest

from prescreen.export.fhir_research_subject import CODES, SUBJECT_STATES, SYSTEM, subject_state
from prescreen.storage.referrals.referrals import State


def test_every_state_has_a_code_of_the_value_set() -> None:
    assert set(SUBJECT_STATES) == set(State)
    assert set(SUBJECT_STATES.values()) <= set(CODES)


def test_only_the_sites_own_finding_is_called_eligible() -> None:
    assert [state for state, code in SUBJECT_STATES.items() if code == "eligible"] == [State.ELIGIBLE]


@pytest.mark.parametrize(("state", "display"), [(State.ENROLLED, "On-study"), (State.UNREACHABLE, "Not Registered")])
def test_a_state_is_written_with_its_system_and_display(state: State, display: str) -> None:
    (coding,) = subject_state(state)["coding"]  # type: ignore[misc]

    assert coding == {"system": SYSTEM, "code": SUBJECT_STATES[state], "display": display}
