"""What came of work on a referral: a call, the next state and a note, stored together or not at all."""

from dataclasses import dataclass, field

from prescreen.storage import Session
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.referrals.referrals import StoredReferral
from prescreen.workflow.participants.participant_letters import Desk
from prescreen.workflow.referrals import notes
from prescreen.workflow.referrals.call_log import By, Call, log_call
from prescreen.workflow.referrals.notes import note_fault
from prescreen.workflow.referrals.state_changes import Step, move, step_fault
from prescreen.workflow.referrals.teamwork import ChangeOutcome, Result, Seen, done, to_change, to_work


@dataclass(frozen=True, slots=True)
class Outcome:
    """A call, the state that follows and a note; each is left out where it is None or empty."""

    call: Call | None = None
    step: Step | None = None
    note: str = field(default="", repr=False)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to store."""
        return self.call is None and self.step is None and not self.note


def save_outcome(session: Session, desk: Desk, who: Account, seen: Seen, outcome: Outcome) -> Result:
    """Store each part as the action that it is alone; where one is refused, store nothing and return its result.

    Only the state stands against what a colleague did meanwhile: a call and a note are added to whatever there is.
    """
    opened = (
        to_change(session, who, seen, desk.now) if outcome.step else to_work(session, who, seen.referral_id, desk.now)
    )
    if isinstance(opened, Result):
        return opened
    if fault := _fault(opened, outcome):
        return Result(fault, opened)
    # The call comes first: it may be the first contact, which a later state keeps.
    if outcome.call is not None:
        log_call(session, desk.keys, By(who, desk.now), opened.id, outcome.call)
    if outcome.note:
        notes.add_note(session, desk, who, opened.id, outcome.note)
    return move(session, desk, who, seen, outcome.step) if outcome.step else done(session, opened.id)


def _fault(referral: StoredReferral, outcome: Outcome) -> ChangeOutcome | None:
    """Return what is refused, so that it is known before anything is written; None where nothing is."""
    refused = step_fault(referral, outcome.step) if outcome.step else None
    return refused or (note_fault(outcome.note) if outcome.note else None)
