"""Advisory locks of PostgreSQL: the only place where the numbers that this service locks are defined.

SQLite has one writer at a time, so there the writing transaction already holds every lock.
"""

from collections.abc import Iterable
from enum import IntEnum, unique

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session


@unique
class AdvisoryLock(IntEnum):
    """What is locked as a whole. The numbers are arbitrary; each lock must have its own."""

    SCHEMA_UPGRADE = 7_736_271_101
    AUDIT_SEALING = 7_736_271_102
    COUNTER_SOURCES = 7_736_271_103
    EDITIONS = 7_736_271_104


@unique
class KeyedLock(IntEnum):
    """What is locked key by key. PostgreSQL keeps such pairs of numbers apart from the single ones above."""

    SIGN_IN_ATTEMPTS = 1
    MAILBOXES = 2
    TRIAL_INVITATIONS = 3


def hold(transaction: Session | Connection, lock: AdvisoryLock) -> None:
    """Wait for a lock and hold it until the transaction ends."""
    if _is_postgresql(transaction):
        transaction.execute(select(func.pg_advisory_xact_lock(lock.value)))


def hold_keys(session: Session, lock: KeyedLock, keys: Iterable[bytes]) -> None:
    """Wait for the locks of these keys, hashes of at least four bytes, and hold them until the transaction ends.

    They are taken in the order of their numbers, so that two transactions cannot deadlock.
    """
    if _is_postgresql(session):
        for number in sorted({int.from_bytes(key[:4], signed=True) for key in keys}):
            session.execute(select(func.pg_advisory_xact_lock(lock.value, number)))


def _is_postgresql(transaction: Session | Connection) -> bool:
    connection = transaction.connection() if isinstance(transaction, Session) else transaction
    return connection.dialect.name == "postgresql"
