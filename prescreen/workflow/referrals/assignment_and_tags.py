"""Assignment of a referral to a colleague, and its tags."""

import re
from collections.abc import Iterable
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


def assign(session: Session, desk: Desk, who: Account, seen: Seen, to: UUID | None) -> Result:
    """Assign a referral to a colleague who may work it, or (None) to no one."""
    referral = to_change(session, who, seen, desk.now)
    if isinstance(referral, Result):
        return referral
    if to is not None and to not in {one.id for one in colleagues_on(session, referral)}:
        return Result(ChangeOutcome.NO_COLLEAGUE, referral)
    state_changes.change(session, referral.id, assigned_to=to)
    details = {"assigned_to": str(to) if to else None, "version": referral.version + 1}
    record(session, who, events.Action.REFERRAL_ASSIGNED, referral.id, desk.now, **details)
    return done(session, referral.id)


def set_tags(session: Session, desk: Desk, who: Account, seen: Seen, words: Iterable[str]) -> Result:
    """Replace the tags of a referral by these."""
    referral = to_change(session, who, seen, desk.now)
    return referral if isinstance(referral, Result) else _tag(session, desk, who, referral, words)


def add_tag(session: Session, desk: Desk, who: Account, seen: Seen, word: str) -> Result:
    """Add a tag to a referral."""
    referral = to_change(session, who, seen, desk.now)
    if isinstance(referral, Result):
        return referral
    if not word.strip():
        return Result(ChangeOutcome.EMPTY, referral)
    return _tag(session, desk, who, referral, (*state_changes.tags(session, referral.id), word))


def _tag(session: Session, desk: Desk, who: Account, referral: StoredReferral, words: Iterable[str]) -> Result:
    wanted = stored_tags(words)
    if fault := _fault(wanted):
        return Result(fault, referral)
    before = set(state_changes.tags(session, referral.id))
    state_changes.set_tags(session, referral.id, wanted)
    state_changes.change(session, referral.id)
    counts = {"added": len(set(wanted) - before), "removed": len(before - set(wanted))}
    record(session, who, events.Action.REFERRAL_TAGGED, referral.id, desk.now, **counts, version=referral.version + 1)
    return done(session, referral.id)


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
