"""Delivery of the outbox, at least once a letter, and the operator's view of it.

A letter is leased in one short transaction, delivered outside of any, and marked in another. If the process dies in
between, the letter is due again after `LEASE` and is sent once more with the same Message-ID, by which mail programs
drop duplicates. So no letter is lost, and no transaction stays open while a mail server answers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from prescreen.storage import Transactions
from prescreen.storage.audit import events
from prescreen.storage.base.encryption import SealBrokenError
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.mail.outbox import Letter as Letter
from prescreen.storage.mail.outbox import LetterState as LetterState
from prescreen.storage.mail.outbox import StoredLetter as StoredLetter
from prescreen.workflow.mail.delivery_faults import HANDLING, MOST_ATTEMPTS, DeliveryError, Fault, Handling

LEASE = timedelta(minutes=5)
OLDEST = timedelta(days=7)
"""A letter that waited longer is not sent any more, since it may no longer be true."""


# Where the letter is not at fault, attempts are counted no further: an outage must leave it some of its own. By then
# the wait for the next attempt has grown to an hour.
_OUTAGE_ATTEMPTS = 7
_LONGEST_OUTAGE_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Attempt:
    """The result of one delivery attempt; without a `fault`, and with an empty `why`, the letter was sent."""

    letter_id: UUID
    state: LetterState
    why: str = ""
    fault: Fault | None = None

    @property
    def handling(self) -> Handling | None:
        """Return what follows from the fault; None where the letter was sent."""
        return HANDLING[self.fault] if self.fault else None


Deliver = Callable[[StoredLetter, Letter], None]
Clock = Callable[[], datetime]


def send_due(
    database: Transactions, keys: Keys, deliver: Deliver, clock: Clock, tell: Callable[[Attempt], None]
) -> int:
    """Deliver every due letter and return how many were sent; `tell` is called with each attempt.

    Retries use exponential backoff from one minute. Where the server or the set-up is at fault, the backoff is at most
    an hour, and the other letters wait for the next call.
    """
    count = 0
    while (letter := _taken(database, clock())) is not None:
        attempt = _attempt(database, keys, deliver, letter, clock)
        tell(attempt)
        count += attempt.state is LetterState.SENT
        if attempt.handling and attempt.handling.holds_up:
            break
    return count


def _taken(database: Transactions, now: datetime) -> StoredLetter | None:
    with database.writing() as session:
        return outbox.take(session, now, now + LEASE)


def _attempt(database: Transactions, keys: Keys, deliver: Deliver, letter: StoredLetter, clock: Clock) -> Attempt:
    try:
        _deliver(keys, deliver, letter, clock())
    except DeliveryError as error:
        return _failed(database, letter, error, clock())
    with database.writing() as session:
        outbox.sent(session, letter.id, clock())
    return Attempt(letter.id, LetterState.SENT)


def is_too_old(letter: StoredLetter, now: datetime) -> bool:
    """Return whether a letter waited so long that it may no longer be true."""
    return letter.created_at < now - OLDEST


def _deliver(keys: Keys, deliver: Deliver, letter: StoredLetter, now: datetime) -> None:
    if is_too_old(letter, now):
        raise DeliveryError("it is too old", Fault.LETTER)
    try:
        opened = outbox.open_letter(keys.ring, letter)
    except SealBrokenError:
        raise DeliveryError("its seal does not open", Fault.LETTER_FOR_NOW) from None
    if opened is None:
        raise DeliveryError("it was erased", Fault.LETTER)
    deliver(letter, opened)


def _failed(database: Transactions, letter: StoredLetter, error: DeliveryError, now: datetime) -> Attempt:
    handling = HANDLING[error.fault]
    over = handling.most_attempts is not None and letter.attempts >= handling.most_attempts
    with database.writing() as session:
        if over:
            outbox.give_up(session, letter.id, error.why)
        else:
            attempts = min(letter.attempts, _OUTAGE_ATTEMPTS) if handling.holds_up else letter.attempts
            outbox.defer(session, letter.id, now + _wait(letter, handling), attempts, error.why)
    return Attempt(letter.id, LetterState.FAILED if over else LetterState.PENDING, error.why, error.fault)


def _wait(letter: StoredLetter, handling: Handling) -> timedelta:
    doubled = timedelta(minutes=2 ** (min(letter.attempts, MOST_ATTEMPTS) - 1))
    return min(doubled, _LONGEST_OUTAGE_WAIT) if handling.holds_up else doubled


def show_letter(database: Transactions, keys: Keys, letter_id: UUID, now: datetime) -> Letter | None:
    """Return a letter for the operator, once it is on record that it was seen; None where there is none (any more)."""
    with database.reading() as session:
        stored = outbox.find(session, letter_id)
    opened = outbox.open_letter(keys.ring, stored) if stored else None
    if opened is not None:
        operator, subject = events.OPERATOR, events.Subject("letter", str(letter_id))
        with database.writing() as session:
            events.record(session, events.Event(now, operator, events.Action.LETTER_SHOWN, subject))
    return opened
