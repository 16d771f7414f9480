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

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 12
_LONGEST_OUTAGE_WAIT = 60
OLDEST = timedelta(days=7)
"""A letter that waited longer is not sent any more, since it may no longer be true."""


class DeliveryError(Exception):
    """Raised for a letter that could not be delivered. `why` holds no personal data.

    `for_good`: a retry cannot succeed. `by_server`: the fault is the server's, and other letters would fail too.
    """

    def __init__(self, why: str, *, for_good: bool = False, by_server: bool = False) -> None:
        self.why, self.for_good, self.by_server = why, for_good, by_server
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Attempt:
    """The result of one delivery attempt; `why` is empty where the letter was sent."""

    letter_id: UUID
    state: LetterState
    why: str = ""


Deliver = Callable[[StoredLetter, Letter], None]
Clock = Callable[[], datetime]


def send_due(
    database: Transactions, keys: Keys, deliver: Deliver, clock: Clock, tell: Callable[[Attempt], None]
) -> int:
    """Deliver every due letter and return how many were sent; `tell` is called with each attempt.

    Retries use exponential backoff from one minute, until the letter is given up. Where the server is at fault, the
    backoff is at most an hour, and the other letters wait for the next call.
    """
    count = 0
    while (letter := _taken(database, clock())) is not None:
        attempt, by_server = _attempt(database, keys, deliver, letter, clock)
        tell(attempt)
        count += attempt.state is LetterState.SENT
        if by_server:
            break
    return count


def _taken(database: Transactions, now: datetime) -> StoredLetter | None:
    with database.writing() as session:
        return outbox.take(session, now, now + LEASE)


def _attempt(
    database: Transactions, keys: Keys, deliver: Deliver, letter: StoredLetter, clock: Clock
) -> tuple[Attempt, bool]:
    try:
        _deliver(keys, deliver, letter, clock())
    except DeliveryError as error:
        return _failed(database, letter, error, clock()), error.by_server
    with database.writing() as session:
        outbox.sent(session, letter.id, clock())
    return Attempt(letter.id, LetterState.SENT), False


def _deliver(keys: Keys, deliver: Deliver, letter: StoredLetter, now: datetime) -> None:
    if letter.created_at < now - OLDEST:
        raise DeliveryError("it is too old", for_good=True)
    try:
        opened = outbox.open_letter(keys.ring, letter)
    except SealBrokenError:
        raise DeliveryError("its seal does not open") from None
    if opened is None:
        raise DeliveryError("it was erased", for_good=True)
    deliver(letter, opened)


def _failed(database: Transactions, letter: StoredLetter, error: DeliveryError, now: datetime) -> Attempt:
    over = error.for_good or (letter.attempts >= MOST_ATTEMPTS and not error.by_server)
    minutes = 2 ** (min(letter.attempts, MOST_ATTEMPTS) - 1)
    wait = timedelta(minutes=min(minutes, _LONGEST_OUTAGE_WAIT) if error.by_server else minutes)
    with database.writing() as session:
        if over:
            outbox.give_up(session, letter.id)
        else:
            outbox.put_off(session, letter.id, now + wait)
    return Attempt(letter.id, LetterState.FAILED if over else LetterState.PENDING, error.why)


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
