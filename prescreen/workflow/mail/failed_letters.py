"""Letters that failed and are sent after all: the operator retries them, once what was wrong is mended."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from prescreen.storage import Session, Transactions
from prescreen.storage.audit import events
from prescreen.storage.mail import outbox
from prescreen.storage.mail.outbox import LetterState, StoredLetter
from prescreen.workflow.mail.delivery import OLDEST, is_too_old

_AT_ONCE = 500


class CannotRetryError(Exception):
    """Raised for a letter that cannot be retried; the message says why in one line."""


@dataclass(frozen=True, slots=True)
class Retried:
    """How many letters wait again, and how many failed ones cannot be retried."""

    count: int
    left_out: int = 0


def retry_all(database: Transactions, now: datetime) -> Retried:
    """Make all failed letters due at once, except those that were erased or are too old. An operator's action.

    Uses short transactions, so that concurrent submissions need not wait. Idempotent.
    """
    with database.reading() as session:
        failed = outbox.failed(session)
    chosen = [one.id for one in failed if _obstacle(one, now) is None]
    count = 0
    for start in range(0, len(chosen), _AT_ONCE):
        with database.writing() as session:
            count += _retry(session, chosen[start : start + _AT_ONCE], now)
    return Retried(count, len(failed) - len(chosen))


def retry_these(database: Transactions, letter_ids: Sequence[UUID], now: datetime) -> Retried:
    """Make these failed letters due at once. An operator's action.

    Raise CannotRetryError for the first one that cannot be retried; then all stay as they are.
    """
    with database.writing() as session:
        for letter_id in letter_ids:
            letter = outbox.find(session, letter_id)
            obstacle = _obstacle(letter, now) if letter else "is not there"
            if obstacle is not None:
                raise CannotRetryError(f"letter {letter_id} {obstacle}")
        return Retried(_retry(session, letter_ids, now))


def _obstacle(letter: StoredLetter, now: datetime) -> str | None:
    """Return why a letter cannot be retried; None where it can."""
    if letter.state is not LetterState.FAILED:
        return f"is {letter.state.value}; only a failed letter can be retried"
    if letter.content is None:
        return "was erased"
    return f"is older than {OLDEST.days} days, and may no longer be true" if is_too_old(letter, now) else None


def _retry(session: Session, letter_ids: Collection[UUID], now: datetime) -> int:
    """Make letters due and record that, a letter an event; return how many are due now."""
    due = outbox.retry(session, letter_ids, now)
    subjects = [events.Subject("letter", str(letter_id)) for letter_id in due]
    made = [events.Event(now, events.OPERATOR, events.Action.LETTER_RETRIED, one) for one in subjects]
    if made:
        events.record(session, *made)
    return len(due)
