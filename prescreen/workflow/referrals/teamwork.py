"""Teamwork: who may work on a referral, the result of changing it, and all that its page shows of the team's work."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from prescreen.storage import Session
from prescreen.storage.accounts import recruiters
from prescreen.storage.accounts import team_members as colleagues
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.audit import events as audit
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.participants import person_lock
from prescreen.storage.referrals import notes as team_notes
from prescreen.storage.referrals import referrals, state_changes
from prescreen.storage.referrals import reminders as reminding
from prescreen.storage.referrals.notes import Note
from prescreen.storage.referrals.referrals import StoredReferral
from prescreen.storage.referrals.reminders import StoredReminder
from prescreen.storage.referrals.state_changes import Seen as Seen
from prescreen.storage.referrals.state_changes import StoredChange
from prescreen.workflow.accounts.permissions import Permission, Place, may

MOST_SUGGESTED = 20


class ChangeOutcome(StrEnum):
    """The result of an attempt to change something. Only `done` changed anything."""

    DONE = "done"
    CONFLICT = "conflict"
    WITHDRAWN = "withdrawn"
    NOT_FOUND = "not_found"
    NO_STEP = "no_step"
    NO_REASON = "no_reason"
    NO_SUCH_REASON = "no_such_reason"
    LONG_REASON = "long_reason"
    NOTHING_TO_UNDO = "nothing_to_undo"
    NO_COLLEAGUE = "no_colleague"
    BAD_TAG = "bad_tag"
    PERSONAL_TAG = "personal_tag"
    MANY_TAGS = "many_tags"
    EMPTY = "empty"
    LONG_TEXT = "long_text"
    LONG_REMINDER = "long_reminder"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome, and the referral as it is now; None where there is none or it is not theirs."""

    outcome: ChangeOutcome
    referral: StoredReferral | None = None


@dataclass(frozen=True, slots=True)
class Teamwork:
    """All that a team did with one referral, and the criteria it was assessed against (None where they are not stored).

    `letters` holds the states of the letters in its history, and when they are due.
    """

    history: tuple[StoredChange, ...]
    letters: dict[UUID, tuple[outbox.LetterState, datetime]]
    notes: tuple[tuple[Note, ...], ...]
    reminders: tuple[StoredReminder, ...]
    tags: tuple[str, ...]
    tags_in_use: tuple[str, ...]
    colleagues: tuple[Account, ...]
    names: dict[UUID, str]
    evidence: str | None


def may_work(who: Account, referral: StoredReferral) -> bool:
    """Return whether an account may work on a referral."""
    return may(who, Permission.WORK_REFERRALS, Place(referral.trial_id, referral.site_id))


def theirs(session: Session, who: Account, referral_id: UUID, now: datetime) -> StoredReferral | None:
    """Return a referral that the account may work on; None where it may not, which is recorded, or there is none."""
    referral = referrals.find(session, referral_id)
    if referral is not None and may_work(who, referral):
        return referral
    record(session, who, audit.Action.REFERRAL_REFUSED, referral_id, now)
    return None


def record(
    session: Session, who: Account, action: audit.Action, referral_id: UUID, now: datetime, **details: object
) -> None:
    """Record what a recruiter did with a referral: ids, states and counts, never texts."""
    actor = audit.recruiter(who.id)
    audit.record(session, audit.Event(now, actor, action, audit.referral(referral_id), details))


def to_work(session: Session, who: Account, referral_id: UUID, now: datetime) -> StoredReferral | Result:
    """Return a referral to add something to, its person locked; else the result that says why not.

    The lock makes a concurrent withdrawal wait, so that it also erases what is added.
    """
    person_lock.hold_behind(session, [referral_id])
    referral = theirs(session, who, referral_id, now)
    if referral is None:
        return Result(ChangeOutcome.NOT_FOUND)
    return Result(ChangeOutcome.WITHDRAWN, referral) if referral.withdrawn_at else referral


def to_change(session: Session, who: Account, seen: Seen, now: datetime) -> StoredReferral | Result:
    """Return a referral unchanged since it was seen, its person locked; else the result that says why not."""
    referral = to_work(session, who, seen.referral_id, now)
    if isinstance(referral, Result) or referral.version == seen.version:
        return referral
    return conflict(session, who, referral, now)


def conflict(session: Session, who: Account, referral: StoredReferral, now: datetime) -> Result:
    """Return the result for a referral changed since it was seen; that its new content is shown is recorded."""
    record(session, who, audit.Action.REFERRAL_VIEWED, referral.id, now)
    return Result(ChangeOutcome.CONFLICT, referral)


def done(session: Session, referral_id: UUID) -> Result:
    """Return the result for a change that was made, with the referral as it is now."""
    return Result(ChangeOutcome.DONE, referrals.find(session, referral_id))


def colleagues_on(session: Session, referral: StoredReferral) -> list[Account]:
    """Return the accounts that may work on a referral, ordered by name. A reading session is enough."""
    given = colleagues.of_site(session, referral.trial_id, referral.site_id)
    known = (recruiters.find(session, recruiter_id) for recruiter_id in given)
    return [account for account in known if account and may_work(account, referral)]


def teamwork(session: Session, keys: Keys, referral: StoredReferral) -> Teamwork:
    """Return all that a team did with a referral; the caller has checked access. A reading session is enough."""
    history = state_changes.history(session, referral.id)
    notes = team_notes.of_referral(session, keys.ring, referral.id)
    reminders = reminding.waiting_on(session, keys.ring, referral.id)
    people = {referral.assigned_to, *(one.recruiter_id for one in history), *(one.recruiter_id for one in reminders)}
    people |= {wording.recruiter_id for thread in notes for wording in thread}
    return Teamwork(
        history=tuple(history),
        letters=outbox.states(session, [one.letter_id for one in history if one.letter_id]),
        notes=tuple(map(tuple, notes)),
        reminders=tuple(reminders),
        tags=state_changes.tags(session, referral.id),
        tags_in_use=state_changes.tags_in_use(session, referral.trial_id, referral.site_id, MOST_SUGGESTED),
        colleagues=tuple(colleagues_on(session, referral)),
        names=colleagues.names(session, [one for one in people if one]),
        evidence=referrals.evidence(session, referral.fingerprint),
    )


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """One change made by another: what, by whom (None: the person), when, with states and counts."""

    action: audit.Action
    by: str | None
    at: datetime
    details: dict[str, object]


def changes_since(session: Session, seen: Seen) -> list[Meanwhile]:
    """Return the changes to a referral since it was seen, oldest first. A reading session is enough."""
    events = audit.about(session, audit.referral(seen.referral_id), *_CHANGES)
    # Only a withdrawal is recorded without a version; so was the need of an interpreter once, which raised none.
    newer = [
        one
        for one in events
        if one.action is audit.Action.REFERRAL_WITHDRAWN or one.details.get("version", 0) > seen.version
    ]
    who = {UUID(one.actor.id) for one in newer if one.actor.id and one.actor.kind is audit.ActorKind.RECRUITER}
    names = {str(recruiter_id): name for recruiter_id, name in colleagues.names(session, who).items()}
    return [Meanwhile(one.action, names.get(one.actor.id or ""), one.at, dict(one.details)) for one in newer]


_CHANGES = (
    audit.Action.REFERRAL_MOVED,
    audit.Action.REFERRAL_MOVE_UNDONE,
    audit.Action.REFERRAL_ASSIGNED,
    audit.Action.REFERRAL_TAGGED,
    audit.Action.INTERPRETER_CHANGED,
    audit.Action.REFERRAL_WITHDRAWN,
)
