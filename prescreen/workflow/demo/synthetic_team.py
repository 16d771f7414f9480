"""What a synthetic team did with synthetic people, so that a demo shows every state. Its account cannot sign in."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from secrets import token_urlsafe
from uuid import UUID

from prescreen.storage import Session
from prescreen.storage.accounts import recruiters
from prescreen.storage.audit import events
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.base.keys import Keys
from prescreen.storage.referrals import call_log, notes, referrals, state_changes
from prescreen.storage.referrals.call_log import Call, CallOutcome, NewCall
from prescreen.storage.referrals.notes import Writing
from prescreen.storage.referrals.referrals import StoredReferral
from prescreen.storage.referrals.state_changes import StoredChange
from prescreen.storage.referrals.states import DEFINITIONS, State
from prescreen.workflow.accounts.passwords import password_hash
from prescreen.workflow.referrals.state_machine import HAS_CONTACT, NEEDS_REASON, Reason

EMAIL = "sample-team@example.org"
_NAME = "Sample Team"
_TAGS = ("evenings", "scan requested", "travels far", "wants to think")
_NOTES = ("Has the scan on a disc and brings it along.", "Asked how often they would have to come.")
_TAGGED, _NOTED = 0.3, 0.4
_END_OF_WORK = timedelta(days=12)


def _way_to(state: State) -> tuple[State, ...]:
    """Return the steps by which most referrals reach a state, from new on."""
    before = DEFINITIONS[state].usually_after
    return (*_way_to(before), state) if before else ()


_WAYS: dict[tuple[State, ...], int] = {
    _way_to(state): definition.synthetic_weight
    for state, definition in DEFINITIONS.items()
    if definition.synthetic_weight
}


@dataclass(frozen=True, slots=True)
class Team:
    """The account that synthetic work is attributed to, and the time until which it worked."""

    id: UUID
    keys: Keys
    now: datetime


def sample_team(session: Session, keys: Keys, now: datetime) -> Team:
    """Return the synthetic team; its account is closed from the start."""
    known = recruiters.with_email(session, EMAIL)
    return Team(known.id if known else _new_account(session, now), keys, now)


def _new_account(session: Session, now: datetime) -> UUID:
    team = recruiters.add(session, EMAIL, _NAME, password_hash=password_hash(token_urlsafe(24)), at=now)
    recruiters.disable(session, team, now)
    return team


def work_on(session: Session, team: Team, lead_id: UUID, rng: Random) -> None:
    """Move a lead's referrals a random number of states on, at times before now."""
    for referral in referrals.of_lead(session, lead_id):
        way = rng.choices(tuple(_WAYS), tuple(_WAYS.values()))[0]
        at, longest = referral.created_at, min(_END_OF_WORK, team.now - referral.created_at)
        for to in way:
            at += longest * rng.random() / len(way)
            referral = _moved(session, team.id, referral, to, at)
        if way:
            _write_down(session, team.keys, NewCall(referral.id, team.id, at, _call(way)), rng)


def _moved(session: Session, team: UUID, referral: StoredReferral, to: State, at: datetime) -> StoredReferral:
    reason = _reason(referral) if to in NEEDS_REASON else None
    contacted_at = referral.contacted_at or (at if to in HAS_CONTACT else None)
    values = {"state": to.value, "state_changed_at": at, "reason": reason, "contacted_at": contacted_at}
    state_changes.change(session, referral.id, **values)
    change = StoredChange(new_id(at), referral.id, at, team, referral.state, to, reason)
    state_changes.add(session, change)
    details = {"from": referral.state.value, "to": to.value}
    action, subject = events.Action.REFERRAL_MOVED, events.referral(referral.id)
    events.record(session, events.Event(at, events.recruiter(team), action, subject, details))
    return replace(referral, state=to, contacted_at=contacted_at)


def _reason(referral: StoredReferral) -> str | None:
    criteria = (*referral.still_to_check, *(finding["criterion"] for finding in referral.findings))
    return Reason(criteria[0]).stored if criteria else Reason(words="Found at the visit").stored


def _call(way: tuple[State, ...]) -> Call:
    return Call(CallOutcome.REACHED if State.CONTACTED in way else CallOutcome.NO_ANSWER)


def _write_down(session: Session, keys: Keys, new: NewCall, rng: Random) -> None:
    call_log.add(session, keys.ring, new)
    if rng.random() < _TAGGED:
        state_changes.set_tags(session, new.referral_id, [rng.choice(_TAGS)])
    if rng.random() < _NOTED:
        notes.add(session, keys.ring, Writing(new.referral_id, new.recruiter_id, new.at), rng.choice(_NOTES))
