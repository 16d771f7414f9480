"""How often an e-mail address is asked whose it is, so that no stranger is flooded with letters on someone's word.

One unanswered letter an address and, after it answered, one a day; none for half a year to an address whose owner said
"not me". All doors through which details come share this limit, and no page tells which addresses it concerns.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from prescreen.storage import Session
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.mail.outbox import LetterState
from prescreen.storage.participants import mailboxes
from prescreen.storage.participants.mailboxes import StoredMailbox
from prescreen.workflow.participants.data_subject_rights import HeldData
from prescreen.workflow.participants.private_links import ANSWER_LASTS

ASKED_ONCE_IN = timedelta(days=1)
"""How long an address that answered is asked once more at most; one that did not, once its links have expired."""

DISOWNED_FOR = timedelta(days=180)
"""How long it is remembered that the owner of an address left no details here."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A mailbox that may be asked whose it is. `again`: it had answered before."""

    key: bytes
    again: bool


def may_ask(session: Session, keys: Keys, held: HeldData, now: datetime) -> Asking | None:
    """Return the mailbox of a person where it may be asked whose it is, else None.

    Other transactions that decide about the same mailbox wait until this one ends.
    """
    known = [_known(session, _key(one, held)) for one in keys.generations]
    if any(one and (_is_disowned(one, now) or _was_asked(session, one, now)) for one in known):
        return None
    own = known[0]
    return Asking(_key(keys, held), own is not None and (own.answered_at is not None or own.asked_again is True))


def _known(session: Session, key: bytes) -> StoredMailbox | None:
    mailboxes.hold(session, key)
    return mailboxes.find(session, key)


def note_asked(session: Session, asking: Asking, letter_id: UUID, now: datetime) -> None:
    """Store that a letter asks a mailbox."""
    mailboxes.note_asked(session, asking.key, letter_id, now, again=asking.again)


def note_answered(session: Session, keys: Keys, held: HeldData, now: datetime) -> None:
    """Store that the address of a person answered."""
    for one in keys.generations:
        mailboxes.note_answered(session, _key(one, held), now)


def note_disowned(session: Session, keys: Keys, held: HeldData, now: datetime) -> None:
    """Store that the owner of the address says that it is not this person's."""
    mailboxes.note_disowned(session, _key(keys, held), now)


def renew_key(session: Session, keys: Keys, email: str, *, is_test: bool) -> None:
    """Remember an address of a person under the present keys, where it is remembered under earlier ones."""
    for one in keys.earlier:
        mailboxes.rename(session, _key_of(one, email, is_test=is_test), _key_of(keys, email, is_test=is_test))


def forget(session: Session, now: datetime) -> int:
    """Delete what is too old to count; return how many mailboxes are forgotten."""
    return mailboxes.forget_before(session, asked=now - ANSWER_LASTS, disowned=now - DISOWNED_FOR)


def _key(keys: Keys, held: HeldData) -> bytes:
    return _key_of(keys, held.contact.email, is_test=held.is_test)


def _key_of(keys: Keys, email: str, *, is_test: bool) -> bytes:
    # Letters to test leads are never sent, so they must not count against real ones.
    return keys.index_of_mailbox(email, "mailbox of a test" if is_test else "mailbox")


def _is_disowned(known: StoredMailbox, now: datetime) -> bool:
    return known.disowned_at is not None and now < known.disowned_at + DISOWNED_FOR


def _was_asked(session: Session, known: StoredMailbox, now: datetime) -> bool:
    if known.asked_at is None or _never_left(session, known.letter_id):
        return False
    if known.answered_at is None:
        return now < known.asked_at + ANSWER_LASTS
    return known.asked_again is True and now < known.asked_at + ASKED_ONCE_IN


def _never_left(session: Session, letter_id: UUID | None) -> bool:
    """Return whether the letter was cancelled before any attempt to send it, so that the address was not asked."""
    letter = outbox.find(session, letter_id) if letter_id else None
    return letter is not None and letter.state is LetterState.CANCELLED and letter.attempts == 0
