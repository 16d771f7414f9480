"""Retention: deletion of what has been over for as long as the settings say, with a signed count in the audit trail."""

import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta

from prescreen.retention_periods import Days, Kept
from prescreen.storage import Session, Transactions
from prescreen.storage.accounts import account_invitations, sessions
from prescreen.storage.audit import events
from prescreen.storage.base.keys import Keys
from prescreen.storage.mail import outbox
from prescreen.storage.operations import expired_people
from prescreen.workflow.participants import confirmation_limits, data_subject_rights

_AT_ONCE = 100
_SUBJECT = events.Subject("retention", "purge")

ROWS: Mapping[Kept, Callable[[Session, datetime], int]] = {
    Kept.LETTERS: outbox.forget_before,
    Kept.SESSIONS: sessions.forget_before,
    Kept.INVITATIONS: account_invitations.forget_before,
}
"""What is deleted row by row, each with the query that deletes what was over before a moment; the rest are people."""


def purge(database: Transactions, keys: Keys, periods: Mapping[Kept, Days], now: datetime) -> dict[Kept, int]:
    """Delete what has been over for longer than its period; return how much of each. An operator's action.

    The counts are put on record, signed. What is remembered of e-mail addresses is forgotten once too old to count.
    """
    counts = {kept: _purged(database, kept, days, now) for kept, days in periods.items() if days}
    with database.writing() as session:
        confirmation_limits.forget(session, now)
        _record(session, keys, counts, now)
    return counts


def _purged(database: Transactions, kept: Kept, days: int, now: datetime) -> int:
    moment = now - timedelta(days=days)
    if kept in expired_people.OVER:
        return _purged_people(database, kept, moment, now)
    with database.writing() as session:
        return ROWS[kept](session, moment)


def _purged_people(database: Transactions, kept: Kept, moment: datetime, now: datetime) -> int:
    """Delete people in short transactions, so that concurrent submissions need not wait."""
    count = 0
    while True:
        with database.writing() as session:
            expired = expired_people.hold(session, kept, moment, _AT_ONCE)
            count += sum(data_subject_rights.delete(session, lead_id, now, events.OPERATOR) for lead_id in expired)
        if not expired:
            return count


def _record(session: Session, keys: Keys, counts: Mapping[Kept, int], now: datetime) -> None:
    deleted = {kept.value: count for kept, count in sorted(counts.items())}
    details = {**deleted, "signature": _signature(keys, deleted, now)}
    events.record(session, events.Event(now, events.OPERATOR, events.Action.DATA_PURGED, _SUBJECT, details))


def _signature(keys: Keys, deleted: Mapping[str, int], at: datetime) -> str:
    content = json.dumps([at.astimezone(UTC).isoformat(), dict(sorted(deleted.items()))]).encode()
    return hmac.digest(keys.proofs, content, "sha256").hex()


def proofs(session: Session, keys: Keys) -> list[tuple[datetime, Mapping[str, int], bool]]:
    """Return when what was deleted, how much of each, and whether the signature holds, oldest first."""
    found = events.about(session, _SUBJECT, events.Action.DATA_PURGED)
    return [(one.at, _counts(one), _is_genuine(keys, one)) for one in found]


def _counts(event: events.Event) -> Mapping[str, int]:
    return {name: count for name, count in event.details.items() if name != "signature"}


def _is_genuine(keys: Keys, event: events.Event) -> bool:
    signature = str(event.details.get("signature", ""))
    expected = (_signature(one, _counts(event), event.at) for one in keys.generations)
    return any(hmac.compare_digest(signature, one) for one in expected)


def is_due(session: Session, now: datetime) -> bool:
    """Return whether nothing was purged on this day yet (UTC). A reading session is enough."""
    return not events.happened_since(
        session, _SUBJECT, events.Action.DATA_PURGED, _midnight(now.astimezone(UTC).date())
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
