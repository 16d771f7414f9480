"""Queries about sign-in attempts that failed or are in progress, for throttling."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlalchemy.orm import Session

from prescreen.storage.base import advisory_locks
from prescreen.storage.base.advisory_locks import KeyedLock
from prescreen.storage.base.identifiers import new_id
from prescreen.storage.base.upserts import insert_into
from prescreen.storage.tables import KnownAddress, SignInAttempt


@dataclass(frozen=True, slots=True)
class Tried:
    """Keyed hashes of the account's name and the network address of an attempt.

    `browser_key` is the hash of its browser's token, where the account was entered in that browser before.
    """

    account_key: bytes
    address_key: bytes
    browser_key: bytes | None = None

    @property
    def origin_key(self) -> bytes:
        """Return from where the attempt is counted: from the known browser, else from the network address."""
        return self.browser_key or self.address_key


@dataclass(frozen=True, slots=True)
class Recent:
    """The number of attempts in a time window, and the time of the first (None: none)."""

    count: int
    first_at: datetime | None


def wait_for_turn(session: Session, tried: Tried) -> None:
    """Wait until no other transaction counts tries of this account or origin, and keep others from it meanwhile."""
    advisory_locks.hold_keys(session, KeyedLock.SIGN_IN_ATTEMPTS, (tried.account_key, tried.origin_key))


def of_account(session: Session, tried: Tried, since: datetime) -> Recent:
    """Count the tries on an account, from wherever they came."""
    return _recent(session, since, SignInAttempt.account_key == tried.account_key)


def of_address(session: Session, tried: Tried, since: datetime) -> Recent:
    """Count the tries from a network address, on whichever account."""
    return _recent(session, since, SignInAttempt.address_key == tried.address_key)


def of_both(session: Session, tried: Tried, since: datetime) -> Recent:
    """Count the tries on an account from this browser or network address."""
    both = (SignInAttempt.account_key == tried.account_key, SignInAttempt.address_key == tried.origin_key)
    return _recent(session, since, *both)


def _recent(session: Session, since: datetime, *which: ColumnElement[bool]) -> Recent:
    counted = select(func.count(), func.min(SignInAttempt.at)).where(*which, SignInAttempt.at > since)
    count, first_at = session.execute(counted).one()
    return Recent(count, first_at)


def add(session: Session, tried: Tried, at: datetime) -> UUID:
    """Store an attempt and return its id."""
    attempt_id = new_id(at)
    row = {"id": attempt_id, "account_key": tried.account_key, "address_key": tried.origin_key, "at": at}
    session.execute(insert(SignInAttempt), [row])
    return attempt_id


def forget_account(session: Session, tried: Tried) -> None:
    """Delete the attempts on an account after a success."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.account_key == tried.account_key))


def is_known(session: Session, tried: Tried, since: datetime) -> bool:
    """Return whether a try on this account from this network address succeeded since a moment."""
    known = session.get(KnownAddress, (tried.account_key, tried.address_key))
    return known is not None and known.at > since


def note_known(session: Session, tried: Tried, at: datetime) -> None:
    """Note that a try on this account from this network address succeeded."""
    adding = insert_into(session, KnownAddress)
    row = {"account_key": tried.account_key, "address_key": tried.address_key, "at": at}
    latest = adding.on_conflict_do_update(index_elements=["account_key", "address_key"], set_={"at": at})
    session.execute(latest, [row])


def forget_known_before(session: Session, moment: datetime) -> None:
    """Forget successes that are too old to count."""
    session.execute(delete(KnownAddress).where(KnownAddress.at < moment))


def forget_before(session: Session, moment: datetime) -> None:
    """Delete attempts that are too old to count."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < moment))
