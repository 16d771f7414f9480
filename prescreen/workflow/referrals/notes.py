"""A team's notes on a referral. Adding one never conflicts; of two rewordings of the same wording, the second does."""

from dataclasses import dataclass
from uuid import UUID

from prescreen.eligibility.criteria.typed_text import tidy_lines
from prescreen.storage import Session
from prescreen.storage.accounts.recruiters import Account
from prescreen.storage.audit import events
from prescreen.storage.referrals import notes
from prescreen.storage.referrals.notes import Writing
from prescreen.workflow.participants.participant_letters import Desk
from prescreen.workflow.referrals.teamwork import ChangeOutcome, Result, conflict, done, record, to_work

MOST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class SeenNote:
    """The wording of a note that a recruiter saw."""

    referral_id: UUID
    note_id: UUID


def add_note(session: Session, desk: Desk, who: Account, referral_id: UUID, text: str) -> Result:
    """Add a note to a referral."""
    referral = to_work(session, who, referral_id, desk.now)
    if isinstance(referral, Result):
        return referral
    words = tidy_lines(text)
    if fault := note_fault(words):
        return Result(fault, referral)
    note_id = notes.add(session, desk.keys.ring, Writing(referral.id, who.id, desk.now), words)
    record(session, who, events.Action.NOTE_WRITTEN, referral.id, desk.now, note=str(note_id))
    return done(session, referral.id)


def reword_note(session: Session, desk: Desk, who: Account, seen: SeenNote, text: str) -> Result:
    """Replace the wording that was seen by another; the earlier one stays stored."""
    referral = to_work(session, who, seen.referral_id, desk.now)
    if isinstance(referral, Result):
        return referral
    known = notes.wordings(session, desk.keys.ring, referral.id, seen.note_id)
    if not known:
        return Result(ChangeOutcome.NOT_FOUND)
    if known[0].id != seen.note_id:
        return conflict(session, who, referral, desk.now)
    words = tidy_lines(text)
    if fault := note_fault(words):
        return Result(fault, referral)
    if words != known[0].text:
        writing = Writing(referral.id, who.id, desk.now, replaces=seen.note_id)
        note_id = notes.add(session, desk.keys.ring, writing, words)
        record(session, who, events.Action.NOTE_REWORDED, referral.id, desk.now, note=str(note_id))
    return done(session, referral.id)


def note_fault(text: str) -> ChangeOutcome | None:
    """Return why a note cannot be stored; None where it can."""
    if not tidy_lines(text):
        return ChangeOutcome.EMPTY
    return ChangeOutcome.LONG_TEXT if len(tidy_lines(text)) > MOST_NOTE else None
