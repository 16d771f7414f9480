"""Queries about sign-in attempts that failed or are in progress, for throttling."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, insert, select, text
from sqlalchemy.orm import Session

from prescreen.storage.base.identifiers import new_id
from prescreen.storage.tables import SignInAttempt


@dataclass(frozen=True, slots=True)
class Tried:
    """Keyed hashes of the account's name and the network address of an attempt."""

    account_key: bytes
    address_key: bytes


@dataclass(frozen=True, slots=True)
class Recent:
    """The number of attempts in a time window, and the time of the first (None: none)."""

    count: int
    first_at: datetime | None


def wait_for_turn(session: Session, tried: Tried) -> None:
    """Take locks on this account and address until the transaction ends, so that attempts are counted one by one."""
    if session.get_bind().dialect.name == "postgresql":
        # In a fixed order, to rule out a deadlock. SQLite has one writer at a time anyway.
        for key in sorted({tried.account_key, tried.address_key}):
            number = int.from_bytes(key[:8], signed=True)
            session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def of_account(session: Session, tried: Tried, since: datetime) -> Recent:
    """Count the attempts on an account."""
    return _recent(session, SignInAttempt.account_key == tried.account_key, since)


def of_address(session: Session, tried: Tried, since: datetime) -> Recent:
    """Count the attempts from a network address."""
    return _recent(session, SignInAttempt.address_key == tried.address_key, since)


def _recent(session: Session, which: ColumnElement[bool], since: datetime) -> Recent:
    counted = select(func.count(), func.min(SignInAttempt.at)).where(which, SignInAttempt.at > since)
    count, first_at = session.execute(counted).one()
    return Recent(count, first_at)


def add(session: Session, tried: Tried, at: datetime) -> UUID:
    """Store an attempt and return its id."""
    attempt_id = new_id(at)
    row = {"id": attempt_id, "account_key": tried.account_key, "address_key": tried.address_key, "at": at}
    session.execute(insert(SignInAttempt), [row])
    return attempt_id


def forget_account(session: Session, tried: Tried) -> None:
    """Delete the attempts on an account after a success."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.account_key == tried.account_key))


def forget_before(session: Session, moment: datetime) -> None:
    """Delete attempts that are too old to count."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < moment))
