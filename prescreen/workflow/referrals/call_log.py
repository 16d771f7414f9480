"""Calls to a person: the ticks of the call script, and the log of calls.

Each action returns the referral as it was found; None where there is none or the recruiter may not work on it, which
is recorded. A referral that ended meanwhile is returned too, but nothing is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prescreen.storage import Session
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants import person_lock
from prescreen.storage.referrals import call_checklist, call_log, referrals
from prescreen.storage.referrals.call_log import Call as Call
from prescreen.storage.referrals.call_log import CallOutcome as CallOutcome
from prescreen.storage.referrals.call_log import NewCall
from prescreen.storage.referrals.referrals import StoredReferral
from prescreen.workflow.accounts.permissions import Permission, Place, may

QUESTION = "question:"
"""The prefix of the item of a question to be asked; the item of a criterion is its bare id."""


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, and when."""

    recruiter: Account
    at: datetime


def tick(session: Session, by: By, referral_id: UUID, changes: Mapping[str, bool]) -> StoredReferral | None:
    """Tick (true) or untick (false) items of the call script.

    `changes` holds only what the recruiter changed, so that two people who tick at once do not undo each other's ticks.
    An item that is ticked already keeps its first recruiter, and one that is not of this referral is ignored.
    """
    referral = _to_work_on(session, by, referral_id)
    if referral is not None and referral.withdrawn_at is None:
        known, current = (
            _items(referral),
            {one.item: one.ticked for one in call_checklist.of_referral(session, referral_id)},
        )
        wanted = {one: to for one, to in changes.items() if one in known and current.get(one, False) != to}
        added = call_checklist.add(session, referral_id, by.recruiter.id, wanted, by.at)
        if added:
            _record(session, events.Action.SCRIPT_TICKED, by, referral_id, ticks=[str(one) for one in added])
    return referral


def _items(referral: StoredReferral) -> frozenset[str]:
    criteria = (*referral.still_to_check, *(finding["criterion"] for finding in referral.findings))
    return frozenset((*criteria, *(f"{QUESTION}{question_id}" for question_id in referral.question_ids)))


def log_call(session: Session, keys: Keys, by: By, referral_id: UUID, call: Call) -> StoredReferral | None:
    """Add a call to the log. The first call that reaches the person of a new referral is their first contact."""
    referral = _to_work_on(session, by, referral_id)
    if referral is not None and referral.withdrawn_at is None:
        call_id = call_log.add(session, keys.ring, NewCall(referral_id, by.recruiter.id, by.at, call))
        if call.outcome is CallOutcome.REACHED:
            referrals.note_first_contact(session, referral_id, by.at)
        _record(session, events.Action.CALL_LOGGED, by, referral_id, call=str(call_id))
    return referral


def _to_work_on(session: Session, by: By, referral_id: UUID) -> StoredReferral | None:
    person_lock.hold_behind(session, [referral_id])
    referral = referrals.find(session, referral_id)
    if referral is None or not _may_work_on(by.recruiter, referral):
        _record(session, events.Action.REFERRAL_REFUSED, by, referral_id)
        return None
    return referral


def _may_work_on(recruiter: Account, referral: StoredReferral) -> bool:
    return may(recruiter, Permission.WORK_REFERRALS, Place(referral.trial_id, referral.site_id))


def _record(session: Session, action: events.Action, by: By, referral_id: UUID, **details: object) -> None:
    actor = events.recruiter(by.recruiter.id)
    events.record(session, events.Event(by.at, actor, action, events.referral(referral_id), details))
