"""Erasing: what teams wrote about a person goes when the person does; from which state to which they went stays."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from prescreen.storage import Session, calls, outbox, referral_changes, reminders, team_notes, ticks
from prescreen.storage.identifiers import new_id
from prescreen.storage.referral_changes import StoredChange
from prescreen.storage.referrals import State


def end_work(session: Session, ended: Mapping[UUID, State], now: datetime) -> None:
    """Close the histories of these referrals, which were in these states, and erase every word that a team wrote.

    A letter about an earlier end that still waits is cancelled. To be called after the referrals were withdrawn, in the
    same transaction, and before the letter that tells of that.
    """
    for referral_id in ended:
        for told in referral_changes.history(session, referral_id):
            if told.letter_id:
                outbox.cancel_one(session, told.letter_id)
    referral_changes.erase_words(session, ended)
    ticks.erase(session, ended)
    calls.erase(session, ended)
    team_notes.erase(session, ended)
    reminders.erase(session, ended)
    referral_changes.add(session, *(_withdrawal(*one, now) for one in ended.items()))


def _withdrawal(referral_id: UUID, state: State, now: datetime) -> StoredChange:
    return StoredChange(new_id(now), referral_id, now, None, state, State.WITHDRAWN)
