"""Changes of a referral's state, and undoing them."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from prescreen.storage import Session
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.audit import events
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.mail import outbox
from prescreen.storage.referrals import call_log, state_changes
from prescreen.storage.referrals.referrals import State, StoredReferral
from prescreen.storage.referrals.state_changes import StoredChange
from prescreen.workflow.participants import participant_letters
from prescreen.workflow.participants.participant_letters import Desk
from prescreen.workflow.referrals.state_machine import (
    HAS_CONTACT,
    MOST_REASON,
    NEEDS_REASON,
    NEXT,
    NO_REASON,
    Reason,
    criteria_of,
    fitting,
    last_step,
    reason_before,
)
from prescreen.workflow.referrals.teamwork import ChangeOutcome, Result, Seen, done, record, to_change

LETTER_WAITS = timedelta(minutes=10)
"""How long the letter about a referral's end is delayed, so that a mistake can be undone before it is sent."""


@dataclass(frozen=True, slots=True)
class Step:
    """The state into which a team wants to bring a referral, and why."""

    to: State
    reason: Reason = NO_REASON


def move(session: Session, desk: Desk, who: Account, seen: Seen, step: Step) -> Result:
    """Bring a referral into another state; where it ends there, a letter to the person is put into the outbox."""
    referral = to_change(session, who, seen, desk.now)
    if isinstance(referral, Result):
        return referral
    if fault := step_fault(referral, step):
        return Result(fault, referral)
    reason = fitting(step.reason, step.to)
    desk = _after_the_last(session, desk, referral)
    contacted_at = referral.contacted_at or (desk.now if step.to in HAS_CONTACT else None)
    _bring(session, desk, referral, step.to, reason=reason.stored, contacted_at=contacted_at)
    change = _change(desk, who, referral, step.to)
    told = _tell(session, desk, referral.id)
    state_changes.add(session, replace(change, reason=reason.stored, letter_id=told))
    _record(session, who, events.Action.REFERRAL_MOVED, referral, change)
    return done(session, referral.id)


def step_fault(referral: StoredReferral, step: Step) -> ChangeOutcome | None:
    """Return why a referral cannot be brought into a state; None where it can."""
    to, reason = step.to, fitting(step.reason, step.to)
    if to not in NEXT[referral.state]:
        return ChangeOutcome.NO_STEP
    if to in NEEDS_REASON and reason.stored is None:
        return ChangeOutcome.NO_REASON
    if reason.criterion_id and reason.criterion_id not in criteria_of(referral):
        return ChangeOutcome.NO_SUCH_REASON
    return ChangeOutcome.LONG_REASON if len(reason.words) > MOST_REASON else None


def undo(session: Session, desk: Desk, who: Account, seen: Seen, change_id: UUID) -> Result:
    """Undo the last change of a referral; a letter about it that still waits is cancelled."""
    referral = to_change(session, who, seen, desk.now)
    if isinstance(referral, Result):
        return referral
    history = state_changes.history(session, referral.id)
    last = last_step(history, referral.state)
    if last is None or last.id != change_id:
        return Result(ChangeOutcome.NOTHING_TO_UNDO, referral)
    desk = _after_the_last(session, desk, referral)
    # A contact that this change recorded is taken back with it, unless a call reached the person.
    at = referral.contacted_at
    contacted_at = call_log.first_reached(session, referral.id) if at == last.at else at
    reason = reason_before(history, last)
    _bring(session, desk, referral, last.from_state, reason=reason, contacted_at=contacted_at)
    back = replace(_change(desk, who, referral, last.from_state), undoes=last.id)
    state_changes.add(session, back)
    if last.letter_id:
        outbox.cancel_one(session, last.letter_id)
    _record(session, who, events.Action.REFERRAL_MOVE_UNDONE, referral, back)
    return done(session, referral.id)


def _after_the_last(session: Session, desk: Desk, referral: StoredReferral) -> Desk:
    """Return the desk at the time of a change that is made now."""
    return replace(desk, now=state_changes.moment_after(session, referral.id, desk.now))


def _bring(session: Session, desk: Desk, referral: StoredReferral, to: State, **values: object) -> None:
    state_changes.change(session, referral.id, state=to.value, state_changed_at=desk.now, **values)


def _change(desk: Desk, who: Account, referral: StoredReferral, to: State) -> StoredChange:
    return StoredChange(new_id(desk.now), referral.id, desk.now, who.id, referral.state, to)


def _tell(session: Session, desk: Desk, referral_id: UUID) -> UUID | None:
    letter_id = participant_letters.tell_of_end(session, desk, referral_id)
    if letter_id:
        outbox.put_off(session, letter_id, desk.now + LETTER_WAITS)
    return letter_id


def _record(
    session: Session, who: Account, action: events.Action, referral: StoredReferral, change: StoredChange
) -> None:
    steps = {"from": change.from_state.value, "to": change.to_state.value, "version": referral.version + 1}
    record(session, who, action, referral.id, change.at, **steps)
