"""Who works on a referral, its tags, and whether the person needs an interpreter."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from prescreen.eligibility.criteria.typed_text import letters_of, normalised, tidy_line
from prescreen.storage import Session
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.audit import events
from prescreen.storage.referrals import state_changes
from prescreen.storage.referrals.referrals import StoredReferral
from prescreen.workflow.participants.participant_letters import Desk
from prescreen.workflow.referrals.teamwork import ChangeOutcome, Result, Seen, colleagues_on, done, record, to_change

MOST_TAGS = 10
LONGEST_TAG = 30
_TAG = re.compile(r"[^\W_][\w +/-]*")
_PERSONAL = re.compile(r"(?:\d[ /-]*){6}")


@dataclass(frozen=True, slots=True)
class Labels:
    """Who works on a referral (None: no one), its tags, and whether an interpreter is needed (None: not known)."""

    assignee: UUID | None
    tags: tuple[str, ...]
    interpreter: bool | None


def label(session: Session, desk: Desk, who: Account, seen: Seen, labels: Labels) -> Result:
    """Store those labels that differ from the stored ones, each as an action of its own; all of them or nothing."""
    referral = to_change(session, who, seen, desk.now)
    if isinstance(referral, Result):
        return referral
    is_new = labels.assignee != referral.assigned_to
    if fault := (is_new and _stranger(session, referral, labels.assignee)) or _fault(stored_tags(labels.tags)):
        return Result(fault, referral)
    if is_new:
        referral = _assign(session, desk, who, referral, labels.assignee)
    if {*stored_tags(labels.tags)} != {*state_changes.tags(session, referral.id)}:
        referral = _tag(session, desk, who, referral, stored_tags(labels.tags))
    if labels.interpreter != referral.interpreter:
        referral = _set_interpreter(session, desk, who, referral, labels.interpreter)
    return done(session, referral.id)


def assign(session: Session, desk: Desk, who: Account, seen: Seen, to: UUID | None) -> Result:
    """Assign a referral to a colleague who may work it, or (None) to no one."""
    referral = to_change(session, who, seen, desk.now)
    if isinstance(referral, Result):
        return referral
    if fault := _stranger(session, referral, to):
        return Result(fault, referral)
    _assign(session, desk, who, referral, to)
    return done(session, referral.id)


def _stranger(session: Session, referral: StoredReferral, to: UUID | None) -> ChangeOutcome | None:
    known = to is None or to in {one.id for one in colleagues_on(session, referral)}
    return None if known else ChangeOutcome.NO_COLLEAGUE


def _assign(session: Session, desk: Desk, who: Account, referral: StoredReferral, to: UUID | None) -> StoredReferral:
    state_changes.change(session, referral.id, assigned_to=to)
    details = {"assigned_to": str(to) if to else None, "version": referral.version + 1}
    record(session, who, events.Action.REFERRAL_ASSIGNED, referral.id, desk.now, **details)
    return replace(referral, assigned_to=to, version=referral.version + 1)


def add_tag(session: Session, desk: Desk, who: Account, seen: Seen, word: str) -> Result:
    """Add a tag to a referral."""
    referral = to_change(session, who, seen, desk.now)
    if isinstance(referral, Result):
        return referral
    if not word.strip():
        return Result(ChangeOutcome.EMPTY, referral)
    wanted = stored_tags((*state_changes.tags(session, referral.id), word))
    if fault := _fault(wanted):
        return Result(fault, referral)
    _tag(session, desk, who, referral, wanted)
    return done(session, referral.id)


def _tag(
    session: Session, desk: Desk, who: Account, referral: StoredReferral, wanted: tuple[str, ...]
) -> StoredReferral:
    before = set(state_changes.tags(session, referral.id))
    state_changes.set_tags(session, referral.id, wanted)
    state_changes.change(session, referral.id)
    counts = {"added": len(set(wanted) - before), "removed": len(before - set(wanted))}
    record(session, who, events.Action.REFERRAL_TAGGED, referral.id, desk.now, **counts, version=referral.version + 1)
    return replace(referral, version=referral.version + 1)


def _set_interpreter(
    session: Session, desk: Desk, who: Account, referral: StoredReferral, needed: bool | None
) -> StoredReferral:
    state_changes.change(session, referral.id, interpreter=needed)
    version = referral.version + 1
    record(session, who, events.Action.INTERPRETER_CHANGED, referral.id, desk.now, version=version)
    return replace(referral, interpreter=needed, version=version)


def stored_tags(words: Iterable[str]) -> tuple[str, ...]:
    """Return tags in their stored form: lower case, single spaces, without duplicates, in alphabetical order."""
    plain = (tidy_line(normalised(tidy_line(word), "NFKC").lower()) for word in words)
    return tuple(sorted({word for word in plain if word}))


def _fault(tags: tuple[str, ...]) -> ChangeOutcome | None:
    if len(tags) > MOST_TAGS:
        return ChangeOutcome.MANY_TAGS
    if any("@" in tag or _PERSONAL.search(tag) for tag in tags):
        return ChangeOutcome.PERSONAL_TAG
    return (
        None
        if all(len(tag) <= LONGEST_TAG and _TAG.fullmatch(letters_of(tag)) for tag in tags)
        else ChangeOutcome.BAD_TAG
    )
