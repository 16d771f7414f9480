"""The state machine of referrals: which state may follow which, and which reasons a state takes. It stores nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from prescreen.storage.referrals.referrals import StoredReferral
from prescreen.storage.referrals.state_changes import StoredChange
from prescreen.storage.referrals.states import DEFINITIONS, SET_BY_TEAM, Stage, State, states_where

NEXT: Mapping[State, tuple[State, ...]] = {state: one.follows for state, one in DEFINITIONS.items()}
"""The transitions that a team may make. `withdrawn` is set by the person; `eligible` is the site's finding."""

NEEDS_REASON = states_where(lambda one: one.needs_reason)
TAKES_REASON = states_where(lambda one: one.takes_reason)
TAKES_CRITERION = states_where(lambda one: one.takes_criterion)
HAS_CONTACT = states_where(lambda one: one.stage >= Stage.CONTACTED)
"""The states that a referral reaches only after the team spoke with the person."""

MOST_REASON = 300
_CRITERION, _OTHER = "criterion:", "other:"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a referral ended: a criterion of the trial, perhaps with a comment, or another reason in words."""

    criterion_id: str | None = None
    words: str = field(default="", repr=False)

    @property
    def stored(self) -> str | None:
        """Return the reason as a text such as `criterion:mri Too old` or `other:Too far`; None where there is none."""
        if self.criterion_id:
            return f"{_CRITERION}{self.criterion_id} {self.words}".strip()
        return f"{_OTHER}{self.words}" if self.words else None


NO_REASON = Reason()


def read_reason(stored: str | None) -> Reason:
    """Return the reason in a stored text; an empty one for None."""
    text = stored or ""
    if text.startswith(_CRITERION):
        # An id contains no space.
        criterion_id, _, words = text.removeprefix(_CRITERION).partition(" ")
        return Reason(criterion_id, words)
    return Reason(words=text.removeprefix(_OTHER))


def fitting(reason: Reason, state: State) -> Reason:
    """Return the part of a reason that a state takes: a criterion only for a state that a criterion can cause."""
    if state not in TAKES_REASON:
        return NO_REASON
    return reason if state in TAKES_CRITERION else Reason(words=reason.words)


def criteria_of(referral: StoredReferral) -> frozenset[str]:
    """Return the ids of all criteria with a finding, and of those that the team has still to check."""
    return frozenset({finding["criterion"] for finding in referral.findings} | set(referral.still_to_check))


def standing(history: Iterable[StoredChange]) -> list[StoredChange]:
    """Return the changes that were not undone, oldest first."""
    changes = list(history)
    undone = {one.undoes for one in changes}
    return [one for one in changes if one.undoes is None and one.id not in undone]


def last_step(history: Iterable[StoredChange], state: State) -> StoredChange | None:
    """Return the change that can be undone: the last one not undone, if a team made it and it led to the present state.

    A state that no team can set cannot be undone by a team either; the result is then None.
    """
    if state not in SET_BY_TEAM:
        return None
    last = next(reversed(standing(history)), None)
    return last if last and last.to_state is state and last.recruiter_id is not None else None


def reason_before(history: Iterable[StoredChange], last: StoredChange) -> str | None:
    """Return the reason that applied before the last change: that of the change which led to the state before it."""
    before = [one for one in standing(history) if one.id != last.id]
    return before[-1].reason if before and before[-1].to_state is last.from_state else None
